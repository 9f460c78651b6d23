"""The decision table of the UO0: read from YAML, every combination of facts hit by exactly one row.

A row's conditions name facts or derived facts, with "oui" or "non"; a fact not named is indifferent. There is
no order between rows and no catch-all: `lignes_touchees` is what the tests use to prove it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from cepage.fondations.regles.erreurs import FichierCasse
from cepage.fondations.regles.lecture_yaml import lire_yaml

_CLES_LIGNE = {"si", "operateur", "raison", "phrase", "clause", "source", "confiance"}
_CLES_TABLE = {"faits", "faits_derives", "operateurs", "lignes"}
_CLES_OPERATEUR = {"libelle", "si", "raison"}
_CLES_DERIVE = {"tous", "au_moins_un", "aucun"}


@dataclass(frozen=True, slots=True)
class FaitDerive:
    """A fact computed from the others: all of, at least one of, none of."""

    tous: tuple[str, ...]
    au_moins_un: tuple[str, ...]
    aucun: tuple[str, ...]

    def vaut(self, faits: Mapping[str, bool]) -> bool:
        """Truth of the derived fact."""
        return (
            all(faits[f] for f in self.tous)
            and (not self.au_moins_un or any(faits[f] for f in self.au_moins_un))
            and not any(faits[f] for f in self.aucun)
        )


@dataclass(frozen=True, slots=True)
class OperateurPossible:
    """An operator of the CEP (or other service) and the condition under which it may receive the person."""

    code: str
    libelle: str
    si: Mapping[str, bool]
    raison: str


@dataclass(frozen=True, slots=True)
class LigneAiguillage:
    """One row: conditions → recommended operator, its reason, and the sentence said to the person."""

    code: str
    si: Mapping[str, bool]
    operateur: str
    raison: str
    phrase: str
    clause: str
    source: str
    confiance: str


@dataclass(frozen=True, slots=True)
class TableAiguillage:
    """The whole table; `faits` are the elementary facts with their French name."""

    faits: Mapping[str, str]
    derives: Mapping[str, FaitDerive]
    operateurs: Mapping[str, OperateurPossible]
    lignes: tuple[LigneAiguillage, ...]

    def completer(self, faits: Mapping[str, bool]) -> dict[str, bool]:
        """Elementary facts plus the derived ones, computed in the order of the file."""
        complets = dict(faits)
        for nom, derive in self.derives.items():
            complets[nom] = derive.vaut(complets)
        return complets

    def lignes_touchees(self, faits: Mapping[str, bool]) -> list[LigneAiguillage]:
        """Rows whose conditions hold: exactly one when the table is right."""
        complets = self.completer(faits)
        return [ligne for ligne in self.lignes if _tient(ligne.si, complets)]

    def operateurs_possibles(self, faits: Mapping[str, bool]) -> list[OperateurPossible]:
        """Operators that may receive the person, in the order of the file."""
        complets = self.completer(faits)
        return [o for o in self.operateurs.values() if _tient(o.si, complets)]

    def combinaisons(self) -> Iterator[dict[str, bool]]:
        """Every combination of the elementary facts."""
        for valeurs in product((False, True), repeat=len(self.faits)):
            yield dict(zip(self.faits, valeurs, strict=True))


def _tient(si: Mapping[str, bool], faits: Mapping[str, bool]) -> bool:
    return all(faits[nom] is voulu for nom, voulu in si.items())


def charger_table(chemin: Path) -> TableAiguillage:
    """The table of the file; raises `FichierCasse` on an unknown fact, operator or key, or an empty text."""
    contenu = lire_yaml(chemin)
    lecteur = _LecteurTable(chemin.name)
    racine = lecteur.table(contenu, "", _CLES_TABLE)
    faits = {nom: lecteur.texte(libelle, nom) for nom, libelle in lecteur.table(racine["faits"], "faits").items()}
    connus = set(faits)
    derives: dict[str, FaitDerive] = {}
    for nom, brut in lecteur.table(racine["faits_derives"], "faits_derives").items():
        corps = lecteur.table(brut, nom, _CLES_DERIVE, toutes=False)
        listes = {cle: lecteur.liste(corps.get(cle, []), nom, connus) for cle in _CLES_DERIVE}
        derives[nom] = FaitDerive(listes["tous"], listes["au_moins_un"], listes["aucun"])
        connus.add(nom)
    operateurs = {}
    for code, brut in lecteur.table(racine["operateurs"], "operateurs").items():
        corps = lecteur.table(brut, code, _CLES_OPERATEUR)
        operateurs[code] = OperateurPossible(
            code,
            lecteur.texte(corps["libelle"], code),
            lecteur.conditions(corps["si"], code, connus),
            lecteur.texte(corps["raison"], code),
        )
    lignes = []
    for code, brut in lecteur.table(racine["lignes"], "lignes").items():
        corps = lecteur.table(brut, code, _CLES_LIGNE)
        textes = {cle: lecteur.texte(corps[cle], code) for cle in _CLES_LIGNE - {"si"}}
        if textes["operateur"] not in operateurs:
            raise lecteur.defaut(
                f"l'opérateur « {textes['operateur']} » n'est pas connu.",
                f"Un de : {', '.join(operateurs)}.",
                code,
            )
        if textes["confiance"] not in ("lu", "décision", "hypothèse"):
            raise lecteur.defaut("la confiance n'est pas admise.", "Écrivez lu, décision ou hypothèse.", code)
        lignes.append(LigneAiguillage(code, lecteur.conditions(corps["si"], code, connus), **textes))
    return TableAiguillage(faits, derives, operateurs, tuple(lignes))


class _LecteurTable:
    """Checks of the file's shape, each raising `FichierCasse` with its key and mend."""

    def __init__(self, nom: str) -> None:
        self.nom = nom

    def defaut(self, message: str, remede: str, cle: str) -> FichierCasse:
        return FichierCasse(self.nom, message, remede=remede, cle=cle)

    def table(self, brut: Any, cle: str, connues: set[str] | None = None, *, toutes: bool = True) -> dict[str, Any]:
        if not isinstance(brut, dict) or not brut:
            raise self.defaut("une table non vide est attendue.", "Écrivez ses lignes « clé: valeur ».", cle)
        if connues is not None:
            for trouvee in sorted(set(brut) - connues):
                raise self.defaut(
                    f"la clé « {trouvee} » n'est pas connue ici.",
                    f"Clés admises : {', '.join(sorted(connues))}.",
                    cle,
                )
            for absente in sorted(connues - set(brut)) if toutes else ():
                raise self.defaut(f"« {absente} » manque.", f"Ajoutez « {absente}: … ».", cle)
        return brut

    def texte(self, brut: Any, cle: str) -> str:
        if not isinstance(brut, str) or not brut.strip():
            raise self.defaut("un texte est vide.", "Écrivez le texte entre guillemets.", cle)
        return brut

    def liste(self, brut: Any, cle: str, connus: set[str]) -> tuple[str, ...]:
        if not isinstance(brut, list):
            raise self.defaut("une liste de faits est attendue.", "Écrivez [fait_1, fait_2].", cle)
        for nom in brut:
            self._fait(nom, cle, connus)
        return tuple(brut)

    def conditions(self, brut: Any, cle: str, connus: set[str]) -> dict[str, bool]:
        lues = {}
        for nom, voulu in self.table(brut, cle).items():
            self._fait(nom, cle, connus)
            if voulu not in ("oui", "non"):
                raise self.defaut(f"« {nom}: {voulu} » n'est ni oui ni non.", "Écrivez oui ou non.", cle)
            lues[nom] = voulu == "oui"
        return lues

    def _fait(self, nom: Any, cle: str, connus: set[str]) -> None:
        if nom not in connus:
            raise self.defaut(f"le fait « {nom} » n'est pas connu.", f"Un de : {', '.join(sorted(connus))}.", cle)
