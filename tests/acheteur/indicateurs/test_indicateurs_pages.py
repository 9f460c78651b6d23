"""Pages of the indicators: Alice (AB, lot 08) and Charlie (CD, lot 02) see their lot, Bob (buyer) all of them."""

import csv
import io
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from odfdo import Document
from pytest_django import DjangoAssertNumQueries, Settings

from cepage.acheteur.indicateurs import presentation, selectors
from cepage.acheteur.indicateurs.definitions import DEFINITIONS
from tests.acheteur.indicateurs import naif
from tests.acheteur.indicateurs.jeux import Recue, beneficiaire, ecrire, instant, unite
from tests.personnes import alice, bob, charlie, diane, entrer

MAXIMUM = 12
ACCUEIL = "/indicateurs/"


@pytest.fixture
def colonnes(db: None, settings: Settings, tmp_path: Path) -> Path:
    """Three months of two lots, one of them without a known population."""
    settings.CEPAGE_DONNEES = tmp_path
    selectors._calculer.cache_clear()
    unites = []
    for mois in (1, 2, 3):
        for rang in range(mois + 1):
            for lot, emetteur in (("08", "AB"), ("02", "CD")):
                jour = f"2021-0{mois}-1{rang}"
                cloture = (f"2021-0{mois}-2{rang}", "CV_AUTRE" if rang else "ABANDON")
                numero = f"{emetteur}210{mois}01{rang:06d}"
                unites.append(unite(numero, f"p{mois}{rang}", "01", jour, *cloture, lot=lot))
    gens = [beneficiaire(f"p{m}{r}", "CDI", lot=lot) for m in (1, 2, 3) for r in range(4) for lot in ("08", "02")]
    commandes = [
        naif.Commande("2021-Lot08-UO01-01", "08", "01", date(2021, 1, 1), date(2021, 12, 31), 40),
    ]
    quand = instant("2021-04-02T10:00:00")
    ecrire(tmp_path / "colonnes", [Recue(quand, f) for f in unites], [Recue(quand, f) for f in gens], commandes)
    return tmp_path


def lire(client: Any, adresse: str, **parametres: str) -> str:
    reponse = client.get(adresse, parametres)
    assert reponse.status_code == 200, adresse
    return unescape(reponse.content.decode())


def test_nothing_exported_teaches(db: None, settings: Settings, tmp_path: Path) -> None:
    settings.CEPAGE_DONNEES = tmp_path
    assert "après le premier envoi accepté" in lire(entrer(bob()), ACCUEIL)


def test_each_sees_the_lots_of_their_right(
    colonnes: Path, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for personne, vus, caches in (
        (bob(), ("Ensemble des lots", "Pays de la Loire", "Auvergne-Rhône-Alpes"), ()),
        (alice(), ("Pays de la Loire",), ("Auvergne-Rhône-Alpes", "Ensemble des lots")),
        (charlie(), ("Auvergne-Rhône-Alpes",), ("Pays de la Loire", "Ensemble des lots")),
    ):
        client = entrer(personne)
        with django_assert_max_num_queries(MAXIMUM):
            page = lire(client, ACCUEIL)
        assert all(nom in page for nom in vus)
        assert not any(nom in page for nom in caches)
    assert entrer(diane()).get(ACCUEIL).status_code == 403


def test_the_dashboard_says_each_figure_with_its_two_sides(colonnes: Path) -> None:
    page = lire(entrer(bob()), ACCUEIL, mois="2021-03", lot="08")
    assert "Indicateurs de mars 2021 : Pays de la Loire (lot 08)" in page
    assert all(f"{d.code} {d.libelle}" in page for d in DEFINITIONS.values())
    assert "9 sur 40" in page  # 1.2: two, three and four persons since the start of the order
    assert "1 sur 4" in page  # 6.5: one abandon among the closures of March
    assert "aucun bon de commande en cours" in page


def test_a_wrong_filter_is_said_and_the_page_still_stands(colonnes: Path) -> None:
    page = lire(entrer(bob()), ACCUEIL, connu_le="hier", mois="2099-01")
    assert "Écrivez la date ainsi" in page


@pytest.mark.parametrize("code", sorted(DEFINITIONS))
def test_every_indicator_has_its_page(
    colonnes: Path, code: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = entrer(bob())
    for rang, _ in enumerate(DEFINITIONS[code].mesures):
        with django_assert_max_num_queries(MAXIMUM):
            page = lire(client, f"{ACCUEIL}{code}/", mois="2021-03", lot="08", mesure=str(rang))
        assert DEFINITIONS[code].interpretation in page
    assert entrer(diane()).get(f"{ACCUEIL}{code}/").status_code == 403


def test_unknown_indicator_is_not_found(colonnes: Path) -> None:
    assert entrer(bob()).get(f"{ACCUEIL}9.9/").status_code == 404


def test_a_figure_opens_its_dossiers_within_the_register_right(
    colonnes: Path, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    adresse = f"{ACCUEIL}6.5/dossiers/"
    demande = {"mois": "2021-03", "lot": "08", "maille": "lot × mois (taux)", "cote": "denominateur"}
    personne = bob()
    client = entrer(personne)
    assert adresse in lire(client, f"{ACCUEIL}6.5/", mois="2021-03", lot="08")
    with django_assert_max_num_queries(MAXIMUM):
        page = lire(client, adresse, **demande)
    assert "4 dossiers" in page
    assert "/registre/dossier/AB210301000000/" in page
    assert client.get(adresse, demande | {"lot": "02"}).status_code == 404
    assert client.get(adresse, demande | {"lot": "FR"}).status_code == 404
    assert client.get(adresse, demande | {"maille": "lot"}).status_code == 404
    assert client.get(adresse, demande | {"mois": "mars"}).status_code == 404
    assert f"{ACCUEIL}6.5/dossiers/" not in lire(client, f"{ACCUEIL}6.5/", mois="2021-03", lot="02").split("lot=08")[0]
    assert entrer(charlie()).get(adresse, demande).status_code == 404
    assert entrer(diane()).get(adresse, demande).status_code == 403


def test_exports_give_the_rows_seen(colonnes: Path) -> None:
    client = entrer(alice())
    lignes = list(
        csv.DictReader(
            io.StringIO(client.get(f"{ACCUEIL}export.csv", {"mois": "2021-03"}).content.decode("utf-8-sig")),
            delimiter=";",
        )
    )
    assert {r["lot"] for r in lignes} == {"08"}
    (ligne,) = (r for r in lignes if r["code"] == "1.2")
    assert (ligne["numerateur"], ligne["denominateur"], ligne["valeur"]) == ("9", "40", "0.225")
    ods = client.get(f"{ACCUEIL}export.ods", {"mois": "2021-03", "code": "6.2"})
    feuille = Document(io.BytesIO(ods.content)).body.get_table(0)
    assert feuille.get_row_values(0)[:3] == ["code", "libelle", "lot"]
    assert client.get(f"{ACCUEIL}export.xls").status_code == 404


def test_the_past_is_replayed(colonnes: Path) -> None:
    page = lire(entrer(bob()), ACCUEIL, mois="2021-03", lot="08", connu_le="2021-04-01")
    assert "tels que connus à la fin du jeudi 1er avril 2021" in page
    assert "0 sur 40" in page


@pytest.mark.parametrize(
    ("succes", "total", "attendu"), [(0, 10, (0.0, 0.2775)), (5, 10, (0.2366, 0.7634)), (10, 10, (0.7225, 1.0))]
)
def test_wilson_interval(succes: int, total: int, attendu: tuple[float, float]) -> None:
    # Tables of the Wilson score interval at 95 %.
    assert tuple(round(borne, 4) for borne in presentation.wilson(succes, total)) == attendu


def test_un_taux_sans_population_dit_pourquoi(colonnes: Path) -> None:
    client = entrer(alice())
    pourquoi = "le nombre d'agents publics, qui se retire des actifs (CCTP §4.3 note 36), n'est pas publié"
    for adresse in (ACCUEIL, "/indicateurs/2.2/", "/indicateurs/2.4/"):
        page = unescape(client.get(adresse, {"mois": "2021-03", "lot": "08"}).content.decode())
        assert pourquoi in page, adresse
        assert "sans valeur" in page, adresse
