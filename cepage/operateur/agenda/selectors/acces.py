"""What of the agenda a professional may look at: their operator's, and their member's alone when a sous-traitant."""

from datetime import date

from django.db.models import Q, QuerySet

from cepage.fondations.comptes.enums import Role
from cepage.fondations.comptes.models import Attribution, Personne
from cepage.operateur.agenda.models import Absence, Attente, Plage, RendezVous, Site
from cepage.operateur.dossiers.selectors.regard import Regard


def sites(vue: Regard) -> "QuerySet[Site]":
    """The sites of the lots looked at."""
    vus = Site.objects.filter(lot__in=vue.lots)
    return vus.filter(membre=vue.membre) if vue.restreint else vus


def site_visible(vue: Regard, site: Site) -> bool:
    """True when `sites` holds this one; asks nothing of the database."""
    siens = vue.membre is not None and site.membre_id == vue.membre.pk
    return site.lot in vue.lots and (siens or not vue.restreint)


def sites_ouverts(vue: Regard, le: date) -> "QuerySet[Site]":
    """Those that receive on `le` or later."""
    return sites(vue).filter(Q(date_fermeture__isnull=True) | Q(date_fermeture__gt=le))


def plages(vue: Regard) -> "QuerySet[Plage]":
    """The slots of these sites."""
    return Plage.objects.filter(site__in=sites(vue)).select_related("site", "conseiller")


def rendez_vous(vue: Regard) -> "QuerySet[RendezVous]":
    """The appointments of these sites."""
    return RendezVous.objects.filter(site__in=sites(vue)).select_related("site", "conseiller")


def absences(vue: Regard) -> "QuerySet[Absence]":
    """The absences of the counsellors seen, and the closures of the sites seen."""
    siennes = Q(site__in=sites(vue)) | Q(conseiller__in=conseillers(vue))
    return Absence.objects.filter(siennes).select_related("site", "conseiller")


def attentes(vue: Regard) -> "QuerySet[Attente]":
    """Who still waits at these sites, first come first."""
    restantes = Attente.objects.filter(site__in=sites(vue), finie_le__isnull=True)
    return restantes.select_related("site", "beneficiaire", "rendez_vous__site")


def conseillers(vue: Regard, le: date | None = None) -> "QuerySet[Personne]":
    """The counsellors of the operator (of the member, for a sous-traitant) who hold the role on `le`, or ever."""
    tenues = Attribution.objects.all() if le is None else Attribution.en_vigueur(le)
    tenues = tenues.filter(role=Role.CONSEILLER, personne__organisation=vue.personne.organisation_id)
    vus = Personne.objects.filter(pk__in=tenues.values("personne"), is_active=True)
    return vus.filter(rattachement__membre=vue.membre) if vue.restreint else vus
