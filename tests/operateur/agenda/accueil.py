"""A site in Nantes, its counsellors, their slots; the clock stands on Monday the 2nd of March 2020, 9 h."""

from datetime import UTC, date, datetime, time
from typing import Any

from cepage.fondations.comptes.enums import Role
from cepage.fondations.comptes.models import Personne
from cepage.fondations.comptes.services import attribuer, ouvrir_compte
from cepage.operateur.agenda import services
from cepage.operateur.agenda.enums import Mode
from cepage.operateur.agenda.models import Participation, Plage, RendezVous, Site
from cepage.operateur.agenda.selectors.creneaux import Creneau, ouverts
from cepage.operateur.dossiers.models import Beneficiaire
from cepage.operateur.dossiers.services import Acteur
from tests.personnes import DEBUT, operateur

LE = date(2020, 3, 2)
A = datetime(2020, 3, 2, 8, tzinfo=UTC)
CONSEILLERE = Acteur("Diane Martin", frozenset({Role.CONSEILLER}))
SITE = {
    "code_implantation": "S1",
    "libelle": "Espace conseil de Nantes",
    "type_implantation": "PERMANENTE",
    "adresse": "4 rue des Tilleuls",
    "code_postal": "44000",
    "commune": "Nantes",
    "date_ouverture": date(2020, 1, 2),
    "horaires": "Mo-Fr 08:00-19:30",
    "acces": "COMPLET",
}
PLAGE = {
    "jour": 2,
    "heure_debut": time(9),
    "heure_fin": time(12),
    "duree_minutes": 60,
    "modes": [Mode.PRESENTIEL.value],
    "debut": LE,
}


def conseiller(prenom: str = "Diane", code: str = "AB", lot: str = "08") -> Personne:
    """A counsellor of the operator, opened once."""
    courriel = f"{prenom.lower()}@exemple.test"
    tenu = Personne.objects.filter(email=courriel).first()
    if tenu is None:
        tenu = ouvrir_compte(email=courriel, prenom=prenom, nom="Martin", organisation=operateur(code, lot))
        attribuer(tenu, Role.CONSEILLER, debut=DEBUT)
    return tenu


def site(emetteur: str = "AB", lot: str = "08", **valeurs: Any) -> Site:
    """A site open all week on extended hours."""
    return services.creer_site(SITE | valeurs, emetteur=emetteur, lot=lot, par=CONSEILLERE, a=A)


def plage(ou: Site, qui: Personne, **valeurs: Any) -> Plage:
    """Slots of one hour, Tuesday morning."""
    return services.ouvrir_plage(qui, ou, PLAGE | valeurs)


def creneaux(*plages: Plage, le: date = LE, au: date = date(2020, 3, 31)) -> list[Creneau]:
    """Every slot of these plages."""
    return list(ouverts(plages, le, au, apres=A))


def reserver(creneau: Creneau, personne: Beneficiaire, **valeurs: Any) -> Participation:
    """The slot, booked for the person."""
    demande: dict[str, Any] = {"demande_le": LE, "par": CONSEILLERE, "a": A}
    return services.reserver(creneau, personne, **demande | valeurs)


def atelier(ou: Site, qui: Personne, capacite: int = 2, **valeurs: Any) -> RendezVous:
    """A workshop on Thursday afternoon."""
    demande: dict[str, Any] = {
        "titre": "Écrire son CV",
        "debut": datetime(2020, 3, 5, 13, tzinfo=UTC),
        "fin": datetime(2020, 3, 5, 15, tzinfo=UTC),
        "mode": Mode.PRESENTIEL,
        "par": CONSEILLERE,
        "a": A,
    }
    return services.planifier_atelier(qui, ou, capacite=capacite, **demande | valeurs)
