"""Where and when people are received, and who is expected."""

from cepage.operateur.agenda.models.lieux import Absence, Plage, Site
from cepage.operateur.agenda.models.rendez_vous import Attente, Participation, RendezVous

__all__ = ["Absence", "Attente", "Participation", "Plage", "RendezVous", "Site"]
