from datetime import date

import pytest

from cepage.fondations.referentiels import populations, source, territoires

REGIONAUX = territoires.lots()[:-1]
LOTS_CALCULABLES = {"02", "03", "04", "06", "09", "10", "12"}


@pytest.mark.parametrize("lot", [x for x in REGIONAUX if x != "18"])
def test_chaque_lot_a_une_population_datee_et_sourcee(lot: str) -> None:
    for chiffre in (populations.population_active(lot), populations.population_en_emploi(lot)):
        assert chiffre.valeur is not None
        assert 50_000 < chiffre.valeur < 7_000_000
        assert chiffre.champ
        assert chiffre.source.startswith("http")
        assert chiffre.confiance in {"haute", "moyenne"}
    active, emploi = populations.population_active(lot), populations.population_en_emploi(lot)
    assert (active.valeur or 0) >= (emploi.valeur or 0)


def test_mayotte_n_a_pas_de_chiffre() -> None:
    for chiffre in (
        populations.population_active("18"),
        populations.population_cep("18"),
        populations.population_categorie("18", "5"),
    ):
        assert chiffre.valeur is None
        assert chiffre.motif


def test_valeurs_connues() -> None:
    bretagne = populations.population_en_emploi("10")
    assert (bretagne.valeur, bretagne.annee, bretagne.confiance) == (1_388_127, 2021, "haute")
    assert "15 ans ou plus" in bretagne.champ
    # Bretagne 2012: 1 304 400 in work aged 15-64; 2015 comes after.
    assert populations.population_en_emploi("10", 2013).valeur == 1_304_400
    assert populations.population_en_emploi("10", 2005).annee == 2012
    assert populations.population_active("03").valeur == 2_704_335


def test_les_actifs_en_emploi_remplacent_les_actifs_en_le_disant() -> None:
    ile_de_france = populations.population_active("01")
    assert ile_de_france.valeur == 5_401_117
    assert ile_de_france.champ.startswith("actifs ayant un emploi")
    assert "sans les chômeurs" in ile_de_france.motif
    assert ile_de_france.confiance == "moyenne"


def test_population_cep_calculee_quand_ses_parts_sont_connues() -> None:
    # Bretagne: 1 388 127 in work (2021) − 189 221 managers (2013) − 267 900 public agents (2020).
    bretagne = populations.population_cep("10")
    assert bretagne.valeur == 1_388_127 - 189_221 - 267_900
    assert bretagne.confiance == "faible"
    assert "2021, 2013, 2020" in bretagne.champ
    assert {lot for lot in REGIONAUX if populations.population_cep(lot).valeur is not None} == LOTS_CALCULABLES


def test_population_cep_inconnue_dit_pourquoi_et_donne_le_mieux() -> None:
    corse = populations.population_cep("16")
    assert corse.valeur is None
    assert "agents publics" in corse.motif
    assert corse.meilleure is not None
    assert corse.meilleure.valeur == 124_616
    # Overseas, managers count (note 36), except in Martinique whose split by category is unknown.
    assert "cadres compris" in populations.population_cep("13").champ
    assert "catégorie" in populations.population_cep("15").motif


def test_categories_sociales() -> None:
    cadres = populations.population_categorie("10", "3")
    assert cadres.valeur == 189_221
    assert "ne comptent pas" in cadres.motif
    assert populations.population_categorie("01", "5").valeur == 1_642_006
    assert populations.population_categorie("01", "NSP").valeur is None


def test_le_lot_de_securisation_n_a_pas_de_population() -> None:
    assert "lot 19" in populations.population_active("19").motif
    assert populations.population_cep("19").valeur is None
    with pytest.raises(territoires.TerritoireInconnu):
        populations.population_active("20")


def test_une_liste_importee_passe_devant() -> None:
    texte = (
        "lot,mesure,annee,effectif,champ,source,confiance\n"
        "18,population_cep,2022,45000,15 ans ou plus,INSEE,haute\n"
        "16,agents_publics,2022,30000,agents,INSEE,haute\n"
    )
    source.definir_fournisseur(
        lambda: [source.Jeu("populations", date(2024, 1, 1), "essai", "e", lambda: texte.encode())]
    )
    assert populations.population_cep("18").valeur == 45_000
    # Corse: 124 616 in work − 14 434 managers − the imported 30 000 public agents.
    assert populations.population_cep("16").valeur == 124_616 - 14_434 - 30_000
