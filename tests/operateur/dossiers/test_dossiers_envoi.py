"""From the act to the register: the outbox, the envoi, its receipt, what is refused and mended."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cepage.acheteur.registre.models import TABLES
from cepage.echanges.envoi import services, transports
from cepage.echanges.envoi.enums import EtatEnvoi, EtatFiche
from cepage.echanges.envoi.models import EnvoiSortant, FicheSortante, Retour
from cepage.echanges.envoi.transports import TransportIndisponible, TransportLocal
from cepage.fondations.socle.portee import portee_totale
from cepage.operateur.dossiers.models import Beneficiaire
from cepage.operateur.dossiers.services import modifier_beneficiaire
from tests.operateur.dossiers.atelier import CONSEILLERE, a, engager, personne

pytestmark = pytest.mark.usefixtures("operateur_ab")
MARS = date(2020, 3, 2)
SOIR = a(MARS, 20)


@pytest.fixture(autouse=True)
def sur_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any) -> None:
    """Files in a folder of the test; the indicators are not recomputed."""
    settings.CEPAGE_DONNEES = tmp_path
    monkeypatch.setattr("cepage.acheteur.registre.contexte.RegistrePostgres.rafraichir", lambda self: None)


class EnPanne(TransportLocal):
    """An exchange point that does not answer."""

    def transmettre(self, fichier: Path, **options: Any) -> dict[str, Any]:
        raise TransportIndisponible("Le point d'échange ne répond pas.")


class SansRetour(TransportLocal):
    """The file arrives, its receipt is lost on the way back."""

    def transmettre(self, fichier: Path, **options: Any) -> dict[str, Any]:
        super().transmettre(fichier, **options)
        raise TransportIndisponible("La connexion est tombée.")


def _envoyer() -> list[services.Resultat]:
    services.construire("AB", "08", le=SOIR)
    return services.transmettre("AB", "08", le=SOIR)


def _au_registre(fiche: str) -> int:
    with portee_totale():
        return TABLES[fiche]._default_manager.filter(connu_jusqu_a__isnull=True).count()


def test_un_aiguillage_entre_au_registre() -> None:
    engager(personne(), "00", MARS)
    (resultat,) = _envoyer()
    assert (resultat.acceptees, resultat.refusees, resultat.erreur) == (2, 0, "")
    assert _au_registre("unite_oeuvre") == _au_registre("beneficiaire") == 1
    assert set(FicheSortante.objects.values_list("etat", flat=True)) == {EtatFiche.ACCEPTEE}
    assert services.construire("AB", "08", le=SOIR) is None


def test_rien_ne_se_perd_ni_ne_se_double(monkeypatch: pytest.MonkeyPatch) -> None:
    engager(personne(), "00", MARS)
    monkeypatch.setitem(transports.TRANSPORTS, "local", EnPanne)
    (resultat,) = _envoyer()
    assert "ne répond pas" in resultat.erreur
    engager(Beneficiaire.objects.get(), "01", MARS)
    monkeypatch.setitem(transports.TRANSPORTS, "local", SansRetour)
    (resultat,) = _envoyer()
    assert resultat.envoi.sequence == 1
    monkeypatch.setitem(transports.TRANSPORTS, "local", TransportLocal)
    premier = EnvoiSortant.objects.get(sequence=1)
    (tmp := services.repertoire() / premier.nom_fichier).unlink()
    resultats = services.transmettre("AB", "08", le=SOIR)
    assert [r.erreur for r in resultats] == ["", ""]
    assert tmp.is_file()
    assert _au_registre("unite_oeuvre") == 2
    assert EnvoiSortant.objects.filter(etat=EtatEnvoi.ACCUSE).count() == 2
    assert EnvoiSortant.objects.get(sequence=1).tentatives == 3


def test_ce_qui_serait_refuse_ce_soir_ne_change_rien() -> None:
    engager(personne(sexe="", adresse_commune=""), "01", MARS)
    essai = services.essayer("AB", "08", le=SOIR)
    assert (essai.examinees, essai.refusees) == (2, 2)
    champs = {anomalie["champ"] for _, anomalie in essai.anomalies}
    assert {"sexe", "adresse_commune"} <= champs
    assert set(FicheSortante.objects.values_list("etat", flat=True)) == {EtatFiche.EN_ATTENTE}
    assert _au_registre("beneficiaire") == 0


def test_une_fiche_refusee_se_corrige_et_repart_avec_ce_qui_en_dependait() -> None:
    engager(personne(sexe=""), "01", MARS)
    (resultat,) = _envoyer()
    assert (resultat.acceptees, resultat.refusees) == (0, 2)
    a_traiter = Retour.objects.filter(traite_le__isnull=True, gravite="bloquant")
    assert {r.code for r in a_traiter} == {"E-BEN-015", "E-UO-037"}
    assert all(r.message and r.remede for r in a_traiter)
    fautive = Beneficiaire.objects.get()
    modifier_beneficiaire(fautive, {"sexe": "F"}, version=fautive.version, par=CONSEILLERE, a=a(MARS, 21))
    (resultat,) = _envoyer()
    assert (resultat.acceptees, resultat.refusees) == (2, 0)
    assert not a_traiter.all().exists()
    assert _au_registre("unite_oeuvre") == 1


def test_un_envoi_refuse_en_entier_rend_ses_fiches() -> None:
    engager(personne(emetteur="AB"), "00", MARS)
    with portee_totale():
        from cepage.acheteur.marche.models import Titulaire

        Titulaire.objects.filter(lot="08").delete()
    (resultat,) = _envoyer()
    assert re.search("titulaire", resultat.erreur)
    assert FicheSortante.objects.filter(etat=EtatFiche.EN_ATTENTE, envoi=None).count() == 2


def test_un_texte_de_plusieurs_lignes_ne_decale_pas_l_accuse() -> None:
    fiches = [
        FicheSortante(fiche="unite_oeuvre", contenu={"description_service": "un\ndeux\ntrois"}),
        FicheSortante(fiche="unite_oeuvre", contenu={"description_service": "quatre"}),
    ]
    services.rediger(fiches, emetteur="AB", lot="08", sequence=1)
    assert [f.ligne for f in fiches] == [2, 5]
