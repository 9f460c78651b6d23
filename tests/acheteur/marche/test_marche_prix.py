"""Prices and revisions: read from files, dated, never two on a day, seen by the buyer and by the lot's holder only."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from cepage.acheteur.marche.models import Prix, Titulaire
from cepage.acheteur.marche.prix import prix_le, reviser
from cepage.acheteur.marche.selectors import prix_du_lot
from cepage.acheteur.marche.services import FichierRefuse, Import, importer
from cepage.fondations.socle.portee import portee_emetteurs, portee_totale

pytestmark = pytest.mark.django_db
ENTETE = "lot;uo;debut;fin;prix_ht\n"


def _fichier(tmp_path: Path, texte: str) -> Path:
    chemin = tmp_path / "prix.csv"
    chemin.write_text(texte, encoding="utf-8")
    return chemin


def _prix(tmp_path: Path, lignes: str) -> Import:
    return importer(_fichier(tmp_path, ENTETE + lignes))


def test_importer_deux_fois_ne_change_rien(tmp_path: Path) -> None:
    lignes = "08;21;2020-01-02;2020-12-31;300.00\n08;2.1;2021-01-01;;310.50\n08;UO00;2020-01-02;;12.50\n"
    assert _prix(tmp_path, lignes) == Import("prix", 3, 0, 0)
    assert _prix(tmp_path, lignes) == Import("prix", 0, 0, 3)


@pytest.mark.parametrize(
    ("le", "attendu"),
    [
        (date(2020, 1, 1), None),
        (date(2020, 1, 2), Decimal("300.00")),
        (date(2020, 12, 31), Decimal("300.00")),
        (date(2021, 1, 1), Decimal("310.50")),
        (date(2023, 12, 31), Decimal("310.50")),
    ],
)
def test_le_prix_du_jour(tmp_path: Path, le: date, attendu: Decimal | None) -> None:
    _prix(tmp_path, "08;21;2020-01-02;2020-12-31;300.00\n08;21;2021-01-01;;310.50\n")
    with portee_totale():
        trouve = prix_le("08", "21", le)
    assert (trouve and trouve.revise) == attendu


@pytest.mark.parametrize(
    ("lignes", "dit"),
    [
        ("08;21;2020-01-02;;300.001\n", "deux décimales au plus"),
        ("08;21;2020-01-02;;-3\n", "deux décimales au plus"),
        ("08;99x;2020-01-02;;300.00\n", "unité d'œuvre s'écrit"),
        ("20;21;2020-01-02;;300.00\n", "le lot va de 01 à 19"),
        ("08;21;02/01/2020;;300.00\n", "n'est pas une date"),
        ("08;21;2020-01-02;2020-01-01;300.00\n", "précède le début"),
        ("08;21;2020-01-02;2020-12-31;300.00\n08;21;2020-12-31;;310.00\n", "Ligne 4 : le prix du lot 08 UO 21"),
        ("08;21;2020-01-02;;300.00;9\n", "autant de colonnes"),
    ],
)
def test_refus_sans_rien_ecrire(tmp_path: Path, lignes: str, dit: str) -> None:
    with pytest.raises(FichierRefuse, match=dit):
        _prix(tmp_path, "02;01;2020-01-02;;150.00\n" + lignes)
    with portee_totale():
        assert not Prix.objects.exists()


def test_chevauchement_avec_un_prix_enregistre(tmp_path: Path) -> None:
    _prix(tmp_path, "08;21;2020-01-02;;300.00\n")
    with pytest.raises(FichierRefuse, match="déjà enregistré"):
        _prix(tmp_path, "08;21;2021-01-01;;310.00\n")
    fermee_puis_suivie = "08;21;2020-01-02;2020-12-31;300.00\n08;21;2021-01-01;;310.00\n"
    assert _prix(tmp_path, fermee_puis_suivie) == Import("prix", 1, 1, 0)


def test_la_base_refuse_deux_prix_le_meme_jour() -> None:
    with portee_totale(), connection.cursor() as curseur:
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")
        Prix.objects.create(lot="08", uo="21", periode=(date(2020, 1, 2), None), prix_ht=Decimal(300))
        with pytest.raises(IntegrityError, match="prix_sans_chevauchement"), transaction.atomic():
            Prix.objects.create(lot="08", uo="21", periode=(date(2020, 6, 1), None), prix_ht=Decimal(310))


def test_revision(tmp_path: Path) -> None:
    _prix(tmp_path, "08;21;2020-01-02;;300.00\n08;22;2020-01-02;;148.75\n")
    importer(
        _fichier(tmp_path, "lot;debut;fin;indice;coefficient\n08;2021-01-02;2022-01-01;Indice de janvier;0.9930\n")
    )
    with portee_totale():
        assert [(p.debut, p.fin, p.revise) for p in prix_du_lot("08") if p.uo == "21"] == [
            (date(2020, 1, 2), date(2021, 1, 2), Decimal("300.00")),
            (date(2021, 1, 2), date(2022, 1, 2), Decimal("297.90")),
            (date(2022, 1, 2), None, Decimal("300.00")),
        ]
        revise = prix_le("08", "22", date(2021, 6, 1))
    # 148.75 × 0.9930 = 147.70875 → 147.71
    assert revise
    assert (revise.revise, revise.indice) == (Decimal("147.71"), "Indice de janvier")


def test_le_demi_centime_monte() -> None:
    assert reviser(Decimal("12.50"), Decimal("1.0020")) == Decimal("12.53")  # 12.525
    assert reviser(Decimal("12.50"), Decimal("1.0012")) == Decimal("12.52")  # 12.515


def test_un_prix_ne_se_lit_pas_chez_le_concurrent(tmp_path: Path) -> None:
    for lot, code in (("08", "AB"), ("02", "CD")):
        Titulaire.objects.create(lot=lot, operateur=code, nom=code, debut=date(2020, 1, 2))
    _prix(tmp_path, "08;21;2020-01-02;;300.00\n")
    with portee_emetteurs(["AB"]):
        assert Prix.objects.count() == 1
    with portee_emetteurs(["CD"]):
        assert Prix.objects.count() == 0


def test_entete_inconnu(tmp_path: Path) -> None:
    with pytest.raises(FichierRefuse, match="lot;uo;debut;fin;prix_ht"):
        importer(_fichier(tmp_path, "lot;uo;prix\n08;21;300\n"))
