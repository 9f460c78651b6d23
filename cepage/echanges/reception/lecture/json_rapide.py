"""Conversion of many flat JSON fiches by the engine; whatever is unusual is left to the careful reading."""

from __future__ import annotations

from cepage.echanges.reception.lecture.modeles import Anomalies, Schema
from cepage.echanges.reception.lecture.reserve import Reserve


class ConversionRapide:
    def __init__(self, fichier: str, schema: Schema, anomalies: Anomalies, reserve: Reserve) -> None:
        self._fichier = fichier

    def convertir(self, donnees: bytes, lignes: int, premiere: int) -> bool:
        return False
