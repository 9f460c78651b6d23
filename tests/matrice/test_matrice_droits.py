"""The permission matrix: every route × method × role × {own, other's, missing}, and not one leak.

Routes come from the site's addresses, expectations from the table of rights, objects from `tests/matrice/pieces`.
"""

from collections.abc import Iterator
from itertools import islice

import pytest
from django.http import HttpResponseBase

from cepage.fondations.comptes.acces import Perimetre
from cepage.fondations.comptes.droits import DROITS, Portee
from cepage.fondations.comptes.enums import Role
from cepage.fondations.comptes.models import Organisation
from cepage.fondations.socle import portee as portees
from tests.matrice.monde import Monde
from tests.matrice.objets import Demande, demandes, sans_objets, toutes_les_pieces, toutes_les_routes

METHODES = ("GET", "POST")
RARES = ("HEAD", "PUT", "PATCH", "DELETE", "OPTIONS")
CONNEXION = "/compte/connexion/"
CANAL = "rest"
"""The API knows keys, never a session: whoever is logged in is nobody to it."""
PORTEURS = {"signer", "signer_document", "enquete_repondre", "enquete_refuser"}
"""Pages whose link is the right: whoever holds one reads its own object, and that one alone."""
PUBLIES = {CANAL, "soap"}
"""The channels whose public pages quote the contract's examples, which the matrix took for its objects."""
QUESTIONS = {"decomptes:dossier"}
"""Pages that answer about a number, whatever it is: of an unknown one, they say that nothing is there."""
GARDEES = {
    *("registre:dossier", "marche:lot", "decomptes:decompte", "controle:dossier"),
    *("livrables:livrable", "reclamations:reclamation"),
}
"""Pages of as many rooms that the row-level scope or the lots alone keep from the other operator."""
SIENS: dict[Portee, set[str]] = {
    Portee.SIENNE: {"AB"},
    Portee.SES_LOTS: {"AB"},
    Portee.TOUT: {"AB", "CD"},
    Portee.ECHANTILLON: {"AB"},
    Portee.AUCUNE: set(),
}


def _visibles(demande: Demande, qui: Role | None) -> set[str]:
    """The operators whose data this person may read on this route."""
    if demande.route.nom in PORTEURS:
        return {demande.cote}
    if qui is None or not demande.route.action:
        return set()
    return SIENS[DROITS[qui][demande.route.action]]


def _defaut(monde: Monde, demande: Demande, methode: str, qui: Role | None) -> str:
    """What is wrong with the answer; empty when it is what the table of rights says."""
    route = demande.route
    donnees = demande.requete if methode in ("GET", "HEAD") else None
    reponse = monde.demander(qui, methode, demande.chemin, donnees)
    visibles = _visibles(demande, qui)
    if faute := _code_fautif(demande, methode, qui, reponse, visibles):
        return f"{methode} {route.nom} par {qui or 'personne'} : {faute}"
    if route.publique and route.espace in PUBLIES:
        return ""
    demandes_en_clair = f"{demande.chemin} {dict(demande.requete)}"
    for cote in monde.cotes:
        if cote.emetteur in visibles or (qui is Role.DIRECTEUR_PROJET and cote.emetteur == "AB" and not route.action):
            continue
        vus = {c for c in cote.canaris if c in reponse.corps and c not in demandes_en_clair}  # type: ignore[attr-defined]
        if vus:
            return f"{methode} {route.nom} par {qui or 'personne'} : données de {cote.emetteur} lues, {sorted(vus)}"
    return ""


def _code_fautif(
    demande: Demande, methode: str, qui: Role | None, reponse: HttpResponseBase, visibles: set[str]
) -> str:
    route, code = demande.route, reponse.status_code
    if code >= 500:
        return f"{code}, une erreur du serveur"
    if route.publique:
        return ""
    if route.espace == CANAL:
        return "" if code in (401, 404, 405) else f"{code} par l'API sans clé, attendu 401"
    if qui is None:
        renvoye = code == 302 and reponse.headers["Location"].startswith(CONNEXION)
        return "" if renvoye else f"{code}, attendu le renvoi à la connexion"
    if route.personnelle:
        return "" if code != 403 else "403, attendu une page personnelle"
    if DROITS[qui][route.action] is Portee.AUCUNE:
        return "" if code == 403 else f"{code}, attendu 403"
    if demande.manquant or (demande.cote and demande.cote not in visibles):
        trouve = "objet absent" if demande.manquant else f"objet de {demande.cote}"
        attendus = {404, 405} | ({200} if route.nom in QUESTIONS else set())
        return "" if code in attendus else f"{code} sur un {trouve}, attendu 404"
    return f"{code} sur le sien" if code in (403, 404) else ""


def _defauts(
    monde: Monde, qui: Role | None, methodes: tuple[str, ...] = METHODES, *, tout: bool = False
) -> Iterator[str]:
    """What is wrong, route by route.

    A role without the action is refused before anything is looked for: it is asked one object a route, all with `tout`.
    """
    pieces = toutes_les_pieces()
    for route in toutes_les_routes():
        refuse = qui is not None and route.action and DROITS[qui][route.action] is Portee.AUCUNE
        demandees = demandes(route, pieces.get(route.espace), monde.cotes)
        for demande in islice(demandees, 1) if refuse and not tout else demandees:
            for methode in methodes:
                if defaut := _defaut(monde, demande, methode, qui):
                    yield defaut


def test_chaque_argument_de_chaque_route_a_son_objet() -> None:
    assert sans_objets() == []


@pytest.mark.parametrize("qui", [*Role, None], ids=[*Role.values, "personne"])
def test_aucune_fuite(monde: Monde, qui: Role | None) -> None:
    assert list(_defauts(monde, qui)) == []


@pytest.mark.epreuve
@pytest.mark.parametrize("qui", [*Role, None], ids=[*Role.values, "personne"])
def test_aucune_fuite_par_aucune_methode(monde: Monde, qui: Role | None) -> None:
    assert list(_defauts(monde, qui, METHODES + RARES, tout=True)) == []


def test_sans_second_facteur_aucune_page_ne_s_ouvre(monde: Monde) -> None:
    from cepage.fondations.comptes.services import attribuer, ouvrir_compte
    from tests.personnes import DEBUT

    operateur = Organisation.objects.get(code_emetteur="AB")
    presse = ouvrir_compte(email="presse@exemple.test", prenom="Presse", nom="Sans", organisation=operateur)
    attribuer(presse, Role.DIRECTEUR_PROJET, debut=DEBUT)
    monde.ouvrir("presse", presse)
    pieces = toutes_les_pieces()
    for route in toutes_les_routes():
        if route.action:
            for demande in demandes(route, pieces.get(route.espace), monde.cotes[:1]):
                reponse = monde.demander("presse", "GET", demande.chemin, demande.requete)  # type: ignore[arg-type]
                assert reponse.status_code == 302, route.nom
                assert reponse.headers["Location"] == "/compte/second-facteur/", route.nom


def test_temoin_une_garde_ouverte_se_voit(monde: Monde, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: without the row-level scope and the lots, the director of AB reads CD's data."""
    monkeypatch.setattr(Perimetre, "fixer", lambda self: portees.fixer_totale())
    monkeypatch.setattr(Perimetre, "contient_lot", lambda self, lot: True)
    vus = [d for d in _defauts(monde, Role.DIRECTEUR_PROJET, ("GET",)) if "objet de CD" in d]
    ouvertes = {route for d in vus for route in GARDEES if f" {route} " in d}
    assert ouvertes == GARDEES, vus


def test_temoin_une_action_donnee_par_erreur_se_voit(monde: Monde, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: a counsellor let in everywhere is seen at once."""
    from cepage.fondations.comptes import acces

    monkeypatch.setattr(acces, "perimetre", lambda *_: Perimetre(totale=True, lots=None))
    assert any("attendu 403" in d for d in _defauts(monde, Role.CONSEILLER, ("GET",)))
