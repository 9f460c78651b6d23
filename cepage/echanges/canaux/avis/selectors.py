"""What the pages and the API read of the notices."""

from datetime import datetime

from django.db.models import Count, Q, QuerySet

from cepage.echanges.canaux.acces.models import Cle
from cepage.echanges.canaux.avis.enums import Etat
from cepage.echanges.canaux.avis.models import Abonnement, Avis


def abonnements() -> "QuerySet[Abonnement]":
    """The subscriptions inside the row-level scope, open ones first, with how many notices wait and are given up."""
    comptes = {
        "en_attente": Count("avis", filter=Q(avis__etat=Etat.EN_ATTENTE)),
        "abandonnes": Count("avis", filter=Q(avis__etat=Etat.ABANDONNE)),
    }
    lignes = Abonnement.objects.select_related("cle", "cree_par").annotate(**comptes)
    return lignes.order_by("ferme_le", "-cree_le", "-id")


def cles_ouvertes(le: datetime) -> "QuerySet[Cle]":
    """The keys one may subscribe."""
    return Cle.objects.filter(revoquee_le__isnull=True, expire_le__gt=le)


def avis_de(abonnement: Abonnement, etat: str = "") -> "QuerySet[Avis]":
    """The notices of a subscription, the last first."""
    lignes = abonnement.avis.order_by("-cree_le", "-identifiant")
    return lignes.filter(etat=etat) if etat else lignes


def abandonnes() -> int:
    """How many notices were given up, in the scope under way."""
    return Avis.objects.filter(etat=Etat.ABANDONNE).count()
