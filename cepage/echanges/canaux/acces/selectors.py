"""What the page of the keys reads."""

from datetime import datetime

from django.db.models import QuerySet

from cepage.echanges.canaux.acces.models import Cle

BIENTOT_JOURS = 30


def cles() -> "QuerySet[Cle]":
    """The keys inside the row-level scope under way, the most recent first."""
    return Cle.objects.select_related("cree_par").prefetch_related("secrets")


def etat(cle: Cle, le: datetime) -> str:
    """Its state in a word: active, bientôt expirée, expirée, révoquée."""
    if cle.revoquee_le is not None:
        return "révoquée"
    if cle.expire_le <= le:
        return "expirée"
    return "expire bientôt" if (cle.expire_le - le).days < BIENTOT_JOURS else "active"


def secrets_valides(cle: Cle, le: datetime) -> int:
    """How many secrets open the key: two while one replaces the other."""
    return sum(1 for s in cle.secrets.all() if s.expire_le is None or s.expire_le > le)
