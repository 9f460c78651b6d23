"""The team: the record of a counsellor of each operator, with an experience, a dérogation and a planned training."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from cepage.fondations.comptes.enums import Role
from cepage.fondations.socle.portee import portee_emetteurs
from cepage.operateur.equipe.services import conseillers as services
from cepage.operateur.equipe.services.groupement import tenir_un_membre
from tests.matrice.objets import Cote, Etat, Piece, commun, objet
from tests.matrice.personnes import personne_de


def _preparer(cote: Cote, dossier: Path) -> None:
    """The director stands for a counsellor: each side has one."""
    qui, le = personne_de(Role.DIRECTEUR_PROJET, cote.emetteur), datetime(2020, 2, 3, 9, tzinfo=UTC)
    canari = f"Canariposte{cote.emetteur}"
    with portee_emetteurs([cote.emetteur]):
        valeurs = {"profil": "expert", "entree": date(2020, 1, 2), "quotite": Decimal(1)}
        fiche = services.tenir_la_fiche(qui, valeurs, version=0, par="Essai", a=le)
        services.ajouter_une_experience(fiche, poste=canari, domaine="transitions", debut=date(2016, 1, 1), fin=None)
        services.noter_une_derogation(
            fiche, debut=date(2020, 1, 2), fin=date(2020, 7, 1), motif=canari, reference="Comité de janvier"
        )
        prevue = services.prevoir_une_formation(
            fiche, annee=2020, intitule=canari, heures_prevues=Decimal(14), competences=["C1"]
        )
        membre = tenir_un_membre(
            None, emetteur=cote.emetteur, code="N", nom=canari, qualite="cotraitant", debut=date(2020, 1, 2), fin=None
        )
    cote.objets |= {"conseiller": str(qui.pk), "formation": str(prevue.pk), "membre": str(membre.pk)}
    cote.canaris.add(canari)


PIECE = Piece(
    "equipe",
    rang=40,
    preparer=_preparer,
    arguments={
        "pk": objet("conseiller", manquant=999_999),
        "formation": objet("formation", manquant=999_999),
        "objet": objet("formation", manquant=999_999),
        "membre": objet("membre", manquant=999_999),
        "quoi": commun("engagees", manquant="rien"),
        "genre": commun("formation", manquant="rien"),
        "extension": commun("csv", manquant="exe"),
    },
    etats=[
        Etat("equipe:liste", "rien ne répond", {"etat": "derogation"}),
        Etat("equipe:liste", "filtre faux", {"etat": "rien"}),
        Etat("equipe:ajouter_membre", "formulaire vide", donnees={"nom": ""}),
        Etat("equipe:fiche", "formulaire vide", donnees={"profil": ""}),
        Etat("equipe:formation", "formulaire vide", donnees={"intitule": ""}),
        Etat("equipe:formations", "année vide", {"annee": "2031"}),
    ],
)
