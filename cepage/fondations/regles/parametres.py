"""The contract as dated data: parameters, their values by period, and the cached market.

A period is half-open, [debut, fin): the value holds on its first day and no longer on `fin`. Gaps are
allowed, overlaps are refused when loading, and asking for a date without a value raises an error.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from cepage.fondations.regles.erreurs import ErreurRegles, ParametreInconnu, ValeurAbsente
from cepage.fondations.regles.unites import ValeurParametre

if TYPE_CHECKING:
    from cepage.fondations.regles.table_aiguillage import TableAiguillage

RACINE = Path(__file__).parent / "parametres"


@dataclass(frozen=True, slots=True)
class ValeurDatee:
    """One value of a parameter on [debut, fin), with where it comes from and how sure we are."""

    valeur: ValeurParametre
    unite: str
    debut: date
    fin: date | None
    clause: str
    source: str
    confiance: str

    def vaut_le(self, le: date) -> bool:
        """True when `le` falls in the half-open period of the value."""
        return self.debut <= le and (self.fin is None or le < self.fin)


@dataclass(frozen=True, slots=True)
class Parametre:
    """A named number, list or text of the contract, with its values in the order of their dates."""

    cle: str
    libelle: str
    sujet: str
    valeurs: tuple[ValeurDatee, ...]


class Regles:
    """The parameters of one market; immutable, every question carries its date."""

    def __init__(self, marche: str, parametres: Mapping[str, Parametre], empreinte: str, dossier: Path) -> None:
        self.marche = marche
        self.empreinte = empreinte
        """SHA-256 of the files read: the version a décompte or a decision keeps."""
        self._parametres = dict(parametres)
        self._dossier = dossier
        self._table_aiguillage: TableAiguillage | None = None

    def __repr__(self) -> str:
        return f"<Regles du marché {self.marche}, {len(self._parametres)} paramètres, {self.empreinte[:12]}>"

    def __iter__(self) -> Iterator[Parametre]:
        return iter(self._parametres.values())

    def __contains__(self, cle: object) -> bool:
        return cle in self._parametres

    def avec(self, remplaces: Mapping[str, Parametre]) -> Regles:
        """The same rules with some parameters replaced; their hash says they are not those of the files."""
        marque = repr(sorted((cle, parametre.valeurs) for cle, parametre in remplaces.items()))
        empreinte = hashlib.sha256(f"{self.empreinte}{marque}".encode()).hexdigest()
        return Regles(self.marche, {**self._parametres, **remplaces}, empreinte, self._dossier)

    def cles(self, prefixe: str = "") -> list[str]:
        """Names of the parameters that begin with `prefixe`, sorted."""
        return sorted(cle for cle in self._parametres if cle.startswith(prefixe))

    def parametre(self, cle: str) -> Parametre:
        """The parameter and all its periods; raises `ParametreInconnu`."""
        try:
            return self._parametres[cle]
        except KeyError:
            proches = [c for c in self._parametres if c.split(".")[0] == cle.split(".")[0]]
            conseil = f"Paramètres voisins : {', '.join(sorted(proches))}." if proches else "Vérifiez son nom."
            raise ParametreInconnu(
                f"Le paramètre « {cle} » n'existe pas dans le marché {self.marche}.", remede=conseil
            ) from None

    def valeur_datee(self, cle: str, *, le: date) -> ValeurDatee:
        """The value in force on `le` with its clause, source and confidence; raises `ValeurAbsente`."""
        parametre = self.parametre(cle)
        for valeur in parametre.valeurs:
            if valeur.vaut_le(le):
                return valeur
        periodes = " ; ".join(
            f"du {v.debut.isoformat()} {'au ' + v.fin.isoformat() + ' exclu' if v.fin else 'sans fin'}"
            for v in parametre.valeurs
        )
        raise ValeurAbsente(
            cle,
            le,
            f"Le paramètre « {cle} » ({parametre.libelle}) n'a pas de valeur le {le.isoformat()} "
            f"dans le marché {self.marche}. Périodes connues : {periodes}.",
            remede="Vérifiez la date, ou ajoutez une période au fichier "
            f"« marche_{self.marche.lower()}/{parametre.sujet}.yaml ».",
        )

    def a_une_valeur(self, cle: str, *, le: date) -> bool:
        """True when the parameter has a value on `le` (to look before asking)."""
        return any(v.vaut_le(le) for v in self.parametre(cle).valeurs)

    def valeur(self, cle: str, *, le: date) -> ValeurParametre:
        """The bare value in force on `le`; None only for the unit "sans_delai"."""
        return self.valeur_datee(cle, le=le).valeur

    def clause(self, cle: str, *, le: date) -> str:
        """The clause that gives the value in force on `le`."""
        return self.valeur_datee(cle, le=le).clause

    def entier(self, cle: str, *, le: date) -> int:
        """Value of a parameter counted in months, days, hours, units..."""
        valeur = self.valeur(cle, le=le)
        if isinstance(valeur, int) and not isinstance(valeur, bool):
            return valeur
        raise self._mauvais_type(cle, "un entier")

    def decimal(self, cle: str, *, le: date) -> Decimal:
        """Value of an amount in euros HT, of a percentage (15 for 15 %) or of a threshold."""
        valeur = self.valeur(cle, le=le)
        if isinstance(valeur, Decimal):
            return valeur
        raise self._mauvais_type(cle, "un nombre décimal")

    def texte(self, cle: str, *, le: date) -> str:
        """Value of a text or code parameter."""
        valeur = self.valeur(cle, le=le)
        if isinstance(valeur, str):
            return valeur
        raise self._mauvais_type(cle, "un texte")

    def oui_non(self, cle: str, *, le: date) -> bool:
        """Value of a yes/no parameter."""
        valeur = self.valeur(cle, le=le)
        if isinstance(valeur, bool):
            return valeur
        raise self._mauvais_type(cle, "« oui » ou « non »")

    def valeur_date(self, cle: str, *, le: date) -> date:
        """Value of a date parameter."""
        valeur = self.valeur(cle, le=le)
        if isinstance(valeur, date):
            return valeur
        raise self._mauvais_type(cle, "une date")

    def liste(self, cle: str, *, le: date) -> tuple[str, ...]:
        """Value of a list parameter (codes, time ranges...)."""
        valeur = self.valeur(cle, le=le)
        if isinstance(valeur, tuple):
            return valeur
        raise self._mauvais_type(cle, "une liste")

    def table(self, cle: str, *, le: date) -> Mapping[str, str | tuple[str, ...]]:
        """Value of a table parameter (code → text or list)."""
        valeur = self.valeur(cle, le=le)
        if isinstance(valeur, Mapping):
            return valeur
        raise self._mauvais_type(cle, "une table")

    def table_aiguillage(self) -> TableAiguillage:
        """The decision table of the UO0, read once."""
        if self._table_aiguillage is None:
            from cepage.fondations.regles.table_aiguillage import charger_table

            self._table_aiguillage = charger_table(self._dossier / "tables" / "aiguillage.yaml")
        return self._table_aiguillage

    def _mauvais_type(self, cle: str, attendu: str) -> ErreurRegles:
        unite = self.parametre(cle).valeurs[0].unite
        return ErreurRegles(
            f"Le paramètre « {cle} » est en « {unite} » et n'est pas {attendu}.",
            remede="Lisez-le avec la fonction qui convient à son unité.",
        )


def marches() -> list[str]:
    """Codes of the markets whose parameters are present, sorted."""
    return sorted(d.name.removeprefix("marche_").upper() for d in RACINE.glob("marche_*") if d.is_dir())


@lru_cache(maxsize=8)
def charger_marche(code: str) -> Regles:
    """The rules of a market ("A"), read once.

    Raises `ErreurRegles` for an unknown market, `FichierCasse` for a bad file.
    """
    if code not in marches():
        raise ErreurRegles(
            f"Le marché « {code} » n'est pas connu.",
            remede=f"Marchés connus : {', '.join(marches())}.",
        )
    return charger_dossier(RACINE / f"marche_{code.lower()}", code)


def charger_dossier(dossier: Path, code: str) -> Regles:
    """The rules read from every `*.yaml` of a folder, one topic per file (not cached)."""
    from cepage.fondations.regles.chargement import lire_dossier

    return Regles(code, lire_dossier(dossier), _empreinte(dossier), dossier)


def _empreinte(dossier: Path) -> str:
    condense = hashlib.sha256()
    for chemin in sorted(dossier.rglob("*.yaml")):
        condense.update(chemin.relative_to(dossier).as_posix().encode() + b"\0" + chemin.read_bytes() + b"\0")
    return condense.hexdigest()
