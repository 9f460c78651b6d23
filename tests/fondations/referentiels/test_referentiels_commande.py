import argparse
import json
from pathlib import Path

import pytest

from cepage.fondations.referentiels import ligne_de_commande, nomenclatures, services, source
from cepage.fondations.referentiels.models import JeuReferentiel

SEXE = "code,libelle\nF,Féminin\nM,Masculin\nX,Autre\n"


def _lancer(*arguments: str) -> int:
    parseur = argparse.ArgumentParser()
    ligne_de_commande.ajouter_commandes(parseur.add_subparsers(required=True))
    args = parseur.parse_args(["referentiels", *arguments])
    return int(args.executer(args))


@pytest.fixture
def fichier(tmp_path: Path) -> Path:
    chemin = tmp_path / "sexe.csv"
    chemin.write_text(SEXE, encoding="utf-8")
    return chemin


def test_lister(capsys: pytest.CaptureFixture[str]) -> None:
    assert _lancer("lister", "--format", "json") == 0
    listes = {li["liste"]: li for li in json.loads(capsys.readouterr().out)}
    assert listes["statut"]["codes"] == 19
    assert listes["statut"]["proposee"] is True
    assert listes["communes"]["codes"] > 34_000
    assert _lancer("lister") == 0
    assert "[proposée]" in capsys.readouterr().out


def test_a_blanc_par_defaut(fichier: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _lancer("importer", "sexe", str(fichier), "--debut", "2027-01-01") == 0
    sortie = capsys.readouterr().out
    assert "Ajoutés : 1\n  X : Autre" in sortie
    assert "Retirés : 0" in sortie
    assert "Rien n'a été écrit" in sortie


def test_un_fichier_coupe_est_arrete(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chemin = tmp_path / "coupe.csv"
    chemin.write_text("code,libelle\nF,Féminin\n", encoding="utf-8")
    assert _lancer("importer", "sexe", str(chemin), "--debut", "2027-01-01", "--appliquer") == 2
    assert "1 codes sur 2 disparaîtraient" in capsys.readouterr().err
    assert _lancer("importer", "sexe", str(chemin), "--debut", "2027-01-01", "--accepter-retraits") == 0


def test_fichier_absent_date_et_colonnes_illisibles(capsys: pytest.CaptureFixture[str]) -> None:
    assert _lancer("importer", "sexe", "/nulle/part.csv", "--debut", "2027-01-01") == 2
    assert "ne se lit pas" in capsys.readouterr().err
    for mauvais in (["--debut", "01/01/2027"], ["--debut", "2027-01-01", "--colonnes", "code"]):
        with pytest.raises(SystemExit):
            _lancer("importer", "sexe", "x.csv", *mauvais)
    assert "n'est pas une correspondance" in capsys.readouterr().err


@pytest.mark.django_db(transaction=True)
def test_une_liste_appliquee_se_lit_a_sa_date(fichier: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from datetime import date

    source.definir_fournisseur(services.jeux_appliques)
    try:
        importer = (
            "importer",
            "sexe",
            str(fichier),
            "--debut",
            "2027-01-01",
            "--source",
            "essai",
            "--appliquer",
        )
        assert _lancer(*importer) == 0
        assert "X" in nomenclatures.codes("sexe", date(2027, 1, 1))
        assert "X" not in nomenclatures.codes("sexe", date(2026, 12, 31))
        assert services.dates_appliquees() == {"sexe": [date(2027, 1, 1)]}

        assert _lancer(*importer) == 0
        assert "déjà enregistrée" in capsys.readouterr().out

        fichier.write_text(SEXE.replace("Autre", "Neutre"), encoding="utf-8")
        assert _lancer(*importer) == 2
        assert "commence déjà le 01/01/2027" in capsys.readouterr().err
        assert _lancer(*importer, "--remplacer") == 0
        assert nomenclatures.libelle("sexe", "X") == "Neutre"
        assert JeuReferentiel.objects.count() == 1
    finally:
        JeuReferentiel.objects.all().delete()


@pytest.mark.django_db
def test_toutes_les_colonnes_sont_classees() -> None:
    from cepage.fondations.socle.classification import defauts

    assert list(defauts(JeuReferentiel)) == []
