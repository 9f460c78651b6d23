"""Two people at once on the same control, in two sessions of PostgreSQL: no update is lost, nothing counts twice."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cepage.acheteur.controle import proces_verbal, services
from cepage.acheteur.controle.enums import Etat, Partie, Verdict
from cepage.acheteur.controle.models import Contestation, Controle, Lecture, ProcesVerbal, SignaturePV, Tirage
from cepage.acheteur.controle.proces_verbal import ProcesVerbalRefuse
from cepage.fondations.comptes.models import Personne
from cepage.fondations.socle.models import EntreeJournal
from cepage.fondations.socle.portee import portee_totale
from cepage.fondations.socle.transitions import TransitionRefusee
from tests.acheteur.controle.fabrique import unites_closes
from tests.acheteur.controle.travail import LE, controler, controleur, grille, superviseur, tirer
from tests.deux_sessions import a_deux, base_copiee
from tests.echanges.reception.fabrique import Facteur, ouvrir_le_marche
from tests.personnes import alice

PLUS_TARD = datetime(2022, 7, 1, 8, tzinfo=UTC)


@pytest.fixture
def echantillon(django_db_setup: None, django_db_blocker: Any, tmp_path: Path) -> Iterator[Tirage]:
    """A drawn sample whose files have their controller, in a database where sessions commit."""
    with django_db_blocker.unblock(), base_copiee():
        with portee_totale():
            ouvrir_le_marche()
            Facteur(tmp_path).envoyer(unites_closes({"S1": 4}))
            alice()
            superviseur()
            controleur("Carole")
            tirage = tirer()
        yield tirage


def un_dossier(tirage: Tirage) -> Controle:
    with portee_totale():
        return tirage.controles.select_related("controleur").order_by("numero_dossier")[0]


def qui(prenom: str) -> Personne:
    return Personne.objects.select_related("organisation").get(prenom=prenom)


def rejeter(tirage: Tirage) -> Controle:
    """One file found not conforming, its first point being at fault."""
    controle = un_dossier(tirage)
    with portee_totale():
        point = services.grille_du_dossier(controle).de(controle.uo)[0].code
        return controler(controle, point)


def lire(question: Callable[[], Any]) -> Any:
    with portee_totale():
        return question()


def test_deux_contestations_en_meme_temps(echantillon: Tirage) -> None:
    rejete, operateur = rejeter(echantillon), qui("Alice")
    premier, second = a_deux(
        lambda: services.contester(rejete, operateur, "Le premier argument.", le=LE),
        lambda: services.contester(rejete, operateur, "Le second argument.", le=LE),
    )
    assert premier.refus is None
    assert isinstance(second.refus, TransitionRefusee)
    assert second.attendue
    assert lire(lambda: [c.argument for c in Contestation.objects.all()]) == ["Le premier argument."]
    assert lire(lambda: EntreeJournal.objects.filter(genre="controle.contestation").count()) == 1


def test_deux_decisions_en_meme_temps(echantillon: Tirage) -> None:
    controle = un_dossier(echantillon)
    assert controle.controleur is not None
    carole = controle.controleur
    with portee_totale():
        services.prendre(controle, carole, le=LE)
        conforme, faute = (
            grille(controle),
            grille(controle, services.grille_du_dossier(controle).de(controle.uo)[0].code),
        )
    premier, second = a_deux(
        lambda: services.decider(controle, carole, faute, le=LE),
        lambda: services.decider(controle, carole, conforme, le=LE),
    )
    assert premier.refus is None
    assert isinstance(second.refus, TransitionRefusee)
    assert second.attendue
    lu = lire(lambda: Controle.objects.get(pk=controle.pk))
    assert (lu.etat, lu.resultat) == (Etat.NON_CONFORME, Verdict.NON_CONFORME)
    assert lire(lambda: [lecture.verdict for lecture in Lecture.objects.all()]) == [Verdict.NON_CONFORME]


def test_contestation_et_fin_du_delai_en_meme_temps(echantillon: Tirage) -> None:
    rejete, operateur = rejeter(echantillon), qui("Alice")
    premier, second = a_deux(
        lambda: services.contester(rejete, operateur, "À temps.", le=LE), lambda: services.echoir(PLUS_TARD)
    )
    assert (premier.refus, second.refus, second.attendue) == (None, None, True)
    assert lire(lambda: Controle.objects.get(pk=rejete.pk).etat) == Etat.CONTESTEE


def test_deux_arbitrages_contraires_en_meme_temps(echantillon: Tirage) -> None:
    rejete, sonia = rejeter(echantillon), qui("Sonia")
    services.contester(rejete, qui("Alice"), "Non.", le=LE)
    premier, second = a_deux(
        lambda: services.arbitrer(rejete, sonia, Etat.LEVEE, "Vu la pièce.", le=LE),
        lambda: services.arbitrer(rejete, sonia, Etat.MAINTENUE, "Rien de neuf.", le=LE),
    )
    assert premier.refus is None
    assert isinstance(second.refus, TransitionRefusee)
    lu = lire(lambda: Controle.objects.get(pk=rejete.pk))
    assert (lu.etat, lu.resultat) == (Etat.DEFINITIVE, Verdict.CONFORME)


def test_un_seul_proces_verbal_et_les_deux_signatures(echantillon: Tirage) -> None:
    with portee_totale():
        for controle in list(echantillon.controles.all()):
            controler(controle)
    sonia, operateur = qui("Sonia"), qui("Alice")
    premier, second = a_deux(
        lambda: proces_verbal.etablir(echantillon, "AB", sonia, le=LE),
        lambda: proces_verbal.etablir(echantillon, "AB", sonia, le=LE),
    )
    pv = premier.valeur
    assert isinstance(second.refus, ProcesVerbalRefuse)
    assert lire(lambda: ProcesVerbal.objects.count()) == 1
    signes = a_deux(
        lambda: proces_verbal.signer(pv, sonia, Partie.ACHETEUR, le=LE),
        lambda: proces_verbal.signer(pv, operateur, Partie.OPERATEUR, le=LE),
    )
    assert [s.refus for s in signes] == [None, None]
    _, encore = a_deux(lambda: None, lambda: proces_verbal.signer(pv, operateur, Partie.OPERATEUR, le=LE))
    assert isinstance(encore.refus, ProcesVerbalRefuse)
    parties = lire(lambda: sorted(SignaturePV.objects.values_list("partie", flat=True)))
    assert parties == [Partie.ACHETEUR, Partie.OPERATEUR]


def test_le_proces_verbal_et_une_contestation_tardive(echantillon: Tirage) -> None:
    """The PV takes the files as they stand: what comes while it is drawn up is refused, not lost under it."""
    rejete = rejeter(echantillon)
    with portee_totale():
        for controle in echantillon.controles.exclude(pk=rejete.pk):
            controler(controle)
    _, second = a_deux(
        lambda: proces_verbal.etablir(echantillon, "AB", qui("Sonia"), le=PLUS_TARD),
        lambda: services.contester(rejete, qui("Alice"), "Tard.", le=LE),
    )
    assert isinstance(second.refus, TransitionRefusee)
    assert second.attendue
    assert not lire(lambda: Contestation.objects.exists())
    assert lire(lambda: Controle.objects.get(pk=rejete.pk).resultat) == Verdict.NON_CONFORME
