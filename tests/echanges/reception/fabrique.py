"""The market of the tests and its postman; the fiches themselves are those of the conformance kit."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import Any

from cepage.acheteur.marche.models import Commande, Titulaire
from cepage.echanges.conformite.ecriture import assembler, en_csv, en_json, en_jsonl, en_xml, en_zip
from cepage.echanges.conformite.fiches import (
    NUMEROS,
    PIECES,
    PRODUIT,
    RECU,
    REFERENCES,
    UO0,
    UO1,
    UO21,
    UO22,
    Envoi,
    Fiche,
    empreinte,
    implantation,
    indicateur,
    interaction,
    livrable,
    moyens,
    parcours,
    personne,
    reclamation,
    rouvrir,
    unite,
)
from cepage.echanges.reception.accuse import Accuse
from cepage.echanges.reception.enums import Mode
from cepage.echanges.reception.services import Depot, recevoir
from cepage.fondations.regles import Regles, charger_marche
from cepage.fondations.regles.parametres import RACINE

__all__ = [
    "NUMEROS",
    "PIECES",
    "PRODUIT",
    "RECU",
    "REFERENCES",
    "UO0",
    "UO1",
    "UO21",
    "UO22",
    "Envoi",
    "Facteur",
    "Fiche",
    "assembler",
    "codes",
    "copie",
    "empreinte",
    "en_csv",
    "en_json",
    "en_jsonl",
    "en_xml",
    "en_zip",
    "implantation",
    "indicateur",
    "interaction",
    "livrable",
    "moyens",
    "ouvrir_le_marche",
    "parcours",
    "personne",
    "reclamation",
    "regles_avec_le_nir",
    "rouvrir",
    "unite",
]

_sequence = count(1)


def ouvrir_le_marche() -> None:
    """AB holds lot 08, CD holds lot 02, and the orders of 2020 and 2021 exist (100 units each)."""
    debut = date(2020, 1, 2)
    Titulaire.objects.create(lot="08", operateur="AB", nom="Opérateur AB", debut=debut)
    Titulaire.objects.create(lot="02", operateur="CD", nom="Opérateur CD", debut=debut)
    Commande.objects.bulk_create(
        Commande(
            reference=f"{annee}-Lot{lot}-UO{affichee}-01",
            lot=lot,
            uo=uo,
            debut=date(annee, 1, 1),
            fin=date(annee, 12, 31),
            volume=100,
        )
        for lot in ("08", "02")
        for annee in (2020, 2021)
        for uo, affichee in (("00", "00"), ("01", "01"), ("21", "2.1"), ("22", "2.2"))
    )


# --- sending ---


class Facteur:
    """Sends envois from a temporary directory; each gets its own sequence number, hence its own bytes."""

    def __init__(self, repertoire: Path) -> None:
        self._repertoire = repertoire

    def envoyer(
        self,
        envoi: Envoi,
        *,
        lot: str = "08",
        emetteur: str = "AB",
        mode: Mode = Mode.NORMAL,
        recu_le: datetime = RECU,
        pieces: Mapping[str, bytes] = PIECES,
        **depot: Any,
    ) -> Accuse:
        """Send a ZIP and return its receipt."""
        sequence = next(_sequence)
        octets = en_zip(envoi, sequence, lot=lot, emetteur=emetteur, pieces=pieces)
        nom = f"CEP_{lot}_{emetteur}_20220601_{sequence}.zip"
        return self.deposer(nom, octets, lot=lot, mode=mode, recu_le=recu_le, **depot)

    def deposer(
        self,
        nom: str,
        octets: bytes,
        *,
        lot: str = "08",
        mode: Mode = Mode.NORMAL,
        recu_le: datetime = RECU,
        **depot: Any,
    ) -> Accuse:
        """Send these bytes under this name and return their receipt."""
        chemin = self._repertoire / nom
        chemin.write_bytes(octets)
        return recevoir(Depot(chemin, lot, recu_le, mode=mode, **depot))


def regles_avec_le_nir(depuis: date) -> Regles:
    """The market's rules, were the NIR asked for from that day on."""
    regles = charger_marche("A")
    parametre = regles.parametre("envoi.nir_recueilli")
    (valeur,) = parametre.valeurs
    valeurs = (replace(valeur, fin=depuis), replace(valeur, valeur=True, debut=depuis))
    parametres = {p.cle: p for p in regles} | {parametre.cle: replace(parametre, valeurs=valeurs)}
    return Regles(regles.marche, parametres, regles.empreinte, RACINE / "marche_a")


def codes(accuse: Accuse) -> list[str]:
    """Codes of the receipt, in order."""
    return [anomalie["code"] for anomalie in accuse.anomalies]


def copie(envoi: Envoi) -> Envoi:
    """The same fiches, free to change."""
    return deepcopy(envoi)
