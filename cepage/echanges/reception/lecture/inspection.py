"""First pass over a file, in constant memory: SHA-256 of a member; UTF-8, NUL bytes and line length of a text."""

from __future__ import annotations

import codecs
import hashlib

from cepage.echanges.reception.lecture.modeles import Limites, Source, illisible

_BLOC = 512 * 1024
_BOM_AUTRES = {
    b"\xff\xfe": " ; le fichier est en UTF-16",
    b"\xfe\xff": " ; le fichier est en UTF-16",
}


def empreinte_sha256(source: Source) -> str:
    """SHA-256 of the whole content, in hexadecimal."""
    empreinte = hashlib.sha256()
    with source.ouvrir() as flux:
        while bloc := flux.read(_BLOC):
            empreinte.update(bloc)
    return empreinte.hexdigest()


def controler_texte(source: Source, limites: Limites, *, lignes: bool) -> None:
    """Read `source` once and refuse what is not UTF-8 (E-FIC-004) or holds a NUL byte (E-FIC-005),
    telling byte and line.

    `lignes`: refuse also a physical line longer than the record limit (E-FIC-006).
    """
    decodeur = codecs.getincrementaldecoder("utf-8")()
    lus = numero = 0
    depuis_fin_de_ligne = 0
    reste = 0
    with source.ouvrir() as flux:
        while True:
            bloc = flux.read(min(_BLOC, limites.longueur_enregistrement))
            if lus == 0:
                for bom, detail in _BOM_AUTRES.items():
                    if bloc.startswith(bom):
                        raise illisible("E-FIC-004", fichier=source.nom, octet=1, ligne=1, detail=detail)
            if (nul := bloc.find(b"\0")) >= 0:
                ligne = numero + bloc.count(b"\n", 0, nul) + 1
                raise illisible("E-FIC-005", fichier=source.nom, octet=lus + nul + 1, ligne=ligne)
            try:
                decodeur.decode(bloc, not bloc)
            except UnicodeDecodeError as erreur:
                position = max(erreur.start - reste, 0)
                ligne = numero + bloc.count(b"\n", 0, position) + 1
                detail = "" if not bloc else " ; il semble être en Windows-1252 ou Latin-1"
                raise illisible(
                    "E-FIC-004", fichier=source.nom, octet=lus + position + 1, ligne=ligne, detail=detail
                ) from None
            if not bloc:
                break
            reste = len(decodeur.getstate()[0])
            lus += len(bloc)
            if lignes:
                premiere = bloc.find(b"\n")
                depuis_fin_de_ligne += len(bloc) if premiere < 0 else premiere
                if depuis_fin_de_ligne > limites.longueur_enregistrement:
                    raise illisible(
                        "E-FIC-006",
                        fichier=source.nom,
                        ligne=numero + 1,
                        limite=limites.longueur_enregistrement,
                    )
                if premiere >= 0:
                    depuis_fin_de_ligne = len(bloc) - bloc.rfind(b"\n") - 1
            numero += bloc.count(b"\n")
