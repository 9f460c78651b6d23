"""A sealed entry that is edited, removed, moved or cut off is noticed; an intact chain is not accused."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from cepage.fondations.socle.journal import ORIGINE, calculer_empreinte, sceller, verifier
from cepage.fondations.socle.models import EntreeJournal
from cepage.fondations.socle.portee import portee_emetteurs, portee_totale
from tests.echanges.reception.fabrique import Facteur, parcours

DEBUT = datetime(2022, 6, 1, 6, 0, tzinfo=UTC)


def chaine(longueur: int = 12) -> list[EntreeJournal]:
    """A valid chain, outside the database."""
    entrees: list[EntreeJournal] = []
    precedente = ORIGINE
    for numero in range(1, longueur + 1):
        le, contenu = (
            DEBUT + timedelta(hours=numero),
            {"empreinte": f"{numero:064x}", "comptes": {"é": numero}},
        )
        empreinte = calculer_empreinte(numero, le, "envoi", f"08-{numero}", "AB", contenu, precedente)
        entrees.append(
            EntreeJournal(
                numero=numero,
                le=le,
                genre="envoi",
                objet=f"08-{numero}",
                emetteur="AB",
                contenu=contenu,
                precedente=precedente,
                empreinte=empreinte,
            )
        )
        precedente = empreinte
    return entrees


@dataclass(frozen=True)
class Falsification:
    """One way to lie about the past."""

    nom: str

    def appliquer(self, entrees: list[EntreeJournal], i: int, hasard: random.Random) -> list[EntreeJournal]:
        """The journal after the forgery of entry `i`, neither the first nor the last."""
        entree = entrees[i]
        match self.nom:
            case "effacer":
                return entrees[:i] + entrees[i + 1 :]
            case "echanger":
                entrees[i], entrees[i + 1] = entrees[i + 1], entrees[i]
            case "echanger_et_renumeroter":
                entrees[i], entrees[i + 1] = entrees[i + 1], entrees[i]
                for numero, autre in enumerate(entrees, start=1):
                    autre.numero = numero
            case "effacer_et_renumeroter":
                del entrees[i]
                for numero, autre in enumerate(entrees, start=1):
                    autre.numero = numero
            case "doubler":
                entrees.insert(i, entree)
            case "couper":
                return entrees[:i]
            case "vider":
                return []
            case "recalculer_une_entree":
                entree.contenu = {"comptes": {"é": 999}}
                entree.empreinte = _recalculee(entree)
            case "recalculer_toute_la_suite":
                entree.contenu = {"comptes": {"é": 999}}
                for avant, apres in zip(entrees[i - 1 :], entrees[i:], strict=False):
                    apres.precedente = avant.empreinte
                    apres.empreinte = _recalculee(apres)
            case champ:
                valeurs = {
                    "le": entree.le + timedelta(microseconds=1),
                    "genre": "decision",
                    "objet": "08-autre",
                    "emetteur": None,
                    "contenu": {**entree.contenu, "comptes": {"é": hasard.randint(100, 999)}},
                    "precedente": "f" * 64,
                    "empreinte": "e" * 64,
                    "numero": entree.numero + 100,
                }
                setattr(entree, champ, valeurs[champ])
        return entrees


def _recalculee(entree: EntreeJournal) -> str:
    return calculer_empreinte(
        entree.numero,
        entree.le,
        entree.genre,
        entree.objet,
        entree.emetteur,
        entree.contenu,
        entree.precedente,
    )


FALSIFICATIONS = [
    Falsification(nom)
    for nom in (
        *("le", "genre", "objet", "emetteur", "contenu", "precedente", "empreinte", "numero"),
        *("effacer", "effacer_et_renumeroter", "echanger", "echanger_et_renumeroter", "doubler"),
        *("couper", "vider", "recalculer_une_entree", "recalculer_toute_la_suite"),
    )
]
SANS_EMPREINTE_PUBLIEE = [f for f in FALSIFICATIONS if f.nom not in ("couper", "vider", "recalculer_toute_la_suite")]


@pytest.mark.parametrize("falsification", FALSIFICATIONS, ids=lambda f: f.nom)
def test_chaque_falsification_se_voit_avec_l_empreinte_publiee(falsification: Falsification) -> None:
    hasard = random.Random(falsification.nom)
    for _ in range(60):
        longueur = hasard.randint(4, 12)
        entrees = chaine(longueur)
        publiee = entrees[-1].empreinte
        entrees = falsification.appliquer(entrees, hasard.randint(1, longueur - 2), hasard)
        resultat = verifier(entrees, derniere_connue=publiee)
        assert not resultat.intacte
        assert all(defaut.strip() for defaut in resultat.defauts)


@pytest.mark.parametrize("falsification", SANS_EMPREINTE_PUBLIEE, ids=lambda f: f.nom)
def test_hors_la_coupe_la_chaine_seule_suffit(falsification: Falsification) -> None:
    hasard = random.Random(falsification.nom)
    entrees = falsification.appliquer(chaine(), 5, hasard)
    assert not verifier(entrees).intacte


@pytest.mark.parametrize("longueur", [0, 1, 2, 12])
def test_une_chaine_intacte_n_est_pas_accusee(longueur: int) -> None:
    entrees = chaine(longueur)
    resultat = verifier(entrees)
    assert (resultat.intacte, resultat.entrees) == (True, longueur)
    for entree in entrees:
        assert verifier(entrees, derniere_connue=entree.empreinte).intacte


def test_une_coupe_sans_empreinte_publiee_ne_se_voit_pas() -> None:
    assert verifier(chaine()[:5]).intacte


def test_chaque_envoi_est_scelle_et_la_base_se_verifie(facteur: Facteur) -> None:
    premier = facteur.envoyer(parcours())
    second = facteur.envoyer(parcours(), emetteur="CD")
    with portee_totale():
        sceller("decision", "D1", {"montant": "12.50"}, le=DEBUT, emetteur=None)
        resultat = verifier()
        objets = list(EntreeJournal.objects.order_by("numero").values_list("objet", flat=True))
    assert (resultat.intacte, resultat.entrees) == (True, 3)
    assert objets == [premier.envoi, second.envoi, "D1"]


def test_une_entree_scellee_dans_la_portee_d_un_operateur_suit_la_chaine_de_tous(db: None) -> None:
    with portee_totale():
        sceller("envoi", "02-1", {}, le=DEBUT, emetteur="CD")
    with portee_emetteurs(["AB"]):
        sceller("livrable_signe", "AB200301000001", {}, le=DEBUT, emetteur="AB")
        assert [e.numero for e in EntreeJournal.objects.all()] == [2]
    with portee_totale():
        assert verifier().intacte
