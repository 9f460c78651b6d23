"""Keeping the plan, its steps, the incidents; asking for an export and making it.

Each write raises ValidationError with the reason when a value is wrong.
"""

import hashlib
import logging
import os
from collections.abc import Collection, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from cepage.fondations.socle.journal import sceller
from cepage.fondations.socle.portee import portee_emetteurs
from cepage.operateur.reversibilite.enums import EtatExport
from cepage.operateur.reversibilite.models import EtapeReversibilite, ExportDossiers, Incident, PlanReversibilite
from cepage.operateur.reversibilite.services.exportation import exporter

_journal = logging.getLogger(__name__)


@transaction.atomic
def tenir_le_plan(
    emetteur: str, valeurs: Mapping[str, Any], *, version: int, par: str, a: datetime
) -> PlanReversibilite:
    """Write the plan as it was at `version` (0: not begun yet)."""
    plan = PlanReversibilite.objects.select_for_update().filter(emetteur=emetteur).first()
    if plan is not None and plan.version != version:
        raise ValidationError(
            f"{plan.mis_a_jour_par} a mis le plan à jour entre-temps. Votre texte est gardé ci-dessous : "
            "comparez-le à la page, puis enregistrez de nouveau."
        )
    plan = plan or PlanReversibilite(emetteur=emetteur, version=0)
    for nom, valeur in valeurs.items():
        setattr(plan, nom, valeur)
    plan.version, plan.mis_a_jour_le, plan.mis_a_jour_par = plan.version + 1, a, par
    plan.full_clean()
    plan.save()
    return plan


def ajouter_une_etape(
    emetteur: str, *, libelle: str, responsable: str, du_jour: int, au_jour: int
) -> EtapeReversibilite:
    """Add a step to the planning."""
    etape = EtapeReversibilite(
        emetteur=emetteur, libelle=libelle, responsable=responsable, du_jour=du_jour, au_jour=au_jour
    )
    etape.full_clean()
    etape.save()
    return etape


def retirer_l_etape(etape: EtapeReversibilite) -> None:
    """Take a step out of the planning."""
    etape.delete()


def noter_un_incident(
    emetteur: str, *, debut: date, fin: date | None, description: str, effet: str, remede: str, a: date
) -> Incident:
    """Note what interrupted or degraded the service."""
    return completer_l_incident(
        Incident(emetteur=emetteur), debut=debut, fin=fin, description=description, effet=effet, remede=remede, a=a
    )


def completer_l_incident(
    incident: Incident, *, debut: date, fin: date | None, description: str, effet: str, remede: str, a: date
) -> Incident:
    """Write an incident: how it ended, what was done."""
    if max(debut, fin or debut) > a:
        raise ValidationError("Un incident n'est pas à venir : vérifiez ses jours.")
    incident.debut, incident.fin = debut, fin
    incident.description, incident.effet, incident.remede = description, effet, remede
    incident.full_clean()
    incident.save()
    return incident


@transaction.atomic
def demander_un_export(emetteur: str, lots: Collection[str], *, par: str, a: datetime) -> ExportDossiers:
    """Ask for an archive; the worker makes it. The asking is sealed: people's data will leave."""
    from cepage.operateur.reversibilite.taches import preparer_l_export

    demande = ExportDossiers.objects.create(emetteur=emetteur, lots=sorted(lots), demande_le=a, demande_par=par)
    contenu = {"lots": demande.lots, "par": par}
    sceller("export de dossiers", f"export {demande.pk}", contenu, le=a, emetteur=emetteur)
    preparer_l_export.defer(export=demande.pk, emetteur=emetteur)
    return demande


def chemin(emetteur: str, empreinte: str) -> Path:
    """Where the archive of that hash is."""
    return Path(settings.CEPAGE_DONNEES) / "exports" / emetteur / empreinte


def preparer(pk: int, emetteur: str, *, a: datetime) -> None:
    """Make the archive that was asked for; what fails is said on its line."""
    with portee_emetteurs([emetteur]):
        demande = ExportDossiers.objects.filter(pk=pk, etat=EtatExport.DEMANDE).first()
    if demande is None:
        return
    try:
        _produire(demande, a)
    except OSError as erreur:
        _journal.exception("Export %s", pk)
        demande.etat, demande.difficulte, demande.fini_le = EtatExport.ECHOUE, str(erreur)[:300], a
    with portee_emetteurs([emetteur]):
        demande.save(update_fields=["etat", "fini_le", "empreinte", "taille", "dossiers", "difficulte"])


def _produire(demande: ExportDossiers, a: datetime) -> None:
    dossier = chemin(demande.emetteur, "x").parent
    dossier.mkdir(parents=True, exist_ok=True)
    provisoire = dossier / f"{demande.pk}.{os.getpid()}.part"
    try:
        with provisoire.open("wb") as flux:
            bilan = exporter(demande.emetteur, demande.lots, flux, a=a)
        with provisoire.open("rb") as lu:
            demande.empreinte = hashlib.file_digest(lu, "sha256").hexdigest()
        demande.taille = provisoire.stat().st_size
        provisoire.replace(chemin(demande.emetteur, demande.empreinte))
    finally:
        provisoire.unlink(missing_ok=True)
    demande.etat, demande.dossiers, demande.fini_le = EtatExport.PRET, bilan.dossiers, a
    absents, attente = len(bilan.absents), bilan.en_attente
    phrases = [f"{absents} fichiers introuvables, nommés au manifeste."] if absents else []
    phrases += [f"{attente} fiches attendent encore d'être transmises au point d'échange."] if attente else []
    demande.difficulte = " ".join(phrases)


def noter_le_telechargement(export: ExportDossiers, *, par: str, a: datetime) -> None:
    """Seal who took an archive away, and when."""
    contenu = {"par": par, "empreinte": export.empreinte}
    sceller("remise d'un export", f"export {export.pk}", contenu, le=a, emetteur=export.emetteur)
