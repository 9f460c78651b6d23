"""The administrator opens, changes and closes accounts; every change is sealed; the last one stays."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from io import BytesIO

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from odfdo import Document

from cepage.fondations.comptes.enums import Nature, Role
from cepage.fondations.comptes.models import Attribution, Organisation, Personne
from cepage.fondations.socle.journal import verifier
from cepage.fondations.socle.models import EntreeJournal
from cepage.fondations.socle.portee import portee_totale

Fabrique = Callable[..., Personne]
Entree = Callable[[Personne], Client]


@pytest.fixture
def yann(personne_de: Fabrique) -> Personne:
    """The only administrator."""
    return personne_de(Role.ADMINISTRATEUR)


@pytest.fixture
def site(yann: Personne, entrer: Entree) -> Client:
    return entrer(yann)


def _genres() -> list[str]:
    with portee_totale():
        assert verifier().intacte
        return list(EntreeJournal.objects.order_by("numero").values_list("genre", flat=True))


def _page(client: Client, adresse: str, **parametres: str) -> str:
    reponse = client.get(adresse, parametres)
    assert reponse.status_code == 200, adresse
    return unescape(reponse.content.decode())


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.ADMINISTRATEUR])
def test_seul_l_administrateur_entre(personne_de: Fabrique, entrer: Entree, role: Role) -> None:
    client = entrer(personne_de(role))
    for nom in ("liste", "ouvrir", "organisations"):
        assert client.get(reverse(f"administration:{nom}")).status_code == 403
    assert client.get(reverse("administration:exporter", args=["csv"])).status_code == 403


def test_ouvrir_un_compte_jusqu_a_la_connexion(site: Client, operateur: Organisation, client: Client) -> None:
    demande = {
        "prenom": "Lina",
        "nom": "Roux",
        "email": "Lina.Roux@exemple.test",
        "organisation": operateur.pk,
        "role": Role.MANAGER,
        "lots": ["08"],
        "debut": "2020-01-01",
    }
    reponse = site.post(reverse("administration:ouvrir"), demande)
    assert reponse.status_code == 302, reponse.content.decode()
    lina = Personne.objects.get(email="lina.roux@exemple.test")
    assert not lina.has_usable_password()
    assert _genres() == ["compte ouvert", "rôle donné"]
    (message,) = mail.outbox
    assert message.to == [lina.email]
    (lien,) = re.findall(r"http://testserver(\S+)", message.body)
    visiteur = Client()
    choix = visiteur.get(lien, follow=True)
    nouveau = "une phrase de passe neuve 7"
    fin = visiteur.post(choix.redirect_chain[-1][0], {"password1": nouveau, "password2": nouveau})
    assert fin.status_code == 302
    lina.refresh_from_db()
    assert lina.check_password(nouveau)


def test_le_journal_ne_nomme_personne(site: Client, operateur: Organisation) -> None:
    demande = {"prenom": "Lina", "nom": "Roux", "email": "lina.roux@exemple.test", "debut": "2020-01-01"}
    site.post(reverse("administration:ouvrir"), demande | {"organisation": operateur.pk, "role": Role.MANAGER})
    with portee_totale():
        textes = " ".join(f"{e.objet} {e.contenu}" for e in EntreeJournal.objects.all())
    assert "compte " in textes
    assert not any(mot in textes.lower() for mot in ("lina", "roux"))


def test_une_saisie_fausse_garde_ce_qui_est_tape(site: Client, operateur: Organisation) -> None:
    demande = {"prenom": "Lina", "nom": "Roux", "email": "pas une adresse", "organisation": operateur.pk}
    reponse = site.post(reverse("administration:ouvrir"), demande | {"role": Role.REFERENT, "debut": "hier"})
    page = unescape(reponse.content.decode())
    assert reponse.status_code == 422
    assert "Écrivez la date ainsi" in page
    assert "Ce rôle se tient chez : Acheteur" in page
    assert 'value="Lina"' in page
    assert _genres() == []


def test_le_dernier_administrateur_reste(site: Client, yann: Personne, personne_de: Fabrique) -> None:
    (role,) = yann.attributions.all()
    fermer = reverse("administration:fermer", args=[yann.pk])
    finir = reverse("administration:finir_role", args=[yann.pk, role.pk])
    for adresse, donnees in ((fermer, {"motif": "départ"}), (finir, {"fin": "2099-01-01"})):
        reponse = site.post(adresse, donnees)
        assert reponse.status_code == 422
        assert "Il ne resterait plus d'administrateur" in unescape(reponse.content.decode())
    yann.refresh_from_db()
    role.refresh_from_db()
    assert (yann.is_active, role.fin, _genres()) == (True, None, [])
    personne_de(Role.ADMINISTRATEUR)
    assert site.post(finir, {"fin": "2099-01-01"}).status_code == 302
    assert site.post(fermer, {"motif": "départ"}).status_code == 302
    assert _genres() == ["rôle fini", "compte fermé"]


def test_donner_puis_finir_un_role(site: Client, personne_de: Fabrique) -> None:
    alice = personne_de(Role.CONSEILLER)
    adresse = reverse("administration:donner_role", args=[alice.pk])
    assert site.post(adresse, {"role": Role.MANAGER, "debut": "2021-01-01", "lots": ["08"]}).status_code == 302
    refus = site.post(adresse, {"role": Role.SUPERVISEUR, "debut": "2021-01-01"})
    assert "Choisissez un autre rôle" in unescape(refus.content.decode())
    donne = alice.attributions.get(role=Role.MANAGER)
    assert donne.lots == ["08"]
    fin = reverse("administration:finir_role", args=[alice.pk, donne.pk])
    assert site.post(fin, {"fin": "2021-01-01"}).status_code == 422
    assert site.post(fin, {"fin": "2021-02-01"}).status_code == 302
    assert Attribution.objects.get(pk=donne.pk).fin == date(2021, 2, 1)
    assert _genres() == ["rôle donné", "rôle fini"]
    assert site.get(reverse("administration:finir_role", args=[alice.pk + 1000, donne.pk])).status_code == 404


def test_fermer_ferme_la_session_et_rouvrir_invite(site: Client, personne_de: Fabrique) -> None:
    alice = personne_de(Role.MANAGER)
    session = Client()
    session.force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert site.post(reverse("administration:fermer", args=[alice.pk]), {"motif": "départ"}).status_code == 302
    assert session.get("/").headers["Location"].startswith(reverse("account_login"))
    assert site.post(reverse("administration:inviter", args=[alice.pk])).status_code == 404
    assert site.post(reverse("administration:rouvrir", args=[alice.pk]), {"motif": "retour"}).status_code == 302
    alice.refresh_from_db()
    assert alice.is_active
    assert len(mail.outbox) == 1
    assert "« retour »" in _page(site, reverse("administration:compte", args=[alice.pk]))


def test_reinitialiser_le_second_facteur(site: Client, yann: Personne, personne_de: Fabrique, entrer: Entree) -> None:
    alice = personne_de(Role.MANAGER)
    Authenticator.objects.create(user=alice, type="totp", data={"secret": "x"})
    adresse = reverse("administration:second_facteur", args=[alice.pk])
    assert site.post(adresse, {"motif": ""}).status_code == 422
    assert site.post(adresse, {"motif": "téléphone perdu"}).status_code == 302
    alice.refresh_from_db()
    assert not alice.has_usable_password()
    assert not Authenticator.objects.filter(user=alice).exists()
    assert _genres() == ["second facteur réinitialisé"]
    refus = site.post(reverse("administration:second_facteur", args=[yann.pk]), {"motif": "le mien"})
    assert "Demandez à un autre administrateur" in unescape(refus.content.decode())
    assert Authenticator.objects.filter(user=yann).exists()


def test_la_liste_cherche_filtre_et_exporte(site: Client, personne_de: Fabrique) -> None:
    alice = personne_de(Role.MANAGER)
    Personne.objects.filter(pk=alice.pk).update(nom="=Éluard", prenom="Paul")
    reponse = site.post(reverse("administration:chercher"), {"texte": "paul éluard"})
    suite = reponse.headers["Location"]
    assert "luard" not in suite, "aucun nom dans une adresse"
    page = _page(site, suite)
    assert "1 compte" in page
    assert "=Éluard" in page
    assert "1 compte" in _page(site, "/comptes/", role=Role.MANAGER)
    assert "Aucun compte ne répond" in _page(site, "/comptes/", etat="ferme")
    export = site.get(suite.replace("/comptes/?", "/comptes/comptes.csv?")).content.decode("utf-8-sig")
    assert export.splitlines()[1].startswith("'=Éluard;Paul;")
    assert len(export.splitlines()) == 2
    classeur = Document(BytesIO(site.get(suite.replace("/comptes/?", "/comptes/comptes.ods?")).content))
    lignes = classeur.body.get_table(name="Comptes").get_values()
    assert [ligne[:2] for ligne in lignes] == [["nom", "prenom"], ["'=Éluard", "Paul"]]
    assert site.get("/comptes/comptes.exe").status_code == 404


def test_la_liste_ne_demande_pas_plus_a_la_base_quand_elle_grandit(site: Client, personne_de: Fabrique) -> None:
    def demandees() -> int:
        with CaptureQueriesContext(connection) as demandes:
            site.get("/comptes/")
        return len(demandes)

    avant = demandees()
    for role in (Role.MANAGER, Role.CONSEILLER, Role.REFERENT):
        personne_de(role)
    assert demandees() == avant


def test_organisations(site: Client, operateur: Organisation) -> None:
    ajouter = reverse("administration:ajouter_organisation")
    demande = {"nom": "Opérateur 5C", "nature": Nature.OPERATEUR, "lots": ["05"]}
    assert "Un opérateur a un code d'émetteur" in unescape(site.post(ajouter, demande).content.decode())
    assert site.post(ajouter, demande | {"code_emetteur": "5C"}).status_code == 302
    modifier = reverse("administration:organisation", args=[operateur.pk])
    assert site.post(modifier, {"nom": "Ouest", "lots": ["08", "11"], "code_emetteur": "ZZ"}).status_code == 302
    operateur.refresh_from_db()
    assert (operateur.nom, operateur.lots, operateur.code_emetteur) == ("Ouest", ["08", "11"], "8A")
    assert _genres() == ["organisation créée", "organisation modifiée"]
    assert "Ouest" in _page(site, reverse("administration:organisations"))


def test_le_courriel_qui_ne_part_pas_est_dit(
    site: Client, personne_de: Fabrique, monkeypatch: pytest.MonkeyPatch
) -> None:
    def panne(*_: object, **__: object) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr("cepage.fondations.comptes.administration.services.send_mail", panne)
    alice = personne_de(Role.MANAGER)
    page = site.post(reverse("administration:inviter", args=[alice.pk]), follow=True).content.decode()
    assert "le courriel n'est pas parti" in unescape(page)
