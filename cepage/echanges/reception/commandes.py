"""`cepage recevoir`: receive files from the command line, one receipt each."""

import argparse
import json
import sys
from pathlib import Path


def ajouter_commandes(sous_parseurs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `recevoir` on the command line."""
    parseur = sous_parseurs.add_parser("recevoir", help="recevoir un ou plusieurs envois")
    parseur.add_argument("fichiers", nargs="+", type=Path, metavar="FICHIER", help="ZIP, CSV, JSON, JSON Lines ou XML")
    parseur.add_argument("--lot", required=True, metavar="NN", help="lot de l'accord-cadre, de 01 à 19")
    parseur.add_argument("--mode", choices=("normal", "essai", "tout_ou_rien"), default="normal")
    parseur.add_argument("--format", choices=("texte", "json", "xml", "csv"), default="texte")
    parseur.set_defaults(executer=executer)


def executer(args: argparse.Namespace) -> int:
    """Receive each file in turn; the exit code is the worst of the receipts (3 when a file does not open)."""
    from django.utils import timezone

    from cepage.echanges.reception.contexte import registre
    from cepage.echanges.reception.enums import Mode
    from cepage.echanges.reception.services import Depot, recevoir

    absents = [f for f in args.fichiers if not f.is_file()]
    if absents:
        print(f"Fichier introuvable : {', '.join(map(str, absents))}. Rien n'a été reçu.", file=sys.stderr)
        return 3
    accuses = []
    for fichier in args.fichiers:
        barre = _Barre(fichier.name)
        depot = Depot(fichier, args.lot, timezone.now(), mode=Mode(args.mode))
        accuse = recevoir(depot, barre.avancer)
        barre.finir()
        accuses.append(accuse)
        if args.format == "xml":
            print(accuse.en_xml().decode())
        elif args.format == "csv":
            print(accuse.en_csv(), end="")
        elif args.format == "texte":
            print(accuse.en_phrases())
    registre().rafraichir()
    if args.format == "json":
        recus = [accuse.en_dict() for accuse in accuses]
        print(json.dumps(recus[0] if len(recus) == 1 else recus, ensure_ascii=False))
    return max(accuse.code_retour for accuse in accuses)


class _Barre:
    """Progress on the terminal; silent when the error output is not one."""

    def __init__(self, nom: str) -> None:
        self._nom = nom
        self._visible = sys.stderr.isatty()

    def avancer(self, etape: str, part: float) -> None:
        if self._visible:
            pleine = round(min(max(part, 0.0), 1.0) * 20)
            sys.stderr.write(f"\r\033[K{self._nom} [{'█' * pleine}{' ' * (20 - pleine)}] {etape}")
            sys.stderr.flush()

    def finir(self) -> None:
        if self._visible:
            sys.stderr.write("\r\033[K")
