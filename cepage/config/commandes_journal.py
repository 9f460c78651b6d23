"""`cepage journal verifier`: check the sealed journal."""

import argparse
import json


def ajouter_commandes(sous_parseurs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `journal` on the command line."""
    parseur = sous_parseurs.add_parser("journal", help="vérifier le journal scellé")
    actions = parseur.add_subparsers(metavar="ACTION", required=True)
    verifier = actions.add_parser("verifier", help="recalculer toute la chaîne d'empreintes")
    verifier.add_argument("--empreinte", metavar="SHA256", help="empreinte publiée qui doit s'y trouver")
    verifier.add_argument("--format", choices=("texte", "json"), default="texte")
    verifier.set_defaults(executer=executer)


def executer(args: argparse.Namespace) -> int:
    """Print the verdict; 0 when the chain holds, 2 otherwise."""
    from cepage.fondations.socle.journal import verifier
    from cepage.fondations.socle.portee import portee_totale

    with portee_totale():
        resultat = verifier(derniere_connue=args.empreinte)
    if args.format == "json":
        print(
            json.dumps(
                {
                    "intact": resultat.intacte,
                    "entrees": resultat.entrees,
                    "empreinte": resultat.derniere,
                    "defauts": resultat.defauts,
                },
                ensure_ascii=False,
            )
        )
    elif resultat.intacte:
        print(f"Journal intact : {resultat.entrees} entrée(s), dernière empreinte {resultat.derniere}.")
    else:
        print("Journal altéré :\n" + "\n".join(f"  {defaut}" for defaut in resultat.defauts))
    return 0 if resultat.intacte else 2
