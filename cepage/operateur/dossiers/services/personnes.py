"""Opening and keeping the record of a person: identity, statuses over time, duplicates brought together."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from cepage.fondations.regles import Refus
from cepage.operateur.dossiers import recherche
from cepage.operateur.dossiers.models import (
    CHAMPS_BENEFICIAIRE,
    Beneficiaire,
    ChangementDeStatut,
    CleDeRecherche,
    Fusion,
)
from cepage.operateur.dossiers.services.acteurs import ActeRefuse, Acteur, VersionDepassee
from cepage.operateur.dossiers.services.fiches import declarer_beneficiaire
from cepage.operateur.dossiers.services.numerotation import identifiant
from cepage.operateur.equipe.models import Membre

_NOMS = ("nom_naissance", "nom_usage", "prenom")


@transaction.atomic
def creer_beneficiaire(
    valeurs: Mapping[str, Any], *, emetteur: str, lot: str, par: Acteur, a: datetime, membre: Membre | None = None
) -> Beneficiaire:
    """Open the record of a person; `valeurs` are fields of the fiche beneficiaire, without its identifier.

    Raises ValidationError when a value has not its form. The fiche leaves with the person's first unit's envoi.
    """
    beneficiaire = Beneficiaire(
        emetteur=emetteur,
        lot=lot,
        membre=membre,
        identifiant_beneficiaire=identifiant(emetteur),
        modifie_le=a,
        modifie_par=par.nom,
    )
    _ecrire(beneficiaire, valeurs)
    beneficiaire.full_clean(exclude=["fusionne_dans"])
    beneficiaire.save()
    _indexer(beneficiaire)
    _noter_le_statut(beneficiaire, a.date(), par, a)
    declarer_beneficiaire(beneficiaire, "C", a)
    return beneficiaire


@transaction.atomic
def modifier_beneficiaire(
    beneficiaire: Beneficiaire, valeurs: Mapping[str, Any], *, version: int, par: Acteur, a: datetime
) -> Beneficiaire:
    """Write these fields of the record as it was at `version`, and declare it again.

    Raises VersionDepassee when someone saved since, ValidationError when a value has not its form.
    """
    courante = Beneficiaire.objects.select_for_update().get(pk=beneficiaire.pk)
    if courante.version != version:
        raise VersionDepassee(courante.modifie_par, courante.modifie_le)
    statut_avant = list(courante.statut)
    _ecrire(courante, valeurs)
    courante.version, courante.modifie_le, courante.modifie_par = version + 1, a, par.nom
    courante.full_clean(exclude=["fusionne_dans", "identifiant_beneficiaire"])
    courante.save()
    if set(_NOMS) & set(valeurs):
        _indexer(courante)
    if courante.statut != statut_avant:
        _noter_le_statut(courante, a.date(), par, a)
    declarer_beneficiaire(courante, "M", a)
    return courante


def _ecrire(beneficiaire: Beneficiaire, valeurs: Mapping[str, Any]) -> None:
    inconnus = set(valeurs) - set(CHAMPS_BENEFICIAIRE)
    if inconnus:
        raise KeyError(f"Un bénéficiaire n'a pas de champ {', '.join(sorted(inconnus))}.")
    for nom, valeur in valeurs.items():
        setattr(beneficiaire, nom, valeur)
    beneficiaire.telephone_normalise = recherche.telephone_normalise(beneficiaire.telephone)[:20]


def cles_de(beneficiaire: Beneficiaire) -> list[CleDeRecherche]:
    """The keys under which the names of a person may be found, not saved."""
    cles = recherche.cles_du_nom(*(getattr(beneficiaire, nom) for nom in _NOMS))
    return [CleDeRecherche(emetteur=beneficiaire.emetteur, cle=cle, beneficiaire=beneficiaire) for cle in cles]


def _indexer(beneficiaire: Beneficiaire) -> None:
    beneficiaire.cles.all().delete()
    CleDeRecherche.objects.bulk_create(cles_de(beneficiaire))


def _noter_le_statut(beneficiaire: Beneficiaire, depuis: date, par: Acteur, a: datetime) -> None:
    if not beneficiaire.statut:
        return
    ChangementDeStatut.objects.update_or_create(
        beneficiaire=beneficiaire,
        date_changement=depuis,
        defaults={
            "emetteur": beneficiaire.emetteur,
            "statut": beneficiaire.statut,
            "saisi_le": a,
            "saisi_par": par.nom,
        },
    )


@transaction.atomic
def changer_statut(
    beneficiaire: Beneficiaire, statut: Sequence[str], *, depuis: date, par: Acteur, a: datetime
) -> Beneficiaire:
    """Record the statuses held from `depuis` on; the fiche follows when this is the latest change known.

    Raises ActeRefuse for a day to come or an empty list.
    """
    if depuis > a.date():
        raise ActeRefuse(
            Refus("DATE_FUTURE", "Ce changement est daté d'un jour à venir.", "CCTP §1.2.4", "Notez-le ce jour-là.")
        )
    if not statut:
        raise ActeRefuse(
            Refus("SANS_STATUT", "Aucun statut n'est donné.", "CCTP annexe 2 §1", "Choisissez au moins un statut.")
        )
    courante = Beneficiaire.objects.select_for_update().get(pk=beneficiaire.pk)
    ChangementDeStatut.objects.update_or_create(
        beneficiaire=courante,
        date_changement=depuis,
        defaults={"emetteur": courante.emetteur, "statut": list(statut), "saisi_le": a, "saisi_par": par.nom},
    )
    dernier = courante.changements.order_by("date_changement").last()
    if dernier is not None and dernier.statut != courante.statut:
        courante.statut = dernier.statut
        courante.version += 1
        courante.modifie_le, courante.modifie_par = a, par.nom
        courante.save(update_fields=["statut", "version", "modifie_le", "modifie_par"])
        declarer_beneficiaire(courante, "M", a)
    return courante


@transaction.atomic
def fusionner(*, gardee: Beneficiaire, reunie: Beneficiaire, par: Acteur, a: datetime) -> Fusion:
    """Bring two records of one person together: the units of `reunie` are shown with those of `gardee`.

    What was declared under each identifier stays so: the register knows a dossier by the identifier it came with.
    Raises ActeRefuse when the two records cannot be one person's, or one is already brought to another.
    """
    gardee, reunie = (Beneficiaire.objects.select_for_update().get(pk=b.pk) for b in (gardee, reunie))
    if gardee.pk == reunie.pk or gardee.fusionne_dans_id or reunie.fusionne_dans_id or reunie.doublons.exists():
        raise ActeRefuse(
            Refus(
                "DEJA_REUNIE",
                "Une de ces fiches est déjà réunie à une autre.",
                "CCTP §1.2.4",
                "Défaites d'abord cette réunion, ou choisissez la fiche gardée.",
            )
        )
    if (gardee.emetteur, gardee.lot) != (reunie.emetteur, reunie.lot):
        raise ActeRefuse(
            Refus(
                "AUTRE_LOT",
                "Les deux fiches ne sont pas du même lot.",
                "CCTP §1.2.2",
                "Une personne a une fiche par lot : ne les réunissez pas.",
            )
        )
    reunie.fusionne_dans = gardee
    reunie.save(update_fields=["fusionne_dans"])
    return Fusion.objects.create(emetteur=gardee.emetteur, gardee=gardee, reunie=reunie, le=a, par=par.nom)


@transaction.atomic
def defaire_la_fusion(fusion: Fusion, *, par: Acteur, a: datetime) -> None:
    """Undo a merge: both records are again as they were. Undone twice: the second changes nothing."""
    faite = Fusion.objects.select_for_update().get(pk=fusion.pk)
    if faite.annulee_le is not None:
        return
    Beneficiaire.objects.filter(pk=faite.reunie_id, fusionne_dans=faite.gardee_id).update(fusionne_dans=None)
    faite.annulee_le, faite.annulee_par = a, par.nom
    faite.save(update_fields=["annulee_le", "annulee_par"])
