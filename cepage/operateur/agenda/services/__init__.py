"""Every write of the agenda, each in one transaction."""

from cepage.operateur.agenda.services.attente import attendre, ne_plus_attendre
from cepage.operateur.agenda.services.lieux import creer_site, modifier_site
from cepage.operateur.agenda.services.plages import finir_plage, lever_absence, ouvrir_plage, poser_absence
from cepage.operateur.agenda.services.rendez_vous import (
    annuler_rendez_vous,
    deplacer,
    fixer,
    inscrire,
    planifier_atelier,
    reserver,
    retirer,
)
from cepage.operateur.agenda.services.venue import noter_l_absence, noter_la_venue

__all__ = [
    "annuler_rendez_vous",
    "attendre",
    "creer_site",
    "deplacer",
    "finir_plage",
    "fixer",
    "inscrire",
    "lever_absence",
    "modifier_site",
    "ne_plus_attendre",
    "noter_l_absence",
    "noter_la_venue",
    "ouvrir_plage",
    "planifier_atelier",
    "poser_absence",
    "reserver",
    "retirer",
]
