"""The service in processes of its own, used by real clients that know nothing but its WSDL and their key."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from zeep import Client
from zeep.exceptions import Fault

from cepage.echanges.conformite.ecriture import en_csv
from cepage.echanges.conformite.fiches import personne
from tests.echanges.canaux.instance import InstanceReelle
from tests.echanges.canaux.signataire import Signataire, identite


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InstanceReelle]:
    reelle = InstanceReelle(tmp_path_factory.mktemp("instance"))
    yield reelle
    reelle.arreter()


@pytest.fixture
def client(instance: InstanceReelle, tmp_path: Path) -> Client:
    """zeep, with a new certificate bound to the key of the instance."""
    qui = identite("Client zeep")
    (tmp_path / "certificat.pem").write_bytes(qui.pem)
    instance.cepage("cles", "certificat", instance.cle.split("_")[1], str(tmp_path / "certificat.pem"))
    return Client(f"{instance.url}/soap/v1?wsdl", wsse=Signataire(qui))


def test_zeep_depose_et_relit(client: Client, instance: InstanceReelle) -> None:
    acces = client.service.lireAcces()
    assert (acces.emetteur, acces.bacASable) == ("8A", True)
    foule = [personne(identifiant_beneficiaire=f"Z{i}") for i in range(40)]
    octets = en_csv("beneficiaire", foule)
    rendu = client.service.deposerEnvoi(
        lot="08", nom="beneficiaire.csv", empreinte=hashlib.sha256(octets).hexdigest(), fichier=octets
    )
    assert rendu.accuse.statut == "accepte", rendu.accuse.anomalie[:2]
    assert [(c.fiche, c.acceptees) for c in rendu.accuse.compte] == [("beneficiaire", 40)]
    relu = client.service.lireAccuse(envoi=rendu.accuse.envoi)
    assert relu == rendu.accuse
    assert rendu.accuse.envoi in [e.envoi for e in client.service.listerEnvois(taille=10).envoi]
    assert {c.code for c in client.service.lireNomenclature(nom="statut").code}


def test_zeep_ecrit_les_fiches_dans_le_message(client: Client) -> None:
    # zeep writes a month from its year, its month and its time zone.
    fiche = personne(identifiant_beneficiaire="ZF1") | {"entree_entreprise": (2018, 12, None)}
    envoi = {"version": "1.0", "lot": "08", "emetteur": "8A", "sequence": 1, "_value_1": [{"beneficiaire": fiche}]}
    accuse = client.service.deposerFiches(lot="08", envoi=envoi).accuse
    assert accuse.statut == "accepte", accuse.anomalie
    assert accuse.compte[0].acceptees == 1


def test_une_faute_se_lit_en_francais(client: Client) -> None:
    with pytest.raises(Fault) as refus:
        client.service.deposerEnvoi(lot="08", empreinte="0" * 64, fichier=b"x")
    assert "empreinte SHA-256" in str(refus.value)
    assert refus.value.subcodes[0].localname == "empreinte-differente"
