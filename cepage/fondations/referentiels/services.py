"""Applying an imported list, and giving the applied lists to the readers."""

import gzip
from collections.abc import Sequence
from datetime import date

from django.db import transaction

from cepage.fondations.referentiels import importation
from cepage.fondations.referentiels import source as source_donnees
from cepage.fondations.referentiels.models import JeuReferentiel


def _lecteur(identifiant: int) -> bytes:
    contenu = JeuReferentiel.objects.values_list("contenu", flat=True).get(pk=identifiant)
    return gzip.decompress(bytes(contenu))


def jeux_appliques() -> Sequence[source_donnees.Jeu]:
    """Every applied list, without its content, which is read when a reader needs it.

    In its own savepoint: a base not yet migrated must not break the caller's transaction.
    """
    with transaction.atomic():
        colonnes = ("pk", "liste", "debut", "source", "empreinte_sha256")
        lignes = list(JeuReferentiel.objects.order_by("liste", "debut").values_list(*colonnes))
    return [
        source_donnees.Jeu(liste, debut, source, empreinte, lambda pk=pk: _lecteur(pk))  # type: ignore[misc]
        for pk, liste, debut, source, empreinte in lignes
    ]


def appliquer(prepare: importation.Preparation, *, remplacer: bool = False) -> bool:
    """Store a prepared list; False when the same one is already in force from the same day.

    Raises ImportRefuse when another list starts that day and `remplacer` is not set.
    """
    with transaction.atomic():
        deja = JeuReferentiel.objects.select_for_update().filter(liste=prepare.liste, debut=prepare.debut).first()
        if deja and deja.empreinte_sha256 == prepare.empreinte:
            return False
        if deja and not remplacer:
            raise importation.ImportRefuse(
                f"Une autre liste « {prepare.liste} » commence déjà le {prepare.debut:%d/%m/%Y} "
                f"(source : {deja.source}).",
                "Choisissez une autre date, ou ajoutez --remplacer pour corriger cette liste-là.",
            )
        if deja:
            deja.delete()
        JeuReferentiel.objects.create(
            liste=prepare.liste,
            debut=prepare.debut,
            source=prepare.source,
            empreinte_sha256=prepare.empreinte,
            contenu=gzip.compress(prepare.contenu, 9, mtime=0),
        )
        transaction.on_commit(source_donnees.oublier)
    return True


def dates_appliquees() -> dict[str, list[date]]:
    """First days of the applied lists, by list."""
    dates: dict[str, list[date]] = {}
    for liste, debut in JeuReferentiel.objects.order_by("liste", "debut").values_list("liste", "debut"):
        dates.setdefault(liste, []).append(debut)
    return dates
