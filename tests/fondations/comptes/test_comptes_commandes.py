"""`cepage comptes administrateur`: the first administrator, then no other unless asked."""

import re

import pytest
from django.test import Client

from cepage.config.ligne_de_commande import principal
from cepage.fondations.comptes.enums import Nature, Role
from cepage.fondations.comptes.models import Organisation, Personne
from cepage.fondations.socle.models import EntreeJournal
from cepage.fondations.socle.portee import portee_totale

pytestmark = pytest.mark.django_db
ANA = ("--email", "Ana@exemple.test", "--prenom", "Ana", "--nom", "Rousseau", "--organisation", "France compétences")
LEA = ("--email", "lea@exemple.test", "--prenom", "Léa", "--nom", "Petit", "--organisation", "France compétences")


@pytest.fixture(autouse=True)
def _base_prete(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cepage.config.ligne_de_commande.preparer", lambda: None)
    monkeypatch.setattr("django.db.connections.close_all", lambda: None)


def _administrateur(*arguments: str) -> int:
    return principal(["comptes", "administrateur", *arguments])


def test_le_premier_choisit_son_mot_de_passe_par_le_lien(capsys: pytest.CaptureFixture[str]) -> None:
    assert _administrateur(*ANA, "--site", "https://cepage.exemple.test/") == 0
    (lien,) = re.findall(r"https://cepage\.exemple\.test(/\S+)", capsys.readouterr().out)
    ana = Personne.objects.get()
    assert (ana.email, ana.organisation.nature, ana.has_usable_password()) == (
        "ana@exemple.test",
        Nature.ACHETEUR,
        False,
    )
    assert [a.role for a in ana.attributions.all()] == [Role.ADMINISTRATEUR]
    visiteur = Client()
    page = visiteur.get(lien, follow=True).redirect_chain[-1][0]
    neuf = "une phrase de passe neuve 7"
    assert visiteur.post(page, {"password1": neuf, "password2": neuf}).status_code == 302
    assert "Ce lien ne sert plus" in Client().get(lien).content.decode()
    with portee_totale():
        assert {e.contenu["par"] for e in EntreeJournal.objects.all()} == {"ligne de commande"}


def test_un_second_se_demande_expres(capsys: pytest.CaptureFixture[str]) -> None:
    assert _administrateur(*ANA) == 0
    assert _administrateur(*LEA) == 2
    assert "--ajouter" in capsys.readouterr().err
    assert Personne.objects.count() == 1
    assert _administrateur(*LEA, "--ajouter") == 0
    assert Organisation.objects.count() == 1


def test_un_compte_ferme_ne_compte_pas(capsys: pytest.CaptureFixture[str]) -> None:
    assert _administrateur(*ANA) == 0
    Personne.objects.update(is_active=False)
    assert _administrateur(*LEA) == 0


@pytest.mark.parametrize("email", ["pas une adresse", "ana@exemple.test"])
def test_un_refus_ne_laisse_rien(email: str, capsys: pytest.CaptureFixture[str]) -> None:
    Organisation.objects.create(nom="Cabinet", nature=Nature.CABINET)
    arguments = ["--email", email, "--prenom", "Ana", "--nom", "R", "--organisation"]
    faux = "Cabinet" if email == "ana@exemple.test" else "France compétences"
    assert _administrateur(*arguments, faux) == 2
    assert capsys.readouterr().err
    assert (Personne.objects.count(), Organisation.objects.count()) == (0, 1)
