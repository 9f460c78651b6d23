"""The demonstration's one-click entries, for the login page."""

from typing import Any

from django import template
from django.conf import settings
from django.template.context import RequestContext

from cepage.fondations.comptes.enums import NATURES_DU_ROLE, Nature, Role

register = template.Library()


@register.inclusion_tag("comptes/entrees_demonstration.html", takes_context=True)
def entrees_demonstration(context: RequestContext) -> dict[str, Any]:
    """One button per role, by nature of organisation; nothing outside the demonstration."""
    groupes = [(nature.label, [role for role in Role if NATURES_DU_ROLE[role] == nature]) for nature in Nature]
    return {
        "ouverte": settings.CEPAGE_DEMO,
        "groupes": groupes,
        "csrf_token": context.get("csrf_token"),
    }
