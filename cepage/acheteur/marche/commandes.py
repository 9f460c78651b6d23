"""`cepage marche`: import holders, orders and prices; simulate a change of the rules on past months."""

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
    simuler = actions.add_parser("simuler", help="voir l'effet d'un changement de règles sur des mois passés")
    simuler.add_argument("fichier", type=Path, metavar="FICHIER.yaml")
    simuler.add_argument("--depuis", required=True, metavar="AAAA-MM")
    simuler.add_argument("--jusqu-a", required=True, metavar="AAAA-MM")
    simuler.add_argument("--format", choices=("texte", "json"), default="texte")
    simuler.set_defaults(executer=executer_simulation)


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


def executer_simulation(args: argparse.Namespace) -> int:
    """Print before, after and the difference; 0 done, 2 refused with the reason. Nothing is written."""
    from cepage.acheteur.decomptes.simulation import SimulationImpossible, bornes, simuler
    from cepage.fondations.regles import ErreurRegles
    from cepage.fondations.regles.surcharge import lire_changements
    from cepage.fondations.socle.portee import portee_totale

    if not args.fichier.is_file():
        print(f"Fichier introuvable : {args.fichier}.", file=sys.stderr)
        return 2
    try:
        depuis, fin = bornes(args.depuis, args.jusqu_a)
        with portee_totale():
            fait = simuler(lire_changements(args.fichier), depuis, fin)
    except (SimulationImpossible, ErreurRegles) as refus:
        print(refus, file=sys.stderr)
        return 2
    if args.format == "json":
        print(json.dumps(fait.en_dict(), ensure_ascii=False))
        return 0
    for ligne in fait.lignes:
        print(
            f"Lot {ligne.lot}  UO {ligne.uo}  avant {ligne.avant.montant_ht} €  après {ligne.apres.montant_ht} €  "
            f"écart {ligne.difference_ht} €  {ligne.dossiers} dossier(s) touché(s)"
        )
    print(f"Total : avant {fait.avant_ht} €, après {fait.apres_ht} €, écart {fait.difference_ht} € HT.")
    return 0
