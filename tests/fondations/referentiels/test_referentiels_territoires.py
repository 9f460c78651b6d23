from datetime import date

import pytest

from cepage.fondations.referentiels import source, territoires
from cepage.fondations.referentiels.territoires import TerritoireInconnu

DEPARTEMENTS_DU_LOT = {
    "01": {"75", "77", "78", "91", "92", "93", "94", "95"},
    "07": {"04", "05", "06", "13", "83", "84"},
    "08": {"44", "49", "53", "72", "85"},
    "10": {"22", "29", "35", "56"},
    "13": {"974"},
    "14": {"971"},
    "15": {"972"},
    "16": {"2A", "2B"},
    "17": {"973"},
    "18": {"976"},
}


def test_les_dix_huit_lots_et_leur_secours() -> None:
    assert territoires.lots() == tuple(f"{n:02d}" for n in range(1, 20))
    regionaux = [territoires.regions_du_lot(lot) for lot in territoires.lots()[:-1]]
    assert all(len(regions) == 1 for regions in regionaux)
    assert frozenset().union(*regionaux) == territoires.regions_du_lot("19")
    assert len(territoires.regions_du_lot("19")) == 18


@pytest.mark.parametrize(("lot", "departements"), DEPARTEMENTS_DU_LOT.items())
def test_departements_d_un_lot(lot: str, departements: set[str]) -> None:
    assert territoires.departements_du_lot(lot) == departements


def test_chaque_departement_a_un_seul_lot_regional() -> None:
    tous = territoires.departements_du_lot("19")
    assert len(tous) == 101
    assert all(len(territoires.lots_du_departement(d)) == 1 for d in tous)
    assert all(territoires.departements_du_lot(lot) for lot in territoires.lots())


def test_frontalier_et_collectivites_hors_lot() -> None:
    assert territoires.lots_du_departement("00") == frozenset()
    assert territoires.lots_du_departement("975") == frozenset()
    assert territoires.lots_du_code_postal("97150") == frozenset()
    with pytest.raises(TerritoireInconnu, match="Département « 20 » inconnu"):
        territoires.lots_du_departement("20")


@pytest.mark.parametrize(
    ("code_postal", "departements", "lots"),
    [
        ("75011", {"75"}, {"01"}),
        ("67000", {"67"}, {"05"}),
        ("20000", {"2A"}, {"16"}),
        ("20200", {"2B"}, {"16"}),
        ("97400", {"974"}, {"13"}),
        ("97600", {"976"}, {"18"}),
        ("01410", {"01", "39"}, {"02", "11"}),
        ("00000", set(), set()),
    ],
)
def test_code_postal(code_postal: str, departements: set[str], lots: set[str]) -> None:
    assert territoires.departements_du_code_postal(code_postal) == departements
    assert territoires.lots_du_code_postal(code_postal) == lots
    assert (code_postal in territoires.codes_postaux()) == bool(departements)


def test_les_codes_postaux_disent_la_meme_chose_que_les_communes() -> None:
    par_code: dict[str, set[str]] = {}
    for commune in territoires.communes():
        for code in commune.codes_postaux:
            par_code.setdefault(code, set()).add(commune.departement)
    assert par_code == {c: set(territoires.departements_du_code_postal(c)) for c in territoires.codes_postaux()}


def test_communes_completes() -> None:
    communes = territoires.communes()
    assert 34_800 < len(communes) < 35_100
    assert len({c.code for c in communes}) == len(communes)
    assert all(c.codes_postaux and c.nom for c in communes)
    peuplees = sum(c.population or 0 for c in communes)
    assert 67_000_000 < peuplees < 71_000_000
    situees = sum(c.population or 0 for c in communes if c.latitude is not None)
    assert situees / peuplees > 0.85


def test_une_commune() -> None:
    nantes = territoires.commune("44109")
    assert (nantes.nom, nantes.region, nantes.departement) == ("Nantes", "52", "44")
    assert nantes.latitude == pytest.approx(47.22, abs=0.02)
    assert territoires.nom_de_l_epci(nantes.epci) == "Nantes Métropole"
    assert territoires.nom_de_la_region("52") == "Pays de la Loire"
    with pytest.raises(TerritoireInconnu, match="Commune « 99999 » inconnu"):
        territoires.commune("99999")


def test_coordonnees_dans_leur_territoire() -> None:
    boites = {
        "metro": (41.0, 51.5, -5.5, 9.8),
        "974": (-21.5, -20.8, 55.1, 55.9),
        "971": (15.7, 16.6, -61.9, -60.9),
    }
    for commune in territoires.communes():
        if commune.latitude is None or commune.longitude is None:
            continue
        boite = boites.get(commune.departement, boites["metro"] if len(commune.departement) == 2 else None)
        if boite:
            assert boite[0] <= commune.latitude <= boite[1], commune
            assert boite[2] <= commune.longitude <= boite[3], commune


def test_une_commune_sans_point_prend_celui_de_son_epci() -> None:
    sans_point = next(c for c in territoires.communes() if c.latitude is None and c.epci and c.departement == "01")
    position = territoires.position(sans_point)
    assert position is not None
    assert position.precision == "epci"
    assert 45.5 < position.latitude < 46.6
    situees = sum(territoires.position(c) is not None for c in territoires.communes())
    assert situees / len(territoires.communes()) > 0.99


def test_une_liste_de_communes_importee_prend_la_suite() -> None:
    texte = (
        "code,nom,departement,region,epci,population,codes_postaux,latitude,longitude\n"
        "44109,Nantes,44,52,,327734,44000 44999,47.2,-1.5\n"
    )
    source.definir_fournisseur(lambda: [source.Jeu("communes", date(2027, 1, 1), "essai", "e", lambda: texte.encode())])
    assert territoires.codes_postaux(date(2027, 1, 1)) == {"44000", "44999"}
    assert territoires.lots_du_code_postal("44999", date(2027, 1, 1)) == {"08"}
    assert "44999" not in territoires.codes_postaux(date(2026, 12, 31))
    assert len(territoires.codes_postaux(date(2026, 12, 31))) > 6_000
