"""The envois: one partly refused envoi, its depot and its trial, for each operator."""

import uuid
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from cepage.echanges.reception import depots
from cepage.echanges.reception.enums import Mode
from cepage.echanges.reception.services import Depot, recevoir
from cepage.fondations.socle.portee import portee_emetteurs
from tests.echanges.reception import fabrique
from tests.matrice.objets import Cote, Etat, Piece, Requete, commun, objet
from tests.matrice.parcours import parcours_de

LONG = "un-nom-de-fichier-que-personne-n-a-voulu-raccourcir-et-qui-n-a-pas-une-espace-" * 2
ABSENT = str(uuid.UUID(int=0))


def _preparer(cote: Cote, dossier: Path) -> None:
    envoi = parcours_de(cote)
    refusee = envoi["beneficiaire"][0] | {"identifiant_beneficiaire": "P2", "adresse_code_postal": "99999"}
    envoi["beneficiaire"].append(refusee)
    octets = fabrique.en_zip(envoi, 1, lot=cote.lot, emetteur=cote.emetteur)
    chemin = dossier / f"CEP_{cote.lot}_{cote.emetteur}_20220601_1.zip"
    chemin.write_bytes(octets)
    accuse = recevoir(Depot(chemin, cote.lot, fabrique.RECU, nom=chemin.name))
    illisible = dossier / f"{LONG}{cote.emetteur}.zip"
    illisible.write_bytes(b"rien de lisible")
    refuse = recevoir(Depot(illisible, cote.lot, fabrique.RECU, nom=illisible.name, emetteur=cote.emetteur))
    cote.objets |= {"envoi": accuse.envoi, "envoi refusé": refuse.envoi, "depot": _depot(cote)}
    # Other bytes than those received: a known file is answered with its receipt, it is not tried again.
    cote.objets["essai"] = _essai(cote, fabrique.en_zip(envoi, 2, lot=cote.lot, emetteur=cote.emetteur))
    cote.canaris |= {accuse.envoi, refuse.envoi, chemin.name, cote.objets["depot"], cote.objets["essai"]}


def _depot(cote: Cote) -> str:
    with portee_emetteurs([cote.emetteur]):
        fichier = SimpleUploadedFile(f"attente-{cote.emetteur}.zip", b"en attente")
        return str(
            depots.deposer(fichier, lot=cote.lot, mode=Mode.NORMAL, emetteur=cote.emetteur, recu_le=fabrique.RECU)
        )


def _essai(cote: Cote, octets: bytes) -> str:
    with portee_emetteurs([cote.emetteur]):
        fichier = SimpleUploadedFile(f"essai-{cote.emetteur}.zip", octets)
        demande = {"lot": cote.lot, "emetteur": cote.emetteur}
        depot = str(depots.deposer(fichier, mode=Mode.ESSAI, recu_le=fabrique.RECU, **demande))
        depots.traiter(depot, mode="essai", nom=f"essai-{cote.emetteur}.zip", recu_le=fabrique.RECU, **demande)
    return depot


PIECE = Piece(
    "reception",
    rang=10,
    preparer=_preparer,
    arguments={
        "identifiant": objet("envoi", manquant="08-0000000000000000"),
        "depot": objet("depot", manquant=ABSENT),
        "reception:essai/depot": objet("essai", manquant=ABSENT),
        "format_": commun("json", manquant="exe"),
        "fiche": commun("beneficiaire", manquant="rien"),
    },
    requetes={
        "reception:liste": Requete(lambda cote: {"lot": cote.lot}),
        "reception:calendrier": Requete(lambda cote: {"lot": cote.lot, "annee": "2020", "mois": "3"}),
    },
    etats=[
        Etat("reception:liste", "filtre faux", {"mois": "juin"}),
        Etat("reception:liste", "rien ne répond", {"statut": "refuse", "mois": "2019-01"}),
        Etat("reception:deposer", "formulaire vide", donnees={}),
        Etat("reception:calendrier", "année", {"annee": "2020"}),
        Etat("reception:calendrier", "filtre faux", {"annee": "hier"}),
        Etat("reception:accuse", "déjà reçu", {"deja": "1"}),
        Etat("reception:accuse", "rien ne répond", {"gravite": "avertissement", "fiche": "livrable"}),
    ],
)
