"""Orders: gap-free references, amendments that keep the past, consumption read from the register, and their pages."""

from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction

from cepage.acheteur.marche.bons import BonRefuse, amender, emettre
from cepage.acheteur.marche.models import Avenant, Commande
from cepage.acheteur.marche.selectors import consommations, rangs_sautes, seuil_atteint
from cepage.acheteur.marche.services import Import, importer
from cepage.fondations.comptes.enums import Nature, Role
from cepage.fondations.comptes.models import Organisation, Personne
from cepage.fondations.socle.portee import portee_totale
from tests.echanges.reception.fabrique import UO1, Facteur, parcours, unite
from tests.personnes import _personne, alice, bob, charlie, diane, entrer

pytestmark = pytest.mark.django_db
INSTANT = datetime(2021, 3, 1, 9, tzinfo=UTC)
BON = "2020-Lot08-UO01-01"


def gestionnaire() -> Personne:
    acheteur = Organisation.objects.get_or_create(nom="Acheteur", nature=Nature.ACHETEUR)[0]
    return _personne("Lucie", Role.GESTIONNAIRE, acheteur)


def _emettre(debut: date = date(2021, 1, 1), uo: str = "21", volume: int = 10) -> Commande:
    with portee_totale():
        return emettre("08", uo, debut, date(debut.year, 12, 31), volume, auteur="Lucie", saisi_le=INSTANT)


def test_les_references_se_suivent() -> None:
    assert [_emettre().reference for _ in range(3)] == [f"2021-Lot08-UO2.1-0{n}" for n in (1, 2, 3)]
    assert _emettre(date(2022, 1, 1)).reference == "2022-Lot08-UO2.1-01"
    assert _emettre(uo="00").reference == "2021-Lot08-UO00-01"


def test_un_bon_a_l_envers_est_refuse() -> None:
    with pytest.raises(BonRefuse, match="précède son début"), portee_totale():
        emettre("08", "21", date(2021, 2, 1), date(2021, 1, 1), 10, auteur="L", saisi_le=INSTANT)


def test_un_avenant_garde_ce_que_le_bon_etait() -> None:
    bon = _emettre()
    commun = {"auteur": "Lucie", "effet": date(2021, 3, 1), "saisi_le": INSTANT}
    with portee_totale():
        avenant = amender(bon, volume=25, fin=bon.fin, motif="Forte demande", **commun)
        assert amender(bon, volume=25, fin=bon.fin, motif="Rien", **commun) is None
        with pytest.raises(BonRefuse, match="pourquoi"):
            amender(bon, volume=26, fin=bon.fin, motif=" ", **commun)
    assert avenant
    assert (avenant.numero, avenant.volume_avant, avenant.volume_apres) == (1, 10, 25)
    bon.refresh_from_db()
    assert bon.volume == 25
    with pytest.raises(DatabaseError, match="ne s'efface"), transaction.atomic():
        Avenant.objects.all().delete()


def test_reimporter_un_volume_change_par_avenant(tmp_path: Path) -> None:
    def fichier(volume: int) -> Path:
        chemin = tmp_path / "commandes.csv"
        chemin.write_text(
            f"reference;lot;uo;debut;fin;volume\n2020-Lot08-UO01-01;08;01;2020-01-01;2020-12-31;{volume}\n",
            encoding="utf-8",
        )
        return chemin

    assert importer(fichier(10)) == Import("commandes", 1, 0, 0)
    assert importer(fichier(10)) == Import("commandes", 0, 0, 1)
    assert importer(fichier(12)) == Import("commandes", 0, 1, 0)
    assert Avenant.objects.get().volume_apres == 12


@pytest.mark.parametrize(("engagees", "attendu"), [(0, 0), (79, 0), (80, 80), (89, 80), (90, 90), (99, 90), (100, 100)])
def test_les_seuils(engagees: int, attendu: int) -> None:
    assert seuil_atteint(engagees, 100, ("80", "90", "100")) == attendu


def test_la_consommation_vient_du_registre(facteur: Facteur) -> None:
    facteur.envoyer(parcours())
    bon = Commande.objects.get(reference=BON)
    with portee_totale():
        lue = consommations([bon])[0]
    assert (lue.engagees, lue.closes, lue.reste, lue.trous) == (1, 1, 99, 0)


def test_une_reference_sautee_se_voit(facteur: Facteur) -> None:
    envoi = parcours()
    envoi["unite_oeuvre"][UO1]["reference_bon_commande"] = f"{BON}-00003"
    facteur.envoyer(envoi)
    bon = Commande.objects.get(reference=BON)
    with portee_totale():
        assert consommations([bon])[0].trous == 2
        assert rangs_sautes(bon) == [1, 2]


def test_une_unite_annulee_ne_consomme_plus(facteur: Facteur) -> None:
    facteur.envoyer(parcours())
    annulee = {"unite_oeuvre": [unite(UO1, nature="A", horodatage="2022-06-03T10:00:00+02:00")]}
    facteur.envoyer(annulee, recu_le=datetime(2022, 6, 4, 6, tzinfo=UTC))
    with portee_totale():
        assert consommations([Commande.objects.get(reference=BON)])[0].engagees == 0


def test_trois_personnes(facteur: Facteur) -> None:
    facteur.envoyer(parcours())
    for personne, code in ((alice(), 200), (bob(), 200), (charlie(), 404)):
        client = entrer(personne)
        assert client.get(f"/marche/bons/{BON}/").status_code == code
        assert client.get("/marche/lot/08/").status_code == code
        assert (BON in client.get("/marche/bons/").content.decode()) is (code == 200)
        assert client.get("/marche/").status_code == 200
        assert client.get("/marche/bons/emettre/").status_code == 403
        assert client.post(f"/marche/bons/{BON}/amender/", {"volume": 1}).status_code == 403
    assert entrer(diane()).get("/marche/").status_code == 403


def test_les_pages_en_peu_de_requetes(facteur: Facteur, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    facteur.envoyer(parcours())
    client = entrer(bob())
    with django_assert_max_num_queries(16):
        page = unescape(client.get("/marche/bons/", {"lot": "08", "annee": "2020"}).content.decode())
    assert "4 bons de commande" in page
    with django_assert_max_num_queries(16):
        page = client.get(f"/marche/bons/{BON}/").content.decode()
    assert "/registre/dossier/AB200301000001/" in page


def test_emettre_puis_amender_dans_la_page(facteur: Facteur) -> None:
    client = entrer(gestionnaire())
    saisie = {"lot": "08", "uo": "21", "debut": "2021-01-01", "fin": "2021-12-31", "volume": "40"}
    assert "fin du bon précède" in unescape(
        client.post("/marche/bons/emettre/", saisie | {"fin": "2020-12-31"}).content.decode()
    )
    emis = client.post("/marche/bons/emettre/", saisie)
    assert emis.headers["Location"] == "/marche/bons/2021-Lot08-UO2.1-02/"
    adresse = "/marche/bons/2021-Lot08-UO2.1-02/amender/"
    assert client.post(adresse, {"volume": "50", "fin": "2021-12-31", "motif": "Reprise"}).status_code == 302
    page = unescape(client.get("/marche/bons/2021-Lot08-UO2.1-02/").content.decode())
    assert "volume 40 → 50" in page
