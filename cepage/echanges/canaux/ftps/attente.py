"""Files received whole that wait for their judgement, in the order they came, out of their sender's sight.

A file enters by one renaming, after its slip (who, where to, when) is on disk: either it waits whole, or it is still
in `depot/`. It leaves when its receipt is written. Between the two, any stop loses nothing.
"""

import hashlib
import json
import os
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from cepage.echanges.canaux.acces.authentification import Acces
from cepage.echanges.canaux.ftps import racines, retours
from cepage.echanges.canaux.ftps.racines import Destination
from cepage.echanges.canaux.ftps.refus import Refus
from cepage.echanges.reception.enums import Mode

_BORDEREAU, _OCTETS, _JUGE = ".json", ".octets", ".juge"
_un_a_la_fois = threading.Lock()


@dataclass(frozen=True)
class Bordereau:
    """What is known of a waiting file beside its bytes."""

    identifiant: str
    emetteur: str
    cle: str
    bac_a_sable: bool
    lot: str
    mode: str
    nom: str
    dossier: str
    recu_le: str
    trace: str

    @property
    def destination(self) -> Destination:
        """Where it was laid."""
        return Destination(self.lot, Mode(self.mode), self.nom, self.dossier)

    @property
    def instant(self) -> datetime:
        """When it was received whole."""
        return datetime.fromisoformat(self.recu_le)

    @property
    def racine(self) -> Path:
        """The root of its sender."""
        return racines.racine(self.emetteur, bac=self.bac_a_sable)


@dataclass(frozen=True)
class Attendu:
    """A waiting file: its slip and its bytes."""

    bordereau: Bordereau
    octets: Path

    def liberer(self) -> "Attendu":
        """Free its name just before its receipt is laid: whoever reads the receipt may send again at once."""
        return replace(self, octets=self.octets.rename(self.octets.with_suffix(_JUGE)))

    def sortir(self) -> None:
        """Forget it: its receipt is laid."""
        self.octets.unlink(missing_ok=True)
        self.octets.with_suffix(_BORDEREAU).unlink(missing_ok=True)


def repertoire() -> Path:
    """Where they wait."""
    lieu = racines.base() / "attente"
    lieu.mkdir(parents=True, exist_ok=True)
    return lieu


def entrer(acces: Acces, fichier: Path, destination: Destination, *, le: datetime) -> Bordereau:
    """Take a whole file out of `depot/`; it is on disk when this returns. Raises Refus, OSError.

    The receipt of an earlier file of the same name leaves `retours/` (it stays in `archives/`): the next one found
    there is that of this file.
    """
    bordereau = Bordereau(
        identifiant=str(uuid.uuid4()),
        emetteur=acces.emetteur,
        cle=acces.identifiant,
        bac_a_sable=acces.bac_a_sable,
        lot=destination.lot,
        mode=str(destination.mode),
        nom=destination.nom,
        dossier=destination.dossier,
        recu_le=le.isoformat(),
        trace=uuid.uuid4().hex,
    )
    with _un_a_la_fois:
        exiger_libre(acces, destination)
        place = repertoire() / f"{time.time_ns():020d}-{_marque(acces, destination)}-{bordereau.identifiant}"
        _ecrire(place.with_suffix(_BORDEREAU), json.dumps(asdict(bordereau), ensure_ascii=False).encode())
        with fichier.open("rb") as flux:
            os.fsync(flux.fileno())
        retours.oublier(bordereau.racine, destination)
        fichier.rename(place.with_suffix(_OCTETS))
        _assurer(repertoire())
    return bordereau


def exiger_libre(acces: Acces, destination: Destination) -> None:
    """Raise Refus while a file of the same place waits for its receipt: two receipts would bear one name."""
    if any(repertoire().glob(f"*-{_marque(acces, destination)}-*{_OCTETS}")):
        raise Refus(
            450,
            f"Un fichier {destination.nom} est déjà en cours de contrôle.",
            f"Attendez son accusé dans retours/{destination.dossier}, ou donnez un autre nom à celui-ci.",
        )


def taille(acces: Acces) -> int:
    """How many bytes of this entry's root wait."""
    return sum(f.stat().st_size for f in repertoire().glob(f"*-{_racine(acces)}-*{_OCTETS}"))


def lister() -> Iterator[Attendu]:
    """The waiting files, the oldest first."""
    for octets in sorted(f for f in repertoire().iterdir() if f.suffix in (_OCTETS, _JUGE)):
        yield Attendu(Bordereau(**json.loads(octets.with_suffix(_BORDEREAU).read_bytes())), octets)


def balayer() -> None:
    """Remove what a stopped server left: slips without a file, drafts. No other may be running."""
    presents = {f.stem for f in repertoire().iterdir() if f.suffix in (_OCTETS, _JUGE)}
    for fichier in repertoire().iterdir():
        if fichier.suffix in (".tmp", _BORDEREAU) and (fichier.suffix == ".tmp" or fichier.stem not in presents):
            fichier.unlink(missing_ok=True)


def _marque(acces: Acces, destination: Destination) -> str:
    """Whose file it is and where it was laid, in the name of its files: found without opening any slip."""
    return f"{_racine(acces)}-{hashlib.sha256(destination.chemin.encode()).hexdigest()[:16]}"


def _racine(acces: Acces) -> str:
    return acces.emetteur + ("b" if acces.bac_a_sable else "")


def _ecrire(chemin: Path, contenu: bytes) -> None:
    provisoire = chemin.with_suffix(".tmp")
    with provisoire.open("wb") as flux:
        flux.write(contenu)
        flux.flush()
        os.fsync(flux.fileno())
    provisoire.rename(chemin)


def _assurer(dossier: Path) -> None:
    descripteur = os.open(dossier, os.O_RDONLY)
    try:
        os.fsync(descripteur)
    finally:
        os.close(descripteur)
