"""Receiving an envoi: read, judge, write, seal, acknowledge, all in one transaction.

A process killed anywhere leaves nothing behind but a proof file; the same envoi sent again is then received whole.
Sent again after its receipt, it gets the same receipt and changes nothing.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings
from django.db import connection, transaction

from cepage.echanges.contrat.codes import CODES, Gravite
from cepage.echanges.contrat.fiches import FICHES
from cepage.echanges.reception import preuves
from cepage.echanges.reception.accuse import CHAMPS_ANOMALIE, Accuse
from cepage.echanges.reception.annonces import annoncer
from cepage.echanges.reception.contexte import Origine, registre
from cepage.echanges.reception.controles import indicateurs
from cepage.echanges.reception.enums import Mode, Statut
from cepage.echanges.reception.lecture import AnomalieLecture, EnvoiIllisible, EnvoiLu, Limites, ouvrir
from cepage.echanges.reception.milieu import milieu
from cepage.echanges.reception.models import Anomalie, Envoi
from cepage.echanges.reception.travail import repertoire_de_travail
from cepage.echanges.reception.validation import Avancement, Cadre, Jugement, juger
from cepage.fondations.regles import Regles, charger_marche
from cepage.fondations.socle import trace
from cepage.fondations.socle.journal import sceller
from cepage.fondations.socle.portee import portee_totale

NOM_ENVOI = re.compile(r"^CEP_(?P<lot>\d{2})_(?P<emetteur>[0-9A-Z]{2})_\d{8}_\d+\.\w+$")
SCHEMA = {nom: {champ.nom: champ.multiple for champ in fiche.champs} for nom, fiche in FICHES.items()}
INCONNU = "??"
COMPTES = ("acceptees", "refusees", "inchangees")
OBLIGATOIRES = {
    nom: frozenset(champ.nom for champ in fiche.champs if champ.toujours_obligatoire) for nom, fiche in FICHES.items()
}


@dataclass(frozen=True)
class Depot:
    """A file handed to the exchange point. `emetteur` is set by an authenticated channel, else read in the file."""

    chemin: Path
    lot: str
    recu_le: datetime
    nom: str = ""
    mode: Mode = Mode.NORMAL
    canal: str = "commande"
    emetteur: str | None = None
    cle_idempotence: str | None = None

    @property
    def nom_fichier(self) -> str:
        """Name given by the emitter."""
        return self.nom or self.chemin.name


class CleReutilisee(Exception):
    """The idempotency key already served for other bytes."""


def recevoir(depot: Depot, avancement: Avancement = lambda etape, part: None) -> Accuse:
    """Receive one file and return its receipt. Raises CleReutilisee; any other defect of the file is in the receipt."""
    empreinte = preuves.empreinte_du_fichier(depot.chemin)
    if depot.mode is not Mode.ESSAI:
        with depot.chemin.open("rb") as flux:
            preuves.garder(flux, empreinte)
    with portee_totale(), repertoire_de_travail() as repertoire:
        _verrouiller_le_lot(depot.lot)
        _verifier_la_cle(depot, depot.emetteur, empreinte)
        anterieurs = list(Envoi.objects.filter(lot=depot.lot, empreinte=empreinte).order_by("id"))
        if anterieurs and anterieurs[-1].statut != Statut.REFUSE:
            return replace(accuse_de(anterieurs[-1]), deja=True)
        point = transaction.savepoint()
        accuse = _recevoir(depot, empreinte, len(anterieurs), repertoire, avancement)
        if depot.mode is Mode.ESSAI or accuse.statut is Statut.REFUSE:
            transaction.savepoint_rollback(point)
        if depot.mode is Mode.ESSAI:
            return accuse
        if anterieurs and _meme_refus(accuse, anterieur := accuse_de(anterieurs[-1])):
            return replace(anterieur, deja=True)
        _conserver(depot, accuse)
        return accuse


def _meme_refus(accuse: Accuse, anterieur: Accuse) -> bool:
    """A file refused whole is judged again, since the reason may have been mended; the same refusal is not new."""
    return accuse.statut is Statut.REFUSE and (accuse.mode, accuse.anomalies) == (anterieur.mode, anterieur.anomalies)


def accuse_de(envoi: Envoi) -> Accuse:
    """The receipt of an envoi already received."""
    anomalies = list(envoi.anomalies.order_by("rang").values(*CHAMPS_ANOMALIE))
    return Accuse(
        envoi=envoi.identifiant,
        empreinte=envoi.empreinte,
        lot=envoi.lot,
        emetteur=envoi.emetteur,
        statut=Statut(envoi.statut),
        recu_le=envoi.recu_le,
        mode=Mode(envoi.mode),
        # The database sorts the keys of JSON its own way: the receipt keeps the contract's.
        comptes={
            nom: {genre: envoi.comptes[nom][genre] for genre in COMPTES} for nom in FICHES if nom in envoi.comptes
        },
        anomalies=anomalies,
    )


def _verrouiller_le_lot(lot: str) -> None:
    """One envoi at a time per lot: the next one sees all of this one."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_advisory_xact_lock(20190407, %s)", [int(lot) if lot.isdigit() else 0])


def _verifier_la_cle(depot: Depot, emetteur: str | None, empreinte: str) -> None:
    if depot.cle_idempotence is None or emetteur is None:
        return
    connu = Envoi.objects.filter(emetteur=emetteur, cle_idempotence=depot.cle_idempotence).first()
    if connu is not None and (connu.empreinte, connu.lot) != (empreinte, depot.lot):
        raise CleReutilisee(
            "Cette clé d'idempotence a déjà servi pour un autre envoi. Prenez une nouvelle clé pour celui-ci."
        )


def _recevoir(depot: Depot, empreinte: str, anterieurs: int, repertoire: Path, avancement: Avancement) -> Accuse:
    commun = {
        "envoi": f"{depot.lot}-{empreinte[:16]}" + (f"-{anterieurs + 1}" if anterieurs else ""),
        "empreinte": empreinte,
        "lot": depot.lot,
        "recu_le": depot.recu_le,
        "mode": depot.mode,
    }
    emetteur = depot.emetteur or ""
    try:
        avancement("Lecture du fichier", 0.0)
        lu = ouvrir(
            depot.chemin,
            nom=depot.nom_fichier,
            schema=SCHEMA,
            champs_obligatoires=OBLIGATOIRES,
            limites=Limites(),
            repertoire=repertoire,
        )
        emetteur = _emetteur(depot, lu)
        _verifier_la_cle(depot, emetteur, empreinte)
        jugement = _juger(depot, lu, emetteur, repertoire, avancement)
        comptes, tardives = _enregistrer(depot, lu, jugement, str(commun["envoi"]), emetteur, avancement)
        ecarts = _ecarts_d_indicateurs(depot, jugement, repertoire)
    except EnvoiIllisible as refus:
        return Accuse(**commun, emetteur=emetteur or INCONNU, statut=Statut.REFUSE, anomalies=[_de_refus(refus, depot)])  # type: ignore[arg-type]
    anomalies = [*_anomalies(lu, jugement, tardives), *ecarts]
    statut = _statut(depot.mode, comptes)
    return Accuse(**commun, emetteur=emetteur, statut=statut, comptes=comptes, anomalies=anomalies)  # type: ignore[arg-type]


def _emetteur(depot: Depot, lu: EnvoiLu) -> str:
    """Who sends: the channel's account, the manifest, the file name, or the only holder of the lot."""
    titulaires = registre().titulaires(depot.lot)
    codes = [t.operateur for t in titulaires]
    manifeste = lu.manifeste
    if manifeste is not None and manifeste.lot not in (None, depot.lot):
        raise EnvoiIllisible(
            "E-ENV-001",
            f"L'envoi se dit du lot {manifeste.lot} et il est déposé pour le lot {depot.lot}.",
            "Déposez-le pour son lot, ou corrigez le manifeste.",
            "CCTP §1.2.2",
        )
    nom = NOM_ENVOI.match(depot.nom_fichier)
    annonces = [depot.emetteur, manifeste.emetteur if manifeste else None, nom["emetteur"] if nom else None]
    connus = [a for a in annonces if a]
    if len(set(connus)) > 1:
        raise EnvoiIllisible(
            "E-ENV-002",
            f"L'émetteur n'est pas le même partout : {', '.join(connus)}.",
            "Donnez le même code d'opérateur dans le nom du fichier et dans le manifeste.",
            "CCTP annexe 3 §1",
        )
    if not connus and len(set(codes)) == 1:
        return codes[0]
    if not connus:
        raise EnvoiIllisible(
            "E-ENV-003",
            f"L'émetteur de cet envoi n'est pas dit et le lot {depot.lot} a {len(set(codes))} titulaire(s) connu(s).",
            "Nommez le fichier CEP_<lot>_<opérateur>_<AAAAMMJJ>_<séquence> ou joignez un manifeste.",
            "CCTP annexe 3 §1",
        )
    if connus[0] not in codes:
        raise EnvoiIllisible(
            "E-ENV-004",
            f"L'opérateur {connus[0]} n'est pas titulaire du lot {depot.lot}.",
            "Vérifiez le lot et le code de l'opérateur ; les titulaires s'importent par « cepage marche importer ».",
            "CCTP §1.2.2",
        )
    return connus[0]


def _juger(depot: Depot, lu: EnvoiLu, emetteur: str, repertoire: Path, avancement: Avancement) -> Jugement:
    regles = charger_marche("A")
    cadre = Cadre(
        lot=depot.lot,
        emetteur=emetteur,
        recu_le=depot.recu_le,
        regles=regles,
        registre=registre(),
        repertoire=repertoire,
        nir_autorise=_nir_autorise(regles, depot.recu_le.date()),
        piece_deja_recue=preuves.presente,
    )
    return juger(lu, cadre, avancement)


def _nir_autorise(regles: Regles, le: date) -> bool:
    """The contract must ask for the NIR on that day (décret 2019-341) and this instance be set to keep it; where an
    operator tries its envois, it says itself which rules it tries."""
    remplacant = milieu()
    if remplacant is not None:
        return remplacant.nir_autorise
    return bool(settings.CEPAGE_NIR) and regles.oui_non("envoi.nir_recueilli", le=le)


def _enregistrer(
    depot: Depot, lu: EnvoiLu, jugement: Jugement, identifiant: str, emetteur: str, avancement: Avancement
) -> tuple[dict[str, dict[str, int]], list[tuple[str, pl.DataFrame]]]:
    origine = Origine(identifiant, depot.lot, emetteur, depot.recu_le)
    comptes: dict[str, dict[str, int]] = {}
    tardives = []
    illisibles = _lignes_illisibles(lu)
    for rang, (nom, reserve) in enumerate(jugement.reserves.items()):
        avancement(f"Enregistrement : {FICHES[nom].libelle.lower()}", rang / len(jugement.reserves))
        _, refusees = reserve.comptes()
        fait = registre().enregistrer(origine, nom, reserve.acceptees())
        refusees += illisibles.get(nom, 0)
        comptes[nom] = dict(zip(COMPTES, (fait.nouvelles, refusees, fait.inchangees), strict=True))
        if fait.tardives.height:
            tardives.append((nom, fait.tardives))
    if depot.mode is not Mode.ESSAI:
        _garder_les_pieces(lu, jugement)
    return comptes, tardives


def _lignes_illisibles(lu: EnvoiLu) -> dict[str, int]:
    lignes = {(a.fiche, a.fichier, a.ligne) for a in lu.avertissements if a.gravite == "bloquant" and a.ligne}
    comptes: dict[str, int] = {}
    for fiche, _, _ in lignes:
        if fiche is not None:
            comptes[fiche] = comptes.get(fiche, 0) + 1
    return comptes


def _garder_les_pieces(lu: EnvoiLu, jugement: Jugement) -> None:
    if "livrable" not in jugement.reserves:
        return
    for lot in jugement.reserves["livrable"].acceptees():
        for nom in lot["nom_fichier"].drop_nulls():
            piece = lu.pieces.get(nom)
            if piece is not None:
                with piece.ouvrir() as flux:
                    preuves.garder(flux, piece.sha256)


def _statut(mode: Mode, comptes: dict[str, dict[str, int]]) -> Statut:
    refusees = sum(c["refusees"] for c in comptes.values())
    entrees = sum(c["acceptees"] + c["inchangees"] for c in comptes.values())
    if not refusees:
        return Statut.ACCEPTE
    if mode is Mode.TOUT_OU_RIEN or not entrees:
        return Statut.REFUSE
    return Statut.PARTIEL


def _anomalies(lu: EnvoiLu, jugement: Jugement, tardives: list[tuple[str, pl.DataFrame]]) -> list[dict[str, Any]]:
    anomalies: list[dict[str, Any]] = [_de_lecture(a) for a in lu.avertissements]
    for constat in jugement.releve.cadre().iter_rows(named=True):
        anomalies.append(_anomalie(**constat))
    for nom, lignes in tardives:
        code = f"E-{FICHES[nom].prefixe_code}-005"
        for fichier, ligne, cle in lignes.iter_rows():
            anomalies.append(_anomalie(fichier, ligne, nom, cle, None, None, code, None))
    return anomalies


def _ecarts_d_indicateurs(depot: Depot, jugement: Jugement, repertoire: Path) -> list[dict[str, Any]]:
    """The figures sent that the register, this envoi included, does not give."""
    if "indicateur" not in jugement.reserves:
        return []
    tolerance = charger_marche("A").decimal("indicateurs.ecart_signale", le=depot.recu_le.date())
    return [
        _anomalie(e["_fichier"], e["_ligne"], "indicateur", e["_cle"], "valeur", e["valeur"], "E-IND-010", e["detail"])
        for e in indicateurs.ecarts(depot.lot, jugement.reserves["indicateur"], tolerance, repertoire)
    ]


def _de_lecture(anomalie: AnomalieLecture) -> dict[str, Any]:
    """An anomaly of the reading. A raw line may hold anybody's name: its text never goes into the receipt."""
    ligne: dict[str, Any] = {nom: getattr(anomalie, nom) for nom in CHAMPS_ANOMALIE if nom != "cle"}
    return ligne | {"cle": None, "valeur": None if anomalie.valeur is None else "(masqué)"}


def _anomalie(
    fichier: str | None,
    ligne: int | None,
    fiche: str | None,
    cle: str | None,
    champ: str | None,
    valeur: str | None,
    code: str,
    detail: str | None,
) -> dict[str, Any]:
    connu = CODES[code]
    precisions = {"champ": champ or "", "valeur": valeur or "", "detail": detail or ""}
    return {
        "fichier": fichier,
        "ligne": ligne,
        "fiche": fiche,
        "cle": cle,
        "champ": champ or None,
        "valeur": valeur,
        "code": code,
        "gravite": str(connu.gravite),
        "message": connu.message.format(**precisions),
        "remede": connu.remede.format(**precisions),
        "clause": connu.clause,
    }


def _de_refus(refus: EnvoiIllisible, depot: Depot) -> dict[str, Any]:
    vide: dict[str, Any] = dict.fromkeys(CHAMPS_ANOMALIE)
    return vide | {
        "fichier": depot.nom_fichier,
        "code": refus.code,
        "gravite": str(Gravite.BLOQUANT),
        "message": refus.message,
        "remede": refus.remede,
        "clause": refus.clause,
    }


def _conserver(depot: Depot, accuse: Accuse) -> None:
    """Keep the envoi and its receipt, and seal them in the journal."""
    envoi = Envoi.objects.create(
        identifiant=accuse.envoi,
        lot=accuse.lot,
        emetteur=accuse.emetteur,
        nom_fichier=depot.nom_fichier[:255],
        empreinte=accuse.empreinte,
        taille=depot.chemin.stat().st_size,
        canal=depot.canal,
        mode=accuse.mode,
        statut=accuse.statut,
        recu_le=accuse.recu_le,
        cle_idempotence=depot.cle_idempotence if accuse.emetteur != INCONNU else None,
        comptes=accuse.comptes,
        total_anomalies=len(accuse.anomalies),
        trace=trace.courante(),
    )
    _copier_les_anomalies(envoi, accuse.anomalies)
    annoncer(accuse)
    sceller(
        "envoi",
        accuse.envoi,
        {"empreinte": accuse.empreinte, "statut": str(accuse.statut), "comptes": accuse.comptes},
        le=accuse.recu_le,
        emetteur=accuse.emetteur,
    )


def _copier_les_anomalies(envoi: Envoi, anomalies: list[dict[str, Any]]) -> None:
    if not anomalies:
        return
    colonnes = ["envoi_id", "emetteur", "rang", *CHAMPS_ANOMALIE]
    with connection.cursor() as curseur:
        curseur.execute(
            f"CREATE TEMP TABLE arrivee_anomalie ON COMMIT DROP AS SELECT {', '.join(colonnes)} "
            f"FROM {Anomalie._meta.db_table} WITH NO DATA"
        )
        with curseur.copy(f"COPY arrivee_anomalie ({', '.join(colonnes)}) FROM STDIN") as copie:
            for rang, anomalie in enumerate(anomalies, start=1):
                valeurs = [anomalie[nom] for nom in CHAMPS_ANOMALIE]
                copie.write_row([envoi.pk, envoi.emetteur, rang, *(_sans_nul(v) for v in valeurs)])
        curseur.execute(
            f"INSERT INTO {Anomalie._meta.db_table} ({', '.join(colonnes)}) "
            f"SELECT {', '.join(colonnes)} FROM arrivee_anomalie ORDER BY rang"
        )
        curseur.execute("DROP TABLE arrivee_anomalie")


def _sans_nul(valeur: object) -> object:
    return valeur.replace("\x00", "�") if isinstance(valeur, str) else valeur
