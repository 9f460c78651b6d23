"""Fiches read one by one (JSON, XML) gathered into frames of text by type, then stored."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import polars as pl

from cepage.echanges.reception.lecture.modeles import (
    MARQUE_FORME_FAUSSE,
    Anomalies,
    Schema,
)
from cepage.echanges.reception.lecture.reserve import Reserve

_LOT = 20_000


class Rangees:
    """Columns under construction, one set by type of fiche; `vider` stores what remains."""

    def __init__(self, fichier: str, schema: Schema, anomalies: Anomalies, reserve: Reserve) -> None:
        self._fichier = fichier
        self._schema = schema
        self._anomalies = anomalies
        self._reserve = reserve
        self._lignes: dict[str, list[int]] = {}
        self._colonnes: dict[str, dict[str, list[str | None]]] = {}

    def ajouter(self, fiche: str, ligne: int, textes: Mapping[str, str | None]) -> None:
        """Add one fiche whose values are already text; unknown fields give one warning each."""
        colonnes = self._colonnes.get(fiche)
        if colonnes is None:
            colonnes = self._colonnes[fiche] = {champ: [] for champ in self._schema[fiche]}
            self._lignes[fiche] = []
        self._lignes[fiche].append(ligne)
        lus = 0
        for champ, colonne in colonnes.items():
            valeur = textes.get(champ)
            if valeur:
                lus += 1
                colonne.append(valeur)
            else:
                colonne.append(None)
        if lus != len(textes):
            for champ in textes:
                if champ not in colonnes and textes[champ]:
                    self.inconnu(fiche, champ)
        if len(self._lignes[fiche]) >= _LOT:
            self._deposer(fiche)

    def inconnu(self, fiche: str, champ: str) -> None:
        """Warn once that `champ` is not a field of `fiche`."""
        self._anomalies.ajouter("W-FIC-001", fichier=self._fichier, fiche=fiche, champ=champ[:100])

    def fiche_inconnue(self, ligne: int, fiche: object) -> None:
        """Refuse one fiche whose type is absent or unknown."""
        self._anomalies.ajouter(
            "E-FIC-105",
            fichier=self._fichier,
            ligne=ligne,
            champ="fiche",
            valeur="" if fiche is None else str(fiche),
            attendu=", ".join(self._schema),
        )

    def forme_fausse(self, fiche: str, ligne: int, champ: str, texte: str, detail: str) -> str:
        """Record E-FIC-106 and give the value the validator will refuse."""
        self._anomalies.ajouter(
            "E-FIC-106",
            fichier=self._fichier,
            fiche=fiche,
            ligne=ligne,
            champ=champ,
            valeur=texte,
            detail=detail,
        )
        return MARQUE_FORME_FAUSSE + texte

    def ajouter_objet(self, ligne: int, objet: object) -> None:
        """Add one JSON fiche, numbers being already given as their exact text."""
        if not isinstance(objet, dict):
            self._anomalies.ajouter("E-FIC-104", fichier=self._fichier, ligne=ligne, detail="ce n'est pas un objet")
            return
        fiche = objet.get("fiche")
        if not isinstance(fiche, str) or fiche not in self._schema:
            self.fiche_inconnue(ligne, fiche)
            return
        doublons = getattr(objet, "doublons", None)
        if doublons:
            self._anomalies.ajouter(
                "E-FIC-107", fichier=self._fichier, fiche=fiche, ligne=ligne, champ=doublons[0][:100]
            )
            return
        champs = self._schema[fiche]
        textes: dict[str, str | None] = {}
        for champ, valeur in objet.items():
            if champ == "fiche":
                continue
            if champ not in champs:
                if valeur not in (None, "", []):
                    self.inconnu(fiche, champ)
            elif isinstance(valeur, str) and "\0" not in valeur:
                textes[champ] = valeur
            else:
                textes[champ] = self._texte(fiche, ligne, champ, valeur, champs[champ])
        self.ajouter(fiche, ligne, textes)

    def _texte(self, fiche: str, ligne: int, champ: str, valeur: Any, multiple: bool) -> str | None:
        if valeur is None:
            return None
        if isinstance(valeur, bool):
            return "O" if valeur else "N"
        if isinstance(valeur, list) and multiple and all(_simple(v) for v in valeur):
            return "|".join("" if v is None else ("O" if v else "N") if isinstance(v, bool) else v for v in valeur)
        if isinstance(valeur, str):
            return self.forme_fausse(fiche, ligne, champ, valeur.replace("\0", "�"), "caractère nul")
        detail = "liste pour un champ simple" if isinstance(valeur, list) and not multiple else "valeur imbriquée"
        texte = json.dumps(valeur, ensure_ascii=False).replace("\\u0000", "�")
        return self.forme_fausse(fiche, ligne, champ, texte, detail)

    def vider(self) -> None:
        """Store every pending row."""
        for fiche in list(self._lignes):
            self._deposer(fiche)

    def _deposer(self, fiche: str) -> None:
        colonnes, lignes = self._colonnes.pop(fiche), self._lignes.pop(fiche)
        try:
            lot = pl.DataFrame(colonnes, schema=dict.fromkeys(colonnes, pl.String))
        except UnicodeEncodeError:
            for champ, valeurs in colonnes.items():
                for i, valeur in enumerate(valeurs):
                    if valeur is not None and not _encodable(valeur):
                        propre = valeur.encode("utf-8", "replace").decode("utf-8")
                        valeurs[i] = self.forme_fausse(fiche, lignes[i], champ, propre, "caractère incomplet")
            lot = pl.DataFrame(colonnes, schema=dict.fromkeys(colonnes, pl.String))
        self._reserve.deposer(
            fiche,
            lot.with_columns(pl.Series("_ligne", lignes, dtype=pl.Int64), pl.lit(self._fichier).alias("_fichier")),
        )


def _simple(valeur: object) -> bool:
    return valeur is None or isinstance(valeur, bool) or (isinstance(valeur, str) and "\0" not in valeur)


def _encodable(texte: str) -> bool:
    try:
        texte.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
