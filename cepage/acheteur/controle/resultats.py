"""The results of the controls: shares with their Wilson interval, by unit, operator, site, firm and controller."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from cepage.acheteur.controle.enums import Genre, Verdict
from cepage.acheteur.controle.models import Controle, Lecture
from cepage.fondations.regles import charger_marche
from cepage.fondations.regles.statistiques import Intervalle, kappa, wilson
from cepage.fondations.socle.periodes import Periode


@dataclass(frozen=True)
class Resultat:
    """One row of results: how many were decided, how many do not conform, the estimated share and its interval."""

    cle: str
    decides: int
    non_conformes: int
    total: int
    intervalle: Intervalle


AXES: dict[str, tuple[str, Callable[[Controle], str]]] = {
    "uo": ("Unité", lambda c: c.uo),
    "operateur": ("Opérateur", lambda c: c.emetteur),
    "structure": ("Site", lambda c: c.structure or "sans structure"),
    "cabinet": ("Cabinet", lambda c: str(c.cabinet or "non confié")),
    "controleur": ("Contrôleur", lambda c: str(c.controleur or "non confié")),
}


def resultats(controles: Iterable[Controle], axe: str) -> list[Resultat]:
    """The results along one axis of AXES, sorted by key; loaded with `cabinet` and `controleur`."""
    _, lire = AXES[axe]
    groupes: dict[str, list[Controle]] = {}
    for controle in controles:
        groupes.setdefault(lire(controle), []).append(controle)
    return [_resultat(cle, groupe) for cle, groupe in sorted(groupes.items())]


def _resultat(cle: str, groupe: list[Controle]) -> Resultat:
    decides = [c for c in groupe if c.resultat is not None]
    fautifs = sum(c.resultat == Verdict.NON_CONFORME for c in decides)
    confiance = _confiance(groupe[0].trimestre)
    return Resultat(cle, len(decides), fautifs, len(groupe), wilson(fautifs, len(decides), confiance=confiance))


def _confiance(trimestre: str) -> Decimal:
    le = Periode.du_trimestre(trimestre).dernier_jour
    assert le is not None
    return charger_marche("A").decimal("controle.intervalle.confiance", le=le)


@dataclass(frozen=True)
class Accord:
    """How far the blind second readings agree with the first: files read twice, same verdict, Cohen's kappa."""

    relus: int
    identiques: int
    kappa: float | None


def accord(mois: str | None = None) -> Accord:
    """The agreement of a month, or of all, in the scope under way."""
    secondes = Lecture.objects.filter(genre=Genre.SURCONTROLE)
    if mois:
        secondes = secondes.filter(controle__surcontrole__mois=mois)
    apres = dict(secondes.values_list("controle_id", "verdict"))
    avant = dict(
        Lecture.objects.filter(genre=Genre.CONTROLE, controle_id__in=apres).values_list("controle_id", "verdict")
    )
    couples = [(avant[pk], verdict) for pk, verdict in apres.items()]
    return Accord(len(couples), sum(a == b for a, b in couples), kappa(couples))
