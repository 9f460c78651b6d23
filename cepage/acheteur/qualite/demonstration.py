"""The surveys of the demonstration: people invited at the closing of their unit, some of whom answered."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings

from cepage.acheteur.qualite import services
from cepage.acheteur.qualite.models import Enquete, Reponse
from cepage.fondations.socle.portee import portee_totale

CAMPAGNES = (date(2021, 6, 15), date(2021, 12, 1))
AVIS: tuple[Mapping[str, str], ...] = (
    {"utile": "tout_a_fait", "qualite": "tout_a_fait", "accessible": "plutot", "parole": "J'ai repris confiance."},
    {"utile": "plutot", "qualite": "tout_a_fait", "accessible": "tout_a_fait"},
    {"utile": "tout_a_fait", "qualite": "plutot", "accessible": "tout_a_fait"},
    {"utile": "tout_a_fait", "qualite": "tout_a_fait", "accessible": "plutot_pas", "parole": "Le site est loin."},
    {"utile": "plutot", "qualite": "plutot", "accessible": "plutot"},
    {"utile": "plutot_pas", "qualite": "plutot", "accessible": "tout_a_fait", "parole": "Trop court pour mon projet."},
    {"utile": "tout_a_fait", "qualite": "tout_a_fait", "accessible": "tout_a_fait"},
)
REPOND = (1, 2)
"""Of those invited, so many answer out of so many."""


def preparer() -> int:
    """Invite, write and answer, twice in the year; returns how many answered."""
    with _sans_courriel():
        for jour in CAMPAGNES:
            services.preparer(jour)
            le = datetime.combine(jour, time(9), UTC)
            services.envoyer(le)
            _repondre(le)
    with portee_totale():
        return Reponse.objects.count()


def _repondre(envoyee_le: datetime) -> None:
    with portee_totale():
        invites = list(Enquete.objects.filter(envoyee_le=envoyee_le).order_by("numero_dossier", "moment"))
    part, sur = REPOND
    for rang, enquete in enumerate(invites):
        if rang % sur < part:
            services.repondre(
                services.jeton(enquete.alea), dict(AVIS[rang // sur % len(AVIS)]), le=envoyee_le + timedelta(days=3)
            )


@contextmanager
def _sans_courriel() -> Iterator[None]:
    """The addresses are fictitious: nothing leaves."""
    avant = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    try:
        yield
    finally:
        settings.EMAIL_BACKEND = avant
