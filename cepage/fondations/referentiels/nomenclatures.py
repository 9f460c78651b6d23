"""The code lists of the contract and the official lists they rest on, dated, with their source.

`le` is always the day the answer must be true for; None means the last known state of the list. A label is
still given for a code that has ended, because old fiches must stay readable.
"""

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from cepage.fondations.referentiels import source as source_donnees


@dataclass(frozen=True, slots=True)
class Code:
    """One code of one list, valid in `[debut, fin)`; `proposee` when the contract has the field only."""

    table: str
    code: str
    libelle: str
    groupe: str
    source: str
    debut: date
    fin: date | None
    proposee: bool

    def valable(self, le: date | None) -> bool:
        """Whether the code may be used on `le`; with None, whether it has no end."""
        if le is None:
            return self.fin is None
        return self.debut <= le and (self.fin is None or le < self.fin)


# Half-open, [debut, fin); None: without bound on that side.
Periode = tuple[date | None, date | None]
SANS_BORNE: tuple[Periode, ...] = ((None, None),)


class Officielle(NamedTuple):
    """How an official file becomes a list: its file, its columns of code, label and group, its first day."""

    fichier: str
    code: str
    libelle: str
    groupe: str
    debut: date
    source: str = ""


NAF_REVISION_2 = date(2008, 1, 1)

OFFICIELLES: MappingProxyType[str, Officielle] = MappingProxyType(
    {
        "section_naf": Officielle("officiels/naf_sections.csv", "code", "libelle", "", NAF_REVISION_2),
        "division_naf": Officielle("officiels/naf_divisions.csv", "code", "libelle", "section", NAF_REVISION_2),
        "sous_classe_naf": Officielle("officiels/naf_sous_classes.csv", "code", "libelle", "", NAF_REVISION_2),
        "pcs_ese": Officielle("officiels/pcs_ese.csv", "code", "libelle", "code_parent", source_donnees.DEBUT_CONNU),
        "pcs_2020": Officielle("officiels/pcs2020.csv", "code", "libelle", "code_parent", source_donnees.DEBUT_CONNU),
        "financeur_lheo": Officielle(
            "officiels/financeurs_lheo.csv", "code", "libelle", "", source_donnees.DEBUT_CONNU
        ),
        "niveau_lheo": Officielle("officiels/niveaux_lheo.csv", "code_lheo", "libelle", "", source_donnees.DEBUT_CONNU),
        "niveau_certification": Officielle(
            "officiels/niveaux_formation_2019.csv",
            "niveau_cec_2019",
            "descripteur",
            "ancien_niveau_1969",
            source_donnees.DEBUT_CONNU,
        ),
        "tranche_effectif": Officielle(
            "officiels/tranches_effectif.csv", "code", "libelle", "", source_donnees.DEBUT_CONNU
        ),
        "boeth_dsn": Officielle("officiels/boeth_dsn.csv", "code_dsn", "libelle", "", source_donnees.DEBUT_CONNU),
        "type_voie": Officielle("officiels/types_voie.csv", "abreviation", "libelle", "", source_donnees.DEBUT_CONNU),
        "departement": Officielle(
            "departements.csv",
            "code",
            "nom",
            "region",
            source_donnees.DEBUT_CONNU,
            "Code officiel géographique (INSEE), @etalab/decoupage-administratif 6.0.0, Licence Ouverte 2.0",
        ),
    }
)

FRONTALIER = Code(
    table="departement",
    code="00",
    libelle="Résident à l'étranger (frontalier)",
    groupe="",
    source="CCTP annexe 2 §1",
    debut=source_donnees.DEBUT_CONNU,
    fin=None,
    proposee=False,
)


class ListeInconnue(KeyError):
    """The list does not exist; the message names the existing ones."""

    def __init__(self, nom: str) -> None:
        super().__init__(nom)
        self.nom = nom

    def __str__(self) -> str:
        return f"La liste « {self.nom} » n'existe pas. Listes connues : {', '.join(noms())}."


class CodeInconnu(KeyError):
    """The code was never in the list."""

    def __init__(self, nom: str, code: str) -> None:
        super().__init__(nom, code)
        self.nom, self.code = nom, code

    def __str__(self) -> str:
        return f"Le code « {self.code} » n'a jamais existé dans la liste « {self.nom} »."


def _code(ligne: source_donnees.Ligne) -> Code:
    return Code(
        table=ligne["table"],
        code=ligne["code"],
        libelle=ligne["libelle"],
        groupe=ligne["groupe"],
        source=ligne["source"],
        debut=date.fromisoformat(ligne["debut"]),
        fin=date.fromisoformat(ligne["fin"]) if ligne["fin"] else None,
        proposee=ligne["source"].startswith("proposée"),
    )


def livree(nom: str) -> tuple[Code, ...]:
    """The packaged state of a list, imported sets left aside."""
    if officielle := OFFICIELLES.get(nom):
        codes = [
            Code(
                table=nom,
                code=ligne[officielle.code],
                libelle=ligne[officielle.libelle],
                groupe=ligne[officielle.groupe] if officielle.groupe else "",
                source=ligne.get("source") or officielle.source,
                debut=officielle.debut,
                fin=None,
                proposee=False,
            )
            for ligne in source_donnees.lignes_livrees(officielle.fichier)
        ]
        return (FRONTALIER, *codes) if nom == "departement" else tuple(codes)
    codes = [_code(li) for li in source_donnees.lignes_livrees("nomenclatures.csv") if li["table"] == nom]
    if not codes:
        raise ListeInconnue(nom)
    return tuple(codes)


def remplacer(anciens: tuple[Code, ...], nouveaux: tuple[Code, ...], debut: date) -> tuple[Code, ...]:
    """The history of a list once `nouveaux` takes over on `debut`: a code goes on, ends or begins."""
    arrivants = {c.code: c for c in nouveaux}
    suite: list[Code] = []
    for ancien in anciens:
        arrivant = arrivants.get(ancien.code)
        if not ancien.valable(debut):
            suite.append(ancien)
        elif arrivant and (arrivant.libelle, arrivant.groupe) == (ancien.libelle, ancien.groupe):
            suite.append(ancien)
            del arrivants[ancien.code]
        elif ancien.debut < debut:
            suite.append(replace(ancien, fin=debut))
    return (*suite, *(replace(c, debut=debut, fin=None) for c in arrivants.values()))


def codes_du_fichier(nom: str, contenu: bytes, source: str, debut: date) -> tuple[Code, ...]:
    """Codes of an imported file with the columns `code`, `libelle` and possibly `groupe`."""
    return tuple(
        Code(
            nom,
            li["code"].strip(),
            li["libelle"].strip(),
            (li.get("groupe") or "").strip(),
            source,
            debut,
            None,
            False,
        )
        for li in source_donnees.lire_csv(contenu)
    )


@lru_cache(maxsize=256)
def _table(nom: str, _generation: int) -> tuple[Code, ...]:
    codes = livree(nom)
    for jeu in source_donnees.jeux(nom):
        codes = remplacer(codes, codes_du_fichier(nom, jeu.lire(), jeu.source, jeu.debut), jeu.debut)
    return codes


@lru_cache(maxsize=256)
def _par_code(nom: str, _generation: int) -> dict[str, list[Code]]:
    index: dict[str, list[Code]] = {}
    for code in sorted(_table(nom, _generation), key=lambda c: c.debut):
        index.setdefault(code.code, []).append(code)
    return index


@lru_cache(maxsize=4096)
def _codes(nom: str, le: date | None, _generation: int) -> frozenset[str]:
    return frozenset(c.code for c in _table(nom, _generation) if c.valable(le))


@lru_cache(maxsize=256)
def _vigueur(nom: str, _generation: int) -> MappingProxyType[str, tuple[Periode, ...]]:
    premier_jour = min(code.debut for code in _table(nom, _generation))
    periodes: dict[str, list[Periode]] = {}
    for code, etats in _par_code(nom, _generation).items():
        suivies = periodes.setdefault(code, [])
        for etat in etats:
            debut = None if etat.debut == premier_jour else etat.debut
            if suivies and debut is not None and (suivies[-1][1] is None or debut <= suivies[-1][1]):
                suivies[-1] = (suivies[-1][0], etat.fin)  # only its label or its group has changed
            else:
                suivies.append((debut, etat.fin))
    return MappingProxyType({code: tuple(suivies) for code, suivies in periodes.items()})


@lru_cache(maxsize=1)
def noms() -> tuple[str, ...]:
    """Names of every list, sorted."""
    contrat = {ligne["table"] for ligne in source_donnees.lignes_livrees("nomenclatures.csv")}
    return tuple(sorted(contrat | set(OFFICIELLES)))


def table(nom: str) -> list[Code]:
    """Every code of a list with its dates, ended ones included, in the order of the file.

    Raises ListeInconnue.
    """
    return list(_table(nom, source_donnees.generation()))


def codes(nom: str, le: date | None = None) -> frozenset[str]:
    """The codes allowed on `le`; the last known state when None. Raises ListeInconnue."""
    return _codes(nom, le, source_donnees.generation())


def vigueur(nom: str) -> MappingProxyType[str, tuple[Periode, ...]]:
    """The periods during which each code ever listed is in force. Raises ListeInconnue.

    The first day of a list bounds nothing (None): before it, the list is not known to have been another.
    """
    return _vigueur(nom, source_donnees.generation())


def chercher(nom: str, code: str, le: date | None = None) -> Code:
    """The state of a code on `le`, else the nearest one known (an ended code stays readable).

    Raises ListeInconnue, CodeInconnu.
    """
    etats = _par_code(nom, source_donnees.generation()).get(code)
    if not etats:
        raise CodeInconnu(nom, code)
    if le is None:
        return etats[-1]
    anterieurs = [e for e in etats if e.debut <= le]
    return anterieurs[-1] if anterieurs else etats[0]


def libelle(nom: str, code: str, le: date | None = None) -> str:
    """Label of a code, as read by users. Raises ListeInconnue, CodeInconnu."""
    return chercher(nom, code, le).libelle


def groupe(nom: str, code: str, le: date | None = None) -> str:
    """Group of a code («occupé», «volontaire», the region of a département…), empty when the list has none.

    Raises ListeInconnue, CodeInconnu.
    """
    return chercher(nom, code, le).groupe
