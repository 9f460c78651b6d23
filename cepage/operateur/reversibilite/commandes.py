"""`cepage reversibilite`: portable dossiers written, read, described (UO5)."""

import argparse
from pathlib import Path


def ajouter_commandes(sous_parseurs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `reversibilite` on the command line."""
    parseur = sous_parseurs.add_parser("reversibilite", help="exporter et reprendre des dossiers complets (UO5)")
    actions = parseur.add_subparsers(title="actions", metavar="ACTION", required=True)
    exporter = actions.add_parser("exporter", help="écrire les dossiers portables d'un opérateur")
    exporter.add_argument("--emetteur", required=True, help="le code de l'opérateur")
    exporter.add_argument("--lot", action="append", help="un lot (répétable ; tous ceux de l'opérateur sinon)")
    exporter.add_argument("--sortie", type=Path, required=True, metavar="FICHIER.zip")
    exporter.set_defaults(executer=_exporter)
    importer = actions.add_parser("importer", help="reprendre des dossiers portables, en entier ou pas du tout")
    importer.add_argument("archive", type=Path, metavar="FICHIER.zip")
    importer.add_argument("--emetteur", required=True, help="le code de l'opérateur qui reprend")
    importer.add_argument("--simuler", action="store_true", help="tout vérifier, sans rien garder")
    importer.set_defaults(executer=_importer)
    schema = actions.add_parser("schema", help="écrire le JSON Schema du format")
    schema.set_defaults(executer=_schema)


def _exporter(args: argparse.Namespace) -> int:
    import os
    import sys

    from cepage.fondations.comptes.models import Organisation
    from cepage.fondations.socle import horloge
    from cepage.operateur.reversibilite.services.exportation import exporter

    operateur = Organisation.objects.filter(code_emetteur=args.emetteur).first()
    if operateur is None:
        print(f"Aucun opérateur n'a le code d'émetteur « {args.emetteur} ».", file=sys.stderr)
        return 3
    lots = args.lot or operateur.lots
    provisoire = args.sortie.with_name(f"{args.sortie.name}.{os.getpid()}.part")
    try:
        with provisoire.open("wb") as flux:
            bilan = exporter(args.emetteur, lots, flux, a=horloge.maintenant())
        provisoire.replace(args.sortie)
    except OSError as erreur:
        print(f"L'archive ne s'écrit pas : {erreur}. Vérifiez la place et les droits du dossier.", file=sys.stderr)
        return 3
    finally:
        provisoire.unlink(missing_ok=True)
    print(f"{bilan.dossiers} dossiers et {bilan.fichiers} fichiers dans {args.sortie}.")
    if bilan.en_attente:
        print(f"{bilan.en_attente} fiches attendent encore d'être transmises au point d'échange.", file=sys.stderr)
    for absent in bilan.absents:
        print(f"Introuvable, et noté au manifeste : {absent}", file=sys.stderr)
    return 1 if bilan.absents else 0


def _importer(args: argparse.Namespace) -> int:
    import sys

    from cepage.operateur.reversibilite.services.importation import ArchiveRefusee, importer

    try:
        reprise = importer(args.archive, emetteur=args.emetteur, simuler=args.simuler)
    except ArchiveRefusee as refus:
        print(f"{refus} Rien n'a été écrit.", file=sys.stderr)
        return 2
    for nom, combien in reprise.lignes.items():
        print(f"{nom} : {combien}")
    verbe = "se reprendraient" if reprise.simulee else "repris"
    print(f"{reprise.lignes.get('unites', 0)} dossiers {verbe}, {reprise.fichiers} fichiers.")
    return 0


def _schema(args: argparse.Namespace) -> int:
    import json

    from cepage.operateur.reversibilite.format import schema

    print(json.dumps(schema(), ensure_ascii=False, indent=2))
    return 0
