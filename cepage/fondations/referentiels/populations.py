"""Populations that the rates of recours divide by (CCTP §4.3): active, in work, of the CEP, by category.

The packaged figures come from several censuses and scopes: each answer says its year, its scope («champ»),
its source and how far it may be trusted. When a figure is unknown the value is None, `motif` says why and
`meilleure` gives the nearest known figure. The figures of an imported list `populations` come first.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from cepage.fondations.referentiels import source as source_donnees
from cepage.fondations.referentiels.territoires import LOT_SECURISATION, regions_du_lot

ACTIFS = "actifs"
EN_EMPLOI = "actifs_en_emploi"
CADRES = "cadres"
AGENTS_PUBLICS = "agents_publics"
POPULATION_CEP = "population_cep"
CATEGORIES = ("1", "2", "3", "4", "5", "6")
MESURES = frozenset({ACTIFS, EN_EMPLOI, CADRES, AGENTS_PUBLICS, POPULATION_CEP, *(f"csp{c}" for c in CATEGORIES)})

# CCTP §4.3 note 36: managers count in the population of the CEP overseas, except in Martinique.
REGIONS_AVEC_CADRES = frozenset({"01", "03", "04", "06"})
HAUTE, MOYENNE, FAIBLE, AUCUNE = "haute", "moyenne", "faible", "aucune"
_RANG = (HAUTE, MOYENNE, FAIBLE, AUCUNE)
_COLONNES_CSP = dict(
    zip(
        CATEGORIES,
        (
            "cs1_agriculteurs",
            "cs2_artisans_commercants_ce",
            "cs3_cadres_pis",
            "cs4_prof_intermediaires",
            "cs5_employes",
            "cs6_ouvriers",
        ),
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class Population:
    """A number of persons with what must be shown beside it; `valeur` None when it is not known."""

    valeur: int | None
    annee: int | None
    champ: str
    source: str
    confiance: str
    motif: str = ""
    meilleure: "Population | None" = None


def _inconnue(champ: str, motif: str, meilleure: Population | None = None) -> Population:
    return Population(None, None, champ, "", AUCUNE, motif, meilleure)


def _entier(texte: str) -> int | None:
    chiffres = re.match(r"\d+", texte)
    return int(chiffres[0]) if chiffres else None


def _annee(texte: str) -> int | None:
    lue = re.search(r"\d{4}", texte) if texte.startswith("RP") else None
    return int(lue[0]) if lue else None


def _region(lot: str) -> str | None:
    """The one region of a lot; None for the lot 19, whose populations are those of the lot it takes over."""
    return None if lot == LOT_SECURISATION else next(iter(regions_du_lot(lot)))


def populations_du_fichier(contenu: bytes) -> dict[tuple[str, str], tuple[Population, ...]]:
    """Figures of an imported file by (lot, measure); its columns are those of the importer."""
    index: dict[tuple[str, str], list[Population]] = {}
    for li in source_donnees.lire_csv(contenu):
        chiffre = Population(
            int(li["effectif"]), int(li["annee"]), li["champ"], li["source"], li.get("confiance") or HAUTE
        )
        index.setdefault((li["lot"], li["mesure"]), []).append(chiffre)
    return {cle: tuple(chiffres) for cle, chiffres in index.items()}


@lru_cache(maxsize=4)
def _importees(le: date | None, _generation: int) -> dict[tuple[str, str], tuple[Population, ...]]:
    jeu = source_donnees.jeu_en_vigueur("populations", le)
    return populations_du_fichier(jeu.lire()) if jeu else {}


def _millesime(chiffres: list[Population], annee: int | None) -> Population | None:
    """The newest figure, or the newest not after `annee`, or the oldest when all are newer."""
    if not chiffres:
        return None
    dates = sorted((c for c in chiffres if c.annee is not None), key=lambda c: c.annee or 0)
    if not dates:
        return chiffres[0]
    anterieurs = [c for c in dates if annee is None or (c.annee or 0) <= annee]
    return anterieurs[-1] if anterieurs else dates[0]


def _importee(lot: str, mesure: str, annee: int | None) -> Population | None:
    return _millesime(list(_importees(None, source_donnees.generation()).get((lot, mesure), ())), annee)


def _livrees(fichier: str, region: str, colonne: str, quoi: str) -> list[Population]:
    chiffres = []
    for li in source_donnees.lignes_livrees(f"officiels/{fichier}.csv"):
        valeur = _entier(li[colonne]) if li["code_region"] == region else None
        if valeur is not None:
            champ = f"{quoi}, {li['champ']}"
            confiance = MOYENNE if "arrondi" in li[colonne] else li["confiance"]
            chiffres.append(Population(valeur, _annee(li["rp"]), champ, li["source"], confiance, li["note"]))
    return chiffres


def population_en_emploi(lot: str, annee: int | None = None) -> Population:
    """Persons in work of a lot («population active occupée», CCTP §1.2.4): the best figure known.

    With `annee`, the newest figure not after it, else the oldest. Raises TerritoireInconnu.
    """
    champ = "actifs ayant un emploi"
    region = _region(lot)
    if region is None:
        return _inconnue(champ, "le lot 19 n'a pas de population propre : prenez celle du lot repris")
    if importee := _importee(lot, EN_EMPLOI, annee):
        return importee
    fichier = "actifs_meilleure_valeur_regions" if annee is None else "actifs_totaux_regions"
    chiffre = _millesime(_livrees(fichier, region, "actifs_ayant_un_emploi", champ), annee)
    return chiffre or _inconnue(champ, "aucun effectif des actifs en emploi n'est publié")


def population_active(lot: str, annee: int | None = None) -> Population:
    """Active persons of a lot, in work or seeking it (CCTP §4.3, rate 2.1).

    Where no census figure is known, the persons in work are given instead; `champ` and `motif` say so. With
    `annee`, the newest figure not after it, else the oldest. Raises TerritoireInconnu.
    """
    en_emploi = population_en_emploi(lot, annee)
    region = _region(lot)
    if region is None:
        return en_emploi
    if importee := _importee(lot, ACTIFS, annee):
        return importee
    if chiffre := _millesime(_livrees("actifs_totaux_regions", region, "actifs", "actifs"), annee):
        return chiffre
    if en_emploi.valeur is None:
        return en_emploi
    motif = "effectif des actifs non connu : actifs ayant un emploi à la place, sans les chômeurs"
    return Population(
        en_emploi.valeur,
        en_emploi.annee,
        en_emploi.champ,
        en_emploi.source,
        _moindre(en_emploi.confiance, MOYENNE),
        motif,
    )


def _moindre(*confiances: str) -> str:
    return max(confiances, key=_RANG.index)


def population_categorie(lot: str, categorie: str) -> Population:
    """Active persons of a lot in a social category («1» to «6» of the PCS). Raises TerritoireInconnu."""
    champ = f"catégorie sociale {categorie}"
    region = _region(lot)
    if categorie not in CATEGORIES:
        return _inconnue(champ, "la catégorie sociale n'est pas connue : aucune population ne lui répond")
    if region is None:
        return _inconnue(champ, "le lot 19 n'a pas de population propre : prenez celle du lot repris")
    if importee := _importee(lot, f"csp{categorie}", None):
        return importee
    for li in source_donnees.lignes_livrees("officiels/csp_regions_rp2013.csv"):
        if li["code_region"] == region:
            valeur = int(li[_COLONNES_CSP[categorie]])
            exclus = categorie == "3" and region not in REGIONS_AVEC_CADRES
            motif = "les cadres ne comptent pas dans la population CEP de ce lot (CCTP §4.3 note 36)" if exclus else ""
            return Population(valeur, _annee(li["rp"]), li["champ"], li["source"], MOYENNE, motif)
    return _inconnue(champ, "aucune répartition par catégorie sociale n'est publiée")


def agents_publics(lot: str) -> Population:
    """Public agents of a lot. Raises TerritoireInconnu."""
    champ = "agents publics"
    region = _region(lot)
    if importee := _importee(lot, AGENTS_PUBLICS, None):
        return importee
    for li in source_donnees.lignes_livrees("officiels/emploi_public_regions.csv"):
        if li["code_region"] == region and (valeur := _entier(li["effectif"])) is not None:
            champ = f"{champ}, {li['champ']}"
            return Population(valeur, int(li["fin_annee"]), champ, li["source"], MOYENNE, li["note"])
    return _inconnue(
        champ, "le nombre d'agents publics, qui se retire des actifs (CCTP §4.3 note 36), n'est pas publié"
    )


def population_cep(lot: str) -> Population:
    """Target population of the CEP in a lot: in work − managers (overseas: Martinique only) − public agents.

    CCTP §4.3 note 36. Computed only when every part is known; the parts may be of different years, and public
    agents who are managers are taken off twice: an order of magnitude, of low confidence. Else
    the value is None and `meilleure` is the population in work. Raises TerritoireInconnu.
    """
    champ = "population CEP : actifs en emploi − cadres − agents publics"
    if importee := _importee(lot, POPULATION_CEP, None):
        return importee
    en_emploi = population_en_emploi(lot)
    region = _region(lot)
    if region is None or en_emploi.valeur is None:
        return _inconnue(champ, en_emploi.motif)
    parts = [en_emploi]
    if region in REGIONS_AVEC_CADRES:
        champ = "population CEP : actifs en emploi − agents publics (cadres compris, CCTP §4.3 note 36)"
    else:
        parts.append(_importee(lot, CADRES, None) or population_categorie(lot, "3"))
    parts.append(agents_publics(lot))
    manquantes = [p.motif for p in parts if p.valeur is None]
    if manquantes:
        return _inconnue(champ, " ; ".join(manquantes), en_emploi)
    valeur = (parts[0].valeur or 0) - sum(p.valeur or 0 for p in parts[1:])
    annees = ", ".join(str(p.annee or "année non précisée") for p in parts)
    return Population(
        valeur,
        en_emploi.annee,
        f"{champ} (années des parties : {annees})",
        " ; ".join(p.source for p in parts),
        FAIBLE,
        "ordre de grandeur : les années diffèrent et les agents publics cadres sont retirés deux fois",
    )
