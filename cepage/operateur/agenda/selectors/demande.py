"""When a person asked for the appointment, and by when the first one is due."""

from datetime import date

from cepage.operateur.agenda.enums import EtatParticipation
from cepage.operateur.agenda.models import Participation
from cepage.operateur.agenda.selectors.recherche import au_plus_tard
from cepage.operateur.dossiers.enums import UO, Etat
from cepage.operateur.dossiers.models import Beneficiaire, UniteOeuvre


def jour_de_la_demande(personne: Beneficiaire, le: date) -> date:
    """The day of the aiguillage that no appointment has followed yet, else today."""
    appels = UniteOeuvre.objects.filter(beneficiaire=personne, uo=UO.UO0).exclude(etat=Etat.ANNULEE)
    dernier = appels.order_by("-date_engagement").values_list("date_engagement", flat=True).first()
    if dernier is None:
        return le
    suivis = Participation.objects.filter(beneficiaire=personne, demande_le__gte=dernier)
    return le if suivis.exclude(etat=EtatParticipation.ANNULEE).exists() else dernier


def limite_du_premier(personne: Beneficiaire, le: date) -> date | None:
    """Last day of the first appointment (CCTP §3.3); None once the person has had one, or has one to come."""
    tenus = (EtatParticipation.PREVUE, EtatParticipation.HONOREE)
    if Participation.objects.filter(beneficiaire=personne, etat__in=tenus).exists():
        return None
    return au_plus_tard(jour_de_la_demande(personne, le), None)
