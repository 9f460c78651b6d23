"""What the administrator's pages read: accounts found by filters, one account, its entries in the journal."""

from datetime import date
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from cepage.fondations.comptes.administration.services import objet_du_journal
from cepage.fondations.comptes.models import Attribution, Personne
from cepage.fondations.socle.models import EntreeJournal

ETATS = {
    "ouvert": Q(is_active=True),
    "ferme": Q(is_active=False),
    "jamais": Q(is_active=True, last_login__isnull=True),
    "sans_second_facteur": Q(is_active=True, second_facteur=False),
}
DERNIERES_ENTREES = 50
COLONNES = ("nom", "prenom", "courriel", "organisation", "roles", "etat", "second_facteur")


def comptes(le: date) -> "QuerySet[Personne, Personne]":
    """Every account, with the roles of the day `le` (`roles_du_jour`) and whether a second factor is set."""
    return (
        Personne.objects.select_related("organisation")
        .annotate(
            second_facteur=Exists(Authenticator.objects.filter(user=OuterRef("pk")).exclude(type="recovery_codes"))
        )
        .prefetch_related(Prefetch("attributions", queryset=Attribution.en_vigueur(le), to_attr="roles_du_jour"))
        .order_by("nom", "prenom", "pk")
    )


def filtrer(
    lignes: "QuerySet[Personne, Personne]",
    *,
    le: date,
    texte: str = "",
    organisation: Any = None,
    role: str = "",
    etat: str = "",
) -> "QuerySet[Personne, Personne]":
    """The accounts that answer every filter given; `texte`: words of the name or the address, in any order."""
    if organisation:
        lignes = lignes.filter(organisation=organisation)
    if role:
        lignes = lignes.filter(Exists(Attribution.en_vigueur(le).filter(personne=OuterRef("pk"), role=role)))
    if etat:
        lignes = lignes.filter(ETATS[etat])
    for mot in texte.split():
        lignes = lignes.filter(Q(nom__icontains=mot) | Q(prenom__icontains=mot) | Q(email__icontains=mot))
    return lignes


def entrees(personne: Personne) -> "QuerySet[EntreeJournal, EntreeJournal]":
    """The latest entries of the journal about an account, the most recent first."""
    return EntreeJournal.objects.filter(objet=objet_du_journal(personne)).order_by("-numero")[:DERNIERES_ENTREES]


def en_ligne(personne: Personne) -> tuple[str, ...]:
    """An account of `comptes` as the cells of COLONNES."""
    roles = ", ".join(a.get_role_display() for a in personne.roles_du_jour)  # type: ignore[attr-defined]
    etat = "ouvert" if personne.is_active else "fermé"
    second = "oui" if personne.second_facteur else "non"  # type: ignore[attr-defined]
    return (personne.nom, personne.prenom, personne.email, personne.organisation.nom, roles, etat, second)
