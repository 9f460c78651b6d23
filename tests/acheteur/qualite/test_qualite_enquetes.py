"""Surveys: sent by a real SMTP server, answered without account, tied to nobody, counted by half-year."""

import re
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.db import connection
from django.test import Client
from pytest_django import Settings

from cepage.acheteur.qualite import selectors, services
from cepage.acheteur.qualite.enums import EtatEnquete
from cepage.acheteur.qualite.models import Enquete, Reponse, ResultatImporte
from cepage.fondations.socle.portee import portee_emetteurs, portee_totale
from tests.acheteur.controle.fabrique import unites_closes
from tests.echanges.reception.fabrique import Facteur, ouvrir_le_marche
from tests.personnes import alice, bob, charlie, diane, entrer

JOUR = date(2020, 4, 20)
LE = datetime(2020, 4, 20, 8, tzinfo=UTC)
BONNE = {"utile": "tout_a_fait", "qualite": "plutot", "accessible": "plutot"}


class Boite:
    """An SMTP server's inbox; one address is refused for good."""

    def __init__(self) -> None:
        self.recus: list[tuple[str, str]] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        """Refuse the unknown."""
        if address.startswith("inconnu"):
            return "550 Adresse inconnue"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Keep what comes."""
        from email import message_from_bytes
        from email.policy import default

        message = message_from_bytes(envelope.content, policy=default)
        self.recus.append((envelope.rcpt_tos[0], message.get_content()))
        return "250 OK"


@pytest.fixture
def boite(settings: Settings) -> Iterator[Boite]:
    """A real SMTP server on a free port."""
    boite = Boite()
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        port = prise.getsockname()[1]
    serveur = Controller(boite, hostname="127.0.0.1", port=port)
    serveur.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.CEPAGE_ADRESSE = "http://testserver"
    settings.CEPAGE_DATE = LE.isoformat()
    yield boite
    serveur.stop()


@pytest.fixture
def close(db: None, tmp_path: Path) -> Callable[..., None]:
    """Sends closed UO1 of April 2020, one person each with their address."""

    def envoyer(*adresses: str) -> None:
        ouvrir_le_marche()
        envoi = unites_closes({"S1": len(adresses)})
        for fiche, adresse in zip(envoi["beneficiaire"], adresses, strict=True):
            fiche["email"] = adresse
        Facteur(tmp_path).envoyer(envoi)

    return envoyer


def liens(boite: Boite) -> list[str]:
    """The addresses of the answer pages, in the order of the mails."""
    return [re.search(r"http://testserver(/enquete/\w+/)\s", texte)[1] for _, texte in boite.recus]  # type: ignore[index]


def compter(table: str) -> int:
    """Rows seen in the scope under way."""
    with connection.cursor() as curseur:
        curseur.execute(f"SELECT count(*) FROM {table}")
        return int(curseur.fetchone()[0])


def test_inviter_envoyer_relancer(close: Callable[..., None], boite: Boite) -> None:
    close("ana@exemple.test", "inconnu@exemple.test")
    assert services.preparer(JOUR) == 2
    assert services.preparer(JOUR) == 0
    assert services.envoyer(LE) == {"envoyees": 1, "relancees": 0, "rebonds": 1}
    assert services.envoyer(LE) == {"envoyees": 0, "relancees": 0, "rebonds": 0}
    assert services.envoyer(LE + timedelta(days=6, hours=23))["relancees"] == 0
    assert services.envoyer(LE + timedelta(days=7))["relancees"] == 1
    assert services.envoyer(LE + timedelta(days=14))["relancees"] == 1
    assert services.envoyer(LE + timedelta(days=21))["relancees"] == 0
    assert [adresse for adresse, _ in boite.recus] == ["ana@exemple.test"] * 3
    assert len(set(liens(boite))) == 1
    assert "Nous vous avons écrit" in boite.recus[1][1]
    with portee_totale():
        assert {e.etat for e in Enquete.objects.all()} == {EtatEnquete.ENVOYEE, EtatEnquete.REBOND}
        assert all(liens(boite)[0].split("/")[2] not in str(vars(e)) for e in Enquete.objects.all())


def test_repondre_reprendre_une_seule_fois(close: Callable[..., None], boite: Boite) -> None:
    close("ana@exemple.test")
    services.preparer(JOUR)
    services.envoyer(LE)
    client, lien = Client(), liens(boite)[0]
    page = unescape(client.get(lien).content.decode())
    assert "Ce service vous a-t-il été utile ?" in page
    assert "checked" not in page
    gardee = client.post(lien, {"utile": "plutot", "parole": "À suivre", "garder": "1"})
    assert "C'est gardé" in unescape(gardee.content.decode())
    reprise = unescape(Client().get(lien).content.decode())
    assert "À suivre" in reprise
    assert "checked" in reprise
    incomplete = unescape(client.post(lien, {"utile": "plutot"}).content.decode())
    assert "Choisissez une réponse." in incomplete
    assert "Merci" in client.post(lien, BONNE).content.decode()
    for requete in (client.get(lien), client.post(lien, BONNE)):
        assert "déjà répondu" in unescape(requete.content.decode())
    with portee_totale():
        reponse = Reponse.objects.get()
        assert (reponse.utile_et_de_qualite, reponse.sexe, reponse.categorie_sociale) == (True, "F", "5")
        assert Enquete.objects.get().brouillon == {}
        champs = {c.name for c in Reponse._meta.fields}
        assert not champs & {"enquete", "numero_dossier", "emetteur", "le", "repondu_le"}
    trouvees = selectors.reponses_du_semestre("08", "2020-S1")
    assert set(trouvees) == {"01", "21", "22"}
    uo1 = trouvees["01"]
    assert (uo1.envoyes, uo1.repondants, uo1.utiles_et_qualite) == (1, 1, 1)
    # Born on 1 January 1960, closed on 14 April 2020: sixty years old.
    assert uo1.profil == {"sexe": {"F": 1}, "age": {"55+": 1}, "categorie_sociale": {"5": 1}}
    assert selectors.reponses_du_semestre("08", "2020-S2")["01"].envoyes == 0


def test_refuser_vaut_pour_toujours(close: Callable[..., None], boite: Boite) -> None:
    close("ana@exemple.test")
    services.preparer(JOUR)
    services.envoyer(LE)
    client, lien = Client(), liens(boite)[0]
    client.get(f"{lien}refuser/")
    with portee_totale():
        assert Enquete.objects.get().etat == EtatEnquete.ENVOYEE
    assert "C'est noté" in unescape(client.post(f"{lien}refuser/").content.decode())
    assert "ne plus être interrogé" in unescape(client.get(lien).content.decode())
    assert services.envoyer(LE + timedelta(days=8))["relancees"] == 0
    assert services.preparer(date(2020, 10, 14)) == 0


def test_six_mois_apres(close: Callable[..., None], boite: Boite) -> None:
    close("ana@exemple.test")
    services.preparer(JOUR)
    assert services.preparer(date(2020, 10, 13)) == 0
    assert services.preparer(date(2020, 10, 14)) == 1


def test_lien_faux_ou_perime(close: Callable[..., None], boite: Boite, settings: Settings) -> None:
    close("ana@exemple.test")
    services.preparer(JOUR)
    services.envoyer(LE)
    assert "n'ouvre aucun questionnaire" in unescape(Client().get("/enquete/abc/").content.decode())
    settings.CEPAGE_DATE = (LE + timedelta(days=61)).isoformat()
    assert "clos" in Client().get(liens(boite)[0]).content.decode()


def test_l_operateur_ne_voit_ni_invitation_ni_reponse(close: Callable[..., None], boite: Boite) -> None:
    close("ana@exemple.test")
    services.preparer(JOUR)
    services.envoyer(LE)
    Client().post(liens(boite)[0], BONNE)
    with portee_emetteurs(["AB"]):
        assert [compter(f"qualite_{t}") for t in ("enquete", "reponse", "refus", "resultatimporte")] == [0, 0, 0, 0]
    with portee_totale():
        assert compter("qualite_reponse") == 1


def test_population_et_page(close: Callable[..., None], boite: Boite) -> None:
    close("ana@exemple.test", "lea@exemple.test")
    services.preparer(JOUR)
    services.envoyer(LE)
    Client().post(liens(boite)[0], BONNE)
    assert selectors.population_close("08", "2020-S1")["01"]["sexe"] == {"F": 2}
    for personne, vue in ((alice(), True), (bob(), True), (charlie(), False)):
        page = unescape(entrer(personne).get("/enquetes/").content.decode())
        assert ("2020-S1" in page) is vue
        assert "moins de 5 réponses" in page or not vue
    assert entrer(diane()).get("/enquetes/").status_code == 403


ENTETE = "lot;uo;semestre;sexe;tranche_age;categorie_sociale;envoyes;repondants;utiles_et_qualite\n"


def test_importer_des_resultats(db: None, tmp_path: Path) -> None:
    fichier = tmp_path / "resultats.csv"
    fichier.write_text(
        ENTETE + "08;21;2020-S2;F;35-44;5;100;60;50\n08;21;2020-S2;M;35-44;5;80;30;20\n", encoding="utf-8"
    )
    assert services.importer(fichier) == services.importer(fichier) == 2
    uo21 = selectors.reponses_du_semestre("08", "2020-S2")["21"]
    assert (uo21.envoyes, uo21.repondants, uo21.utiles_et_qualite) == (180, 90, 70)
    assert uo21.profil == {"sexe": {"F": 60, "M": 30}, "age": {"35-44": 90}, "categorie_sociale": {"5": 90}}
    for ligne, motif in (
        ("20;21;2020-S2;F;;;1;1;1", "Ligne 2"),
        ("08;00;2020-S2;F;;;1;1;1", "l'unité est"),
        ("08;21;2020-2;F;;;1;1;1", "2021-S1"),
        ("08;21;2020-S2;F;;;1;2;1", "satisfaits"),
        ("08;21;2020-S2;F;;;un;2;1", "nombres entiers"),
        ("08;21;2020-S2", "colonnes"),
    ):
        fichier.write_text(ENTETE + ligne + "\n", encoding="utf-8")
        with pytest.raises(services.FichierRefuse, match=motif):
            services.importer(fichier)
    fichier.write_text("a;b\n", encoding="utf-8")
    with pytest.raises(services.FichierRefuse, match="en-tête"):
        services.importer(fichier)
    with portee_totale():
        assert ResultatImporte.objects.count() == 2


def test_les_liens_ont_chacun_leur_secret() -> None:
    import uuid

    un, autre = uuid.uuid4(), uuid.uuid4()
    assert services.jeton(un) == services.jeton(un) != services.jeton(autre)
    assert services.empreinte_du_jeton(services.jeton(un)) != services.jeton(un)
