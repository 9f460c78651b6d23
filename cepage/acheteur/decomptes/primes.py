"""The prime of a lot for a half-year, from its surveys, its closed units and its décomptes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Sum

from cepage.acheteur.decomptes.calcul import calculer
from cepage.acheteur.decomptes.enquetes import enquetes
from cepage.acheteur.decomptes.enums import Etat
from cepage.acheteur.decomptes.models import Decompte, Poste
from cepage.acheteur.decomptes.trimestres import Semestre
from cepage.acheteur.marche.selectors import regles_du
from cepage.acheteur.qualite.profils import bande
from cepage.fondations.referentiels import nomenclatures
from cepage.fondations.regles.prime import Profil, Reponses, VerdictPrime, juger_la_prime


@dataclass(frozen=True)
class PrimeDuLot:
    """The verdicts of a half-year; `provisoire` while a décompte of the half-year is not frozen."""

    lot: str
    semestre: Semestre
    verdicts: tuple[VerdictPrime, ...]
    provisoire: bool

    @property
    def total_ht(self) -> Decimal:
        """What is due in all."""
        return sum((v.prime_ht for v in self.verdicts), start=Decimal("0.00"))

    def en_lignes(self) -> list[dict[str, Any]]:
        """As the command prints it."""
        return [
            {
                "uo": v.uo,
                "envoyes": v.envoyes,
                "repondants": v.repondants,
                "taux_reponse": v.taux_reponse,
                "taux": v.taux,
                "intervalle": None if v.intervalle.bas is None else [v.intervalle.bas, v.intervalle.haut],
                "representatif": v.representatif,
                "montant_facture_ht": f"{v.montant_facture_ht:.2f}",
                "prime_ht": f"{v.prime_ht:.2f}",
                "provisoire": self.provisoire,
                "explication": v.explication,
            }
            for v in self.verdicts
        ]


def prime_du_lot(lot: str, semestre: Semestre, *, maintenant: datetime) -> PrimeDuLot:
    """The prime of the half-year, each provisional décompte computed again. Raises DecompteImpossible."""
    for trimestre in semestre.trimestres:
        calculer(lot, trimestre, maintenant=maintenant)
    return lire_la_prime(lot, semestre)


def lire_la_prime(lot: str, semestre: Semestre) -> PrimeDuLot:
    """The prime from the décomptes as they stand, without computing any again."""
    dernier = semestre.fin - timedelta(days=1)
    regles = regles_du(dernier)
    decomptes = [d for d in Decompte.objects.filter(lot=lot, annee=semestre.annee) if d.periode in semestre.trimestres]
    recues = {r.uo: r for r in enquetes().reponses(lot, semestre)}
    verdicts = tuple(
        juger_la_prime(
            recues.get(uo, Reponses(uo)),
            population(lot, uo, semestre.debut, semestre.fin),
            _facture(decomptes, uo),
            le=dernier,
            regles=regles,
        )
        for uo in regles.liste("prime.uo", le=dernier)
    )
    figes = {d.periode for d in decomptes if d.etat == Etat.FIGE} == set(semestre.trimestres)
    return PrimeDuLot(lot, semestre, verdicts, provisoire=not figes or any(d.etat != Etat.FIGE for d in decomptes))


def _facture(decomptes: Sequence[Decompte], uo: str) -> Decimal:
    """Net amount HT of a unit in these décomptes."""
    total = Poste.objects.filter(decompte__in=decomptes, uo=uo).aggregate(total=Sum("net_ht"))["total"]
    return total or Decimal("0.00")


_POPULATION = """
SELECT coalesce(b.sexe, ''), coalesce(b.categorie_sociale, ''),
  extract(year FROM age(v.date_cloture, b.date_naissance))::int, count(*)
FROM registre_unite_oeuvre v
LEFT JOIN registre_beneficiaire b ON b.cle = v.lot || '|' || v.identifiant_beneficiaire
  AND b.connu_de IS NOT NULL AND b.connu_jusqu_a IS NULL AND b.nature <> 'A'
WHERE v.lot = %s AND v.uo = %s AND v.date_cloture >= %s AND v.date_cloture < %s
  AND v.connu_de IS NOT NULL AND v.connu_jusqu_a IS NULL AND v.nature <> 'A'
  AND coalesce(v.motif_cloture, '') <> ALL(%s)
GROUP BY 1, 2, 3
"""


def population(lot: str, uo: str, debut: date, fin: date) -> Profil:
    """The people whose unit was closed in [debut, fin), by sex, age band and social category."""
    dernier = fin - timedelta(days=1)
    hors = [c.code for c in nomenclatures.table("motif_cloture") if c.groupe == "hors statistique"]
    profil: dict[str, dict[str, int]] = {"sexe": {}, "age": {}, "categorie_sociale": {}}
    with connection.cursor() as curseur:
        curseur.execute(_POPULATION, [lot, uo, debut, fin, hors])
        for sexe, categorie, age, nombre in curseur.fetchall():
            for variable, classe in (("sexe", sexe), ("categorie_sociale", categorie), ("age", bande(age, dernier))):
                profil[variable][classe] = profil[variable].get(classe, 0) + nombre
    return profil
