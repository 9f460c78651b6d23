"""Scenarios of the exchange itself: formats, replays, corrections, cancellations, lateness, parts, modes."""

from __future__ import annotations

from itertools import count
from typing import Any

from cepage.echanges.conformite import ecriture
from cepage.echanges.conformite.changements import TARD, TOT
from cepage.echanges.conformite.fiches import PIECES, UO0, Envoi, parcours, personne, unite
from cepage.echanges.conformite.scenarios import Anomalie, Attendu, Etape, Scenario, compter, personnaliser

GRAND = 5000


def _zip(envoi: Envoi, emetteur: str, rang: int, attendu: Attendu, **etape: Any) -> Etape:
    octets = ecriture.en_zip(envoi, rang, emetteur=emetteur, pieces=PIECES)
    return Etape(f"CEP_08_{emetteur}_20220601_{rang}.zip", octets, attendu, **etape)


def _entrees(envoi: Envoi) -> Attendu:
    comptes = compter(envoi)
    return Attendu(statut="accepte", fiches=comptes, entrees=comptes)


def justes(emetteur: str, sequence: count[int]) -> list[Scenario]:
    """The valid envoi in each format, and each receipt in each writing."""
    complet = personnaliser(parcours(), emetteur)
    simple: Envoi = {"beneficiaire": [personne()]}
    attendu, petit = _entrees(complet), _entrees(simple)
    ecrits = {
        "zip": _zip(complet, emetteur, next(sequence), attendu),
        "csv": Etape("beneficiaire.csv", ecriture.en_csv("beneficiaire", simple["beneficiaire"]), petit),
        "json": Etape("envoi.json", ecriture.en_json(simple, next(sequence), emetteur=emetteur), petit),
        "jsonl": Etape("envoi.jsonl", ecriture.en_jsonl(simple), petit),
        "xml": Etape("envoi.xml", ecriture.en_xml(simple, next(sequence), emetteur=emetteur), petit),
    }
    return [
        Scenario(f"juste-{nom}", "juste", f"Un envoi juste en {nom.upper()}", (etape,)) for nom, etape in ecrits.items()
    ]


def echanges(emetteur: str, sequence: count[int]) -> list[Scenario]:
    """What an exchange goes through in a life."""
    complet = personnaliser(parcours(), emetteur)
    attendu = _entrees(complet)
    faites: list[Scenario] = []

    def ajouter(nom: str, titre: str, *etapes: Etape) -> None:
        faites.append(Scenario(nom, "echange", titre, etapes))

    def envoi(fiches: Envoi, voulu: Attendu, **etape: Any) -> Etape:
        return _zip(fiches, emetteur, next(sequence), voulu, **etape)

    premier = envoi(complet, attendu)
    meme = Attendu(statuts=(200,), statut="accepte", meme_que=0)
    ajouter("rejeu", "Les mêmes octets envoyés deux fois", premier, Etape(premier.nom, premier.octets, meme))

    ensuite = envoi(complet, Attendu(statut="accepte", entrees={}, fiches=compter(complet)))
    ajouter("fiches-connues", "Les mêmes fiches dans un autre envoi", envoi(complet, attendu), ensuite)

    cle = envoi(complet, attendu, cle_idempotence="cle-1")
    encore = Etape(cle.nom, cle.octets, meme, cle_idempotence="cle-1")
    autre = envoi(complet, Attendu(statuts=(422,), probleme="cle-reutilisee"), cle_idempotence="cle-1")
    ajouter("cle-idempotence", "Une clé d'idempotence répétée, puis prise par un autre envoi", cle, encore, autre)

    une: Envoi = {"beneficiaire": [personne()], "unite_oeuvre": [unite(UO0)]}
    une = personnaliser(une, emetteur)
    corrigee: Envoi = {"beneficiaire": [personne(nature="M", horodatage=TARD, niveau_formation="6")]}
    ajouter("correction", "Une correction plus récente", envoi(une, _entrees(une)), envoi(corrigee, _entrees(corrigee)))

    annulee = personnaliser({"unite_oeuvre": [unite(UO0, nature="A", horodatage=TARD)]}, emetteur)
    ajouter("annulation", "Une annulation", envoi(une, _entrees(une)), envoi(annulee, _entrees(annulee)))

    retard: Envoi = {"beneficiaire": [personne(horodatage=TOT)]}
    tardive = Attendu(
        statut="accepte",
        anomalies=(Anomalie("E-BEN-005", "avertissement", "beneficiaire", "beneficiaire.csv", 2),),
        codes=frozenset({"E-BEN-005"}),
        fiches={"beneficiaire": 1},
    )
    ajouter(
        "retard", "Une fiche plus ancienne que celle qui est connue", envoi(une, _entrees(une)), envoi(retard, tardive)
    )

    fautive: Envoi = {
        "beneficiaire": [personne(sexe="X"), personne(identifiant_beneficiaire="P2", nom_naissance="Roy")]
    }
    faute = Anomalie("E-BEN-003", "bloquant", "beneficiaire", "beneficiaire.csv", 2, "sexe")
    partiel = Attendu(
        statut="accepte_partiellement",
        anomalies=(faute,),
        codes=frozenset({"E-BEN-003"}),
        fiches={"beneficiaire": 2},
        entrees={"beneficiaire": 1},
    )
    mende: Envoi = {"beneficiaire": [personne()]}
    ajouter(
        "reprise-des-refus",
        "La ligne refusée, corrigée et renvoyée",
        envoi(fautive, partiel),
        envoi(mende, _entrees(mende)),
    )
    rien = Attendu(
        statut="refuse",
        anomalies=(faute,),
        codes=frozenset({"E-BEN-003"}),
        fiches={"beneficiaire": 2},
    )
    ajouter(
        "tout-ou-rien",
        "Une faute en mode tout ou rien refuse l'envoi",
        envoi(fautive, rien, mode="tout_ou_rien"),
        envoi(mende, _entrees(mende)),
    )
    essai = Attendu(statuts=(200,), statut="accepte", fiches=compter(mende), entrees=compter(mende))
    ajouter("essai", "Un essai ne garde rien", envoi(mende, essai, mode="essai"), envoi(mende, _entrees(mende)))
    ajouter("morceaux", "Un fichier en deux morceaux", envoi(complet, attendu, voie="morceaux"))
    ajouter("attente", "Un accusé demandé pour plus tard", envoi(complet, attendu, voie="attente"))
    ajouter("accuse-xml", "L'accusé en XML", envoi(complet, attendu, accept="application/xml"))
    ajouter(
        "sans-cle",
        "Une demande sans clé",
        envoi(complet, Attendu(statuts=(401,), probleme="cle-absente"), voie="sans_cle"),
    )
    foule = [personne(identifiant_beneficiaire=f"G{i}", nom_naissance=f"Nom{_lettres(i)}") for i in range(GRAND)]
    ajouter("grand", f"Un envoi de {GRAND} fiches", envoi({"beneficiaire": foule}, _entrees({"beneficiaire": foule})))
    return faites


def _lettres(rang: int) -> str:
    """A number in letters: a name holds no digit."""
    texte = ""
    while True:
        rang, reste = divmod(rang, 26)
        texte += chr(ord("a") + reste)
        if not rang:
            return texte
