"""`cepage partage exporter`: the courses for AGORA or the SI CPF, in a file."""

import argparse
from datetime import date
from pathlib import Path


def ajouter_commandes(sous_parseurs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `partage` on the command line."""
    parseur = sous_parseurs.add_parser("partage", help="exporter les parcours pour AGORA ou le SI CPF")
    actions = parseur.add_subparsers(title="actions", metavar="ACTION", required=True)
    export = actions.add_parser("exporter", help="écrire le fichier d'un lot (format hypothèse)")
    export.add_argument("--format", choices=("agora", "si-cpf"), default="agora")
    export.add_argument("--lot", required=True)
    export.add_argument("--du", required=True, type=date.fromisoformat, metavar="AAAA-MM-JJ", help="premier jour")
    export.add_argument("--au", required=True, type=date.fromisoformat, metavar="AAAA-MM-JJ", help="jour de fin, exclu")
    export.add_argument("--sortie", required=True, type=Path, help="dossier où écrire")
    export.set_defaults(executer=_exporter)


def _exporter(args: argparse.Namespace) -> int:
    from cepage.echanges.partage.formats import FORMATS, HYPOTHESE
    from cepage.echanges.partage.services import ExportImpossible, exporter
    from cepage.fondations.socle import horloge

    try:
        fait = exporter(args.format, lot=args.lot, du=args.du, au=args.au, dossier=args.sortie, le=horloge.maintenant())
    except ExportImpossible as refus:
        print(refus)
        return 2
    print(f"{fait.parcours} parcours pour {FORMATS[args.format].destinataire} dans {fait.fichier}")
    print(f"SHA-256 {fait.empreinte}, scellé dans le journal.")
    if fait.hypothese:
        print(f"Format {args.format}, {HYPOTHESE}.")
    return 0
