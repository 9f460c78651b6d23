"""Contractual notes: numbered, published with their notice, never rewritten, acknowledged by those they bind."""

from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from django.db import DatabaseError, transaction

from cepage.acheteur.marche.models import LectureDeNote, NoteContractuelle
from cepage.acheteur.marche.notes import NoteRefusee, attester, notes, preavis, publier, suivis
from cepage.fondations.comptes.enums import Nature, Role
from cepage.fondations.comptes.models import Organisation, Personne
from cepage.fondations.socle import horloge
from cepage.fondations.socle.portee import portee_emetteurs, portee_totale
from tests.personnes import _personne, alice, bob, charlie, diane, entrer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("facteur")]
INSTANT = datetime(2021, 3, 1, 9, tzinfo=UTC)


def _gestionnaire() -> Personne:
    acheteur = Organisation.objects.get_or_create(nom="Acheteur", nature=Nature.ACHETEUR)[0]
    return _personne("Lucie", Role.GESTIONNAIRE, acheteur)


def _publier(lots: tuple[str, ...] = (), effet: date = date(2021, 4, 1), **autres: object) -> NoteContractuelle:
    commun = {"objet": "Durée de l'UO1", "texte": "Voici.", "auteur": "Lucie", "publiee_le": INSTANT}
    with portee_totale():
        return publier(lots=lots, effet=effet, **(commun | autres))  # type: ignore[arg-type]


def test_numbers_follow_each_other_in_the_year() -> None:
    assert [_publier().numero for _ in range(2)] == ["2021-001", "2021-002"]
    suivante = _publier(publiee_le=datetime(2022, 1, 3, tzinfo=UTC), effet=date(2022, 6, 1))
    assert suivante.numero == "2022-001"


def test_the_notice_runs_from_the_day_of_publication() -> None:
    jours = preavis(INSTANT.date())
    veille = INSTANT.date() + timedelta(days=jours - 1)
    with pytest.raises(NoteRefusee, match=f"{veille + timedelta(days=1):%d/%m/%Y}"):
        _publier(effet=veille)
    assert _publier(effet=veille + timedelta(days=1)).effet == veille + timedelta(days=1)


def test_a_note_is_replaced_once_and_never_rewritten() -> None:
    ancienne = _publier()
    assert _publier(remplace=ancienne).remplace == ancienne
    with pytest.raises(NoteRefusee, match="déjà remplacée"):
        _publier(remplace=ancienne)
    with pytest.raises(DatabaseError, match="ne s'efface"), transaction.atomic(), portee_totale():
        NoteContractuelle.objects.update(texte="Autre chose")


def test_only_those_it_binds_acknowledge_it_and_the_first_time_stands() -> None:
    note = _publier(("08",))
    with portee_emetteurs(["CD"]), pytest.raises(NoteRefusee, match="ne s'adresse pas"):
        attester(note, "CD", auteur="Charlie", le=INSTANT)
    with portee_emetteurs(["AB"]):
        attester(note, "AB", auteur="Alice", le=INSTANT)
        attester(note, "AB", auteur="Quelqu'un", le=INSTANT + timedelta(days=1))
    with portee_totale():
        suivi = suivis(list(notes(None)), None)[0]
        assert (suivi.lues, suivi.attendus) == (1, [])
        assert LectureDeNote.objects.get().auteur == "Alice"


def test_the_database_hides_a_note_and_an_acknowledgement_from_the_others() -> None:
    note = _publier(("08",))
    _publier()
    with portee_emetteurs(["AB"]):
        attester(note, "AB", auteur="Alice", le=INSTANT)
        assert NoteContractuelle.objects.count() == 2
    with portee_emetteurs(["CD"]):
        assert [n.lots for n in NoteContractuelle.objects.all()] == [[]]
        assert not LectureDeNote.objects.exists()
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            NoteContractuelle.objects.create(
                numero="2021-900", objet="x", texte="x", publiee_le=INSTANT, effet=date(2021, 5, 1), auteur="x"
            )


def test_three_people() -> None:
    note = _publier(("08",))
    for personne, code in ((alice(), 200), (bob(), 200), (charlie(), 404), (diane(), 403)):
        client = entrer(personne)
        assert client.get(f"/marche/notes/{note.numero}/").status_code == code
        liste = client.get("/marche/notes/")
        assert (note.numero in liste.content.decode()) is (code == 200)
        assert client.get("/marche/notes/publier/").status_code == 403


def test_the_director_acknowledges_on_the_page() -> None:
    note = _publier(("08",))
    client = entrer(alice())
    assert "Attester la lecture" in client.get(f"/marche/notes/{note.numero}/").content.decode()
    reponse = client.post(f"/marche/notes/{note.numero}/attester/", follow=True)
    page = unescape(reponse.content.decode())
    assert "lue par Alice Martin" in page
    assert "Attester la lecture" not in page
    assert entrer(charlie()).post(f"/marche/notes/{note.numero}/attester/").status_code == 404


def test_publishing_on_the_page_keeps_what_was_typed() -> None:
    client = entrer(_gestionnaire())
    le = horloge.aujourd_hui()
    saisie = {"objet": "Un objet", "texte": "Un texte gardé", "lots": ["08"], "effet": le.isoformat(), "remplace": ""}
    page = unescape(client.post("/marche/notes/publier/", saisie).content.decode())
    assert "jours au moins après sa publication" in page
    assert "Un texte gardé" in page
    effet = (le + timedelta(days=preavis(le))).isoformat()
    reponse = client.post("/marche/notes/publier/", saisie | {"effet": effet}, follow=True)
    assert "Un objet" in reponse.content.decode()
    assert "lecture pas encore attestée" in reponse.content.decode()
