"""`cepage journal verifier`, `cepage journal ancrer`: check the sealed journal, have its head time-stamped."""

import argparse
import json
import sys
from pathlib import Path


def ajouter_commandes(sous_parseurs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `journal` on the command line."""
    parseur = sous_parseurs.add_parser("journal", help="vérifier et ancrer le journal scellé")
    actions = parseur.add_subparsers(metavar="ACTION", required=True)
    verifier = actions.add_parser("verifier", help="recalculer toute la chaîne d'empreintes et vérifier ses ancres")
    verifier.add_argument("--empreinte", metavar="SHA256", help="empreinte publiée qui doit s'y trouver")
    verifier.add_argument(
        "--jeton",
        metavar="FICHIER",
        type=Path,
        action="append",
        default=[],
        help="jeton d'horodatage gardé ailleurs (répétable)",
    )
    verifier.add_argument("--format", choices=("texte", "json"), default="texte")
    verifier.set_defaults(executer=executer)
    ancrer = actions.add_parser("ancrer", help="faire horodater la dernière empreinte (chaque nuit, seul)")
    ancrer.add_argument("--sortie", metavar="FICHIER", type=Path, help="où écrire aussi le jeton, pour le garder")
    ancrer.add_argument("--format", choices=("texte", "json"), default="texte")
    ancrer.set_defaults(executer=executer_ancrage)


def executer(args: argparse.Namespace) -> int:
    """Print the verdict; 0 when the chain and its anchors hold, 2 otherwise, 3 when a token cannot be read."""
    from cepage.fondations.journal.selectors import verifier
    from cepage.fondations.socle.portee import portee_totale

    try:
        jetons = {str(fichier): fichier.read_bytes() for fichier in args.jeton}
    except OSError as erreur:
        print(
            f"Le jeton ne se lit pas : {erreur}. Donnez le fichier écrit par « cepage journal ancrer ».",
            file=sys.stderr,
        )
        return 3
    with portee_totale():
        resultat = verifier(derniere_connue=args.empreinte, jetons=jetons)
    if args.format == "json":
        contenu = {
            "intact": resultat.intacte,
            "entrees": resultat.entrees,
            "empreinte": resultat.derniere,
            "ancres": resultat.ancres,
            "defauts": resultat.defauts,
        }
        print(json.dumps(contenu, ensure_ascii=False))
    elif resultat.intacte:
        print(
            f"Journal intact : {resultat.entrees} entrée(s), {resultat.ancres} ancre(s), "
            f"dernière empreinte {resultat.derniere}."
        )
    else:
        print("Journal altéré :\n" + "\n".join(f"  {defaut}" for defaut in resultat.defauts))
    return 0 if resultat.intacte else 2


def executer_ancrage(args: argparse.Namespace) -> int:
    """Print the anchor; 0 when the head is anchored, 2 when the journal is altered or the authority refuses."""
    from cepage.fondations.journal.services import AncrageImpossible, ancrer
    from cepage.fondations.socle import formats, horloge

    try:
        fait = ancrer(le=horloge.maintenant())
    except AncrageImpossible as impossible:
        print(str(impossible), file=sys.stderr)
        return 2
    if args.sortie:
        args.sortie.write_bytes(bytes(fait.ancre.jeton))
    if args.format == "json":
        contenu = {
            "nouvelle": fait.nouvelle,
            "entree": fait.ancre.numero,
            "horodatee_le": fait.ancre.horodatee_le.isoformat(),
            "autorite": fait.ancre.autorite,
        }
        print(json.dumps(contenu, ensure_ascii=False))
    else:
        debut = "Entrée {} ancrée" if fait.nouvelle else "Rien de nouveau depuis l'entrée {}, déjà ancrée"
        quand = formats.instant(fait.ancre.horodatee_le)
        print(f"{debut.format(fait.ancre.numero)} : horodatée le {quand} par « {fait.ancre.autorite} ».")
    return 0
