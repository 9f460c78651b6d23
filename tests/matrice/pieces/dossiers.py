"""The operator's dossiers: a person with a unit, a note, a document, and records brought together."""

from pathlib import Path

from cepage.fondations.socle.portee import portee_emetteurs
from cepage.operateur.dossiers.services import fusionner
from cepage.operateur.dossiers.services.suivi import ecrire_note, joindre_piece
from tests.matrice.bureau import A, acteur, engager, recevoir
from tests.matrice.objets import Cote, Etat, Piece, Requete, commun, objet

ABSENT = 999_999_999
DES_UNITES = ("clore", "contester", "annuler", "interaction", "realisation", "main", "deleguer")


def _preparer(cote: Cote, dossier: Path) -> None:
    par = acteur(cote)
    with portee_emetteurs([cote.emetteur]):
        suivie, autre, double = (recevoir(cote, genre) for genre in ("Suivie", "Autre", "Double"))
        note, nom = f"note-canari-{cote.emetteur}", f"cv-canari-{cote.emetteur}.pdf"
        ecrire_note(suivie, note, par=par, a=A)
        jointe = joindre_piece(suivie, nom, f"%PDF-1.4 {note}".encode(), par=par, a=A)
        cote.objets |= {
            "personne": str(suivie.pk),
            "autre personne": str(autre.pk),
            "unité": str(engager(cote, suivie).pk),
            "document": str(jointe.pk),
            "réunion": str(fusionner(gardee=autre, reunie=double, par=par, a=A).pk),
        }
    cote.canaris |= {note, nom}


PIECE = Piece(
    "dossiers",
    rang=40,
    preparer=_preparer,
    arguments={
        "pk": objet("personne", manquant=ABSENT),
        "autre": objet("autre personne", manquant=ABSENT),
        "dossiers:piece/pk": objet("document", manquant=ABSENT),
        "dossiers:separer/pk": objet("réunion", manquant=ABSENT),
        **{f"dossiers:{route}/pk": objet("unité", manquant=ABSENT) for route in DES_UNITES},
        "uo": commun("21"),
        "cle": commun("ouvertes", manquant="rien"),
    },
    requetes={"dossiers:recherche": Requete(lambda cote: {"q": f"CanariSuivie{cote.emetteur}"})},
    etats=[
        Etat("dossiers:recherche", "rien ne répond", {"q": "zzzz"}),
        Etat("dossiers:liste", "de l'équipe", {"qui": "equipe"}),
        Etat("dossiers:appel", "formulaire vide", donnees={}),
        Etat("dossiers:fiche", "formulaire vide", donnees={}),
        Etat("dossiers:engager", "formulaire vide", donnees={}),
        Etat("dossiers:notes", "à confirmer", donnees={"texte": "Elle a un cancer."}),
    ],
)
