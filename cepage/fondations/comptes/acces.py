"""Who is asking, and over what: a person's scope for an action, and the decorator every view carries."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any, Protocol, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase

from cepage.fondations.comptes.droits import ACTIONS, Portee, portees
from cepage.fondations.comptes.enums import NATURES_DU_ROLE, Nature, Role
from cepage.fondations.comptes.models import Attribution, Organisation, Personne
from cepage.fondations.socle import horloge, portee

Vue = TypeVar("Vue", bound=Callable[..., HttpResponseBase])


class Restriction(Protocol):
    """What a room knows of people who see a part of their organisation's dossiers only."""

    def membre(self, request: HttpRequest) -> int | None:
        """The member whose dossiers alone this person sees; None when they see their organisation's."""
        ...

    def permet(self, action: str) -> bool:
        """False for an action that would show them the whole of it."""
        ...


_restrictions: list[Restriction] = []


def declarer_la_restriction(restriction: Restriction) -> None:
    """Have every view narrowed by `restriction`; called by a room when it starts."""
    _restrictions.append(restriction)


@dataclass(frozen=True)
class Perimetre:
    """What an action may reach; `lots` None means all. RLS holds `emetteurs`; pages filter the lots.

    `controleur`: the person whose sampled files are reached, and nothing else of their emitters.
    """

    totale: bool
    emetteurs: frozenset[str] = frozenset()
    lots: frozenset[str] | None = frozenset()
    controleur: int | None = None

    def contient_lot(self, lot: str) -> bool:
        """True when the action reaches this lot."""
        return self.lots is None or lot in self.lots

    def exiger_lot(self, lot: str) -> None:
        """Raise Http404 for a foreign lot: as if it did not exist."""
        if not self.contient_lot(lot):
            raise Http404

    def fixer(self) -> None:
        """Set the row-level scope of the transaction under way."""
        portee.fixer_perimetre(None if self.totale else self.emetteurs, self.controleur)


def attributions(personne: Personne | AnonymousUser, le: date) -> list[Attribution]:
    """The roles held on the day `le`, kept only where the organisation is of the nature the role asks."""
    if not isinstance(personne, Personne) or not personne.is_active:
        return []
    en_vigueur = personne.attributions.filter(pk__in=Attribution.en_vigueur(le)).order_by("debut", "id")
    tenues = list(en_vigueur.select_related("personne__organisation"))
    if tenues:
        # Read with the roles: one query fewer on every page.
        personne.organisation = tenues[0].personne.organisation
    return [a for a in tenues if NATURES_DU_ROLE[Role(a.role)] == personne.organisation.nature]


def perimetre(personne: Personne, action: str, tenues: Iterable[Attribution]) -> Perimetre | None:
    """The union of what the roles give for `action`; None when no role gives it."""
    tenues = list(tenues)
    donnees = portees(action, {a.role for a in tenues})
    if not donnees:
        return None
    if Portee.TOUT in donnees.values():
        return Perimetre(totale=True, lots=None)
    emetteurs: set[str] = set()
    lots: set[str] = set()
    controleur: int | None = None
    for attribution in tenues:
        siens = set(attribution.lots or personne.organisation.lots)
        match donnees.get(Role(attribution.role)):
            case Portee.SIENNE:
                emetteurs.add(str(personne.organisation.code_emetteur))
                lots |= siens
            case Portee.SES_LOTS:
                operateurs = Organisation.objects.filter(nature=Nature.OPERATEUR, lots__overlap=sorted(siens))
                emetteurs |= {str(o.code_emetteur) for o in operateurs}
                lots |= siens
            case Portee.ECHANTILLON:
                controleur = personne.pk
    return Perimetre(False, frozenset(emetteurs), frozenset(lots), controleur)


def roles_de(request: HttpRequest) -> list[Attribution]:
    """The roles of the person asking, read once per request."""
    tenues: list[Attribution] | None = getattr(request, "_attributions", None)
    if tenues is None:
        tenues = attributions(request.user, horloge.aujourd_hui())
        request._attributions = tenues  # type: ignore[attr-defined]
    return tenues


def peut(request: HttpRequest, action: str) -> bool:
    """True when a role of the person asking gives `action`, whatever its scope."""
    if getattr(request, "restreint_au_membre", None) and not all(r.permet(action) for r in _restrictions):
        return False
    return bool(portees(action, {a.role for a in roles_de(request)}))


def autoriser(request: HttpRequest, action: str) -> Perimetre:
    """The scope of the person asking; raises PermissionDenied when no role gives `action`."""
    personne = request.user
    trouve = perimetre(personne, action, roles_de(request)) if isinstance(personne, Personne) else None
    if trouve is None:
        raise PermissionDenied(ACTIONS[action])
    return trouve


def _restreindre(request: HttpRequest, nom: str) -> None:
    """Narrow the transaction to the dossiers of the member this person works for, when they see no other.

    Raises PermissionDenied when the action would show the whole.
    """
    for restriction in _restrictions:
        membre = restriction.membre(request)
        if membre is None:
            continue
        if not restriction.permet(nom):
            raise PermissionDenied(ACTIONS[nom])
        request.restreint_au_membre = membre  # type: ignore[attr-defined]
        portee.fixer_membre(membre)


def action(nom: str) -> Callable[[Vue], Vue]:
    """Name the action of a view: it runs only for a role that has it, inside its row-level scope.

    The scope is `request.perimetre`. On a class: `@method_decorator(action("…"), name="dispatch")`.
    The view runs in the request's transaction; a streamed response outlives it and must open its own scope.
    """
    if nom not in ACTIONS:
        raise KeyError(f"L'action « {nom} » n'est pas dans la table des droits (comptes/droits.py).")

    def decorer(vue: Vue) -> Vue:
        @wraps(vue)
        def gardee(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            accorde = autoriser(request, nom)
            accorde.fixer()
            request.perimetre = accorde  # type: ignore[attr-defined]
            _restreindre(request, nom)
            return vue(request, *args, **kwargs)

        gardee.action = nom  # type: ignore[attr-defined]
        return gardee  # type: ignore[return-value]

    return decorer
