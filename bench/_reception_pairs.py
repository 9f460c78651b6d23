"""The peers of the reception bench: bare Polars, frictionless, lxml."""

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from bench._mesure import Chrono, Duree
from bench._reception_jeu import COPIEES, ENVOI, LOT, OPERATEUR

ECHANTILLON = 20_000


def polars_nu(dossier: Path) -> Duree:
    """Seconds for the same rules on whole columns: ZIP read in memory, every format, list and own rule, contradictions,
    then units joined to their orders and people and interactions to their units. Each rule is counted; no line is
    named, no receipt, no hash, no bound on memory, no register."""
    from cepage.echanges.contrat.fiches import FICHES
    from cepage.echanges.contrat.formats import horodatage, regles_de_forme
    from cepage.echanges.reception.preparation import cle
    from cepage.echanges.reception.validation import Cadre, _regles_propres, codes_de_liste
    from cepage.fondations.regles import charger_marche

    regles = charger_marche("A")
    cadre = Cadre(LOT, OPERATEUR, datetime.now(UTC), regles, None, dossier)  # type: ignore[arg-type]
    chrono = Chrono()
    cadres: dict[str, pl.DataFrame] = {}
    with zipfile.ZipFile(dossier / ENVOI) as archive:
        for nom, fiche in FICHES.items():
            if f"{nom}.csv" not in archive.namelist():
                continue
            lues = pl.read_csv(io.BytesIO(archive.read(f"{nom}.csv")), separator=";", infer_schema=False)
            lues = lues.with_columns(
                *(pl.lit(None, dtype=pl.String).alias(c) for c in fiche.noms if c not in lues.columns),
                pl.lit(LOT).alias("_lot"),
            ).with_columns(cle(fiche).alias("_cle"), pl.lit(None).alias("_fichier"), pl.lit(None).alias("_ligne"))
            _compter(lues, [*regles_de_forme(nom, codes_de_liste), *_regles_propres(nom, cadre)])
            if "horodatage" in fiche.noms:
                lues = lues.with_columns(horodatage(pl.col("horodatage")))
                lues.filter(pl.struct("_cle", "horodatage").is_duplicated()).n_unique()
            cadres[nom] = lues
    _croiser(cadres, regles, dossier)
    return chrono.duree()


def _compter(lignes: pl.DataFrame, regles: list[Any]) -> None:
    lignes.select(r.fautif.fill_null(False).sum().alias(str(i)) for i, r in enumerate(regles))


def _croiser(cadres: dict[str, pl.DataFrame], regles: Any, dossier: Path) -> None:
    from cepage.echanges.reception.controles import beneficiaires, rattaches, unites

    le, cle = datetime.now(UTC).date(), "identifiant_beneficiaire"
    personnes = beneficiaires.resumer(cadres["beneficiaire"], LOT)
    personnes = personnes.sort("horodatage").unique(cle, keep="last")
    uos = unites.typer(cadres["unite_oeuvre"]).with_columns(
        emetteur=pl.lit(OPERATEUR),
        lot_envoi=pl.lit(LOT),
        commande=pl.col("reference_bon_commande").str.replace(r"-\d{5}$", ""),
        deja_connue=pl.lit(False),
        suivi_ailleurs=pl.lit(False),
        numero_pris=pl.col(cle).n_unique().over("numero_dossier") > 1,
        reference_prise=pl.col("numero_dossier").n_unique().over("reference_bon_commande") > 1,
    )
    commandes = pl.read_csv(dossier / "commandes.csv", separator=";", infer_schema=False).select(
        commande="reference",
        commande_debut=pl.col("debut").str.to_date(),
        commande_fin=pl.col("fin").str.to_date(),
        commande_volume=pl.col("volume").cast(pl.Int64),
    )
    connues = personnes.select(
        cle,
        b_connu=pl.lit(True),
        b_refuse=pl.lit(False),
        b_date_naissance="date_naissance",
        b_agent_public=pl.col("statut").list.contains("AGENT"),
        b_occupe=pl.col("statut").list.len() > 0,
        b_manquants=pl.col("manquants").fill_null(""),
        b_dans_le_lot="dans_le_lot",
        b_lieu_connu="lieu_connu",
    )
    uos = uos.join(commandes, on="commande", how="left").join(connues, on=cle, how="left")
    premieres = (
        uos.filter(pl.col("uo") == "21")
        .group_by(cle)
        .agg(origine_uo21=pl.col("date_engagement").min(), cloture_uo21=pl.col("date_cloture").min())
    )
    uos = uos.join(premieres, on=cle, how="left").with_columns(
        uo21_ouverte=pl.col("cloture_uo21") > pl.col("date_engagement")
    )
    uos = unites.joindre_le_delai(uos, regles)
    service = regles.valeur_date("marche.service_debut", le=le)
    _compter(
        uos, [*unites.regles_de_dates(service), *unites.regles_de_commande(), *unites.regles_de_personne(regles, le)]
    )
    niveaux = uos.group_by(cle).agg(
        niveau=(pl.col("uo") != "00").any(), premier_engagement=pl.col("date_engagement").min()
    )
    _compter(cadres["beneficiaire"].join(niveaux, on=cle, how="left"), beneficiaires.regles_avec_les_unites(regles, le))
    dossiers = uos.unique("numero_dossier", keep="last").select(
        "numero_dossier",
        u_uo="uo",
        u_engagement="date_engagement",
        u_cloture="date_cloture",
        u_connue=pl.lit(True),
        u_refusee=pl.lit(False),
    )
    suivies = cadres["interaction"].join(dossiers, on="numero_dossier", how="left")
    _compter(suivies, [*rattaches.regles_du_dossier("INT"), *rattaches.regles_d_interaction()])


def lxml_seul(dossier: Path) -> Duree:
    """Seconds for iterparse to walk the XML and read every text."""
    from lxml import etree

    chrono = Chrono()
    for _, element in etree.iterparse(
        str(dossier / "envoi.xml"), tag=("beneficiaire", "unite_oeuvre", "interaction", "livrable")
    ):
        {e.tag: e.text for e in element}
        element.clear(keep_tail=False)
        while element.getprevious() is not None:
            del element.getparent()[0]
    return chrono.duree()


def frictionless_seul(dossier: Path, total: int) -> Duree:
    """Seconds frictionless would take on all the lines, from a sample in which each kind of fiche has its share:
    types, lists, patterns, required fields."""
    from frictionless import Dialect, Resource, Schema, formats

    duree, lues = Duree(), 0
    for nom in COPIEES:
        source = dossier / f"{nom}.csv"
        with source.open("rb") as flux:
            lignes = sum(1 for _ in flux) - 1
        part = max(1, round(ECHANTILLON * lignes / total))
        echantillon = dossier / f"echantillon_{nom}.csv"
        with source.open(encoding="utf-8") as flux, echantillon.open("w", encoding="utf-8") as cible:
            cible.writelines(ligne for _, ligne in zip(range(part + 1), flux, strict=False))
        ressource = Resource(
            path=echantillon.name,
            basepath=str(dossier),
            dialect=Dialect(controls=[formats.CsvControl(delimiter=";")]),
            schema=Schema.from_descriptor({"fields": _champs(nom)}),
        )
        chrono = Chrono()
        ressource.validate(limit_errors=1_000_000)
        duree += chrono.duree()
        lues += part
    return duree.fois(total / lues)


def _champs(nom: str) -> list[dict[str, Any]]:
    from cepage.echanges.contrat.fiches import FICHES
    from cepage.echanges.reception.validation import codes_de_liste

    champs = []
    for champ in FICHES[nom].champs:
        contraintes: dict[str, Any] = {}
        if champ.motif and "\\p" not in champ.motif:
            contraintes["pattern"] = champ.motif
        if champ.nomenclature and not champ.multiple and codes_de_liste(champ.nomenclature):
            contraintes["enum"] = sorted(codes_de_liste(champ.nomenclature))
        if champ.toujours_obligatoire:
            contraintes["required"] = True
        type_ = "date" if champ.type == "date" else "string"
        champs.append({"name": champ.nom, "type": type_, "constraints": contraintes})
    return champs
