"""Cut a monthly envoi into the daily envois an operator would have sent: by the day each fiche was produced."""

import csv
import hashlib
import io
import json
import zipfile
from collections import defaultdict
from pathlib import Path

_INSTANT_FIXE = (2020, 1, 1, 0, 0, 0)


def couper(envoi: Path, sortie: Path) -> list[Path]:
    """Write in `sortie` one envoi a day from the monthly `envoi`; fiches without an instant go with the first day.

    Sequences follow the monthly one's, so that names stay unique within the lot.
    """
    _, lot, emetteur, _, sequence = envoi.stem.split("_")
    with zipfile.ZipFile(envoi) as archive:
        manifeste = json.loads(archive.read("manifeste.json"))
        jours = _par_jour(archive)
        ecrits = []
        for rang, jour in enumerate(sorted(jours)):
            nom = f"CEP_{lot}_{emetteur}_{jour.replace('-', '')}_{int(sequence) + rang:04d}.zip"
            contenu = _contenu(archive, jours[jour])
            _ecrire(sortie / nom, contenu, {**manifeste, "sequence": int(sequence) + rang})
            ecrits.append(sortie / nom)
    return ecrits


def _par_jour(archive: zipfile.ZipFile) -> dict[str, dict[str, list[dict[str, str]]]]:
    jours: dict[str, dict[str, list[dict[str, str]]]] = defaultdict(lambda: defaultdict(list))
    sans_instant: dict[str, list[dict[str, str]]] = defaultdict(list)
    for membre in sorted(n for n in archive.namelist() if n.endswith(".csv")):
        with archive.open(membre) as flux:
            for ligne in csv.DictReader(io.TextIOWrapper(flux, "utf-8-sig", newline=""), delimiter=";"):
                if ligne.get("horodatage"):
                    jours[ligne["horodatage"][:10]][membre].append(ligne)
                else:
                    sans_instant[membre].append(ligne)
    if jours and sans_instant:
        jours[min(jours)].update(sans_instant)
    return jours


def _contenu(archive: zipfile.ZipFile, membres: dict[str, list[dict[str, str]]]) -> dict[str, bytes]:
    presents = set(archive.namelist())
    contenu: dict[str, bytes] = {}
    for membre, lignes in membres.items():
        texte = io.StringIO()
        ecrivain = csv.DictWriter(texte, list(lignes[0]), delimiter=";", lineterminator="\n")
        ecrivain.writeheader()
        ecrivain.writerows(lignes)
        contenu[membre] = texte.getvalue().encode()
        for ligne in lignes:
            piece = f"livrables/{ligne.get('nom_fichier')}"
            if piece in presents:
                contenu[piece] = archive.read(piece)
    return contenu


def _ecrire(destination: Path, contenu: dict[str, bytes], manifeste: dict[str, object]) -> None:
    manifeste["comptes"] = {
        nom.removesuffix(".csv"): len(list(csv.reader(io.StringIO(octets.decode()), delimiter=";"))) - 1
        for nom, octets in contenu.items()
        if nom.endswith(".csv")
    }
    manifeste["empreintes"] = {nom: hashlib.sha256(octets).hexdigest() for nom, octets in contenu.items()}
    with zipfile.ZipFile(destination, "w", zipfile.ZIP_DEFLATED) as archive:
        membres = {"manifeste.json": json.dumps(manifeste, ensure_ascii=False, indent=1).encode(), **contenu}
        for nom in sorted(membres):
            archive.writestr(zipfile.ZipInfo(nom, _INSTANT_FIXE), membres[nom], zipfile.ZIP_DEFLATED)
