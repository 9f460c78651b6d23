"""The waiting list: for a place in a full workshop, or for an appointment at a site; first come, first served."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from cepage.operateur.agenda.models import Attente, Participation, RendezVous, Site
from cepage.operateur.agenda.services.commun import contraintes, refuser
from cepage.operateur.dossiers.models import Beneficiaire
from cepage.operateur.dossiers.services import ActeRefuse, Acteur


def attendre(
    beneficiaire: Beneficiaire, *, site: Site, demande_le: date, a: datetime, rendez_vous: RendezVous | None = None
) -> Attente:
    """Put a person on the list of a site, or of one workshop of it. Raises ActeRefuse when they wait already."""
    if rendez_vous is not None and rendez_vous.places_libres > 0:
        raise refuser("PLACE_LIBRE", "Il reste de la place à cet atelier.", "Inscrivez la personne.", "")
    with contraintes(Attente, "Son tour viendra : rien à refaire."):
        return Attente.objects.create(
            emetteur=site.emetteur,
            beneficiaire=beneficiaire.principale,
            site=site,
            rendez_vous=rendez_vous,
            demande_le=demande_le,
            inscrite_le=a,
        )


def ne_plus_attendre(attente: Attente, *, a: datetime) -> None:
    """Take a person off the list."""
    Attente.objects.filter(pk=attente.pk, finie_le__isnull=True).update(finie_le=a)


def servir(participation: Participation, *, a: datetime) -> None:
    """End the waits that a place satisfies: of that workshop, or of the site for an individual appointment."""
    rendez_vous = participation.rendez_vous
    satisfaites = Q(rendez_vous=rendez_vous) if rendez_vous.collectif else Q(rendez_vous__isnull=True)
    attentes = Attente.objects.filter(satisfaites, beneficiaire=participation.beneficiaire_id, finie_le__isnull=True)
    attentes.filter(site=rendez_vous.site_id).update(finie_le=a, participation=participation)


@transaction.atomic
def appeler_le_suivant(rendez_vous: RendezVous, *, par: Acteur, a: datetime) -> Participation | None:
    """Give the place that was freed to the first who waits and can come; None when nobody can."""
    from cepage.operateur.agenda.services.rendez_vous import inscrire

    for attente in rendez_vous.attentes.filter(finie_le__isnull=True).select_related("beneficiaire"):
        try:
            return inscrire(rendez_vous, attente.beneficiaire, demande_le=attente.demande_le, par=par, a=a)
        except ActeRefuse:
            continue
    return None


def lever(rendez_vous: RendezVous, *, a: datetime) -> None:
    """Nobody waits any more for a workshop that was cancelled."""
    rendez_vous.attentes.filter(finie_le__isnull=True).update(finie_le=a)
