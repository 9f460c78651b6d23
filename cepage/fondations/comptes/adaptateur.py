"""What this service changes in django-allauth: nobody creates their own account."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Adaptateur(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts are opened by an administrator; signing up is closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: an account is opened by an administrator."""
        return False
