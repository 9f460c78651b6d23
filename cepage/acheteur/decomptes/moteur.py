"""What is payable, in SQL: the facts that a market pays, judged one reason at a time, at the price of their day.

What makes a payment due (`paiement.fait_generateur`) is a parameter of each market, as are the livrables to have come
and whether an abandon is paid. Nothing here knows which market it runs. Everything is set-based: the same statement
serves the décompte of a holder and the simulation of a year over every lot.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from cepage.fondations.referentiels import nomenclatures
from cepage.fondations.regles.parametres import Regles
from cepage.fondations.regles.surcharge import PrixSuppose

LOIN = date(9999, 1, 1)
_COURANTE = "{0}.connu_de IS NOT NULL AND {0}.connu_jusqu_a IS NULL AND {0}.nature <> 'A'"

_CLOTURES = f"""
SELECT v.cle AS acte, v.cle AS numero, v.id AS version, v.lot, v.emetteur, v.uo AS uo,
  left(v.reference_bon_commande, -6) AS commande, right(v.reference_bon_commande, 5)::int AS rang,
  v.date_cloture AS date_fait, coalesce(v.motif_cloture = ANY(%(abandons)s), false) AS abandon,
  v.identifiant_beneficiaire AS personne
FROM registre_unite_oeuvre v
WHERE v.lot = ANY(%(lots)s) AND (%(emetteurs)s::text[] IS NULL OR v.emetteur = ANY(%(emetteurs)s))
  AND {_COURANTE.format("v")} AND v.date_cloture >= %(depuis)s AND v.date_cloture < %(fin)s
  AND v.date_engagement >= %(service_debut)s AND v.date_engagement <= %(service_fin)s
  AND coalesce(v.motif_cloture, '') <> ALL(%(hors_statistique)s)
"""
"""A unit closed, whatever the closure; the ones opened by mistake are no unit at all."""

_RENDEZ_VOUS = f"""
SELECT i.cle AS acte, v.cle AS numero, i.id AS version, v.lot, v.emetteur,
  CASE WHEN v.uo = ANY(%(uo_aiguillage)s) THEN %(forfait_aiguillage)s
       WHEN row_number() OVER (PARTITION BY v.lot, v.identifiant_beneficiaire, v.uo = ANY(%(uo_aiguillage)s)
                               ORDER BY i.date_interaction, i.cle) = 1 THEN %(forfait_premier)s
       ELSE %(forfait_suivant)s END AS uo,
  ''::text AS commande, 1 AS rang, i.date_interaction AS date_fait, false AS abandon,
  v.identifiant_beneficiaire AS personne
FROM registre_interaction i JOIN registre_unite_oeuvre v ON v.cle = i.numero_dossier AND {_COURANTE.format("v")}
WHERE v.lot = ANY(%(lots)s) AND (%(emetteurs)s::text[] IS NULL OR v.emetteur = ANY(%(emetteurs)s))
  AND {_COURANTE.format("i")} AND i.date_interaction < %(fin)s AND i.mode_contact = ANY(%(modes)s)
  AND v.date_engagement >= %(service_debut)s AND v.date_engagement <= %(service_fin)s
"""
"""An appointment held: the first of a person with the lot, those that follow, or an aiguillage."""

FAITS = {"cloture": _CLOTURES, "rendez_vous": _RENDEZ_VOUS}


@dataclass(frozen=True)
class Champ:
    """Over what the engine runs: lots, holders (None: all), the days [depuis, fin), the rules.

    `en_cours`: dossiers whose non-conformity is not definitive yet. `service`: first and last day of engagement (those
    of the market when None). `prix_de_reference`: use the market's reference prices where a lot has none.
    `prix_supposes`: prices put in the place of those of the lots, for a simulation.
    """

    lots: Sequence[str]
    depuis: date
    fin: date
    regles: Regles
    emetteurs: Sequence[str] | None = None
    en_cours: Sequence[str] = ()
    service: tuple[date, date] | None = None
    prix_de_reference: bool = False
    prix_supposes: Sequence[PrixSuppose] = ()


def requete(champ: Champ) -> tuple[str, dict[str, Any]]:
    """The common table expressions up to `evalue`, and their values.

    `evalue` has one row per fact: acte, numero, version, lot, emetteur, uo, commande, date_fait, personne, motif, prix.
    """
    regles, le = champ.regles, champ.fin - timedelta(days=1)
    fait = regles.texte("paiement.fait_generateur", le=le)
    service = champ.service or fenetre(regles)
    groupes = {c.code: c.groupe for c in nomenclatures.table("motif_cloture")}
    parametres: dict[str, Any] = {
        "lots": list(champ.lots),
        "emetteurs": None if champ.emetteurs is None else list(champ.emetteurs),
        "depuis": champ.depuis,
        "fin": champ.fin,
        "service_debut": service[0],
        "service_fin": service[1],
        "abandons": [c for c, g in groupes.items() if g == "abandon"],
        "hors_statistique": [c for c, g in groupes.items() if g == "hors statistique"],
        "en_cours": list(champ.en_cours),
        "commande_exigee": regles.oui_non("paiement.commande_exigee", le=le),
    }
    if "paiement.rendez_vous.modes" in regles:
        parametres |= {
            "modes": list(regles.liste("paiement.rendez_vous.modes", le=le)),
            "uo_aiguillage": list(regles.liste("paiement.rendez_vous.uo_aiguillage", le=le)),
            **{
                f"forfait_{n}": regles.texte(f"paiement.forfait.{n}", le=le)
                for n in ("aiguillage", "premier", "suivant")
            },
        }
    cadre = _regles_en_lignes(regles, champ.depuis, champ.fin)
    for nom, rang in (("regle_uo", 0), ("regle_debut", 1), ("regle_fin", 2), ("regle_abandon", 4)):
        parametres[nom] = [ligne[rang] for ligne in cadre]
    parametres["regle_livrables"] = ["|".join(ligne[3]) for ligne in cadre]
    reference = _prix_de_reference(regles, champ) if champ.prix_de_reference else []
    parametres |= {
        "ref_uo": [uo for uo, _ in reference],
        "ref_prix": [str(p) for _, p in reference],
        "sup_lot": [p.lot for p in champ.prix_supposes],
        "sup_uo": [p.uo for p in champ.prix_supposes],
        "sup_debut": [p.debut for p in champ.prix_supposes],
        "sup_prix": [str(p.prix_ht) for p in champ.prix_supposes],
        "types": sorted({t for ligne in cadre for t in ligne[3]}),
    }
    return _EVALUE.format(faits=FAITS[fait]), parametres


def fenetre(regles: Regles) -> tuple[date, date]:
    """First and last day on which a unit of this market may be engaged."""
    debut = regles.parametre("marche.service_debut").valeurs[-1].valeur
    fin = regles.parametre("marche.service_fin").valeurs[-1].valeur
    assert isinstance(debut, date)
    assert isinstance(fin, date)
    return debut, fin


Cadre = tuple[str, date, date, tuple[str, ...], bool]


def _regles_en_lignes(regles: Regles, depuis: date, fin: date) -> list[Cadre]:
    """Unit, first day, day after, livrables to have come, abandon paid; one line per unit and period of one rule."""
    lignes: list[Cadre] = []
    for uo in regles.liste("paiement.unites", le=fin - timedelta(days=1)):
        cle = f"paiement.livrable.uo{uo.lower()}"
        suivis = ["paiement.abandon_payable", *([cle] if cle in regles else [])]
        bornes = {depuis, fin}
        for suivi in suivis:
            for valeur in regles.parametre(suivi).valeurs:
                bornes |= {b for b in (valeur.debut, valeur.fin) if b is not None and depuis < b < fin}
        jours = sorted(bornes)
        for debut, apres in pairwise(jours):
            livrables = regles.liste(cle, le=debut) if cle in regles and regles.a_une_valeur(cle, le=debut) else ()
            lignes.append((uo, debut, apres, livrables, regles.oui_non("paiement.abandon_payable", le=debut)))
    return lignes


def _prix_de_reference(regles: Regles, champ: Champ) -> list[tuple[str, Decimal]]:
    le = champ.fin - timedelta(days=1)
    return [
        (uo, regles.decimal(f"prix_de_reference.uo{uo.lower()}", le=le))
        for uo in regles.liste("paiement.unites", le=le)
        if f"prix_de_reference.uo{uo.lower()}" in regles
    ]


# Reasons in their order: the first that holds is the one said. Prices are read once per unit and day.
_EVALUE = """
WITH regle AS (
  SELECT uo, debut, fin, string_to_array(nullif(livrables, ''), '|') AS livrables, abandon_payable
  FROM unnest(%(regle_uo)s::text[], %(regle_debut)s::date[], %(regle_fin)s::date[], %(regle_livrables)s::text[],
              %(regle_abandon)s::boolean[]) r(uo, debut, fin, livrables, abandon_payable)
),
tarif AS (
  SELECT l.lot, r.uo, j.jour::date AS jour,
    coalesce(o.prix, round(p.prix_ht * coalesce(s.coefficient, 1), 2), f.prix::numeric(14, 2)) AS prix
  FROM unnest(%(lots)s::text[]) l(lot)
  CROSS JOIN generate_series(%(depuis)s::date, %(fin)s::date - 1, interval '1 day') j(jour)
  JOIN regle r ON j.jour >= r.debut AND j.jour < r.fin
  LEFT JOIN marche_prix p ON p.lot = l.lot AND p.uo = r.uo AND p.periode @> j.jour::date
  LEFT JOIN marche_revision s ON s.lot = l.lot AND s.periode @> j.jour::date
  LEFT JOIN LATERAL (
    SELECT prix::numeric(14, 2) AS prix
    FROM unnest(%(sup_lot)s::text[], %(sup_uo)s::text[], %(sup_debut)s::date[], %(sup_prix)s::text[])
      u(lot, uo, debut, prix)
    WHERE u.lot = l.lot AND u.uo = r.uo AND u.debut <= j.jour ORDER BY u.debut DESC LIMIT 1
  ) o ON true
  LEFT JOIN unnest(%(ref_uo)s::text[], %(ref_prix)s::text[]) f(uo, prix) ON f.uo = r.uo
),
recus AS (
  SELECT l.numero_dossier, array_agg(l.type_livrable) AS types FROM registre_livrable l
  WHERE l.lot = ANY(%(lots)s) AND l.type_livrable = ANY(%(types)s)
    AND l.connu_de IS NOT NULL AND l.connu_jusqu_a IS NULL AND l.nature <> 'A' GROUP BY 1
),
faits AS ({faits}),
evalue AS (
  SELECT f.acte, f.numero, f.version, f.lot, f.emetteur, f.uo, f.commande, f.date_fait, f.personne, t.prix,
    CASE
      WHEN f.abandon AND NOT r.abandon_payable THEN 'abandon'
      WHEN NOT f.abandon AND r.livrables IS NOT NULL AND NOT coalesce(r.livrables <@ x.types, false)
        THEN 'livrable_attendu'
      WHEN %(commande_exigee)s AND c.volume IS NULL THEN 'sans_commande'
      WHEN %(commande_exigee)s AND (f.rang > c.volume OR f.rang = 0) THEN 'hors_volume'
      WHEN f.numero = ANY(%(en_cours)s) THEN 'en_controle'
      WHEN t.prix IS NULL THEN 'sans_prix'
      ELSE 'payable'
    END AS motif
  FROM faits f
  JOIN regle r ON r.uo = f.uo AND f.date_fait >= r.debut AND f.date_fait < r.fin
  LEFT JOIN recus x ON x.numero_dossier = f.numero
  LEFT JOIN marche_commande c ON c.reference = f.commande
  LEFT JOIN tarif t ON t.lot = f.lot AND t.uo = f.uo AND t.jour = f.date_fait
  WHERE f.date_fait >= %(depuis)s
)
"""
