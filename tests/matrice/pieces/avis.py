"""The signed notices: one subscription with a notice given up, for each operator."""

import uuid
from datetime import timedelta
from pathlib import Path

from cepage.echanges.canaux.acces.services import creer
from cepage.echanges.canaux.avis import services
from cepage.echanges.canaux.avis.enums import SOUSCRITS
from cepage.fondations.socle import horloge
from tests.matrice.objets import Cote, Etat, Piece, objet

ABSENT = str(uuid.UUID(int=0))


def _preparer(cote: Cote, dossier: Path) -> None:
    le = horloge.maintenant()
    ouverte = creer(
        emetteur=cote.emetteur,
        nom=f"Avisé {cote.emetteur}",
        actions=["avis.gerer"],
        le=le,
        expire_le=le + timedelta(days=30),
    )
    url = f"https://canari-{cote.emetteur.lower()}.exemple.invalid/" + "chemin-" * 20
    abonnement = services.souscrire(ouverte.cle, url=url, evenements=SOUSCRITS, le=le)
    avis = services.essayer(abonnement, le=le)
    cote.objets |= {"abonnement": abonnement.identifiant, "avis": str(avis.identifiant)}
    cote.canaris |= {url, abonnement.identifiant, str(avis.identifiant)}


PIECE = Piece(
    "avis",
    rang=20,
    preparer=_preparer,
    arguments={
        "abonnement": objet("abonnement", manquant="000000000000"),
        "avis": objet("avis", manquant=ABSENT),
    },
    etats=[
        Etat("avis:abonner", "formulaire vide", donnees={}),
        Etat("avis:abonnement", "rien ne répond", {"etat": "remis"}),
    ],
)
