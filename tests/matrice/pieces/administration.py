"""The administrator's pages: the account, the role and the organisation of each operator's director."""

from pathlib import Path

from cepage.fondations.comptes.enums import Role
from tests.matrice.objets import Cote, Etat, Piece, commun, objet
from tests.matrice.personnes import personne_de


def _preparer(cote: Cote, dossier: Path) -> None:
    directeur = personne_de(Role.DIRECTEUR_PROJET, cote.emetteur)
    cote.objets |= {
        "compte": str(directeur.pk),
        "attribution": str(directeur.attributions.get().pk),
        "organisation": str(directeur.organisation.pk),
    }


PIECE = Piece(
    "administration",
    rang=2,
    preparer=_preparer,
    arguments={
        "compte": objet("compte", manquant=999_999),
        "attribution": objet("attribution", manquant=999_999),
        "extension": commun("csv", manquant="exe"),
        "organisation": objet("organisation", manquant=999_999),
    },
    etats=[
        Etat("administration:liste", "rien ne répond", {"etat": "ferme"}),
        Etat("administration:ouvrir", "formulaire vide", donnees={}),
        Etat("administration:fermer", "sans motif", donnees={}),
    ],
)
