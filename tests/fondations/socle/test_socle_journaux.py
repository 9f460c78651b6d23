"""The logs: JSON that can be searched; what an error quotes and what others log never reach them."""

import json
import logging
import sys
from types import SimpleNamespace
from typing import Any

from django.db import IntegrityError

from cepage.fondations.socle import trace
from cepage.fondations.socle.journaux import Sobre

CANARI = "1850412345678"


def ecrit(nom: str, message: str, *arguments: object, **autres: Any) -> dict[str, Any]:
    record = logging.LogRecord(nom, logging.ERROR, "f.py", 1, message, arguments, autres.pop("exc_info", None))
    for attribut, valeur in autres.items():
        setattr(record, attribut, valeur)
    lu: dict[str, Any] = json.loads(Sobre().format(record))
    return lu


def test_notre_message_json_donne_ses_membres() -> None:
    lu = ecrit("cepage.api", json.dumps({"trace": "a" * 32, "statut": 201}))
    assert (lu["trace"], lu["statut"], lu["niveau"], lu["source"]) == ("a" * 32, 201, "ERROR", "cepage.api")
    assert ecrit("cepage.suivi", "Relance du lot %s", "08")["message"] == "Relance du lot 08"
    assert ecrit("cepage.suivi", "[1]")["message"] == "[1]"


def test_les_valeurs_des_autres_ne_sont_pas_ecrites() -> None:
    requete = SimpleNamespace(resolver_match=SimpleNamespace(view_name="registre:recherche"))
    lu = ecrit("django.request", "%s: %s", "Not Found", f"/registre/?q={CANARI}", request=requete, status_code=404)
    assert CANARI not in json.dumps(lu)
    assert (lu["route"], lu["statut"]) == ("registre:recherche", 404)


def test_une_erreur_dit_sa_sorte_et_sa_place_sans_ses_mots() -> None:
    try:
        raise IntegrityError(f"Key (nir)=({CANARI}) already exists.")
    except IntegrityError:
        lu = ecrit("procrastinate.worker", "Job failed", exc_info=sys.exc_info())
    assert CANARI not in json.dumps(lu)
    assert lu["erreur"] == "IntegrityError"
    assert "test_socle_journaux.py" in lu["place"][-1]


def test_la_trace_suit_son_bloc() -> None:
    assert trace.courante() == ""
    with trace.suivre("a" * 32):
        assert trace.courante() == "a" * 32
    assert trace.courante() == ""
