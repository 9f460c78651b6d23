"""`cepage registre`: versions of a dossier, hash of the whole state, export in columns."""

import argparse
import json
import sys
from datetime import date


def ajouter_commandes(sous_parseurs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `registre` on the command line."""
    parseur = sous_parseurs.add_parser("registre", help="lire le registre")
    actions = parseur.add_subparsers(metavar="ACTION", required=True)
    dossier = actions.add_parser("dossier", help="versions d'un dossier et de ce qui s'y rattache")
    dossier.add_argument("numero", metavar="NUMERO")
    dossier.add_argument("--connu-le", type=date.fromisoformat, metavar="AAAA-MM-JJ")
    dossier.add_argument("--format", choices=("texte", "json"), default="texte")
    dossier.set_defaults(executer=_dossier)
    empreinte = actions.add_parser("empreinte", help="une empreinte de tout l'état courant")
    empreinte.add_argument("--format", choices=("texte", "json"), default="texte")
    empreinte.set_defaults(executer=_empreinte)
    exporter = actions.add_parser("exporter", help="mettre à jour les colonnes des indicateurs")
    exporter.set_defaults(executer=_exporter)


def _dossier(args: argparse.Namespace) -> int:
    from cepage.acheteur.registre.selectors import versions_du_dossier
    from cepage.fondations.socle.portee import portee_totale

    with portee_totale():
        versions = versions_du_dossier(args.numero, connu_le=args.connu_le)
    if args.format == "json":
        print(json.dumps([v.en_dict() for v in versions], ensure_ascii=False))
    for version in versions if args.format == "texte" else []:
        etat = "état courant" if version.courante else "historique"
        print(f"{version.horodatage:%Y-%m-%d %H:%M} {version.fiche} {version.nature} {version.cle} ({etat})")
        for nom, (avant, apres) in version.changements.items():
            print(f"    {nom} : {avant} → {apres}")
    if not versions:
        print(f"Le dossier {args.numero} n'est pas connu du registre à cette date.", file=sys.stderr)
        return 2
    return 0


def _empreinte(args: argparse.Namespace) -> int:
    from cepage.acheteur.registre.selectors import empreinte
    from cepage.fondations.socle.portee import portee_totale

    with portee_totale():
        valeur = empreinte()
    print(json.dumps({"empreinte": valeur}) if args.format == "json" else valeur)
    return 0


def _exporter(args: argparse.Namespace) -> int:
    from django.conf import settings

    from cepage.acheteur.registre.colonnes import actualiser

    ecrits = actualiser(settings.CEPAGE_DONNEES / "colonnes")
    print(f"{len(ecrits)} partition(s) mise(s) à jour.")
    return 0
