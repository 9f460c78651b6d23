"""The pénalités of the demonstration: one held back by a décompte, one contested, one proposed."""

from datetime import UTC, datetime

from cepage.acheteur.penalites import services
from cepage.acheteur.penalites.detection import constater
from cepage.acheteur.penalites.enums import Sens
from cepage.acheteur.penalites.models import Penalite
from cepage.fondations.comptes.demonstration import adresse
from cepage.fondations.comptes.enums import Role
from cepage.fondations.comptes.models import Personne
from cepage.fondations.socle.portee import portee_totale

TRIMESTRE = "2021-T1"
MOTIFS = (
    "Aucun envoi n'est venu ces jours-là, et la panne n'a pas été signalée.",
    "Le service a été interrompu plus longtemps que l'annexe 3 ne l'admet.",
    "Rien n'explique ces jours sans envoi.",
)


def preparer(lot: str) -> int:
    """Open the pénalités of three breaches of a lot that the demonstration's operator holds; returns how many."""
    with portee_totale():
        propose = _le(2021, 9, 6)
        vus = [c for c in constater(lot, TRIMESTRE, le=propose.date()) if c.chiffrer().montant]
        ouvertes = [
            services.proposer(vu, _qui(Role.REFERENT), motif, le=propose)
            for vu, motif in zip(vus, MOTIFS, strict=False)
        ]
        for rang, (ouverte, decide) in enumerate(zip(ouvertes, (_le(2021, 9, 13), _le(2021, 12, 20)), strict=False)):
            _decider(ouverte, decide)
            if rang == 1:
                argument = "Nos fiches sont parties à l'heure : le canal les a gardées jusqu'au lendemain."
                services.contester(ouverte, _qui(Role.DIRECTEUR_PROJET), argument, le=_le(2021, 12, 27))
            services.echoir(_le(2021, 9, 30))
        return len(ouvertes)


def _decider(penalite: Penalite, le: datetime) -> None:
    for role in (Role.SUPERVISEUR, Role.GESTIONNAIRE):
        motif = "Le calendrier des envois le montre."
        services.donner_sa_voix(penalite, _qui(role), Sens.POUR, motif, roles=[role.value], le=le)


def _qui(role: Role) -> Personne:
    return Personne.objects.get(email=adresse(role))


def _le(annee: int, mois: int, jour: int) -> datetime:
    return datetime(annee, mois, jour, 9, tzinfo=UTC)
