"""The trace that follows a request, whatever its channel: the sender's when it gives one."""

import re
import uuid

from django.http import HttpRequest

_TRACEPARENT = re.compile(r"^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$")
_TRACE = re.compile(r"^[0-9a-f]{32}$")


def trace_de(request: HttpRequest) -> str:
    """The sender's trace (`traceparent` of the W3C, or `Trace-Id`), else a new one."""
    suivie = _TRACEPARENT.fullmatch(request.headers.get("traceparent", ""))
    if suivie:
        return suivie[1]
    propre = request.headers.get("Trace-Id", "")
    return propre if _TRACE.fullmatch(propre) else uuid.uuid4().hex
