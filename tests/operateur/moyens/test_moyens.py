"""Means and costs: what is due, declared, corrected, exported; who sees nothing of it."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from cepage.echanges.envoi.models import FicheSortante
from cepage.echanges.envoi.services import construire, transmettre
from cepage.fondations.socle import horloge
from cepage.fondations.socle.portee import fixer_emetteurs
from cepage.operateur.moyens.models import CHIFFRES, MoyensCouts
from tests.personnes import alice, bob, charlie, diane, entrer

pytestmark = pytest.mark.usefixtures("operateur_ab")
SAISIE = dict.fromkeys(CHIFFRES, "1200,50") | {"version": "0"}


def _page(client: Client, adresse: str = "/moyens/") -> str:
    return client.get(adresse).content.decode().replace("\u202f", " ")


def test_une_annee_due_se_declare_se_corrige_et_part() -> None:
    client = entrer(alice())
    assert "Déclarer 2020, lot 08" in _page(client)
    adresse = "/moyens/declarer/08/2020/"
    faux = client.post(adresse, SAISIE | {"masse_salariale": "-1", "frais_si": ""})
    assert faux.status_code == 422
    assert "écrivez 0" in faux.content.decode()
    assert "1200,50" in faux.content.decode()
    assert client.post(adresse, SAISIE).status_code == 302
    page = _page(client)
    assert "À déclarer" not in page
    # Four ETP of 1200.50; payroll and five expenses of 1200.50 each.
    assert "4 802,00" in page
    assert "7 203,00 €" in page
    assert client.post(adresse, SAISIE).status_code == 422  # someone declared since version 0
    assert client.post(adresse, SAISIE | {"version": "1", "autres_frais": "0"}).status_code == 302
    fixer_emetteurs(["AB"])
    fiches = FicheSortante.objects.filter(fiche="moyens_couts").order_by("id")
    assert [(f.nature, f.cle, f.contenu["autres_frais"]) for f in fiches] == [
        ("C", "08|2020", "1200.50"),
        ("M", "08|2020", "0"),
    ]
    csv = client.get("/moyens/exporter/csv/").content.decode()
    assert "08;2020;Masse salariale CEP;1200.50;CCTP annexe 2 §4.2;2021-06-01;Alice Martin" in csv
    assert client.get("/moyens/exporter/ods/").content.startswith(b"PK")


def test_le_point_d_echange_accepte_la_declaration() -> None:
    entrer(alice()).post("/moyens/declarer/08/2020/", SAISIE)
    construire("AB", "08", le=horloge.maintenant())
    (resultat,) = transmettre("AB", "08", le=horloge.maintenant())
    assert (resultat.acceptees, resultat.refusees, resultat.erreur) == (1, 0, "")


def test_les_deux_semestres_valent_l_annee() -> None:
    client = entrer(alice())
    client.post("/moyens/declarer/08/2020-S1/", SAISIE)
    assert "Déclarer 2020, lot 08" in _page(client)
    client.post("/moyens/declarer/08/2020-S2/", SAISIE)
    assert "Déclarer 2020, lot 08" not in _page(client)


def test_une_periode_mal_ecrite_ou_un_autre_lot() -> None:
    client = entrer(alice())
    assert client.get("/moyens/declarer/", {"lot": "08", "periode": "2021-S3"}).status_code == 422
    assert client.get("/moyens/declarer/", {"lot": "08", "periode": "2021-S2"}).status_code == 302
    assert client.get("/moyens/declarer/02/2020/").status_code == 404
    assert client.get("/moyens/declarer/08/2020-S3/").status_code == 404


def test_la_base_refuse_un_cout_negatif() -> None:
    entrer(alice()).post("/moyens/declarer/08/2020/", SAISIE)
    fixer_emetteurs(["AB"])
    with pytest.raises(IntegrityError), transaction.atomic():
        MoyensCouts.objects.update(frais_si=Decimal("-0.01"))


def test_qui_voit_les_moyens() -> None:
    entrer(alice()).post("/moyens/declarer/08/2020/", SAISIE)
    for personne in (bob(), diane()):
        assert entrer(personne).get("/moyens/").status_code == 403
    assert "Alice" not in _page(entrer(charlie()))
