"""The décomptes of the demonstration: one for each past quarter, the older ones accepted, frozen under a signed PV."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from cepage.acheteur.decomptes.calcul import calculer
from cepage.acheteur.decomptes.enums import Etat
from cepage.acheteur.decomptes.models import Coordonnees, Decompte
from cepage.acheteur.decomptes.service_fait import service_fait
from cepage.acheteur.decomptes.services import accepter, deplacer
from cepage.acheteur.decomptes.trimestres import Trimestre
from cepage.fondations.comptes.enums import Role
from cepage.fondations.socle.portee import portee_totale

JOURS_APRES = 20
DISCUTES = 2
"""The last quarters, still open: one proposed, one provisional."""


def preparer(lots: Mapping[str, str], debut: date, fin: date) -> int:
    """Compute the quarters ended by `fin` of each lot (lot → operator's name); returns how many décomptes there are."""
    trimestres = []
    courant = Trimestre.du_jour(debut)
    while courant.fin <= fin + timedelta(days=1):
        trimestres.append(courant)
        courant = courant.suivant
    with portee_totale():
        for lot in sorted(lots):
            for rang, trimestre in enumerate(trimestres):
                le = datetime.combine(trimestre.fin + timedelta(days=JOURS_APRES), time(9), UTC)
                for decompte in calculer(lot, trimestre, maintenant=le):
                    _coordonnees(decompte.emetteur, lots[lot])
                    _avancer(decompte, len(trimestres) - rang, le)
        return Decompte.objects.count()


def _avancer(decompte: Decompte, restants: int, le: datetime) -> None:
    if decompte.etat != Etat.PROVISOIRE or restants < DISCUTES:
        return
    commun: dict[str, Any] = {"effet": le.date(), "saisi_le": le}
    deplacer(decompte, Etat.PROPOSE, roles=[Role.GESTIONNAIRE], auteur="Lucie Fontaine", **commun)
    if restants == DISCUTES:
        return
    propose = Decompte.objects.get(pk=decompte.pk)
    accepter(propose, roles=[Role.DIRECTEUR_PROJET], auteur="Marc Payet", **commun)
    if service_fait().pv_signe(decompte.lot, decompte.periode):
        deplacer(decompte, Etat.FIGE, roles=[Role.GESTIONNAIRE], auteur="Lucie Fontaine", **commun)


def _coordonnees(emetteur: str, nom: str) -> None:
    """Fictitious, and written so."""
    Coordonnees.objects.get_or_create(
        emetteur=emetteur,
        defaults={
            "nom": nom,
            "siren": "000000000",
            "adresse": "1 rue de la Démonstration",
            "code_postal": "00000",
            "ville": "Ville fictive",
        },
    )
