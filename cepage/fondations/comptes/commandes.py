"""`cepage comptes`: the first administrator of an installation, before anyone can log in."""

import argparse
import sys


def ajouter_commandes(sous_parseurs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `comptes` on the command line."""
    parseur = sous_parseurs.add_parser("comptes", help="ouvrir le compte du premier administrateur")
    actions = parseur.add_subparsers(metavar="ACTION", required=True)
    aide = "ouvrir le compte d'un administrateur, et donner le lien pour choisir son mot de passe"
    administrateur = actions.add_parser("administrateur", help=aide, description=aide)
    administrateur.add_argument("--email", required=True, metavar="ADRESSE", help="son adresse de courriel")
    administrateur.add_argument("--prenom", required=True)
    administrateur.add_argument("--nom", required=True)
    administrateur.add_argument("--organisation", required=True, metavar="NOM", help="l'acheteur ; créé s'il manque")
    administrateur.add_argument("--ajouter", action="store_true", help="même s'il existe déjà un administrateur")
    administrateur.add_argument("--site", metavar="URL", help="adresse du site, pour le lien ; sinon CEPAGE_ADRESSE")
    administrateur.set_defaults(executer=_administrateur)


def _administrateur(args: argparse.Namespace) -> int:
    from django.conf import settings
    from django.core.exceptions import ValidationError

    from cepage.fondations.comptes.administration import services
    from cepage.fondations.socle import horloge

    site = args.site or settings.CEPAGE_ADRESSE
    acte = services.Acte(par=None, le=horloge.maintenant())
    try:
        personne = services.ouvrir_administrateur(
            acte,
            email=args.email,
            prenom=args.prenom,
            nom=args.nom,
            organisation=args.organisation,
            ajouter=args.ajouter,
        )
    except ValidationError as refus:
        print("\n".join(refus.messages), file=sys.stderr)
        return 2
    print(f"Le compte de {personne} est ouvert. Pour choisir son mot de passe, une seule fois, avant trois jours :")
    print(services.lien_d_invitation(personne, site.rstrip("/")))
    return 0
