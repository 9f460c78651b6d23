"""The breaches of a lot and a quarter, read in what reached the buyer: nothing is taken for granted, all is listed.

Only what the grid of the market names is looked for. A breach has a period: the month for what is due daily or monthly,
the quarter for livrables and complaints, the year for means and costs.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from cepage.acheteur.marche.models import Titulaire
from cepage.acheteur.marche.selectors import regles_du, titulaires_du_lot
from cepage.acheteur.penalites.enums import Fait
from cepage.acheteur.registre.models import TABLES
from cepage.echanges.reception import calendrier
from cepage.echanges.reception.controles.unites import LIVRABLE_DE_CLOTURE
from cepage.fondations.referentiels import nomenclatures
from cepage.fondations.regles.parametres import Regles
from cepage.fondations.regles.penalites import Chiffrage, chiffrer, faits_sanctionnes
from cepage.fondations.socle.periodes import Periode


@dataclass(frozen=True)
class Champ:
    """Where a breach is looked for: a holder on a lot, the days it held it in a quarter, the day one looks."""

    lot: str
    emetteur: str
    debut: date
    fin: date
    le: date
    regles: Regles

    def delai(self, cle: str) -> timedelta:
        """A number of days of the grid, in force on the last day looked at."""
        return timedelta(days=self.regles.entier(cle, le=self.fin - timedelta(days=1)))


@dataclass(frozen=True)
class Constat:
    """A breach seen: its days (both included), and what shows it, one entry a time.

    `proposable_des`: the day from which all that was due in those days is past.
    """

    lot: str
    emetteur: str
    fait: Fait
    debut: date
    fin: date
    proposable_des: date
    preuves: tuple[str, ...]

    @property
    def cle(self) -> str:
        """What names it in an address: « 08-AB-jour_sans_envoi-2021-03-01 »."""
        return f"{self.lot}-{self.emetteur}-{self.fait}-{self.debut.isoformat()}"

    @property
    def constates(self) -> int:
        """How many times."""
        return len(self.preuves)

    def chiffrer(self) -> Chiffrage:
        """What it costs under the grid of its last day."""
        return chiffrer(self.fait, self.constates, le=self.fin, regles=regles_du(self.fin))


def constater(lot: str, trimestre: str, *, le: date) -> list[Constat]:
    """The breaches of every holder of the lot in that quarter, as seen on the day `le`, in the scope under way.

    Raises ValueError for a malformed quarter.
    """
    periode = Periode.du_trimestre(trimestre)
    assert periode.fin is not None
    constats: list[Constat] = []
    for titulaire in titulaires_du_lot(lot, periode.debut, periode.fin):
        constats += _du_titulaire(titulaire, periode.debut, periode.fin, le)
    return sorted(constats, key=lambda c: (c.debut, c.fait, c.emetteur))


def _du_titulaire(titulaire: Titulaire, debut: date, fin: date, le: date) -> Iterator[Constat]:
    debut = max(debut, titulaire.debut)
    if titulaire.fin is not None:
        fin = min(fin, titulaire.fin + timedelta(days=1))
    dernier = fin - timedelta(days=1)
    regles = regles_du(dernier)
    champ = Champ(titulaire.lot, titulaire.operateur, debut, fin, le, regles)
    for code in faits_sanctionnes(regles, le=dernier):
        yield from _CHERCHEURS[Fait(code)](champ)


def _mois(champ: Champ) -> Iterator[tuple[date, date]]:
    """The months of the field, first day and last day, cut at its bounds."""
    jour = champ.debut
    while jour < champ.fin:
        suivant = (jour.replace(day=1) + timedelta(days=31)).replace(day=1)
        yield jour, min(suivant, champ.fin) - timedelta(days=1)
        jour = suivant


def _constat(
    champ: Champ, fait: Fait, debut: date, fin: date, preuves: Sequence[str], *, delai: timedelta = timedelta(0)
) -> Iterator[Constat]:
    if preuves:
        yield Constat(champ.lot, champ.emetteur, fait, debut, fin, fin + delai + timedelta(days=1), tuple(preuves))


def _jours_sans_envoi(champ: Champ) -> Iterator[Constat]:
    for debut, fin in _mois(champ):
        tenus = calendrier.etablir(
            champ.lot, debut.year, debut.month, aujourd_hui=champ.le, emetteurs=frozenset([champ.emetteur])
        )
        jours = [j.date for t in tenus for m in t.mois for j in m.manquants if debut <= j.date <= fin]
        yield from _constat(champ, Fait.JOUR_SANS_ENVOI, debut, fin, [j.isoformat() for j in jours])


def _indicateurs_absents(champ: Champ) -> Iterator[Constat]:
    delai = champ.delai("penalites.indicateurs_absents.delai")
    for debut, fin in _mois(champ):
        du = fin + delai
        mois = f"{debut:%Y-%m}"
        if du >= champ.le:
            continue
        recus = _versions("indicateur", champ).filter(periode=mois, recu_le__date__lte=du)
        preuves = [] if recus.exists() else [f"{mois}, dû le {du.isoformat()}"]
        yield from _constat(champ, Fait.INDICATEURS_ABSENTS, debut, fin, preuves, delai=delai)


def _livrables_absents(champ: Champ) -> Iterator[Constat]:
    delai = champ.delai("penalites.livrable_absent.delai")
    volontaires = [c.code for c in nomenclatures.table("motif_cloture") if c.groupe == "volontaire"]
    preuves: list[str] = []
    for uo, genre in LIVRABLE_DE_CLOTURE.items():
        a_temps = _versions("livrable", champ).filter(
            numero_dossier=OuterRef("cle"), type_livrable=genre, recu_le__date__lte=OuterRef("date_cloture") + delai
        )
        closes = _courantes("unite_oeuvre", champ).filter(uo=uo, motif_cloture__in=volontaires)
        dues = closes.filter(date_cloture__gte=champ.debut, date_cloture__lt=min(champ.fin, champ.le - delai))
        preuves += dues.filter(~Exists(a_temps)).values_list("cle", flat=True)
    dernier = champ.fin - timedelta(days=1)
    yield from _constat(champ, Fait.LIVRABLE_ABSENT, champ.debut, dernier, sorted(preuves), delai=delai)


def _reclamations(fait: Fait, champ_date: str, parametre: str) -> Callable[[Champ], Iterator[Constat]]:
    def chercher(champ: Champ) -> Iterator[Constat]:
        delai = champ.delai(parametre)
        tardives = (
            _courantes("reclamation", champ)
            .filter(date_reception__gte=champ.debut, date_reception__lt=min(champ.fin, champ.le - delai))
            .filter(Q(**{f"{champ_date}__isnull": True}) | Q(**{f"{champ_date}__gt": F("date_reception") + delai}))
        )
        preuves = list(tardives.order_by("identifiant_reclamation").values_list("identifiant_reclamation", flat=True))
        dernier = champ.fin - timedelta(days=1)
        yield from _constat(champ, fait, champ.debut, dernier, preuves, delai=delai)

    return chercher


def _moyens_couts_absents(champ: Champ) -> Iterator[Constat]:
    """Looked for with the last quarter of the year; a semi-annual sending counts when both halves came."""
    annee, dernier = champ.debut.year, champ.fin - timedelta(days=1)
    delai = champ.delai("penalites.moyens_couts_absents.delai")
    du = date(annee, 12, 31) + delai
    if dernier != date(annee, 12, 31) or du >= champ.le:
        return
    recus = _versions("moyens_couts", champ).filter(recu_le__date__lte=du)
    periodes = set(recus.values_list("periode", flat=True))
    if str(annee) not in periodes and not {f"{annee}-S1", f"{annee}-S2"} <= periodes:
        preuves = [f"{annee}, dû le {du.isoformat()}"]
        yield from _constat(champ, Fait.MOYENS_COUTS_ABSENTS, date(annee, 1, 1), dernier, preuves, delai=delai)


def _versions(fiche: str, champ: Champ) -> "QuerySet[Any, Any]":
    """Every version of the holder's fiches, cancellations left out: what counts here is when it first came."""
    versions: QuerySet[Any, Any] = TABLES[fiche]._default_manager.filter(lot=champ.lot, emetteur=champ.emetteur)
    return versions.exclude(nature="A").filter(connu_de__isnull=False)


def _courantes(fiche: str, champ: Champ) -> "QuerySet[Any, Any]":
    return _versions(fiche, champ).filter(connu_jusqu_a__isnull=True)


_CHERCHEURS: dict[Fait, Callable[[Champ], Iterator[Constat]]] = {
    Fait.JOUR_SANS_ENVOI: _jours_sans_envoi,
    Fait.INDICATEURS_ABSENTS: _indicateurs_absents,
    Fait.LIVRABLE_ABSENT: _livrables_absents,
    Fait.ACCUSE_TARDIF: _reclamations(Fait.ACCUSE_TARDIF, "date_accuse_reception", "reclamations.accuse"),
    Fait.REPONSE_TARDIVE: _reclamations(Fait.REPONSE_TARDIVE, "date_reponse", "reclamations.reponse"),
    Fait.MOYENS_COUTS_ABSENTS: _moyens_couts_absents,
}
