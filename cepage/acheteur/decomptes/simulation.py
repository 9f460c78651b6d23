"""What a change of the rules would have cost: past months computed again under other rules, nothing written.

Both sides run the same engine on the register as it stands. Without its own prices, a market is simulated at its
reference prices; the survey being that of the other rules, a part that hangs on satisfaction is shown apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from cepage.acheteur.decomptes.calcul import par_ensembles
from cepage.acheteur.decomptes.moteur import Champ, fenetre, requete
from cepage.acheteur.marche.models import Titulaire
from cepage.acheteur.marche.selectors import regles_du
from cepage.fondations.regles.parametres import Regles
from cepage.fondations.regles.surcharge import Changements, PrixSuppose

ZERO = Decimal("0.00")


class SimulationImpossible(ValueError):
    """The simulation cannot run; the message says why and what to do."""


@dataclass(frozen=True)
class Cote:
    """One side of the comparison for a lot and a unit."""

    faits: int = 0
    payables: int = 0
    montant_ht: Decimal = ZERO

    def en_dict(self) -> dict[str, Any]:
        """As the command prints it."""
        return {"unites": self.faits, "payables": self.payables, "montant_ht": f"{self.montant_ht:.2f}"}


@dataclass(frozen=True)
class LigneSimulee:
    """Before and after for a lot and a unit; `dossiers` and `personnes` are those whose amount changes."""

    lot: str
    lot_apres: str
    uo: str
    avant: Cote
    apres: Cote
    dossiers: int
    personnes: int

    @property
    def difference_ht(self) -> Decimal:
        """After less before."""
        return self.apres.montant_ht - self.avant.montant_ht

    def en_dict(self) -> dict[str, Any]:
        """As the command prints it."""
        return {
            "lot": self.lot,
            "lot_apres": self.lot_apres,
            "uo": self.uo,
            "avant": self.avant.en_dict(),
            "apres": self.apres.en_dict(),
            "difference": {
                "unites": self.apres.faits - self.avant.faits,
                "payables": self.apres.payables - self.avant.payables,
                "montant_ht": f"{self.difference_ht:.2f}",
            },
            "touches": {"dossiers": self.dossiers, "personnes": self.personnes},
        }


@dataclass(frozen=True)
class Touches:
    """Who is touched in a lot: dossiers and people whose total amount changes."""

    lot: str
    dossiers: int
    personnes: int
    operateurs: tuple[str, ...]


@dataclass(frozen=True)
class PartVariable:
    """The part that hangs on the recours: people met in the lot, the year before and in the period."""

    lot: str
    personnes_avant: int
    personnes: int
    evolution: Decimal | None
    tendance: Decimal | None
    montant_ht: Decimal


@dataclass(frozen=True)
class Simulation:
    """The comparison over [depuis, fin)."""

    depuis: date
    fin: date
    lignes: tuple[LigneSimulee, ...]
    touches: tuple[Touches, ...]
    parts: tuple[PartVariable, ...]
    hypotheses: tuple[str, ...]

    @property
    def avant_ht(self) -> Decimal:
        """Total before."""
        return sum((ligne.avant.montant_ht for ligne in self.lignes), start=ZERO)

    @property
    def apres_ht(self) -> Decimal:
        """Total after, the part on the recours included."""
        return sum((li.apres.montant_ht for li in self.lignes), start=ZERO) + self.variable_ht

    @property
    def variable_ht(self) -> Decimal:
        """The parts on the recours, in all."""
        return sum((p.montant_ht for p in self.parts), start=ZERO)

    @property
    def difference_ht(self) -> Decimal:
        """After less before."""
        return self.apres_ht - self.avant_ht

    def en_dict(self) -> dict[str, Any]:
        """As the command prints it."""
        return {
            "depuis": self.depuis.isoformat()[:7],
            "jusqu_a": (self.fin - timedelta(days=1)).isoformat()[:7],
            "lignes": [ligne.en_dict() for ligne in self.lignes],
            "touches": [
                {"lot": t.lot, "dossiers": t.dossiers, "personnes": t.personnes, "operateurs": list(t.operateurs)}
                for t in self.touches
            ],
            "parts_variables": [
                {
                    "lot": p.lot,
                    "personnes_avant": p.personnes_avant,
                    "personnes": p.personnes,
                    "evolution": None if p.evolution is None else f"{p.evolution:.4f}",
                    "tendance": None if p.tendance is None else f"{p.tendance:.4f}",
                    "montant_ht": f"{p.montant_ht:.2f}",
                }
                for p in self.parts
            ],
            "total": {
                "avant_ht": f"{self.avant_ht:.2f}",
                "apres_ht": f"{self.apres_ht:.2f}",
                "difference_ht": f"{self.difference_ht:.2f}",
            },
            "hypotheses": list(self.hypotheses),
        }


def bornes(depuis: str, jusqu_a: str) -> tuple[date, date]:
    """« 2022-01 », « 2022-12 » → first day, day after the last. Raises SimulationImpossible."""
    try:
        debut, dernier = date.fromisoformat(f"{depuis}-01"), date.fromisoformat(f"{jusqu_a}-01")
    except ValueError:
        raise SimulationImpossible("Écrivez les mois ainsi : --depuis 2022-01 --jusqu-a 2022-12.") from None
    if dernier < debut:
        raise SimulationImpossible("Le dernier mois précède le premier : inversez-les.")
    return debut, (dernier + timedelta(days=31)).replace(day=1)


def simuler(changements: Changements, depuis: date, fin: date) -> Simulation:
    """Compute [depuis, fin) before and after, in the scope under way (that of every operator).

    Raises SimulationImpossible without lot, `ErreurRegles` for a bad change.
    """
    lots = sorted(set(Titulaire.objects.values_list("lot", flat=True)))
    if not lots:
        raise SimulationImpossible("Aucun lot n'est attribué : importez d'abord les titulaires.")
    actuelles = regles_du(fin - timedelta(days=1))
    nouvelles = changements.appliquer(actuelles, depuis)
    with connection.cursor() as curseur, par_ensembles(curseur):
        sans: tuple[PrixSuppose, ...] = ()
        for nom, regles, prix in (("avant", actuelles, sans), ("apres", nouvelles, changements.prix)):
            champ = Champ(
                lots=lots,
                depuis=depuis,
                fin=fin,
                regles=regles,
                service=fenetre(actuelles),
                prix_de_reference=True,
                prix_supposes=prix,
            )
            debut, parametres = requete(champ)
            curseur.execute(f"DROP TABLE IF EXISTS simulation_{nom}")
            curseur.execute(
                f"CREATE TEMP TABLE simulation_{nom} ON COMMIT DROP AS {debut} SELECT * FROM evalue", parametres
            )
        curseur.execute(_COMPARER)
        colonnes = curseur.fetchall()
        curseur.execute(_TOUCHES)
        touches = tuple(Touches(lot, d, p, tuple(o)) for lot, d, p, o in curseur.fetchall())
    regroupement = _regroupement(nouvelles)
    lignes = tuple(
        LigneSimulee(lot, regroupement.get(lot, lot), uo, Cote(*av), Cote(*ap), dossiers, personnes)
        for lot, uo, av, ap, dossiers, personnes in ((r[0], r[1], r[2:5], r[5:8], r[8], r[9]) for r in colonnes)
    )
    parts = _parts_variables(nouvelles, lots, depuis, fin, lignes)
    return Simulation(depuis, fin, lignes, touches, parts, _hypotheses(nouvelles, fin - timedelta(days=1)))


_PAR_UNITE = """
SELECT lot, uo, count(*) AS faits, count(*) FILTER (WHERE motif = 'payable') AS payables,
  coalesce(sum(prix) FILTER (WHERE motif = 'payable'), 0)::numeric(14, 2) AS montant
FROM simulation_{0} GROUP BY lot, uo
"""
_PAR_DOSSIER = """
SELECT lot, uo, numero, personne, coalesce(sum(prix) FILTER (WHERE motif = 'payable'), 0) AS montant
FROM simulation_{0} GROUP BY lot, uo, numero, personne
"""
_COMPARER = f"""
WITH a AS ({_PAR_UNITE.format("avant")}), b AS ({_PAR_UNITE.format("apres")}),
da AS ({_PAR_DOSSIER.format("avant")}), db AS ({_PAR_DOSSIER.format("apres")}),
ecarts AS (
  SELECT lot, uo, count(DISTINCT numero) AS dossiers, count(DISTINCT personne) AS personnes
  FROM da FULL JOIN db USING (lot, uo, numero, personne)
  WHERE coalesce(da.montant, 0) <> coalesce(db.montant, 0) GROUP BY lot, uo
)
SELECT lot, uo, coalesce(a.faits, 0), coalesce(a.payables, 0), coalesce(a.montant, 0),
  coalesce(b.faits, 0), coalesce(b.payables, 0), coalesce(b.montant, 0),
  coalesce(e.dossiers, 0), coalesce(e.personnes, 0)
FROM a FULL JOIN b USING (lot, uo) LEFT JOIN ecarts e USING (lot, uo) ORDER BY lot, uo
"""
_TOUCHES = """
WITH a AS (SELECT lot, numero, personne, emetteur, coalesce(sum(prix) FILTER (WHERE motif = 'payable'), 0) AS montant
           FROM simulation_avant GROUP BY 1, 2, 3, 4),
b AS (SELECT lot, numero, personne, emetteur, coalesce(sum(prix) FILTER (WHERE motif = 'payable'), 0) AS montant
      FROM simulation_apres GROUP BY 1, 2, 3, 4)
SELECT lot, count(DISTINCT numero), count(DISTINCT personne), array_agg(DISTINCT emetteur)
FROM a FULL JOIN b USING (lot, numero, personne, emetteur)
WHERE coalesce(a.montant, 0) <> coalesce(b.montant, 0) GROUP BY lot ORDER BY lot
"""


def _regroupement(regles: Regles) -> dict[str, str]:
    if "lots.regroupement" not in regles:
        return {}
    valeur = regles.parametre("lots.regroupement").valeurs[-1].valeur
    assert isinstance(valeur, Mapping)
    return {lot: str(reuni) for lot, reuni in valeur.items()}


_PERSONNES = """
SELECT v.lot, count(DISTINCT v.identifiant_beneficiaire) FROM registre_unite_oeuvre v
WHERE v.lot = ANY(%s) AND v.date_engagement >= %s AND v.date_engagement < %s
  AND v.connu_de IS NOT NULL AND v.connu_jusqu_a IS NULL AND v.nature <> 'A' GROUP BY v.lot
"""


def _parts_variables(
    regles: Regles, lots: Sequence[str], depuis: date, fin: date, lignes: Sequence[LigneSimulee]
) -> tuple[PartVariable, ...]:
    """A lot whose people grow at least as the whole country's from one year to the next has its part."""
    if "part_variable.recours.taux" not in regles:
        return ()
    taux = regles.parametre("part_variable.recours.taux").valeurs[-1].valeur
    assert isinstance(taux, Decimal)
    maintenant, avant = _personnes(lots, depuis, fin), _personnes(lots, _un_an_avant(depuis), _un_an_avant(fin))
    tendance = _evolution(sum(avant.values()), sum(maintenant.values()))
    parts = []
    for lot in lots:
        evolution = _evolution(avant.get(lot, 0), maintenant.get(lot, 0))
        due = evolution is not None and tendance is not None and evolution >= tendance
        base = sum((li.apres.montant_ht for li in lignes if li.lot == lot), start=ZERO)
        montant = (base * taux / 100).quantize(ZERO, rounding="ROUND_HALF_UP") if due else ZERO
        parts.append(PartVariable(lot, avant.get(lot, 0), maintenant.get(lot, 0), evolution, tendance, montant))
    return tuple(parts)


def _personnes(lots: Sequence[str], debut: date, fin: date) -> dict[str, int]:
    with connection.cursor() as curseur:
        curseur.execute(_PERSONNES, [list(lots), debut, fin])
        return dict(curseur.fetchall())


def _evolution(avant: int, apres: int) -> Decimal | None:
    return Decimal(apres - avant) / avant if avant else None


def _un_an_avant(jour: date) -> date:
    return jour.replace(year=jour.year - 1)


def _hypotheses(regles: Regles, le: date) -> tuple[str, ...]:
    """What the new rules take for granted without a source, in words."""
    return tuple(
        f"{p.libelle} : {v.valeur}"
        for p in regles
        for v in p.valeurs
        if v.confiance == "hypothèse"
        and p.cle.startswith(("paiement.", "prix_de_reference.", "part_variable."))
        and isinstance(v.valeur, str | Decimal | int)
    )
