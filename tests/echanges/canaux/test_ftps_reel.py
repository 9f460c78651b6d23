"""The FTPS server in processes of its own, used by curl, lftp and Python's client."""

from __future__ import annotations

import ftplib
import hashlib
import io
import signal
import ssl
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil
import pytest

from cepage.echanges.conformite.ecriture import en_csv
from cepage.echanges.conformite.fiches import personne
from tests.echanges.canaux.comparaison import comparer
from tests.echanges.canaux.instance_ftps import ClientFtps, InstanceFtps, ouvrir_une_instance
from tests.echanges.canaux.test_rest_comparaison import corpus
from tests.echanges.reception.fabrique import ouvrir_le_marche


@pytest.fixture(scope="module")
def instance(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[InstanceFtps]:
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        pile = ExitStack()
        reelle = pile.enter_context(ouvrir_une_instance())
    with pile:
        yield reelle


def foule(prefixe: str, combien: int = 3) -> bytes:
    return en_csv("beneficiaire", [personne(identifiant_beneficiaire=f"{prefixe}{i}") for i in range(combien)])


def test_curl_depose_et_relit_son_accuse(instance: InstanceFtps, tmp_path: Path) -> None:
    (tmp_path / "beneficiaire.csv").write_bytes(foule("A"))
    dit = instance.curl("bac", "-T", str(tmp_path / "beneficiaire.csv"), instance.url("depot/08/"))
    assert "SSL re-using session ID" in dit
    assert "226 Fichier reçu entier. Son accusé viendra : /retours/08/beneficiaire.csv.json" in dit
    accuse = instance.accuse("08/beneficiaire.csv", bac=True)
    assert (accuse["statut"], accuse["emetteur"], accuse["lot"]) == ("accepte", "AB", "08")
    assert accuse["comptes"]["beneficiaire"] == {"acceptees": 3, "refusees": 0, "inchangees": 0}
    for fin, debut in (("json", '{\n "envoi"'), ("xml", "<?xml"), ("csv", "fichier;ligne;fiche")):
        assert debut in instance.curl("bac", instance.url(f"retours/08/beneficiaire.csv.{fin}"))
    # Nothing remains in depot/: what is there is still to be sent.
    assert "beneficiaire" not in instance.curl("bac", "--list-only", instance.url("depot/08/"))


@pytest.mark.parametrize("version", ["--tlsv1.2", "--tlsv1.3"])
def test_curl_parle_tls_1_2_et_1_3(instance: InstanceFtps, tmp_path: Path, version: str) -> None:
    (tmp_path / "f.csv").write_bytes(foule("B" + version[-1]))
    maximum = ["--tls-max", "1.2"] if version == "--tlsv1.2" else []
    lieu = instance.url(f"depot/08/essai/tls{version[-1]}.csv")
    dit = instance.curl("bac", version, *maximum, "-T", str(tmp_path / "f.csv"), lieu)
    assert f"SSL connection using TLSv1.{version[-1]}" in dit
    assert instance.accuse(f"08/essai/tls{version[-1]}.csv", bac=True)["mode"] == "essai"


def test_lftp_depose_sous_un_nom_provisoire_puis_renomme(instance: InstanceFtps, tmp_path: Path) -> None:
    (tmp_path / "local.csv").write_bytes(foule("L"))
    instance.lftp(
        "bac",
        f"put {tmp_path}/local.csv -o /depot/08/beneficiaire-lftp.csv.part",
        "mv /depot/08/beneficiaire-lftp.csv.part /depot/08/beneficiaire-lftp.csv",
    )
    assert instance.accuse("08/beneficiaire-lftp.csv", bac=True)["statut"] == "accepte"
    instance.lftp("bac", f"get /retours/08/beneficiaire-lftp.csv.json -o {tmp_path}/accuse.json")
    assert '"statut": "accepte"' in (tmp_path / "accuse.json").read_text()
    assert "beneficiaire-lftp.csv" in instance.lftp("bac", "find /archives")


# --- what is refused, and how it is said ---


@pytest.mark.parametrize(
    ("cle", "dit"),
    [
        ("sans_adresse", "530 Cette clé ne dit pas de quelles adresses elle sert"),
        ("etrangere", "530 L'adresse 127.0.0.1 n'est pas de celles que cette clé accepte."),
    ],
)
def test_une_adresse_qui_n_est_pas_declaree_n_entre_pas(instance: InstanceFtps, cle: str, dit: str) -> None:
    assert dit in instance.curl(cle, instance.url(""), attendu=67)


def test_un_mauvais_secret_n_entre_pas(instance: InstanceFtps) -> None:
    client = ClientFtps(instance)
    identifiant = instance.cles["reel"][0]
    assert "ne sont pas connus" in client.refus(lambda: client.login(identifiant, "faux"))
    client.close()


def test_rien_ne_se_dit_en_clair(instance: InstanceFtps) -> None:
    with ftplib.FTP() as clair:
        clair.connect("127.0.0.1", instance.port, timeout=30)
        with pytest.raises(ftplib.error_perm, match="Chiffrez d'abord la connexion : AUTH TLS"):
            clair.login(*instance.cles["reel"])
    client = ClientFtps(instance)
    client.login(*instance.cles["reel"])
    assert "Chiffrez aussi les données" in client.refus(lambda: client.retrlines("LIST"))
    client.quit()


@pytest.mark.parametrize("tls", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_la_connexion_de_donnees_reprend_la_session_de_commande(instance: InstanceFtps, tls: ssl.TLSVersion) -> None:
    with instance.entrer(tls=tls) as client:
        assert set(client.nlst("/")) == {"depot", "retours", "archives"}
        assert set(client.nlst("/depot")) == {"08"}
    etranger = instance.entrer(tls=tls, reprise=False)
    with pytest.raises((ftplib.Error, OSError)) as refus:
        etranger.nlst("/")
    etranger.close()
    if isinstance(refus.value, ftplib.Error):
        assert "reprendre la session TLS" in str(refus.value)


def test_le_mode_texte_est_refuse(instance: InstanceFtps) -> None:
    with instance.entrer() as client:
        dit = client.refus(lambda: client.storlines("STOR /depot/08/texte.csv", io.BytesIO(foule("T"))))
        assert "Passez en mode binaire (TYPE I)" in dit


def test_chacun_reste_chez_soi(instance: InstanceFtps) -> None:
    with instance.entrer() as client:
        client.deposer("08/essai/a-moi.csv", foule("M"))
    instance.accuse("08/essai/a-moi.csv")
    with instance.entrer("autre") as client:
        assert set(client.nlst("/depot")) == {"02"}
        assert set(client.nlst("/archives")) == set()
        for chemin in ("/../AB/retours", "../../AB", "/.cache", "/retours/../../AB/depot"):
            assert client.refus(lambda chemin=chemin: client.cwd(chemin)).startswith("550 ")
        client.cwd("/..")
        assert client.pwd() == "/"
        dit = client.refus(lambda: client.deposer("08/a.csv", b"x"))
        assert "Ce dossier n'existe pas" in dit
        assert "depot/02/" in dit


def test_chaque_dossier_a_son_usage(instance: InstanceFtps) -> None:
    with instance.entrer() as client:
        client.deposer("08/essai/usage.csv", foule("U"))
        instance.accuse("08/essai/usage.csv")
        dit = client.refus(lambda: client.storbinary("STOR /retours/08/a.csv", io.BytesIO(b"x")))
        assert "Déposez dans depot/" in dit
        jour = client.nlst("/archives")[0]
        archive = client.nlst(f"/archives/{jour}")[-1]
        (fichier,) = [f for f in client.nlst(f"/archives/{jour}/{archive}") if f.endswith(".json")]
        assert "Pas permis ici" in client.refus(lambda: client.delete(f"/archives/{jour}/{archive}/{fichier}"))
        client.delete("/retours/08/essai/usage.csv.json")
        assert "usage.csv.json" not in client.nlst("/retours/08/essai")
        for ordre in ("MKD /depot/09", "RMD /depot/08", "SITE CHMOD 777 /depot", "STOU"):
            assert "500 Cette commande n'existe pas ici" in client.refus(lambda ordre=ordre: client.voidcmd(ordre))


def test_une_cle_ne_fait_que_ce_qu_elle_porte(instance: InstanceFtps) -> None:
    with instance.entrer("lecture") as client:
        assert client.nlst("/depot") == ["08"]
        assert client.refus(lambda: client.deposer("08/a.csv", b"x")).startswith("550 ")


def test_une_cle_revoquee_pendant_la_session_ne_depose_plus(instance: InstanceFtps) -> None:
    with instance.entrer("revocable") as client:
        client.deposer("08/essai/avant.csv", foule("R"))
        instance.accuse("08/essai/avant.csv")
        instance.cepage("cles", "revoquer", instance.cles["revocable"][0])
        assert "530 Cette clé est révoquée" in client.refus(lambda: client.deposer("08/essai/apres.csv", foule("R")))
        assert "530 Cette clé est révoquée" in client.refus(lambda: client.lire("/retours/08/essai/avant.csv.json"))


# --- half uploads, replays, names taken, room ---


def test_un_transfert_coupe_est_garde_et_repris(instance: InstanceFtps) -> None:
    octets = foule("COUPE", 200)
    moitie = len(octets) // 2
    with instance.entrer() as client:
        assert "426 Le transfert s'est arrêté avant sa fin" in client.couper("08/essai/coupe.csv", octets[:moitie])
        client.voidcmd("TYPE I")
        assert client.size("/depot/08/essai/coupe.csv") == moitie
        dit = client.deposer("08/essai/coupe.csv", octets[moitie:], rest=moitie)
        assert dit.startswith("226 ")
    accuse = instance.accuse("08/essai/coupe.csv")
    assert accuse["empreinte"] == hashlib.sha256(octets).hexdigest()


def test_curl_reprend_un_transfert_coupe(instance: InstanceFtps, tmp_path: Path) -> None:
    octets = foule("CURL", 200)
    (tmp_path / "f.csv").write_bytes(octets)
    with instance.entrer() as client:
        client.couper("08/essai/repris.csv", octets[:1000])
    instance.curl("reel", "-C", "-", "-T", str(tmp_path / "f.csv"), instance.url("depot/08/essai/repris.csv"))
    assert instance.accuse("08/essai/repris.csv")["empreinte"] == hashlib.sha256(octets).hexdigest()


def test_une_position_au_dela_de_ce_qui_est_recu_est_refusee(instance: InstanceFtps) -> None:
    with instance.entrer() as client:
        client.couper("08/essai/loin.csv", b"x" * 10)
        dit = client.refus(lambda: client.deposer("08/essai/loin.csv", b"x", rest=50))
        assert "554 Le serveur n'a reçu que 10 octets de ce fichier. Reprenez à la position 10" in dit
        client.delete("/depot/08/essai/loin.csv")


def test_un_nom_provisoire_n_est_jamais_controle(instance: InstanceFtps) -> None:
    with instance.entrer() as client:
        assert "nom provisoire" in client.deposer("08/essai/p.csv.part", foule("P"))
        client.deposer("08/essai/temoin.csv", foule("TEMOIN"))
        instance.accuse("08/essai/temoin.csv")
        assert "p.csv.part" in client.nlst("/depot/08/essai")
        dit = client.rename("/depot/08/essai/p.csv.part", "/depot/08/essai/p.csv")
        assert "250 Fichier reçu entier" in dit
        assert instance.accuse("08/essai/p.csv")["statut"] == "accepte"
        assert "Ce fichier" in client.refus(lambda: client.rename("/depot/08/essai/rien.part", "/depot/08/essai/r.csv"))


def test_les_memes_octets_recoivent_le_meme_accuse(instance: InstanceFtps) -> None:
    octets = foule("REPLI")
    recus = []
    with instance.entrer("bac") as client:
        for _ in range(2):
            client.deposer("08/replique.csv", octets)
            instance.accuse("08/replique.csv", bac=True)
            recus.append(client.lire("/retours/08/replique.csv.json"))
    assert recus[0] == recus[1]


def test_un_nom_en_cours_de_controle_est_refuse(instance: InstanceFtps) -> None:
    with instance.entrer() as client:
        with instance.sans_controle():
            client.deposer("08/essai/double.csv", foule("D1"))
            dit = client.refus(lambda: client.deposer("08/essai/double.csv", foule("D2")))
            assert "450 Un fichier double.csv est déjà en cours de contrôle. Attendez son accusé" in dit
        assert instance.accuse("08/essai/double.csv")["empreinte"] == hashlib.sha256(foule("D1")).hexdigest()


def test_un_disque_qui_refuse_au_milieu_garde_ce_qui_est_arrive(instance: InstanceFtps) -> None:
    octets = foule("PLEIN", 400)
    assert instance.serveur
    serveur = psutil.Process(instance.serveur.pid)
    with instance.entrer() as client:
        # Beyond that size, the system refuses the server's writes as a full disk does.
        serveur.rlimit(psutil.RLIMIT_FSIZE, (16_384, psutil.RLIM_INFINITY))
        assert "452 Il n'y a plus assez de place" in client.refus(lambda: client.deposer("08/essai/plein.csv", octets))
    serveur.rlimit(psutil.RLIMIT_FSIZE, (psutil.RLIM_INFINITY, psutil.RLIM_INFINITY))
    with instance.entrer() as client:
        client.voidcmd("TYPE I")
        garde = client.size("/depot/08/essai/plein.csv")
        assert garde == 16_384
        client.deposer("08/essai/plein.csv", octets[garde:], rest=garde)
    assert instance.accuse("08/essai/plein.csv")["empreinte"] == hashlib.sha256(octets).hexdigest()


def test_un_fichier_trop_grand_est_refuse_avant_d_etre_envoye(instance: InstanceFtps) -> None:
    with instance.entrer() as client:
        assert client.voidcmd("ALLO 1000") == "200 La place est là."
        assert "452 Il n'y a pas la place" in client.refus(lambda: client.voidcmd(f"ALLO {1 << 60}"))


def test_plusieurs_sessions_deposent_a_la_fois(instance: InstanceFtps) -> None:
    def deposer(session: int) -> None:
        with instance.entrer() as client:
            for rang in range(2):
                client.deposer(f"08/essai/foule{session}-{rang}.csv", foule(f"F{session}{rang}x"))

    with ThreadPoolExecutor(6) as sessions:
        list(sessions.map(deposer, range(6)))
    for session in range(6):
        for rang in range(2):
            recue = instance.accuse(f"08/essai/foule{session}-{rang}.csv")["empreinte"]
            assert recue == hashlib.sha256(foule(f"F{session}{rang}x")).hexdigest()


def test_le_mode_actif_est_chiffre_aussi(instance: InstanceFtps) -> None:
    with instance.entrer() as client:
        client.set_pasv(False)
        client.deposer("08/essai/actif.csv", foule("ACTIF"))
    assert instance.accuse("08/essai/actif.csv")["statut"] == "accepte"


# --- stops ---


def test_un_serveur_tue_ne_perd_ni_ne_double_rien(instance: InstanceFtps) -> None:
    fichiers = {f"08/essai/tue{rang}.csv": foule(f"TUE{rang}x") for rang in range(4)}
    coupe = foule("MILIEU", 100)
    client = instance.entrer()
    with instance.sans_controle():
        releve = instance.releve
        for chemin, octets in fichiers.items():
            client.deposer(chemin, octets)
        prise, _ = client.ntransfercmd("STOR /depot/08/essai/milieu.csv")
        prise.sendall(coupe[:5000])
        releve.kill()
        instance.arreter(signal.SIGKILL)
    prise.close()
    client.close()
    instance.demarrer()
    for chemin, octets in fichiers.items():
        assert instance.accuse(chemin)["empreinte"] == hashlib.sha256(octets).hexdigest()
    with instance.entrer() as client:
        client.voidcmd("TYPE I")
        garde = client.size("/depot/08/essai/milieu.csv")
        assert garde is not None
        client.deposer("08/essai/milieu.csv", coupe[garde:], rest=garde)
    assert instance.accuse("08/essai/milieu.csv")["empreinte"] == hashlib.sha256(coupe).hexdigest()
    attente = instance.donnees / "ftps" / "attente"
    assert [f.name for f in attente.iterdir() if not f.name.startswith(".")] == []


def test_le_processus_qui_controle_est_relance_quand_il_meurt(instance: InstanceFtps) -> None:
    mort = instance.releve
    with instance.entrer() as client:
        with instance.sans_controle():
            client.deposer("08/essai/relance.csv", foule("RELANCE"))
            mort.kill()
        assert instance.accuse("08/essai/relance.csv")["statut"] == "accepte"
    assert instance.releve.pid != mort.pid


def test_le_processus_qui_controle_finit_avec_son_serveur(instance: InstanceFtps) -> None:
    releve = instance.releve
    instance.arreter(signal.SIGKILL)
    assert releve.wait(timeout=30) in (0, None)
    instance.demarrer()


# --- the same receipt as the other channels ---


def test_chaque_fichier_du_corpus_recoit_l_accuse_de_la_commande(instance: InstanceFtps, db: None) -> None:
    ouvrir_le_marche()
    fichiers = corpus()
    assert len(fichiers) > 90
    client = instance.entrer()

    def par_ftps(nom: str, octets: bytes) -> Mapping[str, Any]:
        assert client.deposer(f"08/essai/{nom}", octets).startswith("226 ")
        return instance.accuse(f"08/essai/{nom}")

    assert comparer(par_ftps, fichiers) == []
    # The comparison sees a difference when there is one.
    assert comparer(lambda nom, octets: {**par_ftps(nom, octets), "statut": "recu"}, fichiers[:1]) == [fichiers[0][0]]
    client.quit()
