"""Two hundred people want the same slot at once: one has it, the others are told so; and a workshop never overflows."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from threading import Barrier

import pytest
from django.db import connections

from cepage.fondations.comptes.models import Organisation, Personne
from cepage.fondations.socle.portee import portee_emetteurs
from cepage.operateur.agenda import services
from cepage.operateur.agenda.enums import EtatParticipation, Mode
from cepage.operateur.agenda.models import Participation, Plage, RendezVous, Site
from cepage.operateur.dossiers.models import Beneficiaire
from cepage.operateur.dossiers.services import ActeRefuse
from tests.operateur.agenda.accueil import CONSEILLERE, LE, A, atelier, conseiller, creneaux, reserver

DEMANDES, ENSEMBLE = 200, 40
"""Bookings asked for, and how many connections ask at the very same instant."""


@dataclass(frozen=True)
class Guichet:
    """A site, its counsellor, and two hundred people."""

    site: Site
    conseiller: Personne
    gens: list[Beneficiaire]


@pytest.fixture
def guichet(transactional_db: None) -> Iterator[Guichet]:
    """What the threads see is committed; it is removed at the end."""
    with portee_emetteurs(["AB"]):
        ici = Site.objects.create(
            emetteur="AB",
            lot="08",
            code_implantation="S1",
            libelle="Nantes",
            departement="44",
            commune="Nantes",
            horaires="Mo-Fr 08:00-19:30",
            date_ouverture=date(2020, 1, 2),
            modifie_le=A,
            modifie_par="x",
        )
        gens = Beneficiaire.objects.bulk_create(
            Beneficiaire(
                emetteur="AB",
                lot="08",
                identifiant_beneficiaire=f"AB-{rang:06d}",
                nom_naissance=f"Martin{rang}",
                date_naissance=date(1980, 1, 1),
                modifie_le=A,
                modifie_par="x",
            )
            for rang in range(DEMANDES)
        )
        qui = conseiller()
    yield Guichet(ici, qui, gens)
    with portee_emetteurs(["AB"]):
        for modele in (Participation, RendezVous, Plage, Site, Beneficiaire):
            modele.objects.all().delete()
        qui.attributions.all().delete()
        qui.delete()
        Organisation.objects.all().delete()


def _tous_ensemble(gens: list[Beneficiaire], demander: Callable[[Beneficiaire], object]) -> Counter[str]:
    """How many were served, and how many were refused with each code; any other error fails."""
    depart = Barrier(ENSEMBLE)

    def un_guichetier(siens: list[Beneficiaire]) -> list[str]:
        reponses = []
        try:
            connections["default"].ensure_connection()
            depart.wait()
            for quelqu_un in siens:
                try:
                    with portee_emetteurs(["AB"]):
                        demander(quelqu_un)
                    reponses.append("servie")
                except ActeRefuse as refus:
                    reponses.append(refus.refus[0].code)
        finally:
            connections.close_all()
        return reponses

    with ThreadPoolExecutor(ENSEMBLE) as guichetiers:
        listes = guichetiers.map(un_guichetier, [gens[rang::ENSEMBLE] for rang in range(ENSEMBLE)])
        return Counter(reponse for liste in listes for reponse in liste)


def test_deux_cents_demandes_d_un_creneau_donnent_un_rendez_vous(guichet: Guichet) -> None:
    with portee_emetteurs(["AB"]):
        ouverte = Plage.objects.create(
            emetteur="AB",
            conseiller=guichet.conseiller,
            site=guichet.site,
            jour=2,
            heure_debut=time(9),
            heure_fin=time(10),
            modes=[Mode.PRESENTIEL],
            debut=LE,
        )
        libre = creneaux(ouverte)[0]
    assert not libre.pris
    reponses = _tous_ensemble(guichet.gens, lambda quelqu_un: reserver(libre, quelqu_un))
    assert reponses == {"servie": 1, "RENDEZ_VOUS_SANS_CHEVAUCHEMENT": DEMANDES - 1}
    with portee_emetteurs(["AB"]):
        assert RendezVous.objects.get().debut == datetime(2020, 3, 3, 8, tzinfo=UTC)
        assert Participation.objects.get().etat == EtatParticipation.PREVUE


def test_deux_cents_demandes_de_douze_places_en_donnent_douze(guichet: Guichet) -> None:
    with portee_emetteurs(["AB"]):
        seance = atelier(guichet.site, guichet.conseiller, capacite=12)
    reponses = _tous_ensemble(
        guichet.gens, lambda quelqu_un: services.inscrire(seance, quelqu_un, demande_le=LE, par=CONSEILLERE, a=A)
    )
    assert reponses == {"servie": 12, "RENDEZ_VOUS_PLACES": DEMANDES - 12}
    with portee_emetteurs(["AB"]):
        seance.refresh_from_db()
        assert (seance.inscrits, Participation.objects.count()) == (12, 12)
