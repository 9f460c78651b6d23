"""Where and when people are received, who is expected, and what they are told."""

from cepage.operateur.agenda.models.lieux import Absence, Plage, Site
from cepage.operateur.agenda.models.messages import CourrielDeRendezVous, FluxAgenda, Sms
from cepage.operateur.agenda.models.rendez_vous import Attente, Participation, RendezVous

__all__ = [
    "Absence",
    "Attente",
    "CourrielDeRendezVous",
    "FluxAgenda",
    "Participation",
    "Plage",
    "RendezVous",
    "Site",
    "Sms",
]
