"""The service in processes of its own, used by real clients that know nothing but its WSDL and their key."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from zeep import Client
from zeep.exceptions import Fault

from cepage.echanges.conformite.ecriture import en_csv
from cepage.echanges.conformite.fiches import personne
from tests.echanges.canaux.instance import RACINE, InstanceReelle
from tests.echanges.canaux.outils_soap import accuse_en_dict, rendu
from tests.echanges.canaux.signataire import GENRE_PAQUET, NOMS, Signataire, identite, joint, paquet, rsa_2048

EXEMPLE = RACINE / "docs" / "exemples" / "ClientSoap.java"


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


def test_un_message_qui_vient_par_morceaux(client: Client, instance: InstanceReelle) -> None:
    """Without an announced size (chunked), as Apache CXF sends by default."""
    signataire = client.wsse
    octets = en_csv("beneficiaire", [personne(identifiant_beneficiaire="M1")])
    corps = paquet(signataire.signer(joint(octets, nom="beneficiaire.csv")), octets)
    morceaux = (corps[i : i + 1000] for i in range(0, len(corps), 1000))
    reponse = requests.post(
        f"{instance.url}/soap/v1", data=morceaux, headers={"Content-Type": GENRE_PAQUET}, timeout=60
    )
    assert accuse_en_dict(rendu(reponse).find("c:accuse", NOMS))["statut"] == "accepte"


@pytest.mark.parametrize("cle", [None, rsa_2048()], ids=["courbe elliptique", "rsa"])
def test_java_joint_signe_et_relit(cle: Any, instance: InstanceReelle, tmp_path: Path) -> None:
    """The sample client of the integrators' guide, on the JDK alone: `make clients` installs it."""
    assert shutil.which("java"), "Java manque pour essayer le client Java : lancez « make clients »."
    qui = identite("Client Java", cle=cle)
    (tmp_path / "certificat.pem").write_bytes(qui.pem)
    prive = qui.cle.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "cle.pem").write_bytes(prive)
    octets = en_csv("beneficiaire", [personne(identifiant_beneficiaire=f"J{len(prive)}")])
    (tmp_path / "beneficiaire.csv").write_bytes(octets)

    def lancer() -> subprocess.CompletedProcess[str]:
        fichiers = [str(tmp_path / nom) for nom in ("cle.pem", "certificat.pem")]
        return subprocess.run(
            ["java", str(EXEMPLE), f"{instance.url}/soap/v1", *fichiers, "08", str(tmp_path / "beneficiaire.csv")],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    refus = lancer()
    assert refus.returncode == 2
    assert refus.stderr.startswith("certificat-inconnu : "), refus.stderr
    instance.cepage("cles", "certificat", instance.cle.split("_")[1], str(tmp_path / "certificat.pem"))
    fait = lancer()
    assert fait.returncode == 0, fait.stderr
    assert fait.stdout.endswith(" accepte\n")
