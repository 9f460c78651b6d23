"""What the page of the keys reads."""

from datetime import datetime

from django.db.models import QuerySet

from cepage.echanges.canaux.acces.enums import Usage
from cepage.echanges.canaux.acces.models import Certificat, Cle
from cepage.fondations.socle.portee import portee_totale

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


def certificats(cle: Cle) -> "QuerySet[Certificat]":
    """The certificates bound to a key, the most recent first."""
    return cle.certificats.filter(retire_le__isnull=True)


def autorite(entite: str) -> Certificat | None:
    """The authority of assertions of this name, bound to a key; None when there is none."""
    with portee_totale():
        jointes = Certificat.objects.select_related("cle").filter(usage=Usage.ASSERTION, retire_le__isnull=True)
        return jointes.filter(entite=entite).first()
