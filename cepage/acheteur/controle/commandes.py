"""`cepage controle`: the frame of a quarter, and the draw of its sample."""

import argparse
import json
import sys
from typing import Any


def ajouter_commandes(sous_parseurs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `controle` on the command line."""
    parseur = sous_parseurs.add_parser("controle", help="tirer l'échantillon du contrôle de service fait")
    actions = parseur.add_subparsers(metavar="ACTION", required=True)
    base = _action(actions, "base", "la base d'un trimestre : ce qui peut être tiré")
    base.add_argument("--tirage", type=int, metavar="RANG", help="la base figée de ce tirage")
    base.set_defaults(executer=_base)
    tirer = _action(actions, "tirer", "tirer l'échantillon, le figer et le sceller")
    tirer.add_argument("--taux", metavar="PART", help="part tirée, 0.05 pour 5 %% ; sinon le taux de chaque unité")
    tirer.add_argument("--graine", required=True, metavar="TEXTE", help="texte publié")
    tirer.add_argument("--simuler", action="store_true", help="montrer le tirage sans rien figer")
    tirer.set_defaults(executer=_tirer)
    repartir = actions.add_parser("repartir", help="confier aux contrôleurs les dossiers qui n'en ont pas")
    repartir.add_argument("--lot", required=True)
    repartir.set_defaults(executer=_repartir)


def _action(actions: Any, nom: str, aide: str) -> argparse.ArgumentParser:
    action: argparse.ArgumentParser = actions.add_parser(nom, help=aide)
    action.add_argument("--lot", required=True)
    action.add_argument("--trimestre", required=True, metavar="AAAA-Tn")
    action.add_argument("--format", choices=("texte", "json"), default="texte")
    return action


def _base(args: argparse.Namespace) -> int:
    from cepage.acheteur.controle.selectors import base_publiee
    from cepage.fondations.socle.portee import portee_totale

    try:
        with portee_totale():
            base = base_publiee(args.lot, args.trimestre, rang=args.tirage)
    except ValueError as refus:
        print(refus, file=sys.stderr)
        return 2
    if args.format == "json":
        print(json.dumps(base.en_dict(), ensure_ascii=False))
    else:
        print(f"Base du lot {args.lot}, {args.trimestre} : {len(base.dossiers)} dossier(s).")
        print(f"Empreinte : {base.empreinte}")
        for effectif in base.en_dict()["effectifs"]["strates"]:
            print(f"  UO {effectif['uo']}, structure {effectif['structure'] or '—'} : {effectif['effectif']}")
    if base.tirages and args.tirage is None:
        rangs = ", ".join(str(r) for r in base.tirages)
        print(f"Déjà tiré : ajoutez --tirage RANG ({rangs}) pour la base figée.", file=sys.stderr)
    return 0


def _tirer(args: argparse.Namespace) -> int:
    from cepage.acheteur.controle import tirages
    from cepage.fondations.regles import ErreurRegles
    from cepage.fondations.regles.tirage import lire_taux
    from cepage.fondations.socle import horloge
    from cepage.fondations.socle.portee import portee_totale

    try:
        with portee_totale():
            taux = (
                tirages.taux_unique(lire_taux(args.taux), args.trimestre)
                if args.taux
                else tirages.taux_du_trimestre(args.lot, args.trimestre)
            )
            if args.simuler:
                fait = tirages.simuler(args.lot, args.trimestre, taux, args.graine)
            else:
                fait = tirages.figer(
                    args.lot, args.trimestre, taux, args.graine, le=horloge.maintenant(), auteur="ligne de commande"
                )
    except ErreurRegles as erreur:
        print(f"{erreur} {erreur.remede or ''}".strip(), file=sys.stderr)
        return 2
    except ValueError as refus:
        print(refus, file=sys.stderr)
        return 2
    _dire(fait, args)
    return 0


def _dire(fait: Any, args: argparse.Namespace) -> None:
    if fait.deja:
        suite = (
            f" {fait.arrives_depuis} unité(s) se sont complétées depuis : tirez-les avec une autre graine."
            if fait.arrives_depuis
            else ""
        )
        print(f"Ce tirage était déjà figé ({fait.tirage.tire_le:%d/%m/%Y}) : le voici.{suite}", file=sys.stderr)
    elif args.simuler:
        print("Simulation : rien n'est figé.", file=sys.stderr)
    if args.format == "json":
        print(json.dumps(fait.en_dict(), ensure_ascii=False))
        return
    print(f"Empreinte de la base : {fait.empreinte_base}")
    for s in fait.en_dict()["strates"]:
        print(f"  UO {s['uo']}, structure {s['structure'] or '—'} : {s['tires']} tiré(s) sur {s['effectif']}")
    for d in fait.echantillon.dossiers:
        print(d.numero_dossier)


def _repartir(args: argparse.Namespace) -> int:
    from cepage.acheteur.controle.tirages import repartir
    from cepage.fondations.socle import horloge
    from cepage.fondations.socle.portee import portee_totale

    with portee_totale():
        total = repartir(args.lot, horloge.maintenant())
    print(f"{total} dossier(s) confié(s).")
    return 0
