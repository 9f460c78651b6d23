"""The private calendar: read by whoever holds its secret, saying nothing of people, closed at once."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar

from cepage.fondations.socle.portee import portee_emetteurs
from cepage.operateur.agenda.models import FluxAgenda
from cepage.operateur.agenda.services.flux import ouvrir_flux
from tests.echanges.reception.fabrique import ouvrir_le_marche
from tests.operateur.agenda.accueil import A, atelier, creneaux, plage, reserver, site
from tests.operateur.dossiers.atelier import personne
from tests.personnes import diane, entrer


@pytest.fixture(autouse=True)
def jour(db: None, settings: Any) -> None:
    ouvrir_le_marche()
    settings.CEPAGE_DATE = "2020-03-02T10:00:00+01:00"


def _adresse(client: Client) -> str:
    page = client.post("/agenda/flux/").content.decode()
    return page.split('value="http://testserver')[1].split('"')[0]


def test_le_flux_se_lit_sans_session_et_ne_nomme_personne() -> None:
    qui = diane()
    with portee_emetteurs(["AB"]):
        ici = site()
        reserver(creneaux(plage(ici, qui))[0], personne())
        atelier(ici, qui)
    adresse = _adresse(entrer(qui))
    reponse = Client().get(adresse)
    assert reponse.status_code == 200
    assert reponse["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in reponse["Cache-Control"]
    texte = reponse.content.decode()
    for interdit in ("Goff", "Anne", "anne.legoff", "06 39", "ATTENDEE", "Diane"):
        assert interdit not in texte
    premier, second = Calendar.from_ical(texte).walk("VEVENT")
    assert str(premier["SUMMARY"]) == "Rendez-vous sur place"
    assert premier.decoded("DTSTART") == datetime(2020, 3, 3, 8, tzinfo=UTC)
    assert "Nantes" in str(premier["LOCATION"])
    assert str(second["SUMMARY"]) == "Écrire son CV (0 personne)"
    assert Client().head(adresse).status_code == 200
    assert Client().post(adresse).status_code in (403, 405)


def test_remplacer_puis_revoquer_ferment_aussitot() -> None:
    qui = diane()
    client = entrer(qui)
    premier = _adresse(client)
    second = _adresse(client)
    assert premier != second
    assert [Client().get(a).status_code for a in (premier, second)] == [404, 200]
    page = client.get("/agenda/flux/").content.decode()
    assert second not in page
    client.post("/agenda/flux/revoquer/")
    assert Client().get(second).status_code == 404
    with portee_emetteurs(["AB"]):
        assert not FluxAgenda.objects.exists()


def test_un_compte_ferme_ferme_son_flux() -> None:
    qui = diane()
    adresse = _adresse(entrer(qui))
    qui.is_active = False
    qui.save(update_fields=["is_active"])
    assert Client().get(adresse).status_code == 404


def test_le_secret_est_long_et_n_est_pas_garde() -> None:
    qui = diane()
    with portee_emetteurs(["AB"]):
        secret = ouvrir_flux(qui, "AB", a=A)
        assert len(secret) >= 43
        assert FluxAgenda.objects.get().empreinte != secret
    for faux in ("", "x", secret[:-1], "a" * 43):
        assert Client().get(f"/agenda-prive/{faux}.ics").status_code == 404


def test_le_flux_s_arrete_a_ce_qui_est_ancien(settings: Any) -> None:
    qui = diane()
    with portee_emetteurs(["AB"]):
        reserver(creneaux(plage(site(), qui))[0], personne())
    adresse = _adresse(entrer(qui))
    settings.CEPAGE_DATE = f"{date(2020, 5, 1)}T10:00:00+02:00"
    assert "VEVENT" not in Client().get(adresse).content.decode()
