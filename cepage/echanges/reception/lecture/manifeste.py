"""The heading of an envoi: manifeste.json of an archive, or the heading of a JSON or XML document."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from cepage.echanges.reception.lecture.modeles import Anomalies, Manifeste, illisible

NOM_MANIFESTE = "manifeste.json"
_NOM_ARCHIVE = re.compile(r"CEP_([^_]+)_([^_]+)_(\d{8})_(\d+)\.zip", re.IGNORECASE)
_EMPREINTE = re.compile(r"[0-9a-fA-F]{64}")


def entete(nom: str, valeurs: Mapping[str, Any], code: str = "E-FIC-030") -> Manifeste:
    """Check version, lot, emetteur (text) and sequence (whole number, as number or text); raise `code`."""
    textes: dict[str, str | None] = {}
    for champ in ("version", "lot", "emetteur"):
        valeur = valeurs.get(champ)
        if valeur is not None and (not isinstance(valeur, str) or len(valeur) > 100):
            raise illisible(code, fichier=nom, detail=f"« {champ} » doit être un texte")
        textes[champ] = valeur or None
    brute = valeurs.get("sequence")
    sequence: int | None = None
    if brute is not None:
        texte = str(brute)
        if isinstance(brute, bool) or not re.fullmatch(r"[0-9]{1,18}", texte):
            raise illisible(code, fichier=nom, detail="« sequence » doit être un entier positif")
        sequence = int(texte)
    return Manifeste(textes["version"], textes["lot"], textes["emetteur"], sequence)


def lire_manifeste(nom: str, contenu: bytes) -> Manifeste:
    """Read manifeste.json; only the counts may be absent. Raises E-FIC-012 with what is wrong."""

    def refus(detail: str) -> Exception:
        return illisible("E-FIC-012", fichier=nom, detail=detail)

    try:
        valeurs = json.loads(contenu.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise refus("il n'est pas encodé en UTF-8") from None
    except RecursionError:
        raise refus("il imbrique trop de niveaux") from None
    except ValueError as erreur:
        raise refus(f"JSON mal formé ({erreur})") from None
    if not isinstance(valeurs, dict):
        raise refus("ce n'est pas un objet JSON")
    valeurs = {"comptes": _comptes(valeurs), "empreintes": _empreintes(valeurs), **valeurs}
    absentes = [
        cle for cle in ("version", "lot", "emetteur", "sequence", "empreintes") if valeurs.get(cle) in (None, "")
    ]
    if absentes:
        raise refus("il manque " + ", ".join(absentes))
    tete = entete(nom, valeurs, "E-FIC-012")
    comptes, empreintes = valeurs["comptes"], valeurs["empreintes"]
    if not isinstance(comptes, dict) or not all(type(n) is int and n >= 0 for n in comptes.values()):
        raise refus("« comptes » doit donner un nombre entier par fiche")
    if not isinstance(empreintes, dict) or not all(
        isinstance(e, str) and _EMPREINTE.fullmatch(e) for e in empreintes.values()
    ):
        raise refus("« empreintes » doit donner un SHA-256 en hexadécimal par fichier")
    return Manifeste(
        tete.version,
        tete.lot,
        tete.emetteur,
        tete.sequence,
        {fiche.removesuffix(".csv"): nombre for fiche, nombre in comptes.items()},
        {fichier: empreinte.lower() for fichier, empreinte in empreintes.items()},
    )


def _comptes(valeurs: Mapping[str, Any]) -> dict[str, int]:
    """The counts under another name than `comptes`: an object of whole numbers; none when there is none."""
    for valeur in valeurs.values():
        if isinstance(valeur, dict) and valeur and all(type(n) is int for n in valeur.values()):
            return valeur
    return {}


def _empreintes(valeurs: Mapping[str, Any]) -> dict[str, str] | None:
    """The fingerprints under another name than `empreintes`: file → SHA-256, or file → object that holds one, or a
    list of objects that hold a name and one. The contract names what the manifest says, not the keys it uses."""
    for valeur in valeurs.values():
        couples = list(valeur.items()) if isinstance(valeur, dict) else []
        if isinstance(valeur, list):
            couples = [(_nom_de_membre(membre), membre) for membre in valeur]
        trouvees = {nom: _sha256_de(membre) for nom, membre in couples}
        if trouvees and all(nom and empreinte for nom, empreinte in trouvees.items()):
            return {str(nom): str(empreinte) for nom, empreinte in trouvees.items()}
    return None


def _sha256_de(membre: object) -> str | None:
    candidats = membre.values() if isinstance(membre, dict) else [membre]
    return next((c for c in candidats if isinstance(c, str) and _EMPREINTE.fullmatch(c)), None)


def _nom_de_membre(membre: object) -> str | None:
    candidats = membre.values() if isinstance(membre, dict) else []
    return next((c for c in candidats if isinstance(c, str) and not _EMPREINTE.fullmatch(c)), None)


def confronter_nom(nom: str, manifeste: Manifeste, anomalies: Anomalies) -> None:
    """Compare the archive's name with its manifest: refused when they contradict each other (E-FIC-023),
    a warning when the name is not of the agreed form (W-FIC-004)."""
    forme = _NOM_ARCHIVE.fullmatch(nom.rsplit("/", 1)[-1])
    if forme is None:
        anomalies.ajouter("W-FIC-004", fichier=nom)
        return
    couples = (
        ("lot", forme[1], manifeste.lot),
        ("opérateur", forme[2], manifeste.emetteur),
        ("séquence", str(int(forme[4])), str(manifeste.sequence)),
    )
    for quoi, du_nom, du_manifeste in couples:
        if du_nom != du_manifeste:
            detail = f"{quoi} « {du_nom} » dans le nom, « {du_manifeste} » dans le manifeste"
            raise illisible("E-FIC-023", fichier=nom, detail=detail)
