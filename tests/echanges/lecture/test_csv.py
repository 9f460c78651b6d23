"""CSV: header, line numbers, wrong lines refused alone, the engine and the careful reading agree."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

import pytest

from cepage.echanges.reception.lecture import lecture_csv
from tests.echanges.lecture.outils import cadre, lire

TETE = b"nature;horodatage;numero_dossier;date_interaction;duree_minutes\n"


def test_numero_de_ligne_avec_retours_a_la_ligne_dans_les_champs(tmp_path: Path) -> None:
    contenu = TETE + b'C;h;1;"a\nb\n\nc";5\r\nC;h;2;x;\nC;h;"3";"l""E;s";\n\n\r\nC;h;4;"";9'
    envoi = lire(tmp_path, "interaction.csv", contenu)
    lu = cadre(envoi, "interaction")
    assert lu.select("_ligne", "numero_dossier", "date_interaction", "duree_minutes").rows() == [
        (2, "1", "a\nb\n\nc", "5"),
        (6, "2", "x", None),
        (7, "3", 'l"E;s', None),
        (10, "4", None, "9"),
    ]
    assert envoi.avertissements == []


def test_numeros_de_ligne_au_fil_de_nombreuses_tranches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lecture_csv, "_TRANCHE", 4096)
    monkeypatch.setattr(lecture_csv, "_TRANCHE_MINIMALE", 256)
    hasard = random.Random(4)
    sortie = io.StringIO()
    ecrivain = csv.writer(sortie, delimiter=";", lineterminator="\n")
    attendu = []
    ligne = 2
    for i in range(5000):
        texte = hasard.choice(["", "a", 'x"y', "p;q", "l1\nl2", '"\n"\n', "é" * 30])
        attendu.append((ligne, str(i), texte or None))
        ecrivain.writerow(["C", "h", i, texte, ""])
        ligne += 1 + texte.count("\n")
    envoi = lire(tmp_path, "interaction.csv", TETE + sortie.getvalue().encode(), longueur_enregistrement=4096)
    lu = cadre(envoi, "interaction", 777)
    assert lu.select("_ligne", "numero_dossier", "date_interaction").rows() == attendu
    assert cadre(envoi, "interaction", 1000).equals(lu)


@pytest.mark.parametrize("guillemets", [b"", b'"'])
def test_lignes_trop_longues_ou_courtes_refusees_seules(tmp_path: Path, guillemets: bytes) -> None:
    bonne = b"C;h;" + guillemets + b"%d" + guillemets + b";d;1\n"
    lignes = [bonne % i for i in range(30_000)]
    lignes[100] = b"C;h;1\n"
    lignes[20_000] = b"C;h;1;2;3;4;5\n"
    # One short and one long, which compensate each other in the slice.
    lignes[200] = b"C;h;1;2\n"
    lignes[201] = b"C;h;1;2;3;4\n"
    lignes[300] = b"\n"
    envoi = lire(tmp_path, "interaction.csv", TETE + b"".join(lignes))
    lu = cadre(envoi, "interaction")
    mauvaises = {100, 200, 201, 300, 20_000}
    assert lu["_ligne"].to_list() == [i + 2 for i in range(30_000) if i not in mauvaises]
    assert lu["numero_dossier"].to_list() == [str(i) for i in range(30_000) if i not in mauvaises]
    assert [(a.ligne, a.code, a.gravite) for a in envoi.avertissements] == [
        (102, "E-FIC-102", "bloquant"),
        (202, "E-FIC-102", "bloquant"),
        (203, "E-FIC-101", "bloquant"),
        (20_002, "E-FIC-101", "bloquant"),
    ]
    assert "3 au lieu de 5" in envoi.avertissements[0].message


def test_guillemets_egares(tmp_path: Path) -> None:
    contenu = TETE + b'C;h;1;l"Estaque;5\nC;h;2;"jamais ferme;5\nC;h;3;ok;5\nC;h;4;"ferme" trop;5\nC;h;5;"bon";5\n'
    envoi = lire(tmp_path, "interaction.csv", contenu)
    lu = cadre(envoi, "interaction")
    assert lu.select("_ligne", "numero_dossier", "date_interaction").rows() == [
        (2, "1", 'l"Estaque'),
        (4, "3", "ok"),
        (6, "5", "bon"),
    ]
    assert [(a.ligne, a.code) for a in envoi.avertissements] == [(3, "E-FIC-103"), (5, "E-FIC-103")]


def test_entete_en_desordre_bom_crlf_et_fichier_nomme_autrement(tmp_path: Path) -> None:
    contenu = "\ufeffdate_interaction;nature;numero_dossier;horodatage\r\n2021;C;1;h\r\n".encode()
    envoi = lire(tmp_path, "depot du jour.csv", contenu)
    assert envoi.fiches() == ["interaction"]
    assert cadre(envoi, "interaction").rows() == [(2, "depot du jour.csv", "C", "h", "1", "2021", None)]


@pytest.mark.parametrize("fin", [b"", b"\n", b"\r\n", b"\n\n"])
def test_entete_seul_accepte_vide(tmp_path: Path, fin: bytes) -> None:
    envoi = lire(tmp_path, "interaction.csv", TETE.strip() + fin)
    assert envoi.fiches() == ["interaction"]
    assert cadre(envoi, "interaction").height == 0


def test_anomalies_bornees(tmp_path: Path) -> None:
    envoi = lire(tmp_path, "interaction.csv", TETE + b"C;h\n" * 50, anomalies=10)
    assert cadre(envoi, "interaction").height == 0
    assert [a.code for a in envoi.avertissements] == ["E-FIC-102"] * 10 + ["W-FIC-003"]
