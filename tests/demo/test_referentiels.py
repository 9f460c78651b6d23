"""The places, names and numbers of the demonstration are real or reserved, as they should be."""

import re
from datetime import date
from random import Random

import pytest

from demo.calendrier import decalage_paris, est_ouvre
from demo.lots import OPERATEURS, ORDRE_DES_LOTS, communes_du_lot, lot_de_demonstration
from demo.marche import Carnet
from demo.noms import NOMS, PRENOMS_F, PRENOMS_M
from demo.personnes import DOMAINES, telephone


@pytest.mark.parametrize("code", ORDRE_DES_LOTS)
def test_chaque_lot_a_un_titulaire_des_communes_et_des_sites(code: str) -> None:
    lot = lot_de_demonstration(code, debut=date(2020, 1, 2), mois=24)
    assert len(lot.operateur) == 2
    assert "(fictif)" in lot.nom
    assert {site.commune for site in lot.sites} <= set(lot.communes)
    assert len({site.code for site in lot.sites}) == len(lot.sites)
    assert sum(lot.parts_csp) == pytest.approx(100, abs=1)
    assert not set(lot.voisines) & set(lot.communes)


def test_les_operateurs_sont_distincts() -> None:
    assert len({operateur for operateur, _ in OPERATEURS.values()}) == len(ORDRE_DES_LOTS)


@pytest.mark.parametrize("code", ORDRE_DES_LOTS)
def test_les_codes_postaux_sont_connus_et_du_lot(code: str) -> None:
    territoires = pytest.importorskip("cepage.fondations.referentiels.territoires")
    for commune in communes_du_lot(code):
        assert code in territoires.lots_du_code_postal(commune.code_postal), commune


def test_les_noms_tiennent_dans_leur_champ() -> None:
    for nom in (*NOMS, *PRENOMS_F, *PRENOMS_M):
        assert 1 <= len(nom) <= 49
        assert nom == nom.strip()
        assert not set(nom) & set(';"|0123456789')


def test_telephones_et_courriels_sont_reserves_a_la_fiction() -> None:
    rng = Random(1)
    motif = re.compile(r"\+33(19900|26191|35301|46571|53649|63998)\d{4}")
    assert all(motif.fullmatch(telephone(rng)) for _ in range(200))
    assert all(re.search(r"(^|\.)example(\.(org|com|net))?$", domaine) for domaine in DOMAINES)


def test_jours_ouvres_et_heure_d_ete() -> None:
    for ferie in (
        date(2020, 4, 13),
        date(2020, 5, 21),
        date(2020, 6, 1),
        date(2021, 4, 5),
        date(2021, 7, 14),
    ):
        assert not est_ouvre(ferie)
    assert est_ouvre(date(2020, 4, 14))
    assert not est_ouvre(date(2020, 1, 4))
    assert decalage_paris(date(2020, 3, 28)) == "+01:00"
    assert decalage_paris(date(2020, 3, 29)) == "+02:00"
    assert decalage_paris(date(2020, 10, 25)) == "+01:00"


def test_un_gros_volume_se_repartit_sur_plusieurs_bons() -> None:
    petit = Carnet("08", "AB", annees=range(2020, 2021), unites_par_an=5_000)
    gros = Carnet("08", "AB", annees=range(2020, 2021), unites_par_an=300_000)
    assert sum(bon.uo == "21" for bon in petit.bons) == 2
    assert sum(bon.uo == "21" for bon in gros.bons) == 12
    numero, reference = petit.engager("21", date(2020, 7, 1))
    assert (numero, reference) == ("AB200721000001", "2020-Lot08-UO2.1-02-00001")
    assert petit.decompte("22", date(2020, 12, 31)) == "2020-Lot08-T4-UO2.2"
