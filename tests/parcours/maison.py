"""What the browser finds in the agenda: two lots, one site in Nantes, the slots of a counsellor, one person."""

from datetime import UTC, date, datetime, time

from cepage.fondations.comptes.demonstration import adresse, creer_comptes
from cepage.fondations.comptes.enums import Role
from cepage.fondations.comptes.models import Personne
from cepage.fondations.socle.portee import portee_emetteurs
from cepage.operateur.agenda import services
from cepage.operateur.agenda.enums import Mode
from cepage.operateur.dossiers.services import Acteur, creer_beneficiaire
from tests.echanges.reception.fabrique import ouvrir_le_marche
from tests.operateur.agenda.accueil import SITE
from tests.operateur.dossiers.atelier import PERSONNE

JOURS = (2, 3, 4)


def meubler() -> None:
    """Open the market, the accounts of the demonstration and the agenda of AB."""
    ouvrir_le_marche()
    creer_comptes(["08", "02"], {"AB": "Ouest Conseil", "CD": "Autre Conseil"}, titulaires={"AB": ["08"], "CD": ["02"]})
    a = datetime(2020, 3, 2, 9, tzinfo=UTC)
    qui = Personne.objects.get(email=adresse(Role.CONSEILLER))
    par = Acteur.de(qui, {Role.CONSEILLER})
    with portee_emetteurs(["AB"]):
        site = services.creer_site(SITE, emetteur="AB", lot="08", par=par, a=a)
        for jour in JOURS:
            services.ouvrir_plage(
                qui,
                site,
                {
                    "jour": jour,
                    "heure_debut": time(9),
                    "heure_fin": time(17),
                    "duree_minutes": 60,
                    "modes": [Mode.PRESENTIEL.value, Mode.TELEPHONE.value],
                    "debut": date(2020, 3, 2),
                },
            )
        creer_beneficiaire(PERSONNE, emetteur="AB", lot="08", par=par, a=a)
