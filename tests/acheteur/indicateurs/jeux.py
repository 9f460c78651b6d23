"""Fiches with a reception time, written as the Parquet states the engine reads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from tests.acheteur.indicateurs import naif

SCHEMA_UNITES = {
    "cle": pl.String,
    "lot": pl.String,
    "emetteur": pl.String,
    "numero_dossier": pl.String,
    "personne": pl.String,
    "uo": pl.String,
    "date_engagement": pl.Date,
    "date_cloture": pl.Date,
    "reference_bon_commande": pl.String,
    "motif_cloture": pl.String,
    "groupe_cloture": pl.String,
    "prestations_complementaires": pl.List(pl.String),
    "types_service": pl.List(pl.String),
    "echeance": pl.Date,
    "connu_de": pl.Datetime("us", "UTC"),
    "connu_jusqu_a": pl.Datetime("us", "UTC"),
    "version_id": pl.Int64,
}
SCHEMA_PERSONNES = {
    "lot": pl.String,
    "personne": pl.String,
    "sexe": pl.String,
    "date_naissance": pl.Date,
    "categorie_sociale": pl.String,
    "statut": pl.List(pl.String),
    "occupe": pl.Boolean,
    "connu_de": pl.Datetime("us", "UTC"),
    "connu_jusqu_a": pl.Datetime("us", "UTC"),
}


@dataclass(frozen=True)
class Recue:
    """A fiche and when it was received."""

    quand: datetime
    fiche: Mapping[str, str]


def unite(
    dossier: str,
    personne: str,
    uo: str,
    engagement: str,
    cloture: str = "",
    motif: str = "",
    *,
    lot: str = "08",
    commande: str = "",
    prestations: str = "",
    nature: str = "C",
    horodatage: str = "2021-01-01T08:00:00+01:00",
) -> dict[str, str]:
    """An unite_oeuvre fiche as a CSV line gives it."""
    affichee = {"21": "2.1", "22": "2.2"}.get(uo, uo)
    return {
        "nature": nature,
        "horodatage": horodatage,
        "numero_dossier": dossier,
        "identifiant_beneficiaire": personne,
        "lot": lot,
        "uo": uo,
        "date_engagement": engagement,
        "date_cloture": cloture,
        "motif_cloture": motif,
        "reference_bon_commande": f"{commande or f'2021-Lot{lot}-UO{affichee}-01'}-00001",
        "prestations_complementaires": prestations,
    }


def beneficiaire(
    personne: str,
    statut: str = "CDI",
    categorie: str = "5",
    *,
    lot: str = "08",
    nature: str = "C",
    horodatage: str = "2021-01-01T08:00:00+01:00",
) -> dict[str, str]:
    """A beneficiaire fiche, reduced to what indicators read."""
    return {
        "nature": nature,
        "horodatage": horodatage,
        "lot": lot,
        "identifiant_beneficiaire": personne,
        "statut": statut,
        "categorie_sociale": categorie,
    }


def ecrire(
    racine: Path,
    unites: Iterable[Recue],
    beneficiaires: Iterable[Recue],
    commandes: Iterable[naif.Commande] = (),
) -> None:
    """Write the states of the received fiches under `racine`, and the orders."""
    lignes_u = [
        {**_unite(r.fiche), "connu_de": de, "connu_jusqu_a": a}
        for r, de, a in _etats(unites, lambda f: f["numero_dossier"])
    ]
    lignes_p = [
        {**_personne(r.fiche), "connu_de": de, "connu_jusqu_a": a}
        for r, de, a in _etats(beneficiaires, lambda f: (f["lot"], f["identifiant_beneficiaire"]))
    ]
    _poser(racine / "unites", lignes_u, SCHEMA_UNITES, par_mois=True)
    _poser(racine / "personnes", lignes_p, SCHEMA_PERSONNES, par_mois=False)
    lignes_c = [vars(c) for c in commandes]
    schema = {"reference": pl.String, "lot": pl.String, "uo": pl.String, "debut": pl.Date, "fin": pl.Date}
    pl.DataFrame(lignes_c, schema={**schema, "volume": pl.Int64}).write_parquet(racine / "commandes.parquet")


def connues(recues: Iterable[Recue], jour: date) -> list[Mapping[str, str]]:
    """The fiches received by the end of `jour` in Paris, in order of reception."""
    from zoneinfo import ZoneInfo

    paris = ZoneInfo("Europe/Paris")
    triees = sorted(recues, key=lambda r: r.quand)
    return [r.fiche for r in triees if r.quand.astimezone(paris).date() <= jour]


def _etats(recues, cle):  # type: ignore[no-untyped-def]
    """(fiche, known from, known until) for each version while current and not a cancellation."""
    par_cle: dict[object, list[Recue]] = {}
    for recue in sorted(recues, key=lambda r: r.quand):
        par_cle.setdefault(cle(recue.fiche), []).append(recue)
    for versions in par_cle.values():
        courante: Recue | None = None
        depuis = None
        for recue in versions:
            if courante and _instant(recue) < _instant(courante):
                continue
            if courante and courante.fiche["nature"] != "A" and depuis < recue.quand:
                yield courante, depuis, recue.quand
            courante, depuis = recue, recue.quand
        if courante and courante.fiche["nature"] != "A":
            yield courante, depuis, None


def _instant(recue: Recue) -> datetime:
    return datetime.fromisoformat(recue.fiche["horodatage"])


def _jour(texte: str) -> date | None:
    return date.fromisoformat(texte) if texte else None


def _unite(f: Mapping[str, str]) -> dict[str, object]:
    motif = f["motif_cloture"]
    groupes = {"ABANDON": "abandon", "ANNULATION": "hors statistique", "": None}
    return {
        "cle": f["numero_dossier"],
        "lot": f["lot"],
        "emetteur": "AB",
        "numero_dossier": f["numero_dossier"],
        "personne": f["identifiant_beneficiaire"],
        "uo": f["uo"],
        "date_engagement": _jour(f["date_engagement"]),
        "date_cloture": _jour(f["date_cloture"]),
        "reference_bon_commande": f["reference_bon_commande"],
        "motif_cloture": motif or None,
        "groupe_cloture": groupes.get(motif, "volontaire"),
        "prestations_complementaires": [p for p in f["prestations_complementaires"].split("|") if p],
        "types_service": [],
        "echeance": None,
        "version_id": 1,
    }


def _personne(f: Mapping[str, str]) -> dict[str, object]:
    statuts = [s for s in f["statut"].split("|") if s]
    return {
        "lot": f["lot"],
        "personne": f["identifiant_beneficiaire"],
        "sexe": "F",
        "date_naissance": date(1980, 1, 1),
        "categorie_sociale": f["categorie_sociale"] or None,
        "statut": statuts,
        "occupe": any(s in naif.OCCUPES for s in statuts),
    }


def _poser(dossier: Path, lignes, schema, *, par_mois: bool) -> None:  # type: ignore[no-untyped-def]
    parties: dict[str, list[dict[str, object]]] = {}
    for ligne in lignes:
        chemin = f"lot={ligne['lot']}"
        if par_mois:
            chemin += f"/mois={ligne['date_engagement']:%Y-%m}"
        parties.setdefault(chemin, []).append(ligne)
    for ancien in dossier.glob("lot=*/**/*.parquet"):
        if str(ancien.parent.relative_to(dossier)) not in parties:
            ancien.unlink()
    for chemin, contenu in parties.items():
        (dossier / chemin).mkdir(parents=True, exist_ok=True)
        nouveau = pl.DataFrame(contenu, schema=schema)
        fichier = dossier / chemin / "0.parquet"
        if not fichier.exists() or not pl.read_parquet(fichier, hive_partitioning=False).equals(nouveau):
            nouveau.write_parquet(fichier)


def instant(texte: str) -> datetime:
    """A reception time in UTC."""
    return datetime.fromisoformat(texte).replace(tzinfo=UTC)
