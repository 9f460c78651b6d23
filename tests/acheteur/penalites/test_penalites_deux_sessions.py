"""Two people at once on the same pénalité, in two sessions of PostgreSQL: neither update is lost, none counts twice."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cepage.acheteur.penalites import services
from cepage.acheteur.penalites.enums import Etat, Sens
from cepage.acheteur.penalites.models import Penalite
from cepage.fondations.comptes.enums import Role
from cepage.fondations.comptes.models import Personne
from cepage.fondations.socle.portee import portee_totale
from cepage.fondations.socle.transitions import TransitionRefusee
from tests.acheteur.decomptes.fabrique import commander
from tests.acheteur.penalites.conftest import College
from tests.acheteur.penalites.fabrique import DEFINITIVE_LE, LE, acheteur, commander_le_lot, constat, proposer, voter
from tests.deux_sessions import a_deux, base_copiee
from tests.personnes import alice


@pytest.fixture(scope="module")
def copie(django_db_setup: None, django_db_blocker: Any) -> Iterator[College]:
    """A database where sessions commit, with the people and the lot."""
    with django_db_blocker.unblock(), base_copiee():
        with portee_totale():
            commander_le_lot(volume=1000)
            college = College(
                acheteur("Renaud", Role.REFERENT),
                acheteur("Sonia", Role.SUPERVISEUR),
                acheteur("Lucie", Role.GESTIONNAIRE),
            )
            alice()
        yield college


def ouvrir(college: College, mois: int, combien: int = 5) -> Penalite:
    """A new breach of that month, proposed and committed."""
    with portee_totale():
        return proposer(
            college.referent, constat(debut=f"2021-{mois:02d}-01", fin=f"2021-{mois:02d}-28", combien=combien)
        )


def etat(penalite: Penalite) -> tuple[str, int]:
    with portee_totale():
        return Penalite.objects.get(pk=penalite.pk).etat, penalite.voix.count()


def test_deux_decisions_en_meme_temps(copie: College) -> None:
    ouverte = ouvrir(copie, 1)
    premier, second = a_deux(lambda: voter(ouverte, copie.superviseur), lambda: voter(ouverte, copie.gestionnaire))
    assert (premier.refus, second.refus, second.attendue) == (None, None, True)
    assert etat(ouverte) == (Etat.NOTIFIEE, 2)


def test_la_meme_personne_deux_fois(copie: College) -> None:
    ouverte = ouvrir(copie, 2)
    _, second = a_deux(lambda: voter(ouverte, copie.superviseur), lambda: voter(ouverte, copie.superviseur))
    assert isinstance(second.refus, TransitionRefusee)
    assert etat(ouverte) == (Etat.PROPOSEE, 1)


def test_deux_propositions_du_meme_manquement(copie: College) -> None:
    premier, second = a_deux(lambda: ouvrir(copie, 3), lambda: ouvrir(copie, 3))
    assert premier.valeur.reference
    assert isinstance(second.refus, services.PropositionRefusee)
    assert second.attendue
    with portee_totale():
        assert Penalite.objects.filter(debut=date(2021, 3, 1)).count() == 1


def test_contestation_et_echeance_en_meme_temps(copie: College) -> None:
    ouverte = ouvrir(copie, 4)
    for personne in (copie.superviseur, copie.gestionnaire):
        voter(ouverte, personne)
    operateur = Personne.objects.get(prenom="Alice")
    premier, second = a_deux(
        lambda: services.contester(ouverte, operateur, "Non.", le=LE), lambda: services.echoir(DEFINITIVE_LE)
    )
    assert (premier.refus, second.refus, second.attendue) == (None, None, True)
    assert etat(ouverte)[0] == Etat.CONTESTEE


def test_deux_reponses_contraires_a_une_contestation(copie: College) -> None:
    ouverte = ouvrir(copie, 5)
    for personne in (copie.superviseur, copie.gestionnaire):
        voter(ouverte, personne)
    services.contester(ouverte, Personne.objects.get(prenom="Alice"), "Non.", le=LE)
    a_deux(
        lambda: voter(ouverte, copie.superviseur, Sens.CONTRE), lambda: voter(ouverte, copie.gestionnaire, Sens.POUR)
    )
    assert etat(ouverte) == (Etat.CONTESTEE, 4)


def test_deux_penalites_se_partagent_le_plafond(copie: College) -> None:
    """In 2020, 5 units at 300 € are ordered: the cap is 150 €, and each pénalité, alone, would take its 100 €."""
    vu = constat(debut="2020-03-01", fin="2020-03-31")
    with portee_totale():
        commander(annee=2020, volume=5)
        ouvertes = [proposer(copie.referent, vu), proposer(copie.referent, replace(vu, debut=date(2020, 3, 2)))]
        for ouverte in ouvertes:
            voter(ouverte, copie.superviseur)
    _, second = a_deux(*(lambda o=o: voter(o, copie.gestionnaire) for o in ouvertes))
    assert second.attendue
    with portee_totale():
        retenus = [Penalite.objects.get(pk=p.pk).montant_retenu for p in ouvertes]
    assert retenus == [Decimal("100.00"), Decimal("50.00")]
