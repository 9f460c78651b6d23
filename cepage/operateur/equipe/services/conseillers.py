"""The record of a counsellor: qualification, dérogations, competences, training (CCTP §3.1).

Each raises ValidationError with the reason when a value is wrong or a rule of the database refuses it.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction

from cepage.fondations.comptes.models import Personne
from cepage.fondations.referentiels import nomenclatures
from cepage.operateur.equipe.models import ActionFormation, Conseiller, Derogation, EvaluationCompetence, Experience

COMPETENCES = "competence_cep"
Objet = TypeVar("Objet", bound=models.Model)


@transaction.atomic
def tenir_la_fiche(
    personne: Personne, valeurs: Mapping[str, Any], *, version: int, par: str, a: datetime
) -> Conseiller:
    """Open the record of a person, or write it as it was at `version` (0: not open yet)."""
    fiche = Conseiller.objects.select_for_update().filter(personne=personne).first()
    if fiche is not None and fiche.version != version:
        raise ValidationError(
            f"{fiche.modifie_par} a modifié cette fiche entre-temps. Votre saisie est gardée ci-dessous : "
            "comparez-la à la fiche, puis enregistrez de nouveau."
        )
    fiche = fiche or Conseiller(emetteur=str(personne.organisation.code_emetteur), personne=personne, version=0)
    for nom, valeur in valeurs.items():
        setattr(fiche, nom, valeur)
    fiche.version, fiche.modifie_le, fiche.modifie_par = fiche.version + 1, a, par
    return _garder(fiche)


def _garder(objet: Objet) -> Objet:
    objet.full_clean()
    objet.save()
    return objet


def ajouter_une_experience(
    conseiller: Conseiller, *, poste: str, domaine: str, debut: date, fin: date | None
) -> Experience:
    """Note what the person did in the field during [debut, fin)."""
    return _garder(
        Experience(
            emetteur=conseiller.emetteur, conseiller=conseiller, poste=poste, domaine=domaine, debut=debut, fin=fin
        )
    )


def noter_une_derogation(conseiller: Conseiller, *, debut: date, fin: date, motif: str, reference: str) -> Derogation:
    """Note the buyer's agreement to this counsellor during [debut, fin)."""
    return _garder(
        Derogation(
            emetteur=conseiller.emetteur, conseiller=conseiller, debut=debut, fin=fin, motif=motif, reference=reference
        )
    )


@transaction.atomic
def evaluer(conseiller: Conseiller, *, code: str, degre: str, le: date, par: str, a: date) -> EvaluationCompetence:
    """Say how far a competence is held on the day `le`; said again for the same day, the last word counts."""
    if code not in nomenclatures.codes(COMPETENCES, le):
        raise ValidationError({"code": "Cette compétence n'est pas dans la liste du contrat à cette date."})
    if le > a:
        raise ValidationError({"le": "Ce jour est à venir."})
    ancienne = EvaluationCompetence.objects.filter(conseiller=conseiller, code=code, le=le).first()
    evaluation = ancienne or EvaluationCompetence(emetteur=conseiller.emetteur, conseiller=conseiller, code=code, le=le)
    evaluation.degre, evaluation.par = degre, par
    return _garder(evaluation)


def prevoir_une_formation(
    conseiller: Conseiller,
    *,
    annee: int,
    intitule: str,
    heures_prevues: Decimal,
    organisme: str = "",
    competences: list[str],
) -> ActionFormation:
    """Add a line to the individual plan of a year."""
    inconnues = set(competences) - nomenclatures.codes(COMPETENCES, date(annee, 12, 31))
    if inconnues:
        raise ValidationError({"competences": f"Hors de la liste du contrat : {', '.join(sorted(inconnues))}."})
    return _garder(
        ActionFormation(
            emetteur=conseiller.emetteur,
            conseiller=conseiller,
            annee=annee,
            intitule=intitule,
            organisme=organisme,
            competences=competences,
            heures_prevues=heures_prevues,
        )
    )


@transaction.atomic
def noter_le_suivi(
    formation: ActionFormation, *, date_realisation: date, heures_realisees: Decimal, a: date
) -> ActionFormation:
    """Say that a planned training was followed, that day and for so many hours."""
    if date_realisation > a:
        raise ValidationError({"date_realisation": "Ce jour est à venir."})
    courante = ActionFormation.objects.select_for_update().get(pk=formation.pk)
    courante.date_realisation, courante.heures_realisees = date_realisation, heures_realisees
    return _garder(courante)


@transaction.atomic
def retirer(objet: "Experience | Derogation | ActionFormation") -> None:
    """Remove what was entered by mistake; a training followed stays."""
    if isinstance(objet, ActionFormation) and objet.date_realisation is not None:
        raise ValidationError("Cette formation a été suivie : elle reste au dossier de la personne.")
    objet.delete()
