"""The market: lots, prices and orders, which each operator reads for its own lot."""

from pathlib import Path

from tests.matrice.objets import Cote, Etat, Piece, objet


def _preparer(cote: Cote, dossier: Path) -> None:
    cote.objets |= {"lot": cote.lot, "bon": f"2020-Lot{cote.lot}-UO01-01"}
    cote.canaris.add(cote.objets["bon"])


PIECE = Piece(
    "marche",
    rang=15,
    preparer=_preparer,
    arguments={"lot": objet("lot", manquant="99"), "reference": objet("bon", manquant="2020-Lot08-UO01-99")},
    etats=[Etat("marche:emettre", "formulaire vide", donnees={})],
)
