"""A refused fiche mended in place and sent again; an accepted one corrected or cancelled; the history stays."""

from contextlib import closing
from datetime import timedelta

import pytest
from django.urls import reverse
from pytest_django import Settings

from cepage.acheteur.registre.models import TABLES
from cepage.echanges.canaux.saisie.models import FicheSaisie
from cepage.echanges.reception.models import Envoi
from cepage.fondations.socle.portee import portee_totale
from tests.echanges.canaux.conftest import LE
from tests.echanges.canaux.saisie_outils import Clavier
from tests.echanges.reception.fabrique import PRODUIT, moyens, ouvrir_le_marche, parcours, personne
from tests.personnes import alice, diane

pytestmark = pytest.mark.django_db


@pytest.fixture
def clavier(settings: Settings) -> Clavier:
    settings.CEPAGE_DATE = LE.isoformat()
    ouvrir_le_marche()
    return Clavier(alice())


def _plus_tard(settings: Settings, minutes: int) -> None:
    settings.CEPAGE_DATE = (LE + timedelta(minutes=minutes)).isoformat()


def _versions(sorte: str) -> list[tuple[str, bool]]:
    """The versions the register holds of a kind of fiche, oldest first: nature, and whether it is the current one."""
    with portee_totale():
        lignes = TABLES[sorte]._default_manager.order_by("horodatage")
        return [(v.nature, v.connu_jusqu_a is None) for v in lignes]


def _accepter(clavier: Clavier, sorte: str, fiche: dict[str, str]) -> FicheSaisie:
    clavier.saisir(sorte, fiche)
    clavier.envoyer()
    (acceptee,) = clavier.fiches(fiche=sorte, etat="acceptee")
    return acceptee


def test_une_fiche_refusee_se_corrige_sur_place_et_repart(clavier: Clavier, settings: Settings) -> None:
    settings.CEPAGE_DATE = PRODUIT
    clavier.saisir("beneficiaire", personne())
    clavier.saisir("unite_oeuvre", parcours()["unite_oeuvre"][0])
    # The person leaves the list after the unit was judged with it: the envoi refuses the unit alone.
    (la_personne,) = clavier.fiches(fiche="beneficiaire")
    clavier.client.post(reverse("saisie:retirer", args=[la_personne.pk]))
    settings.CEPAGE_DATE = LE.isoformat()
    clavier.envoyer()
    (refusee,) = clavier.fiches(etat="refusee")
    page = clavier.lire("saisie:fiche", refusee.pk).content.decode()
    assert "Le point d'échange a refusé cette fiche" in page
    assert f'href="#id_{refusee.constats[0]["champ"]}"' in page
    assert refusee.constats[0]["message"] in page.replace("&#x27;", "'")
    # Someone else mends it, and it leaves again with the person.
    _plus_tard(settings, 5)
    Clavier(diane()).reprendre(clavier.fiches(fiche="beneficiaire")[0], {})
    clavier.reprendre(refusee, {})
    assert {f.etat for f in clavier.fiches()} == {"liste"}
    clavier.envoyer()
    assert {f.etat for f in clavier.fiches()} == {"acceptee"}
    with portee_totale():
        assert [e.statut for e in Envoi.objects.order_by("recu_le")] == ["refuse", "accepte"]


def test_corriger_une_fiche_acceptee_garde_sa_cle_et_son_histoire(clavier: Clavier, settings: Settings) -> None:
    acceptee = _accepter(clavier, "beneficiaire", personne())
    _plus_tard(settings, 5)
    ouverture = clavier.client.post(reverse("saisie:corriger", args=[acceptee.pk]))
    (correction,) = clavier.fiches(etat="brouillon")
    assert ouverture["Location"] == reverse("saisie:fiche", args=[correction.pk])
    # Asked again, even by someone else, it is the same correction.
    Clavier(diane()).client.post(reverse("saisie:corriger", args=[acceptee.pk]))
    assert len(clavier.fiches(etat="brouillon")) == 1
    # The key does not change, whatever a browser sends.
    clavier.reprendre(correction, {"prenom": "Anne", "identifiant_beneficiaire": "P2"})
    (prete,) = clavier.fiches(etat="liste")
    assert (prete.nature, prete.contenu["prenom"], prete.cle) == ("M", "Anne", "08|P1")
    clavier.envoyer()
    assert _versions("beneficiaire") == [("C", False), ("M", True)]
    page = clavier.lire("saisie:acceptees").content.decode()
    assert page.count("saisie-ligne__titre") == 1
    assert "Anne Le Goff" in page


def test_annuler_une_fiche_acceptee(clavier: Clavier, settings: Settings) -> None:
    acceptee = _accepter(clavier, "beneficiaire", personne())
    _plus_tard(settings, 5)
    assert "son histoire reste au registre" in clavier.lire("saisie:annuler", acceptee.pk).content.decode()
    clavier.client.post(reverse("saisie:annuler", args=[acceptee.pk]))
    (annulation,) = clavier.fiches(etat="liste")
    assert annulation.nature == "A"
    # One thing at a time: the correction of what is being cancelled is refused, with its reason.
    refus = clavier.client.post(reverse("saisie:corriger", args=[acceptee.pk]), follow=True)
    assert "déjà commencée" in refus.content.decode()
    clavier.envoyer()
    assert _versions("beneficiaire") == [("C", False), ("A", True)]
    assert "Annulation" in clavier.lire("saisie:acceptees").content.decode()


def test_une_annulation_impossible_dit_pourquoi_et_se_retire(clavier: Clavier, settings: Settings) -> None:
    """A person with a unit is not cancelled; a sort of fiche that cannot be cancelled says what to do."""
    declares = _accepter(clavier, "moyens_couts", moyens())
    refus = clavier.client.post(reverse("saisie:annuler", args=[declares.pk]), follow=True)
    assert "corrigez-la" in refus.content.decode()
    _plus_tard(settings, 5)
    clavier.client.post(reverse("saisie:corriger", args=[declares.pk]))
    (suite,) = clavier.fiches(etat="brouillon")
    clavier.reprendre(suite, {"masse_salariale": "2 000,00"})
    clavier.envoyer()
    with portee_totale():
        courante = TABLES["moyens_couts"]._default_manager.get(connu_jusqu_a__isnull=True)
    assert str(courante.masse_salariale) == "2000.00"  # type: ignore[attr-defined]


def test_un_livrable_accepte_se_corrige_sans_redeposer_son_fichier(clavier: Clavier, settings: Settings) -> None:
    settings.CEPAGE_DATE = PRODUIT
    jeu = parcours()
    for sorte in ("implantation", "beneficiaire", "unite_oeuvre"):
        for fiche in jeu[sorte]:
            clavier.saisir(sorte, fiche)
    clavier.saisir("livrable", jeu["livrable"][0])
    settings.CEPAGE_DATE = LE.isoformat()
    clavier.envoyer()
    (acceptee,) = clavier.fiches(fiche="livrable")
    assert acceptee.etat == "acceptee", acceptee.constats
    _plus_tard(settings, 5)
    clavier.client.post(reverse("saisie:corriger", args=[acceptee.pk]))
    (suite,) = clavier.fiches(etat="brouillon")
    assert suite.contenu["empreinte_sha256"] == acceptee.piece
    clavier.reprendre(suite, {"mode_signature": "ELECTRONIQUE"})
    clavier.envoyer()
    assert _versions("livrable") == [("C", False), ("M", True)]
    with closing(clavier.client.get(reverse("saisie:piece", args=[suite.pk]))) as telecharge:
        assert telecharge.status_code == 200
