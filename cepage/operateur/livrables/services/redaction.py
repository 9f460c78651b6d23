"""Writing a livrable: opened blank, saved as one types, never over somebody else's words."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from cepage.fondations.regles import Refus
from cepage.operateur.dossiers.enums import UO
from cepage.operateur.dossiers.models import UniteOeuvre
from cepage.operateur.dossiers.services import ActeRefuse, Acteur
from cepage.operateur.dossiers.services.situation import unites
from cepage.operateur.livrables.enums import EtatLivrable, TypeLivrable
from cepage.operateur.livrables.models import Livrable, VersionLivrable
from cepage.operateur.livrables.trame import trame

TYPES = {UO.UO1: TypeLivrable.ELP, UO.UO21: TypeLivrable.PP}
INTERVALLE = timedelta(minutes=10)
"""One author's successive saves within it make one version of the history."""


class TexteModifie(Exception):
    """Somebody saved since the page was opened; carries the livrable as it is now."""

    def __init__(self, courant: Livrable) -> None:
        self.courant = courant
        super().__init__(f"{courant.modifie_par} a modifié ce texte entre-temps.")


@transaction.atomic
def commencer(unite: UniteOeuvre, *, par: Acteur, a: datetime) -> Livrable:
    """The livrable of a unit, blank when it is new; the same one when it exists.

    Raises ActeRefuse for a unit that has none, or is no longer open.
    """
    existant = Livrable.objects.filter(unite=unite).first()
    if existant is not None:
        return existant
    if unite.uo not in TYPES:
        raise ActeRefuse(
            Refus(
                "SANS_LIVRABLE",
                f"L'{unite.libelle} n'a pas de livrable à écrire.",
                "CCTP §2.1",
                "L'UO1 a l'état des lieux partagé, l'UO2.1 le projet professionnel, l'UO2.2 ses courriels.",
            )
        )
    if not unite.ouverte:
        raise ActeRefuse(
            Refus(
                "UNITE_CLOSE",
                "Cette unité n'est plus ouverte : on n'y commence plus d'écrit.",
                "CCTP §1.2.6",
                "Si elle a été réputée abandonnée à tort, contestez l'abandon depuis le dossier.",
            )
        )
    type_livrable = TYPES[UO(unite.uo)]
    return Livrable.objects.create(
        emetteur=unite.emetteur,
        unite=unite,
        type_livrable=type_livrable,
        textes=trame(type_livrable).nettoyer({}),
        cree_le=a,
        modifie_le=a,
        modifie_par=par.nom,
    )


@transaction.atomic
def enregistrer(livrable: Livrable, textes: Mapping[str, str], *, version: int, par: Acteur, a: datetime) -> Livrable:
    """Save the texts written on the livrable as it was at `version`; saving the same texts changes nothing.

    Raises TexteModifie when someone else's words would be lost, ActeRefuse when it is no longer being written.
    """
    courant = Livrable.objects.select_for_update(of=("self",)).select_related("unite").get(pk=livrable.pk)
    propres = trame(courant.type_livrable).nettoyer(textes)
    if courant.textes == propres:
        return courant
    if courant.etat != EtatLivrable.REDACTION:
        raise ActeRefuse(
            Refus(
                "PLUS_EN_REDACTION",
                "Ce texte a été mis à la signature : il ne change plus.",
                "CCTP §2.1",
                "Annulez la demande de signature pour le reprendre ; s'il est signé, il est définitif.",
            )
        )
    if courant.version != version:
        raise TexteModifie(courant)
    garder_version(courant, par=par, a=a)
    courant.textes = propres
    courant.version, courant.modifie_le, courant.modifie_par = version + 1, a, par.nom
    courant.save(update_fields=["textes", "version", "modifie_le", "modifie_par"])
    return courant


def garder_version(livrable: Livrable, *, par: Acteur | None, a: datetime) -> None:
    """Keep the text as it is in the history, unless the same author wrote it a moment ago; `par` None: always."""
    if livrable.version == 0 or livrable.versions.filter(numero=livrable.version).exists():
        return
    if par is not None and livrable.modifie_par == par.nom:
        derniere = livrable.versions.first()
        depuis = derniere.le if derniere else livrable.cree_le
        if a - depuis < INTERVALLE:
            return
    VersionLivrable.objects.create(
        emetteur=livrable.emetteur,
        livrable=livrable,
        numero=livrable.version,
        textes=livrable.textes,
        le=livrable.modifie_le,
        par=livrable.modifie_par,
    )


def etat_des_lieux_de(livrable: Livrable) -> Livrable | None:
    """The person's latest *état des lieux partagé* that a *projet professionnel* may carry over."""
    if livrable.type_livrable != TypeLivrable.PP:
        return None
    siennes = [u.pk for u in unites(livrable.unite.beneficiaire)]
    return Livrable.objects.filter(unite__in=siennes, type_livrable=TypeLivrable.ELP).order_by("-cree_le").first()


def peut_reprendre(livrable: Livrable) -> bool:
    """True when an état des lieux exists and a section it would fill is empty."""
    sections = trame(livrable.type_livrable).sections
    vide = any(s.reprend and not livrable.textes.get(s.code, "").strip() for s in sections)
    return vide and etat_des_lieux_de(livrable) is not None


@transaction.atomic
def reprendre(livrable: Livrable, *, version: int, par: Acteur, a: datetime) -> Livrable:
    """Carry the état des lieux over into the empty sections of the projet; what is written there stays.

    Raises ActeRefuse when there is nothing to carry over, and what `enregistrer` raises.
    """
    source = etat_des_lieux_de(livrable)
    textes = dict(livrable.textes)
    for section in trame(livrable.type_livrable).sections:
        if source is not None and section.reprend and not textes.get(section.code, "").strip():
            textes[section.code] = source.textes.get(section.reprend, "")
    if textes == livrable.textes:
        raise ActeRefuse(
            Refus(
                "RIEN_A_REPRENDRE",
                "Il n'y a rien à reprendre : pas d'état des lieux partagé, ou les rubriques sont déjà remplies.",
                "CCTP §2.1.3",
                "Videz une rubrique pour y reprendre celle de l'état des lieux, ou écrivez-la.",
            )
        )
    return enregistrer(livrable, textes, version=version, par=par, a=a)
