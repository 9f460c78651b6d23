"""Flat XML fiches turned into JSON Lines in one pass of the engine, for `ConversionRapide`.

A slice is first checked well formed by a parser that builds nothing. Attributes, comments, CDATA, character
references, nested elements and unknown fiches are not converted: the caller then reads element by element.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from xml.parsers import expat

import polars as pl

from cepage.echanges.reception.lecture.modeles import Schema

_ENTITES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '\\"'), ("&apos;", "'"), ("&amp;", "&"))
_NOM = "[A-Za-z_][A-Za-z_0-9]*"
_FERMANTES = re.compile(f"</({_NOM})>")
_BLANCS = re.compile(rb"<[^<>]+>[ \t\n]+<(?!/)")
_EXAMEN = 64 * 1024
_INCONNUS = 50


class EnLignesJson:
    """Converter of one document; remembers the unknown fields met."""

    def __init__(self, schema: Schema, balise: bytes, fermante: bytes) -> None:
        """`balise` and `fermante`: start and end tags of the document's root."""
        self._balise = balise
        self._fermante = fermante
        self._fiches = list(schema)
        self._multiples = {c for champs in schema.values() for c, multiple in champs.items() if multiple}
        self._champs = {champ for champs in schema.values() for champ in champs}
        self._ouvrantes = "(<(?:" + "|".join(self._fiches) + ")>)[ \n\t]+"
        self._table()

    def _table(self) -> None:
        """What is replaced by what; the first listed wins where two could start."""
        table = {"\\": "\\\\", '"': '\\"', "\t": "\\t", "\n": "\\n"}
        for fiche in self._fiches:
            table[f"<{fiche}>"] = f'{{"fiche":"{fiche}"'
            table[f"</{fiche}>\n"] = "}\n"
            table[f"</{fiche}>"] = "}\n"
        for champ in sorted(self._multiples):
            table[f"</{champ}><{champ}>"] = "|"
        for champ in sorted(self._champs - set(self._fiches)):
            table[f"<{champ}>"] = f',"{champ}":"'
            table[f"</{champ}>"] = '"'
            table[f"<{champ}/>"] = ""
        self._avant, self._apres = list(table), list(table.values())

    def convertir(self, morceau: bytes) -> tuple[bytes, int] | None:
        """JSON Lines of the fiches of `morceau` and their number; None when it is not flat, sound XML."""
        entites = b"&" in morceau
        if entites and b"&#" in morceau:
            return None
        original = morceau
        if b"\r" in morceau:
            morceau = morceau.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        # The engine works without the interpreter's lock: both checks and conversion at the same time.
        with ThreadPoolExecutor(1) as fil:
            promesse = fil.submit(self._remplacer, morceau)
            bien_forme = self._bien_forme(original)
            converti = promesse.result()
        if not bien_forme:
            return None
        if "<" in converti:
            inconnus = set(_FERMANTES.findall(converti)) - self._champs
            if not inconnus or len(inconnus) > _INCONNUS:
                return None
            self._champs |= inconnus
            self._table()
            converti = self._remplacer(morceau)
            if "<" in converti:
                return None
        if entites:
            converti = _sans_entites(converti, _ENTITES)
        lignes = converti.encode()
        return lignes, lignes.count(b"\n")

    def _bien_forme(self, morceau: bytes) -> bool:
        analyseur = expat.ParserCreate("utf-8")
        try:
            analyseur.Parse(self._balise, False)
            analyseur.Parse(morceau, False)
            analyseur.Parse(self._fermante, True)
        except expat.ExpatError:
            return False
        return True

    def _remplacer(self, morceau: bytes) -> str:
        texte = pl.col("t").cast(pl.String).str.strip_chars(" \n\t")
        if _BLANCS.search(morceau, 0, _EXAMEN):
            texte = texte.str.replace_all(f"(</{_NOM}>|<{_NOM}/>)[ \n\t]+", "${1}")
            texte = texte.str.replace_all(self._ouvrantes, "${1}")
        texte = texte.str.replace_many(self._avant, self._apres, leftmost=True)
        tableau = pl.DataFrame({"t": [morceau]}, schema={"t": pl.Binary})
        return str(tableau.select(texte).item())


def _sans_entites(texte: str, entites: Iterable[tuple[str, str]]) -> str:
    for entite, caractere in entites:
        texte = texte.replace(entite, caractere)
    return texte
