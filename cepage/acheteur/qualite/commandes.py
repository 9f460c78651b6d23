"""`cepage enquetes`: invite, send and remind, import earlier results."""

import argparse
import sys
from pathlib import Path


def ajouter_commandes(sous_parseurs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `enquetes` on the command line."""
    parseur = sous_parseurs.add_parser("enquetes", help="interroger les bénéficiaires")
    actions = parseur.add_subparsers(metavar="ACTION", required=True)
    envoyer = actions.add_parser("envoyer", help="inviter, envoyer et relancer")
    envoyer.set_defaults(executer=_envoyer)
    importer = actions.add_parser("importer", help="importer des résultats antérieurs (CSV)")
    importer.add_argument("fichier", type=Path, metavar="FICHIER")
    importer.set_defaults(executer=_importer)


def _envoyer(args: argparse.Namespace) -> int:
    from cepage.acheteur.qualite import services
    from cepage.fondations.socle import horloge

    invitees = services.preparer(horloge.aujourd_hui())
    comptes = services.envoyer(horloge.maintenant())
    print(
        f"{invitees} invitation(s) préparée(s), {comptes['envoyees']} envoyée(s), "
        f"{comptes['relancees']} relance(s), {comptes['rebonds']} adresse(s) injoignable(s)."
    )
    return 0


def _importer(args: argparse.Namespace) -> int:
    from cepage.acheteur.qualite import services

    try:
        print(f"{services.importer(args.fichier)} ligne(s) importée(s).")
    except services.FichierRefuse as refus:
        print(refus, file=sys.stderr)
        return 2
    return 0
