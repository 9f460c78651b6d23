"""The tree an operator sees: `depot/`, `retours/`, `archives/`, one root per operator and per milieu.

The place of a file in `depot/` says its lot and its mode: `depot/08/`, `depot/08/essai/`, `depot/08/tout_ou_rien/`.
A file that bears the contract's name (CEP_<lot>_…) may be laid in `depot/` itself.
"""

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from django.conf import settings

from cepage.echanges.canaux.acces.authentification import Acces
from cepage.echanges.canaux.ftps.refus import Refus
from cepage.echanges.reception.enums import Mode
from cepage.echanges.reception.services import NOM_ENVOI
from cepage.fondations.comptes.models import Organisation
from cepage.fondations.referentiels import territoires

DEPOT, RETOURS, ARCHIVES = "depot", "retours", "archives"
PROVISOIRES = (".part", ".filepart")
MODES = {mode.value: mode for mode in (Mode.ESSAI, Mode.TOUT_OU_RIEN)}
NOM_MAXIMAL = 200
_MILIEUX = {False: "reel", True: "bac_a_sable"}


@dataclass(frozen=True)
class Destination:
    """What the place of a file says: its lot, its mode, its name, and its folder under `depot/`."""

    lot: str
    mode: Mode
    nom: str
    dossier: str

    @property
    def chemin(self) -> str:
        """Its path under `depot/`, the same as that of its receipt under `retours/`."""
        return f"{self.dossier}/{self.nom}".lstrip("/")


def base() -> Path:
    """Where this channel keeps everything."""
    return Path(settings.CEPAGE_DONNEES) / "ftps"


def racine(emetteur: str, *, bac: bool) -> Path:
    """The root of an operator, in the register or in its sandbox."""
    return base() / _MILIEUX[bac] / emetteur


def toutes() -> list[Path]:
    """The roots there are."""
    return [lieu for milieu in _MILIEUX.values() for lieu in (base() / milieu).glob("*")]


def preparer(acces: Acces) -> Path:
    """The root of an entry, with a folder for each lot it may send; gives it."""
    lieu = racine(acces.emetteur, bac=acces.bac_a_sable)
    for nom in (DEPOT, RETOURS, ARCHIVES):
        (lieu / nom).mkdir(parents=True, exist_ok=True)
    for lot in lots(acces):
        for mode in MODES:
            for nom in (DEPOT, RETOURS):
                (lieu / nom / lot / mode).mkdir(parents=True, exist_ok=True)
    return lieu


def lots(acces: Acces) -> list[str]:
    """The lots of an operator; in its sandbox, every lot."""
    if acces.bac_a_sable:
        return sorted(territoires.lots())
    return sorted(Organisation.objects.get(code_emetteur=acces.emetteur).lots)


def provisoire(nom: str) -> bool:
    """True for the name of a file still being written."""
    return nom.lower().endswith(PROVISOIRES)


def nom_final(nom: str) -> str:
    """The name a file will bear once whole."""
    for fin in PROVISOIRES:
        if nom.lower().endswith(fin):
            return nom[: -len(fin)]
    return nom


def destination(relatif: PurePosixPath) -> Destination:
    """What the path of a file under `depot/` means. Raises Refus."""
    *dossiers, nom = relatif.parts or ("",)
    _verifier_le_nom(nom_final(nom))
    match dossiers:
        case []:
            lot, mode = _lot_du_nom(nom_final(nom)), Mode.NORMAL
        case [lot]:
            mode = Mode.NORMAL
        case [lot, dossier] if dossier in MODES:
            mode = MODES[dossier]
        case _:
            raise Refus(
                553,
                "Ce dossier ne reçoit pas de fichier.",
                "Déposez dans depot/LOT/, depot/LOT/essai/ ou depot/LOT/tout_ou_rien/, par exemple depot/08/.",
            )
    return Destination(lot, mode, nom_final(nom), "/".join(dossiers))


def _lot_du_nom(nom: str) -> str:
    lu = NOM_ENVOI.match(nom)
    if lu is None:
        raise Refus(
            553,
            "Le lot de ce fichier n'est pas dit.",
            "Déposez-le dans le dossier de son lot (depot/08/), ou nommez-le CEP_LOT_OPERATEUR_AAAAMMJJ_SEQUENCE.zip.",
        )
    return lu["lot"]


def _verifier_le_nom(nom: str) -> None:
    if not nom or nom.startswith("."):
        raise Refus(553, "Un nom de fichier ne commence pas par un point.", "Renommez le fichier.")
    if any(ord(c) < 32 or ord(c) == 127 or c == "�" for c in nom):
        raise Refus(553, "Ce nom de fichier ne se lit pas.", "Écrivez-le en UTF-8, sans caractère de contrôle.")
    if len(nom.encode()) > NOM_MAXIMAL:
        raise Refus(553, f"Ce nom de fichier dépasse {NOM_MAXIMAL} octets.", "Raccourcissez-le.")
