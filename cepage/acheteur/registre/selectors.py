"""Reading the register: versions of a dossier, what was known at a date, the hash of the whole state."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q

from cepage.acheteur.registre.models import TABLES, Version
from cepage.echanges.contrat.fiches import FICHES
from cepage.echanges.reception.contexte import EtatConnu

PARIS = ZoneInfo("Europe/Paris")
_RATTACHEES = ("interaction", "livrable")


@dataclass(frozen=True)
class VersionLue:
    """One version with its fields, and what changed from the version before it.

    `tardive`: it never was the current state, a more recent one being known; `premiere`: first of its key.
    """

    fiche: str
    cle: str
    nature: str
    horodatage: datetime
    recu_le: datetime
    envoi: str
    fichier: str
    ligne: int
    courante: bool
    contenu: dict[str, Any]
    changements: dict[str, tuple[Any, Any]]
    lot: str = ""
    emetteur: str = ""
    tardive: bool = False
    premiere: bool = False
    identifiant: int = 0

    def en_dict(self) -> dict[str, Any]:
        """As the command prints it."""
        return {
            "fiche": self.fiche,
            "cle": self.cle,
            "nature": self.nature,
            "horodatage": self.horodatage.isoformat(),
            "recu_le": self.recu_le.isoformat(),
            "envoi": self.envoi,
            "fichier": self.fichier,
            "ligne": self.ligne,
            "courante": self.courante,
            "contenu": self.contenu,
            "changements": {nom: list(valeurs) for nom, valeurs in self.changements.items()},
        }


def fin_de_journee(jour: date) -> datetime:
    """The instant at which a day ends in Paris."""
    return datetime.combine(jour + timedelta(days=1), time(), PARIS)


def versions_du_dossier(
    numero: str, *, connu_le: date | None = None, en_vigueur_le: datetime | None = None
) -> list[VersionLue]:
    """Every version of a dossier and of what belongs to it, oldest first.

    `connu_le`: only what had been received at the end of that day; `en_vigueur_le`: only what had been produced by
    that instant.
    """
    versions = _versions("unite_oeuvre", Q(cle=numero), connu_le, en_vigueur_le)
    for fiche in _RATTACHEES:
        filtre = Q(cle__gte=f"{numero}|", cle__lt=f"{numero}}}")
        versions += _versions(fiche, filtre, connu_le, en_vigueur_le)
    return versions


def versions_de_la_personne(lot: str, identifiant: str, *, connu_le: date | None = None) -> list[VersionLue]:
    """Every version of a beneficiary, oldest first."""
    return _versions("beneficiaire", Q(cle=f"{lot}|{identifiant}"), connu_le, None)


def _versions(fiche: str, filtre: Q, connu_le: date | None, en_vigueur_le: datetime | None) -> list[VersionLue]:
    table = TABLES[fiche]
    lignes = table._default_manager.filter(filtre)
    limite = fin_de_journee(connu_le) if connu_le else None
    if limite:
        lignes = lignes.filter(recu_le__lt=limite)
    if en_vigueur_le:
        lignes = lignes.filter(horodatage__lte=en_vigueur_le)
    lues: list[VersionLue] = []
    precedentes: dict[str, dict[str, Any]] = {}
    for version in lignes.order_by("cle", "horodatage", "id"):
        contenu = contenu_de(version, fiche)
        avant = precedentes.get(version.cle)
        changements = {} if avant is None else _differences(avant, contenu)
        precedentes[version.cle] = contenu
        lues.append(_lue(version, fiche, contenu, changements, limite, premiere=avant is None))
    return lues


def _lue(
    version: Version,
    fiche: str,
    contenu: dict[str, Any],
    changements: dict[str, tuple[Any, Any]],
    limite: datetime | None,
    *,
    premiere: bool,
) -> VersionLue:
    fin = version.connu_jusqu_a
    courante = version.connu_de is not None and (fin is None or (limite is not None and fin >= limite))
    return VersionLue(
        fiche,
        version.cle,
        version.nature,
        version.horodatage,
        version.recu_le,
        version.envoi,
        version.fichier,
        version.ligne,
        courante,
        contenu,
        changements,
        lot=version.lot,
        emetteur=version.emetteur,
        tardive=version.connu_de is None,
        premiere=premiere,
        identifiant=version.pk,
    )


def etats(fiche: str, *, lot: str | None, connu_le: date | None, apres: int, taille: int) -> list[EtatConnu]:
    """At most `taille` states after the version `apres`, oldest first: the current ones, or as known on a day."""
    lignes = TABLES[fiche]._default_manager.filter(connu_de__isnull=False, pk__gt=apres)
    if connu_le:
        limite = fin_de_journee(connu_le)
        encore = Q(connu_jusqu_a__isnull=True) | Q(connu_jusqu_a__gte=limite)
        lignes = lignes.filter(encore, connu_de__lt=limite)
    else:
        lignes = lignes.filter(connu_jusqu_a__isnull=True)
    if lot:
        lignes = lignes.filter(lot=lot)
    return [
        EtatConnu(v.pk, v.cle, v.nature, v.horodatage, v.recu_le, v.envoi, v.fichier, v.ligne, contenu_de(v, fiche))
        for v in lignes.order_by("pk")[:taille]
    ]


def contenu_de(version: Version, fiche: str) -> dict[str, Any]:
    """The fields of a version, absent ones left out, as JSON values."""
    valeurs = {nom: getattr(version, nom) for nom in FICHES[fiche].noms}
    return {nom: _json(valeur) for nom, valeur in valeurs.items() if valeur is not None}


def _json(valeur: Any) -> Any:
    if isinstance(valeur, (date, datetime)):
        return valeur.isoformat()
    return str(valeur) if isinstance(valeur, Decimal) else valeur


def _differences(avant: dict[str, Any], apres: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    noms = [nom for nom in {**avant, **apres} if nom not in ("nature", "horodatage")]
    return {nom: (avant.get(nom), apres.get(nom)) for nom in noms if avant.get(nom) != apres.get(nom)}


def empreinte() -> str:
    """SHA-256 of the whole current state: `fiche TAB key TAB content hash`, sorted, one a line.

    The content hash is that of the fiche's JSON with sorted keys, so neither the order nor the splitting of the
    envois, nor the moment of their reception, has an effect.
    """
    total = hashlib.sha256()
    for fiche in sorted(FICHES):
        with connection.chunked_cursor() as curseur:
            curseur.execute(
                f"SELECT cle, empreinte FROM registre_{fiche} "
                "WHERE connu_de IS NOT NULL AND connu_jusqu_a IS NULL ORDER BY cle"
            )
            while lignes := curseur.fetchmany(10_000):
                total.update("".join(f"{fiche}\t{cle}\t{h}\n" for cle, h in lignes).encode())
    return total.hexdigest()
