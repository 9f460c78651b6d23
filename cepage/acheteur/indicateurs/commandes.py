"""`cepage indicateurs`: the figures of a month, as known on any date, as a table or as JSON."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cepage.acheteur.indicateurs.modele import Valeur

CLES_JSON = (
    *("code", "lot", "periode", "maille", "numerateur", "denominateur", "valeur", "provisoire"),
    *("hypothese", "mention"),
)
_INSECABLE = "\u202f"


def ajouter_commandes(sous_parseurs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `indicateurs` on the command line."""
    parseur = sous_parseurs.add_parser(
        "indicateurs",
        help="calculer les indicateurs de pilotage d'un mois (CCTP §4.3)",
        description="Calcule les indicateurs de pilotage d'un mois, tels que connus à une date.",
    )
    parseur.add_argument("--mois", required=True, metavar="AAAA-MM", help="le mois des indicateurs")
    parseur.add_argument("--lot", metavar="NN", help="un seul lot (sinon tous, puis leur ensemble : FR)")
    parseur.add_argument(
        "--connu-le", type=_jour, metavar="AAAA-MM-JJ", help="rejouer ce qui était connu à la fin de ce jour"
    )
    parseur.add_argument("--code", action="append", metavar="CODE", help="un indicateur (répétable)")
    parseur.add_argument("--format", choices=("tableau", "json"), default="tableau")
    parseur.set_defaults(executer=executer)


def executer(args: argparse.Namespace) -> int:
    """Print the figures; 0 when done, 3 with a sentence on stderr otherwise."""
    from cepage.acheteur.indicateurs.calcul import calculer
    from cepage.acheteur.indicateurs.colonnes import ColonnesAbsentes
    from cepage.acheteur.registre.colonnes import actualiser

    actualiser(racine_par_defaut())
    try:
        valeurs = calculer(args.mois, lot=args.lot, connu_le=args.connu_le, racine=racine_par_defaut(), codes=args.code)
    except (ColonnesAbsentes, ValueError) as erreur:
        print(erreur, file=sys.stderr)
        return 3
    except KeyError as erreur:
        print(erreur.args[0], file=sys.stderr)
        return 3
    if args.format == "json":
        lignes = [{cle: getattr(v, cle) for cle in CLES_JSON} for v in valeurs]
        json.dump(lignes, sys.stdout, ensure_ascii=False, indent=1)
        print()
    else:
        print(tableau(valeurs))
    return 0


def racine_par_defaut() -> Path:
    """Where the register exports its columns: `colonnes` under the data directory."""
    return Path(os.environ.get("CEPAGE_DONNEES", "donnees")).resolve() / "colonnes"


def tableau(valeurs: Sequence["Valeur"]) -> str:
    """The figures as aligned text, in French."""
    entetes = ("code", "lot", "mois", "maille", "numérateur", "dénominateur", "valeur", "")
    lignes = [
        (
            v.code,
            v.lot,
            v.periode,
            v.maille,
            nombre(v.numerateur),
            nombre(v.denominateur),
            nombre(v.valeur),
            _reserves(v),
        )
        for v in valeurs
    ]
    largeurs = [max(len(ligne[n]) for ligne in (entetes, *lignes)) for n in range(len(entetes))]
    return "\n".join(
        "  ".join(
            texte.rjust(largeur) if 4 <= n <= 6 else texte.ljust(largeur)
            for n, (texte, largeur) in enumerate(zip(ligne, largeurs, strict=True))
        ).rstrip()
        for ligne in (entetes, *lignes)
    )


def _reserves(v: "Valeur") -> str:
    """What is said beside a figure: why it has no value, that time may change it."""
    sans_valeur = v.mention if v.valeur is None else None
    return " ; ".join(filter(None, (sans_valeur, "provisoire" if v.provisoire else None)))


def nombre(valeur: float | None) -> str:
    """A number as French writes it: comma, narrow spaces, four decimals at most; a dash when absent."""
    if valeur is None:
        return "—"
    texte = f"{valeur:,.4f}".rstrip("0").rstrip(".") if isinstance(valeur, float) else f"{valeur:,}"
    return texte.replace(",", _INSECABLE).replace(".", ",")


def _jour(texte: str) -> date:
    try:
        return date.fromisoformat(texte)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"« {texte} » n'est pas une date. Écrivez année, mois, jour : 2021-04-10."
        ) from None
