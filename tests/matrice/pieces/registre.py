"""The register: the dossiers that the envois brought."""

from pathlib import Path

from tests.echanges.reception import fabrique
from tests.matrice.objets import Cote, Etat, Piece, Requete, objet


def _preparer(cote: Cote, dossier: Path) -> None:
    numeros = [cote.emetteur + numero[2:] for numero in fabrique.NUMEROS]
    cote.objets["dossier"] = numeros[fabrique.UO1]
    cote.canaris |= set(numeros)


PIECE = Piece(
    "registre",
    rang=20,
    preparer=_preparer,
    arguments={"numero": objet("dossier", manquant="AB209901999999")},
    requetes={"registre:recherche": Requete(lambda cote: {"numero": cote.objets["dossier"][:6]})},
    etats=[
        Etat("registre:recherche", "trop court", {"numero": "AB"}),
        Etat("registre:recherche", "rien ne répond", {"numero": "ZZ99"}),
        Etat("registre:dossier", "date fausse", {"connu_le": "hier"}),
        Etat("registre:dossier", "rien n'était connu", {"connu_le": "2019-01-01"}),
    ],
)
