"""The engine against plain loops, on random fiches and on cases worked by hand."""

import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cepage.acheteur.indicateurs.calcul import calculer, calculer_periode
from cepage.acheteur.indicateurs.colonnes import ColonnesAbsentes
from cepage.acheteur.indicateurs.definitions import DEFINITIONS
from cepage.acheteur.indicateurs.exploration import dossiers
from cepage.acheteur.indicateurs.modele import Valeur
from tests.acheteur.indicateurs import naif
from tests.acheteur.indicateurs.conftest import PopulationsDEssai
from tests.acheteur.indicateurs.jeux import Recue, beneficiaire, connues, ecrire, instant, unite

COMMANDES = [
    naif.Commande("2021-Lot08-UO01-01", "08", "01", date(2021, 1, 1), date(2021, 12, 31), 40),
    naif.Commande("2021-Lot08-UO2.1-01", "08", "21", date(2021, 1, 1), date(2021, 2, 28), 20),
    naif.Commande("2021-Lot08-UO2.1-02", "08", "21", date(2021, 2, 1), None, 30),
    naif.Commande("2021-Lot17-UO01-01", "17", "01", date(2021, 2, 1), date(2021, 12, 31), 10),
]
RECUE = instant("2021-01-01T12:00:00")


def comparables(lignes: Iterable[dict[str, Any]]) -> dict[tuple[str, str, str, str], tuple[Any, ...]]:
    """Rows by key, values rounded to 10 decimals."""
    return {
        (r["code"], r["lot"], r["periode"], r["maille"]): (
            r["numerateur"],
            r["denominateur"],
            None if r["valeur"] is None else round(float(r["valeur"]), 10),
            r["provisoire"],
        )
        for r in lignes
    }


def de_lengine(valeurs: Sequence[Valeur]) -> dict[tuple[str, str, str, str], tuple[Any, ...]]:
    lignes = [v.en_dictionnaire() for v in valeurs]
    assert len(comparables(lignes)) == len(lignes), "two rows for one figure"
    return comparables(lignes)


JOURS = st.sampled_from(
    [date(2020, 1, 15) + timedelta(days=n) for n in range(0, 500, 13)]
    + [date(2020, 11, 30), date(2021, 1, 1), date(2021, 1, 31), date(2021, 2, 1), date(2021, 2, 28)]
)
RECEPTIONS = st.sampled_from(
    [
        datetime(2021, 3, 1, 8, tzinfo=UTC),
        datetime(2021, 3, 31, 21, 59, tzinfo=UTC),
        datetime(2021, 3, 31, 22, 0, tzinfo=UTC),
        datetime(2021, 4, 2, 8, tzinfo=UTC),
    ]
)
HORODATAGES = st.sampled_from(["2021-02-01T08:00:00+01:00", "2021-02-01T09:00:00+02:00", "2021-02-02T08:00:00Z"])
NATURES = st.sampled_from(["C", "M", "M", "A"])


@st.composite
def une_unite(tirer: st.DrawFn) -> Recue:
    lot = tirer(st.sampled_from(["08", "08", "17"]))
    uo = tirer(st.sampled_from(["00", "01", "21", "21", "22"]))
    engagement = tirer(JOURS)
    motif = tirer(st.sampled_from(["", "CV_OBJECTIF", "CV_AUTRE", "ABANDON", "ANNULATION"]))
    cloture = ""
    if motif or uo == "00":
        cloture = (engagement + timedelta(days=0 if uo == "00" else tirer(st.sampled_from([0, 1, 30, 59])))).isoformat()
    rang = tirer(st.sampled_from(["01", "02", "03"]))
    affichee = {"21": "2.1", "22": "2.2"}.get(uo, uo)
    fiche = unite(
        f"{lot}-{tirer(st.integers(1, 14))}",
        tirer(st.sampled_from(["p1", "p2", "p3"])),
        uo,
        engagement.isoformat(),
        cloture,
        motif,
        lot=lot,
        commande=f"2021-Lot{lot}-UO{affichee}-{rang}",
        prestations=tirer(st.sampled_from(["", "AUCUNE", "VAE", "VAE|BILAN"])),
        nature=tirer(NATURES),
        horodatage=tirer(HORODATAGES),
    )
    return Recue(tirer(RECEPTIONS), fiche)


@st.composite
def un_beneficiaire(tirer: st.DrawFn) -> Recue:
    fiche = beneficiaire(
        tirer(st.sampled_from(["p1", "p2", "p3"])),
        tirer(st.sampled_from(["CDI", "DE_INSCRIT", "CDI|DE_INSCRIT", "CDD|INDEPENDANT", "", "CDI|CDI"])),
        tirer(st.sampled_from(["5", "6", "NSP", ""])),
        lot=tirer(st.sampled_from(["08", "17"])),
        nature=tirer(NATURES),
        horodatage=tirer(HORODATAGES),
    )
    return Recue(tirer(RECEPTIONS), fiche)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    unites=st.lists(une_unite(), min_size=1, max_size=30),
    gens=st.lists(un_beneficiaire(), max_size=8),
    connu_le=st.sampled_from([date(2021, 3, 31), date(2021, 5, 30), date(2021, 5, 31)]),
)
def test_engine_equals_plain_loops_whatever_the_fiches(unites: list[Recue], gens: list[Recue], connu_le: date) -> None:
    populations = PopulationsDEssai()
    with tempfile.TemporaryDirectory() as nom:
        racine = Path(nom)
        ecrire(
            racine,
            [*unites, Recue(RECUE, unite("x", "p9", "00", "2021-01-05", "2021-01-05"))],
            gens,
            COMMANDES,
        )
        obtenu = de_lengine(
            calculer_periode("2021-01", "2021-03", connu_le=connu_le, racine=racine, populations=populations)
        )
    attendu: list[dict[str, Any]] = []
    unites = [*unites, Recue(RECUE, unite("x", "p9", "00", "2021-01-05", "2021-01-05"))]
    tous = sorted({r.fiche["lot"] for r in (*unites, *gens)} | {c.lot for c in COMMANDES})
    assert tous == ["08", "17"]
    for mois in ("2021-01", "2021-02", "2021-03"):
        attendu += naif.calculer(
            mois,
            beneficiaires=connues(gens, connu_le),
            unites=connues(unites, connu_le),
            commandes=COMMANDES,
            habitants=populations.habitants,
            connu_le=connu_le,
        )
    assert obtenu == comparables(attendu)


@pytest.fixture
def racine(tmp_path: Path) -> Path:
    return tmp_path / "colonnes"


def poser(racine: Path, unites: Iterable[dict[str, str]], gens: Iterable[dict[str, str]] = ()) -> None:
    ecrire(racine, [Recue(RECUE, f) for f in unites], [Recue(RECUE, f) for f in gens], COMMANDES)


def valeur(racine: Path, code: str, maille: str, mois: str = "2021-03", **plus: Any) -> Valeur:
    plus.setdefault("connu_le", date(2022, 1, 1))
    lignes = calculer(mois, lot="08", racine=racine, codes=[code], populations=PopulationsDEssai(), **plus)
    (ligne,) = (v for v in lignes if v.maille == maille)
    return ligne


def test_person_of_two_orders_in_progress_counts_once_against_both_volumes(racine: Path) -> None:
    poser(
        racine,
        [
            unite("A1", "p1", "21", "2021-01-10", commande="2021-Lot08-UO2.1-01"),
            unite("A2", "p1", "21", "2021-02-10", commande="2021-Lot08-UO2.1-02"),
            unite("A3", "p2", "21", "2021-02-11", commande="2021-Lot08-UO2.1-02"),
            unite("A4", "p3", "21", "2021-02-12", commande="2021-Lot08-UO2.1-02"),
        ],
        [beneficiaire("p1"), beneficiaire("p2", "DE_INSCRIT"), beneficiaire("p3", "DE_INSCRIT|CDD")],
    )
    fevrier = valeur(racine, "1.3", "lot × mois (cumul du bon)", "2021-02")
    mars = valeur(racine, "1.3", "lot × mois (cumul du bon)", "2021-03")
    # February: both orders run on the 28th, 20 + 30; p1 once, p3 by its second status. March: order 02 alone.
    assert (fevrier.numerateur, fevrier.denominateur, fevrier.valeur) == (2, 50, 0.04)
    assert (mars.numerateur, mars.denominateur) == (2, 30)


def test_no_order_on_the_last_day_gives_no_value_and_says_why(racine: Path) -> None:
    poser(racine, [unite("A1", "p1", "22", "2021-01-10")], [beneficiaire("p1")])
    ligne = valeur(racine, "1.4", "lot × mois (cumul du bon)")
    assert (ligne.numerateur, ligne.denominateur, ligne.valeur) == (0, None, None)
    assert "aucun bon de commande" in (ligne.mention or "")


def test_unknown_population_gives_no_value_and_names_the_lot(racine: Path) -> None:
    poser(racine, [unite("A1", "p1", "01", "2021-03-10", lot="17")])
    lignes = calculer(
        "2021-03", racine=racine, codes=["2.2"], populations=PopulationsDEssai(), connu_le=date(2022, 1, 1)
    )
    par_lot = {v.lot: v for v in lignes if v.maille == "lot × mois"}
    assert par_lot["17"].valeur is None
    assert "lot 17" in (par_lot["17"].mention or "")
    assert par_lot["FR"].numerateur == 1
    assert par_lot["FR"].valeur is None


def test_evolution_is_relative_to_the_same_month_a_year_before(racine: Path) -> None:
    avant = [unite(f"A{n}", f"p{n}", "01", "2020-03-31") for n in range(4)]
    apres = [unite(f"B{n}", f"p{n}", "21", "2021-03-01") for n in range(5)]
    poser(racine, avant + apres)
    assert valeur(racine, "3", "lot × mois").valeur == 0.25
    assert valeur(racine, "3", "lot × mois", "2020-03").valeur is None


def test_delays_give_mean_median_and_ninth_decile_of_voluntary_closures_only(racine: Path) -> None:
    # Days 0, 10, 20, 30: mean 15, median 15, ninth decile 20 + 0.7 × 10 = 27; the abandon is left out.
    closes = [
        unite(
            f"A{n}",
            f"p{n}",
            "01",
            f"2021-03-{31 - n * 10:02d}" if n < 3 else "2021-03-01",
            "2021-03-31",
            "CV_AUTRE",
        )
        for n in range(4)
    ]
    poser(racine, [*closes, unite("A9", "p9", "01", "2021-01-30", "2021-03-31", "ABANDON")])
    assert valeur(racine, "6.2", "lot × mois").valeur == 15
    assert valeur(racine, "6.2", "lot × mois (médiane)").valeur == 15
    assert round(valeur(racine, "6.2", "lot × mois (9e décile)").valeur or 0, 10) == 27
    taux = valeur(racine, "6.5", "lot × mois (taux)")
    assert (taux.numerateur, taux.denominateur, taux.valeur) == (1, 5, 0.2)


@pytest.mark.parametrize(
    ("reprise", "uo", "compte"),
    [
        ("2021-02-28", "01", 0),  # the day before the closing
        ("2021-03-01", "01", 1),  # the closing day itself
        ("2021-05-31", "21", 1),  # the last day before three calendar months
        ("2021-06-01", "21", 0),  # three months to the day
        ("2021-03-20", "00", 0),  # a reception is no new engagement
        ("2021-03-20", "22", 0),  # the same course going on
    ],
)
def test_reengagement_boundaries(racine: Path, reprise: str, uo: str, compte: int) -> None:
    poser(
        racine,
        [
            unite("A1", "p1", "21", "2020-12-01", "2021-03-01", "CV_OBJECTIF"),
            unite("A2", "p1", uo, reprise),
            unite("A3", "p2", "22", "2020-12-01", "2021-03-01", "ABANDON"),
        ],
    )
    ligne = valeur(racine, "6.8", "lot × mois de clôture")
    assert (ligne.numerateur, ligne.denominateur) == (compte, 2)


@pytest.mark.parametrize(("connu_le", "provisoire"), [(date(2021, 6, 29), True), (date(2021, 6, 30), False)])
def test_reengagement_is_provisional_until_three_months_after_the_month(
    racine: Path, connu_le: date, provisoire: bool
) -> None:
    poser(racine, [unite("A1", "p1", "21", "2020-12-01", "2021-03-01", "CV_OBJECTIF")])
    assert valeur(racine, "6.8", "lot × mois de clôture", connu_le=connu_le).provisoire is provisoire
    assert valeur(racine, "6.1", "lot × mois", connu_le=connu_le).provisoire is False


def test_units_opened_by_mistake_are_nowhere(racine: Path) -> None:
    poser(
        racine,
        [unite("A1", "p1", "21", "2021-03-01", "2021-03-02", "ANNULATION", prestations="VAE")],
        [beneficiaire("p1")],
    )
    lignes = calculer("2021-03", lot="08", racine=racine, populations=PopulationsDEssai(), connu_le=date(2022, 1, 1))
    assert {v.numerateur for v in lignes} <= {0, None}
    assert {v.code for v in lignes} == set(DEFINITIONS) - {"2.3"}


def test_every_figure_opens_the_list_of_its_dossiers(racine: Path) -> None:
    poser(
        racine,
        [
            unite("A1", "p1", "01", "2021-01-10", "2021-03-01", "CV_POURSUITE"),
            unite("A2", "p1", "21", "2021-03-02", "2021-03-20", "CV_OBJECTIF", prestations="VAE"),
            unite("A3", "p1", "01", "2021-03-25"),
            unite("A4", "p2", "00", "2021-03-04", "2021-03-04"),
            unite("A5", "p2", "21", "2021-03-04", "2021-03-31", "ABANDON"),
        ],
        [beneficiaire("p1", "CDI|DE_INSCRIT", "5"), beneficiaire("p2", "DE_INSCRIT", "6")],
    )

    def ouvrir(code: str, maille: str, cote: str = "numerateur") -> list[str]:
        return dossiers(code, "08", "2021-03", maille, cote=cote, racine=racine, connu_le=date(2022, 1, 1))

    assert ouvrir("1.2", "lot × mois (cumul du bon)") == ["A1", "A3"]
    assert ouvrir("2.1", "lot × mois (cumul annuel)") == ["A4"]
    assert ouvrir("2.2", "lot × mois (cumul annuel)") == ["A1", "A2", "A3", "A5"]
    assert ouvrir("2.3", "lot × mois × catégorie=5") == ["A2", "A3"]
    assert ouvrir("2.4", "lot × mois × statut=DE_INSCRIT") == ["A2", "A3", "A5"]
    assert ouvrir("6.1", "lot × mois") == ["A2"]
    assert ouvrir("6.1", "lot × mois", "denominateur") == ["A2", "A5"]
    assert ouvrir("6.2", "lot × mois (médiane)") == ["A1"]
    assert ouvrir("6.6", "lot × mois") == ["A5"]
    assert ouvrir("6.8", "lot × mois de clôture") == ["A2"]
    assert ouvrir("2.2", "lot × mois", "denominateur") == []


def test_unknown_mesh_or_code_says_what_exists(racine: Path) -> None:
    poser(racine, [unite("A1", "p1", "01", "2021-01-10")])
    with pytest.raises(KeyError, match=r"Indicateurs connus : 1\.1"):
        dossiers("9.9", "08", "2021-03", "lot × mois", racine=racine)
    with pytest.raises(KeyError, match="cumul annuel"):
        dossiers("2.2", "08", "2021-03", "lot", racine=racine)


def test_nothing_exported_yet_says_so(tmp_path: Path) -> None:
    with pytest.raises(ColonnesAbsentes, match="registre"):
        calculer("2021-03", racine=tmp_path)


def test_a_month_is_written_year_then_month(racine: Path) -> None:
    poser(racine, [unite("A1", "p1", "01", "2021-01-10")])
    with pytest.raises(ValueError, match="2021-03"):
        calculer("mars", racine=racine)
