"""Every malformed file of the corpus gets, by the API, the receipt it gets from the command line."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from pytest_django import Settings

from tests.echanges.canaux.comparaison import comparer
from tests.echanges.canaux.outils import Api
from tests.echanges.lecture.test_hostiles import CAS
from tests.echanges.reception.fabrique import en_json, en_xml, en_zip, parcours, personne


def corpus() -> list[tuple[str, bytes]]:
    hostiles = []
    for nom, contenu, _ in CAS.values():
        octets = contenu() if callable(contenu) else contenu
        hostiles.append((nom, octets))
    fautif = parcours() | {"beneficiaire": [personne(sexe="X")]}
    fautif["beneficiaire"][0].pop("email")
    justes = [
        ("CEP_08_AB_20220601_1.zip", en_zip(parcours(), 1)),
        ("CEP_08_AB_20220601_2.zip", en_zip(fautif, 2)),
        ("envoi.json", en_json(fautif, 3)),
        ("envoi.xml", en_xml(fautif, 4)),
    ]
    return justes + hostiles


def test_l_api_rend_le_meme_accuse_que_la_commande(api: Api, settings: Settings) -> None:
    fichiers = corpus()
    assert len(fichiers) > 90

    def par_api(nom: str, octets: bytes) -> Mapping[str, Any]:
        reponse = api("POST", "/envois?" + urlencode({"lot": "08", "mode": "essai", "nom": nom}), octets)
        assert reponse.status_code == 200, (nom, reponse.content)
        recu: Mapping[str, Any] = reponse.json()
        return recu

    settings.CEPAGE_SEUIL_IMMEDIAT = 1 << 30
    assert comparer(par_api, fichiers) == []
    # The comparison sees a difference when there is one.
    assert comparer(lambda nom, octets: {**par_api(nom, octets), "statut": "recu"}, fichiers[:2]) == [
        fichiers[0][0],
        fichiers[1][0],
    ]
