"""`cepage marche importer`: holders of the lots and orders."""

import argparse
import json
import sys
from pathlib import Path


def ajouter_commandes(sous_parseurs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `marche` on the command line."""
    parseur = sous_parseurs.add_parser("marche", help="importer titulaires, bons de commande et prix")
    actions = parseur.add_subparsers(metavar="ACTION", required=True)
    importer = actions.add_parser("importer", help="importer un fichier, reconnu par son en-tête")
    importer.add_argument("fichiers", nargs="+", type=Path, metavar="FICHIER")
    importer.add_argument("--format", choices=("texte", "json"), default="texte")
    importer.set_defaults(executer=executer)


def executer(args: argparse.Namespace) -> int:
    """Import each file; 0 done, 2 refused with the reason."""
    from cepage.acheteur.marche.services import FichierRefuse, importer

    for fichier in args.fichiers:
        try:
            fait = importer(fichier)
        except FichierRefuse as refus:
            print(refus, file=sys.stderr)
            return 2
        if args.format == "json":
            print(json.dumps(vars(fait), ensure_ascii=False))
        else:
            print(f"{fait.genre} : {fait.crees} créé(s), {fait.modifies} modifié(s), {fait.inchanges} inchangé(s).")
    return 0
