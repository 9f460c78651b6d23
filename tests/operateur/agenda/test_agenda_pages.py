"""Pages of the agenda: Diane receives, Idriss answers calls, Solene leads, Eva sub-contracts, Charlie is outside."""

from datetime import UTC, date, datetime, time
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cepage.fondations.comptes.enums import Role
from cepage.fondations.comptes.models import Personne
from cepage.fondations.comptes.services import attribuer, ouvrir_compte
from cepage.fondations.socle.portee import portee_emetteurs
from cepage.operateur.agenda import services
from cepage.operateur.agenda.enums import EtatParticipation, EtatRendezVous
from cepage.operateur.agenda.models import Absence, Attente, Participation, Plage, RendezVous, Site
from cepage.operateur.dossiers.models import Beneficiaire, Interaction, UniteOeuvre
from cepage.operateur.equipe.models import Membre, Qualite, Rattachement
from tests.echanges.reception.fabrique import ouvrir_le_marche
from tests.operateur.agenda.accueil import SITE, atelier, creneaux, plage, reserver, site
from tests.operateur.dossiers.atelier import engager, personne
from tests.operateur.dossiers.test_dossiers_pages import APPEL
from tests.personnes import DEBUT, charlie, diane, entrer, operateur

LE = date(2020, 3, 2)
SOIR = "2020-03-03T19:00:00+01:00"


@pytest.fixture(autouse=True)
def jour(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The 2nd of March 2020, ten o'clock; the market is open."""
    ouvrir_le_marche()
    settings.CEPAGE_DATE = "2020-03-02T10:00:00+01:00"
    settings.CEPAGE_DONNEES = tmp_path
    monkeypatch.setattr("cepage.acheteur.registre.contexte.RegistrePostgres.rafraichir", lambda self: None)


def _quelqu_un(prenom: str, role: Role) -> Personne:
    tenu = ouvrir_compte(
        email=f"{prenom.lower()}@exemple.test", prenom=prenom, nom="Durand", organisation=operateur("AB", "08")
    )
    attribuer(tenu, role, debut=DEBUT)
    TOTP.activate(tenu, generate_totp_secret())
    return tenu


def _page(client: Client, adresse: str, donnees: dict[str, Any] | None = None, code: int = 200) -> str:
    reponse = client.get(adresse, donnees or {})
    assert reponse.status_code == code, adresse
    return unescape(reponse.content.decode())


def _poster(client: Client, adresse: str, donnees: dict[str, Any], code: int = 302) -> str:
    reponse = client.post(adresse, donnees)
    texte = unescape(reponse.content.decode())
    assert reponse.status_code == code, texte
    return reponse.headers["Location"] if code == 302 else texte


def _accueil(qui: Personne, **valeurs: Any) -> tuple[Site, Plage, Beneficiaire]:
    """A site, the slots of a counsellor, a person."""
    with portee_emetteurs(["AB"]):
        ici = site()
        return ici, plage(ici, qui, **valeurs), personne()


def test_d_un_appel_au_rendez_vous() -> None:
    with portee_emetteurs(["AB"]):
        ouverte = plage(site(), diane())
        premier = creneaux(ouverte)[0]
    client = entrer(_quelqu_un("Idriss", Role.CHARGE_INFORMATION))
    propose = _poster(client, "/dossiers/aiguillage/appel/", APPEL, 200)
    assert "Premiers créneaux" in propose
    assert "mardi 3 mars 2020" in propose
    assert "à moins de 2 km" in propose
    cle = f"{premier.cle}PRESENTIEL"
    assert f'value="{cle}"' in propose
    ailleurs = _poster(
        client, "/dossiers/aiguillage/appel/", APPEL | {"aiguillage": "INFORMATION", "creneau": cle}, 200
    )
    assert "la suite donnée n'est pas un rendez-vous chez vous" in ailleurs
    with portee_emetteurs(["AB"]):
        assert not UniteOeuvre.objects.exists()
    dossier = _poster(client, "/dossiers/aiguillage/appel/", APPEL | {"aiguillage": "RDV_INTERNE", "creneau": cle})
    page = _page(client, dossier)
    assert "Mardi 3 mars 2020 à 9" in page
    with portee_emetteurs(["AB"]):
        place = Participation.objects.get()
        assert (place.demande_le, place.saisi_par) == (LE, "Idriss Durand")
        assert UniteOeuvre.objects.get().aiguillage == "RDV_INTERNE"


def test_un_creneau_pris_pendant_l_appel_ne_perd_rien() -> None:
    with portee_emetteurs(["AB"]):
        ouverte = plage(site(), diane())
        premier = creneaux(ouverte)[0]
        reserver(premier, personne())
    client = entrer(_quelqu_un("Idriss", Role.CHARGE_INFORMATION))
    demande = APPEL | {"nom_naissance": "Autre", "telephone": "", "aiguillage": "RDV_INTERNE"}
    page = _poster(client, "/dossiers/aiguillage/appel/", demande | {"creneau": f"{premier.cle}PRESENTIEL"}, 200)
    assert "Ce créneau vient d'être pris" in page
    assert 'value="Autre"' in page
    with portee_emetteurs(["AB"]):
        assert Beneficiaire.objects.count() == 1


def test_prendre_deplacer_puis_annuler() -> None:
    qui = diane()
    _, ouverte, connue = _accueil(qui)
    client = entrer(qui)
    page = _page(client, f"/agenda/prendre/{connue.pk}/")
    assert "mardi 14 avril 2020" in page
    with portee_emetteurs(["AB"]):
        premier, second = creneaux(ouverte)[:2]
    page = _poster(client, f"/agenda/prendre/{connue.pk}/", {}, 422)
    assert "Aucun créneau n'est choisi" in page
    adresse = _poster(client, f"/agenda/prendre/{connue.pk}/", {"creneau": f"{premier.cle}PRESENTIEL"})
    page = _page(client, adresse)
    assert "Le rendez-vous est pris" in page
    assert "4 rue des Tilleuls, 44000 Nantes" in page
    page = _page(client, f"{adresse}deplacer/")
    assert f"{premier.cle}PRESENTIEL" not in page
    _poster(client, f"{adresse}deplacer/", {"creneau": f"{second.cle}PRESENTIEL"})
    assert "Mardi 3 mars 2020 à 10" in _page(client, adresse)
    with portee_emetteurs(["AB"]):
        place = Participation.objects.get()
    _poster(client, f"/agenda/place/{place.pk}/annuler/", {"motif": ""}, 422)
    _poster(client, f"/agenda/place/{place.pk}/annuler/", {"motif": "PERSONNE"})
    page = _page(client, adresse)
    assert "Son heure est de nouveau libre" in page
    with portee_emetteurs(["AB"]):
        assert RendezVous.objects.get().etat == EtatRendezVous.ANNULE


def test_ma_journee_montre_les_rendez_vous_et_la_venue_va_au_dossier(settings: Any) -> None:
    qui = diane()
    _, ouverte, connue = _accueil(qui)
    with portee_emetteurs(["AB"]):
        engager(connue, "00", LE)
        unite = engager(connue, "01", LE)
        place = reserver(creneaux(ouverte)[0], connue)
    client = entrer(qui)
    assert "Aucun rendez-vous aujourd'hui" in _page(client, "/dossiers/journee/")
    settings.CEPAGE_DATE = SOIR
    page = _page(client, "/dossiers/journee/")
    assert "Mes rendez-vous du jour" in page
    assert "Noter la venue" in page
    page = _page(client, f"/agenda/place/{place.pk}/venue/")
    assert unite.numero_dossier in page
    _poster(client, f"/agenda/place/{place.pk}/venue/", {"unite": str(unite.pk), "minutes": "50"})
    with portee_emetteurs(["AB"]):
        assert Interaction.objects.get().duree_minutes == 50
    encore = _poster(client, f"/agenda/place/{place.pk}/venue/", {"unite": str(unite.pk), "minutes": "50"}, 422)
    assert "On ne passe pas de" in encore


def test_sans_unite_la_venue_dit_d_engager_l_uo1(settings: Any) -> None:
    qui = diane()
    _, ouverte, connue = _accueil(qui)
    with portee_emetteurs(["AB"]):
        place = reserver(creneaux(ouverte)[0], connue)
    settings.CEPAGE_DATE = SOIR
    client = entrer(qui)
    page = _page(client, f"/agenda/place/{place.pk}/venue/")
    assert "Engagez l'UO1" in page
    assert f"/dossiers/{connue.pk}/engager/01/" in page
    _poster(client, f"/agenda/place/{place.pk}/absence/", {"motif": "SANS_NOUVELLES"})
    with portee_emetteurs(["AB"]):
        assert Participation.objects.get().etat == EtatParticipation.MANQUEE


def test_un_autre_horaire_se_fixe_hors_des_plages() -> None:
    qui = diane()
    ici, _, connue = _accueil(qui)
    client = entrer(qui)
    demande = {
        "conseiller": str(qui.pk),
        "site": str(ici.pk),
        "mode": "VISIO",
        "lien": "",
        "le": "2020-03-05",
        "heure": "18h30",
        "minutes": "45",
    }
    page = _poster(client, f"/agenda/prendre/{connue.pk}/autre-horaire/", demande, 422)
    assert "Un rendez-vous en visioconférence a un lien" in page
    assert 'value="18:30"' in page or 'value="18h30"' in page
    _poster(client, f"/agenda/prendre/{connue.pk}/autre-horaire/", demande | {"lien": "https://visio.example/a"})
    with portee_emetteurs(["AB"]):
        assert RendezVous.objects.get().debut == datetime(2020, 3, 5, 17, 30, tzinfo=UTC)


def test_ateliers_inscription_puis_attente() -> None:
    qui = diane()
    ici, _, connue = _accueil(qui)
    client = entrer(qui)
    demande = {
        "titre": "Écrire son CV",
        "conseiller": str(qui.pk),
        "site": str(ici.pk),
        "mode": "PRESENTIEL",
        "le": "2020-03-05",
        "heure": "14:00",
        "minutes": "120",
        "capacite": "2",
    }
    _poster(client, "/agenda/ateliers/prevoir/", demande)
    with portee_emetteurs(["AB"]):
        seance = RendezVous.objects.get()
        autres = [personne(nom_naissance=f"Autre{n}", telephone=f"06 39 98 77 0{n}") for n in range(2)]
    for quelqu_un in (connue, autres[0]):
        _poster(client, f"/agenda/ateliers/{seance.pk}/inscrire/{quelqu_un.pk}/", {})
    page = _page(client, f"/agenda/prendre/{autres[1].pk}/")
    assert "Mettre en liste d'attente" in page
    _poster(client, f"/agenda/ateliers/{seance.pk}/inscrire/{autres[1].pk}/", {"attendre": "1"})
    page = _page(client, f"/agenda/rendez-vous/{seance.pk}/")
    assert "2 prises sur 2" in page
    assert "Liste d'attente" in page
    with portee_emetteurs(["AB"]):
        attente = Attente.objects.get()
    _poster(client, f"/agenda/attente/{attente.pk}/retirer/", {})
    _poster(client, f"/agenda/rendez-vous/{seance.pk}/annuler/", {"motif": "CONSEILLER"})
    assert "Aucun atelier à venir" in _page(client, "/agenda/ateliers/")


def test_un_manager_ouvre_un_site_une_plage_puis_note_une_fermeture() -> None:
    chef, qui = _quelqu_un("Solene", Role.MANAGER), diane()
    client = entrer(chef)
    assert "Aucun site" in _page(client, "/agenda/sites/")
    demande = {nom: str(valeur) for nom, valeur in SITE.items()} | {"lot": "08"}
    page = _poster(client, "/agenda/sites/ouvrir/", demande | {"horaires": "lundi 9h"}, 422)
    assert "ne se lit pas comme des horaires" in page
    assert 'value="lundi 9h"' in page
    _poster(client, "/agenda/sites/ouvrir/", demande)
    with portee_emetteurs(["AB"]):
        ici = Site.objects.get()
    plage_demandee = {
        "conseiller": str(qui.pk),
        "site": str(ici.pk),
        "jour": "2",
        "heure_debut": "09:00",
        "heure_fin": "12:00",
        "duree_minutes": "60",
        "modes": ["PRESENTIEL"],
        "debut": "2020-03-02",
        "fin": "2020-03-31",
    }
    _poster(client, "/agenda/plages/ouvrir/", plage_demandee)
    page = _poster(client, "/agenda/plages/ouvrir/", plage_demandee, 422)
    assert "déjà une plage à ces heures-là" in page
    page = _page(client, f"/agenda/sites/{ici.pk}/")
    assert "0 sur 3" in page
    assert "5 par semaine" in page
    fermeture = {"qui": f"s{ici.pk}", "du": "2020-03-03", "de": "08:00", "au": "2020-03-03", "a": "20:00"}
    _poster(client, "/agenda/absences/noter/", fermeture | {"motif": "FERMETURE", "a": "07:00"}, 422)
    _poster(client, "/agenda/absences/noter/", fermeture | {"motif": "FERMETURE"})
    assert "Aucun créneau ouvert" in _page(client, f"/agenda/sites/{ici.pk}/")
    with portee_emetteurs(["AB"]):
        fermee, ouverte = Absence.objects.get(), Plage.objects.get()
        assert ouverte.fin == date(2020, 4, 1)
    _poster(client, f"/agenda/absences/{fermee.pk}/lever/", {})
    _poster(client, f"/agenda/plages/{ouverte.pk}/finir/", {"dernier": "2020-03-02"})
    _poster(client, f"/agenda/sites/{ici.pk}/modifier/", demande | {"libelle": "Nantes centre"})
    assert "Nantes centre" in _page(client, "/agenda/sites/")


def test_un_conseiller_ne_tient_que_ses_plages() -> None:
    qui = diane()
    ici, _, _ = _accueil(qui)
    autre = _quelqu_un("Zoe", Role.CONSEILLER)
    with portee_emetteurs(["AB"]):
        sienne = plage(ici, autre)
    client = entrer(qui)
    assert client.get(f"/agenda/plages/{sienne.pk}/finir/").status_code == 404
    demande = {
        "conseiller": str(autre.pk),
        "site": str(ici.pk),
        "jour": "4",
        "heure_debut": "9:00",
        "heure_fin": "10:00",
    }
    page = _poster(
        client,
        "/agenda/plages/ouvrir/",
        demande | {"duree_minutes": "60", "modes": ["PRESENTIEL"], "debut": "2020-03-02"},
        422,
    )
    assert "Sélectionnez un choix valide" in page
    assert client.get("/agenda/sites/ouvrir/").status_code == 403


def test_la_saturation_ouvre_sa_liste() -> None:
    qui = diane()
    ici, ouverte, connue = _accueil(qui)
    with portee_emetteurs(["AB"]):
        reserver(creneaux(ouverte)[0], connue)
    client = entrer(_quelqu_un("Solene", Role.MANAGER))
    page = _page(client, "/agenda/sites/")
    assert "1 sur 3" in page
    assert "1 sur 6" in page
    liste = _page(client, f"/agenda/sites/{ici.pk}/creneaux/10/")
    assert "Tous : 6" in liste
    assert "Pris : 1" in liste
    assert "11" in _page(client, f"/agenda/sites/{ici.pk}/creneaux/7/", {"etat": "libres"})
    _page(client, f"/agenda/sites/{ici.pk}/creneaux/8/", code=404)


def test_une_absence_montre_ce_qui_est_a_deplacer() -> None:
    qui = diane()
    _, ouverte, connue = _accueil(qui)
    with portee_emetteurs(["AB"]):
        reserver(creneaux(ouverte)[0], connue)
        services.poser_absence(
            emetteur="AB",
            conseiller=qui,
            debut=datetime(2020, 3, 3, 6, tzinfo=UTC),
            fin=datetime(2020, 3, 3, 20, tzinfo=UTC),
            motif="CONGE",
        )
    page = _page(entrer(qui), "/agenda/")
    assert "1 rendez-vous à déplacer" in page
    assert "Diane Martin absent" in page


def test_la_semaine_de_paques_dit_le_lundi_ferie() -> None:
    qui = diane()
    ici, _, _ = _accueil(qui, jour=1)
    client = entrer(qui)
    assert "Férié : Lundi de Pâques" in _page(client, "/agenda/", {"semaine": "2020-04-15"})
    assert "Libre" not in _page(client, "/agenda/", {"semaine": "2020-04-15"})
    assert "Libre" in _page(client, f"/agenda/sites/{ici.pk}/semaine/", {"semaine": "2020-04-20"})


def test_un_sous_traitant_ne_voit_que_les_sites_de_son_membre() -> None:
    ici, ouverte, connue = _accueil(diane())
    eva = _quelqu_un("Eva", Role.CONSEILLER)
    with portee_emetteurs(["AB"]):
        sien = Membre.objects.create(
            emetteur="AB", code="ST", nom="Sous-traitant", qualite=Qualite.SOUS_TRAITANT, debut=DEBUT
        )
        Rattachement.objects.create(emetteur="AB", personne=eva, membre=sien)
        rendez_vous = reserver(creneaux(ouverte)[0], connue).rendez_vous
    client = entrer(eva)
    assert "Aucun site" in _page(client, "/agenda/sites/")
    for adresse in (f"sites/{ici.pk}/", f"rendez-vous/{rendez_vous.pk}/", f"prendre/{connue.pk}/"):
        _page(client, f"/agenda/{adresse}", code=404)


def test_un_autre_operateur_ne_trouve_rien() -> None:
    ici, ouverte, connue = _accueil(diane())
    with portee_emetteurs(["AB"]):
        rendez_vous = reserver(creneaux(ouverte)[0], connue).rendez_vous
    client = entrer(charlie())
    for adresse in (f"sites/{ici.pk}/", f"rendez-vous/{rendez_vous.pk}/", f"sites/{ici.pk}/semaine/"):
        _page(client, f"/agenda/{adresse}", code=404)
    assert "Espace conseil" not in _page(client, "/agenda/sites/")


def test_les_pages_coutent_peu(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    qui = diane()
    with portee_emetteurs(["AB"]):
        ici = site()
        for rang in range(6):
            collegue = qui if not rang else _quelqu_un(f"C{rang}", Role.CONSEILLER)
            ouverte = plage(ici, collegue, heure_debut=time(8), heure_fin=time(12))
            for numero, libre in enumerate(creneaux(ouverte)[:3]):
                reserver(libre, personne(nom_naissance=f"N{rang}{numero}", telephone=f"06 39 98 {rang}0 0{numero}"))
        atelier(ici, qui)
        connue = Beneficiaire.objects.first()
    assert connue is not None
    client = entrer(qui)
    pages = ["/agenda/", "/agenda/sites/", f"/agenda/sites/{ici.pk}/", f"/agenda/sites/{ici.pk}/semaine/"]
    for adresse in (*pages, f"/agenda/prendre/{connue.pk}/", "/agenda/plages/"):
        with django_assert_max_num_queries(22):
            _page(client, adresse)
