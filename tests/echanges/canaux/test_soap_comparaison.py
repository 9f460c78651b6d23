"""Every malformed file of the corpus gets, by SOAP, the receipt it gets from the command line."""

from collections.abc import Mapping
from typing import Any

from pytest_django import Settings

from cepage.echanges.reception.accuse import CHAMPS_ANOMALIE
from tests.echanges.canaux.comparaison import comparer
from tests.echanges.canaux.outils_soap import accuse_en_dict, poster, rendu
from tests.echanges.canaux.signataire import GENRE_PAQUET, NOMS, Signataire, joint, paquet
from tests.echanges.canaux.test_rest_comparaison import corpus


def test_soap_rend_le_meme_accuse_que_la_commande(ab: Signataire, settings: Settings) -> None:
    fichiers = corpus()
    assert len(fichiers) > 90

    def par_soap(nom: str, octets: bytes) -> Mapping[str, Any]:
        racine = ab.signer(joint(octets, mode="essai", nom=nom))
        reponse = poster(paquet(racine, octets, limite="limite-1"), genre=GENRE_PAQUET)
        lu = accuse_en_dict(rendu(reponse).find("c:accuse", NOMS))
        # An element that is absent is what the other writings call null.
        lu["anomalies"] = [dict.fromkeys(CHAMPS_ANOMALIE) | anomalie for anomalie in lu["anomalies"]]
        return lu

    settings.CEPAGE_SEUIL_IMMEDIAT = 1 << 30
    assert comparer(par_soap, fichiers) == []
    # The comparison sees a difference when there is one.
    assert comparer(lambda nom, octets: {**par_soap(nom, octets), "statut": "recu"}, fichiers[:1]) == [fichiers[0][0]]
