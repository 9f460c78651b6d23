"""The headers every answer carries: a strict content policy, without inline scripts or styles."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

POLITIQUE = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


class SecuriteDuContenu:
    """Adds `Content-Security-Policy` to every answer."""

    def __init__(self, suite: Callable[[HttpRequest], HttpResponse]) -> None:
        self.suite = suite

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """A view that sets its own policy keeps it."""
        reponse = self.suite(request)
        reponse.headers.setdefault("Content-Security-Policy", POLITIQUE)
        return reponse
