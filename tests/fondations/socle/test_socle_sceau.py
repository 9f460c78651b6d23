"""A sealed file is recognised; the least change to it is seen; a stranger's seal is not taken for ours."""

import asyncio
import io
import random
import stat
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from pytest_django.fixtures import Settings

from cepage.fondations.socle.pdf import Document, Paragraphe, produire
from cepage.fondations.socle.sceau import (
    Etat,
    SceauImpossible,
    SceauMalConfigure,
    autorite,
    sceller_pdf,
    verifier_pdf,
)
from cepage.fondations.socle.sceau.encodage import unique

LE = datetime(2021, 3, 12, 14, 5, tzinfo=UTC)
GRAINE = 20210312


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return produire(Document("État des lieux partagé", "Opérateur AB", (Paragraphe("bonjour"),)), le=LE)


@pytest.fixture(scope="module")
def scelle(pdf: bytes) -> bytes:
    return sceller_pdf(pdf, motif="Livrable signé", le=LE).octets


def _alterer(octets: bytes, tirage: random.Random) -> bytes:
    """One change: a bit, a byte, a cut, an insertion, an addition at the end."""
    place = tirage.randrange(len(octets))
    match tirage.randrange(5):
        case 0 | 1:
            change = bytearray(octets)
            change[place] ^= 1 << tirage.randrange(8)
            return bytes(change)
        case 2:
            return octets[:place] + octets[place + 1 :]
        case 3:
            return octets[:place] + bytes([tirage.randrange(256)]) + octets[place:]
        case _:
            return octets + bytes([tirage.randrange(256)])


def _mutations_non_vues(scelle: bytes, combien: int) -> list[int]:
    tirage = random.Random(GRAINE)
    # Half of them where the seal itself lies: the one place it does not cover.
    debut = scelle.rindex(b"/Contents")
    non_vues = []
    for rang in range(combien):
        intact = debut if rang % 2 else 0
        autre = scelle[:intact] + _alterer(scelle[intact:], tirage)
        if verifier_pdf(autre).etat is not Etat.ALTERE:
            non_vues.append(rang)
    return non_vues


def test_un_sceau_se_verifie(scelle: bytes) -> None:
    verdict = verifier_pdf(scelle)
    assert verdict.etat is Etat.VALIDE
    assert verdict.horodate_le == LE
    assert "vendredi 12 mars 2021 à 15" in verdict.phrase


def test_l_autorite_de_test_se_dit(scelle: bytes) -> None:
    assert autorite().de_test
    verdict = verifier_pdf(scelle)
    assert verdict.de_test
    assert "TEST" in verdict.scellant
    assert "aucune valeur juridique" in verdict.phrase


def test_le_sceau_laisse_le_document_archivable(scelle: bytes) -> None:
    pdf = pikepdf.open(io.BytesIO(scelle))
    with pdf.open_metadata() as declare:
        assert declare["{http://www.aiim.org/pdfa/ns/id/}part"] == "2"
        assert declare["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
    (champ,) = pdf.Root.AcroForm.Fields
    assert champ.V.SubFilter == "/ETSI.CAdES.detached"
    assert str(champ.V.Reason) == "Livrable signé"


def test_sans_sceau_le_dit(pdf: bytes) -> None:
    assert verifier_pdf(pdf).etat is Etat.ABSENT
    assert verifier_pdf(b"").etat is Etat.ABSENT
    assert verifier_pdf(b"%PDF-1.7 bonjour").etat is Etat.ABSENT


def test_les_alterations_sont_vues(scelle: bytes) -> None:
    assert _mutations_non_vues(scelle, 120) == []


@pytest.mark.epreuve
def test_mille_alterations_sont_vues(scelle: bytes) -> None:
    assert _mutations_non_vues(scelle, 1000) == []


def test_sans_la_garde_de_l_encodage_une_alteration_passe(scelle: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: the zeros after the seal are covered by no signature, the guard alone sees them."""
    fin = scelle.index(b">", scelle.rindex(b"/Contents"))
    autre = scelle[: fin - 5] + b"1" + scelle[fin - 4 :]
    assert verifier_pdf(autre).etat is Etat.ALTERE
    assert unique.__module__ == "cepage.fondations.socle.sceau.encodage"
    monkeypatch.setattr("cepage.fondations.socle.sceau.encodage.unique", lambda *_: True)
    assert verifier_pdf(autre).etat is Etat.VALIDE


def test_une_mise_a_jour_apres_le_sceau_est_vue(scelle: bytes) -> None:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    ajout = IncrementalPdfFileWriter(io.BytesIO(scelle))
    ajout.root["/Lang"] = ajout.root["/Lang"]
    ajout.update_root()
    sortie = io.BytesIO()
    ajout.write(sortie)
    assert verifier_pdf(sortie.getvalue()).etat is Etat.ALTERE


def test_le_sceau_d_un_autre_n_est_pas_le_notre(scelle: bytes, settings: Settings, tmp_path: Path) -> None:
    settings.CEPAGE_DONNEES = tmp_path
    verdict = verifier_pdf(scelle)
    assert verdict.etat is Etat.INCONNU
    assert "nous ne pouvons pas dire qui" in verdict.phrase


def test_les_cles_sont_a_l_abri(settings: Settings, tmp_path: Path) -> None:
    settings.CEPAGE_DONNEES = tmp_path
    autorite()
    dossier = tmp_path / "sceau"
    assert stat.S_IMODE(dossier.stat().st_mode) == 0o700
    assert {stat.S_IMODE(f.stat().st_mode) for f in dossier.glob("*.cle.pem")} == {0o600}
    assert not (dossier / "racine.cle.pem").exists()


@pytest.fixture
def cle_en_reglage(settings: Settings, tmp_path: Path) -> Settings:
    """A key and its root as production gives them, made from those of a test authority."""
    settings.CEPAGE_DONNEES = tmp_path
    autorite()
    dossier = tmp_path / "sceau"
    cle = serialization.load_pem_private_key((dossier / "sceau.cle.pem").read_bytes(), None)
    certificat = x509.load_pem_x509_certificate((dossier / "sceau.pem").read_bytes())
    secret = serialization.BestAvailableEncryption(b"mot de passe")
    (tmp_path / "sceau.p12").write_bytes(
        pkcs12.serialize_key_and_certificates(b"sceau", cle, certificat, None, secret)  # type: ignore[arg-type]
    )
    settings.CEPAGE_SCEAU = str(tmp_path / "sceau.p12")
    settings.CEPAGE_SCEAU_MOT_DE_PASSE = "mot de passe"
    settings.CEPAGE_SCEAU_RACINES = str(dossier / "racine.pem")
    return settings


class _Horodateur(BaseHTTPRequestHandler):
    """A time-stamp service over HTTP (RFC 3161)."""

    def do_POST(self) -> None:
        demande = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
        reponse = self.server.horodateur.request_tsa_response(demande).dump()  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.end_headers()
        self.wfile.write(reponse)

    def log_message(self, *_: object) -> None:
        """Nothing on the screen."""


@pytest.fixture
def horodatage(cle_en_reglage: Settings) -> Iterator[str]:
    cle_en_reglage.CEPAGE_SCEAU = ""
    porteur = autorite().horodateur
    assert porteur is not None
    cle_en_reglage.CEPAGE_SCEAU = str(Path(cle_en_reglage.CEPAGE_DONNEES) / "sceau.p12")
    serveur = HTTPServer(("127.0.0.1", 0), _Horodateur)
    serveur.horodateur = porteur.a(LE)  # type: ignore[attr-defined]
    fil = threading.Thread(target=serveur.serve_forever, kwargs={"poll_interval": 0.01})
    fil.start()
    yield f"http://127.0.0.1:{serveur.server_port}/"
    serveur.shutdown()
    fil.join()
    serveur.server_close()


def test_la_cle_et_l_horodatage_de_production(pdf: bytes, cle_en_reglage: Settings, horodatage: str) -> None:
    cle_en_reglage.CEPAGE_HORODATAGE = horodatage
    produit = sceller_pdf(pdf, motif="Livrable signé", le=datetime(2021, 4, 1, tzinfo=UTC))
    assert not produit.de_test
    verdict = verifier_pdf(produit.octets)
    assert (verdict.etat, verdict.horodate_le) == (Etat.VALIDE, LE)


def test_un_horodatage_muet_se_dit(pdf: bytes, settings: Settings) -> None:
    settings.CEPAGE_HORODATAGE = "http://127.0.0.1:9/"
    with pytest.raises(SceauImpossible, match="ne répond pas"):
        sceller_pdf(pdf, motif="x", le=LE)


def test_une_cle_sans_horodatage_se_dit(pdf: bytes, cle_en_reglage: Settings) -> None:
    with pytest.raises(SceauImpossible, match="CEPAGE_HORODATAGE"):
        sceller_pdf(pdf, motif="x", le=LE)


def test_un_mauvais_reglage_se_dit(cle_en_reglage: Settings) -> None:
    cle_en_reglage.CEPAGE_SCEAU_RACINES = "absent.pem"
    with pytest.raises(SceauMalConfigure, match="CEPAGE_SCEAU_RACINES"):
        autorite()
    cle_en_reglage.CEPAGE_SCEAU_MOT_DE_PASSE = "autre"
    with pytest.raises(SceauMalConfigure, match="CEPAGE_SCEAU_MOT_DE_PASSE"):
        autorite()


def test_ce_qui_n_est_pas_un_pdf_ne_se_scelle_pas() -> None:
    with pytest.raises(SceauImpossible, match="n'est pas un PDF"):
        sceller_pdf(b"bonjour", motif="x", le=LE)


def test_dans_une_boucle_deja_lancee(pdf: bytes) -> None:
    """Under an ASGI server, or beside a browser, an event loop runs on the thread that seals and verifies."""

    async def sceller_et_verifier() -> Etat:
        return verifier_pdf(sceller_pdf(pdf, motif="Livrable signé", le=LE).octets).etat

    assert asyncio.run(sceller_et_verifier()) is Etat.VALIDE
