"""The means and costs of a year, declared by each operator for its lot."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from cepage.fondations.socle.portee import portee_emetteurs
from cepage.operateur.moyens.models import CHIFFRES
from cepage.operateur.moyens.services import declarer
from tests.matrice.objets import Cote, Etat, Piece, commun, objet


def _preparer(cote: Cote, dossier: Path) -> None:
    canari = f"Canarimoyens{cote.emetteur}"
    valeurs = dict.fromkeys(CHIFFRES, Decimal("12.50"))
    with portee_emetteurs([cote.emetteur]):
        declarer(cote.emetteur, cote.lot, "2020", valeurs, version=0, par=canari, a=datetime(2020, 2, 3, tzinfo=UTC))
    cote.objets["lot"] = cote.lot
    cote.canaris.add(canari)


PIECE = Piece(
    "moyens",
    rang=50,
    preparer=_preparer,
    arguments={
        "lot": objet("lot", manquant="99"),
        "periode": commun("2020", manquant="hier"),
        "extension": commun("csv", manquant="exe"),
    },
    etats=[
        Etat("moyens:choisir", "formulaire vide", {"lot": "", "periode": "x"}),
    ],
)
