"""The reversibility file of the fictitious operator."""

from datetime import UTC, date, datetime, time, timedelta

from cepage.fondations.socle.portee import portee_emetteurs
from cepage.operateur.reversibilite.models import PlanReversibilite
from cepage.operateur.reversibilite.services import dossier as services

_PLAN = {
    "processus": (
        "L'aiguillage se fait au téléphone, du lundi au samedi ; un premier rendez-vous est proposé sous dix jours.\n\n"
        "Chaque conseiller suit ses dossiers dans « Ma journée » ; l'envoi du soir part à 20 heures."
    ),
    "contacts": "Directeur de projet : pilotage.\nManager : équipe, sites, qualité.",
    "vigilance": "Le bail du site principal finit en juin.\nDeux conseillers sont sous dérogation.",
    "date_notification": None,
}
_ETAPES = (
    ("Rencontre du repreneur et planning", "Directeur de projet", 0, 5),
    ("Remise des dossiers portables et contrôle", "Directeur de projet", 5, 12),
    ("Doubles rendez-vous avec les conseillers du repreneur", "Manager", 12, 28),
    ("Bascule du numéro et des sites", "Manager", 28, 30),
)
_INCIDENTS = (
    (90, 1, "Coupure du téléphone d'une journée"),
    (12, None, "Site fermé par un dégât des eaux"),
)


def peupler(emetteur: str, le: date) -> None:
    """A plan, its planning, two incidents of the year. Done once."""
    a = datetime.combine(le - timedelta(days=200), time(9), UTC)
    with portee_emetteurs([emetteur]):
        if PlanReversibilite.objects.exists():
            return
        services.tenir_le_plan(emetteur, _PLAN, version=0, par="Direction", a=a)
        for libelle, responsable, du_jour, au_jour in _ETAPES:
            services.ajouter_une_etape(
                emetteur, libelle=libelle, responsable=responsable, du_jour=du_jour, au_jour=au_jour
            )
        for jours, duree, quoi in _INCIDENTS:
            debut = le - timedelta(days=jours)
            services.noter_un_incident(
                emetteur,
                debut=debut,
                fin=debut + timedelta(days=duree) if duree else None,
                description=quoi,
                effet="Rendez-vous déplacés, personnes rappelées sous deux jours.",
                remede="Renvoi vers le site voisin." if duree else "",
                a=le,
            )
