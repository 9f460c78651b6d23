"""How the pages show a mode, a state, a figure: always a word and a sign, colour never alone."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cepage.fondations.regles import Amplitude
from cepage.fondations.socle.formats import accorder, jour_court
from cepage.operateur.agenda.enums import EtatParticipation, Mode
from cepage.operateur.agenda.models import Participation, Plage, RendezVous, Site
from cepage.operateur.agenda.selectors.saturation import Taux

register = template.Library()

_SIGNES = {Mode.PRESENTIEL: "⌂", Mode.TELEPHONE: "☎", Mode.VISIO: "▣"}
_ETATS = {
    EtatParticipation.PREVUE: ("○", "info"),
    EtatParticipation.HONOREE: ("✓", "success"),
    EtatParticipation.MANQUEE: ("!", "warning"),
    EtatParticipation.ANNULEE: ("✗", ""),
}


@register.simple_tag
def signe_mode(rendez_vous: RendezVous) -> SafeString:
    """How it is held; no space after, so that a comma may follow."""
    return format_html(
        '<span class="agenda-etat"><span aria-hidden="true">{}</span> {}</span>',
        _SIGNES[Mode(rendez_vous.mode)],
        rendez_vous.get_mode_display(),
    )


@register.inclusion_tag("agenda/_badge.html")
def badge_participation(participation: Participation) -> dict[str, Any]:
    """Where someone stands."""
    signe, couleur = _ETATS[EtatParticipation(participation.etat)]
    return {"signe": signe, "couleur": couleur, "libelle": participation.get_etat_display()}


@register.inclusion_tag("agenda/_saturation.html")
def saturation(site: Site, taux: Taux) -> dict[str, Any]:
    """How full, and the list behind the figure."""
    return {"site": site, "taux": taux}


@register.inclusion_tag("agenda/_horaires_elargis.html")
def horaires_elargis(amplitude: Amplitude) -> dict[str, Any]:
    """The extended days there are, against those that are asked."""
    return {"amplitude": amplitude}


@register.simple_tag
def dire_plage(plage: Plage) -> str:
    """« Diane Martin : le mardi de 9:00 à 12:00, rendez-vous de 60 min, sur place, à Nantes, jusqu'au… »."""
    modes = ", ".join(Mode(m).label.lower() for m in plage.modes)
    fin = f", avant le {jour_court(plage.fin)}" if plage.fin else ""
    return (
        f"{plage.conseiller.nom_complet} : le {plage.get_jour_display().lower()} de {plage.heure_debut:%H:%M} à "
        f"{plage.heure_fin:%H:%M}, par {accorder(plage.duree_minutes, 'minute')}, {modes} ; {plage.site.libelle}, "
        f"à partir du {jour_court(plage.debut)}{fin}"
    )
