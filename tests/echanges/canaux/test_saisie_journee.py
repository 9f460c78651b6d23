"""One fiche typed, judged, listed, sent, and its receipt: the same as by the other channels."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from pytest_django import Settings

from cepage.acheteur.registre.selectors import empreinte as empreinte_du_registre
from cepage.echanges.canaux.saisie import pieces
from cepage.echanges.canaux.saisie.champs import ecrire
from cepage.echanges.canaux.saisie.demonstration import peupler
from cepage.echanges.canaux.saisie.models import FicheSaisie
from cepage.echanges.canaux.saisie.sections import AUTOMATIQUES, ECRANS, JAMAIS_SAISIS
from cepage.echanges.contrat.fiches import FICHES
from cepage.echanges.reception.accuse import Accuse
from cepage.echanges.reception.models import Envoi
from cepage.echanges.reception.services import accuse_de
from cepage.fondations.comptes.demonstration import creer_comptes
from cepage.fondations.socle.portee import portee_emetteurs, portee_totale
from tests.echanges.canaux.conftest import LE
from tests.echanges.canaux.saisie_outils import Clavier
from tests.echanges.reception.fabrique import PIECES, PRODUIT, Facteur, ouvrir_le_marche, parcours, personne, unite
from tests.echanges.reception.fabrique import Envoi as Jeu
from tests.personnes import alice, bob, charlie, diane, entrer

pytestmark = pytest.mark.django_db


@pytest.fixture
def clavier(settings: Settings) -> Clavier:
    settings.CEPAGE_DATE = LE.isoformat()
    ouvrir_le_marche()
    return Clavier(alice())


@pytest.mark.parametrize("nom", FICHES)
def test_chaque_champ_du_contrat_est_a_l_ecran_une_fois(nom: str) -> None:
    a_l_ecran = [champ for section in ECRANS[nom].sections for champ in section.champs]
    automatiques = [champ for champ in FICHES[nom].noms if champ in AUTOMATIQUES | JAMAIS_SAISIS]
    assert sorted(a_l_ecran + automatiques) == sorted(FICHES[nom].noms)


@pytest.mark.parametrize(
    ("fiche", "champ", "tape", "ecrit"),
    [
        ("beneficiaire", "date_naissance", "12/03/1985", "1985-03-12"),
        ("beneficiaire", "date_naissance", "31/02/1985", "31/02/1985"),
        ("beneficiaire", "entree_entreprise", "4/2018", "2018-04"),
        ("beneficiaire", "nom_naissance", "  Le\nGoff\x00 ", "Le Goff"),
        ("moyens_couts", "masse_salariale", "1 234,50 €", "1234.50"),
        ("moyens_couts", "masse_salariale", "environ 1 000", "environ 1 000"),
        ("interaction", "duree_minutes", "1,5", "1.5"),
        ("unite_oeuvre", "description_service", "un\r\ndeux", "un\ndeux"),
    ],
)
def test_ce_qui_est_tape_est_ecrit_comme_au_contrat_s_il_n_y_a_pas_de_doute(
    fiche: str, champ: str, tape: str, ecrit: str
) -> None:
    assert ecrire(FICHES[fiche].champ(champ), tape) == ecrit


def test_une_fiche_fausse_est_gardee_et_dit_ce_qui_ne_va_pas(clavier: Clavier) -> None:
    page = clavier.saisir("beneficiaire", personne(date_naissance="31/02/1985", adresse_code_postal="99999"))
    (fiche,) = clavier.fiches()
    assert (fiche.etat, fiche.contenu["date_naissance"]) == ("brouillon", "31/02/1985")
    assert {c["code"] for c in fiche.constats} == {"E-BEN-002", "E-BEN-012"}
    texte = page.content.decode()
    assert "À corriger avant d'envoyer" in texte
    assert 'href="#id_date_naissance"' in texte
    assert 'value="31/02/1985"' in texte
    # What the contract calls `date_naissance` has the name of the screen.
    assert "« date_naissance »" not in texte
    clavier.reprendre(fiche, {"date_naissance": "1985-02-28", "adresse_code_postal": "44000"})
    (fiche,) = clavier.fiches()
    assert (fiche.etat, fiche.constats) == ("liste", [])


def test_un_brouillon_incomplet_se_garde_sans_etre_juge(clavier: Clavier) -> None:
    clavier.saisir("beneficiaire", {"prenom": "Ana"}, geste="garder")
    (fiche,) = clavier.fiches()
    assert (fiche.etat, fiche.contenu, fiche.juge_le) == ("brouillon", {"prenom": "Ana"}, None)
    assert "Ana" in clavier.lire("saisie:journee").content.decode()


def test_deux_personnes_sur_la_meme_fiche_le_savent(clavier: Clavier) -> None:
    clavier.saisir("beneficiaire", personne(), geste="garder")
    (fiche,) = clavier.fiches()
    Clavier(diane()).reprendre(fiche, {"prenom": "Anne"}, geste="garder")
    page = clavier.reprendre(fiche, {"prenom": "Annie"}, geste="garder")
    assert page.status_code == 409
    texte = page.content.decode()
    assert "Diane Martin a modifié cette fiche" in texte
    assert "<strong>Annie</strong>" in texte
    assert "<strong>Anne</strong>" in texte
    # What was typed is still in the screen, which saves over what was compared.
    assert 'value="Annie"' in texte
    (courante,) = clavier.fiches()
    assert courante.contenu["prenom"] == "Anne"
    clavier.reprendre(courante, {"prenom": "Annie"}, geste="garder")
    assert clavier.fiches()[0].contenu["prenom"] == "Annie"


def test_une_fiche_mise_sur_la_liste_par_un_autre_montre_les_deux_saisies(clavier: Clavier) -> None:
    clavier.saisir("beneficiaire", personne(), geste="garder")
    (fiche,) = clavier.fiches()
    Clavier(diane()).reprendre(fiche, {})
    page = clavier.reprendre(fiche, {"prenom": "Annie"}, geste="garder")
    assert page.status_code == 409
    assert "<strong>Annie</strong>" in page.content.decode()
    assert clavier.fiches()[0].etat == "liste"


def test_une_unite_dite_close_sans_date_attend_sa_date(clavier: Clavier) -> None:
    clavier.saisir("beneficiaire", personne())
    ouverte = {n: v for n, v in unite(1).items() if n not in ("date_cloture", "numero_decompte", "motif_cloture")}
    page = clavier.saisir("unite_oeuvre", ouverte | {"situation": "close"}).content.decode()
    (fiche,) = clavier.fiches(fiche="unite_oeuvre")
    assert (fiche.etat, fiche.constats) == ("brouillon", [])
    assert "donnez le jour de sa clôture" in page
    clavier.reprendre(fiche, {"situation": "en_cours"})
    assert clavier.fiches(fiche="unite_oeuvre")[0].etat == "liste"


def test_les_numeros_laisses_vides_sont_attribues(clavier: Clavier) -> None:
    clavier.saisir("beneficiaire", personne())
    vide = {
        n: v for n, v in unite(1).items() if n not in ("numero_dossier", "reference_bon_commande", "numero_decompte")
    }
    for _ in range(2):
        clavier.saisir("unite_oeuvre", vide, geste="verifier")
    premiere, seconde = clavier.fiches(fiche="unite_oeuvre")
    assert premiere.contenu["numero_dossier"] == "AB200301000001"
    assert premiere.contenu["reference_bon_commande"] == "2020-Lot08-UO01-01-00001"
    assert premiere.contenu["numero_decompte"] == "2020-Lot08-T2-UO01"
    assert seconde.contenu["numero_dossier"] == "AB200301000002"
    assert seconde.contenu["reference_bon_commande"] == "2020-Lot08-UO01-01-00002"


def _saisir_tout(clavier: Clavier, settings: Settings) -> None:
    """The whole course, typed at the hour its fiches bear."""
    settings.CEPAGE_DATE = PRODUIT
    for sorte, fiches in parcours().items():
        for fiche in fiches:
            clavier.saisir(sorte, fiche)
    settings.CEPAGE_DATE = LE.isoformat()


def _par_fichier(dossier: Path, jeu: Jeu) -> tuple[Accuse, str]:
    """The receipt and the register that a file of the same fiches gives; nothing of it remains."""
    with transaction.atomic():
        accuse = Facteur(dossier).envoyer(jeu, recu_le=LE)
        with portee_totale():
            registre = empreinte_du_registre()
        transaction.set_rollback(True)
    return accuse, registre


def _recu() -> tuple[Envoi, Accuse, str]:
    """The only envoi received, its receipt and the register it gave."""
    with portee_totale():
        (envoi,) = Envoi.objects.all()
        return envoi, accuse_de(envoi), empreinte_du_registre()


def test_le_meme_jeu_donne_le_meme_registre_et_le_meme_accuse(
    clavier: Clavier, settings: Settings, tmp_path: Path
) -> None:
    attendu, registre_attendu = _par_fichier(tmp_path, parcours())
    _saisir_tout(clavier, settings)
    assert clavier.envoyer().status_code == 200
    envoi, accuse, registre = _recu()
    assert (envoi.canal, envoi.emetteur, accuse.statut) == ("saisie", "AB", "accepte")
    assert (accuse.comptes, accuse.anomalies) == (attendu.comptes, attendu.anomalies)
    assert registre == registre_attendu
    assert {f.etat for f in clavier.fiches()} == {"acceptee"}


def test_un_refus_rend_le_meme_accuse_et_ouvre_chaque_fiche_sur_son_champ(
    clavier: Clavier, settings: Settings, tmp_path: Path
) -> None:
    _saisir_tout(clavier, settings)
    (la_personne,) = clavier.fiches(fiche="beneficiaire")
    clavier.client.post(reverse("saisie:retirer", args=[la_personne.pk]))
    sans_elle = {sorte: fiches for sorte, fiches in parcours().items() if sorte != "beneficiaire"}
    attendu, registre_attendu = _par_fichier(tmp_path, sans_elle)
    page = clavier.envoyer().content.decode()
    _, accuse, registre = _recu()
    assert (accuse.statut, accuse.comptes, accuse.anomalies) == (attendu.statut, attendu.comptes, attendu.anomalies)
    assert registre == registre_attendu
    assert accuse.statut == "accepte_partiellement"
    refusees = clavier.fiches(etat="refusee")
    assert {f.fiche for f in refusees} == {"unite_oeuvre", "interaction", "livrable", "reclamation"}
    for fiche in refusees:
        assert f"{reverse('saisie:fiche', args=[fiche.pk])}#id_{fiche.constats[0]['champ']}" in page


def test_essayer_dit_tout_et_n_envoie_rien(clavier: Clavier) -> None:
    assert "La liste du jour est vide" in clavier.lire("saisie:envoyer").content.decode()
    clavier.saisir("beneficiaire", personne())
    page = clavier.envoyer("essayer").content.decode()
    assert "L'essai accepte tout" in page
    with portee_totale():
        assert not Envoi.objects.exists()
    assert clavier.fiches()[0].etat == "liste"
    clavier.envoyer()
    assert clavier.fiches()[0].etat == "acceptee"
    assert "la liste du jour est vide" in clavier.envoyer().content.decode()


def test_le_fichier_d_un_livrable_se_depose_se_telecharge_et_se_refuse(clavier: Clavier, settings: Settings) -> None:
    ecrit = parcours()["livrable"][0]
    faux = clavier.client.post(
        reverse("saisie:nouvelle", args=["livrable"]),
        {"fichier": SimpleUploadedFile("elp.pdf", b"MZ un programme"), "type_livrable": "ELP", "version": "0"},
        follow=True,
    )
    assert "ni un PDF ni un ODT" in faux.content.decode()
    assert clavier.fiches()[0].contenu == {"type_livrable": "ELP"}
    clavier.saisir("livrable", ecrit, geste="garder")
    (fiche,) = [f for f in clavier.fiches() if f.piece]
    assert fiche.contenu["empreinte_sha256"] == ecrit["empreinte_sha256"]
    reponse = clavier.client.get(reverse("saisie:piece", args=[fiche.pk]))
    assert reponse["Content-Disposition"].startswith("attachment")
    assert b"".join(reponse.streaming_content) == PIECES[ecrit["nom_fichier"]]  # type: ignore[attr-defined]
    # Erased with its draft.
    attente = pieces.chemin("AB", fiche.piece)
    assert attente.is_file()
    clavier.client.post(reverse("saisie:supprimer", args=[fiche.pk]))
    assert not attente.is_file()


def test_les_droits(clavier: Clavier) -> None:
    clavier.saisir("beneficiaire", personne())
    (fiche,) = clavier.fiches()
    adresse = reverse("saisie:fiche", args=[fiche.pk])
    # A counsellor types and mends; sending is the director's.
    conseillere = Clavier(diane())
    assert conseillere.client.get(adresse).status_code == 200
    assert conseillere.client.get(reverse("saisie:envoyer")).status_code == 403
    # The buyer sees no draft; another operator's is not found, and its day is empty.
    acheteur = entrer(bob())
    assert acheteur.get(adresse).status_code == 403
    assert acheteur.get(reverse("saisie:journee")).status_code == 403
    autre = Clavier(charlie(), "02")
    for route in ("fiche", "supprimer", "annuler", "piece"):
        assert autre.client.get(reverse(f"saisie:{route}", args=[fiche.pk])).status_code == 404
    for route in ("fiche", "retirer", "supprimer", "corriger", "annuler"):
        assert autre.client.post(reverse(f"saisie:{route}", args=[fiche.pk])).status_code == 404
    assert "Le Goff" not in autre.lire("saisie:journee").content.decode()
    assert autre.client.get(reverse("saisie:nouvelle", args=["beneficiaire"]) + "?lot=08").status_code == 404
    assert clavier.fiches()[0].etat == "liste"


def test_la_base_cache_les_brouillons_hors_de_leur_operateur(clavier: Clavier) -> None:
    clavier.saisir("beneficiaire", {"prenom": "Ana"}, geste="garder")
    with portee_emetteurs(["CD"]):
        assert not FicheSaisie.objects.exists()
    with portee_emetteurs([]):
        assert not FicheSaisie.objects.exists()


def test_la_demonstration_a_commence_deux_fiches(settings: Settings) -> None:
    settings.CEPAGE_DATE = LE.isoformat()
    ouvrir_le_marche()
    creer_comptes(["08"], ["AB"])
    for _ in range(2):
        peupler("AB", "08")
    with portee_emetteurs(["AB"]):
        la_personne, unite_commencee = FicheSaisie.objects.all()
    assert [c["code"] for c in la_personne.constats] == ["E-BEN-012"]
    assert "E-UO-001" in {c["code"] for c in unite_commencee.constats}
