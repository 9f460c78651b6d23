"""The livrables: one in each state of its life, and the link by which a person signs from afar."""

from datetime import datetime, timedelta
from pathlib import Path

from cepage.fondations.socle import horloge
from cepage.fondations.socle.portee import portee_emetteurs
from cepage.operateur.livrables import services
from cepage.operateur.livrables.enums import Identification, Moyen
from cepage.operateur.livrables.models import Livrable, Signature
from cepage.operateur.livrables.services.signature import condenser
from tests.matrice.bureau import A, acteur, engager, professionnel, recevoir
from tests.matrice.objets import Cote, Etat, Piece, commun, objet
from tests.operateur.livrables.bureau import ELP

ABSENT = 999_999_999
EN_REDACTION, SUR_PLACE, SUR_PAPIER, A_DISTANCE, SIGNE = "rédigé", "sur place", "sur papier", "à distance", "signé"


def _ecrire(cote: Cote, genre: str) -> Livrable:
    unite = engager(cote, recevoir(cote, genre))
    par = acteur(cote)
    courant = services.commencer(unite, par=par, a=A)
    textes = ELP | {"situation": f"texte-canari-{cote.emetteur}"}
    return services.enregistrer(courant, textes, version=courant.version, par=par, a=A)


def _demander(cote: Cote, genre: str, moyen: Moyen, a: datetime = A) -> Signature:
    return services.demander(
        _ecrire(cote, genre),
        moyen=moyen,
        conseiller=professionnel(cote),
        par=acteur(cote),
        a=a,
        identification=Identification.PIECE,
        courriel=f"lien.{cote.emetteur}@exemple.test".lower() if moyen == Moyen.A_DISTANCE else "",
        adresse="https://cep.exemple.fr/",
        depuis="192.0.2.1",
    )


def _preparer(cote: Cote, dossier: Path) -> None:
    jeton = f"lien-pour-signer-{cote.emetteur}"
    with portee_emetteurs([cote.emetteur]):
        a_commencer = engager(cote, recevoir(cote, "Commencer"))
        redige = _ecrire(cote, "Redige")
        sur_place = _demander(cote, "Place", Moyen.SUR_PLACE)
        sur_papier = _demander(cote, "Papier", Moyen.PAPIER)
        a_distance = _demander(cote, "Distance", Moyen.A_DISTANCE, horloge.maintenant())
        a_distance.jeton_condense = condenser(jeton)
        a_distance.save(update_fields=["jeton_condense"])
        attendue = _demander(cote, "Signe", Moyen.SUR_PLACE)
        signee = services.signer_a_l_ecran(
            attendue, mention="Lu et approuvé", a=A + timedelta(hours=1), depuis="192.0.2.2"
        )
    cote.objets |= {
        "unité à écrire": str(a_commencer.numero_dossier),
        EN_REDACTION: str(redige.pk),
        SUR_PLACE: str(sur_place.livrable_id),
        SUR_PAPIER: str(sur_papier.livrable_id),
        A_DISTANCE: str(a_distance.livrable_id),
        SIGNE: str(signee.livrable_id),
        "lien pour signer": jeton,
    }
    cote.canaris |= {f"texte-canari-{cote.emetteur}", f"lien.{cote.emetteur}@exemple.test".lower(), signee.reference}


PIECE = Piece(
    "livrables",
    rang=45,
    preparer=_preparer,
    arguments={
        "numero": objet("unité à écrire", manquant="AB209901999999"),
        "pk": objet(EN_REDACTION, manquant=ABSENT),
        "livrables:sur_place/pk": objet(SUR_PLACE, manquant=ABSENT),
        "livrables:papier/pk": objet(SUR_PAPIER, manquant=ABSENT),
        "livrables:a_imprimer/pk": objet(SUR_PAPIER, manquant=ABSENT),
        "livrables:annuler/pk": objet(A_DISTANCE, manquant=ABSENT),
        **{f"livrables:{route}/pk": objet(SIGNE, manquant=ABSENT) for route in ("signe", "preuve", "rendre")},
        "format_": commun("odt", manquant="exe"),
    },
    etats=[
        Etat("livrables:liste", "rien ne répond", {"etat": "a_commencer", "miens": "on"}),
        Etat("livrables:versions", "une version", {"version": "1"}),
        Etat("livrables:enregistrer", "en conflit", donnees={"version": "0"}),
        Etat("livrables:demander", "formulaire vide", donnees={}),
        Etat("livrables:sur_place", "sans la mention", donnees={}),
        Etat("livrables:papier", "sans fichier", donnees={}),
    ],
)
