"""The calendar of what was sent: for each working day of a lot and operator, received, refused or missing.

The data of a day are due every day (CCTP §3.2 and annexe 3 §2). The day of an envoi is the one in its name;
without one, the day it was received. A day that is a holiday in a part of the lot is not claimed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from django.db.models import Q

from cepage.echanges.reception.contexte import Titulaire, registre
from cepage.echanges.reception.enums import Statut
from cepage.echanges.reception.models import Envoi
from cepage.fondations.referentiels import calendrier, territoires
from cepage.fondations.socle.formats import PARIS

_NOM = r"^CEP_[0-9]{2}_[0-9A-Z]{2}_"
_JOUR_DU_NOM = re.compile(_NOM + r"(\d{8})_")


class Etat(StrEnum):
    """What a day is for an operator."""

    RECU = "reçu"
    REFUSE = "refusé"
    MANQUANT = "manquant"
    CHOME = "non ouvré"
    A_VENIR = "à venir"
    HORS = "hors marché"


SIGNES = {
    Etat.RECU: "✓",
    Etat.REFUSE: "!",
    Etat.MANQUANT: "✗",
    Etat.CHOME: "–",
    Etat.A_VENIR: "○",
    Etat.HORS: "·",
}


@dataclass(frozen=True)
class Jour:
    """One day of the calendar, and the envois of that day."""

    date: date
    etat: Etat
    envois: tuple[str, ...] = ()

    @property
    def signe(self) -> str:
        """The sign beside the word."""
        return SIGNES[self.etat]

    @property
    def classe(self) -> str:
        """The end of the style class."""
        return self.etat.name.lower().replace("_", "-")


@dataclass(frozen=True)
class Mois:
    """A month: its days, and the same by week (Monday to Friday; None outside the month)."""

    debut: date
    jours: list[Jour] = field(default_factory=list)

    @property
    def semaines(self) -> list[list[Jour | None]]:
        """Rows of five days."""
        lignes: list[list[Jour | None]] = []
        for jour in self.jours:
            rang = jour.date.weekday()
            if rang > 4:
                continue
            if not lignes or rang == 0:
                lignes.append([None] * 5)
            lignes[-1][rang] = jour
        return lignes

    @property
    def fins_de_semaine(self) -> list[Jour]:
        """Saturdays and Sundays on which something came."""
        return [j for j in self.jours if j.date.weekday() > 4 and j.envois]

    def combien(self, *etats: Etat) -> int:
        """Days in these states."""
        return sum(j.etat in etats for j in self.jours)

    @property
    def attendus(self) -> int:
        """Working days elapsed."""
        return self.recus + self.refuses + len(self.manquants)

    @property
    def recus(self) -> int:
        """Days with an envoi that entered, working days only."""
        return sum(j.etat is Etat.RECU and j.date.weekday() < 5 for j in self.jours)

    @property
    def refuses(self) -> int:
        """Days whose envois were all refused."""
        return sum(j.etat is Etat.REFUSE and j.date.weekday() < 5 for j in self.jours)

    @property
    def manquants(self) -> list[Jour]:
        """Working days elapsed without an envoi."""
        return [j for j in self.jours if j.etat is Etat.MANQUANT]


@dataclass(frozen=True)
class CalendrierOperateur:
    """The months of an operator on a lot."""

    operateur: str
    nom: str
    mois: list[Mois]

    @property
    def manquants(self) -> int:
        """Missing days over the whole."""
        return sum(len(m.manquants) for m in self.mois)


def jour_de_l_envoi(nom: str, recu_le: datetime) -> date:
    """The day an envoi is about: written in its name, else the day of its reception in Paris."""
    trouve = _JOUR_DU_NOM.match(nom)
    if trouve:
        try:
            return datetime.strptime(trouve[1], "%Y%m%d").replace(tzinfo=UTC).date()
        except ValueError:
            pass
    return recu_le.astimezone(PARIS).date()


def dernier_jour(lot: str) -> date | None:
    """The day of the last envoi received for a lot, in the scope under way."""
    envoi = Envoi.objects.filter(lot=lot).order_by("-recu_le", "-id").first()
    return jour_de_l_envoi(envoi.nom_fichier, envoi.recu_le) if envoi else None


def est_ouvre(jour: date, lot: str) -> bool:
    """True when `jour` is a working day in every territory of the lot."""
    departements = territoires.departements_du_lot(lot)
    zones = {calendrier.territoire_du_departement(d) for d in departements} or {calendrier.NATIONAL}
    return all(calendrier.est_ouvre(jour, zone) for zone in zones)


def etablir(
    lot: str, annee: int, mois: int | None, *, aujourd_hui: date, emetteurs: frozenset[str] | None
) -> list[CalendrierOperateur]:
    """The calendar of a lot by operator, for a month, or a year when `mois` is None (`emetteurs` None: all).

    Two queries. Days from `aujourd_hui` on are still to come.
    """
    numeros = [mois] if mois else list(range(1, 13))
    debut = date(annee, numeros[0], 1)
    fin = date(annee + numeros[-1] // 12, numeros[-1] % 12 + 1, 1)
    par_operateur: dict[str, list[Titulaire]] = {}
    for titulaire in registre().titulaires(lot):
        tenu = titulaire.debut < fin and (titulaire.fin is None or titulaire.fin >= debut)
        if tenu and (emetteurs is None or titulaire.operateur in emetteurs):
            par_operateur.setdefault(titulaire.operateur, []).append(titulaire)
    recus = _recus(lot, debut, fin)
    return [
        CalendrierOperateur(
            operateur,
            periodes[0].nom,
            [_mois(annee, m, lot, periodes, recus.get(operateur, {}), aujourd_hui) for m in numeros],
        )
        for operateur, periodes in sorted(par_operateur.items())
    ]


def _recus(lot: str, debut: date, fin: date) -> dict[str, dict[date, list[tuple[str, str]]]]:
    """By operator and day: (identifier, status) of the envois of [debut, fin)."""
    prefixe = f"{debut:%Y%m}" if (fin - debut).days < 32 else f"{debut:%Y}"
    nomme = Q(nom_fichier__regex=rf"{_NOM}{prefixe}")
    bornes = Q(
        recu_le__gte=datetime(debut.year, debut.month, debut.day, tzinfo=PARIS),
        recu_le__lt=datetime(fin.year, fin.month, fin.day, tzinfo=PARIS),
    )
    sans_jour = ~Q(nom_fichier__regex=rf"{_NOM}[0-9]{{8}}_")
    lignes = Envoi.objects.filter(Q(lot=lot) & (nomme | (bornes & sans_jour))).order_by("recu_le", "id")
    trouves: dict[str, dict[date, list[tuple[str, str]]]] = {}
    for emetteur, nom, recu_le, identifiant, statut in lignes.values_list(
        "emetteur", "nom_fichier", "recu_le", "identifiant", "statut"
    ):
        jour = jour_de_l_envoi(nom, recu_le)
        trouves.setdefault(emetteur, {}).setdefault(jour, []).append((identifiant, statut))
    return trouves


def _mois(
    annee: int,
    mois: int,
    lot: str,
    periodes: Iterable[Titulaire],
    recus: dict[date, list[tuple[str, str]]],
    aujourd_hui: date,
) -> Mois:
    jours = []
    jour = date(annee, mois, 1)
    while jour.month == mois:
        jours.append(_jour(jour, lot, periodes, recus.get(jour, []), aujourd_hui))
        jour += timedelta(days=1)
    return Mois(date(annee, mois, 1), jours)


def _jour(
    jour: date, lot: str, periodes: Iterable[Titulaire], envois: list[tuple[str, str]], aujourd_hui: date
) -> Jour:
    identifiants = tuple(identifiant for identifiant, _ in envois)
    if envois:
        refuses = all(statut == Statut.REFUSE for _, statut in envois)
        return Jour(jour, Etat.REFUSE if refuses else Etat.RECU, identifiants)
    if not any(p.debut <= jour and (p.fin is None or jour <= p.fin) for p in periodes):
        return Jour(jour, Etat.HORS)
    if not est_ouvre(jour, lot):
        return Jour(jour, Etat.CHOME)
    return Jour(jour, Etat.A_VENIR if jour >= aujourd_hui else Etat.MANQUANT)
