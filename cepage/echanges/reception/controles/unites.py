"""What is checked on units of work beyond the format of each field."""

from datetime import date

import polars as pl

from cepage.echanges.contrat.constats import Regle
from cepage.fondations.referentiels import nomenclatures
from cepage.fondations.regles import Regles, echeance

_EXCLUSIFS = {
    "prestations_complementaires": "AUCUNE",
    "financements_formation": "AUCUN",
    "decouvertes_metiers": "AUCUNE",
}
LIVRABLE_DE_CLOTURE = {"01": "ELP", "21": "PP", "22": "COURRIEL_CLOTURE"}
_AFFICHEE = {"00": "00", "01": "01", "21": "2.1", "22": "2.2"}


def typer(lues: pl.DataFrame) -> pl.DataFrame:
    """The columns of the unit that cross rules read, typed (dates) or as text."""
    dates = [pl.col(n).str.to_date("%Y-%m-%d", strict=False) for n in ("date_engagement", "date_cloture")]
    return lues.select(
        "_fichier",
        "_ligne",
        "_cle",
        "nature",
        "horodatage",
        "numero_dossier",
        "identifiant_beneficiaire",
        "lot",
        "uo",
        *dates,
        "motif_cloture",
        "numero_decompte",
        "reference_bon_commande",
        "derogation_territoriale",
        uo_affichee=pl.col("uo").replace_strict(_AFFICHEE, default=None),
        groupe_cloture=groupe_cloture(pl.col("motif_cloture")),
    )


def groupe_cloture(motif: pl.Expr) -> pl.Expr:
    """What the rules read in a closing reason: volontaire, abandon, hors statistique."""
    groupes = {code.code: code.groupe for code in nomenclatures.table("motif_cloture")}
    return motif.replace_strict(groupes, default=None, return_dtype=pl.String)


def regles_propres() -> list[Regle]:
    """Rules that look at the fiche alone (text columns)."""
    regles = [
        Regle("E-UO-029", pl.col("motif_cloture").is_not_null() & pl.col("date_cloture").is_null(), "motif_cloture"),
        Regle("E-UO-034", _detail_hors_motif(), "motif_sollicitation_detaille", pl.col("motif_sollicitation_detaille")),
    ]
    for champ, exclusif in _EXCLUSIFS.items():
        valeurs = pl.col(champ).str.split("|")
        ensemble = valeurs.list.contains(exclusif) & (valeurs.list.len() > 1)
        regles.append(Regle("E-UO-030", ensemble, champ, pl.col(champ), pl.lit(exclusif)))
    prestations = pl.col("prestations_complementaires").str.split("|")
    attendues = pl.when(prestations.list.contains("AUCUNE")).then(0).otherwise(prestations.list.len()).fill_null(0)
    donnees = pl.col("autoprescription").str.split("|").list.len().fill_null(0).cast(pl.Int64)
    regles.append(
        Regle(
            "E-UO-031",
            (donnees > 0) & (donnees != attendues.cast(pl.Int64)),
            "autoprescription",
            pl.col("autoprescription"),
            pl.format("{} valeur(s) pour {} prestation(s)", donnees, attendues),
        )
    )
    return regles


def _detail_hors_motif() -> pl.Expr:
    groupes = {c.code: c.groupe for c in nomenclatures.table("motif_sollicitation_detaille")}
    motif = pl.col("motif_sollicitation")
    detail = pl.col("motif_sollicitation_detaille").str.split("|")
    faux = pl.lit(False)
    for groupe in sorted(set(groupes.values())):
        codes = [c for c, g in groupes.items() if g == groupe]
        autres = [c for c in groupes if c not in codes]
        faux = faux | ((motif == groupe) & detail.list.eval(pl.element().is_in(autres)).list.any())
    return faux


def joindre_le_delai(unites: pl.DataFrame, regles: Regles) -> pl.DataFrame:
    """Add `echeance`: the last day of the unit's delay, null when unknown (UO2.2 without its UO2.1, out of service).

    `unites` has `origine_uo21`, the engagement of the UO2.1 an UO2.2 follows.
    """
    cles = ["uo", "date_engagement", "origine_uo21"]
    couples = unites.select(cles).filter(pl.col("uo").is_not_null() & pl.col("date_engagement").is_not_null()).unique()
    delais = [
        (uo, engagement, origine, _echeance(uo, engagement, origine, regles))
        for uo, engagement, origine in couples.iter_rows()
    ]
    table = pl.DataFrame(
        delais,
        schema={"uo": pl.String, "date_engagement": pl.Date, "origine_uo21": pl.Date, "echeance": pl.Date},
        orient="row",
    )
    return unites.join(table, on=cles, how="left", nulls_equal=True, maintain_order="left")


def _echeance(uo: str, engagement: date, origine: date | None, regles: Regles) -> date | None:
    if uo not in _AFFICHEE or not regles.a_une_valeur(f"delai_execution.uo{uo}", le=engagement):
        return None
    if uo == "22" and origine is None:
        return None
    return echeance(uo, engagement, regles=regles, date_engagement_uo21=origine if uo == "22" else None)


def regles_de_dates(service_debut: date) -> list[Regle]:
    """Dates of the unit, its delay, its numbers; on the typed frame with `echeance` and `origine_uo21`."""
    engagement, cloture, fin = pl.col("date_engagement"), pl.col("date_cloture"), pl.col("echeance")
    abandon = pl.col("groupe_cloture") == "abandon"
    volontaire = pl.col("groupe_cloture") == "volontaire"
    texte_fin = fin.dt.to_string("%d/%m/%Y")
    entre = pl.format("engagement {}, clôture {}", engagement, cloture)
    uo0 = pl.col("uo") == "00"
    produite = pl.col("horodatage").dt.convert_time_zone("Europe/Paris").dt.date()
    uo22 = pl.col("uo") == "22"
    debut_numero = pl.format(
        "{}{}{}",
        pl.col("emetteur"),
        engagement.dt.to_string("%y%m"),
        pl.col("uo"),
    )
    trimestre = pl.format(
        "{}-Lot{}-T{}-UO{}", cloture.dt.year(), pl.col("lot"), cloture.dt.quarter(), pl.col("uo_affichee")
    )
    # The contract leaves the form to the buyer: UO21 and UO22 are read as UO2.1 and UO2.2.
    decompte = pl.col("numero_decompte").str.replace(r"-UO2([12])$", "-UO2.$1")
    return [
        Regle("E-UO-010", cloture < engagement, "date_cloture", cloture, entre),
        Regle("E-UO-011", uo0 & (cloture > engagement), "date_cloture", cloture, entre),
        Regle("E-UO-012", ~uo0 & volontaire & (cloture > fin), "date_cloture", cloture, texte_fin),
        Regle("E-UO-013", abandon & (cloture < fin), "motif_cloture", pl.col("motif_cloture"), texte_fin),
        Regle("E-UO-014", abandon & (cloture > fin), "date_cloture", cloture, texte_fin),
        # Of an unknown or refused person nothing is known: that reason is given alone.
        Regle("E-UO-015", uo22 & pl.col("b_connu") & pl.col("origine_uo21").is_null(), "uo", pl.col("uo")),
        Regle("E-UO-016", uo22 & (engagement > fin), "date_engagement", engagement, texte_fin),
        Regle("E-UO-042", uo22 & pl.col("uo21_ouverte"), "uo", pl.col("uo")),
        Regle("E-UO-022", decompte != trimestre, "numero_decompte", pl.col("numero_decompte"), trimestre),
        Regle(
            "E-UO-023",
            pl.col("numero_dossier").str.slice(0, 8) != debut_numero,
            "numero_dossier",
            pl.col("numero_dossier"),
            debut_numero,
        ),
        Regle("E-UO-035", (engagement > produite) | (cloture > produite), "horodatage", pl.col("horodatage")),
        Regle(
            "E-UO-040",
            pl.col("lot") != pl.col("lot_envoi"),
            "lot",
            pl.col("lot"),
            pl.col("lot_envoi"),
        ),
        Regle(
            "E-UO-041", engagement < service_debut, "date_engagement", engagement, pl.lit(f"{service_debut:%d/%m/%Y}")
        ),
    ]


def regles_de_commande() -> list[Regle]:
    """The consumption reference, on the frame joined to the orders and to the references already used."""
    reference = pl.col("reference_bon_commande")
    bien_formee = reference.str.contains(r"^\d{4}-Lot\d{2}-UO(00|01|2\.1|2\.2)-\d{2}-\d{5}$")
    attendue = pl.format("Lot{}-UO{}", pl.col("lot_envoi"), pl.col("uo_affichee"))
    du_lot = reference.str.slice(5).str.starts_with(attendue + "-")
    connue = pl.col("commande_debut").is_not_null()
    engagement = pl.col("date_engagement")
    periode = pl.format(
        "du {} au {}",
        pl.col("commande_debut").dt.to_string("%d/%m/%Y"),
        pl.col("commande_fin").dt.to_string("%d/%m/%Y"),
    )
    rang = reference.str.slice(-5).cast(pl.Int64, strict=False)
    nom = "reference_bon_commande"
    return [
        Regle("E-UO-017", bien_formee & ~du_lot, nom, reference, attendue),
        Regle("E-UO-018", bien_formee & du_lot & ~connue, nom, reference, pl.col("commande")),
        Regle(
            "E-UO-019",
            du_lot & ((engagement < pl.col("commande_debut")) | (engagement > pl.col("commande_fin"))),
            nom,
            reference,
            periode,
        ),
        regle_de_reference(),
        Regle(
            "E-UO-021",
            du_lot & ((rang > pl.col("commande_volume")) | (rang == 0)),
            nom,
            reference,
            pl.format("{} unités commandées", pl.col("commande_volume")),
        ),
    ]


def regle_de_reference() -> Regle:
    """The reference is another unit's; on the frame with `reference_prise`."""
    reference = "reference_bon_commande"
    return Regle("E-UO-020", pl.col("reference_prise"), reference, pl.col(reference))


def regles_de_personne(regles: Regles, le: date) -> list[Regle]:
    """The unit against its beneficiary, on the frame joined to the person (columns `b_…`) and to the follow-ups."""
    from cepage.echanges.reception.controles.beneficiaires import age_en_annees, hors_ages

    au_dela = pl.col("uo") != "00"
    nouvelle = ~pl.col("deja_connue")
    connu = pl.col("b_connu")
    age = age_en_annees(pl.col("b_date_naissance"), pl.col("date_engagement"))
    cle = "identifiant_beneficiaire"
    return [
        Regle("E-UO-024", pl.col("numero_pris"), "numero_dossier", pl.col("numero_dossier")),
        Regle("E-UO-025", au_dela & nouvelle & connu & pl.col("b_agent_public"), "statut"),
        Regle("E-UO-026", au_dela & nouvelle & connu & ~pl.col("b_agent_public") & ~pl.col("b_occupe"), "statut"),
        Regle(
            "E-UO-027",
            au_dela
            & connu
            & pl.col("b_lieu_connu")
            & ~pl.col("b_dans_le_lot")
            & pl.col("derogation_territoriale").is_null(),
            "derogation_territoriale",
        ),
        Regle("E-UO-028", au_dela & nouvelle & pl.col("suivi_ailleurs"), cle),
        Regle("E-UO-036", ~connu & ~pl.col("b_refuse"), cle, pl.col(cle)),
        Regle("E-UO-037", ~connu & pl.col("b_refuse"), cle, pl.col(cle)),
        Regle(
            "E-UO-038",
            au_dela & connu & (pl.col("b_manquants") != ""),
            cle,
            pl.col(cle),
            pl.col("b_manquants"),
        ),
        Regle("E-UO-039", connu & hors_ages(age, regles, le), cle, pl.col(cle), pl.format("{} ans", age)),
    ]


def regle_du_titulaire(tenues: list[tuple[date, date | None]], service_debut: date) -> Regle:
    """The emitter held the lot on the day of engagement; `tenues` are its periods, both days included.

    A past holder may thus still send what it engaged in its time. Before the service nobody is held to hold.
    """
    engagement = pl.col("date_engagement")
    tenait = pl.lit(False)
    for debut, fin in tenues:
        tenait = tenait | ((engagement >= debut) & (pl.lit(True) if fin is None else engagement <= fin))
    return Regle("E-UO-044", ~tenait & (engagement >= service_debut), "date_engagement", engagement, pl.col("emetteur"))


def regles_du_deja_recu() -> list[Regle]:
    """The unit against the livrable and the interactions received before it; `signe_le`, `interaction_hors`,
    `structure_fermee` are null when nothing contradicts."""
    cloture, engagement, signe = pl.col("date_cloture"), pl.col("date_engagement"), pl.col("signe_le")
    return [
        Regle(
            "E-UO-043",
            pl.col("structure_fermee").is_not_null(),
            "date_engagement",
            engagement,
            pl.col("structure_fermee"),
        ),
        Regle("E-UO-045", signe != cloture, "date_cloture", cloture, pl.format("signé le {}", signe)),
        Regle(
            "E-UO-046",
            pl.col("interaction_hors").is_not_null(),
            "date_cloture",
            cloture,
            pl.format("le {}", pl.col("interaction_hors")),
        ),
    ]


def regle_du_livrable_attendu() -> Regle:
    """A voluntary closure whose livrable has not come yet; on the frame with `livrable_venu`."""
    attendu = pl.col("uo").replace_strict(LIVRABLE_DE_CLOTURE, default=None)
    manque = (pl.col("groupe_cloture") == "volontaire") & attendu.is_not_null() & ~pl.col("livrable_venu")
    return Regle("E-UO-033", manque, "date_cloture", pl.col("date_cloture"), attendu)


def regle_d_annulation(proteges: pl.Series) -> Regle:
    """A cancellation of a unit that a signed procès-verbal counts; `proteges`: their numbers."""
    numero = pl.col("numero_dossier")
    return Regle("E-UO-050", numero.is_in(proteges.implode()), "nature", numero)


def livrable_de_cloture(uo: pl.Expr) -> pl.Expr:
    """The livrable that closes each unit; null for the UO0."""
    return uo.replace_strict(LIVRABLE_DE_CLOTURE, default=None)
