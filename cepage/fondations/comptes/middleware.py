"""Deny by default: an address without a named action answers 404; professionals log in with two factors."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from cepage.fondations.comptes.droits import ROUTES_PERSONNELLES, ROUTES_PUBLIQUES
from cepage.fondations.comptes.models import Personne

SESSION_DEMONSTRATION = "demonstration"
_SANS_SECOND_FACTEUR = ROUTES_PUBLIQUES | {
    *("mfa_index", "mfa_activate_totp", "mfa_add_webauthn"),
    *("account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"),
}


class PorteeMiddleware:
    """Refuses the addresses outside the table of rights; people without a second factor go and set one."""

    def __init__(self, suite: Callable[[HttpRequest], HttpResponse]) -> None:
        self.suite = suite

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing before the view is known."""
        return self.suite(request)

    def process_view(
        self, request: HttpRequest, vue: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Run between the resolution of the address and its view."""
        nom = request.resolver_match.view_name if request.resolver_match else ""
        if not hasattr(vue, "action") and nom not in ROUTES_PUBLIQUES | ROUTES_PERSONNELLES:
            raise Http404
        personne = request.user
        if (
            isinstance(personne, Personne)
            and nom not in _SANS_SECOND_FACTEUR
            and not self._en_demonstration(request, personne)
            and not is_mfa_enabled(personne)
        ):
            return redirect("mfa_index")
        return None

    @staticmethod
    def _en_demonstration(request: HttpRequest, personne: Personne) -> bool:
        return bool(settings.CEPAGE_DEMO and personne.demonstration and request.session.get(SESSION_DEMONSTRATION))
