"""The judgement of a whole envoi: every fiche against its format, its people, its unit and the register.

Kinds of fiches are judged in the order of their dependence (people, units, what belongs to units), whatever the order
of files and lines. Batches wait on disk (`Reserve`); only the columns that cross rules read stay in memory.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from cepage.echanges.contrat.constats import Regle, Releve, appliquer
from cepage.echanges.contrat.fiches import FICHES
from cepage.echanges.contrat.formats import horodatage, regles_de_forme
from cepage.echanges.contrat.listes import Vigueur
from cepage.echanges.reception.contexte import Registre
from cepage.echanges.reception.controles import beneficiaires, pieces, rattaches, unites
from cepage.echanges.reception.jugement_unites import juger_les_unites
from cepage.echanges.reception.lecture import EnvoiLu
from cepage.echanges.reception.preparation import (
    cle,
    cle_d_interaction,
    contradictoires,
    preparer,
    regles_d_ordre,
)
from cepage.echanges.reception.reserve import Reserve
from cepage.fondations.referentiels import nomenclatures
from cepage.fondations.regles import Regles
from cepage.fondations.socle.cote_a_cote import dans_l_ordre

TAILLE_LOT = 100_000
_INDEX = ("_fichier", "_ligne", "_cle", "_empreinte", "horodatage", "nature")
_PROPRES: dict[str, tuple[str, ...]] = {
    "livrable": (
        "numero_dossier",
        "type_livrable",
        "nom_fichier",
        "empreinte_sha256",
        "date_signature_conseiller",
        "date_signature_beneficiaire",
    ),
    "interaction": ("numero_dossier", "date_interaction", "mode_contact"),
    "reclamation": ("numero_dossier",),
    "implantation": ("code_implantation", "date_ouverture", "date_fermeture"),
}

Avancement = Callable[[str, float], None]


@dataclass
class Jugement:
    """The fiches of an envoi by kind, with those that are refused, and every anomaly found."""

    reserves: dict[str, Reserve] = field(default_factory=dict)
    releve: Releve = field(default_factory=Releve)
    index: dict[str, pl.DataFrame] = field(default_factory=dict)


@dataclass(frozen=True)
class Cadre:
    """What a judgement needs beside the fiches."""

    lot: str
    emetteur: str
    recu_le: datetime
    regles: Regles
    registre: Registre
    repertoire: Path
    nir_autorise: bool = False
    piece_deja_recue: Callable[[str], bool] = lambda empreinte: False


def codes_de_liste(nom: str) -> Vigueur:
    """Codes of a list of the contract with their periods; for street types, abbreviations and labels alike."""
    codes = nomenclatures.vigueur(nom)
    if nom == "type_voie":
        return {code.libelle: codes[code.code] for code in nomenclatures.table(nom)} | dict(codes)
    return codes


def juger(lu: EnvoiLu, cadre: Cadre, avancement: Avancement = lambda etape, part: None) -> Jugement:
    """Judge every fiche of the envoi. Nothing is written but temporary files under `cadre.repertoire`."""
    jugement = Jugement()
    presentes = [nom for nom in FICHES if nom in lu.fiches()]
    for rang, nom in enumerate(presentes):
        avancement(f"Contrôle des formats : {FICHES[nom].libelle.lower()}", rang / (len(presentes) or 1))
        _juger_les_formes(nom, lu, cadre, jugement)
    avancement("Contrôle des personnes, des unités et des livrables", 1.0)
    _juger_l_ordre(cadre, jugement)
    _juger_les_beneficiaires(cadre, jugement)
    dossiers = juger_les_unites(cadre, jugement)
    for nom in ("interaction", "livrable", "reclamation"):
        if nom in jugement.index:
            _juger_les_rattaches(nom, dossiers, lu, cadre, jugement)
    return jugement


def _juger_les_formes(nom: str, lu: EnvoiLu, cadre: Cadre, jugement: Jugement) -> None:
    fiche = FICHES[nom]
    reserve = Reserve(fiche, cadre.repertoire)
    regles = [*regles_de_forme(nom, codes_de_liste), *_regles_propres(nom, cadre)]

    def verifier(lues: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series, Releve, pl.DataFrame]:
        releve = Releve()
        lues = _texte_propre(lues, nom)
        avec_cle = lues.with_columns(_lot=pl.lit(cadre.lot)).with_columns(cle(fiche).alias("_cle"))
        refusees = appliquer(regles, avec_cle, nom, releve)
        if nom == "beneficiaire" and not cadre.nir_autorise:
            lues = lues.with_columns(nir=pl.lit(None, dtype=pl.String))
        pretes = preparer(lues, fiche, lot=cadre.lot, recu_le=cadre.recu_le)
        return pretes, refusees, releve, _index(nom, pretes, cadre).with_columns(refusees)

    index = []
    for pretes, refusees, releve, resume in dans_l_ordre(verifier, lu.lots_de_lignes(nom, TAILLE_LOT)):
        jugement.releve.cadres += releve.cadres
        reserve.ajouter(pretes, refusees)
        index.append(resume)
    jugement.reserves[nom] = reserve
    if index:
        jugement.index[nom] = pl.concat(index).with_row_index("_i")


def _texte_propre(lues: pl.DataFrame, nom: str) -> pl.DataFrame:
    """Fingerprints and names of files in one form; everything else stays as received."""
    if nom == "livrable":
        # The name may be given with the folder of the archive, `livrables/`.
        return lues.with_columns(
            pl.col("empreinte_sha256").str.to_lowercase(), pl.col("nom_fichier").str.strip_prefix("livrables/")
        )
    return lues


def _index(nom: str, pretes: pl.DataFrame, cadre: Cadre) -> pl.DataFrame:
    if nom == "beneficiaire":
        resume = beneficiaires.resumer(pretes, cadre.lot).drop("nature", "horodatage")
        return pl.concat([pretes.select(_INDEX), resume], how="horizontal")
    if nom == "unite_oeuvre":
        typees = unites.typer(pretes)
        return typees.with_columns(pretes["_empreinte"])
    return pretes.select(*_INDEX, *_PROPRES.get(nom, ()))


def _regles_propres(nom: str, cadre: Cadre) -> list[Regle]:
    le = cadre.recu_le.date()
    regles: list[Regle] = []
    if "horodatage" in FICHES[nom].noms:
        regles.append(_regle_d_horloge(nom, cadre))
    match nom:
        case "beneficiaire":
            regles += [*beneficiaires.regles_propres(), *beneficiaires.regles_du_nir(cadre.nir_autorise)]
        case "unite_oeuvre":
            regles += unites.regles_propres()
        case "reclamation":
            regles += rattaches.regles_de_reclamation(cadre.regles, le)
        case "implantation":
            regles += [*rattaches.regles_d_implantation(cadre.lot), *pieces.regles_d_horaires()]
        case "moyens_couts":
            regles += rattaches.regles_de_moyens()
    if nom != "unite_oeuvre" and "lot" in FICHES[nom].noms:
        regles.append(Regle("E-LOT-001", pl.col("lot") != cadre.lot, "lot", pl.col("lot"), pl.lit(cadre.lot)))
    return regles


def _regle_d_horloge(nom: str, cadre: Cadre) -> Regle:
    """A fiche from the future would stay the current state until that day comes: it is refused."""
    avance = timedelta(minutes=cadre.regles.entier("envoi.avance_horloge", le=cadre.recu_le.date()))
    recu_le = f"{cadre.recu_le.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    produite = horodatage(pl.col("horodatage"))
    code = f"E-{FICHES[nom].prefixe_code}-008"
    return Regle(code, produite > cadre.recu_le + avance, "horodatage", pl.col("horodatage"), pl.lit(recu_le))


def _juger_l_ordre(cadre: Cadre, jugement: Jugement) -> None:
    for nom, index in jugement.index.items():
        if nom == "interaction":
            numeros = index["numero_dossier"].drop_nulls().unique()
            suites = index.filter(pl.col("nature") != "C").height > 0
            connues = cadre.registre.interactions(numeros) if suites else pl.DataFrame(schema={"cle": pl.String})
            cles = cle_d_interaction(index.drop("_i"), connues)["_cle"]
            index = index.with_columns(cles)
            jugement.reserves[nom].definir_cles(cles)
            jugement.index[nom] = index
        annulees = index.filter(pl.col("nature") == "A")["_cle"].drop_nulls()
        connues_du_registre = cadre.registre.cles_connues(cadre.lot, nom, annulees) if annulees.len() else annulees
        creees = index.filter(pl.col("nature") != "A")["_cle"].drop_nulls()
        cadre_ordre = index.with_columns(
            contradictoires(index).alias("contradictoire"),
            cle_connue=pl.col("_cle").is_in(connues_du_registre.implode())
            | pl.col("_cle").is_in(creees.unique().implode()),
        )
        refuser(regles_d_ordre(FICHES[nom].prefixe_code), cadre_ordre, nom, jugement)


def refuser(regles: list[Regle], lignes: pl.DataFrame, nom: str, jugement: Jugement) -> None:
    """Apply cross rules to lines of the index (`_i` gives their place) and refuse those that break one."""
    masque = appliquer(regles, lignes, nom, jugement.releve)
    index = jugement.index[nom]
    if not masque.any():
        return
    total = pl.repeat(False, index.height, dtype=pl.Boolean, eager=True)
    total = total.scatter(lignes.filter(masque)["_i"], True)
    jugement.reserves[nom].refuser(total)
    jugement.index[nom] = index.with_columns(pl.col("_refusee") | total)


def _juger_les_beneficiaires(cadre: Cadre, jugement: Jugement) -> None:
    if "beneficiaire" not in jugement.index:
        return
    index = jugement.index["beneficiaire"]
    niveaux = _niveaux(index["identifiant_beneficiaire"].drop_nulls().unique(), cadre, jugement)
    regles = beneficiaires.regles_avec_les_unites(cadre.regles, cadre.recu_le.date())
    declarees = cadre.registre.implantations(cadre.lot) | _declarees(jugement)
    if declarees:
        structure = pl.col("structure")
        hors = structure.is_not_null() & ~structure.is_in(sorted(declarees))
        regles.append(Regle("E-BEN-016", hors, "structure", structure, structure))
    depassees = _depassees(index, niveaux, cadre)
    debut = 0
    for lot in jugement.reserves["beneficiaire"].lots():
        places = index.slice(debut, lot.height)
        debut += lot.height
        # A fiche already refused for its format keeps its first reason alone.
        lignes = (
            lot.with_columns(places["_i"])
            .filter(~places["_refusee"])
            .join(niveaux, on="identifiant_beneficiaire", how="left", maintain_order="left")
            .with_columns(
                pl.col("niveau") & ~pl.col("_i").is_in(depassees.implode()),
                pl.col("premier_engagement").fill_null(
                    pl.col("horodatage").dt.convert_time_zone("Europe/Paris").dt.date()
                ),
            )
        )
        refuser(regles, lignes, "beneficiaire", jugement)


def _depassees(index: pl.DataFrame, niveaux: pl.DataFrame, cadre: Cadre) -> pl.Series:
    """Places of the incomplete fiches that a more recent one already replaces: they are history, and what is due
    since the UO1 is asked of the fiche in force."""
    cle = "identifiant_beneficiaire"
    tenues = index.filter(~pl.col("_refusee"))
    incompletes = tenues.join(niveaux, on=cle).filter(pl.col("niveau") & (pl.col("manquants").fill_null("") != ""))
    if not incompletes.height:
        return pl.Series([], dtype=pl.get_index_type())
    connues = cadre.registre.beneficiaires(cadre.lot, incompletes[cle].unique()).select(cle, "horodatage")
    recentes = (
        pl.concat([connues, tenues.select(cle, "horodatage")]).group_by(cle).agg(recente=pl.col("horodatage").max())
    )
    return incompletes.join(recentes, on=cle).filter(pl.col("horodatage") < pl.col("recente"))["_i"]


def _niveaux(identifiants: pl.Series, cadre: Cadre, jugement: Jugement) -> pl.DataFrame:
    """For each person, whether it has a unit beyond the UO0, and its first engagement."""
    colonnes = ["identifiant_beneficiaire", "uo", "date_engagement"]
    unites_connues = [cadre.registre.unites_des_beneficiaires(cadre.lot, identifiants).select(colonnes)]
    if "unite_oeuvre" in jugement.index:
        unites_connues.append(jugement.index["unite_oeuvre"].filter(pl.col("nature") != "A").select(colonnes))
    return (
        pl.concat(unites_connues)
        .group_by("identifiant_beneficiaire")
        .agg(niveau=(pl.col("uo") != "00").any(), premier_engagement=pl.col("date_engagement").min())
    )


def _declarees(jugement: Jugement) -> frozenset[str]:
    if "implantation" not in jugement.index:
        return frozenset()
    cles = jugement.index["implantation"].filter(~pl.col("_refusee"))["_cle"].drop_nulls()
    return frozenset(c.split("|", 1)[1] for c in cles)


def _juger_les_rattaches(nom: str, dossiers: pl.DataFrame, lu: EnvoiLu, cadre: Cadre, jugement: Jugement) -> None:
    index = jugement.index[nom].filter(~pl.col("_refusee"))
    lignes = index.join(dossiers, on="numero_dossier", how="left", maintain_order="left").with_columns(
        pl.col("u_connue").fill_null(False), pl.col("u_refusee").fill_null(False)
    )
    prefixe = FICHES[nom].prefixe_code
    regles = rattaches.regles_du_dossier_reclame() if nom == "reclamation" else rattaches.regles_du_dossier(prefixe)
    refuser(regles, lignes, nom, jugement)
    lignes = lignes.filter(pl.col("u_connue") & (pl.col("nature") != "A"))
    if nom == "interaction":
        refuser(rattaches.regles_d_interaction(), lignes, nom, jugement)
    if nom == "livrable":
        lignes = pieces.joindre_les_pieces(lignes, lu.pieces, cadre.piece_deja_recue)
        refuser(rattaches.regles_de_livrable(), lignes, nom, jugement)
