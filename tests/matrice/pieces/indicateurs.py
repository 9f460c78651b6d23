"""The indicators: computed from the two registers, opened by lot."""

from pathlib import Path

from django.conf import settings

from cepage.acheteur.indicateurs import selectors
from cepage.acheteur.registre.colonnes import actualiser
from tests.matrice.objets import Cote, Etat, Piece, Requete, commun

MOIS = "2020-03"


def _preparer(cote: Cote, dossier: Path) -> None:
    selectors._calculer.cache_clear()
    actualiser(Path(settings.CEPAGE_DONNEES) / "colonnes")


def _chiffre(cote: Cote) -> dict[str, str]:
    return {"mois": "2020-04", "lot": cote.lot, "maille": "lot × mois (taux)", "cote": "denominateur"}


PIECE = Piece(
    "indicateurs",
    rang=30,
    preparer=_preparer,
    arguments={"code": commun("6.5", manquant="9.9"), "extension": commun("csv", manquant="xls")},
    requetes={
        "indicateurs:tableau_de_bord": Requete(lambda cote: {"mois": MOIS, "lot": cote.lot}),
        "indicateurs:indicateur": Requete(lambda cote: {"mois": MOIS, "lot": cote.lot}),
        "indicateurs:exporter": Requete(lambda cote: {"mois": MOIS, "lot": cote.lot}),
        "indicateurs:dossiers": Requete(_chiffre, objet=True),
    },
    etats=[
        Etat("indicateurs:tableau_de_bord", "filtre faux", {"mois": "2099-01", "connu_le": "hier"}),
        Etat("indicateurs:tableau_de_bord", "rejoué", {"mois": MOIS, "connu_le": "2020-01-01"}),
    ],
)
