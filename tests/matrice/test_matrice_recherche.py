"""The search, in the world of the matrix: for every role, what names another operator's objects finds nothing."""

from collections.abc import Iterator

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction

from cepage.fondations.comptes.acces import Perimetre
from cepage.fondations.comptes.droits import DROITS, Portee
from cepage.fondations.comptes.enums import Role
from cepage.fondations.comptes.recherche.views import SESSION
from cepage.fondations.socle import portee as portees
from tests.matrice.monde import Monde
from tests.matrice.objets import Cote

# What names an object of an operator, the action by which it is read, and how it is shown.
NOMS = {
    "dossier": ("registre.lire", "/registre/dossier/{dossier}/"),
    "envoi": ("envoi.lire", "/envois/{envoi}/"),
    "bon": ("marche.lire", "/marche/bons/{bon}/"),
    "décompte": ("decompte.lire", "/decomptes/{décompte}/"),
    "nom": ("dossiers.lire", "/dossiers/{personne}/"),
    "identifiant de la réclamation": ("reclamation.traiter", "/reclamations/{réclamation}/"),
}
SIENS = {Portee.SIENNE: {"AB"}, Portee.SES_LOTS: {"AB"}, Portee.TOUT: {"AB", "CD"}}


def _chercher(monde: Monde, qui: Role, texte: str) -> str:
    """The results, as text; the session is then as it was."""
    with transaction.atomic():
        session = SessionStore(monde.sessions[qui])
        session[SESSION] = texte
        session.save()
        page: str = monde.demander(qui, "GET", "/recherche/").corps  # type: ignore[attr-defined]
        transaction.set_rollback(True)
    return page[page.index("<h1>") :]


def _defauts(monde: Monde, qui: Role) -> Iterator[str]:
    for cote in monde.cotes:
        for nom, (action, adresse) in NOMS.items():
            page = _chercher(monde, qui, cote.objets[nom])
            attendu = cote.emetteur in SIENS.get(DROITS[qui][action], set())
            if (adresse.format(**cote.objets) in page) is not attendu:
                yield f"{nom} de {cote.emetteur} par {qui} : {'introuvable' if attendu else 'trouvé'}"
            if not _lit(qui, cote) and (vus := {c for c in cote.canaris if c in page and c != cote.objets[nom]}):
                yield f"{nom} de {cote.emetteur} par {qui} : {sorted(vus)}"


def _lit(qui: Role, cote: Cote) -> bool:
    """True when an action of this role at least reaches this operator."""
    return any(cote.emetteur in SIENS.get(portee, set()) for portee in DROITS[qui].values())


@pytest.mark.parametrize("qui", list(Role), ids=Role.values)
def test_la_recherche_ne_trouve_que_ce_que_le_role_voit(monde: Monde, qui: Role) -> None:
    assert list(_defauts(monde, qui)) == []


def test_temoin_une_portee_ouverte_se_voit(monde: Monde, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: without the row-level scope, the director of AB finds a complaint received by CD."""
    monkeypatch.setattr(Perimetre, "fixer", lambda self: portees.fixer_totale())
    assert any("de CD" in defaut for defaut in _defauts(monde, Role.DIRECTEUR_PROJET))
