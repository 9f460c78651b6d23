"""Who enters by FTPS, from where, how often; how much room there is; the answers in French."""

from __future__ import annotations

import errno
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError
from pytest_django import Settings

from cepage.echanges.canaux.acces import services
from cepage.echanges.canaux.ftps import entree, fichiers, racines
from cepage.echanges.canaux.ftps.refus import Refus, de_l_ecriture
from cepage.echanges.canaux.ftps.reponses import en_francais
from cepage.echanges.canaux.ftps.serveur import PortsMalDits, _ports
from tests.echanges.canaux.conftest import LE, Serrurier

ICI = "192.0.2.7"


@pytest.fixture(autouse=True)
def lieu(settings: Settings, tmp_path: Path) -> Path:
    """A disk of its own, on a fixed day."""
    settings.CEPAGE_DATE = LE.isoformat()
    settings.CEPAGE_DONNEES = tmp_path
    return tmp_path


def refus(identifiant: str, secret: str, adresse: str = ICI) -> Refus:
    with pytest.raises(Refus) as leve:
        entree.entrer(identifiant, secret, adresse=adresse)
    return leve.value


def test_l_identifiant_et_le_secret_entrent_ou_la_cle_entiere(ouvrir: Serrurier) -> None:
    ouverte = ouvrir(adresses=["192.0.2.0/24"])
    for mot_de_passe in (ouverte.secret, ouverte.texte):
        acces = entree.entrer(ouverte.cle.identifiant, mot_de_passe, adresse=ICI)
        assert (acces.emetteur, acces.bac_a_sable) == ("AB", False)


def test_chaque_refus_dit_pourquoi_et_comment(ouvrir: Serrurier) -> None:
    juste = ouvrir(adresses=[ICI])
    assert "pas connus" in refus(juste.cle.identifiant, "faux").reponse
    assert "pas connus" in refus("inconnu", juste.secret).reponse
    assert "pas connus" in refus("é", "é").reponse
    etrangere = refus(juste.cle.identifiant, juste.secret, "203.0.113.9")
    assert "203.0.113.9 n'est pas de celles" in etrangere.reponse
    assert "CCTP annexe 3 §1" in etrangere.reponse
    sans_adresse = ouvrir()
    assert "de quelles adresses" in refus(sans_adresse.cle.identifiant, sans_adresse.secret).reponse
    services.revoquer(juste.cle, le=LE, par=None)
    revoquee = refus(juste.cle.identifiant, juste.secret)
    assert (revoquee.code, "révoquée" in revoquee.reponse) == (530, True)


def test_une_cle_expiree_n_entre_plus(ouvrir: Serrurier, settings: Settings) -> None:
    ouverte = ouvrir(adresses=[ICI])
    settings.CEPAGE_DATE = (LE + timedelta(days=91)).isoformat()
    assert "expiré" in refus(ouverte.cle.identifiant, ouverte.secret).reponse


def test_trop_de_mauvais_secrets_ferment_l_adresse_et_elle_seule(ouvrir: Serrurier, settings: Settings) -> None:
    settings.CEPAGE_CADENCE_ECHECS = 3
    ouverte = ouvrir(adresses=["192.0.2.0/24"])
    codes = [refus(ouverte.cle.identifiant, "faux").code for _ in range(4)]
    assert codes == [530, 530, 530, 421]
    ferme = refus(ouverte.cle.identifiant, ouverte.secret)
    assert (ferme.code, "Attendez 50 secondes" in ferme.reponse) == (421, True)
    assert entree.entrer(ouverte.cle.identifiant, ouverte.secret, adresse="192.0.2.8")


def test_trop_de_demandes_d_une_cle_attendent(ouvrir: Serrurier, settings: Settings) -> None:
    settings.CEPAGE_CADENCE_CLE = 1
    ouverte = ouvrir(adresses=[ICI])
    entree.entrer(ouverte.cle.identifiant, ouverte.secret, adresse=ICI)
    assert refus(ouverte.cle.identifiant, ouverte.secret).code == 421


def test_une_base_muette_se_dit(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entree.connections, "close_all", lambda: None)
    with pytest.raises(Refus, match="base de données ne répond pas") as leve, entree.base():
        raise OperationalError("secret")
    assert leve.value.code == 451
    assert "secret" not in leve.value.reponse


def test_les_dossiers_sont_ceux_des_lots_tenus(ouvrir: Serrurier) -> None:
    reelle, bac = ouvrir(adresses=[ICI]), ouvrir(adresses=[ICI], bac_a_sable=True)
    entrees = [entree.entrer(o.cle.identifiant, o.secret, adresse=ICI) for o in (reelle, bac)]
    depots = [sorted(d.name for d in (racines.preparer(acces) / "depot").iterdir()) for acces in entrees]
    assert depots[0] == ["08"]
    assert {"01", "08", "18"} <= set(depots[1])


def test_la_place_est_la_plus_petite_des_trois(settings: Settings, lieu: Path) -> None:
    depot = lieu / "depot"
    depot.mkdir()
    (depot / "a").write_bytes(b"x" * 100)
    settings.CEPAGE_FTPS_RESERVE = 0
    settings.CEPAGE_FTPS_QUOTA, settings.CEPAGE_TAILLE_MAXIMALE = 1000, 5000
    assert fichiers.place(lieu, depot / "b") == 900
    assert fichiers.place(lieu, depot / "b", en_attente=850) == 50
    assert fichiers.place(lieu, depot / "a") == 1000
    settings.CEPAGE_TAILLE_MAXIMALE = 300
    assert fichiers.place(lieu, depot / "b") == 300
    settings.CEPAGE_FTPS_RESERVE = 1 << 60
    assert fichiers.place(lieu, depot / "b") == 0


def test_un_fichier_n_est_ecrit_que_par_une_session_et_jusqu_a_sa_limite(lieu: Path) -> None:
    fichier = lieu / "f"
    ecriture = fichiers.Ecriture(fichier, position=0, limite=4)
    with pytest.raises(Refus, match="Un autre transfert écrit déjà ce fichier"):
        fichiers.Ecriture(fichier, position=0, limite=4)
    with pytest.raises(Refus, match="Un transfert écrit encore"), fichiers.seul(fichier):
        pass
    ecriture.write(b"abcd")
    ecriture.vider()
    with pytest.raises(OSError) as trop:
        ecriture.write(b"e")
    assert trop.value.errno == errno.EFBIG
    ecriture.close()
    assert fichier.read_bytes() == b"abcd"
    with pytest.raises(Refus, match="n'a reçu que 4 octets"):
        fichiers.Ecriture(fichier, position=5, limite=9)
    with fichiers.Ecriture(fichier, position=2, limite=9) as reprise:
        reprise.write(b"XY")
    with fichiers.Ecriture(fichier, position=None, limite=9) as suite:
        suite.write(b"Z")
    assert fichier.read_bytes() == b"abXYZ"


def test_un_disque_plein_et_un_disque_en_panne_se_disent() -> None:
    assert de_l_ecriture(OSError(errno.ENOSPC, "")).reponse.startswith("452 Il n'y a plus assez de place")
    assert de_l_ecriture(OSError(errno.EIO, "")).reponse.startswith("451 Le disque du serveur a refusé")


def test_les_reponses_du_protocole_sont_en_francais() -> None:
    assert en_francais("550 No such file or directory.").startswith("550 Ce fichier ou ce dossier n'existe pas")
    assert en_francais('250 "/depot" is the current directory.') == '250 "/depot" est le dossier courant.'
    assert en_francais("226 Déjà dit.") == "226 Déjà dit."


def test_les_ports_se_lisent_ou_se_refusent() -> None:
    assert _ports("") is None
    assert _ports("50000-50002") == [50000, 50001, 50002]
    for texte in ("50000", "50002-50000", "1-2", "a-b", "50000-70000"):
        with pytest.raises(PortsMalDits, match="par exemple 50000-50100"):
            _ports(texte)
