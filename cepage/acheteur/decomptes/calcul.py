"""Computing a décompte: its lines, then its totals, each in one statement; a frozen one is never touched.

A unit is paid in the first quarter, from that of its closure on, whose décompte is not frozen yet: late units, and the
ones that waited for their livrable, come with the following décompte. A correction of what a frozen décompte paid is a
line of the next one, equal to what is due now less what was paid.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from cepage.acheteur.decomptes.enums import Etat
from cepage.acheteur.decomptes.models import Decompte, Ligne, Poste
from cepage.acheteur.decomptes.moteur import Champ, fenetre, requete
from cepage.acheteur.decomptes.penalites import retenir_les_penalites
from cepage.acheteur.decomptes.service_fait import service_fait
from cepage.acheteur.decomptes.trimestres import Trimestre
from cepage.acheteur.marche.models import Commande, Titulaire
from cepage.acheteur.marche.prix import prix_le
from cepage.acheteur.marche.selectors import titulaires_du_lot
from cepage.fondations.referentiels import nomenclatures
from cepage.fondations.regles.fenetres import fenetres
from cepage.fondations.regles.parametres import Regles, charger_marche


class DecompteImpossible(ValueError):
    """The décompte cannot be computed; the message says why and what to do."""


def calculer(lot: str, trimestre: Trimestre, *, maintenant: datetime) -> list[Decompte]:
    """The décomptes of a lot for a quarter, one per holder, in the scope under way (that of the whole lot).

    A provisional one is computed again from the register as it stands; any other is left as it is.
    Raises DecompteImpossible when nobody holds the lot in that quarter.
    """
    titulaires = titulaires_du_lot(lot, trimestre.debut, trimestre.fin)
    if not titulaires:
        raise DecompteImpossible(
            f"Personne ne tient le lot {lot} au {trimestre.en_mots} : vérifiez le lot et le trimestre, "
            "ou importez les titulaires."
        )
    codes = list(dict.fromkeys(t.operateur for t in titulaires))
    return [_calculer(lot, code, trimestre, _du(titulaires, code), maintenant) for code in codes]


def _du(titulaires: Sequence[Titulaire], code: str) -> Titulaire:
    return next(t for t in titulaires if t.operateur == code)


@transaction.atomic
def _calculer(lot: str, code: str, trimestre: Trimestre, titulaire: Titulaire, maintenant: datetime) -> Decompte:
    regles = regles_applicables(trimestre.debut, trimestre.fin)
    dernier_jour = trimestre.fin - timedelta(days=1)
    decompte, _ = Decompte.objects.get_or_create(
        lot=lot,
        emetteur=code,
        annee=trimestre.annee,
        trimestre=trimestre.rang,
        defaults={
            "regles": empreinte(regles),
            "taux_tva": regles[-1].decimal("decompte.tva", le=dernier_jour),
            "calcule_le": maintenant,
        },
    )
    decompte = Decompte.objects.select_for_update().get(pk=decompte.pk)
    if decompte.etat != Etat.PROVISOIRE:
        return decompte
    decompte.regles = empreinte(regles)
    decompte.taux_tva = regles[-1].decimal("decompte.tva", le=dernier_jour)
    decompte.calcule_le = maintenant
    decompte.save(update_fields=["regles", "taux_tva", "calcule_le"])
    Poste.objects.filter(decompte=decompte).delete()
    Ligne.objects.filter(decompte=decompte).delete()
    serie = trimestres_suivis(decompte)
    with connection.cursor() as curseur:
        for regle in regles:
            _ajouter_les_lignes(curseur, decompte, regle, serie)
        _ajouter_les_annulations(curseur, decompte, serie)
        _ajouter_les_refactions(
            curseur, decompte, serie, regles[-1].decimal("decompte.refaction_part", le=dernier_jour)
        )
        _totaliser(curseur, decompte)
    _ajouter_les_postes_vides(decompte, titulaire)
    retenir_les_penalites(decompte, serie)
    return decompte


def regles_applicables(debut: date, fin: date) -> list[Regles]:
    """The rules of every market begun by `fin`, whose units may still be closed in [debut, fin), oldest first."""
    return [charger_marche(code) for premier, _, code in fenetres() if premier < fin]


def empreinte(regles: Iterable[Regles]) -> str:
    """One hash for the rules applied: a décompte says by it which version of the rules it followed."""
    toutes = [r.empreinte for r in regles]
    return toutes[0] if len(toutes) == 1 else hashlib.sha256("".join(toutes).encode()).hexdigest()


def trimestres_suivis(decompte: Decompte) -> list[Trimestre]:
    """The quarter, preceded by the unbroken run of frozen ones before it: late units of these belong to it."""
    figes = {
        Trimestre(annee, rang)
        for annee, rang in Decompte.objects.filter(
            lot=decompte.lot, emetteur=decompte.emetteur, etat=Etat.FIGE
        ).values_list("annee", "trimestre")
    }
    serie = [decompte.periode]
    while serie[0].precedent in figes:
        serie.insert(0, serie[0].precedent)
    return serie


_DEJA = """
deja AS (
  SELECT l.acte, bool_or(l.nature = 'unite' AND l.motif = 'payable') AS paye,
    coalesce(sum(l.montant_ht) FILTER (WHERE l.nature <> 'refaction'), 0) AS montant
  FROM decomptes_ligne l JOIN decomptes_decompte d ON d.id = l.decompte_id
  WHERE d.etat = 'fige' AND d.lot = %(lot)s AND d.emetteur = %(emetteur)s GROUP BY l.acte
)
"""
_COLONNES = "decompte_id, emetteur, acte, version, uo, commande, date_fait, nature, motif, prix_ht, montant_ht"
_SANS_DEJA = f"""
INSERT INTO decomptes_ligne ({_COLONNES})
SELECT %(decompte)s, %(emetteur)s, e.acte, e.version, e.uo, e.commande, e.date_fait, 'unite', e.motif, e.prix,
  CASE WHEN e.motif = 'payable' THEN e.prix ELSE 0 END
FROM evalue e
"""
_AVEC_DEJA = f"""
INSERT INTO decomptes_ligne ({_COLONNES})
SELECT %(decompte)s, %(emetteur)s, e.acte, e.version, e.uo, e.commande, e.date_fait,
  CASE WHEN j.paye THEN 'correction' ELSE 'unite' END,
  CASE WHEN j.paye THEN 'version_changee' ELSE e.motif END, e.prix,
  CASE WHEN e.motif = 'payable' THEN e.prix ELSE 0 END - coalesce(j.montant, 0)
FROM evalue e LEFT JOIN deja j ON j.acte = e.acte
WHERE j.acte IS NULL OR (NOT j.paye AND e.motif = 'payable')
  OR (j.paye AND CASE WHEN e.motif = 'payable' THEN e.prix ELSE 0 END <> j.montant)
"""


def _ajouter_les_lignes(curseur: CursorWrapper, decompte: Decompte, regles: Regles, serie: Sequence[Trimestre]) -> None:
    controle = service_fait()
    service_debut, service_fin = fenetre(regles)
    champ = Champ(
        lots=[decompte.lot],
        emetteurs=[decompte.emetteur],
        depuis=max(serie[0].debut, service_debut),
        fin=serie[-1].fin,
        regles=regles,
        en_cours=[n for t in serie for n in controle.en_cours(decompte.lot, t)],
        service=(service_debut, service_fin),
    )
    debut, parametres = requete(champ)
    parametres |= {"decompte": decompte.pk, "lot": decompte.lot, "emetteur": decompte.emetteur}
    # Without any frozen décompte nothing can have been paid: that join is left out.
    figes = Decompte.objects.filter(lot=decompte.lot, emetteur=decompte.emetteur, etat=Etat.FIGE).exists()
    with par_ensembles(curseur):
        curseur.execute(f"{debut}, {_DEJA} {_AVEC_DEJA}" if figes else debut + _SANS_DEJA, parametres)


@contextmanager
def par_ensembles(curseur: CursorWrapper) -> Iterator[None]:
    """Join by hashing, in memory: row-level security hides from the planner how many rows a table gives.

    Left to its guess of a few rows, it would loop over the tariff for each unit: eighty times slower.
    """
    reglages = {"enable_nestloop": "off", "work_mem": "128MB"}
    curseur.execute("SELECT current_setting('enable_nestloop'), current_setting('work_mem')")
    avant = dict(zip(reglages, curseur.fetchone(), strict=True))
    for nom, valeur in reglages.items():
        curseur.execute("SELECT set_config(%s, %s, true)", [nom, valeur])
    yield
    # After an error the rollback to the savepoint gives them back.
    for nom, valeur in avant.items():
        curseur.execute("SELECT set_config(%s, %s, true)", [nom, valeur])


_ANNULATIONS = f"""
WITH {_DEJA},
anciennes AS (
  SELECT DISTINCT ON (l.acte) l.acte, l.version, l.uo, l.commande, l.date_fait, l.prix_ht, j.montant
  FROM decomptes_ligne l JOIN deja j ON j.acte = l.acte AND j.montant <> 0
  WHERE l.decompte_id = ANY(%(serie)s) AND l.nature <> 'refaction'
    AND NOT EXISTS (SELECT 1 FROM registre_unite_oeuvre v WHERE v.id = l.version AND v.cle = l.acte
                    AND v.connu_jusqu_a IS NULL AND v.connu_de IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM registre_interaction i WHERE i.id = l.version AND i.cle = l.acte
                    AND i.connu_jusqu_a IS NULL AND i.connu_de IS NOT NULL)
  ORDER BY l.acte, l.id DESC
)
INSERT INTO decomptes_ligne ({_COLONNES})
SELECT %(decompte)s, %(emetteur)s, a.acte, coalesce(v.id, a.version), a.uo, a.commande, a.date_fait, 'correction',
  'version_changee', a.prix_ht, -a.montant
FROM anciennes a
LEFT JOIN registre_unite_oeuvre v ON v.cle = a.acte AND v.connu_de IS NOT NULL AND v.connu_jusqu_a IS NULL
LEFT JOIN registre_interaction i ON i.cle = a.acte AND i.connu_de IS NOT NULL AND i.connu_jusqu_a IS NULL
WHERE NOT EXISTS (SELECT 1 FROM decomptes_ligne n WHERE n.decompte_id = %(decompte)s AND n.acte = a.acte)
  AND (coalesce(v.nature, i.nature, 'A') = 'A' OR v.motif_cloture = ANY(%(hors_statistique)s)
       OR (v.id IS NOT NULL AND (v.date_cloture IS NULL OR v.date_cloture >= %(fin)s)))
"""


def _ajouter_les_annulations(curseur: CursorWrapper, decompte: Decompte, serie: Sequence[Trimestre]) -> None:
    """Take back what was paid for a unit cancelled, reopened or closed later since."""
    figes = [d.pk for d in _decomptes(decompte, serie[:-1])]
    if figes:
        parametres: dict[str, Any] = {
            "decompte": decompte.pk,
            "lot": decompte.lot,
            "emetteur": decompte.emetteur,
            "serie": figes,
            "fin": decompte.periode.fin,
            "hors_statistique": [
                c.code for c in nomenclatures.table("motif_cloture") if c.groupe == "hors statistique"
            ],
        }
        curseur.execute(_ANNULATIONS, parametres)


def _decomptes(decompte: Decompte, serie: Iterable[Trimestre]) -> list[Decompte]:
    voulus = {(t.annee, t.rang) for t in serie}
    tous = Decompte.objects.filter(lot=decompte.lot, emetteur=decompte.emetteur)
    return [d for d in tous if (d.annee, d.trimestre) in voulus]


# Due now: the share of what each non conforming act was paid; already held back: the frozen réfactions.
_REFACTIONS = f"""
WITH vises AS (
  SELECT DISTINCT l.acte FROM decomptes_ligne l JOIN decomptes_decompte d ON d.id = l.decompte_id
  WHERE d.lot = %(lot)s AND d.emetteur = %(emetteur)s AND (d.etat = 'fige' OR d.id = %(decompte)s)
    AND (left(l.acte, 14) = ANY(%(numeros)s) OR (l.nature = 'refaction' AND l.decompte_id = ANY(%(serie)s)))
),
dus AS (
  SELECT l.acte,
    CASE WHEN left(l.acte, 14) = ANY(%(numeros)s)
      THEN -round(coalesce(sum(l.montant_ht) FILTER (WHERE l.nature <> 'refaction'), 0) * %(part)s / 100, 2)
      ELSE 0 END AS du,
    coalesce(sum(l.montant_ht) FILTER (WHERE l.nature = 'refaction'), 0) AS retenu,
    (array_agg(l.id ORDER BY l.nature = 'refaction', l.id DESC))[1] AS ligne
  FROM vises x JOIN decomptes_ligne l ON l.acte = x.acte JOIN decomptes_decompte d ON d.id = l.decompte_id
  WHERE d.etat = 'fige' OR d.id = %(decompte)s GROUP BY l.acte
)
INSERT INTO decomptes_ligne ({_COLONNES})
SELECT %(decompte)s, l.emetteur, l.acte, l.version, l.uo, l.commande, l.date_fait, 'refaction',
  CASE WHEN dus.du < dus.retenu THEN 'non_conforme' ELSE 'nc_levee' END, l.prix_ht, dus.du - dus.retenu
FROM dus JOIN decomptes_ligne l ON l.id = dus.ligne WHERE dus.du <> dus.retenu
"""


def _ajouter_les_refactions(
    curseur: CursorWrapper, decompte: Decompte, serie: Sequence[Trimestre], part: Decimal
) -> None:
    controle = service_fait()
    numeros = sorted({n for t in serie for n in controle.definitives(decompte.lot, t)})
    figes = [d.pk for d in _decomptes(decompte, serie[:-1])]
    if not numeros and not figes:
        return
    curseur.execute(
        _REFACTIONS,
        {
            "decompte": decompte.pk,
            "lot": decompte.lot,
            "emetteur": decompte.emetteur,
            "numeros": numeros,
            "serie": figes,
            "part": part,
        },
    )


_TOTAUX = """
INSERT INTO decomptes_poste (decompte_id, emetteur, uo, commande, prix_ht, unites_closes, unites_payables, montant_ht,
  corrections_ht, refactions_ht, net_ht)
SELECT %(decompte)s, %(emetteur)s, uo, commande, prix_ht, count(*) FILTER (WHERE nature = 'unite'),
  count(*) FILTER (WHERE nature = 'unite' AND motif = 'payable'),
  coalesce(sum(montant_ht) FILTER (WHERE nature = 'unite'), 0),
  coalesce(sum(montant_ht) FILTER (WHERE nature = 'correction'), 0),
  -coalesce(sum(montant_ht) FILTER (WHERE nature = 'refaction'), 0), coalesce(sum(montant_ht), 0)
FROM decomptes_ligne WHERE decompte_id = %(decompte)s GROUP BY uo, commande, prix_ht
"""


def _totaliser(curseur: CursorWrapper, decompte: Decompte) -> None:
    curseur.execute(_TOTAUX, {"decompte": decompte.pk, "emetteur": decompte.emetteur})


def _ajouter_les_postes_vides(decompte: Decompte, titulaire: Titulaire) -> None:
    """A line of zeros for each order of the quarter on which nothing was closed: an empty quarter has its décompte."""
    debut = max(decompte.periode.debut, titulaire.debut)
    dernier = decompte.periode.fin - timedelta(days=1)
    fin = min(dernier, titulaire.fin or dernier)
    presents = set(Poste.objects.filter(decompte=decompte).values_list("commande", flat=True))
    vides = Commande.objects.filter(lot=decompte.lot, debut__lte=fin, fin__gte=debut).exclude(reference__in=presents)
    for bon in vides.order_by("uo", "reference"):
        prix = prix_le(bon.lot, bon.uo, min(fin, bon.fin))
        Poste.objects.create(
            decompte=decompte,
            emetteur=decompte.emetteur,
            uo=bon.uo,
            commande=bon.reference,
            prix_ht=prix.revise if prix else None,
            unites_closes=0,
            unites_payables=0,
            montant_ht=0,
            corrections_ht=0,
            refactions_ht=0,
            net_ht=0,
        )
