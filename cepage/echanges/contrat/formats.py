"""The declared fields compiled to column expressions: formats, code lists, fields due.

The same expressions serve a file of ten million fiches and a single one typed in a form: the latter is a
frame of one line, so the two can never disagree.
"""

from functools import lru_cache

import polars as pl

from cepage.echanges.contrat.constats import Regle
from cepage.echanges.contrat.listes import SEPARATEUR, Listes, regles_de_liste
from cepage.echanges.contrat.modele import Champ, Fiche, Niveau, TypeChamp
from cepage.fondations.referentiels import source

FORME_DATE = r"^\d{4}-\d{2}-\d{2}$"
FORME_HORODATAGE = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}(:?\d{2})?)$"
INSTANT = pl.Datetime("us", "UTC")
_SECONDES = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:Z|[+-][0-9]{2}:[0-9]{2})$"
FORMES = {
    TypeChamp.DATE: "une date AAAA-MM-JJ qui existe",
    TypeChamp.MOIS: "un mois AAAA-MM",
    TypeChamp.HORODATAGE: "une date et une heure avec leur fuseau, comme 2021-03-01T18:05:00+01:00",
    TypeChamp.ENTIER: "un nombre entier",
    TypeChamp.DECIMAL: "un nombre, avec un point pour les décimales",
    TypeChamp.MONTANT: "un montant en euros avec deux décimales au plus, comme 1234.50",
    TypeChamp.BOOLEEN: "O ou N",
}


def valeur_typee(champ: Champ) -> pl.Expr:
    """The typed value of `champ` read from its text; null where the text is absent or malformed."""
    texte = pl.col(champ.nom)
    if champ.multiple:
        morceaux = texte.str.split(SEPARATEUR)
        if champ.type is TypeChamp.BOOLEEN:
            morceaux = morceaux.list.eval(pl.element() == "O")
        return morceaux.alias(champ.nom)
    match champ.type:
        case TypeChamp.DATE:
            lue = pl.when(texte.str.contains(FORME_DATE)).then(texte).str.to_date("%Y-%m-%d", strict=False)
        case TypeChamp.HORODATAGE:
            lue = horodatage(texte)
        case TypeChamp.ENTIER:
            lue = texte.cast(pl.Int64, strict=False)
        case TypeChamp.DECIMAL:
            lue = pl.when(texte.str.contains(r"^-?\d{1,12}(\.\d{1,6})?$")).then(texte)
        case TypeChamp.MONTANT:
            lue = pl.when(texte.str.contains(r"^-?\d{1,12}(\.\d{1,2})?$")).then(texte)
        case TypeChamp.BOOLEEN:
            lue = texte == "O"
        case _:
            lue = texte
    return lue.alias(champ.nom)


def horodatage(texte: pl.Expr) -> pl.Expr:
    """The UTC instant written in ISO 8601 with its zone; null when malformed."""
    return texte.map_batches(_instants, return_dtype=INSTANT, is_elementwise=True)


def _instants(textes: pl.Series) -> pl.Series:
    """Whole seconds, which nearly every fiche carries, are read from their digits; the other forms by the parser."""
    autres = ~textes.str.contains(_SECONDES)
    cadre = textes.alias("t").to_frame()
    lus = cadre.select(pl.when(~autres).then(_instant_en_secondes(pl.col("t"))).alias(textes.name)).to_series()
    if not autres.any():
        return lus
    restants = cadre.filter(autres).select(_instant_analyse(pl.col("t"))).to_series()
    return lus.scatter(autres.fill_null(False).arg_true(), restants)


def _instant_en_secondes(texte: pl.Expr) -> pl.Expr:
    def nombre(position: int) -> pl.Expr:
        return texte.str.slice(position, 2).cast(pl.Int64, strict=False)

    jours = texte.str.head(10).str.to_date("%Y-%m-%d", strict=False).cast(pl.Int32).cast(pl.Int64)
    signe = pl.when(texte.str.slice(19, 1) == "-").then(-1).otherwise(1)
    decalage = (signe * (nombre(20) * 60 + nombre(23))).fill_null(0)
    minutes = jours * (24 * 60) + nombre(11) * 60 + nombre(14) - decalage
    return ((minutes * 60 + nombre(17)) * 1_000_000).cast(INSTANT)


def _instant_analyse(texte: pl.Expr) -> pl.Expr:
    zone = texte.str.extract(r"T.*(Z|[+-]\d{2}(?::?\d{2})?)$")
    local = texte.str.strip_suffix("Z").str.replace(r"[+-]\d{2}(?::?\d{2})?$", "")
    instant = (
        pl.when(texte.str.contains(FORME_HORODATAGE))
        .then(pl.when(local.str.len_chars() == 16).then(local + ":00").otherwise(local))
        .str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="us", strict=False)
    )
    signe = pl.when(zone.str.starts_with("-")).then(-1).otherwise(1)
    heures = zone.str.slice(1, 2).cast(pl.Int64, strict=False).fill_null(0)
    minutes = zone.str.slice(3).str.strip_prefix(":").cast(pl.Int64, strict=False).fill_null(0)
    decalage = pl.when(zone == "Z").then(0).otherwise(signe * (heures * 60 + minutes))
    return (instant - pl.duration(minutes=decalage)).dt.replace_time_zone("UTC")


def typer(lues: pl.DataFrame, fiche: Fiche) -> pl.DataFrame:
    """The fiches read as text (one String column per field), with typed columns."""
    return lues.with_columns(valeur_typee(champ) for champ in fiche.champs)


def regles_de_forme(nom_fiche: str, listes: Listes) -> list[Regle]:
    """The rules that look at one field at a time, on the columns of *text* as received.

    `listes` gives the codes of a list with their periods; a list that is not published yet is empty and checks
    nothing. Compiled once for each state of the lists: an imported one is followed without a restart.
    """
    return _regles_de_forme(nom_fiche, listes, source.generation())


@lru_cache(maxsize=64)
def _regles_de_forme(nom_fiche: str, listes: Listes, _generation: int) -> list[Regle]:
    from cepage.echanges.contrat.fiches import FICHES

    fiche = FICHES[nom_fiche]
    regles: list[Regle] = []
    for champ in fiche.champs:
        regles += _regles_du_champ(fiche, champ, listes)
    return regles


def _regles_du_champ(fiche: Fiche, champ: Champ, listes: Listes) -> list[Regle]:
    prefixe = f"E-{fiche.prefixe_code}"
    texte = pl.col(champ.nom)
    valeur = pl.lit("(masqué)") if champ.sensibilite.masquee else texte
    regles = []
    due = _due(fiche, champ)
    if due is not None:
        regles.append(Regle(f"{prefixe}-001", due & texte.is_null(), champ.nom))
    malforme = _malforme(champ)
    if malforme is not None:
        regles.append(Regle(f"{prefixe}-002", texte.is_not_null() & malforme, champ.nom, valeur, pl.lit(_forme(champ))))
    return regles + regles_de_liste(champ, prefixe, listes, _jour_du_code(fiche, champ))


def _jour_du_code(fiche: Fiche, champ: Champ) -> pl.Expr:
    """The day at which a code of `champ` must be in force; null when the fiche gives none that can be read."""
    jours = []
    for nom in fiche.jours_du_code(champ):
        lu = valeur_typee(fiche.champ(nom))
        if nom == "horodatage":
            lu = lu.dt.convert_time_zone("Europe/Paris").dt.date()
        elif nom == "periode":
            lu = _premier_jour(pl.col(nom))
        jours.append(lu)
    return pl.coalesce(jours) if jours else pl.lit(None, dtype=pl.Date)


def _premier_jour(periode: pl.Expr) -> pl.Expr:
    """The first day of a year (2021) or of a half-year (2021-S2)."""
    mois = pl.when(periode.str.ends_with("S2")).then(pl.lit("-07-01")).otherwise(pl.lit("-01-01"))
    return (periode.str.head(4) + mois).str.to_date("%Y-%m-%d", strict=False)


def _due(fiche: Fiche, champ: Champ) -> pl.Expr | None:
    """When the field is due on the fiche alone; what depends on other fiches is checked with them."""
    obligation = champ.obligation
    # A cancellation names the fiche it cancels; nothing else is asked of it.
    en_vigueur = pl.col("nature").fill_null("C") != "A" if "nature" in fiche.noms else pl.lit(True)
    if champ.toujours_obligatoire:
        est_cle = champ.nom in (*fiche.cle, "nature", "horodatage")
        return pl.lit(True) if est_cle else en_vigueur
    if obligation.niveau is not Niveau.CONDITION or champ.nom in ("nir", "derogation_territoriale"):
        return None
    due = en_vigueur
    if obligation.uos:
        due = due & pl.col("uo").is_in(sorted(obligation.uos))
    if obligation.types:
        due = due & pl.col("type_livrable").is_in(sorted(obligation.types))
    if obligation.a_la_cloture:
        due = due & pl.col("date_cloture").is_not_null()
    if champ.nom == "autoprescription":
        due = due & pl.col("prestations_complementaires").fill_null("AUCUNE").ne("AUCUNE")
    return due


def _malforme(champ: Champ) -> pl.Expr | None:
    texte = pl.col(champ.nom)
    if champ.multiple:
        if champ.type is TypeChamp.BOOLEEN:
            return ~texte.str.contains(r"^[ON](\|[ON])*$")
        return texte.str.contains(r"^\||\|\||\|$")
    match champ.type:
        case TypeChamp.DATE | TypeChamp.HORODATAGE:
            return valeur_typee(champ).is_null()
        case TypeChamp.MOIS:
            return ~texte.str.contains(r"^(19|20)\d{2}-(0[1-9]|1[0-2])$")
        case TypeChamp.BOOLEEN:
            return ~texte.is_in(["O", "N"])
        case TypeChamp.ENTIER | TypeChamp.DECIMAL | TypeChamp.MONTANT:
            return _hors_bornes(champ)
        case TypeChamp.TEXTE:
            return _texte_malforme(champ)
    return texte.str.contains(champ.motif and f"^(?:{champ.motif})$").not_() if champ.motif else None


def _hors_bornes(champ: Champ) -> pl.Expr:
    lue = valeur_typee(champ)
    malforme = lue.is_null()
    nombre = lue.cast(pl.Float64, strict=False) if champ.type is not TypeChamp.ENTIER else lue
    if champ.minimum is not None:
        malforme = malforme | (nombre < champ.minimum)
    if champ.maximum is not None:
        malforme = malforme | (nombre > champ.maximum)
    return malforme


def _texte_malforme(champ: Champ) -> pl.Expr | None:
    texte = pl.col(champ.nom)
    interdit = "[\x00\x1a]" if champ.nom == "description_service" else r"\p{Cc}"
    malforme = texte.str.contains(interdit)
    if champ.longueur_max is not None:
        malforme = malforme | (texte.str.len_chars() > champ.longueur_max)
    if champ.longueur_min > 1:
        malforme = malforme | (texte.str.len_chars() < champ.longueur_min)
    if champ.motif:
        motif = champ.motif.removeprefix("(?i)")
        drapeau = "(?i)" if champ.motif.startswith("(?i)") else ""
        malforme = malforme | ~texte.str.contains(f"{drapeau}^(?:{motif})$")
    return malforme


def _forme(champ: Champ) -> str:
    bornes = ""
    if champ.minimum is not None:
        bornes = f", au moins {champ.minimum}"
        bornes += f" et au plus {champ.maximum}" if champ.maximum is not None else ""
    if champ.type in FORMES:
        return FORMES[champ.type] + bornes
    return champ.contrainte or f"{champ.longueur_max} caractères au plus"
