"""The judgement of units of work: their people, their orders, the unit they follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from cepage.echanges.reception.contexte import SCHEMA_SITES, SCHEMA_UNITES
from cepage.echanges.reception.controles import beneficiaires, unites
from cepage.echanges.reception.protections import proteges
from cepage.fondations.referentiels import nomenclatures

if TYPE_CHECKING:
    from cepage.echanges.reception.validation import Cadre, Jugement

_REFERENCE = "reference_bon_commande"
_DOSSIERS = {
    "numero_dossier": pl.String,
    "u_uo": pl.String,
    "u_engagement": pl.Date,
    "u_cloture": pl.Date,
    "u_connue": pl.Boolean,
    "u_refusee": pl.Boolean,
}


def juger_les_unites(cadre: Cadre, jugement: Jugement) -> pl.DataFrame:
    """Judge the units of the envoi; return, for each dossier that the envoi speaks of, its unit (`u_…`).

    UO2.2 are judged last: they follow an UO2.1 that may itself be refused.
    """
    if "unite_oeuvre" in jugement.index:
        _refuser_les_annulations_protegees(jugement)
        index = jugement.index["unite_oeuvre"].filter(~pl.col("_refusee") & (pl.col("nature") != "A"))
        prises = cadre.registre.references_prises(index[_REFERENCE].drop_nulls().unique())
        lignes = _joindre(index, cadre, prises, jugement)
        for seconde in (False, True):
            du_rang = lignes.filter((pl.col("uo") == "22") == seconde)
            if du_rang.height:
                _juger(_joindre_l_origine(du_rang, cadre, jugement), cadre, jugement)
                _rendre_les_references(du_rang, prises, jugement)
    return _dossiers(cadre, jugement)


def _refuser_les_annulations_protegees(jugement: Jugement) -> None:
    from cepage.echanges.reception.validation import refuser

    index = jugement.index["unite_oeuvre"]
    annulations = index.filter(~pl.col("_refusee") & (pl.col("nature") == "A"))
    if annulations.height:
        vises = proteges(annulations["numero_dossier"].drop_nulls().unique())
        refuser([unites.regle_d_annulation(vises)], annulations, "unite_oeuvre", jugement)


def _juger(lignes: pl.DataFrame, cadre: Cadre, jugement: Jugement) -> None:
    from cepage.echanges.reception.validation import refuser

    le = cadre.recu_le.date()
    debut_du_service = cadre.regles.valeur_date("marche.service_debut", le=le)
    tenues = [t for t in cadre.registre.titulaires(cadre.lot) if t.operateur == cadre.emetteur]
    regles = [
        *unites.regles_de_dates(debut_du_service),
        unites.regle_du_titulaire([(t.debut, t.fin) for t in tenues], debut_du_service),
        *unites.regles_de_commande(),
        *unites.regles_de_personne(cadre.regles, le),
        unites.regle_du_livrable_attendu(),
        *unites.regles_du_deja_recu(),
    ]
    refuser(regles, lignes, "unite_oeuvre", jugement)


def _joindre(index: pl.DataFrame, cadre: Cadre, prises: pl.DataFrame, jugement: Jugement) -> pl.DataFrame:
    lignes = index.with_columns(emetteur=pl.lit(cadre.emetteur), lot_envoi=pl.lit(cadre.lot))
    lignes = _joindre_la_commande(lignes, cadre, prises, jugement)
    lignes = _joindre_le_numero(lignes, cadre)
    lignes = _joindre_la_personne(lignes, cadre, jugement)
    lignes = _joindre_la_structure(lignes, cadre, jugement)
    lignes = _joindre_les_livrables(lignes, cadre, jugement)
    return _joindre_les_interactions(lignes, cadre, jugement)


def _joindre_la_commande(lignes: pl.DataFrame, cadre: Cadre, prises: pl.DataFrame, jugement: Jugement) -> pl.DataFrame:
    """The order, and whether another unit holds the reference once the envoi is in."""
    lignes = lignes.with_columns(commande=pl.col(_REFERENCE).str.replace(r"-\d{5}$", ""))
    lignes = lignes.join(cadre.registre.commandes(cadre.lot), on="commande", how="left", maintain_order="left")
    doublees = _references_doublees(prises, jugement)
    return lignes.with_columns(reference_prise=pl.col("_i").is_in(doublees.implode()))


def _references_doublees(prises: pl.DataFrame, jugement: Jugement) -> pl.Series:
    """Places of the fiches whose reference belongs to another unit in the state that the envoi would leave.

    `prises`: the holders in the register. The last fiche of a unit says what it holds; a reference stays with its
    holder, unless the envoi makes it leave it (cancelled, or another reference), else goes to the first who takes it.
    """
    index = jugement.index["unite_oeuvre"].filter(~pl.col("_refusee"))
    dernieres = index.sort("horodatage").unique("numero_dossier", keep="last", maintain_order=True)
    tenue = pl.when(pl.col("nature") != "A").then(pl.col(_REFERENCE))
    finales = dernieres.select(titulaire_reference="numero_dossier", finale=tenue, finale_le="horodatage")
    quittees = prises.join(finales, on="titulaire_reference", how="inner").filter(
        (pl.col("finale_le") >= pl.col("reference_depuis")) & pl.col("finale").ne_missing(pl.col(_REFERENCE))
    )
    gardees = prises.join(quittees, on=_REFERENCE, how="anti").select(_REFERENCE, "titulaire_reference")
    demandees = dernieres.filter((pl.col("nature") != "A") & pl.col(_REFERENCE).is_not_null())
    premieres = (
        demandees.sort("horodatage", "numero_dossier")
        .group_by(_REFERENCE, maintain_order=True)
        .agg(premier=pl.col("numero_dossier").first())
    )
    jointes = demandees.join(gardees, on=_REFERENCE, how="left").join(premieres, on=_REFERENCE, how="left")
    detenteur = pl.coalesce("titulaire_reference", "premier")
    return jointes.filter(detenteur != pl.col("numero_dossier"))["_i"]


def _rendre_les_references(lignes: pl.DataFrame, prises: pl.DataFrame, jugement: Jugement) -> None:
    """A refused fiche does not leave its reference: whoever counted on it is refused in turn, and so on."""
    from cepage.echanges.reception.validation import refuser

    while True:
        doublees = lignes.filter(pl.col("_i").is_in(_references_doublees(prises, jugement).implode()))
        if not doublees.height:
            return
        refuser([unites.regle_de_reference()], doublees.with_columns(reference_prise=True), "unite_oeuvre", jugement)


def _joindre_le_numero(lignes: pl.DataFrame, cadre: Cadre) -> pl.DataFrame:
    """Whose number it is: the register's, else the first fiche of the envoi; a tie belongs to nobody."""
    connues = cadre.registre.unites_des_dossiers(lignes["numero_dossier"].unique()).select(
        "numero_dossier", r_lot="lot", r_beneficiaire="identifiant_beneficiaire", r_uo="uo"
    )
    moi = pl.concat_str("lot_envoi", "identifiant_beneficiaire", "uo", separator="|")
    premieres = (
        lignes.filter(pl.col("horodatage") == pl.col("horodatage").min().over("numero_dossier"))
        .group_by("numero_dossier")
        .agg(premier=moi.first(), seul=moi.n_unique() == 1)
    )
    lignes = lignes.join(connues, on="numero_dossier", how="left", maintain_order="left").join(
        premieres, on="numero_dossier", how="left", maintain_order="left"
    )
    du_registre = pl.concat_str("r_lot", "r_beneficiaire", "r_uo", separator="|")
    pris = (
        pl.when(du_registre.is_not_null())
        .then(du_registre != moi)
        .otherwise((pl.col("premier") != moi) | ~pl.col("seul"))
    )
    return lignes.with_columns(numero_pris=pris.fill_null(False), deja_connue=du_registre.is_not_null()).drop(
        "r_lot", "r_beneficiaire", "r_uo", "premier", "seul"
    )


def _joindre_la_personne(lignes: pl.DataFrame, cadre: Cadre, jugement: Jugement) -> pl.DataFrame:
    cle = "identifiant_beneficiaire"
    personnes, refusees = _personnes(lignes[cle].drop_nulls().unique(), cadre, jugement)
    lignes = lignes.join(personnes, on=cle, how="left", maintain_order="left").with_columns(
        b_connu=pl.col("b_identite").is_not_null(), b_refuse=pl.col(cle).is_in(refusees.implode())
    )
    suivies = lignes.filter((pl.col("uo") != "00") & ~pl.col("deja_connue") & pl.col("b_identite").is_not_null())
    ailleurs = cadre.registre.suivis_ailleurs(cadre.lot, suivies.select(identite="b_identite").unique())
    croisees = suivies.select("_i", "date_engagement", "date_cloture", identite="b_identite").join(
        ailleurs, on="identite", how="inner"
    )
    debut, fin = pl.col("suivi_debut"), pl.col("suivi_fin")
    en_meme_temps = ((fin > pl.col("date_engagement")) | fin.is_null()) & (
        (debut < pl.col("date_cloture")) | pl.col("date_cloture").is_null()
    )
    doubles = croisees.filter(en_meme_temps)["_i"]
    return lignes.with_columns(suivi_ailleurs=pl.col("_i").is_in(doubles.implode()))


def _personnes(identifiants: pl.Series, cadre: Cadre, jugement: Jugement) -> tuple[pl.DataFrame, pl.Series]:
    """What is known of these people (columns `b_…`), the envoi and the register together, and those refused.

    A person is judged on all that is known of it: eligible if any known fiche shows it, because the status at
    engagement may have changed since (CCTP §1.2.4, continuity).
    """
    cle = "identifiant_beneficiaire"
    colonnes = [
        cle,
        "nature",
        "horodatage",
        "date_naissance",
        "statut",
        "identite",
        "manquants",
        "dans_le_lot",
        "lieu_connu",
        "structure",
    ]
    connues = [beneficiaires.resumer(cadre.registre.beneficiaires(cadre.lot, identifiants), cadre.lot).select(colonnes)]
    refusees = pl.Series([], dtype=pl.String)
    if "beneficiaire" in jugement.index:
        index = jugement.index["beneficiaire"]
        connues.append(index.filter(~pl.col("_refusee")).select(colonnes))
        refusees = index.filter(pl.col("_refusee"))[cle].drop_nulls().unique()
    occupes = [c.code for c in nomenclatures.table("statut") if c.groupe == "occupé"]
    agents = [c.code for c in nomenclatures.table("statut") if c.groupe == "agent public"]
    statuts = pl.col("statut").list
    toutes = (
        pl.concat(connues)
        .sort("horodatage")
        .with_columns(
            agent=statuts.set_intersection(agents).list.len() > 0,
            occupe=statuts.set_intersection(occupes).list.len() > 0,
        )
    )
    personnes = toutes.group_by(cle, maintain_order=True).agg(
        derniere=pl.col("nature").last(),
        b_date_naissance=pl.col("date_naissance").last(),
        b_identite=pl.col("identite").last(),
        b_manquants=pl.col("manquants").last().fill_null(""),
        b_agent_public=pl.col("agent").all(),
        b_occupe=pl.col("occupe").any(),
        b_dans_le_lot=pl.col("dans_le_lot").any(),
        b_lieu_connu=pl.col("lieu_connu").any(),
        b_structures=pl.col("structure").drop_nulls().unique(),
    )
    return personnes.filter(pl.col("derniere") != "A").drop("derniere"), refusees


def _joindre_la_structure(lignes: pl.DataFrame, cadre: Cadre, jugement: Jugement) -> pl.DataFrame:
    """Add `structure_fermee`: of the declared sites known for the person, the one that was not open at engagement.

    As for the status, the person is judged on all that is known: one open site is enough.
    """
    sites = [cadre.registre.periodes_d_ouverture(cadre.lot)]
    if "implantation" in jugement.index:
        declarees = jugement.index["implantation"].filter(~pl.col("_refusee"))
        jours = [pl.col(n).str.to_date("%Y-%m-%d", strict=False) for n in ("date_ouverture", "date_fermeture")]
        sites.append(declarees.with_columns(jours).select(SCHEMA_SITES.keys()))
    ouvertures = (
        pl.concat(sites)
        .sort("horodatage")
        .unique("code_implantation", keep="last")
        .filter(pl.col("nature") != "A")
        .drop("horodatage", "nature")
    )
    jour = pl.col("date_engagement")
    ouverte = (pl.col("date_ouverture") <= jour) & (
        pl.col("date_fermeture").is_null() | (pl.col("date_fermeture") >= jour)
    )
    fermees = (
        lignes.filter((pl.col("uo") != "00") & ~pl.col("deja_connue") & pl.col("b_structures").is_not_null())
        .select("_i", "date_engagement", code_implantation="b_structures")
        .explode("code_implantation")
        .join(ouvertures, on="code_implantation", how="inner")
        .group_by("_i")
        .agg(structure_fermee=pl.col("code_implantation").min(), ouverte=ouverte.any())
        .filter(~pl.col("ouverte"))
        .drop("ouverte")
    )
    return lignes.join(fermees, on="_i", how="left", maintain_order="left")


def _joindre_les_interactions(lignes: pl.DataFrame, cadre: Cadre, jugement: Jugement) -> pl.DataFrame:
    """Add `interaction_hors`: the day of a known interaction that the dates of the unit now leave out.

    Those that this envoi brings or cancels are judged with it.
    """
    connues = cadre.registre.interactions(lignes.filter(pl.col("deja_connue"))["numero_dossier"].unique())
    if "interaction" in jugement.index:
        connues = connues.join(jugement.index["interaction"], left_on="cle", right_on="_cle", how="anti")
    jours = connues.select(
        "numero_dossier", jour=pl.col("cle").str.split("|").list.get(1).str.to_date("%Y-%m-%d", strict=False)
    )
    hors = (pl.col("jour") < pl.col("date_engagement")) | (pl.col("jour") > pl.col("date_cloture"))
    exclues = (
        lignes.select("_i", "numero_dossier", "date_engagement", "date_cloture")
        .join(jours, on="numero_dossier", how="inner")
        .filter(hors)
        .group_by("_i")
        .agg(interaction_hors=pl.col("jour").min())
    )
    return lignes.join(exclues, on="_i", how="left", maintain_order="left")


def _joindre_les_livrables(lignes: pl.DataFrame, cadre: Cadre, jugement: Jugement) -> pl.DataFrame:
    """Add `livrable_venu`, and `signe_le` where the register alone has the livrable that closes the unit."""
    cles = ["numero_dossier", "type_livrable"]
    lignes = lignes.with_columns(type_livrable=unites.livrable_de_cloture(pl.col("uo")))
    connus = cadre.registre.livrables(lignes["numero_dossier"].unique())
    recus = [connus.select(cles)]
    if "livrable" in jugement.index:
        presents = jugement.index["livrable"].filter(~pl.col("_refusee"))
        connus = connus.join(presents, on=cles, how="anti")
        recus.append(presents.filter(pl.col("nature") != "A").select(cles))
    lignes = lignes.join(connus, on=cles, how="left", maintain_order="left")
    venus = pl.concat(recus).unique().with_columns(livrable_venu=pl.lit(True))
    return lignes.join(venus, on=cles, how="left", maintain_order="left").with_columns(
        pl.col("livrable_venu").fill_null(False)
    )


def _joindre_l_origine(lignes: pl.DataFrame, cadre: Cadre, jugement: Jugement) -> pl.DataFrame:
    """The UO2.1 each UO2.2 follows: the last one engaged on or before its own engagement."""
    cle = "identifiant_beneficiaire"
    if (lignes["uo"] != "22").all():
        lignes = lignes.with_columns(origine_uo21=pl.lit(None, dtype=pl.Date), uo21_ouverte=pl.lit(False))
        return unites.joindre_le_delai(lignes, cadre.regles)
    suivies = [cadre.registre.unites_des_beneficiaires(cadre.lot, lignes[cle].drop_nulls().unique())]
    suivies.append(jugement.index["unite_oeuvre"].filter(~pl.col("_refusee")).select(SCHEMA_UNITES.keys()))
    premieres = (
        pl.concat(suivies)
        .sort("horodatage")
        .unique("numero_dossier", keep="last", maintain_order=True)
        .filter((pl.col("uo") == "21") & (pl.col("nature") != "A"))
        .select(cle, "date_engagement", origine_uo21="date_engagement", cloture_uo21="date_cloture")
        .drop_nulls(["date_engagement", cle])
        .sort("date_engagement")
    )
    lignes = lignes.sort("date_engagement").join_asof(
        premieres, on="date_engagement", by=cle, strategy="backward", check_sortedness=False
    )
    ouverte = pl.col("cloture_uo21").is_null() | (pl.col("cloture_uo21") > pl.col("date_engagement"))
    lignes = lignes.with_columns(uo21_ouverte=pl.col("origine_uo21").is_not_null() & ouverte).drop("cloture_uo21")
    return unites.joindre_le_delai(lignes, cadre.regles)


def _dossiers(cadre: Cadre, jugement: Jugement) -> pl.DataFrame:
    numeros = [
        jugement.index[nom]["numero_dossier"]
        for nom in ("interaction", "livrable", "reclamation")
        if nom in jugement.index
    ]
    if not numeros:
        return pl.DataFrame(schema=_DOSSIERS)
    cites = pl.concat(numeros).drop_nulls().unique()
    # A dossier of another lot is not known here: nobody adds to it nor cancels what belongs to it.
    connues = [cadre.registre.unites_des_dossiers(cites).filter(pl.col("lot") == cadre.lot)]
    refusees = pl.Series([], dtype=pl.String)
    if "unite_oeuvre" in jugement.index:
        index = jugement.index["unite_oeuvre"]
        connues.append(index.filter(~pl.col("_refusee")).select(SCHEMA_UNITES.keys()))
        refusees = index.filter(pl.col("_refusee"))["numero_dossier"].drop_nulls().unique()
    dernieres = (
        pl.concat(connues)
        .sort("horodatage")
        .unique("numero_dossier", keep="last", maintain_order=True)
        .filter(pl.col("nature") != "A")
        .select(
            "numero_dossier",
            u_uo="uo",
            u_engagement="date_engagement",
            u_cloture="date_cloture",
            u_connue=pl.lit(True),
        )
    )
    return (
        pl.DataFrame({"numero_dossier": cites})
        .join(dernieres, on="numero_dossier", how="left")
        .with_columns(pl.col("u_connue").fill_null(False), u_refusee=pl.col("numero_dossier").is_in(refusees.implode()))
    )
