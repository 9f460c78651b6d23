"""`cepage jeu generer`: the fictitious set of the demonstration, the benches and the tests."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path


def ajouter_commandes(sous_parseurs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `jeu generer` to the parsers of the command line."""
    jeu = sous_parseurs.add_parser("jeu", help="fabriquer un jeu de données fictif")
    actions = jeu.add_subparsers(dest="action", required=True, metavar="action")
    generer = actions.add_parser(
        "generer",
        help="écrire titulaires, bons de commande, envois quotidiens et erreurs semées",
        description="Écrit ce que des opérateurs fictifs enverraient. Mêmes arguments, mêmes octets.",
    )
    generer.add_argument("--lots", type=int, default=2, help="nombre de lots, de 1 à 18 (défaut : 2)")
    generer.add_argument("--mois", type=int, default=24, help="nombre de mois depuis janvier 2020 (défaut : 24)")
    generer.add_argument(
        "--dossiers", type=int, default=20_000, help="unités d'œuvre, tous lots, à quelques pour cent près"
    )
    generer.add_argument("--graine", type=int, default=42, help="graine du tirage (défaut : 42)")
    generer.add_argument("--sortie", type=Path, required=True, help="répertoire à créer, vide")
    generer.add_argument(
        "--periode",
        choices=("jour", "mois"),
        help="un envoi par jour ouvré ou par mois (défaut : mois au-delà de 50 000)",
    )
    generer.add_argument("--sans-pieces", action="store_true", help="ni livrables, ni leurs fiches")
    generer.add_argument("--format", choices=("texte", "json"), default="texte", help="forme du résumé")
    generer.set_defaults(executer=executer)


def executer(args: argparse.Namespace) -> int:
    """Run `jeu generer`; 0 when written, 2 when the arguments cannot be honoured."""
    from demo.generation import Demande, generer

    try:
        demande = Demande(
            lots=args.lots,
            mois=args.mois,
            dossiers=args.dossiers,
            graine=args.graine,
            sortie=args.sortie,
            periode=args.periode,
            avec_pieces=not args.sans_pieces,
        )
        bilan = generer(demande)
    except ValueError as erreur:
        print(erreur, file=sys.stderr)
        return 2
    resume = {
        "sortie": str(args.sortie),
        "envois": bilan.envois,
        "renvois": bilan.renvois,
        "octets": bilan.octets,
        "fiches": dict(sorted(bilan.fiches.items())),
        "natures": dict(sorted(bilan.natures.items())),
        "erreurs": dict(sorted(bilan.erreurs.items())),
    }
    if args.format == "json":
        print(json.dumps(resume, ensure_ascii=False, indent=2))
        return 0
    print(f"{bilan.envois} envois ({bilan.octets / 1e6:.1f} Mo) écrits dans {args.sortie}.")
    print(f"{bilan.renvois} copies à renvoyer telles quelles sont dans {args.sortie / 'renvois'}.")
    for titre in ("fiches", "erreurs"):
        print(f"{titre.capitalize()} :")
        for nom, nombre in sorted(getattr(bilan, titre).items()):
            print(f"  {nom:32} {nombre:>9}")
    return 0
