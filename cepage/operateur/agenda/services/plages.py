"""Opening and ending the recurring slots of a counsellor; noting when nobody is received."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from cepage.fondations.comptes.models import Personne
from cepage.operateur.agenda import horaires
from cepage.operateur.agenda.enums import Jour, Mode
from cepage.operateur.agenda.models import Absence, Plage, Site
from cepage.operateur.agenda.services.commun import contraintes, refuser


def ouvrir_plage(conseiller: Personne, site: Site, valeurs: Mapping[str, Any]) -> Plage:
    """Open a slot every week.

    `valeurs`: jour, heure_debut, heure_fin, duree_minutes, modes, lien, debut, fin. Raises ActeRefuse: too short for
    one appointment, outside the hours of the site when people come there, over another plage of the counsellor.
    """
    plage = Plage(emetteur=site.emetteur, conseiller=conseiller, site=site, **valeurs)
    minutes = _minutes(plage.heure_fin) - _minutes(plage.heure_debut)
    if 0 < minutes < plage.duree_minutes:
        raise refuser(
            "TROP_COURTE",
            f"La plage dure {minutes} minutes, un rendez-vous {plage.duree_minutes}.",
            "Allongez la plage, ou raccourcissez les rendez-vous.",
        )
    if Mode.PRESENTIEL in plage.modes and minutes > 0 and not _site_ouvert(plage):
        raise refuser(
            "SITE_FERME",
            f"{site.libelle} n'est pas ouvert le {Jour(plage.jour).label.lower()} à ces heures-là.",
            "Changez les heures, proposez ces rendez-vous à distance seulement, ou corrigez les horaires du site.",
        )
    with contraintes(Plage, "Changez les heures, ou finissez l'autre plage."):
        plage.save()
    return plage


def _minutes(heure: Any) -> int:
    return int(heure.hour * 60 + heure.minute)


def _site_ouvert(plage: Plage) -> bool:
    ouvertures = horaires.semaine(plage.site.horaires, plage.debut)[plage.jour]
    de, a = _minutes(plage.heure_debut), _minutes(plage.heure_fin)
    return any(debut <= de and a <= fin for debut, fin in ouvertures)


@transaction.atomic
def finir_plage(plage: Plage, *, le: date) -> Plage | None:
    """End a plage: `le` is its first day without slots; one that had not begun disappears. Appointments stay."""
    courante = Plage.objects.select_for_update(of=("self",)).get(pk=plage.pk)
    if le <= courante.debut:
        courante.delete()
        return None
    courante.fin = le
    courante.save(update_fields=["fin"])
    return courante


def poser_absence(
    *,
    emetteur: str,
    debut: datetime,
    fin: datetime,
    motif: str,
    conseiller: Personne | None = None,
    site: Site | None = None,
) -> Absence:
    """Note that a counsellor receives nobody, or that a site is closed. Raises ActeRefuse.

    Appointments already taken stay until someone moves them: the page lists them.
    """
    with contraintes(Absence, "Corrigez les dates."):
        return Absence.objects.create(
            emetteur=emetteur, conseiller=conseiller, site=site, debut=debut, fin=fin, motif=motif
        )


def lever_absence(absence: Absence) -> None:
    """Take an absence back: its slots are offered again."""
    absence.delete()
