"""The market: lots, prices and orders, which each operator reads for its own lot."""

from datetime import UTC, date, datetime
from pathlib import Path

from cepage.acheteur.marche.notes import publier
from cepage.fondations.socle.portee import portee_totale
from tests.matrice.objets import Cote, Etat, Piece, objet


def _preparer(cote: Cote, dossier: Path) -> None:
    cote.objets |= {"lot": cote.lot, "bon": f"2020-Lot{cote.lot}-UO01-01"}
    cote.canaris.add(cote.objets["bon"])
    with portee_totale():
        note = publier(
            objet=f"Note du lot {cote.lot}",
            texte="Une précision.",
            lots=[cote.lot],
            effet=date(2021, 6, 1),
            auteur="Acheteur",
            publiee_le=datetime(2021, 3, 1, 9, tzinfo=UTC),
        )
    cote.objets["note"] = note.numero
    cote.canaris.add(note.objet)


PIECE = Piece(
    "marche",
    rang=15,
    preparer=_preparer,
    arguments={
        "lot": objet("lot", manquant="99"),
        "reference": objet("bon", manquant="2020-Lot08-UO01-99"),
        "numero": objet("note", manquant="2021-999"),
    },
    etats=[
        Etat("marche:emettre", "formulaire vide", donnees={}),
        Etat("marche:publier_note", "formulaire vide", donnees={}),
    ],
)
