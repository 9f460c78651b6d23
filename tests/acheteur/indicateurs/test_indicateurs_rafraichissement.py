"""The kept aggregates: refreshed where something changed, equal to the full computation."""

import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from unittest import mock

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cepage.acheteur.indicateurs import rafraichissement
from cepage.acheteur.indicateurs.calcul import calculer_periode
from cepage.acheteur.indicateurs.faits import Periode
from tests.acheteur.indicateurs import naif
from tests.acheteur.indicateurs.conftest import PopulationsDEssai
from tests.acheteur.indicateurs.jeux import Recue, beneficiaire, ecrire, instant, unite
from tests.acheteur.indicateurs.test_indicateurs_calcul import COMMANDES, un_beneficiaire, une_unite


def tout(racine: Path, *, gardes: bool) -> list[object]:
    valeurs = calculer_periode("2020-03", "2021-05", racine=racine, populations=PopulationsDEssai(), gardes=gardes)
    return sorted(valeurs, key=repr)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    jours=st.lists(
        st.tuples(st.lists(une_unite(), max_size=6), st.lists(un_beneficiaire(), max_size=2)),
        min_size=2,
        max_size=4,
    ),
    volumes=st.lists(st.integers(1, 9), min_size=4, max_size=4),
)
def test_refreshed_day_after_day_equals_computed_at_once(
    jours: list[tuple[list[Recue], list[Recue]]], volumes: list[int]
) -> None:
    debut = datetime(2021, 3, 1, 8, tzinfo=UTC)
    unites = [Recue(debut, unite("x", "p9", "00", "2021-01-05", "2021-01-05"))]
    gens: list[Recue] = []
    with tempfile.TemporaryDirectory() as nom:
        racine = Path(nom)
        for rang, (nouvelles, nouveaux) in enumerate(jours):
            quand = debut + timedelta(days=3 * rang)
            unites += [Recue(quand, r.fiche) for r in nouvelles]
            gens += [Recue(quand, r.fiche) for r in nouveaux]
            ecrire(racine, unites, gens, [_avec_volume(COMMANDES[0], volumes[rang]), *COMMANDES[1:]])
            assert tout(racine, gardes=True) == tout(racine, gardes=False)


def _avec_volume(commande: naif.Commande, volume: int) -> naif.Commande:
    return naif.Commande(**{**vars(commande), "volume": volume})


@pytest.fixture
def racine(tmp_path: Path) -> Path:
    unites = [
        Recue(instant(f"2021-0{m}-20T10:00:00"), unite(f"A{m}", f"p{m}", "01", f"2021-0{m}-10")) for m in (1, 2, 3)
    ]
    unites.append(Recue(instant("2021-01-20T10:00:00"), unite("B1", "p1", "01", "2021-01-10", lot="17")))
    gens = [Recue(instant("2021-01-20T10:00:00"), beneficiaire(f"p{m}")) for m in (1, 2, 3)]
    ecrire(tmp_path, unites, gens, COMMANDES)
    tout(tmp_path, gardes=True)
    return tmp_path


@pytest.fixture
def calculs() -> Iterator[mock.Mock]:
    """Watch what is computed."""
    with mock.patch.object(
        rafraichissement, "calculer_agregats", side_effect=rafraichissement.calculer_agregats
    ) as espion:
        yield espion


def recevoir(racine: Path, **changements: object) -> None:
    """Append to the March file of lot 08 the state of one more unit."""
    chemin = racine / "unites" / "lot=08" / "mois=2021-03" / "0.parquet"
    etats = pl.read_parquet(chemin, hive_partitioning=False)
    nouveau = etats.head(1).with_columns(
        numero_dossier=pl.lit("A9"),
        connu_de=pl.lit(instant("2021-03-25T10:00:00")).cast(etats["connu_de"].dtype),
    )
    pl.concat([etats.with_columns(**changements), nouveau]).write_parquet(chemin)  # type: ignore[arg-type]


def test_nothing_changed_nothing_computed(racine: Path, calculs: mock.Mock) -> None:
    tout(racine, gardes=True)
    calculs.assert_not_called()


def test_one_new_unit_recomputes_its_lot_and_month_only(racine: Path, calculs: mock.Mock) -> None:
    recevoir(racine)
    assert tout(racine, gardes=True) == tout(racine, gardes=False)
    (appel,) = calculs.call_args_list
    fichiers, perimes = appel.args[0], appel.args[1]
    assert {f.lot for f in fichiers} == {"08"}
    assert perimes["engagements"] == Periode(date(2021, 3, 1), date(2021, 3, 31))
    assert "clotures" not in perimes


def test_an_old_state_that_moved_recomputes_the_lot(racine: Path, calculs: mock.Mock) -> None:
    recevoir(racine, groupe_cloture=pl.lit("hors statistique"))
    chemin = racine / "unites" / "lot=08" / "mois=2021-01" / "0.parquet"
    etats = pl.read_parquet(chemin, hive_partitioning=False)
    etats.with_columns(groupe_cloture=pl.lit("hors statistique")).write_parquet(chemin)
    assert tout(racine, gardes=True) == tout(racine, gardes=False)
    perimes = calculs.call_args_list[0].args[1]
    assert set(perimes.values()) == {Periode()}


def test_a_file_taken_away_recomputes_the_lot(racine: Path) -> None:
    (racine / "unites" / "lot=08" / "mois=2021-01" / "0.parquet").unlink()
    assert tout(racine, gardes=True) == tout(racine, gardes=False)


def test_a_person_who_found_work_moves_the_order_count(racine: Path) -> None:
    chemin = racine / "personnes" / "lot=08" / "0.parquet"
    etats = pl.read_parquet(chemin, hive_partitioning=False)
    quand = pl.lit(instant("2021-03-25T10:00:00")).cast(etats["connu_de"].dtype)
    p1 = pl.col("personne") == "p1"
    avant = etats.with_columns(connu_jusqu_a=pl.when(p1).then(quand).otherwise("connu_jusqu_a"))
    apres = etats.filter(p1).with_columns(occupe=~pl.col("occupe"), connu_de=quand)
    pl.concat([avant, apres]).write_parquet(chemin)
    assert tout(racine, gardes=True) == tout(racine, gardes=False)
