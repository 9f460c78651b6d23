"""Reading of instants: the quick reading of whole seconds and the parser agree on every text."""

from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cepage.echanges.contrat.formats import _instant_analyse, horodatage

ECRITS = [
    "2021-03-01T18:05:00+01:00",
    "2021-03-01T18:05Z",
    "2020-02-29T23:59:59.123456-0530",
    "2021-02-30T10:00:00Z",
    "2021-01-01T24:00:00Z",
    "2021-01-01T23:59:60Z",
    "2021-01-01T10:00:00+99:99",
    "0000-01-01T00:00:00Z",
    "9999-12-31T23:59:59-14:00",
]


@st.composite
def abimes(tirer: st.DrawFn) -> str:
    """One of the texts above with up to two characters replaced, among them digits that are not ASCII."""
    texte = list(tirer(st.sampled_from(ECRITS)))
    for _ in range(tirer(st.integers(0, 2))):
        texte[tirer(st.integers(0, len(texte) - 1))] = tirer(st.sampled_from("0123456789:TZ+-. é\n١"))
    return "".join(texte)


def lire(textes: list[str | None], expression: pl.Expr) -> list[int | None]:
    lus = pl.DataFrame({"t": textes}, schema={"t": pl.String}).select(expression).to_series()
    return lus.dt.epoch("us").to_list()


@settings(max_examples=100)
@given(st.lists(st.one_of(st.none(), abimes()), min_size=1, max_size=40))
def test_les_deux_lectures_disent_la_meme_chose(textes: list[str | None]) -> None:
    assert lire(textes, horodatage(pl.col("t"))) == lire(textes, _instant_analyse(pl.col("t")))


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("2021-03-01T18:05:00+01:00", datetime(2021, 3, 1, 17, 5, tzinfo=UTC)),
        ("2021-03-01T00:05:00+01:30", datetime(2021, 2, 28, 22, 35, tzinfo=UTC)),
        ("2021-12-31T23:30:09-01:00", datetime(2022, 1, 1, 0, 30, 9, tzinfo=UTC)),
        ("1969-12-31T23:59:59Z", datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("2021-02-29T10:00:00Z", None),
    ],
)
def test_une_seconde_entiere(texte: str, attendu: datetime | None) -> None:
    lu = pl.DataFrame({"t": [texte]}).select(horodatage(pl.col("t"))).item()
    assert lu == attendu
