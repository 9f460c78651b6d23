"""`cepage contrat exporter`: write the published contract in a directory, without Django nor database."""

import argparse
import errno
import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from cepage.echanges.contrat.exports import FORMATS, Documents, produire

REUSSI, IMPOSSIBLE = 0, 3
_CAUSES = {
    errno.EACCES: "l'accès est refusé",
    errno.EPERM: "l'accès est refusé",
    errno.EROFS: "le disque est en lecture seule",
    errno.ENOSPC: "le disque est plein",
    errno.EDQUOT: "le quota de disque est atteint",
    errno.ENOTDIR: "ce n'est pas un dossier",
    errno.EEXIST: "ce n'est pas un dossier",
    errno.ENAMETOOLONG: "le nom est trop long",
}


def ajouter_commandes(sous_parseurs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `contrat exporter` on the command line."""
    parseur = sous_parseurs.add_parser("contrat", help="exporter le contrat d'échange")
    actions = parseur.add_subparsers(title="actions", metavar="ACTION", required=True)
    exporter = actions.add_parser("exporter", help="écrire le schéma JSON, le schéma XML ou les gabarits CSV")
    exporter.add_argument("--format", required=True, choices=tuple(FORMATS), help="forme du contrat")
    exporter.add_argument("--sortie", required=True, type=Path, metavar="DOSSIER", help="dossier où écrire")
    exporter.set_defaults(executer=executer)


def executer(args: argparse.Namespace) -> int:
    """Write the documents of the format; 0 when done, 3 when the directory cannot be written."""
    sortie: Path = args.sortie
    documents = produire(args.format)
    try:
        ecrire(documents, sortie)
    except OSError as erreur:
        cause = _CAUSES.get(erreur.errno or 0, "le dossier ne peut pas être créé ou écrit")
        print(
            f"Impossible d'écrire dans « {sortie} » : {cause}. Choisissez avec --sortie un dossier où vous "
            "avez le droit d'écrire. Aucun fichier incomplet n'a été laissé.",
            file=sys.stderr,
        )
        return IMPOSSIBLE
    for nom in documents:
        print(sortie / nom)
    return REUSSI


def ecrire(documents: Documents, sortie: Path) -> None:
    """Write every document whole beside its place, then put them all in place. Raises OSError."""
    sortie.mkdir(parents=True, exist_ok=True)
    with ExitStack() as pile:
        prets: list[tuple[Path, Path]] = []
        for nom, contenu in documents.items():
            descripteur, temporaire = tempfile.mkstemp(prefix=f".{nom}.", dir=sortie)
            chemin = Path(temporaire)
            pile.callback(chemin.unlink, missing_ok=True)
            with os.fdopen(descripteur, "wb") as flux:
                flux.write(contenu)
                flux.flush()
                os.fsync(flux.fileno())
                os.fchmod(flux.fileno(), 0o644)
            prets.append((chemin, sortie / nom))
        for chemin, place in prets:
            chemin.replace(place)
