"""The history of a dossier as its page tells it: labels, differences field by field, nobody's identity."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from cepage.acheteur.registre.models import TABLES
from cepage.acheteur.registre.selectors import PARIS, VersionLue, fin_de_journee, versions_du_dossier
from cepage.echanges.contrat.fiches import FICHES
from cepage.echanges.contrat.modele import Champ, TypeChamp
from cepage.fondations.referentiels import nomenclatures
from cepage.fondations.socle import formats

NATURES = {"C": "création", "M": "modification", "A": "annulation"}
MASQUE = "(masqué)"
ABSENT = "—"
LIMITE_DE_RECHERCHE = 50
LONGUEUR_MINIMALE = 4
_TECHNIQUES = ("nature", "horodatage")


@dataclass(frozen=True)
class Difference:
    """One field of a version: its label, its value, the value before it (None on a first version)."""

    champ: str
    libelle: str
    avant: str | None
    apres: str


@dataclass(frozen=True)
class Etape:
    """One version in the history, ready to be read."""

    version: VersionLue
    titre: str
    nature: str
    differences: list[Difference]
    champs: list[Difference]

    @property
    def etat(self) -> str:
        """Its place among the versions of its fiche, in a word."""
        if self.version.tardive:
            return "arrivée en retard"
        if not self.version.courante:
            return "remplacée"
        return "annulée" if self.version.nature == "A" else "état courant"

    @property
    def signe(self) -> str:
        """The sign beside the word."""
        return {"arrivée en retard": "↩", "remplacée": "–", "annulée": "✗"}.get(self.etat, "✓")


@dataclass(frozen=True)
class Histoire:
    """A dossier: what it is (or was known to be), and everything received of it, oldest first."""

    numero: str
    lot: str
    emetteur: str
    beneficiaire: str
    uo: str
    etat: list[Difference]
    etapes: list[Etape]

    @property
    def annule(self) -> bool:
        """True when the current state of the unit is a cancellation."""
        return any(
            e.version.courante and e.version.nature == "A" for e in self.etapes if e.version.fiche == "unite_oeuvre"
        )


@dataclass(frozen=True)
class Dossier:
    """A line of the search."""

    numero: str
    lot: str
    emetteur: str
    uo: str
    date_engagement: date | None
    date_cloture: date | None


def chercher(texte: str, lots: frozenset[str] | None) -> list[Dossier]:
    """The dossiers whose number begins with `texte`, case and spaces aside; at most LIMITE_DE_RECHERCHE."""
    debut = normaliser(texte)
    if len(debut) < LONGUEUR_MINIMALE:
        return []
    lignes = _unites().filter(connu_de__isnull=False, connu_jusqu_a__isnull=True, cle__gte=debut, cle__lt=f"{debut}~")
    if lots is not None:
        lignes = lignes.filter(lot__in=lots)
    valeurs = lignes.order_by("cle").values("cle", "lot", "emetteur", "uo", "date_engagement", "date_cloture")
    return [
        Dossier(
            v["cle"],
            v["lot"],
            v["emetteur"],
            libelle("uo", v["uo"] or ""),
            v["date_engagement"],
            v["date_cloture"],
        )
        for v in valeurs[:LIMITE_DE_RECHERCHE]
    ]


def _unites() -> "QuerySet[Any, Any]":
    return TABLES["unite_oeuvre"]._default_manager.all()


def normaliser(texte: str) -> str:
    """A dossier number as it is kept: capitals, no space."""
    return "".join(texte.split()).upper()


def histoire(numero: str, *, connu_le: date | None = None, en_vigueur_le: date | None = None) -> Histoire | None:
    """The history of a dossier in the scope under way; None when none of its units was ever received.

    `connu_le`: as known at the end of that day; `en_vigueur_le`: with what had been produced by then.
    A dossier that was not known yet keeps its heading and has no step. At most four queries.
    """
    instant = fin_de_journee(en_vigueur_le) if en_vigueur_le else None
    versions = versions_du_dossier(numero, connu_le=connu_le, en_vigueur_le=instant)
    unites = [v for v in versions if v.fiche == "unite_oeuvre"]
    if not unites:
        return _sans_unite(numero) if connu_le or en_vigueur_le else None
    tete = next((v for v in reversed(unites) if v.courante), unites[-1])
    etapes = [_etape(v) for v in sorted(versions, key=lambda v: (v.horodatage, v.recu_le, _rang(v)))]
    return Histoire(
        numero=numero,
        lot=tete.lot,
        emetteur=tete.emetteur,
        beneficiaire=str(tete.contenu.get("identifiant_beneficiaire", "")),
        uo=libelle("uo", str(tete.contenu.get("uo", ""))),
        etat=_champs(tete),
        etapes=etapes,
    )


def _sans_unite(numero: str) -> Histoire | None:
    v = _unites().filter(cle=numero).values("lot", "emetteur", "identifiant_beneficiaire", "uo").first()
    if v is None:
        return None
    return Histoire(
        numero,
        v["lot"],
        v["emetteur"],
        v["identifiant_beneficiaire"] or "",
        libelle("uo", v["uo"] or ""),
        [],
        [],
    )


def _rang(version: VersionLue) -> int:
    return ("unite_oeuvre", "interaction", "livrable").index(version.fiche)


def _etape(version: VersionLue) -> Etape:
    fiche = FICHES[version.fiche]
    differences = [
        Difference(
            nom,
            fiche.champ(nom).libelle,
            _lisible(fiche.champ(nom), avant),
            _lisible(fiche.champ(nom), apres),
        )
        for nom, (avant, apres) in version.changements.items()
    ]
    return Etape(version, _titre(version), NATURES.get(version.nature, version.nature), differences, _champs(version))


def _titre(version: VersionLue) -> str:
    contenu = version.contenu
    match version.fiche:
        case "interaction":
            jour = formats.jour(date.fromisoformat(contenu["date_interaction"]))
            return f"Interaction du {jour}, {libelle('mode_contact', contenu.get('mode_contact', '')).lower()}"
        case "livrable":
            return f"Livrable : {libelle('type_livrable', contenu.get('type_livrable', ''))}"
    return f"Unité d'œuvre : {libelle('uo', contenu.get('uo', ''))}"


def _champs(version: VersionLue) -> list[Difference]:
    fiche = FICHES[version.fiche]
    return [
        Difference(champ.nom, champ.libelle, None, _lisible(champ, version.contenu[champ.nom]))
        for champ in fiche.champs
        if champ.nom in version.contenu and champ.nom not in _TECHNIQUES
    ]


def _lisible(champ: Champ, valeur: Any) -> str:
    """A value as people read it; a field that could say who the person is stays hidden."""
    if valeur is None or valeur == []:
        return ABSENT
    if champ.sensibilite.masquee:
        return MASQUE
    valeurs: Iterable[Any] = valeur if isinstance(valeur, list) else [valeur]
    return ", ".join(_un_lisible(champ, v) for v in valeurs)


def _un_lisible(champ: Champ, valeur: Any) -> str:
    match champ.type:
        case TypeChamp.DATE:
            return formats.jour(date.fromisoformat(valeur))
        case TypeChamp.HORODATAGE:
            return formats.instant(datetime.fromisoformat(valeur).astimezone(PARIS))
        case TypeChamp.BOOLEEN:
            return "oui" if valeur else "non"
    if champ.nom == "duree_minutes":
        return formats.duree(int(valeur))
    return libelle(champ.nomenclature, str(valeur)) if champ.nomenclature else str(valeur)


def libelle(liste: str, code: str) -> str:
    """The label of a code, or the code itself when no list knows it."""
    try:
        return nomenclatures.libelle(liste, code)
    except KeyError:
        return code or ABSENT
