"""The trace that follows a request, whatever its channel: the sender's when it gives one."""

import re
import uuid

from django.http import HttpRequest

_TRACEPARENT = re.compile(r"^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$")
_TRACE = re.compile(r"^[0-9a-f]{32}$")


def trace_de(request: HttpRequest) -> str:
    """The sender's trace (`traceparent` of the W3C, `Trace-Id`, or a UUID in `X-Request-ID`), else a new one."""
    suivie = _TRACEPARENT.fullmatch(request.headers.get("traceparent", ""))
    if suivie:
        return suivie[1]
    for donnee in (request.headers.get("Trace-Id", ""), request.headers.get("X-Request-ID", "")):
        # Anything else than an identifier could be a name: it is not followed.
        propre = donnee.replace("-", "").lower()
        if _TRACE.fullmatch(propre):
            return propre
    return uuid.uuid4().hex
