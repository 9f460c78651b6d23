"""Contractual notes: published once with their notice, never rewritten, acknowledged by each operator they bind."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from cepage.acheteur.marche.models import LectureDeNote, NoteContractuelle, Titulaire
from cepage.acheteur.marche.selectors import regles_du
from cepage.fondations.socle import journal
from cepage.fondations.socle.horloge import PARIS

_VERROU = 20190410


class NoteRefusee(ValueError):
    """The note cannot be published or acknowledged so; the message says why and what to do."""


@dataclass(frozen=True)
class Suivi:
    """A note with the operators it binds, and the acknowledgements of those who answered."""

    note: NoteContractuelle
    titulaires: list[Titulaire]
    lectures: dict[str, LectureDeNote]

    @property
    def attendus(self) -> list[Titulaire]:
        """The operators that have not acknowledged it yet."""
        return [t for t in self.titulaires if t.operateur not in self.lectures]

    @property
    def lues(self) -> int:
        """How many of the operators bound have acknowledged it."""
        return len(self.titulaires) - len(self.attendus)


def preavis(le: date) -> int:
    """Days between the publication of a note and its effect, at least."""
    return regles_du(le).entier("marche.preavis_note", le=le)


@transaction.atomic
def publier(
    *,
    objet: str,
    texte: str,
    lots: Iterable[str],
    effet: date,
    auteur: str,
    publiee_le: datetime,
    remplace: NoteContractuelle | None = None,
) -> NoteContractuelle:
    """Publish a note; its number follows the last one of the year. Raises NoteRefusee."""
    jour = publiee_le.astimezone(PARIS).date()
    jours = preavis(jour)
    premier = jour + timedelta(days=jours)
    if effet < premier:
        raise NoteRefusee(
            f"Une note prend effet {jours} jours au moins après sa publication : choisissez le "
            f"{premier:%d/%m/%Y} ou un jour plus tardif."
        )
    if remplace is not None and NoteContractuelle.objects.filter(remplace=remplace).exists():
        raise NoteRefusee(f"La note {remplace.numero} est déjà remplacée : choisissez celle qui la remplace.")
    note = NoteContractuelle.objects.create(
        numero=_numero(jour.year),
        objet=objet,
        texte=texte,
        lots=sorted(set(lots)),
        publiee_le=publiee_le,
        effet=effet,
        remplace=remplace,
        auteur=auteur,
    )
    contenu = {"objet": objet, "lots": note.lots, "effet": effet.isoformat(), "auteur": auteur}
    journal.sceller("note_contractuelle", note.numero, contenu, le=publiee_le, emetteur=None)
    return note


def _numero(annee: int) -> str:
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_advisory_xact_lock(%s)", [_VERROU])
    rangs = NoteContractuelle.objects.filter(numero__startswith=f"{annee}-").values_list("numero", flat=True)
    return f"{annee}-{max((int(n[5:]) for n in rangs), default=0) + 1:03d}"


@transaction.atomic
def attester(note: NoteContractuelle, emetteur: str, *, auteur: str, le: datetime) -> LectureDeNote:
    """Say that an operator has read the note; said twice, the first time stands. Raises NoteRefusee."""
    if emetteur not in {t.operateur for t in _lies(note, Titulaire.objects.all())}:
        raise NoteRefusee("Cette note ne s'adresse pas à votre organisation : vous n'avez rien à attester.")
    lecture, nouvelle = LectureDeNote.objects.get_or_create(
        note=note, emetteur=emetteur, defaults={"auteur": auteur, "le": le}
    )
    if nouvelle:
        journal.sceller("lecture_note", note.numero, {"auteur": auteur}, le=le, emetteur=emetteur)
    return lecture


def notes(lots: Iterable[str] | None) -> "QuerySet[NoteContractuelle]":
    """The notes within reach, the last published first: those of these lots, and those of all lots."""
    lues = NoteContractuelle.objects.select_related("remplacee_par")
    return lues if lots is None else lues.filter(Q(lots__overlap=sorted(lots)) | Q(lots=[]))


def suivis(lues: Sequence[NoteContractuelle], emetteurs: Iterable[str] | None) -> list[Suivi]:
    """Each note with who must acknowledge it; `emetteurs` keeps one's own operators alone."""
    lectures: dict[int, dict[str, LectureDeNote]] = {}
    for lecture in LectureDeNote.objects.filter(note__in=lues):
        lectures.setdefault(lecture.note_id, {})[lecture.emetteur] = lecture
    siens = None if emetteurs is None else frozenset(emetteurs)
    tenues = list(Titulaire.objects.order_by("operateur", "lot"))
    return [
        Suivi(
            note,
            [t for t in _lies(note, tenues) if siens is None or t.operateur in siens],
            lectures.get(note.pk, {}),
        )
        for note in lues
    ]


def _lies(note: NoteContractuelle, tenues: Iterable[Titulaire]) -> list[Titulaire]:
    """The operators that hold one of its lots on the day it takes effect or after, once each."""
    lies = [t for t in tenues if (not note.lots or t.lot in note.lots) and (t.fin is None or t.fin >= note.effet)]
    return list({t.operateur: t for t in lies}.values())
