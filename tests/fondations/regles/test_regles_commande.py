"""The `regles` commands: JSON on stdout, sentences otherwise, exit codes 0, 2 and 3."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cepage.fondations.regles import ErreurRegles
from cepage.fondations.regles.ligne_de_commande import (
    ajouter_commandes,
    cas_aiguillage,
    cas_echeance,
    executer,
)

FAITS: dict[str, Any] = {
    "statuts": ["CDI"],
    "categorie_sociale": "5",
    "handicap": "NON",
    "date_naissance": "1980-05-17",
    "lot": "08",
    "date": "2021-03-01",
}


def lancer(*arguments: str) -> int:
    parseur = argparse.ArgumentParser()
    ajouter_commandes(parseur.add_subparsers(dest="commande"))
    return executer(parseur.parse_args(["regles", *arguments]))


def test_echeance_json(capsys: pytest.CaptureFixture[str]) -> None:
    code = lancer("echeance", "--uo", "21", "--engagement", "2020-08-31", "--marche", "A", "--format", "json")
    assert code == 0
    reponse = json.loads(capsys.readouterr().out)
    assert reponse["echeance"] == "2021-02-28"
    assert reponse["premier_jour_de_cloture_automatique"] == "2021-03-01"
    assert [a["jours"] for a in reponse["avertissements"]] == [30, 15, 5]


def test_echeance_uo22_en_phrases(capsys: pytest.CaptureFixture[str]) -> None:
    assert lancer("echeance", "--uo", "22", "--engagement", "2020-06-01", "--engagement-uo21", "2020-01-02") == 0
    sortie = capsys.readouterr().out
    assert "Échéance : 2021-07-02 inclus (18 mois depuis le 2020-01-02" in sortie


@pytest.mark.parametrize(
    ("arguments", "fragment"),
    [
        (("--uo", "22", "--engagement", "2020-06-01"), "dont la date manque"),
        (("--uo", "21", "--engagement", "2020-02-30"), "n'est pas une date"),
        (("--uo", "21", "--engagement", "20200301"), "n'est pas une date"),
        (("--uo", "21", "--engagement", "2024-01-01"), "n'a pas de valeur"),
        (("--uo", "21", "--engagement", "2020-06-01", "--marche", "Z"), "n'est pas connu"),
    ],
)
def test_echeance_refusee(arguments: tuple[str, ...], fragment: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert lancer("echeance", *arguments) == 2
    capture = capsys.readouterr()
    assert fragment in capture.err
    assert capture.out == ""


def test_erreur_en_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert lancer("echeance", "--uo", "99", "--engagement", "2020-06-01", "--format", "json") == 2
    capture = capsys.readouterr()
    assert json.loads(capture.out)["remede"]
    assert "n'est pas connue" in capture.err


def test_aiguillage_depuis_un_fichier(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fichier = tmp_path / "faits.json"
    fichier.write_text(json.dumps(FAITS), encoding="utf-8")
    assert lancer("aiguillage", "--faits", str(fichier), "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["operateur"] == "RDV_INTERNE"
    assert lancer("aiguillage", "--faits", str(fichier)) == 0
    assert "À dire : « Notre service est fait pour vous." in capsys.readouterr().out


def test_aiguillage_fichier_absent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert lancer("aiguillage", "--faits", str(tmp_path / "absent.json")) == 3
    assert "ne peut pas être lu" in capsys.readouterr().err


@pytest.mark.parametrize("octets", [b"{", b"[]", b"\xff", b'{"statuts": ["CDI"]}', b"null", b"[" * 200_000])
def test_aiguillage_fichier_refuse(octets: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fichier = tmp_path / "faits.json"
    fichier.write_bytes(octets)
    assert lancer("aiguillage", "--faits", str(fichier)) == 2
    assert "categorie_sociale" in capsys.readouterr().err


def test_marche_de_la_commande(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fichier = tmp_path / "faits.json"
    fichier.write_text(json.dumps(FAITS), encoding="utf-8")
    assert lancer("aiguillage", "--faits", str(fichier), "--marche", "Z") == 2
    assert "Le marché « Z »" in capsys.readouterr().err


def test_parametre(capsys: pytest.CaptureFixture[str]) -> None:
    assert lancer("parametre", "prix_plafond.uo21", "--le", "2020-01-02", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["valeur"] == "300.00"
    assert lancer("parametre", "lots.libelles", "--le", "2020-01-02", "--format", "json") == 0
    assert len(json.loads(capsys.readouterr().out)["valeur"]) == 19
    assert lancer("parametre", "delai_execution.uo01", "--le", "2020-01-02") == 0
    assert "2 (mois), CCTP §1.2.6, lu" in capsys.readouterr().out


@pytest.mark.parametrize("cle", ["statuts", "categorie_sociale", "handicap", "lot", "date"])
def test_fait_manquant_nomme(cle: str) -> None:
    faits = {k: v for k, v in FAITS.items() if k != cle}
    with pytest.raises(ErreurRegles, match=f"Fait manquant : {cle}"):
        cas_aiguillage(faits)


@pytest.mark.parametrize("statut", ["CDI|DE_INSCRIT", ["CDI", "DE_INSCRIT"]])
def test_le_statut_se_nomme_aussi_comme_au_contrat(statut: Any) -> None:
    autres = {k: v for k, v in FAITS.items() if k != "statuts"}
    assert cas_aiguillage({**autres, "statut": statut}) == cas_aiguillage({**autres, "statuts": ["CDI", "DE_INSCRIT"]})


def test_age_ou_naissance_exige() -> None:
    faits = {k: v for k, v in FAITS.items() if k != "date_naissance"}
    with pytest.raises(ErreurRegles, match="date_naissance ou age"):
        cas_aiguillage(faits)
    assert cas_aiguillage({**faits, "age": 40})["operateur"] == "RDV_INTERNE"


@pytest.mark.parametrize(
    ("champ", "valeur", "fragment"),
    [
        ("statuts", "CDI", "n'est pas une liste"),
        ("statuts", [3], "n'est pas une liste"),
        ("categorie_sociale", "9", "La catégorie sociale « 9 »"),
        ("handicap", "OUI", "La situation de handicap « OUI »"),
        ("handicap", True, "La situation de handicap « True »"),
        ("date", "2021-02-30", "n'est pas une date"),
        ("age", "40", "n'est pas un nombre entier"),
        ("age", True, "n'est pas un nombre entier"),
        ("marche", 1, "n'est pas un texte"),
    ],
)
def test_fait_refuse(champ: str, valeur: Any, fragment: str) -> None:
    with pytest.raises(ErreurRegles, match=fragment):
        cas_aiguillage({**FAITS, champ: valeur})


def test_non_connu_donne_une_reserve() -> None:
    reponse = cas_aiguillage({**FAITS, "categorie_sociale": "NSP", "handicap": "NSP"})
    assert len(reponse["reserves"]) == 2
    assert cas_aiguillage(FAITS)["reserves"] == []


def test_faits_en_vrai_ou_faux() -> None:
    codes = cas_aiguillage(FAITS)
    faits = {**codes["faits"], "date": "2021-03-01"}
    directs = cas_aiguillage(faits)
    assert directs == codes
    with pytest.raises(ErreurRegles, match="Fait manquant : frontalier"):
        cas_aiguillage({k: v for k, v in faits.items() if k != "frontalier"})
    with pytest.raises(ErreurRegles, match="« cadre » n'est ni true ni false"):
        cas_aiguillage({**faits, "cadre": "oui"})
    with pytest.raises(ErreurRegles, match="Fait inconnu : cadre"):
        cas_aiguillage({**FAITS, "cadre": True})


def test_cas_echeance_accepte_des_dates() -> None:
    assert cas_echeance("01", date(2020, 1, 2), None, "A")["echeance"] == "2020-03-02"
    assert cas_echeance("22", "2020-06-01", date(2020, 1, 2))["origine"] == "2020-01-02"
