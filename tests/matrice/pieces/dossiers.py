"""The operator's dossiers: a person with a unit, a note, a document, and records brought together."""

from pathlib import Path

from cepage.fondations.socle.portee import portee_emetteurs
from cepage.operateur.dossiers.models import CourrielRecu
from cepage.operateur.dossiers.services import fusionner
from cepage.operateur.dossiers.services.suivi import ecrire_note, joindre_piece
from tests.matrice.bureau import JOUR, A, acteur, engager, recevoir
from tests.matrice.objets import Cote, Etat, Piece, commun, objet

ABSENT = 999_999_999
DES_MESSAGES = ("rattacher", "ecarter")
DES_UNITES = ("clore", "contester", "annuler", "interaction", "realisation", "main", "deleguer")


def _preparer(cote: Cote, dossier: Path) -> None:
    par = acteur(cote)
    with portee_emetteurs([cote.emetteur]):
        suivie, autre, double = (recevoir(cote, genre) for genre in ("Suivie", "Autre", "Double"))
        note, nom = f"note-canari-{cote.emetteur}", f"cv-canari-{cote.emetteur}.pdf"
        ecrire_note(suivie, note, par=par, a=A)
        courriel = CourrielRecu.objects.create(
            emetteur=cote.emetteur,
            message_id=f"<canari@{cote.emetteur}.test>".lower(),
            expediteur=f"ecrit.{cote.emetteur}@exemple.test".lower(),
            objet="Une réponse",
            texte=note,
            ecrit_le=A.date(),
            recu_le=A,
        )
        jointe = joindre_piece(suivie, nom, f"%PDF-1.4 {note}".encode(), par=par, a=A)
        recu = CourrielRecu.objects.create(
            emetteur=cote.emetteur,
            message_id=f"canari-{cote.emetteur}",
            expediteur=suivie.email,
            objet="Ma réponse",
            texte=note,
            ecrit_le=JOUR,
            recu_le=A,
            beneficiaire=suivie,
        )
        cote.objets |= {
            "message reçu": str(recu.pk),
            "personne": str(suivie.pk),
            "nom": suivie.nom_naissance,
            "autre personne": str(autre.pk),
            "unité": str(engager(cote, suivie).pk),
            "courriel": str(courriel.pk),
            "document": str(jointe.pk),
            "réunion": str(fusionner(gardee=autre, reunie=double, par=par, a=A).pk),
        }
    cote.canaris |= {note, nom, courriel.expediteur}


PIECE = Piece(
    "dossiers",
    rang=40,
    preparer=_preparer,
    arguments={
        "pk": objet("personne", manquant=ABSENT),
        "autre": objet("autre personne", manquant=ABSENT),
        "dossiers:piece/pk": objet("document", manquant=ABSENT),
        **{f"dossiers:{route}/pk": objet("courriel", manquant=ABSENT) for route in ("rattacher", "ecarter")},
        "dossiers:separer/pk": objet("réunion", manquant=ABSENT),
        **{f"dossiers:{route}/pk": objet("message reçu", manquant=ABSENT) for route in DES_MESSAGES},
        **{f"dossiers:{route}/pk": objet("unité", manquant=ABSENT) for route in DES_UNITES},
        "uo": commun("21"),
        "cle": commun("ouvertes", manquant="rien"),
    },
    etats=[
        Etat("dossiers:liste", "de l'équipe", {"qui": "equipe"}),
        Etat("dossiers:appel", "formulaire vide", donnees={}),
        Etat("dossiers:fiche", "formulaire vide", donnees={}),
        Etat("dossiers:engager", "formulaire vide", donnees={}),
        Etat("dossiers:notes", "à confirmer", donnees={"texte": "Elle a un cancer."}),
    ],
)
