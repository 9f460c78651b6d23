"""Properties of dates and numbers over many values."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from cepage.fondations import regles as r
from cepage.fondations.regles import numeros

JOURS = st.dates(min_value=date(1990, 1, 1), max_value=date(2080, 12, 31))
SERVICE = st.dates(min_value=date(2020, 1, 2), max_value=date(2023, 12, 31))
UO = st.sampled_from(["00", "01", "21", "22"])
LOTS = st.integers(1, 18).map(lambda n: f"{n:02d}")


@given(JOURS, st.integers(0, 60))
def test_ajouter_des_mois(d: date, n: int) -> None:
    fin = r.ajouter_mois(d, n)
    assert (fin.year - d.year) * 12 + fin.month - d.month == n
    assert fin.day == min(d.day, monthrange(fin.year, fin.month)[1])


@given(SERVICE, st.sampled_from(["00", "01", "21"]))
def test_la_cloture_commence_le_lendemain_de_l_echeance(d: date, uo: str) -> None:
    regles = r.charger_marche("A")
    fin = r.echeance(uo, d, regles=regles)
    assert fin is not None
    assert fin >= d
    assert not r.cloture_automatique(uo, d, le=fin, regles=regles).a_clore
    decision = r.cloture_automatique(uo, d, le=fin + timedelta(days=1), regles=regles)
    assert decision.a_clore
    assert decision.date_cloture == fin


@given(SERVICE, st.sets(JOURS, max_size=30))
def test_trente_jours_ouvres(d: date, feries: set[date]) -> None:
    fin = r.date_rdv_au_plus_tard(d, regles=r.charger_marche("A"), est_ferie=feries.__contains__)
    entre = (d + timedelta(days=i) for i in range(1, (fin - d).days + 1))
    assert sum(j.isoweekday() < 6 and j not in feries for j in entre) == 30
    assert fin.isoweekday() < 6
    assert fin not in feries


@given(st.from_regex(r"[A-Z0-9]{2}", fullmatch=True), SERVICE, UO, st.integers(0, 999_999))
def test_dossier_aller_retour(operateur: str, d: date, uo: str, compteur: int) -> None:
    lu = numeros.lire_numero_dossier(numeros.numero_dossier(operateur, d, uo, compteur))
    assert (lu.operateur, lu.uo, lu.compteur) == (operateur, uo, compteur)
    assert lu.concorde(operateur=operateur, date_engagement=d, uo=uo)
    assert not lu.concorde(operateur=operateur, date_engagement=r.ajouter_mois(d, 1), uo=uo)


@given(st.integers(2020, 2023), LOTS, UO, st.integers(1, 99), st.integers(1, 99_999))
def test_reference_aller_retour(annee: int, lot: str, uo: str, ordre: int, rang: int) -> None:
    texte = numeros.reference_bon_commande(annee, lot, uo, ordre, rang)
    lue = numeros.lire_reference_bon_commande(texte)
    assert (lue.annee, lue.lot, lue.uo, lue.ordre, lue.rang) == (annee, lot, uo, ordre, rang)
    assert lue.commande == texte[:-6]


@given(LOTS, UO, SERVICE)
def test_decompte_aller_retour(lot: str, uo: str, d: date) -> None:
    lu = numeros.lire_numero_decompte(numeros.numero_decompte(lot, uo, d))
    assert (lu.annee, lu.lot, lu.uo, lu.trimestre) == (d.year, lot, uo, (d.month + 2) // 3)


def test_les_regles_n_importent_pas_django() -> None:
    for module in Path(r.__file__).parent.glob("*.py"):
        texte = module.read_text(encoding="utf-8")
        assert "import django" not in texte
        assert "from django" not in texte
        assert "date.today" not in texte, "the date is an argument"
        assert "datetime.now" not in texte
