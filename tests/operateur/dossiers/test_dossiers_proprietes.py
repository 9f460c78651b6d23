"""Whatever the acts and their order, no dossier is in an illegal state, and what is declared is what is kept."""

import contextlib
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from cepage.acheteur.marche.models import Commande
from cepage.echanges.envoi.models import FicheSortante
from cepage.fondations.socle.portee import fixer_emetteurs
from cepage.fondations.socle.transitions import TransitionRefusee
from cepage.operateur.dossiers.enums import UO, Etat, TypeCourriel
from cepage.operateur.dossiers.models import UniteOeuvre
from cepage.operateur.dossiers.services import (
    ActeRefuse,
    annuler,
    changer_statut,
    clore_par_courriel,
    clore_par_signature,
    contester_l_abandon,
)
from cepage.operateur.dossiers.services.cloture import clore_automatiquement
from cepage.operateur.dossiers.services.courriels import consigner_courriel
from cepage.operateur.dossiers.services.fiches import contenu_unite
from cepage.operateur.dossiers.services.suivi import consigner_interaction
from tests.operateur.dossiers.atelier import CONSEILLERE, a, engager, personne

UNITE = st.sampled_from(["00", "01", "21", "22"])
RANG = st.integers(0, 5)
FIN = date(2021, 12, 31)


@contextlib.contextmanager
def _refusable() -> Iterator[None]:
    """A refused act leaves nothing behind."""
    with contextlib.suppress(ActeRefuse, TransitionRefusee), transaction.atomic():
        yield


class Dossier(RuleBasedStateMachine):
    """One person, a clock that only goes forward, every act a counsellor or the night may do."""

    @initialize()
    def ouvrir(self) -> None:
        self.point = transaction.savepoint()
        fixer_emetteurs(["AB"])
        self.le = date(2020, 1, 6)
        self.personne = personne(self.le)

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.point)

    def _unite(self, rang: int) -> UniteOeuvre | None:
        unites = list(UniteOeuvre.objects.order_by("-id")[: rang + 1])
        return unites[-1] if unites else None

    @rule(jours=st.sampled_from([1, 7, 30, 61, 200]))
    def avancer(self, jours: int) -> None:
        self.le = min(self.le + timedelta(days=jours), FIN)

    @rule(uo=UNITE, recul=st.integers(0, 20))
    def engager(self, uo: str, recul: int) -> None:
        alea = {"alea_uo22": "PERSONNE"} if uo == "22" else {}
        with _refusable():
            engager(self.personne, uo, max(self.le - timedelta(days=recul), date(2020, 1, 6)), **alea)

    @rule(rang=RANG, recul=st.integers(-1, 10))
    def clore(self, rang: int, recul: int) -> None:
        if unite := self._unite(rang):
            cloturer = clore_par_courriel if unite.uo == UO.UO22 else clore_par_signature
            with _refusable():
                cloturer(unite, le=self.le - timedelta(days=recul), par=CONSEILLERE, a=a(self.le))

    @rule()
    def passer_la_nuit(self) -> None:
        clore_automatiquement(self.le, a=a(self.le, 1))

    @rule(rang=RANG)
    def contester(self, rang: int) -> None:
        if unite := self._unite(rang):
            with _refusable():
                contester_l_abandon(unite, raison="Elle a écrit.", par=CONSEILLERE, a=a(self.le))

    @rule(rang=RANG)
    def annuler(self, rang: int) -> None:
        if unite := self._unite(rang):
            with _refusable():
                annuler(unite, raison="Erreur.", par=CONSEILLERE, a=a(self.le))

    @rule(rang=RANG, recul=st.integers(-1, 40))
    def contacter(self, rang: int, recul: int) -> None:
        if unite := self._unite(rang):
            le = self.le - timedelta(days=recul)
            with _refusable():
                consigner_interaction(
                    unite, le=le, mode_contact="VISIO", duree_minutes=30, par=CONSEILLERE, a=a(self.le)
                )

    @rule(statut=st.sampled_from(["CDI", "DE_INSCRIT", "AGENT_TITULAIRE"]))
    def changer(self, statut: str) -> None:
        with _refusable():
            changer_statut(self.personne, [statut], depuis=self.le, par=CONSEILLERE, a=a(self.le))

    @rule(genre=st.sampled_from(list(TypeCourriel)))
    def ecrire(self, genre: TypeCourriel) -> None:
        ouverte = UniteOeuvre.objects.filter(uo="22", etat=Etat.OUVERTE).first()
        if ouverte is not None and ouverte.courriels.filter(type_livrable=genre).exists():
            return
        with _refusable():
            consigner_courriel(
                self.personne, type_livrable=genre, le=self.le, objet="CEP", texte="Bonjour.",
                par=CONSEILLERE, a=a(self.le), unite=ouverte,
            )  # fmt: skip

    @invariant()
    def rien_d_illegal(self) -> None:
        unites = list(UniteOeuvre.objects.select_related("beneficiaire", "unite_prealable"))
        ouvertes = [u.uo for u in unites if u.etat == Etat.OUVERTE]
        assert len(ouvertes) == len(set(ouvertes))
        assert "00" not in ouvertes
        for unite in unites:
            if unite.etat == Etat.ABANDONNEE:
                assert unite.date_cloture == unite.echeance
            if unite.date_cloture:
                assert unite.date_engagement <= unite.date_cloture <= self.le
            if unite.uo == "22" and unite.etat != Etat.ANNULEE:
                assert unite.unite_prealable is not None
                assert unite.unite_prealable.etat != Etat.ANNULEE

    @invariant()
    def ce_qui_est_declare_est_ce_qui_est_tenu(self) -> None:
        for unite in UniteOeuvre.objects.select_related("beneficiaire"):
            derniere = FicheSortante.objects.filter(fiche="unite_oeuvre", cle=unite.numero_dossier).last()
            assert derniere is not None
            assert (derniere.nature == "A") is (unite.etat == Etat.ANNULEE)
            tenu = {nom: valeur for nom, valeur in contenu_unite(unite).items() if valeur}
            assert {n: v for n, v in derniere.contenu.items() if n not in ("nature", "horodatage")} == tenu


_SANS_LIMITE = {"deadline": None, "suppress_health_check": list(HealthCheck)}


@pytest.fixture
def sans_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mails are kept without drawing their PDF, which its own tests cover."""
    monkeypatch.setattr("cepage.operateur.dossiers.services.courriels.produire", lambda document, le: b"%PDF-1.7")
    Commande.objects.update(volume=99_999)


def test_aucun_etat_illegal(operateur_ab: None, sans_pdf: None) -> None:
    run_state_machine_as_test(
        Dossier, settings=settings(max_examples=10, stateful_step_count=25, derandomize=True, **_SANS_LIMITE)
    )


@pytest.mark.epreuve
def test_aucun_etat_illegal_dix_mille_fois(operateur_ab: None, sans_pdf: None) -> None:
    run_state_machine_as_test(Dossier, settings=settings(max_examples=10_000, stateful_step_count=50, **_SANS_LIMITE))
