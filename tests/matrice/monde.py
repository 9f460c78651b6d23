"""The world the matrix asks its questions to: two operators, one person a role, every room prepared.

It is built in one transaction that is rolled back at the end; so is each request, with what it wrote.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.handlers.base import BaseHandler
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client, RequestFactory, override_settings

from cepage.fondations.comptes.enums import Role
from cepage.fondations.comptes.models import Personne
from cepage.fondations.socle import portee
from tests.echanges.reception.fabrique import ouvrir_le_marche
from tests.matrice import personnes
from tests.matrice.objets import Cote, toutes_les_pieces

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass
class Monde:
    """The two operators and the sessions of the people; `vide`: nothing was ever sent."""

    cotes: list[Cote]
    sessions: dict[str, str] = field(default_factory=dict)

    def cote(self, emetteur: str) -> Cote:
        """The operator of this code."""
        return next(c for c in self.cotes if c.emetteur == emetteur)

    def demander(
        self, qui: Role | None, methode: str, chemin: str, donnees: Mapping[str, Any] | None = None, **entetes: str
    ) -> HttpResponseBase:
        """What this person (None: nobody logged in) gets; nothing of the request remains."""
        fabrique = RequestFactory(headers=entetes)
        if qui is not None:
            fabrique.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[qui]
        appel = getattr(fabrique, methode.lower())
        requete = appel(chemin, donnees) if donnees is not None else appel(chemin)
        requete._dont_enforce_csrf_checks = True
        with _annulee():
            # Not the test client: it copies every context of every template, which this many pages cannot afford.
            reponse: HttpResponseBase = _site().get_response(requete)
            reponse.corps = corps(reponse)  # type: ignore[attr-defined]
            # Not reponse.close(): the end of a request would close the connection of the world.
            for fermer in reponse._resource_closers:  # type: ignore[attr-defined]
                fermer()
        return reponse

    def ouvrir(self, qui: str, personne: Personne) -> None:
        """Log this person in."""
        client = Client()
        client.force_login(personne, backend=BACKEND)
        assert client.session[SESSION_KEY]
        self.sessions[qui] = client.cookies[settings.SESSION_COOKIE_NAME].value


@cache
def _site() -> BaseHandler:
    site = BaseHandler()
    site.load_middleware()
    return site


def corps(reponse: HttpResponseBase) -> str:
    """The whole text of an answer, headers included: a leak is a leak wherever it shows."""
    octets = b"".join(reponse.streaming_content) if reponse.streaming else reponse.content  # type: ignore[attr-defined]
    return octets.decode("utf-8", "replace") + "\n" + str(reponse.headers)


@contextmanager
def _annulee() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def monde(dossier: Path, *, vide: bool = False) -> Iterator[Monde]:
    """The world, in a transaction that is undone."""
    with override_settings(CEPAGE_DONNEES=dossier), transaction.atomic():
        ouvrir_le_marche()
        cotes = [Cote("AB", "08"), Cote("CD", "02")]
        personnes.creer(cotes)
        if not vide:
            for piece in toutes_les_pieces().values():
                for cote in cotes:
                    if piece.preparer is not None:
                        piece.preparer(cote, dossier)
        tenu = Monde(cotes)
        for role in Role:
            tenu.ouvrir(role, personnes.personne_de(role))
        with portee.portee_emetteurs([]):
            yield tenu
        transaction.set_rollback(True)
