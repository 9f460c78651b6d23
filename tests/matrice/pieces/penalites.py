"""The pénalités: one proposed and one notified for each operator."""

from datetime import UTC, date, datetime
from pathlib import Path

from cepage.acheteur.penalites import services
from cepage.acheteur.penalites.detection import Constat
from cepage.acheteur.penalites.enums import Fait, Sens
from cepage.fondations.comptes.enums import Role
from tests.matrice.objets import Argument, Cote, Etat, Piece, Requete, objet
from tests.matrice.personnes import personne_de

LE = datetime(2022, 6, 1, 8, tzinfo=UTC)


def _preparer(cote: Cote, dossier: Path) -> None:
    preuves = tuple(f"2021-03-{jour:02d}" for jour in range(1, 9))
    for nom, mois in (("pénalité proposée", 3), ("pénalité", 4)):
        fin = date(2021, mois, 30)
        vu = Constat(cote.lot, cote.emetteur, Fait.JOUR_SANS_ENVOI, date(2021, mois, 1), fin, fin, preuves)
        ouverte = services.proposer(vu, personne_de(Role.REFERENT), f"Manquement de {cote.emetteur}.", le=LE)
        cote.objets[nom] = ouverte.reference
        cote.canaris |= {ouverte.reference, ouverte.motif}
    for role in (Role.SUPERVISEUR, Role.GESTIONNAIRE):
        services.donner_sa_voix(ouverte, personne_de(role), Sens.POUR, "Constaté.", roles=[role.value], le=LE)


PIECE = Piece(
    "penalites",
    rang=65,
    preparer=_preparer,
    arguments={
        "reference": objet("pénalité", manquant="2021-Lot08-P999"),
        "constat": Argument(
            lambda cote: f"{cote.lot}-{cote.emetteur}-{Fait.JOUR_SANS_ENVOI}-2020-05-01",
            manquant="08-AB-jour_sans_envoi-2020-05-02",
            possede=True,
        ),
        "penalites:decider/reference": objet("pénalité proposée", manquant="2021-Lot08-P999"),
    },
    requetes={
        "penalites:constats": Requete(lambda cote: {"lot": cote.lot, "trimestre": "2020-T2"}),
    },
    etats=[
        Etat("penalites:liste", "rien ne répond", {"etat": "levee"}),
        Etat("penalites:constats", "trimestre faux", {"lot": "08", "trimestre": "2021-T5"}),
        Etat("penalites:decider", "formulaire vide", donnees={}),
        Etat("penalites:contester", "formulaire vide", donnees={}),
        Etat("penalites:proposer", "formulaire vide", donnees={}),
    ],
)
