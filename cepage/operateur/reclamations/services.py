"""Recording a complaint, acknowledging it, answering it, noting the mediator's request; each is declared."""

from datetime import date, datetime

from django.db import transaction

from cepage.echanges.envoi.boite import emettre
from cepage.fondations.referentiels import nomenclatures
from cepage.fondations.regles import Refus
from cepage.fondations.socle.horloge import PARIS
from cepage.operateur.dossiers.models import UniteOeuvre
from cepage.operateur.dossiers.services import ActeRefuse, Acteur
from cepage.operateur.dossiers.services.numerotation import suivant
from cepage.operateur.reclamations.models import Reclamation

_CLAUSE = "CCTP §3.7"


def _refuser(code: str, raison: str, suite: str) -> ActeRefuse:
    return ActeRefuse(Refus(code, raison, _CLAUSE, suite))


@transaction.atomic
def enregistrer(
    *,
    emetteur: str,
    lot: str,
    plaignant: str,
    contact: str,
    motif: str,
    texte: str,
    date_reception: date,
    par: Acteur,
    a: datetime,
    unite: UniteOeuvre | None = None,
) -> Reclamation:
    """Record a complaint received in writing. Raises ActeRefuse (day, reason or dossier that cannot be)."""
    _verifier_le_jour(date_reception, None, a)
    if motif not in nomenclatures.codes("motif_reclamation"):
        raise _refuser("MOTIF", "Ce motif n'est pas dans la liste.", "Choisissez-en un dans la liste.")
    if unite is not None and unite.lot != lot:
        raise _refuser("AUTRE_LOT", "Ce dossier n'est pas de ce lot.", "Vérifiez le numéro de dossier, ou le lot.")
    reclamation = Reclamation.objects.create(
        emetteur=emetteur,
        lot=lot,
        identifiant=f"R-{suivant(emetteur, 'reclamation'):06d}",
        unite=unite,
        plaignant=plaignant.strip(),
        contact=contact.strip(),
        motif=motif,
        texte=texte.strip(),
        date_reception=date_reception,
        saisie_le=a,
        saisie_par=par.nom,
    )
    _declarer(reclamation, "C", a)
    return reclamation


def _verifier_le_jour(jour: date, apres: date | None, a: datetime) -> None:
    if jour > a.astimezone(PARIS).date():
        raise _refuser("DATE_FUTURE", "Ce jour est à venir.", "Donnez le jour où cela s'est passé.")
    if apres is not None and jour < apres:
        raise _refuser(
            "DATES",
            f"Ce jour vient avant l'étape précédente, du {apres:%d/%m/%Y}.",
            "L'accusé suit la réception, la réponse suit l'accusé, le médiateur vient ensuite : corrigez le jour.",
        )


def _verrouiller(reclamation: Reclamation) -> Reclamation:
    return Reclamation.objects.select_for_update(of=("self",)).select_related("unite").get(pk=reclamation.pk)


@transaction.atomic
def accuser_reception(reclamation: Reclamation, *, le: date, a: datetime) -> Reclamation:
    """Note that the receipt was sent that day. Raises ActeRefuse (already sent, day impossible)."""
    courante = _verrouiller(reclamation)
    if courante.date_accuse is not None:
        raise _refuser("DEJA", "L'accusé de réception est déjà parti.", "Répondez maintenant à la personne.")
    _verifier_le_jour(le, courante.date_reception, a)
    courante.date_accuse = le
    courante.save(update_fields=["date_accuse"])
    _declarer(courante, "M", a)
    return courante


@transaction.atomic
def repondre(reclamation: Reclamation, *, reponse: str, cause: str, action: str, le: date, a: datetime) -> Reclamation:
    """Answer, with the cause found and the action it leads to. Raises ActeRefuse (no receipt yet, already answered)."""
    courante = _verrouiller(reclamation)
    if courante.date_accuse is None:
        raise _refuser("SANS_ACCUSE", "L'accusé de réception n'est pas parti.", "Envoyez-le et notez son jour d'abord.")
    if courante.repondue:
        raise _refuser("DEJA", "La réponse est déjà partie.", "Elle ne change plus ; écrivez une nouvelle réclamation.")
    if not reponse.strip() or not cause.strip():
        raise _refuser("INCOMPLETE", "La réponse ou la cause manque.", "Écrivez la réponse et la cause trouvée.")
    _verifier_le_jour(le, courante.date_accuse, a)
    courante.reponse, courante.cause, courante.action = reponse.strip(), cause.strip(), action.strip()
    courante.date_reponse = le
    courante.save(update_fields=["reponse", "cause", "action", "date_reponse"])
    _declarer(courante, "M", a)
    return courante


@transaction.atomic
def noter_la_saisine(reclamation: Reclamation, *, le: date, a: datetime) -> Reclamation:
    """Note the day the mediator asked for the file. Raises ActeRefuse (already noted, day impossible)."""
    courante = _verrouiller(reclamation)
    if courante.date_saisine is not None:
        raise _refuser("DEJA", "La demande du médiateur est déjà notée.", "Répondez-lui avec diligence.")
    _verifier_le_jour(le, courante.derniere_date, a)
    courante.date_saisine = le
    courante.save(update_fields=["date_saisine"])
    _declarer(courante, "M", a)
    return courante


def _declarer(reclamation: Reclamation, nature: str, a: datetime) -> None:
    def jour(valeur: date | None) -> str:
        return valeur.isoformat() if valeur else ""

    emettre(
        "reclamation",
        {
            "identifiant_reclamation": reclamation.identifiant,
            "lot": reclamation.lot,
            "numero_dossier": reclamation.unite.numero_dossier if reclamation.unite else "",
            "date_reception": jour(reclamation.date_reception),
            "motif": reclamation.motif,
            "date_accuse_reception": jour(reclamation.date_accuse),
            "date_reponse": jour(reclamation.date_reponse),
            "date_saisine_mediateur": jour(reclamation.date_saisine),
        },
        emetteur=reclamation.emetteur,
        lot=reclamation.lot,
        nature=nature,
        a=a,
    )
