"""What people are told, through a real mail server and the trial gateway; nothing twice, nothing lost, nothing late."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from pytest_django import Settings

from cepage.fondations.socle.portee import fixer_emetteurs
from cepage.operateur.agenda import services, sms
from cepage.operateur.agenda.enums import GenreMessage, Mode
from cepage.operateur.agenda.models import CourrielDeRendezVous, Participation, Sms
from cepage.operateur.agenda.services import envois
from cepage.operateur.agenda.sms import NumeroRefuse
from tests.courrier import Boite, port_libre, smtp
from tests.operateur.agenda.accueil import CONSEILLERE, LE, A, atelier, conseiller, creneaux, plage, reserver, site
from tests.operateur.dossiers.atelier import personne

pytestmark = pytest.mark.usefixtures("operateur_ab")
ADRESSE = "anne.legoff@example.com"
LUNDI, MARDI = datetime(2020, 3, 9, 12, tzinfo=UTC), datetime(2020, 3, 10, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def reglages(settings: Settings, tmp_path: Path) -> None:
    settings.CEPAGE_DONNEES = tmp_path
    settings.CEPAGE_SMS = "fichier"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port_libre(), 5


@pytest.fixture
def boite(settings: Settings, reglages: None) -> Iterator[Boite]:
    with smtp(settings.EMAIL_PORT) as ouverte:
        yield ouverte


def _place(rang: int = 3, **valeurs: Any) -> Participation:
    """A place on Tuesday the 10th at nine in Nantes, eight days after it was taken."""
    return reserver(creneaux(plage(site(telephone="02 40 00 00 00"), conseiller()))[rang], personne(**valeurs))


def _envoyer(a: datetime = A) -> int:
    partis = envois.envoyer(a)
    fixer_emetteurs(["AB"])
    return partis


def _rappeler(a: datetime) -> tuple[int, int]:
    ecrits = envois.rappeler(a)
    fixer_emetteurs(["AB"])
    return ecrits


def _agenda(recu: EmailMessage) -> Any:
    (piece,) = [p for p in recu.walk() if p.get_content_type() == "text/calendar"]
    fichier = Calendar.from_ical(piece.get_payload(decode=True))
    assert piece.get_param("method") == fichier["METHOD"]
    (evenement,) = fichier.walk("VEVENT")
    return fichier["METHOD"], evenement


def test_la_confirmation_porte_le_rendez_vous(boite: Boite) -> None:
    place = _place()
    assert _envoyer() == 1
    (recu,) = boite.recus
    assert recu["To"] == ADRESSE
    assert recu["Subject"] == "Votre rendez-vous du mardi 10 mars 2020"
    texte = recu.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "4 rue des Tilleuls, 44000 Nantes" in texte
    assert "appelez le 02 40 00 00 00" in texte
    methode, evenement = _agenda(recu)
    assert methode == "REQUEST"
    assert evenement["UID"].startswith(str(place.rendez_vous.uid))
    assert (evenement.decoded("DTSTART"), evenement["SEQUENCE"]) == (MARDI, 0)
    assert str(evenement["SUMMARY"]) == "Rendez-vous"
    assert str(evenement["ATTENDEE"]) == f"MAILTO:{ADRESSE}"
    garde = CourrielDeRendezVous.objects.get()
    assert (garde.texte, garde.calendrier, garde.envoye_le) == ("", "", A)


def test_un_deplacement_puis_une_annulation_suivent_le_meme_evenement(boite: Boite) -> None:
    place = _place()
    vers = creneaux(plage(place.rendez_vous.site, conseiller("Eva"), jour=4))[0]
    services.deplacer(
        place.rendez_vous,
        conseiller=vers.conseiller,
        site=vers.site,
        debut=vers.debut,
        fin=vers.fin,
        mode=Mode.PRESENTIEL,
        par=CONSEILLERE,
        a=A,
    )
    place.refresh_from_db()
    services.retirer(place, motif="PERSONNE", par=CONSEILLERE, a=A)
    assert _envoyer() == 3
    lus = [_agenda(recu) for recu in boite.recus]
    assert [methode for methode, _ in lus] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [evenement["SEQUENCE"] for _, evenement in lus] == [0, 1, 2]
    assert len({evenement["UID"] for _, evenement in lus}) == 1
    assert lus[2][1]["STATUS"] == "CANCELLED"
    assert boite.recus[2]["Subject"].startswith("Annulé")


def test_en_atelier_personne_ne_lit_les_autres(boite: Boite) -> None:
    seance = atelier(site(), conseiller(), capacite=2)
    for rang, courriel in enumerate(("a@example.com", "b@example.com")):
        services.inscrire(
            seance,
            personne(nom_naissance=f"N{rang}", telephone=f"06 39 98 88 3{rang}", email=courriel),
            demande_le=LE,
            par=CONSEILLERE,
            a=A,
        )
    _envoyer()
    assert [recu["To"] for recu in boite.recus] == ["a@example.com", "b@example.com"]
    assert "b@example.com" not in boite.recus[0].as_string()
    assert "Atelier : Écrire son CV" in str(_agenda(boite.recus[1])[1]["SUMMARY"])


def test_le_rappel_part_une_fois_par_courriel_et_par_sms(boite: Boite, tmp_path: Path) -> None:
    _place()
    _envoyer()
    assert _rappeler(datetime(2020, 3, 8, 7, 59, tzinfo=UTC)) == (0, 0)
    assert _rappeler(datetime(2020, 3, 8, 8, tzinfo=UTC)) == (1, 0)
    assert _rappeler(LUNDI) == (0, 1)
    assert _rappeler(LUNDI) == (0, 0)
    assert _envoyer(LUNDI) == 2
    assert _envoyer(LUNDI) == 0
    assert [recu["Subject"][:6] for recu in boite.recus] == ["Votre ", "Rappel"]
    (ligne,) = (tmp_path / "sms.jsonl").read_text(encoding="utf-8").splitlines()
    recu = json.loads(ligne)
    assert recu["numero"] == "+33639988830"
    assert recu["texte"].startswith("Rappel : rendez-vous mardi 10 mars 2020 à 9 h 00, Espace conseil de Nantes.")
    assert len(recu["texte"]) <= 160
    assert Sms.objects.get().texte == ""


def test_un_rendez_vous_deplace_est_rappele_a_sa_nouvelle_heure() -> None:
    place = _place()
    assert _rappeler(LUNDI) == (1, 1)
    vers = creneaux(plage(place.rendez_vous.site, conseiller("Eva"), jour=4))[3]
    services.deplacer(
        place.rendez_vous,
        conseiller=vers.conseiller,
        site=vers.site,
        debut=vers.debut,
        fin=vers.fin,
        mode=Mode.PRESENTIEL,
        par=CONSEILLERE,
        a=LUNDI,
    )
    assert _rappeler(LUNDI) == (0, 0)
    assert _rappeler(vers.debut - timedelta(hours=20)) == (1, 1)


def test_pas_de_rappel_de_ce_qui_vient_d_etre_pris_ni_de_ce_qui_est_annule() -> None:
    place = _place(rang=0)
    assert _rappeler(A) == (0, 0)
    services.retirer(place, motif="PERSONNE", par=CONSEILLERE, a=A)
    assert _rappeler(datetime(2020, 3, 3, 7, tzinfo=UTC)) == (0, 0)


def test_serveur_muet_rien_n_est_perdu_et_rien_ne_part_trop_tard(settings: Settings) -> None:
    place = _place()
    with pytest.raises(OSError, match="refused"):
        envois.envoyer(A)
    fixer_emetteurs(["AB"])
    _rappeler(LUNDI)
    with smtp(settings.EMAIL_PORT) as boite:
        _envoyer(MARDI + timedelta(minutes=1))
    assert [recu["Subject"][:6] for recu in boite.recus] == ["Votre "]
    rappel = CourrielDeRendezVous.objects.get(genre=GenreMessage.RAPPEL)
    assert (rappel.refuse, rappel.difficulte) == (True, envois.TROP_TARD)
    assert place.sms.get().refuse


@pytest.mark.parametrize(
    ("valeurs", "ecrits"),
    [
        ({"email": ""}, (0, 1)),
        ({"telephone": "02 40 11 22 33"}, (1, 0)),
        ({"telephone": "0692 11 22 33"}, (1, 1)),
    ],
)
def test_on_ne_rappelle_que_par_ce_qui_joint(valeurs: dict[str, str], ecrits: tuple[int, int]) -> None:
    _place(**valeurs)
    assert _rappeler(LUNDI) == ecrits


@pytest.mark.parametrize(
    ("normalise", "porte"),
    [
        ("+33612345678", "+33612345678"),
        ("+33712345678", "+33712345678"),
        ("+33692112233", "+262692112233"),
        ("+33690112233", "+590690112233"),
        ("+33639112233", "+262639112233"),
        ("+33639988830", "+33639988830"),
        ("+262692112233", "+262692112233"),
        ("+33240112233", ""),
        ("+32470112233", ""),
        ("", ""),
    ],
)
def test_le_numero_qui_recoit(normalise: str, porte: str) -> None:
    assert sms.mobile(normalise) == porte


def test_sans_passerelle_aucun_sms_n_est_ecrit(settings: Settings) -> None:
    settings.CEPAGE_SMS = ""
    _place()
    assert _rappeler(LUNDI) == (1, 0)
    assert not Sms.objects.exists()


class _Capricieuse:
    """A gateway that is down, then refuses the number."""

    pannes: list[Exception]

    def envoyer(self, numero: str, texte: str) -> None:
        raise self.pannes.pop(0)


def test_une_passerelle_en_panne_puis_un_numero_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    _place(email="")
    _rappeler(LUNDI)
    capricieuse = _Capricieuse()
    capricieuse.pannes = [ConnectionError("passerelle en panne"), NumeroRefuse("Numéro non attribué.")]
    monkeypatch.setattr(envois, "passerelle", lambda: capricieuse)
    with pytest.raises(OSError, match="passerelle en panne"):
        envois.envoyer_les_sms(LUNDI)
    fixer_emetteurs(["AB"])
    assert Sms.objects.get().difficulte == "passerelle en panne"
    assert envois.envoyer_les_sms(LUNDI) == 0
    fixer_emetteurs(["AB"])
    refuse = Sms.objects.get()
    assert (refuse.refuse, refuse.difficulte) == (True, "Numéro non attribué.")


def test_la_console_cache_le_numero(capsys: pytest.CaptureFixture[str], settings: Settings) -> None:
    settings.CEPAGE_SMS = "console"
    ouverte = sms.passerelle()
    assert ouverte is not None
    ouverte.envoyer("+33639988830", "Rappel")
    assert capsys.readouterr().err == "SMS à …30 : Rappel\n"


def test_la_commande_simule_puis_fait(
    boite: Boite, settings: Settings, capsys: pytest.CaptureFixture[str], django_db_blocker: Any
) -> None:
    import argparse

    from cepage.operateur.agenda import commandes

    _place()
    settings.CEPAGE_DATE = LUNDI.isoformat()
    parseur = argparse.ArgumentParser()
    commandes.ajouter_commandes(parseur.add_subparsers())
    args = parseur.parse_args(["agenda", "rappeler", "--simuler"])
    assert args.executer(args) == 0
    assert "1 personne(s) à rappeler par courriel, 1 par SMS" in capsys.readouterr().out
    args = parseur.parse_args(["agenda", "rappeler"])
    assert args.executer(args) == 0
    assert "3 message(s) parti(s)." in capsys.readouterr().out
