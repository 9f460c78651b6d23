"""What an indicator is: a declaration read by the engine, and the figures it gives.

A `Definition` says where its numerator and its denominator are read (an aggregate and a filter on it, an
order's volume, a population), at which mesh, and how the contract was interpreted. Adding an indicator adds
a definition; it never adds machinery.
"""

import calendar
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Literal

from cepage.fondations.regles import ajouter_mois

MOIS_DE_REENGAGEMENT = 3
"""6.8: "avant les trois mois qui suivent la clôture" (CCTP §4.3), calendar months."""

LOT_NATIONAL = "FR"
"""Label of the rows that add up all the lots computed."""

Cumul = Literal["mois", "annee", "bon"]


@dataclass(frozen=True, order=True)
class Mois:
    """A calendar month, as the number of months since year 0: months compare and add as integers."""

    rang: int

    @classmethod
    def de(cls, annee: int, mois: int) -> "Mois":
        """The month `mois` (1 to 12) of `annee`."""
        return cls(annee * 12 + mois - 1)

    @classmethod
    def du(cls, jour: date) -> "Mois":
        """The month that contains `jour`."""
        return cls.de(jour.year, jour.month)

    @classmethod
    def lire(cls, texte: str) -> "Mois":
        """Parse `AAAA-MM`; raises ValueError with a sentence that says how to write it."""
        annee, _, mois = texte.partition("-")
        if len(annee) == 4 and len(mois) == 2 and annee.isdigit() and mois.isdigit() and 1 <= int(mois) <= 12:
            return cls.de(int(annee), int(mois))
        raise ValueError(f"« {texte} » n'est pas un mois. Écrivez l'année et le mois : 2021-03.")

    @property
    def annee(self) -> int:
        """The year of the month."""
        return self.rang // 12

    @property
    def premier_jour(self) -> date:
        """The first day of the month."""
        return date(self.rang // 12, self.rang % 12 + 1, 1)

    @property
    def dernier_jour(self) -> date:
        """The last day of the month."""
        annee, mois = self.rang // 12, self.rang % 12 + 1
        return date(annee, mois, calendar.monthrange(annee, mois)[1])

    def plus(self, nombre: int) -> "Mois":
        """The month `nombre` months later (earlier when negative)."""
        return Mois(self.rang + nombre)

    def __str__(self) -> str:
        return f"{self.rang // 12:04d}-{self.rang % 12 + 1:02d}"


@dataclass(frozen=True)
class Compte:
    """A count read in a monthly aggregate, restricted by `ou` (dimension → accepted values).

    `cumul` adds the months from the start of the year, or of the order in progress; `decalage` reads another
    month (in months); `jours` adds up the days instead of counting.
    """

    agregat: str
    ou: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cumul: Cumul = "mois"
    decalage: int = 0
    jours: bool = False


@dataclass(frozen=True)
class Volume:
    """The volume of the orders of `uo` in progress on the last day of the month, added up."""

    uo: str


@dataclass(frozen=True)
class Habitants:
    """A population of reference of the lot, in persons."""

    population: Literal["active", "cep", "categorie"]


@dataclass(frozen=True)
class Mesure:
    """One figure of an indicator: its mesh, its two sides and how the value is drawn from them.

    `calcul`: `rapport` numerator over denominator (a share: 0.12 is 12 %), `evolution` that ratio minus one,
    `effectif` the numerator itself, `quantile` the `ordre` quantile of the days, linearly interpolated.
    `ventilation` gives one row for each observed value of that dimension.
    """

    maille: str
    numerateur: Compte
    denominateur: Compte | Volume | Habitants | None = None
    calcul: Literal["rapport", "evolution", "effectif", "quantile"] = "rapport"
    ordre: float = 0.5
    ventilation: str | None = None
    precision: str = ""

    def maille_de(self, modalite: str | None) -> str:
        """The mesh as written in a row, with its modality when there is one."""
        if modalite is None:
            return self.maille
        return f"{self.maille}={modalite}" + (f" ({self.precision})" if self.precision else "")

    def modalite_de(self, maille: str) -> str | None:
        """The modality named by a row's mesh; None when another measure wrote it."""
        if self.ventilation is None:
            return None
        fin = f" ({self.precision})" if self.precision else ""
        if not maille.startswith(f"{self.maille}=") or not maille.endswith(fin):
            return None
        modalite = maille[len(self.maille) + 1 : len(maille) - len(fin)]
        return modalite if " (" not in modalite else None


@dataclass(frozen=True)
class Definition:
    """An indicator of the CCTP §4.3: its texts, its measures and the decision of interpretation."""

    code: str
    libelle: str
    numerateur: str
    denominateur: str
    maille: str
    periodicite: str
    interpretation: str
    source: str
    mesures: tuple[Mesure, ...]
    unite: Literal["part", "jours", "effectif"] = "part"
    recul: int = 0
    """Months after the end of the month during which the figure may still grow, hence provisional."""
    titre: str = ""
    """The question the indicator answers, used as the title of its chart."""

    def provisoire(self, mois: Mois, connu_le: date) -> bool:
        """Whether the figure of `mois` may still change by the mere passing of time, seen on `connu_le`.

        A month is provisional until it is over, and `recul` calendar months more when the definition looks
        ahead (6.8: three months after the last closing day of the month).
        """
        fin = mois.dernier_jour
        if self.recul == 0:
            return connu_le <= fin
        return connu_le < ajouter_mois(fin, self.recul)


@dataclass(frozen=True)
class Valeur:
    """One figure: a row of the result, reproducible for any past date.

    `numerateur` and `denominateur` are whole numbers (days for the sums of delays); `valeur` is a float, None
    when it has no meaning, and `mention` then says why, or which base the figure stands on.
    """

    code: str
    lot: str
    periode: str
    maille: str
    numerateur: int | None
    denominateur: int | None
    valeur: float | None
    provisoire: bool
    mention: str | None = None
    hypothese: bool = False
    """The base is an order of magnitude, to be said beside the figure."""

    def en_dictionnaire(self) -> dict[str, object]:
        """The row as JSON writes it."""
        return asdict(self)
