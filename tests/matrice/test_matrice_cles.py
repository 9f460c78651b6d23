"""The permission matrix of the API: every operation × key × {own, other's, missing}, and not one leak."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import HttpResponseBase

from cepage.echanges.canaux.acces.authentification import Acces, authentifier
from cepage.echanges.canaux.rest import entree
from tests.matrice.monde import Monde
from tests.matrice.objets import Cote, Demande, demandes, toutes_les_pieces, toutes_les_routes
from tests.matrice.pieces.rest import ENTIERE, ETROIT, ETROITE, REVOQUEE

DU_BAC = {"rest:bac", "rest:vider"}
"""Operations of the sandbox: a key of the real register is told that they are not for it, or what it asked wrong."""


def _operations(monde: Monde) -> Iterator[tuple[Demande, str, str]]:
    """Every way to ask for every operation: demand, method, action."""
    piece = toutes_les_pieces()["rest"]
    for route in toutes_les_routes():
        for methode, action in route.actions.items():
            for demande in demandes(route, piece, monde.cotes):
                yield demande, methode, action


def _demander(monde: Monde, cle: str, demande: Demande, methode: str) -> HttpResponseBase:
    chemin = f"{demande.chemin}?{urlencode(demande.requete)}"
    return monde.demander(None, methode, chemin, Authorization=f"Bearer {cle}")


def _defauts(monde: Monde, cote: Cote) -> Iterator[str]:
    """What is wrong with the answers to the key of this operator that carries every action."""
    (autre,) = [c for c in monde.cotes if c is not cote]
    for demande, methode, _ in _operations(monde):
        reponse = _demander(monde, cote.objets[ENTIERE], demande, methode)
        nom, code = f"{methode} {demande.route.nom} par la clé de {cote.emetteur}", reponse.status_code
        if demande.route.nom in DU_BAC:
            attendu = code in (403, 422)
        elif demande.manquant or demande.cote not in ("", cote.emetteur):
            attendu = code == 404
        else:
            attendu = code not in (401, 403, 404) and code < 500
        if not attendu:
            yield f"{nom} : {code} ({demande.cote or 'rien de personne'}, manquant : {demande.manquant})"
        en_clair = f"{demande.chemin} {dict(demande.requete)}"
        if vus := {c for c in autre.canaris if c in reponse.corps and c not in en_clair}:  # type: ignore[attr-defined]
            yield f"{nom} : données de {autre.emetteur} lues, {sorted(vus)}"


@pytest.mark.parametrize("emetteur", ["AB", "CD"])
def test_une_cle_n_atteint_que_les_siens(monde: Monde, emetteur: str) -> None:
    assert list(_defauts(monde, monde.cote(emetteur))) == []


def test_une_cle_ne_fait_que_ses_actions(monde: Monde) -> None:
    for demande, methode, action in _operations(monde):
        reponse = _demander(monde, monde.cote("AB").objets[ETROITE], demande, methode)
        assert (reponse.status_code == 403) is (action != ETROIT), (methode, demande.route.nom)


def test_une_cle_fausse_ou_revoquee_n_ouvre_rien(monde: Monde) -> None:
    entiere = monde.cote("AB").objets[ENTIERE]
    for cle in (monde.cote("AB").objets[REVOQUEE], entiere[:-1], entiere.replace("_", "", 1), ""):
        for demande, methode, _ in _operations(monde):
            reponse = _demander(monde, cle, demande, methode)
            assert reponse.status_code == 401, (methode, demande.route.nom)
            assert json.loads(reponse.corps.rpartition("\n")[0])["status"] == 401  # type: ignore[attr-defined]


def test_temoin_une_cle_prise_pour_celle_d_un_autre_se_voit(monde: Monde, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: were the emitter not the key's own, CD's key would read AB's data."""

    def authentifier_mal(*args: Any, **options: Any) -> Acces:
        return replace(authentifier(*args, **options), emetteur="AB")

    monkeypatch.setattr(entree, "authentifier", authentifier_mal)
    assert any("données de AB lues" in defaut for defaut in _defauts(monde, monde.cote("CD")))
