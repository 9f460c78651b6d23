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
    """Read manifeste.json; every key is mandatory. Raises E-FIC-012 with what is wrong."""

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
    absentes = [
        cle
        for cle in ("version", "lot", "emetteur", "sequence", "comptes", "empreintes")
        if valeurs.get(cle) in (None, "")
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
        comptes,
        {fichier: empreinte.lower() for fichier, empreinte in empreintes.items()},
    )


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
