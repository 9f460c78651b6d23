"""What is noted in the course of a person: contacts, steps, private notes, documents; and who follows them."""

from datetime import date, datetime
from pathlib import PurePath

from django.db import transaction

from cepage.fondations.comptes.models import Personne
from cepage.fondations.regles import Refus
from cepage.operateur.dossiers import stockage
from cepage.operateur.dossiers.enums import Etat
from cepage.operateur.dossiers.models import (
    AccesAuDossier,
    Beneficiaire,
    Etape,
    Interaction,
    NoteConfidentielle,
    PieceJointe,
    UniteOeuvre,
)
from cepage.operateur.dossiers.services import fiches
from cepage.operateur.dossiers.services.acteurs import ActeRefuse, Acteur

_ANNEXE = "CCTP annexe 2 §2"
_SENSIBLES = (
    *("alcool", "cancer", "dépress", "drogue", "enceinte", "handicap", "hospital", "maladie", "psych", "suicid"),
    *("religi", "musulman", "juif", "juive", "catholique", "syndic", "politique", "parti ", "ethni", "origine étrang"),
    *("casier", "condamn", "prison", "sexuel", "homosex"),
)


def mots_sensibles(texte: str) -> list[str]:
    """Beginnings of words that touch health, opinions, beliefs, justice or private life: a note should do without."""
    bas = texte.lower()
    return [mot.strip() for mot in _SENSIBLES if mot in bas]


@transaction.atomic
def consigner_interaction(
    unite: UniteOeuvre, *, le: date, mode_contact: str, duree_minutes: int | None, par: Acteur, a: datetime
) -> Interaction:
    """Note a contact inside a unit and declare it; after the closure it is kept here, and neither declared nor paid.

    Raises ActeRefuse for a day before the engagement or to come, or a cancelled unit.
    """
    if unite.etat == Etat.ANNULEE or not unite.date_engagement <= le <= a.date():
        raise ActeRefuse(
            Refus(
                "HORS_UNITE",
                "Ce contact est avant l'engagement de l'unité, à venir, ou l'unité est annulée.",
                _ANNEXE,
                f"Donnez un jour entre le {unite.date_engagement:%d/%m/%Y} et aujourd'hui.",
            )
        )
    interaction = Interaction.objects.create(
        emetteur=unite.emetteur,
        unite=unite,
        date_interaction=le,
        mode_contact=mode_contact,
        duree_minutes=duree_minutes,
        apres_cloture=unite.date_cloture is not None and le > unite.date_cloture,
        saisi_le=a,
        saisi_par=par.nom,
    )
    fiches.declarer_interaction(interaction, "C", a)
    return interaction


@transaction.atomic
def consigner_etape(
    beneficiaire: Beneficiaire, *, genre: str, le: date, precision: str, par: Acteur, a: datetime
) -> Etape:
    """Note a step of the person (démissionnaire, PTP, CPF, attestation…). Raises ActeRefuse for a day to come."""
    if le > a.date():
        raise ActeRefuse(Refus("DATE_FUTURE", "Cette étape est à venir.", _ANNEXE, "Notez-la ce jour-là."))
    return Etape.objects.create(
        emetteur=beneficiaire.emetteur,
        beneficiaire=beneficiaire,
        genre=genre,
        date_etape=le,
        precision=precision,
        saisi_le=a,
        saisi_par=par.nom,
    )


def ecrire_note(beneficiaire: Beneficiaire, texte: str, *, par: Acteur, a: datetime) -> NoteConfidentielle:
    """Keep a private note: it never leaves the operator."""
    return NoteConfidentielle.objects.create(
        emetteur=beneficiaire.emetteur, beneficiaire=beneficiaire, texte=texte, saisi_le=a, saisi_par=par.nom
    )


def joindre_piece(beneficiaire: Beneficiaire, nom: str, octets: bytes, *, par: Acteur, a: datetime) -> PieceJointe:
    """Keep a document of the person. Raises FichierRefuse."""
    genre = stockage.type_du_fichier(octets)
    stockage.inspecter(octets)
    return PieceJointe.objects.create(
        emetteur=beneficiaire.emetteur,
        beneficiaire=beneficiaire,
        nom_fichier=PurePath(nom.replace("\\", "/")).name[-150:] or "document",
        type_fichier=genre,
        taille=len(octets),
        empreinte_sha256=stockage.garder(beneficiaire.emetteur, octets),
        saisi_le=a,
        saisi_par=par.nom,
    )


@transaction.atomic
def completer_unite(unite: UniteOeuvre, valeurs: dict[str, object], *, par: Acteur, a: datetime) -> UniteOeuvre:
    """Write what was done in a unit (services, complementary services, financing…) and declare it again."""
    courante = UniteOeuvre.objects.select_for_update(of=("self",)).select_related("beneficiaire").get(pk=unite.pk)
    for nom, valeur in valeurs.items():
        setattr(courante, nom, valeur)
    courante.version += 1
    courante.modifie_le, courante.modifie_par = a, par.nom
    courante.save(update_fields=[*valeurs, "version", "modifie_le", "modifie_par"])
    fiches.declarer_unite(courante, "M", a)
    return courante


@transaction.atomic
def passer_la_main(unite: UniteOeuvre, a_qui: Personne, *, par: Acteur, a: datetime) -> UniteOeuvre:
    """Give a unit to another counsellor, its only référent from now on (CCTP §2.1.3)."""
    return completer_unite(unite, {"referent": a_qui}, par=par, a=a)


def noter_l_ouverture(beneficiaire: Beneficiaire, par: Personne, jour: date) -> None:
    """Keep that a professional opened this dossier that day."""
    AccesAuDossier.objects.get_or_create(
        beneficiaire=beneficiaire, personne=par, jour=jour, defaults={"emetteur": beneficiaire.emetteur}
    )
