"""The life of a décompte: proposed, discussed, accepted, frozen under the signed PV. Each move is logged and sealed."""

from datetime import date, datetime

from django.db import transaction

from cepage.acheteur.decomptes.calcul import calculer
from cepage.acheteur.decomptes.enums import Etat, Motif, Nature
from cepage.acheteur.decomptes.models import Decompte, Ligne, Remarque
from cepage.acheteur.decomptes.selectors import totaux
from cepage.acheteur.decomptes.service_fait import service_fait
from cepage.fondations.comptes.enums import Role
from cepage.fondations.socle import journal
from cepage.fondations.socle.portee import portee_totale
from cepage.fondations.socle.transitions import TableTransitions, Transition, TransitionRefusee, appliquer

__all__ = ["TRANSITIONS", "accepter", "calculer", "deplacer", "remarquer"]

_ACHETEUR = frozenset({Role.GESTIONNAIRE.value})
_OPERATEUR = frozenset({Role.DIRECTEUR_PROJET.value})


def _sans_prix_manquant(decompte: Decompte) -> bool:
    return not Ligne.objects.filter(decompte=decompte, nature=Nature.UNITE, motif=Motif.SANS_PRIX).exists()


def _pv_signe(decompte: Decompte) -> bool:
    return service_fait().pv_signe(decompte.lot, decompte.periode)


TRANSITIONS = TableTransitions(
    (
        Transition(
            Etat.PROVISOIRE,
            Etat.PROPOSE,
            _ACHETEUR,
            _sans_prix_manquant,
            "Des unités n'ont pas de prix le jour de leur clôture : importez les prix du lot, puis recalculez.",
        ),
        Transition(Etat.PROPOSE, Etat.PROVISOIRE, _ACHETEUR),
        Transition(Etat.PROPOSE, Etat.ACCEPTE, _OPERATEUR),
        Transition(Etat.ACCEPTE, Etat.PROVISOIRE, _ACHETEUR),
        Transition(
            Etat.ACCEPTE,
            Etat.FIGE,
            _ACHETEUR,
            _pv_signe,
            "Le procès-verbal du contrôle de service fait n'est pas signé pour ce trimestre : "
            "le décompte se fige sous lui.",
        ),
    ),
    libelles=dict(Etat.choices),
)


def deplacer(
    decompte: Decompte, vers: str, *, roles: list[str], auteur: str, effet: date, saisi_le: datetime, motif: str = ""
) -> None:
    """Move a décompte to another state and seal what it was worth then. Raises TransitionRefusee.

    The caller has checked that the person may reach this décompte; the journal is one chain, over everybody.
    """
    with portee_totale():
        _deplacer(decompte, vers, roles, auteur, effet, saisi_le, motif)


def _deplacer(
    decompte: Decompte, vers: str, roles: list[str], auteur: str, effet: date, saisi_le: datetime, motif: str
) -> None:
    decompte = Decompte.objects.select_for_update().get(pk=decompte.pk)
    if vers == Etat.PROVISOIRE and not motif.strip():
        raise TransitionRefusee("Dites pourquoi ce décompte est repris : l'opérateur lit ce motif.")
    if vers == Etat.PROVISOIRE and decompte.accord_le is not None:
        decompte.accord_de, decompte.accord_le = "", None
        decompte.save(update_fields=["accord_de", "accord_le"])
    appliquer(
        TRANSITIONS,
        decompte,
        vers,
        roles=roles,
        auteur=auteur,
        effet=effet,
        saisie=saisi_le,
        motif=motif.strip(),
        emetteur=decompte.emetteur,
    )
    bilan = totaux(decompte)
    contenu = {
        "etat": vers,
        "net_ht": str(bilan.net_ht),
        "ttc": str(bilan.ttc),
        "regles": decompte.regles,
        "auteur": auteur,
        "motif": motif.strip(),
    }
    journal.sceller("decompte", decompte.reference, contenu, le=saisi_le, emetteur=decompte.emetteur)


@transaction.atomic
def accepter(decompte: Decompte, *, roles: list[str], auteur: str, effet: date, saisi_le: datetime) -> None:
    """The operator agrees with a décompte as proposed. Raises TransitionRefusee."""
    TRANSITIONS.verifier(decompte, Etat.ACCEPTE, roles)
    Decompte.objects.filter(pk=decompte.pk, etat=Etat.PROPOSE).update(accord_de=auteur, accord_le=saisi_le)
    deplacer(decompte, Etat.ACCEPTE, roles=roles, auteur=auteur, effet=effet, saisi_le=saisi_le)


def remarquer(decompte: Decompte, texte: str, *, auteur: str, organisation: str, ecrite_le: datetime) -> Remarque:
    """Keep what somebody says of a décompte."""
    return Remarque.objects.create(
        decompte=decompte,
        emetteur=decompte.emetteur,
        auteur=auteur,
        organisation=organisation,
        ecrite_le=ecrite_le,
        texte=texte.strip(),
    )
