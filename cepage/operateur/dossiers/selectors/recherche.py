"""Searching a person, and the records that may be the same person's."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cepage.operateur.dossiers import recherche
from cepage.operateur.dossiers.models import Beneficiaire, CleDeRecherche
from cepage.operateur.dossiers.selectors.regard import Regard

CANDIDATS = 200
MONTRES = 20
_DATE = re.compile(r"\b(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})\b|\b(\d{4})-(\d{2})-(\d{2})\b")
_DOSSIER = re.compile(r"\b[0-9A-Z]{2}\d{2}(?:0[1-9]|1[0-2])(?:00|01|21|22)\d{6}\b")
_IDENTIFIANT = re.compile(r"\b[0-9A-Z]{2}-\d{6}\b")
_TELEPHONE = re.compile(r"(?:\+|\b)\d[\d .-]{8,}\d\b")


@dataclass(frozen=True)
class Demande:
    """What was typed, understood: words of a name, a birth date, a phone, a number."""

    mots: tuple[str, ...] = ()
    naissance: date | None = None
    telephone: str = ""
    numero: str = ""
    identifiant: str = ""

    @property
    def vide(self) -> bool:
        """True when nothing was understood."""
        return not (self.mots or self.naissance or self.telephone or self.numero or self.identifiant)


@dataclass(frozen=True)
class Trouvees:
    """The people found, best first; `trop` when there are more than can be shown."""

    personnes: list[Beneficiaire]
    trop: bool = False


def comprendre(texte: str) -> Demande:
    """Read what was typed, in any order: « le goff 20/05/1985 », « 06 39 98 88 30 », « AB200301000001 »."""
    reste = texte.strip()
    haut = reste.upper()
    if numero := _DOSSIER.search(haut):
        return Demande(numero=numero.group())
    if identifiant := _IDENTIFIANT.search(haut):
        return Demande(identifiant=identifiant.group())
    naissance = None
    if lue := _DATE.search(reste):
        naissance = _date(lue)
        reste = reste.replace(lue.group(), " ")
    telephone = ""
    if lu := _TELEPHONE.search(reste):
        telephone = recherche.telephone_normalise(lu.group())
        reste = reste.replace(lu.group(), " ")
    return Demande(tuple(recherche.mots(reste)), naissance, telephone)


def _date(lue: re.Match[str]) -> date | None:
    jour, mois, annee, iso_annee, iso_mois, iso_jour = lue.groups()
    try:
        return date(int(annee or iso_annee), int(mois or iso_mois), int(jour or iso_jour))
    except ValueError:
        return None


def chercher(regard: Regard, demande: Demande) -> Trouvees:
    """The people that fit the request, best first; a merged record gives the one it was brought to."""
    if demande.vide:
        return Trouvees([])
    lignes = regard.beneficiaires().select_related("fusionne_dans")
    if demande.numero:
        lignes = lignes.filter(pk__in=regard.unites().filter(numero_dossier=demande.numero).values("beneficiaire"))
    if demande.identifiant:
        lignes = lignes.filter(identifiant_beneficiaire=demande.identifiant)
    if demande.naissance:
        lignes = lignes.filter(date_naissance=demande.naissance)
    if demande.telephone:
        lignes = lignes.filter(telephone_normalise=demande.telephone)
    for mot in demande.mots:
        cles = CleDeRecherche.objects.filter(cle__in=recherche.cles_du_mot(mot))
        lignes = lignes.filter(pk__in=cles.values("beneficiaire"))
    candidats = list(lignes[: CANDIDATS + 1])
    classees = _classer(candidats, demande.mots)
    return Trouvees(classees[:MONTRES], trop=len(classees) > MONTRES)


def _classer(candidats: Iterable[Beneficiaire], mots: tuple[str, ...]) -> list[Beneficiaire]:
    notees: dict[int, tuple[int, Beneficiaire]] = {}
    for candidat in candidats:
        note = recherche.ressemblance(mots, (candidat.nom_naissance, candidat.nom_usage, candidat.prenom))
        if note is None:
            continue
        principale = candidat.principale
        if principale.pk not in notees or notees[principale.pk][0] < note:
            notees[principale.pk] = (note, principale)
    ordre = sorted(notees.values(), key=lambda paire: (-paire[0], paire[1].nom_naissance, paire[1].prenom))
    return [personne for _, personne in ordre]


def doublons_possibles(
    regard: Regard, *, nom: str, prenom: str, naissance: date, telephone: str = "", sauf: int | None = None
) -> list[Beneficiaire]:
    """Records that may be the same person's: same birth date and a close name, or the same phone and first name."""
    par_nom = chercher(regard, Demande(mots=tuple(recherche.mots(nom)), naissance=naissance)).personnes
    numero = recherche.telephone_normalise(telephone)
    par_telephone: list[Beneficiaire] = []
    if numero:
        par_telephone = chercher(regard, Demande(mots=tuple(recherche.mots(prenom)), telephone=numero)).personnes
    uniques = {personne.pk: personne for personne in (*par_nom, *par_telephone)}
    uniques.pop(sauf or 0, None)
    return list(uniques.values())
