"""What the exchange point asks of whoever keeps the register, and the frames it gets back.

The exchange point knows no register: one subscribes at start-up (`abonner`) and answers these questions inside the
transaction of the envoi.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

import polars as pl

from cepage.echanges.reception.milieu import milieu

SCHEMA_UNITES = {
    "numero_dossier": pl.String,
    "lot": pl.String,
    "identifiant_beneficiaire": pl.String,
    "uo": pl.String,
    "date_engagement": pl.Date,
    "date_cloture": pl.Date,
    "nature": pl.String,
    "horodatage": pl.Datetime("us", "UTC"),
}
SCHEMA_BENEFICIAIRES = {
    "identifiant_beneficiaire": pl.String,
    "nature": pl.String,
    "horodatage": pl.Datetime("us", "UTC"),
    "date_naissance": pl.Date,
    "statut": pl.List(pl.String),
    "identite": pl.String,
    "manquants": pl.String,
    "dans_le_lot": pl.Boolean,
    "lieu_connu": pl.Boolean,
    "structure": pl.String,
}
SCHEMA_COMMANDES = {
    "commande": pl.String,
    "commande_debut": pl.Date,
    "commande_fin": pl.Date,
    "commande_volume": pl.Int64,
}
SCHEMA_REFERENCES = {
    "reference_bon_commande": pl.String,
    "titulaire_reference": pl.String,
    "reference_depuis": pl.Datetime("us", "UTC"),
}
SCHEMA_SITES = {
    "code_implantation": pl.String,
    "nature": pl.String,
    "horodatage": pl.Datetime("us", "UTC"),
    "date_ouverture": pl.Date,
    "date_fermeture": pl.Date,
}
SCHEMA_LIVRABLES_DUS = {"emetteur": pl.String, "mois": pl.Date, "dus": pl.Int64, "manquants": pl.Int64}
SCHEMA_LIVRABLES_MANQUANTS = {"numero_dossier": pl.String, "uo": pl.String, "date_cloture": pl.Date}
SCHEMA_SUIVIS = {"identite": pl.String, "suivi_debut": pl.Date, "suivi_fin": pl.Date}


@dataclass(frozen=True)
class Titulaire:
    """An operator holding a lot between two days, both included (`fin` none: still)."""

    operateur: str
    nom: str
    debut: date
    fin: date | None


@dataclass(frozen=True)
class Origine:
    """Where the fiches of an envoi come from."""

    identifiant: str
    lot: str
    emetteur: str
    recu_le: datetime


@dataclass(frozen=True)
class Enregistrement:
    """What the register did of the fiches of one kind: new versions, already known, and late ones (older than the
    current state; columns `_fichier`, `_ligne`, `_cle`)."""

    nouvelles: int
    inchangees: int
    tardives: pl.DataFrame


@dataclass(frozen=True)
class EtatConnu:
    """One state of a fiche in the register: the current one, or the one known on a past date. `rang` orders them."""

    rang: int
    cle: str
    nature: str
    horodatage: datetime
    recu_le: datetime
    envoi: str
    fichier: str
    ligne: int
    contenu: dict[str, Any]


@dataclass(frozen=True)
class Arrivee:
    """When the fiches of a period (month, half-year, year) came for the first time from an emitter."""

    emetteur: str
    fiche: str
    periode: str
    premiere: datetime


class Registre(Protocol):
    """The questions an envoi asks, the writing of its accepted fiches, and their reading back."""

    def titulaires(self, lot: str) -> list[Titulaire]:
        """Operators that hold or held the lot."""

    def commandes(self, lot: str) -> pl.DataFrame:
        """Orders of the lot (`SCHEMA_COMMANDES`)."""

    def beneficiaires(self, lot: str, identifiants: pl.Series) -> pl.DataFrame:
        """Current beneficiaries among these, as text columns of the fiche."""

    def unites_des_dossiers(self, numeros: pl.Series) -> pl.DataFrame:
        """Current units of these numbers (`SCHEMA_UNITES`)."""

    def unites_des_beneficiaires(self, lot: str, identifiants: pl.Series) -> pl.DataFrame:
        """Current units of these beneficiaries (`SCHEMA_UNITES`)."""

    def references_prises(self, references: pl.Series) -> pl.DataFrame:
        """Consumption references already used by a current unit, and the instant of its fiche (`SCHEMA_REFERENCES`)."""

    def suivis_ailleurs(self, lot: str, identites: pl.DataFrame) -> pl.DataFrame:
        """Periods during which these people are followed under another lot (`SCHEMA_SUIVIS`)."""

    def livrables(self, numeros: pl.Series) -> pl.DataFrame:
        """Livrables received of these dossiers: `numero_dossier`, `type_livrable`, `signe_le` (by the person)."""

    def implantations(self, lot: str) -> frozenset[str]:
        """Codes of the declared sites of the lot."""

    def periodes_d_ouverture(self, lot: str) -> pl.DataFrame:
        """The declared sites of the lot with the days during which they are open (`SCHEMA_SITES`)."""

    def interactions(self, numeros: pl.Series) -> pl.DataFrame:
        """Keys of the current interactions of these dossiers: `numero_dossier`, `cle`."""

    def cles_connues(self, lot: str, fiche: str, cles: pl.Series) -> pl.Series:
        """Those of the keys that have at least one version in the lot."""

    def enregistrer(self, origine: Origine, fiche: str, cadres: Iterator[pl.DataFrame]) -> Enregistrement:
        """Write the accepted fiches as versions."""

    def etats(self, fiche: str, *, lot: str | None, connu_le: date | None, apres: int, taille: int) -> list[EtatConnu]:
        """At most `taille` states of that kind of fiche after the rank `apres`, inside the scope under way.

        `connu_le`: as they were known at the end of that day; else the current ones. Cancelled fiches are among them.
        """

    def arrivees(self, lot: str, fiche: str) -> list[Arrivee]:
        """First arrival of each period of a kind of fiche that has one, by emitter."""

    def livrables_dus(self, lot: str, debut: date, fin: date) -> pl.DataFrame:
        """Livrables of the units closed voluntarily in [debut, fin), by emitter and month (`SCHEMA_LIVRABLES_DUS`)."""

    def livrables_manquants(self, lot: str, emetteur: str, debut: date, fin: date) -> pl.DataFrame:
        """Units of an emitter closed voluntarily in [debut, fin) without livrable (`SCHEMA_LIVRABLES_MANQUANTS`)."""

    def rafraichir(self) -> None:
        """Bring what is computed from the register up to date, once receptions are committed."""


@dataclass(frozen=True)
class Chiffre:
    """An indicator as the register gives it; `part`: a share, 0.12 for 12 %."""

    valeur: float
    part: bool


Recalcul = Callable[[str, Iterable[tuple[str, str]], Path], dict[tuple[str, str], Chiffre]]

_abonnes: list[Registre] = []
_recalculs: list[Recalcul] = []


def abonner(registre: Registre) -> None:
    """Subscribe the register that envois enter; called once, at start-up."""
    _abonnes[:] = [registre]


def abonner_le_recalcul(recalcul: Recalcul) -> None:
    """Subscribe what recomputes indicators; called once, at start-up."""
    _recalculs[:] = [recalcul]


def chiffres_recalcules(
    lot: str, demandes: Iterable[tuple[str, str]], repertoire: Path
) -> dict[tuple[str, str], Chiffre]:
    """The figures of these (month, code) for the lot; none when this instance recomputes nothing."""
    return _recalculs[0](lot, demandes, repertoire) if _recalculs and demandes else {}


def registre() -> Registre:
    """The register in whose place one stands, else the subscribed one; LookupError when this instance keeps none."""
    remplacant = milieu()
    if remplacant is not None:
        return remplacant.registre
    if not _abonnes:
        raise LookupError("Cette instance ne tient pas de registre : elle ne peut pas recevoir d'envoi.")
    return _abonnes[0]
