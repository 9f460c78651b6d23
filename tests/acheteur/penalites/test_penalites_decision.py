"""Proposed by one, decided by others together, contested, final: never twice, never above the cap, never alone."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cepage.acheteur.marche.models import Commande
from cepage.acheteur.penalites import services
from cepage.acheteur.penalites.enums import DECIDEES, Etat, Fait, Sens
from cepage.acheteur.penalites.models import ContestationPenalite, Penalite, Voix
from cepage.fondations.socle.journal import verifier
from cepage.fondations.socle.models import EntreeJournal, TransitionJournal
from cepage.fondations.socle.portee import portee_emetteurs
from cepage.fondations.socle.transitions import TransitionRefusee
from tests.acheteur.penalites.conftest import College
from tests.acheteur.penalites.fabrique import DEFINITIVE_LE, LE, constat, definitive, proposer, voter
from tests.personnes import alice


def relire(penalite: Penalite) -> Penalite:
    return Penalite.objects.get(pk=penalite.pk)


def test_de_la_proposition_a_la_fin(college: College) -> None:
    ouverte = proposer(college.referent)
    assert (ouverte.reference, ouverte.etat, ouverte.montant) == ("2021-Lot08-P001", Etat.PROPOSEE, Decimal("100.00"))
    assert voter(ouverte, college.superviseur).etat == Etat.PROPOSEE
    notifiee = voter(ouverte, college.gestionnaire)
    assert (notifiee.etat, notifiee.montant_retenu, notifiee.plafond_annuel) == (
        Etat.NOTIFIEE, Decimal("100.00"), Decimal("3000.00"),
    )  # fmt: skip
    # Ten working days after Tuesday 15 June 2021.
    assert notifiee.contestable_jusqu_a == date(2021, 6, 29)
    assert services.echoir(DEFINITIVE_LE - timedelta(days=1)) == 0
    assert services.echoir(DEFINITIVE_LE) == 1
    assert services.echoir(DEFINITIVE_LE) == 0
    finale = relire(ouverte)
    assert (finale.etat, finale.definitive_le) == (Etat.DEFINITIVE, date(2021, 6, 30))
    moves = TransitionJournal.objects.filter(modele="penalites.penalite", objet=str(ouverte.pk))
    assert [m.vers for m in moves.order_by("pk")] == [Etat.NOTIFIEE, Etat.DEFINITIVE]
    assert EntreeJournal.objects.filter(genre__startswith="penalite.").count() == 5
    assert verifier().intacte


def test_deux_voix_contre_l_ecartent(college: College) -> None:
    ouverte = proposer(college.referent)
    voter(ouverte, college.superviseur, Sens.CONTRE)
    assert voter(ouverte, college.gestionnaire, Sens.CONTRE).etat == Etat.ECARTEE
    with pytest.raises(TransitionRefusee, match="rien à décider"):
        voter(ouverte, college.gestionnaire)


def test_une_voix_de_chaque_cote_ne_decide_rien(college: College) -> None:
    ouverte = proposer(college.referent)
    voter(ouverte, college.superviseur, Sens.CONTRE)
    assert voter(ouverte, college.gestionnaire).etat == Etat.PROPOSEE


@pytest.mark.parametrize(("sens", "fin"), [(Sens.POUR, Etat.DEFINITIVE), (Sens.CONTRE, Etat.LEVEE)])
def test_une_contestation_se_decide_aussi_a_plusieurs(college: College, sens: Sens, fin: Etat) -> None:
    ouverte, operateur = proposer(college.referent), alice()
    for personne in (college.superviseur, college.gestionnaire):
        voter(ouverte, personne)
    services.contester(relire(ouverte), operateur, "Le canal était fermé ces jours-là.", le=LE)
    assert relire(ouverte).etat == Etat.CONTESTEE
    assert services.echoir(DEFINITIVE_LE) == 0
    assert voter(ouverte, college.superviseur, sens).etat == Etat.CONTESTEE
    assert voter(ouverte, college.gestionnaire, sens).etat == fin
    with pytest.raises(TransitionRefusee):
        services.contester(relire(ouverte), operateur, "Encore.", le=LE)


def test_on_ne_conteste_plus_apres_le_delai(college: College) -> None:
    ouverte = proposer(college.referent)
    for personne in (college.superviseur, college.gestionnaire):
        voter(ouverte, personne)
    with pytest.raises(TransitionRefusee, match="29/06/2021"):
        services.contester(relire(ouverte), alice(), "Trop tard.", le=DEFINITIVE_LE)
    assert not ContestationPenalite.objects.exists()


def test_qui_propose_ne_decide_pas_et_nul_ne_vote_deux_fois(college: College) -> None:
    ouverte = proposer(college.superviseur)
    with pytest.raises(TransitionRefusee, match="Vous avez proposé"):
        voter(ouverte, college.superviseur)
    voter(ouverte, college.gestionnaire)
    with pytest.raises(TransitionRefusee, match="déjà donné"):
        voter(ouverte, college.gestionnaire)
    assert Voix.objects.count() == 1


def test_un_manquement_ne_se_sanctionne_pas_deux_fois(college: College) -> None:
    ouverte = proposer(college.referent)
    for personne in (college.superviseur, college.gestionnaire):
        voter(ouverte, personne, Sens.CONTRE)
    with pytest.raises(services.PropositionRefusee, match="deux fois"):
        proposer(college.referent)
    suivante = proposer(college.referent, constat(debut="2021-04-01", fin="2021-04-30"))
    assert suivante.reference == "2021-Lot08-P002"


def test_ce_qui_est_tolere_ou_pas_encore_du_ne_se_propose_pas(college: College) -> None:
    with pytest.raises(services.PropositionRefusee, match="toléré"):
        proposer(college.referent, constat(combien=3))
    with pytest.raises(services.PropositionRefusee, match="30/06/2021"):
        proposer(college.referent, constat(debut="2021-06-01", fin="2021-06-30"))
    assert not Penalite.objects.exists()


def test_le_plafond_de_l_annee_coupe_la_derniere(college: College) -> None:
    """10 % of 4 units at 300 € is 120 €: the first takes 100, the second the 20 that remain, the third nothing."""
    Commande.objects.update(volume=4)
    retenus = []
    for mois in ("03", "04", "05"):
        fin = {"03": "31", "04": "30", "05": "31"}[mois]
        vu = constat(debut=f"2021-{mois}-01", fin=f"2021-{mois}-{fin}")
        retenus.append(definitive(college.referent, college.superviseur, college.gestionnaire, vu=vu).montant_retenu)
    assert retenus == [Decimal("100.00"), Decimal("20.00"), Decimal("0.00")]


def test_une_penalite_levee_rend_sa_part_du_plafond(college: College) -> None:
    Commande.objects.update(volume=4)
    ouverte = proposer(college.referent)
    for personne in (college.superviseur, college.gestionnaire):
        voter(ouverte, personne)
    services.contester(relire(ouverte), alice(), "Non.", le=LE)
    for personne in (college.superviseur, college.gestionnaire):
        voter(ouverte, personne, Sens.CONTRE)
    vu = constat(debut="2021-04-01", fin="2021-04-30")
    suivante = definitive(college.referent, college.superviseur, college.gestionnaire, vu=vu)
    assert suivante.montant_retenu == Decimal("100.00")


GESTE = st.sampled_from(["proposer", "pour", "contre", "contester", "echoir", "reduire"])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(gestes=st.lists(st.tuples(GESTE, st.integers(0, 4), st.integers(4, 30)), min_size=3, max_size=25))
def test_ce_qui_tient_toujours(college: College, gestes: list[tuple[str, int, int]]) -> None:
    """Whatever people do in whatever order: one pénalité a breach, two votes a decision, the cap never passed."""
    point = transaction.savepoint()
    Commande.objects.update(volume=8)
    operateur = alice()
    try:
        for geste, rang, combien in gestes:
            _jouer(college, operateur, geste, rang, combien)
            _verifier()
    finally:
        transaction.savepoint_rollback(point)


def _jouer(college: College, operateur: Any, geste: str, rang: int, combien: int) -> None:
    debut = date(2021, 1, 1) + timedelta(days=7 * rang)
    connues = list(Penalite.objects.order_by("pk"))
    visee = connues[rang % len(connues)] if connues else None
    sens = Sens.POUR if geste == "pour" else Sens.CONTRE
    actes: dict[str, Callable[[], Any]] = {
        "proposer": lambda: proposer(
            college.referent, constat(debut=str(debut), fin=str(debut + timedelta(days=6)), combien=combien)
        ),
        "contester": lambda: visee and services.contester(visee, operateur, "Non.", le=LE),
        "echoir": lambda: services.echoir(DEFINITIVE_LE),
        "reduire": lambda: Commande.objects.update(volume=combien % 9),
    }
    votant = college.superviseur if combien % 2 else college.gestionnaire
    acte = actes.get(geste, lambda: visee and voter(visee, votant, sens))
    try:
        with transaction.atomic():
            acte()
    except (TransitionRefusee, services.PropositionRefusee):
        pass


def _verifier() -> None:
    toutes = list(Penalite.objects.all())
    assert len({(p.lot, p.emetteur, p.fait, p.debut) for p in toutes}) == len(toutes)
    comptees = [p.montant_retenu or Decimal(0) for p in toutes if p.etat in DECIDEES]
    plafonds = [p.plafond_annuel or Decimal(0) for p in toutes if p.etat in DECIDEES]
    # 8 units at 300 €, 10 %: orders only ever shrink here.
    assert sum(comptees) <= max(plafonds, default=Decimal(0)) <= Decimal(240)
    for penalite in toutes:
        if penalite.etat not in (Etat.PROPOSEE, Etat.ECARTEE):
            votants = set(penalite.voix.filter(tour="proposition", sens=Sens.POUR).values_list("personne", flat=True))
            assert len(votants) >= 2
            assert penalite.auteur_id not in votants


# --- what the database refuses, whoever asks ---


def refuse(ordre: str, *valeurs: object, match: str) -> None:
    with pytest.raises(DatabaseError, match=match), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(ordre, valeurs)


def test_la_base_refuse_une_decision_solitaire(college: College) -> None:
    ouverte = proposer(college.referent)
    voter(ouverte, college.superviseur)
    notifier = (
        "UPDATE penalites_penalite SET etat = 'notifiee', montant_retenu = 100, plafond_annuel = 3000, "
        "contestable_jusqu_a = '2021-06-29' WHERE id = %s"
    )
    refuse(notifier, ouverte.pk, match="deux personnes au moins")
    refuse("UPDATE penalites_penalite SET etat = 'ecartee' WHERE id = %s", ouverte.pk, match="deux personnes au moins")
    voix = (
        "INSERT INTO penalites_voix (penalite_id, emetteur, tour, personne_id, sens, motif, le) "
        "VALUES (%s, 'AB', 'proposition', %s, 'pour', 'x', now())"
    )
    refuse(voix, ouverte.pk, college.referent.pk, match="ne la décide pas")
    refuse(voix, ouverte.pk, college.superviseur.pk, match="voix_une_fois")
    refuse(voix.replace("proposition", "contestation"), ouverte.pk, college.gestionnaire.pk, match="rien à décider")


def test_la_base_refuse_de_passer_le_plafond(college: College) -> None:
    definitive(college.referent, college.superviseur, college.gestionnaire)
    seconde = proposer(college.referent, constat(debut="2021-04-01", fin="2021-04-30"))
    for personne in (college.superviseur, college.gestionnaire):
        Voix.objects.create(
            penalite=seconde, emetteur="AB", tour="proposition", personne=personne, sens="pour", motif="x",
            le=datetime(2021, 6, 15, tzinfo=UTC),
        )  # fmt: skip
    notifier = (
        "UPDATE penalites_penalite SET etat = 'notifiee', montant_retenu = %s, plafond_annuel = 150, "
        "contestable_jusqu_a = '2021-06-29' WHERE id = %s"
    )
    refuse(notifier, 51, seconde.pk, match="plafond")
    with connection.cursor() as curseur:
        curseur.execute(notifier, [50, seconde.pk])


def test_la_base_garde_ce_qui_est_decide(college: College) -> None:
    finale = definitive(college.referent, college.superviseur, college.gestionnaire)
    for ordre, motif in (
        ("UPDATE penalites_penalite SET etat = 'levee'", "close"),
        ("UPDATE penalites_penalite SET montant = 1", "ne s'efface ni ne se réécrit"),
        ("DELETE FROM penalites_penalite", "ne s'efface ni ne se réécrit"),
        ("TRUNCATE penalites_penalite CASCADE", "permission denied|ne s'efface|must be owner"),
        ("UPDATE penalites_voix SET sens = 'contre'", "ne s'efface ni ne se réécrit"),
        ("DELETE FROM penalites_voix", "ne s'efface ni ne se réécrit"),
    ):
        refuse(ordre, match=motif)
    assert relire(finale).montant_retenu == Decimal("100.00")


def test_la_base_laisse_le_temps_de_contester(college: College) -> None:
    ouverte = proposer(college.referent)
    for personne in (college.superviseur, college.gestionnaire):
        voter(ouverte, personne)
    tot = "UPDATE penalites_penalite SET etat = 'definitive', definitive_le = '2021-06-29'"
    refuse(tot, match="peut encore contester")
    refuse("UPDATE penalites_penalite SET etat = 'proposee'", match="ne passe pas|decidee")
    refuse("UPDATE penalites_penalite SET montant_retenu = 99", match="ne change qu'avec son état")


def test_un_operateur_ne_voit_que_les_siennes(college: College) -> None:
    ouverte = proposer(college.referent)
    voter(ouverte, college.superviseur)
    for code, vu in (("AB", True), ("CD", False)):
        with portee_emetteurs([code]):
            assert (Penalite.objects.exists(), Voix.objects.exists()) == (vu, vu)


def test_la_proposition_a_un_montant(college: College) -> None:
    with pytest.raises(IntegrityError, match="penalite_montant"), transaction.atomic():
        Penalite.objects.create(
            reference="x", lot="08", emetteur="AB", fait=Fait.ACCUSE_TARDIF, debut=date(2021, 1, 1),
            fin=date(2021, 3, 31), constates=1, retenus=1, preuves=[], montant=0, explication="", clause="c",
            confiance="lu", regles="0" * 64, auteur=college.referent, proposee_le=LE, motif="m",
        )  # fmt: skip
