"""The reference lists on the command line.

    cepage referentiels lister [--format json]
    cepage referentiels importer LISTE FICHIER --debut DATE --source TEXTE [--appliquer]

`importer` shows what would change and writes nothing without `--appliquer`. Exit codes: 0 done, 2 refused.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from cepage.fondations.referentiels import importation, nomenclatures, territoires
from cepage.fondations.referentiels import source as source_donnees

if TYPE_CHECKING:
    Sousparseurs = argparse._SubParsersAction[argparse.ArgumentParser]

CODE_FAIT = 0
CODE_REFUSE = 2


def _date(brut: str) -> date:
    try:
        return date.fromisoformat(brut)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"« {brut} » n'est pas une date. Écrivez-la AAAA-MM-JJ, ex. 2026-01-01."
        ) from None


def _colonnes(brut: str) -> dict[str, str]:
    correspondance = {}
    for paire in brut.split(","):
        notre, egal, sien = paire.partition("=")
        if not (notre.strip() and egal and sien.strip()):
            raise argparse.ArgumentTypeError(
                f"« {paire} » n'est pas une correspondance. Écrivez code=NOM_DU_FICHIER,libelle=AUTRE_NOM."
            )
        correspondance[notre.strip()] = sien.strip()
    return correspondance


def ajouter_commandes(sous_parseurs: Sousparseurs) -> None:
    """Declare `referentiels` on the command line."""
    parseur = sous_parseurs.add_parser("referentiels", help="lister et importer les référentiels")
    actions = parseur.add_subparsers(dest="action", metavar="ACTION", required=True)
    lister = actions.add_parser("lister", help="les listes, leur taille, leur source")
    lister.add_argument("--format", choices=("texte", "json"), default="texte")
    importer = actions.add_parser("importer", help="montrer, puis appliquer, une liste officielle plus récente")
    importer.add_argument("liste", metavar="LISTE", help="une liste de « cepage referentiels lister »")
    importer.add_argument("fichier", metavar="FICHIER", type=Path, help="fichier CSV en UTF-8")
    importer.add_argument("--debut", type=_date, required=True, metavar="DATE", help="premier jour, AAAA-MM-JJ")
    importer.add_argument("--source", default="", help="d'où vient le fichier (par défaut, son nom)")
    importer.add_argument(
        "--colonnes",
        type=_colonnes,
        default={},
        metavar="NOTRE=SIENNE,…",
        help="noms des colonnes du fichier",
    )
    importer.add_argument("--appliquer", action="store_true", help="enregistrer (sinon, montrer seulement)")
    importer.add_argument("--accepter-retraits", action="store_true", help="accepter de nombreux codes retirés")
    importer.add_argument("--remplacer", action="store_true", help="corriger la liste de la même date")
    for action in (lister, importer):
        action.set_defaults(executer=executer)


def executer(args: argparse.Namespace) -> int:
    """Run `referentiels lister` or `referentiels importer`; 0 done, 2 refused with the reason."""
    if args.action == "lister":
        return _lister(args)
    try:
        return _importer(args)
    except importation.ImportRefuse as refus:
        print(refus, file=sys.stderr)
        return CODE_REFUSE


def _inventaire() -> list[dict[str, object]]:
    inventaire: list[dict[str, object]] = []
    for nom in nomenclatures.noms():
        codes = [c for c in nomenclatures.table(nom) if c.fin is None]
        sources = sorted({c.source for c in codes})
        inventaire.append(
            {
                "liste": nom,
                "codes": len(codes),
                "proposee": any(c.proposee for c in codes),
                "source": " ; ".join(sources[:2]),
                "importees": [f"{j.debut:%Y-%m-%d}" for j in source_donnees.jeux(nom)],
            }
        )
    autres = {
        "communes": (
            len(territoires.communes()),
            "@etalab/decoupage-administratif (LO 2.0), GeoNames (CC BY 4.0)",
        ),
        "populations": (len(territoires.lots()) - 1, "INSEE, recensements de plusieurs années"),
    }
    for nom, (taille, source) in autres.items():
        importees = [f"{j.debut:%Y-%m-%d}" for j in source_donnees.jeux(nom)]
        inventaire.append({"liste": nom, "codes": taille, "proposee": False, "source": source, "importees": importees})
    return inventaire


def _lister(args: argparse.Namespace) -> int:
    inventaire = _inventaire()
    if args.format == "json":
        print(json.dumps(inventaire, ensure_ascii=False, indent=2))
        return CODE_FAIT
    for liste in inventaire:
        importees = liste["importees"]
        suite = (
            f" ; importée pour le {', '.join(map(str, importees))}" if isinstance(importees, list) and importees else ""
        )
        proposee = " [proposée]" if liste["proposee"] else ""
        print(f"{liste['liste']:<30} {liste['codes']:>6}  {liste['source']}{proposee}{suite}")
    return CODE_FAIT


def _montrer(quoi: str, exemples: tuple[str, ...]) -> None:
    print(f"{quoi} : {len(exemples)}")
    for exemple in exemples[: importation.EXEMPLES_MONTRES]:
        print(f"  {exemple}")
    if len(exemples) > importation.EXEMPLES_MONTRES:
        print("  …")


def _importer(args: argparse.Namespace) -> int:
    try:
        contenu = args.fichier.read_bytes()
    except OSError as erreur:
        raise importation.ImportRefuse(
            f"Le fichier {args.fichier} ne se lit pas : {erreur.strerror}.",
            "Vérifiez le chemin et les droits.",
        ) from None
    prepare = importation.preparer(args.liste, contenu, args.debut, args.source or args.fichier.name, args.colonnes)
    print(f"Liste « {prepare.liste} » au {prepare.debut:%d/%m/%Y} : {prepare.lignes} lignes dans le fichier.")
    _montrer("Ajoutés", prepare.ajoutes)
    _montrer("Retirés", prepare.retires)
    _montrer("Modifiés", prepare.modifies)
    if prepare.retraits_suspects and not args.accepter_retraits:
        raise importation.ImportRefuse(
            f"{len(prepare.retires)} codes sur {prepare.en_vigueur} disparaîtraient : fichier coupé ?",
            "Vérifiez-le ; si ces retraits sont voulus, ajoutez --accepter-retraits.",
        )
    if not args.appliquer:
        print("Rien n'a été écrit. Ajoutez --appliquer pour enregistrer cette liste.")
        return CODE_FAIT
    from cepage.fondations.referentiels.services import appliquer

    if appliquer(prepare, remplacer=args.remplacer):
        print(f"Liste enregistrée, en vigueur à partir du {prepare.debut:%d/%m/%Y}.")
    else:
        print("Cette liste est déjà enregistrée à cette date : rien n'a changé.")
    return CODE_FAIT
