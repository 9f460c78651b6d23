"""The numbers a person need not make up: dossier, order reference, décompte (CCTP annexe 2 §2)."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial

import polars as pl

from cepage.echanges.canaux.saisie.models import FicheSaisie
from cepage.echanges.reception.contexte import registre
from cepage.fondations.regles import numeros
from cepage.fondations.regles.erreurs import ErreurRegles
from cepage.fondations.socle.portee import portee_totale

_PAQUET = 200
_COMPTEURS = 999_999
_RANGS = 99_999


def completer(fiche: FicheSaisie) -> dict[str, str]:
    """The numbers that a unit lacks and that its dates, its unit and its orders give; empty for another fiche."""
    if fiche.fiche != "unite_oeuvre":
        return {}
    contenu: Mapping[str, str] = fiche.contenu
    uo, engagement, cloture = contenu.get("uo", ""), _jour(contenu, "date_engagement"), _jour(contenu, "date_cloture")
    if uo not in numeros.UOS or engagement is None:
        return {}
    trouves = {}
    if not contenu.get("numero_dossier"):
        trouves["numero_dossier"] = _dossier(fiche, uo, engagement)
    if not contenu.get("reference_bon_commande"):
        trouves["reference_bon_commande"] = _reference(fiche, uo, engagement)
    if not contenu.get("numero_decompte") and cloture is not None:
        trouves["numero_decompte"] = numeros.numero_decompte(fiche.lot, uo, cloture)
    return {nom: texte for nom, texte in trouves.items() if texte}


def _jour(contenu: Mapping[str, str], nom: str) -> date | None:
    try:
        return date.fromisoformat(contenu.get(nom, ""))
    except ValueError:
        return None


def _dossier(fiche: FicheSaisie, uo: str, engagement: date) -> str:
    def numero(rang: int) -> str:
        return numeros.numero_dossier(fiche.emetteur, engagement, uo, rang)

    def connus(candidats: list[str]) -> set[str]:
        return set(registre().unites_des_dossiers(pl.Series(candidats))["numero_dossier"])

    return _premier_libre(fiche, "numero_dossier", numero, connus, _COMPTEURS)


def _reference(fiche: FicheSaisie, uo: str, engagement: date) -> str:
    def connues(candidates: list[str]) -> set[str]:
        return set(registre().references_prises(pl.Series(candidates))["reference_bon_commande"])

    for commande, volume in _commandes(fiche.lot, uo, engagement):
        ecrire = partial("{}-{:05d}".format, commande)
        libre = _premier_libre(fiche, "reference_bon_commande", ecrire, connues, min(volume, _RANGS))
        if libre:
            return libre
    return ""


def _commandes(lot: str, uo: str, le: date) -> Iterator[tuple[str, int]]:
    """Orders of that unit that cover the day, oldest first, with their volume."""
    with portee_totale():
        lues = registre().commandes(lot).sort("commande")
    for reference, debut, fin, volume in lues.iter_rows():
        try:
            concernee = numeros.lire_reference_commande(reference).uo == uo
        except ErreurRegles:
            continue
        if concernee and debut <= le <= fin:
            yield reference, volume


def _premier_libre(
    fiche: FicheSaisie, champ: str, ecrire: Callable[[int], str], connus: Callable[[list[str]], set[str]], maximum: int
) -> str:
    """The first number that neither the register nor another typed fiche bears; empty when all are taken."""
    for debut in range(1, maximum + 1, _PAQUET):
        candidats = [ecrire(rang) for rang in range(debut, min(debut + _PAQUET, maximum + 1))]
        saisies = FicheSaisie.objects.filter(**{f"contenu__{champ}__in": candidats}).exclude(pk=fiche.pk)
        with portee_totale():
            pris = connus(candidats)
        pris |= set(saisies.values_list(f"contenu__{champ}", flat=True))
        for candidat in candidats:
            if candidat not in pris:
                return candidat
    return ""
