"""What is shared of the courses with other systems (code du travail L. 6353-10): read in the register, fiche by fiche.

Only what a course of advice is made of leaves: neither handicap, nor contact, nor employer, nor what was written.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from cepage.echanges.reception.contexte import EtatConnu, registre

PAGE = 1000


@dataclass(frozen=True)
class Parcours:
    """One unit of a person's course, as an outgoing format may write it; dates are ISO texts, absent ones empty."""

    numero_dossier: str
    lot: str
    operateur: str
    unite: str
    engagement: str
    cloture: str
    motif_cloture: str
    services: tuple[str, ...]
    nom_naissance: str
    prenom: str
    sexe: str
    date_naissance: str


def parcours(lot: str, *, du: date, au: date) -> Iterator[Parcours]:
    """The accepted units of a lot engaged or closed in [du, au), with their person; cancelled ones left out.

    Runs in the whole scope, as the register now stands.
    """
    personnes = {
        str(etat.contenu["identifiant_beneficiaire"]): etat.contenu
        for etat in _etats("beneficiaire", lot)
        if etat.nature != "A"
    }
    for etat in _etats("unite_oeuvre", lot):
        contenu = etat.contenu
        dates = (contenu.get("date_engagement"), contenu.get("date_cloture"))
        if etat.nature != "A" and any(d and du.isoformat() <= d < au.isoformat() for d in dates):
            yield _parcours(contenu, lot, personnes.get(str(contenu["identifiant_beneficiaire"]), {}))


def _etats(fiche: str, lot: str) -> Iterator[EtatConnu]:
    apres = 0
    while page := registre().etats(fiche, lot=lot, connu_le=None, apres=apres, taille=PAGE):
        yield from page
        apres = page[-1].rang


def _parcours(unite: dict[str, Any], lot: str, personne: dict[str, Any]) -> Parcours:
    numero = str(unite["numero_dossier"])
    return Parcours(
        numero_dossier=numero,
        lot=lot,
        operateur=numero[:2],
        unite=str(unite["uo"]),
        engagement=str(unite.get("date_engagement") or ""),
        cloture=str(unite.get("date_cloture") or ""),
        motif_cloture=str(unite.get("motif_cloture") or ""),
        services=tuple(unite.get("types_service") or ()),
        nom_naissance=str(personne.get("nom_naissance") or ""),
        prenom=str(personne.get("prenom") or ""),
        sexe=str(personne.get("sexe") or ""),
        date_naissance=str(personne.get("date_naissance") or ""),
    )
