"""The anchored journal: rewritten whole, cut, under an altered or a stranger's token, each lie is told plainly."""

import hashlib
import random
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from pytest_django import Settings

from cepage.config.ligne_de_commande import principal
from cepage.fondations.comptes.enums import Nature, Role
from cepage.fondations.comptes.models import Organisation
from cepage.fondations.journal import selectors, services
from cepage.fondations.journal.models import Ancre
from cepage.fondations.journal.selectors import GENRE, verifier
from cepage.fondations.journal.services import AncrageImpossible, ancrer
from cepage.fondations.journal.taches import ancrer_le_journal
from cepage.fondations.socle.journal import ORIGINE, calculer_empreinte, sceller
from cepage.fondations.socle.models import EntreeJournal
from cepage.fondations.socle.portee import portee_totale
from cepage.fondations.socle.sceau.horodatage import EtatDuJeton, horodater, lire_jeton
from tests.personnes import _personne, bob, diane, entrer

pytestmark = pytest.mark.django_db
LE = datetime(2021, 3, 12, 14, 5, tzinfo=UTC)
GRAINE = 20210312
VRAIS = ("envoi du 10", "envoi du 11", "envoi du 12")


@pytest.fixture(autouse=True)
def _tout(db: None) -> Iterator[None]:
    with portee_totale():
        yield


def remplir(*objets: str) -> EntreeJournal:
    """A journal of these entries; gives the head."""
    return [sceller("envoi", objet, {"fiches": 3}, le=LE, emetteur="AB") for objet in objets][-1]


def ancrer_sous(jeton: bytes, numero: int = 3) -> None:
    """An anchor of that entry under this token, announced in the journal: what a forger of the database leaves."""
    lu = lire_jeton(jeton)
    Ancre.objects.create(numero=numero, jeton=jeton, horodatee_le=lu.moment or LE, autorite=lu.autorite)
    sceller(GENRE, str(numero), {"jeton": hashlib.sha256(jeton).hexdigest()}, le=LE, emetteur=None)


@pytest.fixture
def vrai_jeton() -> bytes:
    """The token given to the head of the true journal, which no longer exists."""
    precedente = ORIGINE
    for numero, objet in enumerate(VRAIS, start=1):
        precedente = calculer_empreinte(numero, LE, "envoi", objet, "AB", {"fiches": 3}, precedente)
    return horodater(precedente, le=LE)


def defauts() -> str:
    return "\n".join(verifier().defauts)


def test_une_tete_s_ancre_une_fois_et_se_verifie() -> None:
    tete = remplir(*VRAIS)
    premier = ancrer(le=LE)
    assert (premier.nouvelle, premier.ancre.numero, premier.ancre.horodatee_le) == (True, 3, LE)
    assert lire_jeton(bytes(premier.ancre.jeton)).empreinte == tete.empreinte
    assert not ancrer(le=LE + timedelta(days=1)).nouvelle
    remplir("envoi du 13")
    assert ancrer(le=LE + timedelta(days=1)).ancre.numero == 5
    resultat = verifier()
    assert (resultat.intacte, resultat.entrees, resultat.ancres) == (True, 6, 2)


def test_un_journal_reecrit_en_entier_se_voit(vrai_jeton: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    remplir("envoi du 10", "envoi inventé", "envoi du 12")
    ancrer_sous(vrai_jeton)
    assert "le journal n'est plus celui qui fut horodaté le vendredi 12 mars 2021" in defauts()
    # Negative control: the chain alone holds, and so does the check once it takes the token's word for anything.
    monkeypatch.setattr(selectors, "_ancres", lambda ancres: iter(()))
    assert verifier().intacte


def test_un_journal_vrai_sous_ce_jeton_n_est_pas_accuse(vrai_jeton: bytes) -> None:
    remplir(*VRAIS)
    ancrer_sous(vrai_jeton)
    assert defauts() == ""


def test_une_fin_coupee_se_voit(vrai_jeton: bytes) -> None:
    remplir(*VRAIS[:1])
    lu = lire_jeton(vrai_jeton)
    Ancre.objects.create(numero=3, jeton=vrai_jeton, horodatee_le=lu.moment, autorite=lu.autorite)
    assert "cette entrée n'est plus au journal, sa fin a été coupée" in defauts()


def test_un_jeton_altere_se_voit_ou_qu_il_le_soit(vrai_jeton: bytes) -> None:
    tirage = random.Random(GRAINE)
    remplir(*VRAIS)
    sceller(GENRE, "3", {"jeton": hashlib.sha256(vrai_jeton).hexdigest()}, le=LE, emetteur=None)
    for _ in range(60):
        place = tirage.randrange(len(vrai_jeton))
        autre = bytearray(vrai_jeton)
        autre[place] ^= 1 << tirage.randrange(8)
        ancres = [Ancre(numero=3, jeton=bytes(autre), horodatee_le=LE, autorite="")]
        assert [*selectors._ancres(ancres), *selectors._annoncees(ancres)], place


def test_un_jeton_brise_dit_qu_il_est_altere(vrai_jeton: bytes) -> None:
    remplir(*VRAIS)
    autre = bytearray(vrai_jeton)
    autre[-5] ^= 1
    ancrer_sous(bytes(autre))
    assert "Ancre de l'entrée 3 : son jeton d'horodatage a été altéré." in defauts()
    for octets in (b"", b"bonjour", vrai_jeton[:-1], vrai_jeton + b"\0"):
        assert lire_jeton(octets).etat is EtatDuJeton.ALTERE


def test_une_autorite_inconnue_se_dit(vrai_jeton: bytes, settings: Settings, tmp_path: Path) -> None:
    remplir(*VRAIS)
    ancrer_sous(vrai_jeton)
    settings.CEPAGE_DONNEES = tmp_path
    assert "son jeton vient d'une autorité que ce service ne connaît pas (« Cépage, autorité de TEST" in defauts()
    assert "CEPAGE_SCEAU_RACINES" in defauts()


def test_une_ancre_retiree_ou_remplacee_se_voit(vrai_jeton: bytes) -> None:
    tete = remplir(*VRAIS)
    sceller(GENRE, "3", {"jeton": hashlib.sha256(vrai_jeton).hexdigest()}, le=LE, emetteur=None)
    assert "l'ancre de l'entrée 3 a disparu" in defauts()
    plus_tard = horodater(tete.empreinte, le=LE + timedelta(days=900))
    lu = lire_jeton(plus_tard)
    Ancre.objects.create(numero=3, jeton=plus_tard, horodatee_le=lu.moment, autorite=lu.autorite)
    assert "l'ancre de l'entrée 3 a disparu ou a été remplacée" in defauts()


def test_une_date_changee_a_cote_du_jeton_se_voit(vrai_jeton: bytes) -> None:
    remplir(*VRAIS)
    lu = lire_jeton(vrai_jeton)
    Ancre.objects.create(numero=3, jeton=vrai_jeton, horodatee_le=LE - timedelta(days=30), autorite=lu.autorite)
    assert "sa date ou son autorité ne sont pas celles de son jeton" in defauts()


def test_un_jeton_garde_ailleurs(vrai_jeton: bytes) -> None:
    remplir("tout", "autre", "chose")
    assert verifier().intacte
    (defaut,) = verifier(jetons={"mars.tsr": vrai_jeton}).defauts
    assert "Jeton mars.tsr : le journal n'a plus l'entrée horodatée le vendredi 12 mars 2021" in defaut


def test_un_journal_altere_ou_vide_ne_s_ancre_pas() -> None:
    with pytest.raises(AncrageImpossible, match="vide"):
        ancrer(le=LE)
    tete = remplir(*VRAIS)
    EntreeJournal.objects.create(
        numero=5, le=LE, genre="envoi", objet="x", contenu={}, precedente=tete.empreinte, empreinte="f" * 64
    )
    with pytest.raises(AncrageImpossible, match=r"Entrée 4 absente.*n'est pas ancré"):
        ancrer(le=LE)
    assert not Ancre.objects.exists()


def test_une_autorite_muette_ou_inconnue_n_ancre_rien(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tete = remplir(*VRAIS)
    settings.CEPAGE_HORODATAGE = "http://127.0.0.1:9/"
    with pytest.raises(AncrageImpossible, match="ne répond pas"):
        ancrer(le=LE)
    settings.CEPAGE_HORODATAGE, ici = "", settings.CEPAGE_DONNEES
    settings.CEPAGE_DONNEES = tmp_path
    etranger = horodater(tete.empreinte, le=LE)
    settings.CEPAGE_DONNEES = ici
    monkeypatch.setattr(services, "horodater", lambda *_, **__: etranger)
    with pytest.raises(AncrageImpossible, match="que ce service ne connaît pas"):
        ancrer(le=LE)
    assert not Ancre.objects.exists()


def test_openssl_lit_la_meme_chose(tmp_path: Path, settings: Settings) -> None:
    tete = remplir(*VRAIS)
    jeton, racine = tmp_path / "journal.tsr", Path(settings.CEPAGE_DONNEES) / "sceau" / "racine.pem"
    jeton.write_bytes(bytes(ancrer(le=LE).ancre.jeton))

    def openssl(empreinte: str) -> int:
        options = ["-digest", empreinte, "-in", str(jeton), "-token_in", "-CAfile", str(racine)]
        return subprocess.run(["openssl", "ts", "-verify", *options], capture_output=True, check=False).returncode

    assert openssl(tete.empreinte) == 0
    assert openssl("0" * 64) != 0


def test_les_commandes(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The command keeps the connection of the test.
    monkeypatch.setattr("cepage.config.ligne_de_commande.preparer", lambda: None)
    monkeypatch.setattr("django.db.connections.close_all", lambda: None)
    settings.CEPAGE_DATE = LE.isoformat()
    assert principal(["journal", "ancrer"]) == 2
    assert "Le journal est vide" in capsys.readouterr().err
    remplir(*VRAIS)
    fichier = tmp_path / "jeton.tsr"
    assert principal(["journal", "ancrer", "--sortie", str(fichier)]) == 0
    assert "Entrée 3 ancrée : horodatée le vendredi 12 mars 2021 à 15" in capsys.readouterr().out
    assert principal(["journal", "ancrer", "--format", "json"]) == 0
    assert '"nouvelle": false' in capsys.readouterr().out
    assert principal(["journal", "verifier", "--jeton", str(fichier)]) == 0
    assert "Journal intact : 4 entrée(s), 1 ancre(s)" in capsys.readouterr().out
    fichier.write_bytes(b"bonjour")
    assert principal(["journal", "verifier", "--jeton", str(fichier)]) == 2
    assert "altéré" in capsys.readouterr().out
    assert principal(["journal", "verifier", "--jeton", str(tmp_path / "absent")]) == 3
    assert "Le jeton ne se lit pas" in capsys.readouterr().err


def test_le_travail_de_la_nuit(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    settings.CEPAGE_DATE = LE.isoformat()
    ancrer_le_journal(0)
    assert "Journal non ancré : Le journal est vide" in caplog.text
    remplir(*VRAIS)
    ancrer_le_journal(0)
    ancrer_le_journal(0)
    assert Ancre.objects.count() == 1


def test_la_page(settings: Settings) -> None:
    settings.CEPAGE_DATE = LE.isoformat()
    client = entrer(bob())
    assert "Le journal est vide" in client.get("/journal/").content.decode()
    remplir(*VRAIS)
    assert "n'a pas encore d'ancre" in unescape(client.get("/journal/").content.decode())
    settings.CEPAGE_DATE = (LE + timedelta(days=3)).isoformat()
    assert "L'ancrage a du retard" in unescape(client.get("/journal/").content.decode())
    ancre = ancrer(le=LE).ancre
    page = unescape(client.get("/journal/").content.decode())
    assert "L'ancrage a du retard" not in page
    assert "Dernière ancre : <strong>vendredi 12 mars 2021 à 15" in page
    assert ", entrée 3 sur 4, par « Cépage, autorité de TEST" in page
    assert client.get("/journal/ancres/3.tsr").content == bytes(ancre.jeton)
    assert client.get("/journal/ancres/4.tsr").status_code == 404
    assert "Le journal est intact" in unescape(client.post("/journal/").content.decode())


def test_la_page_dit_ce_qui_est_faux(vrai_jeton: bytes) -> None:
    remplir("envoi du 10", "envoi inventé", "envoi du 12")
    ancrer_sous(vrai_jeton)
    page = unescape(entrer(bob()).post("/journal/").content.decode())
    assert "Le journal n'est pas intact" in page
    assert "réécrit" in page


def test_qui_ouvre_le_journal() -> None:
    assert entrer(diane()).get("/journal/").status_code == 403
    acheteur = Organisation.objects.create(nom="France compétences", nature=Nature.ACHETEUR)
    assert entrer(_personne("Ada", Role.ADMINISTRATEUR, acheteur)).get("/journal/").status_code == 200
