"""Units: engaged, closed, contested, cancelled by the rules; each act leaves its fiche in the outbox."""

from datetime import date

import pytest

from cepage.acheteur.marche.models import Commande
from cepage.echanges.envoi.models import FicheSortante
from cepage.fondations.socle.portee import portee_emetteurs
from cepage.fondations.socle.transitions import TransitionRefusee
from cepage.operateur.dossiers.enums import Etat
from cepage.operateur.dossiers.models import Beneficiaire, UniteOeuvre
from cepage.operateur.dossiers.services import (
    ActeRefuse,
    Acteur,
    annuler,
    changer_statut,
    clore_par_signature,
    contester_l_abandon,
    defaire_la_fusion,
    fusionner,
    modifier_beneficiaire,
    rattacher_aux_commandes,
)
from cepage.operateur.dossiers.services.acteurs import VersionDepassee
from cepage.operateur.dossiers.services.unites import prononcer_l_abandon
from tests.operateur.dossiers.atelier import CONSEILLERE, a, engager, personne

pytestmark = pytest.mark.usefixtures("operateur_ab")
MARS = date(2020, 3, 2)


def _codes(refus: pytest.ExceptionInfo[ActeRefuse]) -> list[str]:
    return [r.code for r in refus.value.refus]


def test_l_aiguillage_est_clos_le_jour_meme() -> None:
    unite = engager(personne(), "00", MARS)
    assert (unite.etat, unite.date_cloture, unite.numero_dossier) == (Etat.CLOSE, MARS, "AB200300000001")
    assert unite.reference_bon_commande == "2020-Lot08-UO00-01-00001"
    fiches = list(FicheSortante.objects.values_list("fiche", "nature", "retenue"))
    assert fiches == [("beneficiaire", "C", ""), ("unite_oeuvre", "C", "")]
    contenu = FicheSortante.objects.get(fiche="unite_oeuvre").contenu
    assert contenu["numero_decompte"] == "2020-Lot08-T1-UO00"
    assert "referent" not in contenu


def test_une_uo1_de_l_engagement_a_la_signature() -> None:
    unite = engager(personne(), "01", MARS)
    assert unite.echeance == date(2020, 5, 2)
    close = clore_par_signature(
        unite, le=date(2020, 4, 14), motif="CV_POURSUITE", par=CONSEILLERE, a=a(date(2020, 4, 14))
    )
    assert UniteOeuvre.objects.get().etat == close.etat == Etat.CLOSE
    derniere = FicheSortante.objects.last()
    assert derniere is not None
    assert (derniere.nature, derniere.contenu["date_cloture"]) == ("M", "2020-04-14")
    with pytest.raises(TransitionRefusee):
        clore_par_signature(unite, le=date(2020, 4, 15), par=CONSEILLERE, a=a(date(2020, 4, 15)))


def test_ce_qui_est_refuse_dit_pourquoi() -> None:
    agent = personne(statut=["AGENT_TITULAIRE"])
    with pytest.raises(ActeRefuse) as refus:
        engager(agent, "01", MARS)
    assert _codes(refus) == ["AGENT_PUBLIC"]
    with pytest.raises(ActeRefuse) as refus:
        engager(personne(nom_naissance="Autre"), "22", MARS)
    assert _codes(refus) == ["SANS_PREALABLE", "SANS_ALEA", "SANS_COURRIEL"]
    salariee = personne(nom_naissance="Encore")
    engager(salariee, "01", MARS)
    with pytest.raises(ActeRefuse) as refus:
        engager(salariee, "01", date(2020, 3, 3))
    assert _codes(refus) == ["DEJA_OUVERTE"]
    assert all(r.clause and r.suite for r in refus.value.refus)
    assert UniteOeuvre.objects.count() == 1


def test_la_continuite_du_service() -> None:
    salariee = personne()
    engager(salariee, "01", MARS)
    changer_statut(salariee, ["DE_INSCRIT"], depuis=date(2020, 3, 20), par=CONSEILLERE, a=a(date(2020, 3, 20)))
    assert engager(Beneficiaire.objects.get(), "21", date(2020, 4, 1)).etat == Etat.OUVERTE
    chomeuse = personne(nom_naissance="Jamais", statut=["DE_INSCRIT"])
    with pytest.raises(ActeRefuse) as refus:
        engager(chomeuse, "21", date(2020, 4, 1))
    assert _codes(refus) == ["NON_OCCUPE"]


def test_un_abandon_se_prononce_la_nuit_et_se_conteste() -> None:
    unite = engager(personne(), "01", MARS)
    fin = date(2020, 5, 2)
    with pytest.raises(TransitionRefusee):
        prononcer_l_abandon(unite, le=fin, motif="ABANDON", par=CONSEILLERE, a=a(date(2020, 5, 3)))
    abandonnee = prononcer_l_abandon(unite, le=fin, motif="ABANDON", par=Acteur.systeme(), a=a(date(2020, 5, 3)))
    assert (abandonnee.etat, abandonnee.date_cloture) == (Etat.ABANDONNEE, fin)
    with pytest.raises(ActeRefuse):
        contester_l_abandon(abandonnee, raison=" ", par=CONSEILLERE, a=a(date(2020, 5, 4)))
    rouverte = contester_l_abandon(
        abandonnee, raison="La personne a écrit le 28 avril.", par=CONSEILLERE, a=a(date(2020, 5, 4))
    )
    assert (rouverte.etat, rouverte.date_cloture, rouverte.motif_cloture) == (Etat.OUVERTE, None, "")


def test_une_annulation_est_declaree() -> None:
    unite = engager(personne(), "01", MARS)
    annuler(unite, raison="Ouverte par erreur.", par=CONSEILLERE, a=a(MARS, 10))
    derniere = FicheSortante.objects.last()
    assert derniere is not None
    assert derniere.nature == "A"
    assert engager(Beneficiaire.objects.get(), "01", MARS).numero_dossier == "AB200301000002"


def test_sans_bon_de_commande_la_fiche_attend() -> None:
    Commande.objects.filter(uo="01").update(volume=0)
    unite = engager(personne(), "01", MARS)
    assert unite.reference_bon_commande == ""
    assert FicheSortante.objects.exclude(retenue="").count() == 1
    assert rattacher_aux_commandes("AB", "08") == 0
    Commande.objects.filter(uo="01").update(volume=1)
    assert rattacher_aux_commandes("AB", "08") == 1
    fiche = FicheSortante.objects.get(fiche="unite_oeuvre")
    assert (fiche.retenue, fiche.contenu["reference_bon_commande"]) == ("", "2020-Lot08-UO01-01-00001")


def test_deux_personnes_modifient_en_meme_temps() -> None:
    salariee = personne()
    modifier_beneficiaire(salariee, {"email": "a@example.com"}, version=1, par=CONSEILLERE, a=a(MARS, 10))
    with pytest.raises(VersionDepassee, match="Diane Martin a modifié"):
        modifier_beneficiaire(salariee, {"email": "b@example.com"}, version=1, par=CONSEILLERE, a=a(MARS, 11))
    assert Beneficiaire.objects.get().email == "a@example.com"


def test_deux_fiches_reunies_puis_separees() -> None:
    une, autre = personne(), personne(prenom="Anne Sophie")
    engager(une, "01", MARS)
    fusion = fusionner(gardee=autre, reunie=une, par=CONSEILLERE, a=a(MARS, 10))
    with pytest.raises(ActeRefuse) as refus:
        engager(autre, "01", MARS)
    assert _codes(refus) == ["DEJA_OUVERTE"]
    defaire_la_fusion(fusion, par=CONSEILLERE, a=a(MARS, 11))
    autre.refresh_from_db()
    assert engager(autre, "01", MARS).beneficiaire == autre


def test_un_autre_operateur_ne_voit_rien() -> None:
    engager(personne(), "01", MARS)
    with portee_emetteurs(["CD"]):
        assert not Beneficiaire.objects.exists()
        assert not UniteOeuvre.objects.exists()
        assert not FicheSortante.objects.exists()
