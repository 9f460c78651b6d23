"""A filled workbook becomes fiches on the day's list: what is wrong stays a draft to mend in place, nothing twice."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from cepage.echanges.canaux.saisie import services
from cepage.echanges.canaux.saisie.enums import Etat, Nature
from cepage.echanges.canaux.saisie.forms import NUMEROS
from cepage.echanges.canaux.saisie.jugement import essayer
from cepage.echanges.canaux.saisie.models import FicheSaisie
from cepage.echanges.canaux.saisie.pieces import PieceRefusee
from cepage.echanges.canaux.saisie.sections import AUTOMATIQUES
from cepage.echanges.canaux.saisie.services import Auteur, PieceJointe
from cepage.echanges.canaux.saisie.tableaux import Rangee
from cepage.echanges.contrat.fiches import FICHES
from cepage.echanges.envoi.boite import cle_de


@dataclass
class Bilan:
    """What became of the fiches of a workbook; `ecartees` says, in sentences, what was left out and why."""

    listees: int = 0
    a_corriger: int = 0
    deja: int = 0
    ecartees: list[str] = field(default_factory=list)


def verser(
    rangees: Iterable[Rangee],
    *,
    emetteur: str,
    lot: str,
    par: Auteur,
    a: datetime,
    fichiers: Mapping[str, bytes] | None = None,
) -> Bilan:
    """Keep each fiche, judge them all together, and put on the day's list those that nothing blocks.

    A fiche already there as it is stays as it is; one of the same key that has not left yet is replaced; an accepted
    one is corrected. A cancellation is left out: it is made from the accepted fiche.
    `fichiers`: the files of livrables by their name.
    """
    bilan, recues = Bilan(), []
    reserve = _Reserve(lot)
    for rangee in rangees:
        fiche = _garder(rangee, reserve, bilan, emetteur=emetteur, lot=lot, par=par, a=a, fichiers=fichiers or {})
        if fiche is not None:
            recues.append(fiche)
    connues = {fiche.pk for fiche in recues}
    liste = [f for f in FicheSaisie.objects.filter(lot=lot, etat=Etat.LISTE) if f.pk not in connues]
    essai = essayer([*liste, *recues], emetteur=emetteur, lot=lot, le=a)
    services.noter(essai, recues, a=a)
    for fiche in recues:
        if services.bloquants(fiche):
            bilan.a_corriger += 1
        else:
            services.mettre_sur_la_liste(fiche, par=par, a=a)
            bilan.listees += 1
    return bilan


def _garder(
    rangee: Rangee,
    reserve: "_Reserve",
    bilan: Bilan,
    *,
    emetteur: str,
    lot: str,
    par: Auteur,
    a: datetime,
    fichiers: Mapping[str, bytes],
) -> FicheSaisie | None:
    if rangee.contenu.get("lot", lot) != lot:
        bilan.ecartees.append(f"{rangee.place} : elle est du lot {rangee.contenu['lot']}. Déposez-la pour son lot.")
        return None
    if rangee.contenu.get("nature") == Nature.ANNULATION:
        bilan.ecartees.append(f"{rangee.place} : une fiche s'annule depuis « Corriger une fiche acceptée ».")
        return None
    contenu = {n: v for n, v in rangee.contenu.items() if n not in AUTOMATIQUES}
    nom = rangee.contenu.get("nom_fichier", "")
    if reserve.connue(rangee.fiche, contenu, nom):
        bilan.deja += 1
        return None
    fiche, nature = reserve.a_remplacer(rangee.fiche, contenu)
    if fiche is None:
        fiche = services.commencer(emetteur, lot, rangee.fiche, par=par, a=a)
        fiche.nature = nature
    elif fiche.etat == Etat.LISTE:
        services.retirer(fiche, par=par, a=a)
    contenu = {nom: texte for nom, texte in fiche.contenu.items() if nom in NUMEROS} | contenu
    piece = PieceJointe(nom, fichiers[nom]) if nom in fichiers else None
    try:
        return services.enregistrer(fiche, contenu, version=fiche.version, par=par, a=a, piece=piece)
    except PieceRefusee as refus:
        bilan.ecartees.append(f"{rangee.place}, fichier « {nom} » : {refus} Le reste de la fiche est gardé.")
        return services.enregistrer(fiche, contenu, version=fiche.version, par=par, a=a)


class _Reserve:
    """The fiches of a lot before the deposit; each answers for one fiche of the workbook at most."""

    def __init__(self, lot: str) -> None:
        self._lot = lot
        self._par_cle: dict[tuple[str, str], list[FicheSaisie]] = {}
        self._par_contenu: dict[tuple[str, frozenset[tuple[str, str]]], list[FicheSaisie]] = {}
        for fiche in FicheSaisie.objects.filter(lot=lot).exclude(nature=Nature.ANNULATION).order_by("-id"):
            self._par_cle.setdefault((fiche.fiche, fiche.cle), []).append(fiche)
            for contenu in (fiche.contenu, _sans_numeros(fiche.contenu)):
                signature = (fiche.fiche, _signature(contenu))
                if fiche not in self._par_contenu.setdefault(signature, []):
                    self._par_contenu[signature].append(fiche)
        self._prises: set[int] = set()

    def connue(self, sorte: str, contenu: Mapping[str, str], nom_fichier: str) -> bool:
        """True when the last state of this fiche is already that one, ready or accepted."""
        for fiche in self._par_contenu.get((sorte, _signature(contenu)), []):
            prete = fiche.etat in (Etat.LISTE, Etat.ACCEPTEE)
            if prete and fiche.pk not in self._prises and self._derniere(fiche):
                if sorte == "livrable" and nom_fichier != fiche.contenu.get("nom_fichier", ""):
                    continue
                self._prises.add(fiche.pk)
                return True
        return False

    def _derniere(self, fiche: FicheSaisie) -> bool:
        return fiche.fiche == "interaction" or self._par_cle[fiche.fiche, fiche.cle][0].pk == fiche.pk

    def a_remplacer(self, sorte: str, contenu: Mapping[str, str]) -> tuple[FicheSaisie | None, Nature]:
        """What this fiche replaces before it has left, and its nature: a correction once its key was accepted."""
        cle = cle_de(sorte, self._lot, contenu)
        complete = all(contenu.get(nom) for nom in FICHES[sorte].cle if nom != "lot")
        if sorte == "interaction" or not complete:
            memes = self._par_contenu.get((sorte, _signature(contenu)), [])
        else:
            memes = self._par_cle.get((sorte, cle), [])
        for fiche in memes:
            if fiche.etat != Etat.ACCEPTEE and fiche.pk not in self._prises:
                self._prises.add(fiche.pk)
                return fiche, Nature(fiche.nature)
        acceptee = sorte != "interaction" and any(f.etat == Etat.ACCEPTEE for f in memes)
        datee = "nature" in FICHES[sorte].noms
        return None, Nature.MODIFICATION if acceptee and datee else Nature.CREATION


def _sans_numeros(contenu: Mapping[str, str]) -> dict[str, str]:
    return {nom: texte for nom, texte in contenu.items() if nom not in NUMEROS}


def _signature(contenu: Mapping[str, str]) -> frozenset[tuple[str, str]]:
    return frozenset((nom, texte) for nom, texte in contenu.items() if nom not in AUTOMATIQUES)
