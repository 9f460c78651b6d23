"""`cepage contrat exporter` writes whole documents or says why it cannot."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cepage.config.ligne_de_commande import principal
from cepage.echanges.contrat.exports import FORMATS, produire


@pytest.mark.parametrize("format_publie", FORMATS)
def test_ecrit_les_documents_du_format(format_publie: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sortie = tmp_path / "contrat" / "publie"
    assert principal(["contrat", "exporter", "--format", format_publie, "--sortie", str(sortie)]) == 0
    documents = produire(format_publie)
    assert {f.name: f.read_bytes() for f in sortie.iterdir()} == documents
    assert capsys.readouterr().out.split() == [str(sortie / nom) for nom in documents]


def test_remplace_un_document_deja_ecrit(tmp_path: Path) -> None:
    (tmp_path / "cepage-envoi-1.0.xsd").write_text("ancien")
    assert principal(["contrat", "exporter", "--format", "xsd", "--sortie", str(tmp_path)]) == 0
    assert [f.name for f in tmp_path.iterdir()] == ["cepage-envoi-1.0.xsd"]
    assert (tmp_path / "cepage-envoi-1.0.xsd").read_bytes() == produire("xsd")["cepage-envoi-1.0.xsd"]


def test_dit_en_francais_pourquoi_le_dossier_ne_va_pas(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "fichier").write_text("occupé")
    assert principal(["contrat", "exporter", "--format", "csv", "--sortie", str(tmp_path / "fichier")]) == 3
    sorties = capsys.readouterr()
    assert "Impossible d'écrire" in sorties.err
    assert "ce n'est pas un dossier" in sorties.err
    assert "--sortie" in sorties.err
    assert sorties.out == ""


def test_un_echec_ne_laisse_aucun_fichier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ecrits: list[int] = []

    def disque_plein(descripteur: int) -> None:
        ecrits.append(descripteur)
        if len(ecrits) == 3:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", disque_plein)
    assert principal(["contrat", "exporter", "--format", "csv", "--sortie", str(tmp_path)]) == 3
    assert list(tmp_path.iterdir()) == []


def test_n_importe_ni_django_ni_base(tmp_path: Path) -> None:
    programme = (
        "import sys\n"
        "from cepage.config.ligne_de_commande import principal\n"
        f"code = principal(['contrat', 'exporter', '--format', 'csv', '--sortie', {str(tmp_path)!r}])\n"
        "print([m for m in ('django', 'psycopg', 'polars') if m in sys.modules], file=sys.stderr)\n"
        "sys.exit(code)\n"
    )
    fini = subprocess.run([sys.executable, "-c", programme], capture_output=True, text=True, check=False)
    assert fini.returncode == 0
    assert fini.stderr.strip() == "[]"
