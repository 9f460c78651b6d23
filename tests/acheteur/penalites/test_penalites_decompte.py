"""A definitive pénalité is held back once, by the next décompte, with its explanation; nothing under a PV changes."""

from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import DatabaseError, connection, transaction
from odfdo import Document
from pypdf import PdfReader

from cepage.acheteur.decomptes import documents
from cepage.acheteur.decomptes.models import Decompte, LignePenalite
from cepage.acheteur.decomptes.selectors import reference_du_decompte, totaux
from cepage.acheteur.penalites import services
from cepage.acheteur.penalites.models import Penalite
from tests.acheteur.decomptes.fabrique import ControleFictif, clore, decompter, figer
from tests.acheteur.penalites.conftest import College
from tests.acheteur.penalites.fabrique import constat, definitive, proposer, voter


@pytest.fixture
def penalite(college: College, controle: ControleFictif) -> Penalite:
    """100 €, definitive on 30 June 2021."""
    return definitive(college.referent, college.superviseur, college.gestionnaire)


def retenue(trimestre: str) -> Decimal:
    return totaux(decompter(trimestre)).penalites


def test_le_decompte_du_trimestre_ou_elle_devient_definitive(penalite: Penalite) -> None:
    clore(1)
    assert [retenue(f"2021-T{n}") for n in (1, 2, 3)] == [0, Decimal("100.00"), 0]
    assert reference_du_decompte(penalite.reference) == "2021-T2-Lot08-AB"
    assert reference_du_decompte("2021-Lot08-P999") is None
    assert retenue("2021-T2") == Decimal("100.00")
    assert LignePenalite.objects.count() == 1


def test_ce_qui_n_est_pas_definitif_ne_se_retient_pas(college: College, controle: ControleFictif) -> None:
    ouverte = proposer(college.referent)
    for personne in (college.superviseur, college.gestionnaire):
        voter(ouverte, personne)
    assert retenue("2021-T2") == 0


def test_apres_le_proces_verbal_rien_ne_change_elle_vient_au_suivant(
    college: College, controle: ControleFictif
) -> None:
    deuxieme = decompter("2021-T2")
    figer(deuxieme, controle)
    definitive(college.referent, college.superviseur, college.gestionnaire)
    assert totaux(decompter("2021-T2")).penalites == 0
    assert retenue("2021-T3") == Decimal("100.00")
    figer(Decompte.objects.get(annee=2021, trimestre=3), controle)
    assert retenue("2021-T4") == 0


def test_la_base_garde_les_decomptes_figes(penalite: Penalite, controle: ControleFictif) -> None:
    deuxieme = decompter("2021-T2")
    for ordre in (
        "UPDATE decomptes_lignepenalite SET montant = 99",
        "UPDATE decomptes_lignepenalite SET penalite = '2021-Lot08-P999'",
    ):
        with pytest.raises(DatabaseError, match="définitive"), transaction.atomic(), connection.cursor() as curseur:
            curseur.execute(ordre)
    figer(deuxieme, controle)
    for ordre in ("UPDATE decomptes_lignepenalite SET libelle = 'x'", "DELETE FROM decomptes_lignepenalite"):
        with pytest.raises(DatabaseError, match="provisoire"), transaction.atomic(), connection.cursor() as curseur:
            curseur.execute(ordre)
    troisieme = decompter("2021-T3")
    with pytest.raises(DatabaseError, match="retenue_une_fois"), transaction.atomic():
        LignePenalite.objects.create(
            decompte=troisieme, emetteur="AB", penalite=penalite.reference, libelle="x", montant=100
        )


def test_elle_ne_touche_ni_les_unites_ni_la_tva(penalite: Penalite) -> None:
    clore(1, "2021-05-10", engagement="2021-01-11")
    bilan = totaux(decompter("2021-T2"))
    # 300 HT + 60 of VAT − 100
    assert (bilan.net_ht, bilan.tva, bilan.ttc, bilan.a_payer) == (300, 60, 360, 260)


def test_un_solde_negatif_est_du_par_l_operateur(penalite: Penalite) -> None:
    assert totaux(decompter("2021-T2")).a_payer == Decimal("-100.00")


def test_une_penalite_ramenee_a_rien_ne_fait_pas_de_ligne(college: College, controle: ControleFictif) -> None:
    from cepage.acheteur.marche.models import Commande

    Commande.objects.update(volume=0)
    assert definitive(college.referent, college.superviseur, college.gestionnaire).montant_retenu == 0
    assert retenue("2021-T2") == 0
    assert not LignePenalite.objects.exists()


def test_les_documents_la_disent(penalite: Penalite) -> None:
    decompte = decompter("2021-T2")
    lu = "\n".join(p.extract_text() for p in PdfReader(BytesIO(documents.pdf(decompte, le=decompte.calcule_le))).pages)
    assert penalite.reference in lu
    assert "2 × 50,00 €" in lu
    feuille = Document(BytesIO(documents.ods(decompte))).body.get_table(name="Pénalités")
    assert [str(v) for v in feuille.get_row_values(1)][::2] == [penalite.reference, "100"]


def test_plusieurs_penalites_et_leur_somme(college: College, controle: ControleFictif) -> None:
    for mois, fin in (("03", "31"), ("04", "30")):
        vu = constat(debut=f"2021-{mois}-01", fin=f"2021-{mois}-{fin}", combien=3 + int(mois))
        definitive(college.referent, college.superviseur, college.gestionnaire, vu=vu)
    decompte = decompter("2021-T2")
    # (6 − 3) × 50 + (7 − 3) × 50 = 350
    assert sum(ligne.montant for ligne in decompte.penalites.all()) == totaux(decompte).penalites == 350


def test_la_nuit_rend_definitif(college: College) -> None:
    from cepage.acheteur.penalites import taches

    ouverte = proposer(college.referent)
    for personne in (college.superviseur, college.gestionnaire):
        voter(ouverte, personne)
    assert services.echoir(datetime(2021, 6, 29, 20, tzinfo=UTC)) == 0
    taches.echoir.func(0)
    assert Penalite.objects.get().etat == "definitive"
