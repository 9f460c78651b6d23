"""The complaints: one received by each operator."""

from pathlib import Path

from cepage.fondations.socle.portee import portee_emetteurs
from cepage.operateur.reclamations.services import enregistrer
from tests.matrice.bureau import JOUR, A, acteur
from tests.matrice.objets import Cote, Etat, Piece, objet


def _preparer(cote: Cote, dossier: Path) -> None:
    dits = {nom: f"{nom}-canari-{cote.emetteur}" for nom in ("plaignant", "contact", "texte")}
    with portee_emetteurs([cote.emetteur]):
        recue = enregistrer(
            emetteur=cote.emetteur,
            lot=cote.lot,
            motif="DELAI_RDV",
            date_reception=JOUR,
            par=acteur(cote),
            a=A,
            **dits,
        )
    cote.objets |= {"réclamation": str(recue.pk), "identifiant de la réclamation": recue.identifiant}
    cote.canaris |= set(dits.values())


PIECE = Piece(
    "reclamations",
    rang=46,
    preparer=_preparer,
    arguments={"pk": objet("réclamation", manquant=999_999_999)},
    etats=[
        Etat("reclamations:nouvelle", "formulaire vide", donnees={}),
        Etat("reclamations:accuser", "sans jour", donnees={"accuse-le": ""}),
        Etat("reclamations:repondre", "formulaire vide", donnees={}),
        Etat("reclamations:liste", "rien ne répond", {"etat": "mediateur"}),
    ],
)
