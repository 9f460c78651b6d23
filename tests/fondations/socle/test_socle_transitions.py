"""State changes: what is refused says why; what is done leaves its line."""

from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, transaction

from cepage.fondations.comptes.models import Organisation
from cepage.fondations.socle.models import TransitionJournal
from cepage.fondations.socle.portee import portee_emetteurs, portee_totale
from cepage.fondations.socle.transitions import TableTransitions, Transition, TransitionRefusee, appliquer

SAISIE = datetime(2021, 3, 12, 10, tzinfo=UTC)
EFFET = date(2021, 4, 1)
# Any model with a text column does: here the name of an organisation plays the state.
TABLE = TableTransitions(
    (
        Transition("brouillon", "publie", frozenset({"referent"})),
        Transition(
            "publie",
            "clos",
            frozenset({"referent", "superviseur"}),
            garde=lambda o: o.lots != [],
            refus="On ne clôt pas sans lot. Ajoutez un lot.",
        ),
    ),
    attribut="nom",
    libelles={"publie": "publié"},
)


@pytest.fixture
def objet(db: None) -> Organisation:
    """Something in the state « brouillon »."""
    return Organisation.objects.create(nom="brouillon", nature="acheteur")


def _appliquer(objet: Organisation, vers: str, *roles: str, emetteur: str | None = None) -> TransitionJournal:
    return appliquer(
        TABLE,
        objet,
        vers,
        roles=roles,
        auteur="Ana",
        effet=EFFET,
        saisie=SAISIE,
        motif="essai",
        emetteur=emetteur,
    )


def test_un_changement_laisse_sa_ligne(objet: Organisation) -> None:
    with portee_totale():
        ligne = _appliquer(objet, "publie", "referent")
    objet.refresh_from_db()
    assert objet.nom == "publie"
    assert (ligne.de, ligne.vers, ligne.effet, ligne.saisie) == ("brouillon", "publie", EFFET, SAISIE)
    assert (ligne.auteur, ligne.motif, ligne.modele) == ("Ana", "essai", "comptes.organisation")


@pytest.mark.parametrize(
    ("vers", "role", "message"),
    [
        ("publie", "superviseur", "Votre rôle ne permet pas"),
        ("clos", "referent", "« brouillon » à « clos »"),
        ("clos", "superviseur", "Depuis cet état, on passe à : publié"),
    ],
)
def test_refus(objet: Organisation, vers: str, role: str, message: str) -> None:
    with portee_totale(), pytest.raises(TransitionRefusee, match=message):
        _appliquer(objet, vers, role)


def test_garde_et_etat_final(objet: Organisation) -> None:
    with portee_totale():
        _appliquer(objet, "publie", "referent")
        with pytest.raises(TransitionRefusee, match="Ajoutez un lot"):
            _appliquer(objet, "clos", "superviseur")
        assert TABLE.possibles(objet, ["superviseur"]) == []
        objet.lots = ["08"]
        assert [t.vers for t in TABLE.possibles(objet, ["superviseur"])] == ["clos"]
        _appliquer(objet, "clos", "superviseur")
        with pytest.raises(TransitionRefusee, match="définitif"):
            _appliquer(objet, "publie", "referent")


def test_le_second_est_refuse(objet: Organisation) -> None:
    copie = Organisation.objects.get(pk=objet.pk)
    with portee_totale():
        _appliquer(objet, "publie", "referent")
        with pytest.raises(TransitionRefusee, match="Quelqu'un vient de changer"):
            _appliquer(copie, "publie", "referent")
        assert TransitionJournal.objects.count() == 1


def test_une_ligne_ne_se_reecrit_pas(objet: Organisation) -> None:
    with portee_totale():
        ligne = _appliquer(objet, "publie", "referent")
        for geste in (ligne.delete, lambda: TransitionJournal.objects.update(motif="autre")):
            with pytest.raises(DatabaseError, match="ne s'efface ni ne se réécrit"), transaction.atomic():
                geste()


def test_la_ligne_ne_se_voit_que_dans_sa_portee(objet: Organisation) -> None:
    with portee_emetteurs(["8A"]):
        _appliquer(objet, "publie", "referent", emetteur="8A")
    with portee_emetteurs(["3B"]):
        assert TransitionJournal.objects.count() == 0
    with portee_emetteurs(["8A"]):
        assert TransitionJournal.objects.count() == 1


def test_tables_mal_ecrites() -> None:
    with pytest.raises(ValueError, match="phrase de refus"):
        Transition("a", "b", frozenset(), garde=lambda o: True)
    double = Transition("a", "b", frozenset())
    with pytest.raises(ValueError, match="deux fois"):
        TableTransitions((double, double))
