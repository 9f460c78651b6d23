"""What the exchange point would say of fiches, were they sent now: the reception itself, as a trial."""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cepage.echanges.canaux import milieux
from cepage.echanges.canaux.catalogue import SAISIE
from cepage.echanges.canaux.saisie import pieces
from cepage.echanges.canaux.saisie.enums import Nature
from cepage.echanges.canaux.saisie.models import FicheSaisie
from cepage.echanges.canaux.saisie.sections import libelle
from cepage.echanges.contrat.fiches import FICHES
from cepage.echanges.envoi.redaction import nom_du_fichier, rediger
from cepage.echanges.reception import preuves
from cepage.echanges.reception.enums import Mode
from cepage.echanges.reception.services import Depot, recevoir

PARIS = ZoneInfo("Europe/Paris")
BLOQUANT = "bloquant"
Constat = dict[str, Any]
_GARDES = ("champ", "code", "gravite", "message", "remede", "clause")


@dataclass
class Redigee:
    """A fiche as it is written in an envoi."""

    fiche: str
    nature: str
    contenu: Mapping[str, str]
    piece: str
    ligne: int | None = None


@dataclass(frozen=True)
class Essai:
    """What was said of each fiche, by its identifier, and of the whole."""

    constats: dict[str, list[Constat]] = field(default_factory=dict)
    remarques: list[Constat] = field(default_factory=list)

    def bloquee(self, fiche: FicheSaisie) -> bool:
        """True when this fiche would be refused."""
        return any(c["gravite"] == BLOQUANT for c in self.constats.get(str(fiche.pk), []))


def ecrire_l_envoi(fiches: Sequence[FicheSaisie], *, emetteur: str, lot: str, sequence: int, le: datetime) -> bytes:
    """The archive of these fiches; each is given its line. A fiche not dated yet is as of `le`."""
    redigees = [_rediger(fiche, le) for fiche in fiches]

    def lire_piece(empreinte: str) -> bytes:
        attente = pieces.chemin(emetteur, empreinte)
        return (attente if attente.is_file() else preuves.chemin(empreinte)).read_bytes()

    octets = rediger(redigees, emetteur=emetteur, lot=lot, sequence=sequence, lire_piece=lire_piece)
    for fiche, redigee in zip(fiches, redigees, strict=True):
        fiche.ligne = redigee.ligne
    return octets


def _rediger(fiche: FicheSaisie, le: datetime) -> Redigee:
    noms = FICHES[fiche.fiche].noms
    contenu: dict[str, str] = dict(fiche.contenu)
    if "lot" in noms:
        contenu["lot"] = fiche.lot
    if "horodatage" in noms:
        instant = (fiche.horodatage or le).astimezone(PARIS).isoformat()
        contenu |= {"nature": fiche.nature, "horodatage": instant}
    if fiche.nature == Nature.ANNULATION:
        gardes = {"nature", "horodatage", *FICHES[fiche.fiche].cle}
        contenu = {nom: texte for nom, texte in contenu.items() if nom in gardes}
    # A file received before is known at the exchange point by its hash: it does not travel again.
    attend = bool(fiche.piece) and pieces.chemin(fiche.emetteur, fiche.piece).is_file()
    return Redigee(fiche.fiche, fiche.nature, contenu, fiche.piece if attend else "")


def essayer(fiches: Sequence[FicheSaisie], *, emetteur: str, lot: str, le: datetime) -> Essai:
    """Try these fiches of one lot together; nothing enters, nothing moves."""
    if not fiches:
        return Essai()
    lignes = [fiche.ligne for fiche in fiches]
    octets = ecrire_l_envoi(fiches, emetteur=emetteur, lot=lot, sequence=0, le=le)
    with tempfile.TemporaryDirectory(prefix="cepage-saisie-") as repertoire, milieux.dans(emetteur, bac=False):
        chemin = Path(repertoire) / nom_du_fichier(emetteur, lot, le.astimezone(PARIS), 0)
        chemin.write_bytes(octets)
        accuse = recevoir(Depot(chemin, lot, le, mode=Mode.ESSAI, canal=SAISIE.nom, emetteur=emetteur))
    essai = ranger(fiches, accuse.anomalies)
    for fiche, ligne in zip(fiches, lignes, strict=True):
        fiche.ligne = ligne
    return essai


def ranger(fiches: Iterable[FicheSaisie], anomalies: Iterable[Mapping[str, Any]]) -> Essai:
    """The anomalies of a receipt, each with the fiche at its place."""
    par_place = {(fiche.fiche, fiche.ligne): fiche for fiche in fiches}
    essai = Essai()
    for anomalie in anomalies:
        trouvee = par_place.get((str(anomalie["fiche"]), anomalie["ligne"]))
        constat = _constat(anomalie)
        if trouvee is None:
            essai.remarques.append(constat)
        else:
            essai.constats.setdefault(str(trouvee.pk), []).append(constat)
    return essai


def _constat(anomalie: Mapping[str, Any]) -> Constat:
    """What is kept of an anomaly, the field called as on the screen."""
    constat = {nom: anomalie[nom] for nom in _GARDES}
    champ, fiche = anomalie["champ"], anomalie["fiche"]
    if champ and fiche in FICHES and champ in FICHES[fiche].noms:
        lisible = libelle(fiche, champ, FICHES[fiche].champ(champ).libelle)
        for nom in ("message", "remede"):
            constat[nom] = constat[nom].replace(f"« {champ} »", f"« {lisible} »")
    return constat
