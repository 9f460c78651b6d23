"""The draw as a pure function: sizes, reproducibility, no bias; and the statistics beside it."""

from collections import Counter
from decimal import Decimal
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cepage.fondations.regles import ErreurRegles
from cepage.fondations.regles.statistiques import kappa, representativite, wilson
from cepage.fondations.regles.tirage import (
    DossierDeBase,
    empreinte_base,
    lire_taux,
    taille_echantillon,
    tirer,
)


@pytest.mark.parametrize(
    ("effectif", "taux", "attendu", "calcul"),
    [
        (0, "0.05", 0, "strate vide"),
        (1, "0.05", 1, "min(2, 1)"),
        (2, "0.05", 2, "min(2, 2)"),
        (40, "0.05", 2, "40 x 0,05 = 2"),
        (41, "0.05", 3, "2,05 arrondi au-dessus"),
        (100, "0.07", 7, "7 exactement : en virgule flottante 7,000000000000001 donnerait 8"),
        (100, "0.29", 29, "29 exactement : en virgule flottante 28,999999999999996"),
        (20, "0.15", 3, "3 exactement"),
        (21, "0.15", 4, "3,15 arrondi au-dessus"),
        (7, "1", 7, "tout"),
        (1000, "0.0001", 2, "le minimum"),
    ],
)
def test_taille(effectif: int, taux: str, attendu: int, calcul: str) -> None:
    assert taille_echantillon(effectif, Decimal(taux), minimum=2) == attendu, calcul


@pytest.mark.parametrize("texte", ["0", "-0.1", "1.01", "5", "NaN", "Infinity", "", "5%"])
def test_taux_refuse(texte: str) -> None:
    with pytest.raises(ErreurRegles, match="taux de tirage"):
        lire_taux(texte)


def test_taux_lu() -> None:
    assert lire_taux(" 0,05 ") == lire_taux("0.05") == Decimal("0.05")
    assert lire_taux("1") == 1


BASES = st.lists(
    st.builds(
        DossierDeBase,
        st.from_regex(r"AB2[0-3](?:0[1-9]|1[0-2])01[0-9]{6}", fullmatch=True),
        st.sampled_from(["00", "01", "21", "22"]),
        st.sampled_from(["", "S1", "S2"]),
    ),
    unique_by=lambda d: d.numero_dossier,
    max_size=60,
)
TAUX = {uo: Decimal("0.13") for uo in ("00", "01", "21", "22")}


@given(BASES, st.randoms(use_true_random=False), st.text(min_size=1).filter(str.strip))
def test_le_tirage_tient_ses_promesses(base: list[DossierDeBase], hasard, graine: str) -> None:
    tire = tirer(base, TAUX, graine, minimum=2)
    melangee = list(base)
    hasard.shuffle(melangee)
    assert tirer(melangee, TAUX, graine, minimum=2) == tire
    assert set(tire.dossiers) <= set(base)
    assert list(tire.dossiers) == sorted(set(tire.dossiers))
    par_strate = Counter((d.uo, d.structure) for d in tire.dossiers)
    assert {(s.uo, s.structure): s.tires for s in tire.strates} == par_strate
    for strate in tire.strates:
        membres = [d for d in base if (d.uo, d.structure) == (strate.uo, strate.structure)]
        assert strate.base == len(membres)
        rangs = sorted(membres, key=lambda d: sha256(f"{graine}|{d.numero_dossier}".encode()).hexdigest())
        assert sorted(rangs[: strate.tires]) == [d for d in tire.dossiers if d in membres]


def test_dix_mille_tirages_sans_biais() -> None:
    """Each of 20 files is drawn 3 times in 20: over 10,000 seeds, chi-square of the counts."""
    base = [DossierDeBase(f"AB20030100{n:04d}", "01", "S1") for n in range(20)]
    comptes: Counter[str] = Counter()
    for graine in range(10_000):
        comptes.update(d.numero_dossier for d in tirer(base, TAUX, f"graine {graine}", minimum=2).dossiers)
    attendu = 10_000 * 3 / 20
    assert sum(comptes.values()) == 30_000
    # Drawn without replacement, the statistic is the chi-square shrunk by (N - n)/(N - 1); 43.8 is its 0.1 % bound.
    khi_deux = sum((comptes[d.numero_dossier] - attendu) ** 2 / attendu for d in base) * 19 / 17
    assert khi_deux < 43.8


def test_sans_graine_ou_sans_taux() -> None:
    base = [DossierDeBase("AB200301000001", "01", "S1")]
    with pytest.raises(ErreurRegles, match="pas de graine"):
        tirer(base, TAUX, " ", minimum=2)
    with pytest.raises(ErreurRegles, match="pas de taux"):
        tirer(base, {}, "x", minimum=2)


def test_empreinte() -> None:
    assert empreinte_base(["B", "A"]) == sha256(b"A\nB").hexdigest()
    assert empreinte_base([]) == sha256(b"").hexdigest()


# --- statistics: values of published tables ---


def test_wilson() -> None:
    # Newcombe 1998, table I: 81/263 → 0.2553 to 0.3662; 0/20 → 0 to 0.1611; 1/29 → 0.0061 to 0.1718.
    for succes, total, bas, haut in ((81, 263, 0.2553, 0.3662), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)):
        intervalle = wilson(succes, total, confiance=Decimal(95))
        assert (round(intervalle.bas, 4), round(intervalle.haut, 4)) == (bas, haut)
    assert wilson(0, 0, confiance=Decimal(95)).part is None
    assert wilson(5, 5, confiance=Decimal(95)).haut == 1


def test_kappa() -> None:
    # Cohen's usual example: 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no → 0.4.
    couples = [("o", "o")] * 20 + [("o", "n")] * 5 + [("n", "o")] * 10 + [("n", "n")] * 15
    assert kappa(couples) == pytest.approx(0.4)
    assert kappa([]) is None
    assert kappa([("o", "o")] * 3) is None
    assert kappa([("o", "o"), ("n", "n")]) == pytest.approx(1)


def test_representativite() -> None:
    # 60 F and 40 M answered where 50/50 was expected: chi-square 4, 1 degree, p = 0.0455.
    ecart = representativite({"F": 60, "M": 40}, {"F": 500, "M": 500})
    assert (ecart.statistique, ecart.degres, round(ecart.p, 4)) == (4, 1, 0.0455)
    assert ecart.rejetee(Decimal(5))
    assert not ecart.rejetee(Decimal(1))
    assert representativite({"F": 50, "M": 50}, {"F": 500, "M": 500}).p == 1
    assert representativite({}, {"F": 5, "M": 5}).p is None
    assert representativite({"F": 5}, {"F": 5}).p is None
    assert representativite({"X": 1, "F": 5}, {"F": 5, "M": 5}).p == 0
