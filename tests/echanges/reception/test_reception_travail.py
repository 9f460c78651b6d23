"""What a killed reception left in clear is swept; what a living one uses is not."""

from pathlib import Path

import pytest
from pytest_django import Settings

from cepage.echanges.reception.travail import racine, repertoire_de_travail


@pytest.fixture(autouse=True)
def _a_part(settings: Settings, tmp_path: Path) -> None:
    settings.CEPAGE_DONNEES = tmp_path


def test_le_repertoire_disparait_a_la_fin_et_apres_une_erreur() -> None:
    with repertoire_de_travail() as repertoire:
        (repertoire / "fiches.arrow").write_bytes(b"x")
    assert not repertoire.exists()
    with pytest.raises(ZeroDivisionError), repertoire_de_travail() as repertoire:
        raise ZeroDivisionError
    assert not repertoire.exists()


def test_celui_d_un_processus_mort_est_balaye_et_celui_d_un_vivant_reste() -> None:
    mort = racine() / "mort"
    (mort / "fiches_beneficiaire").mkdir(parents=True)
    (mort / "fiches_beneficiaire" / "000000.arrow").write_bytes(b"une personne")
    (mort / "vivant").touch()
    with repertoire_de_travail() as vivant, repertoire_de_travail() as autre:
        assert not mort.exists()
        assert vivant.is_dir()
        assert autre.is_dir()
        assert vivant != autre


def test_celui_qu_on_effacait_quand_le_processus_est_mort_est_balaye() -> None:
    """The witness goes with the rest: a kill in the middle of the removal may leave fiches without it."""
    reste = racine() / "reste"
    reste.mkdir(parents=True)
    (reste / "fiches.arrow").write_bytes(b"une personne")
    with repertoire_de_travail() as vivant:
        assert not reste.exists()
        assert vivant.is_dir()
