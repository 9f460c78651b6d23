"""The online entry: a draft, an accepted fiche and an envoi for each operator."""

import copy
from pathlib import Path

from cepage.echanges.canaux.saisie import services, sorties
from cepage.fondations.comptes.enums import Role
from cepage.fondations.socle.portee import portee_emetteurs
from tests.echanges.reception import fabrique
from tests.matrice.objets import Cote, Etat, Piece, commun, objet
from tests.matrice.parcours import parcours_de
from tests.matrice.personnes import personne_de


def _preparer(cote: Cote, dossier: Path) -> None:
    """An accepted person and a livrable that waits with its file; a second person is a draft."""
    directeur = personne_de(Role.DIRECTEUR_PROJET, cote.emetteur)
    auteur = services.Auteur(directeur, frozenset({Role.DIRECTEUR_PROJET}))
    envoi = copy.deepcopy(parcours_de(cote))
    connue = _contenu(envoi["beneficiaire"][0]) | {"identifiant_beneficiaire": f"SAISIE{cote.emetteur}"}
    geste = {"version": 0, "par": auteur, "a": fabrique.RECU}
    with portee_emetteurs([cote.emetteur]):
        acceptee = services.enregistrer(_commencer(cote, "beneficiaire", auteur), connue, **geste)
        assert services.lister(acceptee, par=auteur, a=fabrique.RECU), acceptee.constats
        envoye = sorties.envoyer(cote.emetteur, cote.lot, par=directeur, a=fabrique.RECU)
        assert envoye is not None
        piece = services.PieceJointe(f"elp-{cote.emetteur}.pdf", next(iter(fabrique.PIECES.values())))
        livrable = _contenu(envoi["livrable"][0])
        brouillon = services.enregistrer(_commencer(cote, "livrable", auteur), livrable, piece=piece, **geste)
        services.verifier(brouillon, a=fabrique.RECU)
    cote.objets |= {"envoi saisi": str(envoye.pk), "fiche acceptée": str(acceptee.pk), "brouillon": str(brouillon.pk)}
    cote.canaris |= {f"SAISIE{cote.emetteur}", f"elp-{cote.emetteur}.pdf"}


def _commencer(cote: Cote, sorte: str, auteur: services.Auteur) -> services.FicheSaisie:
    return services.commencer(cote.emetteur, cote.lot, sorte, par=auteur, a=fabrique.RECU)


def _contenu(fiche: fabrique.Fiche) -> dict[str, str]:
    automatiques = ("nature", "horodatage", "lot", "nom_fichier", "empreinte_sha256")
    return {nom: texte for nom, texte in fiche.items() if nom not in automatiques}


_ACCEPTEE = objet("fiche acceptée", manquant=999_999)

PIECE = Piece(
    "saisie",
    rang=25,
    preparer=_preparer,
    arguments={
        "sorte": commun("unite_oeuvre", manquant="rien"),
        "numero": objet("brouillon", manquant=999_999),
        "saisie:envoi/numero": objet("envoi saisi", manquant=999_999),
        "saisie:corriger/numero": _ACCEPTEE,
        "saisie:annuler/numero": _ACCEPTEE,
    },
    etats=[
        Etat("saisie:acceptees", "rien ne répond", {"texte": "zzzzzz"}),
        Etat("saisie:nouvelle", "rien n'est rempli", donnees={"version": "0", "geste": "verifier"}),
        Etat("saisie:envoyer", "essai", donnees={"geste": "essayer"}),
        Etat("saisie:tableur", "rien n'est choisi", donnees={}),
    ],
)
