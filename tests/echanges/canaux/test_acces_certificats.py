"""Binding certificates to keys: by the page, by the command line, and what is refused."""

import argparse
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pytest_django import Settings

from cepage.echanges.canaux.acces import certificats
from cepage.echanges.canaux.acces import commandes as commandes_acces
from cepage.echanges.canaux.acces.certificats import CertificatRefuse, joindre
from cepage.echanges.canaux.acces.enums import Usage
from cepage.echanges.canaux.acces.models import Certificat
from cepage.echanges.canaux.soap import commandes as commandes_soap
from cepage.fondations.socle.journal import verifier
from cepage.fondations.socle.portee import portee_totale
from tests.echanges.canaux.conftest import LE, Serrurier
from tests.echanges.canaux.signataire import identite
from tests.personnes import alice, charlie, entrer


def lancer(arguments: list[str]) -> int:
    """Run a command on the database of the test; gives its exit code."""
    parseur = argparse.ArgumentParser()
    sous_parseurs = parseur.add_subparsers()
    for module in (commandes_acces, commandes_soap):
        module.ajouter_commandes(sous_parseurs)
    args = parseur.parse_args(arguments)
    return int(args.executer(args))


def test_la_page_joint_montre_et_retire(ouvrir: Serrurier, settings: Settings) -> None:
    settings.CEPAGE_DATE = LE.isoformat()
    cle, client = ouvrir().cle, entrer(alice())
    adresse = f"/acces/{cle.identifiant}/"
    assert "Aucun." in client.get(adresse).content.decode()
    donnees = {"certificat": identite("Serveur de nuit").pem.decode(), "usage": "message", "entite": ""}
    assert client.post(f"{adresse}certificats/", donnees).status_code == 302
    page = client.get(adresse).content.decode()
    assert "CN=Serveur de nuit" in page
    with portee_totale():
        joint = Certificat.objects.get()
    assert joint.empreinte in page
    # Charlie, of another operator, finds neither the key nor its certificate.
    etranger = entrer(charlie())
    assert etranger.post(f"{adresse}certificats/{joint.pk}/retirer/").status_code == 404
    assert client.post(f"{adresse}certificats/{joint.pk}/retirer/").status_code == 302
    assert "CN=Serveur de nuit" not in client.get(adresse).content.decode()
    assert client.post(f"{adresse}certificats/{joint.pk}/retirer/").status_code == 404
    with portee_totale():
        assert verifier().intacte


@pytest.mark.parametrize(
    ("donnees", "phrase"),
    [
        ({"certificat": "", "usage": "message"}, "Collez le certificat."),
        ({"certificat": "bonjour", "usage": "message"}, "pas un certificat X.509"),
        ({"certificat": "x", "usage": "assertion"}, "Donnez le nom de l&#x27;autorité"),
        ({"certificat": "x", "usage": "message", "entite": "urn:a"}, "laissez vide"),
        ({"certificat": "-----BEGIN PRIVATE KEY-----", "usage": "message"}, "clé privée, qui ne doit jamais"),
    ],
)
def test_une_saisie_fausse_dit_pourquoi_et_garde_le_texte(
    donnees: dict[str, str], phrase: str, ouvrir: Serrurier, settings: Settings
) -> None:
    settings.CEPAGE_DATE = LE.isoformat()
    reponse = entrer(alice()).post(f"/acces/{ouvrir().cle.identifiant}/certificats/", donnees)
    assert reponse.status_code == 422
    page = reponse.content.decode()
    assert phrase in page
    assert donnees["certificat"] in page


def test_ce_qui_ne_se_joint_pas(ouvrir: Serrurier) -> None:
    cle = ouvrir().cle
    faible = identite("Faible", cle=rsa.generate_private_key(public_exponent=65537, key_size=1024))
    with pytest.raises(CertificatRefuse, match="trop faible"):
        joindre(cle, faible.pem, le=LE)
    courbe = identite("Courbe", cle=ec.generate_private_key(ec.SECP256K1()))
    with pytest.raises(CertificatRefuse, match="trop faible"):
        joindre(cle, courbe.pem, le=LE)
    with pytest.raises(CertificatRefuse, match="expiré"):
        joindre(cle, identite("Ancien", fin=LE).pem, le=LE)
    un = identite("Un")
    joindre(cle, un.certificat.public_bytes(Encoding.DER), le=LE)
    with pytest.raises(CertificatRefuse, match="déjà joint"):
        joindre(ouvrir().cle, un.pem, le=LE)
    joindre(cle, identite("A").pem, le=LE, usage=Usage.ASSERTION, entite="urn:a")
    with pytest.raises(CertificatRefuse, match="Une autorité de ce nom"):
        joindre(cle, identite("B").pem, le=LE, usage=Usage.ASSERTION, entite="urn:a")
    with pytest.raises(CertificatRefuse, match="a un nom"):
        joindre(cle, identite("C").pem, le=LE, usage=Usage.ASSERTION)


def test_un_certificat_retire_peut_revenir(ouvrir: Serrurier) -> None:
    qui, cle = identite("Un"), ouvrir().cle
    joint = joindre(cle, qui.pem, le=LE)
    certificats.retirer(joint, le=LE)
    certificats.retirer(joint, le=LE)
    joindre(cle, qui.pem, le=LE)


def test_la_commande_joint_un_certificat(
    ouvrir: Serrurier, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.CEPAGE_DATE = LE.isoformat()
    identifiant, qui = ouvrir(bac_a_sable=True).cle.identifiant, identite("Par la commande")
    fichier = tmp_path / "certificat.pem"
    fichier.write_bytes(qui.pem)
    assert lancer(["cles", "certificat", identifiant, str(fichier)]) == 0
    assert "CN=Par la commande" in capsys.readouterr().out
    assert lancer(["cles", "certificat", identifiant, str(tmp_path / "absent")]) == 2
    assert "ne se lit pas" in capsys.readouterr().err
    assert lancer(["cles", "certificat", "0" * 12, str(fichier)]) == 2
    assert "Aucune clé" in capsys.readouterr().err
    fichier.write_bytes(qui.cle.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    assert lancer(["cles", "certificat", identifiant, str(fichier)]) == 2
    assert "clé privée" in capsys.readouterr().err


def test_la_commande_emet_une_assertion_d_essai(
    ouvrir: Serrurier, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.CEPAGE_DATE, settings.CEPAGE_DONNEES = LE.isoformat(), tmp_path
    identifiant = ouvrir(bac_a_sable=True).cle.identifiant
    fichier = tmp_path / "certificat.pem"
    fichier.write_bytes(identite("Client").pem)
    assert lancer(["soap", "assertion-essai", identifiant, str(fichier)]) == 2
    assert "autorite-essai" in capsys.readouterr().err
    assert lancer(["soap", "autorite-essai", identifiant]) == 0
    assert "d'essai" in capsys.readouterr().out
    assert lancer(["soap", "autorite-essai", "0" * 12]) == 2
    capsys.readouterr()
    assert lancer(["soap", "assertion-essai", identifiant, str(fichier), "--profil", "CEP_LECTURE"]) == 0
    assert "CEP_LECTURE" in capsys.readouterr().out
    assert lancer(["soap", "assertion-essai", identifiant, str(fichier), "--profil", "ROI"]) == 2
    assert "Profils inconnus" in capsys.readouterr().err
