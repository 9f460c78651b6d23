"""The prime: amounts from the décomptes, population from the register, verdict from the survey, and its page."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from html import unescape
from pathlib import Path

import pytest

from cepage.acheteur.decomptes import enquetes
from cepage.acheteur.decomptes.primes import lire_la_prime, population, prime_du_lot
from cepage.acheteur.decomptes.trimestres import Semestre
from cepage.acheteur.qualite.profils import bande
from cepage.acheteur.qualite.services import importer
from cepage.config.ligne_de_commande import principal
from cepage.fondations.regles.prime import Reponses
from cepage.fondations.socle.portee import portee_totale
from tests.acheteur.decomptes.fabrique import (
    INSTANT,
    ControleFictif,
    clore,
    commander,
    decompter,
    figer,
    tarifer,
    tenir,
)
from tests.personnes import alice, bob, charlie, diane, entrer

pytestmark = pytest.mark.django_db
S1 = Semestre(2021, 1)


class EnquetesFictives:
    """Surveys whose answers a test writes."""

    def __init__(self) -> None:
        self.recues: list[Reponses] = []

    def reponses(self, lot: str, semestre: Semestre) -> Sequence[Reponses]:
        return self.recues


@pytest.fixture
def sondage() -> Iterator[EnquetesFictives]:
    avant = enquetes.enquetes()
    fictives = EnquetesFictives()
    enquetes.abonner(fictives)
    yield fictives
    enquetes.abonner(avant)


@pytest.fixture
def semestre(db: None, controle: ControleFictif) -> None:
    """Three UO1 at 150 € in the first quarter, two in the second."""
    with portee_totale():
        tenir()
        commander("01")
        tarifer("01", "150.05")
        for rang, jour in enumerate(("2021-01-20", "2021-02-10", "2021-03-31", "2021-04-01", "2021-06-30"), 1):
            clore(rang, jour, uo="01")
        clore(6, "2021-07-01", uo="01")


def test_le_montant_est_celui_des_deux_trimestres(semestre: None, sondage: EnquetesFictives) -> None:
    sondage.recues = [Reponses("01", 5, 5, 4)]
    with portee_totale():
        prime = prime_du_lot("08", S1, maintenant=INSTANT)
    uo1 = next(v for v in prime.verdicts if v.uo == "01")
    # 5 × 150.05 = 750.25 ; 10 % = 75.025 → 75.03
    assert (uo1.montant_facture_ht, uo1.prime_ht, prime.total_ht) == (
        Decimal("750.25"),
        Decimal("75.03"),
        Decimal("75.03"),
    )
    assert uo1.explication == (
        "Prime due : 4 des 5 personnes qui ont répondu ont trouvé le service utile et de qualité, soit 80,0 %, "
        "au moins 80 % comme il le faut. Elle vaut 10 % des 750,25 € facturés, soit 75,03 €."
    )
    assert prime.provisoire


def test_sans_enquete_pas_de_prime(semestre: None, sondage: EnquetesFictives) -> None:
    with portee_totale():
        prime = prime_du_lot("08", S1, maintenant=INSTANT)
    assert {v.prime_ht for v in prime.verdicts} == {Decimal(0)}
    assert {v.explication for v in prime.verdicts} == {"Pas de prime : aucune enquête n'a été envoyée ce semestre."}


def test_une_enquete_sans_reponse_le_dit(semestre: None, sondage: EnquetesFictives) -> None:
    sondage.recues = [Reponses("01", 5, 0, 0)]
    with portee_totale():
        prime = prime_du_lot("08", S1, maintenant=INSTANT)
    assert prime.verdicts[0].explication == "Pas de prime : personne n'a répondu à l'enquête."


def test_la_refaction_diminue_la_prime(semestre: None, sondage: EnquetesFictives, controle: ControleFictif) -> None:
    sondage.recues = [Reponses("01", 5, 5, 5)]
    controle.rejets["2021-T1"] = ["AB210101000001"]
    with portee_totale():
        prime = prime_du_lot("08", S1, maintenant=INSTANT)
    assert prime.verdicts[0].montant_facture_ht == Decimal("600.20")


def test_elle_n_est_plus_provisoire_une_fois_les_decomptes_figes(
    semestre: None, sondage: EnquetesFictives, controle: ControleFictif
) -> None:
    with portee_totale():
        for trimestre in ("2021-T1", "2021-T2"):
            figer(decompter(trimestre), controle)
        assert not lire_la_prime("08", S1).provisoire


def test_la_population_est_celle_des_unites_closes(semestre: None) -> None:
    with portee_totale():
        lue = population("08", "01", date(2021, 1, 1), date(2021, 7, 1))
    assert {variable: sum(classes.values()) for variable, classes in lue.items()} == {
        "sexe": 5,
        "age": 5,
        "categorie_sociale": 5,
    }


@pytest.mark.parametrize(
    ("age", "attendue"),
    [(None, ""), (14, "<15"), (15, "15-24"), (24, "15-24"), (25, "25-34"), (54, "45-54"), (55, "55+"), (80, "55+")],
)
def test_les_tranches_d_age(age: int | None, attendue: str) -> None:
    assert bande(age, date(2021, 6, 30)) == attendue


def test_la_prime_lit_les_enquetes_importees(semestre: None, tmp_path: Path) -> None:
    """What the surveys' room knows reaches the prime with nobody in between."""
    fichier = tmp_path / "resultats.csv"
    fichier.write_text(
        "lot;uo;semestre;sexe;tranche_age;categorie_sociale;envoyes;repondants;utiles_et_qualite\n"
        "08;01;2021-S1;F;25-34;;5;5;4\n"
    )
    with portee_totale():
        importer(fichier)
        uo1 = next(v for v in prime_du_lot("08", S1, maintenant=INSTANT).verdicts if v.uo == "01")
    assert (uo1.envoyes, uo1.repondants, uo1.prime_ht) == (5, 5, Decimal("75.03"))


def test_la_commande(
    semestre: None,
    sondage: EnquetesFictives,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cepage.config.ligne_de_commande.preparer", lambda: None)
    monkeypatch.setattr("django.db.connections.close_all", lambda: None)
    sondage.recues = [Reponses("01", 9, 4, 4)]
    assert principal(["prime", "--lot", "08", "--semestre", "2021-S1", "--format", "json"]) == 0
    premiere, *autres = json.loads(capsys.readouterr().out)
    assert {
        "uo",
        "envoyes",
        "repondants",
        "taux",
        "intervalle",
        "representatif",
        "montant_facture_ht",
        "prime_ht",
    } < set(premiere)
    assert (premiere["uo"], premiere["envoyes"], premiere["taux"], premiere["prime_ht"]) == ("01", 9, 1.0, "75.03")
    assert [ligne["uo"] for ligne in autres] == ["21", "22"]
    assert principal(["prime", "--lot", "08", "--semestre", "2021-T1"]) == 2
    assert "2021-S1" in capsys.readouterr().err


def test_la_page(semestre: None, sondage: EnquetesFictives) -> None:
    sondage.recues = [Reponses("01", 5, 5, 4)]
    assert "Aucun semestre" in unescape(entrer(alice()).get("/decomptes/prime/").content.decode())
    with portee_totale():
        prime_du_lot("08", S1, maintenant=INSTANT)
    page = unescape(entrer(bob()).get("/decomptes/prime/?lot=08&semestre=2021-S1").content.decode())
    assert "4 des 5 personnes" in page
    assert "Provisoire" in page
    assert "75,03" not in unescape(entrer(charlie()).get("/decomptes/prime/?lot=08").content.decode())
    assert entrer(diane()).get("/decomptes/prime/").status_code == 403
