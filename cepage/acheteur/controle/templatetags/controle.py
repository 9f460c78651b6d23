"""`{% load controle %}`: the sign and the colour of a state or of a finding."""

from django import template

from cepage.acheteur.controle.enums import SIGNES

register = template.Library()


@register.filter
def signe(etat: str) -> str:
    """The sign beside the word of a state."""
    return SIGNES[etat][0] if etat in SIGNES else "–"


@register.filter
def couleur(etat: str) -> str:
    """The colour of the badge of a state."""
    return SIGNES[etat][1] if etat in SIGNES else "info"
