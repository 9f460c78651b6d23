"""The mails of a signature through a real mail server: sent in order, kept when it is silent or refuses."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from cepage.echanges.reception import preuves
from cepage.fondations.socle.portee import fixer_emetteurs
from cepage.operateur.livrables import services
from cepage.operateur.livrables.enums import Moyen
from cepage.operateur.livrables.models import CourrielSortant, Signature
from cepage.operateur.livrables.services import courrier
from tests.courrier import Boite, port_libre, smtp
from tests.operateur.livrables.bureau import LE, Bureau

ADRESSE = "anne.legoff@example.com"


@pytest.fixture
def port(settings: Settings) -> int:
    """The setting of a mail server on a free port; nobody listens there yet."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port_libre(), 5
    return int(settings.EMAIL_PORT)


@pytest.fixture
def boite(port: int) -> Iterator[Boite]:
    with smtp(port) as boite:
        yield boite


def _envoyer() -> int:
    partis = courrier.envoyer_tout(LE)
    fixer_emetteurs(["AB"])
    return partis


def test_le_lien_part(bureau: Bureau, boite: Boite) -> None:
    bureau.demander(bureau.ecrire(), Moyen.A_DISTANCE, courriel=ADRESSE)
    assert _envoyer() == 1
    (recu,) = boite.recus
    assert recu["To"] == ADRESSE
    assert "état des lieux partagé" in recu.get_content()
    assert "https://cep.exemple.fr/signer/" in recu.get_content()
    assert "médiateur de France compétences" in recu.get_content()
    assert _envoyer() == 0
    # Once gone, the text is not kept: it held the link.
    assert CourrielSortant.objects.get().texte == ""


def test_la_copie_porte_le_document_signe(bureau: Bureau, boite: Boite) -> None:
    signature = bureau.signe(courriel=ADRESSE)
    assert _envoyer() == 1
    (piece,) = boite.recus[0].iter_attachments()
    assert piece.get_filename() == signature.nom_fichier
    assert piece.get_content() == preuves.chemin(signature.empreinte_document).read_bytes()
    assert Signature.objects.get().copie_remise_le == LE


def test_le_serveur_muet_ne_perd_rien(bureau: Bureau, port: int) -> None:
    signature = bureau.demander(bureau.ecrire(), Moyen.A_DISTANCE, courriel=ADRESSE)
    services.envoyer_un_code(signature, a=LE)
    with pytest.raises(OSError):
        courrier.envoyer_tout(LE)
    fixer_emetteurs(["AB"])
    premier, second = CourrielSortant.objects.all()
    assert premier.difficulte
    assert (premier.tentatives, second.tentatives) == (1, 0)
    with smtp(port) as boite:
        assert _envoyer() == 2
    assert [r["Subject"].strip() for r in boite.recus] == [
        "État des lieux partagé : à lire et à signer",
        "Votre code pour signer",
    ]


def test_une_adresse_refusee_se_dit_et_n_arrete_pas_les_autres(bureau: Bureau, boite: Boite) -> None:
    boite.inconnues.add("faux@example.com")
    livrable = bureau.ecrire()
    signature = bureau.demander(livrable, Moyen.A_DISTANCE, courriel="faux@example.com")
    assert _envoyer() == 0
    refuse = CourrielSortant.objects.get()
    assert refuse.refuse
    assert "Boîte inconnue" in refuse.difficulte or refuse.difficulte
    services.annuler(signature, raison="Adresse fausse", par=bureau.par, a=LE)
    livrable.refresh_from_db()
    bureau.demander(livrable, Moyen.A_DISTANCE, courriel=ADRESSE)
    assert _envoyer() == 1
