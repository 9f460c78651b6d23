"""The decision table of the UO0: complete, without overlap nor dead row, and never a wrong operator."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cepage.fondations.regles import ErreurRegles, Faits, FichierCasse, charger_marche, choisir, orienter
from cepage.fondations.regles.aiguillage import age_le
from cepage.fondations.regles.parametres import RACINE
from cepage.fondations.regles.table_aiguillage import charger_table

FICHIER = RACINE / "marche_a" / "tables" / "aiguillage.yaml"
LE = date(2021, 3, 1)


def test_une_ligne_et_une_seule_par_combinaison() -> None:
    table = charger_marche("A").table_aiguillage()
    vues = set()
    nombre = 0
    for faits in table.combinaisons():
        lignes = table.lignes_touchees(faits)
        assert len(lignes) == 1, (faits, [ligne.code for ligne in lignes])
        vues.add(lignes[0].code)
        nombre += 1
    assert nombre == 2 ** len(table.faits)
    assert vues == {ligne.code for ligne in table.lignes}, "a row that no combination reaches is dead"


def test_recommande_et_autres_peuvent_recevoir_la_personne() -> None:
    regles = charger_marche("A")
    table = regles.table_aiguillage()
    utiles = set()
    for faits in table.combinaisons():
        orientation = orienter(Faits(date=LE, **faits), regles=regles)
        possibles = {o.code for o in table.operateurs_possibles(faits)}
        assert set(orientation.possibles()) == possibles
        assert len(orientation.possibles()) == len(possibles)
        assert "{" not in orientation.phrase
        utiles |= possibles
        if faits["agent_public"]:
            assert "RDV_INTERNE" not in possibles, "public agents are not this market's public"
    assert utiles == set(table.operateurs), "an operator nobody may be sent to is dead"


def test_les_faits_de_la_table_sont_ceux_du_code() -> None:
    faits = Faits(date=LE, **dict.fromkeys(charger_marche("A").table_aiguillage().faits, False))
    assert list(faits.booleens()) == list(charger_marche("A").table_aiguillage().faits)


def test_aucune_ligne_attrape_tout() -> None:
    for ligne in charger_marche("A").table_aiguillage().lignes:
        assert ligne.si
        assert ligne.clause.startswith("CCTP")


def test_le_nom_du_service_de_l_emploi_suit_la_date() -> None:
    regles = charger_marche("A")
    faits = dict.fromkeys(regles.table_aiguillage().faits, False) | {"demandeur_sans_activite": True}
    assert orienter(Faits(date=date(2023, 12, 31), **faits), regles=regles).libelle == "Pôle emploi"
    assert orienter(Faits(date=date(2024, 1, 1), **faits), regles=regles).libelle == "France Travail"


def test_le_choix_l_emporte_parmi_les_possibles() -> None:
    regles = charger_marche("A")
    faits = dict.fromkeys(regles.table_aiguillage().faits, False) | {"salarie": True, "cadre": True}
    orientation = orienter(Faits(date=LE, **faits), regles=regles)
    assert orientation.operateur == "APEC"
    assert choisir(orientation, "APEC") is orientation
    choisie = choisir(orientation, "RDV_INTERNE")
    assert choisie.choix_de_la_personne
    assert choisie.possibles() == ("RDV_INTERNE", "APEC")
    with pytest.raises(ErreurRegles, match="choisit parmi : APEC, RDV_INTERNE"):
        choisir(orientation, "CAP_EMPLOI")


@pytest.mark.parametrize(
    ("avant", "apres", "message"),
    [
        (
            "si: {agent_public: oui}\n    operateur: EMPLOYEUR",
            "si: {agent: oui}\n    operateur: EMPLOYEUR",
            "agent",
        ),
        ("operateur: HORS_CEP", "operateur: INCONNU", "l'opérateur « INCONNU » n'est pas connu"),
        ("si: {handicap: oui}", "si: {handicap: peut-être}", "n'est ni oui ni non"),
        ("    confiance: lu\n", "", "« confiance » manque"),
        ("    confiance: lu\n", "    confiance: sûr\n", "la confiance n'est pas admise"),
        ("    clause: CCTP §2.1.1\n", "    clause: ''\n", "un texte est vide"),
        ("faits_derives:\n", "faits_derive:\n", "« faits_derive » n'est pas connue"),
        ("    au_moins_un: [demandeur_sans", "    au_moins_deux: [demandeur_sans", "« au_moins_deux »"),
        ("au_moins_un: [demandeur_sans_activite, d", "au_moins_un: [oisif, d", "« oisif » n'est pas connu"),
    ],
)
def test_table_cassee_refusee(tmp_path: Path, avant: str, apres: str, message: str) -> None:
    texte = FICHIER.read_text(encoding="utf-8")
    assert avant in texte
    casse = tmp_path / "aiguillage.yaml"
    casse.write_text(texte.replace(avant, apres, 1), encoding="utf-8")
    with pytest.raises(FichierCasse, match=message) as capture:
        charger_table(casse)
    assert capture.value.remede


def test_trou_ou_recouvrement_sont_des_erreurs(tmp_path: Path) -> None:
    """A hole in the table is told, never papered over."""
    texte = FICHIER.read_text(encoding="utf-8").replace(
        "si: {agent_public: oui}\n    operateur", "si: {agent_public: oui, salarie: oui}\n    operateur"
    )
    casse = tmp_path / "aiguillage.yaml"
    casse.write_text(texte, encoding="utf-8")
    table = charger_table(casse)
    seul = dict.fromkeys(table.faits, False) | {"agent_public": True}
    assert table.lignes_touchees(seul) == []


@pytest.mark.parametrize(
    ("naissance", "le", "age"),
    [
        (date(1995, 3, 1), date(2021, 2, 28), 25),
        (date(1995, 3, 1), date(2021, 3, 1), 26),
        (date(1996, 2, 29), date(2022, 2, 28), 25),
        (date(1996, 2, 29), date(2022, 3, 1), 26),
        (date(1996, 2, 29), date(2020, 2, 29), 24),
    ],
)
def test_age(naissance: date, le: date, age: int) -> None:
    assert age_le(naissance, le) == age
