"""Reading the market: lots and holders, prices, orders and what the register says was consumed of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from cepage.acheteur.marche.models import Avenant, Commande, Prix, Revision, Titulaire
from cepage.acheteur.marche.prix import reviser
from cepage.acheteur.registre.models import TABLES
from cepage.fondations.regles import charger_marche
from cepage.fondations.regles.parametres import Regles

_COURANTE = "connu_de IS NOT NULL AND connu_jusqu_a IS NULL AND nature <> 'A'"
LIMITE_DE_TROUS = 50


@dataclass(frozen=True)
class Consommation:
    """What an order has been used for: units engaged on it, those closed, and the highest rank given.

    `seuil` is the highest threshold reached, in percent of the volume (0: none).
    """

    commande: Commande
    engagees: int
    closes: int
    dernier_rang: int
    seuil: int

    @property
    def part(self) -> Decimal:
        """Engaged units over the volume, as a fraction; 1 for an order of nothing."""
        return Decimal(self.engagees) / self.commande.volume if self.commande.volume else Decimal(1)

    @property
    def reste(self) -> int:
        """Units that may still be engaged."""
        return max(0, self.commande.volume - self.engagees)

    @property
    def trous(self) -> int:
        """How many ranks were skipped: references are issued without a gap."""
        return max(0, self.dernier_rang - self.engagees)


@dataclass(frozen=True)
class LigneDePrix:
    """A price over a period with the coefficient that holds at its start, and the price paid."""

    uo: str
    debut: date
    fin: date | None
    prix_ht: Decimal
    coefficient: Decimal
    indice: str

    @property
    def revise(self) -> Decimal:
        """The price paid."""
        return reviser(self.prix_ht, self.coefficient)


def regles_du(le: date) -> Regles:
    """The rules of the market whose orders are placed on the day `le` (the last market once all are over)."""
    from cepage.fondations.regles.fenetres import marche_du

    return charger_marche(marche_du(le))


def seuil_atteint(engagees: int, volume: int, seuils: Iterable[str]) -> int:
    """The highest of `seuils` (percents) reached by `engagees` out of `volume`; 0 when none is."""
    return max((int(s) for s in seuils if engagees * 100 >= volume * int(s)), default=0)


def commandes(lots: Iterable[str] | None, *, lot: str = "", uo: str = "", annee: str = "") -> "QuerySet[Commande]":
    """The orders within reach, the most recent first, filtered by what is given."""
    lignes = Commande.objects.order_by("-debut", "lot", "uo", "reference")
    if lots is not None:
        lignes = lignes.filter(lot__in=sorted(lots))
    if lot:
        lignes = lignes.filter(lot=lot)
    if uo:
        lignes = lignes.filter(uo=uo)
    if annee:
        lignes = lignes.filter(debut__year=int(annee))
    return lignes


def consommations(bons: Sequence[Commande]) -> list[Consommation]:
    """The consumption of each of these orders, in their order; one query whatever their number."""
    comptes: dict[str, tuple[int, int, int]] = {}
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT c.reference, count(v.id), count(v.date_cloture), "
            "coalesce(max(right(v.reference_bon_commande, 5)::int), 0) "
            "FROM unnest(%s::text[]) c(reference) LEFT JOIN registre_unite_oeuvre v ON "
            "v.reference_bon_commande BETWEEN c.reference || '-00000' AND c.reference || '-99999' "
            f"AND {_COURANTE} GROUP BY 1",
            [[bon.reference for bon in bons]],
        )
        for reference, *nombres in curseur.fetchall():
            comptes[reference] = (nombres[0], nombres[1], nombres[2])
    seuils = {bon.fin: regles_du(bon.fin).liste("decompte.seuils_consommation", le=bon.fin) for bon in bons}
    return [
        Consommation(bon, *lus, seuil_atteint(lus[0], bon.volume, seuils[bon.fin]))
        for bon in bons
        for lus in [comptes.get(bon.reference, (0, 0, 0))]
    ]


def unites_du_bon(bon: Commande) -> "QuerySet[Any, Any]":
    """The current units of an order, those whose consumption reference belongs to it."""
    unites: QuerySet[Any, Any] = TABLES["unite_oeuvre"]._default_manager.all()
    return unites.filter(
        connu_de__isnull=False,
        connu_jusqu_a__isnull=True,
        reference_bon_commande__range=(f"{bon.reference}-00000", f"{bon.reference}-99999"),
    )


def rangs_sautes(bon: Commande) -> list[int]:
    """The ranks that no unit carries below the highest one given, at most LIMITE_DE_TROUS."""
    with connection.cursor() as curseur:
        curseur.execute(
            "WITH rangs AS (SELECT right(reference_bon_commande, 5)::int AS rang FROM registre_unite_oeuvre "
            f"WHERE reference_bon_commande BETWEEN %s AND %s AND {_COURANTE}) "
            "SELECT r FROM generate_series(1, (SELECT max(rang) FROM rangs)) r "
            "WHERE NOT EXISTS (SELECT 1 FROM rangs WHERE rang = r) ORDER BY r LIMIT %s",
            [f"{bon.reference}-00000", f"{bon.reference}-99999", LIMITE_DE_TROUS],
        )
        return [rang for (rang,) in curseur.fetchall()]


def avenants(bon: Commande) -> list[Avenant]:
    """The amendments of an order, the first one first."""
    return list(bon.avenants.order_by("numero"))


def titulaires(lots: Iterable[str] | None) -> list[Titulaire]:
    """Who holds or held each lot within reach, by lot then by first day."""
    lignes = Titulaire.objects.order_by("lot", "debut", "operateur")
    return list(lignes if lots is None else lignes.filter(lot__in=sorted(lots)))


def titulaires_du_lot(lot: str, debut: date, fin: date) -> list[Titulaire]:
    """Who holds the lot on a day at least of [debut, fin), by first day."""
    lignes = Titulaire.objects.filter(lot=lot, debut__lt=fin).order_by("debut", "operateur")
    return [t for t in lignes if t.fin is None or t.fin >= debut]


def prix_du_lot(lot: str) -> list[LigneDePrix]:
    """The prices of a lot cut at each revision, by unit then by first day, within the row-level scope."""
    revisions = list(Revision.objects.filter(lot=lot).order_by("periode"))
    lignes = []
    for prix in Prix.objects.filter(lot=lot).order_by("uo", "periode"):
        bornes = {prix.periode.lower}
        for revision in revisions:
            bornes |= {b for b in (revision.periode.lower, revision.periode.upper) if b is not None}
        debuts = sorted(b for b in bornes if b in prix.periode)
        for rang, debut in enumerate(debuts):
            fin = debuts[rang + 1] if rang + 1 < len(debuts) else prix.periode.upper
            en_vigueur = next((r for r in revisions if debut in r.periode), None)
            lignes.append(
                LigneDePrix(
                    prix.uo,
                    debut,
                    fin,
                    prix.prix_ht,
                    en_vigueur.coefficient if en_vigueur else Decimal(1),
                    en_vigueur.indice if en_vigueur else "",
                )
            )
    return lignes


def lots_commandes(lots: Iterable[str] | None) -> list[str]:
    """The lots within reach that have an order, sorted."""
    return sorted(set(commandes(lots).order_by().values_list("lot", flat=True).distinct()))


def annees_commandees(lots: Iterable[str] | None) -> list[int]:
    """The years in which an order within reach begins, the most recent first."""
    return sorted({jour.year for jour in commandes(lots).order_by().dates("debut", "year")}, reverse=True)


def lots_tenus(le: date) -> list[str]:
    """The lots that somebody holds, or held last, on the day `le`: those one may order on."""
    return sorted({t.lot for t in Titulaire.objects.filter(debut__lte=le)})
