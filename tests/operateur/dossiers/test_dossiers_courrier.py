"""The three mails of an UO2.2 through real mail servers: sent by SMTP, answered, read back by IMAP, nothing lost."""

from collections.abc import Iterator
from datetime import date
from email.message import EmailMessage

import pytest
from pytest_django import Settings

from cepage.fondations.comptes.enums import Role
from cepage.fondations.comptes.services import attribuer, ouvrir_compte
from cepage.fondations.socle.portee import fixer_emetteurs
from cepage.operateur.dossiers.boite_aux_lettres import BoiteImap, BoiteInaccessible
from cepage.operateur.dossiers.enums import SortDuRecu, TypeCourriel
from cepage.operateur.dossiers.models import Beneficiaire, Courriel, CourrielRecu, CourrielSortant
from cepage.operateur.dossiers.services import clore_par_courriel, clore_par_signature, courrier, reponses
from cepage.operateur.dossiers.services.courriels import consigner_courriel
from tests import courrier as serveurs
from tests.operateur.dossiers.atelier import CONSEILLERE, a, engager, personne
from tests.personnes import DEBUT, charlie, diane, entrer, operateur

pytestmark = pytest.mark.usefixtures("operateur_ab")
LE = date(2020, 6, 2)
ADRESSE = "anne.legoff@example.com"


@pytest.fixture
def port(settings: Settings) -> int:
    """The setting of a mail server on a free port; nobody listens there yet."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", serveurs.port_libre(), 5
    settings.CEPAGE_BOITE_ADRESSE = "reponses@cep.exemple.fr"
    settings.CEPAGE_DATE = "2020-06-03T10:00:00+02:00"
    return int(settings.EMAIL_PORT)


@pytest.fixture(scope="module")
def imap() -> Iterator[int]:
    with serveurs.imap() as port:
        yield port


def _projet() -> Beneficiaire:
    """Someone whose UO2.1 is closed: an UO2.2 may follow."""
    tenue = personne()
    unite = engager(tenue, "21", date(2020, 3, 2))
    clore_par_signature(unite, le=date(2020, 5, 4), par=CONSEILLERE, a=a(date(2020, 5, 4)))
    return tenue


def _ecrire(tenue: Beneficiaire, genre: str = TypeCourriel.ENGAGEMENT, **plus: object) -> Courriel:
    return consigner_courriel(
        tenue,
        type_livrable=genre,
        le=LE,
        objet="Suivre la mise en œuvre de votre projet",
        texte="Bonjour,\nvoulez-vous être accompagnée ?",
        par=CONSEILLERE,
        a=a(LE),
        envoyer=True,
        **plus,  # type: ignore[arg-type]
    )


def _envoyer() -> int:
    partis = courrier.envoyer_tout(a(LE))
    fixer_emetteurs(["AB"])
    return partis


def _reponse(rappelle: str, *, de: str = ADRESSE, texte: str = "Oui, avec plaisir.", **entetes: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = de, "reponses@cep.exemple.fr", "Re: votre projet"
    message["Date"] = "Wed, 03 Jun 2020 08:00:00 +0200"
    message["Message-ID"] = f"<{abs(hash((rappelle, de, texte)))}@example.com>"
    message["In-Reply-To"] = rappelle
    for nom, valeur in entetes.items():
        message[nom.replace("_", "-")] = valeur
    message.set_content(texte)
    return bytes(message)


def _relever(port: int) -> reponses.Releve:
    with BoiteImap("127.0.0.1", port, serveurs.COMPTE, serveurs.SECRET, tls=False) as boite:
        releve = reponses.relever(boite, "AB", a=a(date(2020, 6, 3)))
    fixer_emetteurs(["AB"])
    return releve


def test_les_trois_courriels_de_bout_en_bout(port: int, imap: int) -> None:
    tenue = _projet()
    _ecrire(tenue)
    with serveurs.smtp(port) as boite:
        assert _envoyer() == 1
        (parti,) = boite.recus
        assert (parti["To"], parti["Reply-To"]) == (ADRESSE, "reponses@cep.exemple.fr")
        serveurs.deposer(imap, _reponse(str(parti["Message-ID"])))
        assert _relever(imap) == reponses.Releve(rattaches=1)
        reponse = Courriel.objects.get(type_livrable=TypeCourriel.REPONSE)
        assert (reponse.texte, reponse.date_courriel) == ("Oui, avec plaisir.", date(2020, 6, 3))
        unite = engager(tenue, "22", date(2020, 6, 3), alea_uo22="PERSONNE")
        assert set(unite.courriels.values_list("type_livrable", flat=True)) == {
            "COURRIEL_ENGAGEMENT",
            "REPONSE_BENEFICIAIRE",
        }
        fin = date(2020, 9, 1)
        consigner_courriel(
            tenue, type_livrable=TypeCourriel.CLOTURE, le=fin, objet="Fin", texte="Au revoir.",
            par=CONSEILLERE, a=a(fin), unite=unite, envoyer=True,
        )  # fmt: skip
        assert _envoyer() == 1
    close = clore_par_courriel(unite, le=fin, par=CONSEILLERE, a=a(fin))
    assert close.date_cloture == fin


def test_relever_deux_fois_ne_double_rien_et_vide_la_boite(port: int, imap: int) -> None:
    _ecrire(_projet())
    sortant = CourrielSortant.objects.get()
    message = _reponse(sortant.message_id, texte="Deux fois la même.")
    serveurs.deposer(imap, message)
    assert _relever(imap).rattaches == 1
    # The message comes back: the mailbox was not emptied before a cut.
    serveurs.deposer(imap, message)
    assert _relever(imap) == reponses.Releve(deja=1)
    assert Courriel.objects.filter(type_livrable=TypeCourriel.REPONSE).count() == 1
    assert serveurs.contenu(imap, "INBOX") == 0


@pytest.mark.parametrize(
    "defaut",
    [
        {"de": "quelqu.un@example.com"},
        {"rappelle": "<inconnu@example.com>"},
        {"Auto_Submitted": "auto-replied"},
        {"texte": ""},
        {"Date": "n'importe quand"},
    ],
    ids=lambda d: next(iter(d)),
)
def test_ce_qui_n_est_pas_sur_attend_une_personne(port: int, imap: int, defaut: dict[str, str]) -> None:
    tenue = _projet()
    _ecrire(tenue)
    options = {"rappelle": CourrielSortant.objects.get().message_id} | defaut
    if "Date" in defaut:
        serveurs.deposer(imap, _reponse(options["rappelle"]).replace(b"Wed, 03 Jun 2020", b"hier"))
        # A date that cannot be read is today's: the answer is joined all the same.
        assert _relever(imap).rattaches == 1
        return
    serveurs.deposer(imap, _reponse(**options))
    assert _relever(imap) == reponses.Releve(a_rattacher=1)
    assert not Courriel.objects.filter(type_livrable=TypeCourriel.REPONSE).exists()
    recu = CourrielRecu.objects.get()
    client = entrer(diane())
    assert "1 réponse par courriel à rattacher" in client.get("/dossiers/journee/").content.decode()
    page = client.get("/dossiers/courriels/").content.decode()
    assert "Re: votre projet" in page
    rattacher = f"/dossiers/courriels/{recu.pk}/rattacher/"
    refusee = client.post(rattacher, {f"{recu.pk}-identifiant": "AB-999999"})
    assert refusee.status_code == 422
    assert "Aucune personne" in refusee.content.decode()
    assert client.post(rattacher, {f"{recu.pk}-identifiant": tenue.identifiant_beneficiaire}).status_code == 302
    fixer_emetteurs(["AB"])
    assert CourrielRecu.objects.get().sort == SortDuRecu.RATTACHE
    assert Courriel.objects.filter(type_livrable=TypeCourriel.REPONSE).count() == 1
    deja = client.post(f"/dossiers/courriels/{recu.pk}/ecarter/")
    assert "a déjà traité ce message" in deja.content.decode()


def test_un_jour_sans_serveur_ne_perd_rien_et_garde_l_ordre(port: int) -> None:
    tenue = _projet()
    premier = _ecrire(tenue)
    consigner_courriel(
        tenue, type_livrable=TypeCourriel.ENGAGEMENT, le=LE, objet="Relance", texte="Bonjour,",
        par=CONSEILLERE, a=a(LE), envoyer=True,
    )  # fmt: skip
    for _ in range(288):  # a day of tries, every five minutes
        with pytest.raises(OSError):
            courrier.envoyer_tout(a(LE))
    fixer_emetteurs(["AB"])
    assert [s.tentatives for s in CourrielSortant.objects.all()] == [288, 0]
    client = entrer(diane())
    page = client.get("/dossiers/courriels/").content.decode()
    assert "2 courriels" in page
    assert "il partira dès que possible" in page
    with serveurs.smtp(port) as boite:
        assert _envoyer() == 2
        assert _envoyer() == 0
    assert [r["Subject"] for r in boite.recus] == [premier.objet, "Relance"]
    assert "Tous les courriels sont partis." in client.get("/dossiers/courriels/").content.decode()


def test_la_boite_fermee_se_dit() -> None:
    with pytest.raises(BoiteInaccessible, match="ne s'ouvre pas"), BoiteImap("127.0.0.1", 1, "a", "b", tls=False):
        pass


def test_un_mauvais_secret_se_dit(imap: int) -> None:
    with pytest.raises(BoiteInaccessible, match="ne s'ouvre pas"), BoiteImap("127.0.0.1", imap, "a", "b", tls=False):
        pass


def test_les_messages_des_autres_ne_se_voient_pas(port: int, imap: int) -> None:
    serveurs.deposer(imap, _reponse("<rien@example.com>", texte="Canari"))
    _relever(imap)
    recu = CourrielRecu.objects.get()
    autre = ouvrir_compte(email="f@exemple.test", prenom="Farid", nom="M", organisation=operateur("CD", "02"))
    attribuer(autre, Role.CONSEILLER, debut=DEBUT)
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(autre, generate_totp_secret())
    client = entrer(autre)
    assert "Re: votre projet" not in client.get("/dossiers/courriels/").content.decode()
    assert client.post(f"/dossiers/courriels/{recu.pk}/ecarter/").status_code == 404
    assert entrer(charlie()).get("/dossiers/courriels/").status_code == 403
