"""The exports to AGORA and the SI CPF: made of the accepted fiches, of what is needed alone, and said an assumption."""

import argparse
import csv
import hashlib
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from cepage.echanges.partage import commandes, extraction
from cepage.echanges.partage.services import Export, ExportImpossible, exporter
from cepage.fondations.socle.models import EntreeJournal
from cepage.fondations.socle.portee import portee_totale
from tests.echanges.reception.fabrique import Facteur, parcours, personne

LE = datetime(2022, 6, 3, 9, tzinfo=UTC)
ANNEE = {"du": date(2020, 1, 1), "au": date(2021, 1, 1)}


def produire(dossier: Path, format_: str = "agora", **change: Any) -> Export:
    return exporter(format_, **({"lot": "08", "dossier": dossier, "le": LE, **ANNEE} | change))


def lignes(export: Export) -> list[dict[str, Any]]:
    return [json.loads(ligne) for ligne in export.fichier.read_text(encoding="utf-8").splitlines()]


def test_les_fiches_acceptees_et_elles_seules(
    facteur: Facteur, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extraction, "PAGE", 2)
    envoi = parcours()
    refusee = personne(identifiant_beneficiaire="P9", adresse_code_postal="99999")
    envoi["beneficiaire"].append(refusee)
    facteur.envoyer(envoi)
    fait = produire(tmp_path / "sortie")
    entete, *lus = lignes(fait)
    assert "hypothèse" in entete["confiance"]
    assert {p["numero_dossier"] for p in lus} == {u["numero_dossier"] for u in envoi["unite_oeuvre"]}
    assert fait.parcours == len(lus) == 4
    attendue = envoi["beneficiaire"][0]
    assert {(p["nom_naissance"], p["date_naissance"]) for p in lus} == {
        (attendue["nom_naissance"], attendue["date_naissance"])
    }
    uo1 = next(p for p in lus if p["unite"] == "01")
    assert (uo1["lot"], uo1["operateur"], uo1["engagement"]) == ("08", "AB", "2020-03-09")


def test_rien_de_plus_que_le_parcours(facteur: Facteur, tmp_path: Path) -> None:
    envoi = parcours()
    facteur.envoyer(envoi)
    texte = produire(tmp_path).fichier.read_text(encoding="utf-8")
    (une,) = envoi["beneficiaire"]
    for champ in ("email", "telephone", "adresse_nom_voie", "handicap", "structure"):
        if une.get(champ) and len(une[champ]) > 3:
            assert une[champ] not in texte, champ
    assert "handicap" not in texte


def test_une_unite_annulee_n_est_pas_partagee(facteur: Facteur, tmp_path: Path) -> None:
    envoi = parcours()
    facteur.envoyer(envoi)
    annulee = envoi["unite_oeuvre"][-1] | {"nature": "A", "horodatage": "2022-06-01T20:00:00+02:00"}
    facteur.envoyer({"unite_oeuvre": [annulee]})
    assert annulee["numero_dossier"] not in produire(tmp_path).fichier.read_text(encoding="utf-8")


def test_les_bornes_de_la_periode(facteur: Facteur, tmp_path: Path) -> None:
    facteur.envoyer(parcours())
    engagee_le = date(2020, 3, 2)
    avant = produire(tmp_path, du=date(2020, 1, 1), au=engagee_le)
    assert avant.parcours == 0
    assert produire(tmp_path, du=engagee_le, au=date(2020, 3, 3)).parcours == 1
    assert produire(tmp_path, lot="02").parcours == 0


def test_le_csv_a_les_memes_parcours_sans_formule(facteur: Facteur, tmp_path: Path) -> None:
    envoi = parcours()
    facteur.envoyer(envoi)
    fait = produire(tmp_path, "si-cpf")
    with fait.fichier.open(encoding="utf-8", newline="") as flux:
        lus = list(csv.DictReader(flux, delimiter=";"))
    assert len(lus) == fait.parcours == 4
    assert {p["prenom"] for p in lus} == {envoi["beneficiaire"][0]["prenom"]}


def test_le_fichier_est_prive_entier_et_scelle(facteur: Facteur, tmp_path: Path) -> None:
    facteur.envoyer(parcours())
    fait = produire(tmp_path / "sortie")
    assert fait.fichier.stat().st_mode & 0o077 == 0
    assert hashlib.sha256(fait.fichier.read_bytes()).hexdigest() == fait.empreinte
    assert [f.name for f in fait.fichier.parent.iterdir()] == [fait.fichier.name]
    with portee_totale():
        entree = EntreeJournal.objects.get(genre="partage")
    assert (entree.contenu["empreinte"], entree.contenu["parcours"]) == (fait.empreinte, 4)


@pytest.mark.parametrize(
    ("change", "raison"),
    [
        ({"format_": "xml"}, "n'est pas connu"),
        ({"lot": "99"}, "n'est pas un lot"),
        ({"au": date(2020, 1, 1)}, "vient après"),
    ],
)
def test_une_demande_fausse_est_refusee(db: None, tmp_path: Path, change: dict[str, Any], raison: str) -> None:
    with pytest.raises(ExportImpossible, match=raison):
        produire(tmp_path, **change)


def test_un_dossier_qui_ne_s_ecrit_pas(db: None, tmp_path: Path) -> None:
    (tmp_path / "pris").write_text("un fichier", encoding="utf-8")
    with pytest.raises(ExportImpossible, match="ne s'écrit pas"):
        produire(tmp_path / "pris")


def test_la_commande_dit_que_le_format_est_une_hypothese(
    facteur: Facteur, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    facteur.envoyer(parcours())
    parseur = argparse.ArgumentParser()
    commandes.ajouter_commandes(parseur.add_subparsers())
    mots = ["partage", "exporter", "--lot", "08", "--du", "2020-01-01", "--au", "2021-01-01", "--sortie", str(tmp_path)]
    args = parseur.parse_args(mots)
    assert args.executer(args) == 0
    dit = capsys.readouterr().out
    assert "4 parcours pour AGORA" in dit
    assert "hypothèse" in dit
    args = parseur.parse_args([*mots[:3], "99", *mots[4:]])
    assert args.executer(args) == 2
