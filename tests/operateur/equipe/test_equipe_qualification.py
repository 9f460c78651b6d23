"""The qualification of a counsellor: the contract's two ways, their last days, the dérogations."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cepage.fondations.regles import charger_marche
from cepage.fondations.regles.qualification import Acquis, Domaine, Pratique, qualification

CAS = yaml.safe_load(Path(__file__).with_name("cas_qualification.yaml").read_text(encoding="utf-8"))
JOURS = st.dates(date(2012, 1, 1), date(2021, 1, 1))


def _acquis(cas: dict[str, Any]) -> Acquis:
    return Acquis(
        niveau=cas.get("niveau"),
        obtenue_le=cas.get("obtenue_le"),
        pratiques=[Pratique(Domaine(d), debut, fin) for d, debut, fin in cas.get("pratiques", [])],
        derogations=[(debut, fin) for debut, fin in cas.get("derogations", [])],
    )


@pytest.mark.parametrize("cas", CAS, ids=lambda cas: cas["cas"])
def test_les_cas(cas: dict[str, Any]) -> None:
    vue = qualification(_acquis(cas), le=cas["le"], regles=charger_marche("A"))
    assert (vue.etat.value, vue.manque) == (cas["etat"], cas["manque"])
    assert vue.clause == "CCTP §3.1"


@given(debuts=st.lists(JOURS, min_size=1, max_size=5), certifie=st.booleans())
def test_avec_le_temps_on_ne_perd_jamais_sa_qualification(debuts: list[date], certifie: bool) -> None:
    acquis = Acquis(
        niveau=5 if certifie else None, pratiques=[Pratique(Domaine.TRANSITIONS, debut) for debut in debuts]
    )
    regles = charger_marche("A")
    vus = [qualification(acquis, le=date(annee, 1, 2), regles=regles) for annee in range(2020, 2026)]
    manques = [vue.manque for vue in vus]
    assert manques == sorted(manques, reverse=True)  # type: ignore[type-var]
    assert [vue.suffisante for vue in vus] == sorted(vue.suffisante for vue in vus)
