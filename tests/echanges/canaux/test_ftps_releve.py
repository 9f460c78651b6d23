"""What waits is judged once, in order, and answered, whatever stops the judge and wherever it stops."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from django.db import OperationalError
from pytest_django import Settings

from cepage.acheteur.registre.selectors import empreinte
from cepage.echanges.canaux.acces.authentification import Acces
from cepage.echanges.canaux.depots import services as depots
from cepage.echanges.canaux.depots.models import Depot
from cepage.echanges.canaux.ftps import attente, menage, racines, releve, retours
from cepage.echanges.canaux.ftps.attente import Attendu
from cepage.echanges.canaux.ftps.refus import Refus
from cepage.echanges.conformite.ecriture import en_csv
from cepage.echanges.conformite.fiches import personne
from cepage.echanges.reception.models import Envoi
from cepage.fondations.socle.portee import portee_totale
from tests.echanges.canaux.conftest import LE, Serrurier
from tests.echanges.reception.fabrique import ouvrir_le_marche

Deposer = Callable[..., Path]


@pytest.fixture
def acces(ouvrir: Serrurier, settings: Settings, tmp_path: Path) -> Acces:
    """AB's entry, on a disk of its own."""
    settings.CEPAGE_DATE = LE.isoformat()
    settings.CEPAGE_DONNEES = tmp_path
    ouvrir_le_marche()
    cle = ouvrir().cle
    return Acces(cle.pk, cle.identifiant, "AB", frozenset(cle.actions), bac_a_sable=False)


@pytest.fixture
def deposer(acces: Acces) -> Deposer:
    """Lays a file of so many people under depot/ and has it taken; gives where its receipt comes."""

    def faire(chemin: str, *identifiants: str) -> Path:
        racine = racines.preparer(acces)
        fichier = racine / "depot" / chemin
        fichier.write_bytes(en_csv("beneficiaire", [personne(identifiant_beneficiaire=i) for i in identifiants]))
        attente.entrer(acces, fichier, racines.destination(PurePosixPath(chemin)), le=LE)
        assert not fichier.exists()
        return racine / "retours" / f"{chemin}.json"

    return faire


def lire(chemin: Path) -> dict[str, Any]:
    lu: dict[str, Any] = json.loads(chemin.read_bytes())
    return lu


def en_attente() -> list[str]:
    return [attendu.bordereau.nom for attendu in attente.lister()]


def envois() -> list[str]:
    with portee_totale():
        return [envoi.nom_fichier for envoi in Envoi.objects.order_by("pk")]


def test_les_fichiers_sont_controles_dans_l_ordre_et_archives(deposer: Deposer, acces: Acces) -> None:
    accuses = [deposer(f"08/{nom}.csv", f"P{rang}") for rang, nom in enumerate(("c", "a", "b"))]
    assert releve.relever({})
    assert [lire(chemin)["statut"] for chemin in accuses] == ["accepte"] * 3
    assert envois() == ["c.csv", "a.csv", "b.csv"]
    assert en_attente() == []
    with portee_totale():
        assert {d.canal for d in Depot.objects.all()} == {"ftps"}
        assert len({d.trace for d in Depot.objects.all()}) == 3
    archives = racines.racine("AB", bac=False) / "archives"
    assert sorted(f.name for f in archives.rglob("a.csv*")) == ["a.csv", "a.csv.csv", "a.csv.json", "a.csv.xml"]
    assert next(archives.iterdir()).name == "2022-06-02"
    # Nothing is copied twice, and nothing is left where the judge works.
    assert list(depots.repertoire().iterdir()) == []


def test_le_dossier_dit_le_mode(deposer: Deposer) -> None:
    essai, tout_ou_rien = deposer("08/essai/a.csv", "P1"), deposer("08/tout_ou_rien/a.csv", "P2")
    assert releve.relever({})
    assert (lire(essai)["mode"], lire(tout_ou_rien)["mode"]) == ("essai", "tout_ou_rien")
    assert envois() == ["a.csv"]


class Arret(BaseException):
    """The process is killed."""


@pytest.mark.parametrize(
    ("module", "fonction"),
    [
        (depots, "_juger"),
        (retours, "archiver"),
        (Attendu, "liberer"),
        (retours, "rendre"),
        (retours, "_poser"),
        (Attendu, "sortir"),
    ],
)
@pytest.mark.parametrize("apres", [False, True])
def test_tue_n_importe_ou_le_meme_fichier_recoit_son_seul_accuse(
    deposer: Deposer, monkeypatch: pytest.MonkeyPatch, module: Any, fonction: str, apres: bool
) -> None:
    accuse = deposer("08/a.csv", "P1")
    vraie = getattr(module, fonction)

    def tuer(*args: Any, **suite: Any) -> None:
        if apres:
            vraie(*args, **suite)
        raise Arret

    with monkeypatch.context() as panne:
        panne.setattr(module, fonction, tuer)
        with pytest.raises(Arret):
            releve.relever({})
    attente.balayer()
    assert releve.relever({})
    assert lire(accuse)["statut"] == "accepte"
    assert lire(accuse)["comptes"]["beneficiaire"]["acceptees"] == 1
    assert (en_attente(), envois()) == ([], ["a.csv"])
    with portee_totale():
        avant = empreinte()
    assert releve.relever({})
    with portee_totale():
        assert empreinte() == avant
    assert [f.name for f in attente.repertoire().iterdir()] == []


def test_les_memes_octets_recoivent_le_meme_accuse(deposer: Deposer) -> None:
    premier = deposer("08/a.csv", "P1")
    releve.relever({})
    avant = premier.read_bytes()
    second = deposer("08/encore.csv", "P1")
    releve.relever({})
    assert second.read_bytes() == avant
    assert envois() == ["a.csv"]


def test_une_panne_de_base_garde_tout_dans_l_ordre(deposer: Deposer, monkeypatch: pytest.MonkeyPatch) -> None:
    accuses = [deposer(f"08/{nom}.csv", nom) for nom in ("b", "a")]

    def panne(*args: Any, **suite: Any) -> None:
        raise OperationalError

    with monkeypatch.context() as coupe:
        coupe.setattr(depots, "_juger", panne)
        assert not any(releve.relever({}) for _ in range(releve.ESSAIS + 1))
    assert en_attente() == ["b.csv", "a.csv"]
    assert not any(chemin.exists() for chemin in accuses)
    assert releve.relever({})
    assert envois() == ["b.csv", "a.csv"]


def test_un_disque_plein_au_moment_de_rendre_ne_perd_rien(deposer: Deposer, monkeypatch: pytest.MonkeyPatch) -> None:
    accuse = deposer("08/a.csv", "P1")

    def plein(*args: Any, **suite: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disque:
        disque.setattr(retours, "_poser", plein)
        assert not releve.relever({})
    assert en_attente() == ["a.csv"]
    assert releve.relever({})
    assert lire(accuse)["statut"] == "accepte"


def test_un_fichier_qui_fait_tomber_le_controle_est_rendu_et_ne_bloque_pas_les_suivants(
    deposer: Deposer, monkeypatch: pytest.MonkeyPatch
) -> None:
    deposer("08/piege.csv", "P1")
    suivant = deposer("08/suivant.csv", "P2")
    vraie = depots._juger

    def tomber(depot: Depot, *suite: Any) -> Any:
        if depot.nom == "piege.csv":
            raise ZeroDivisionError
        return vraie(depot, *suite)

    monkeypatch.setattr(depots, "_juger", tomber)
    echecs: dict[str, int] = {}
    assert [releve.relever(echecs) for _ in range(releve.ESSAIS)] == [False, False, True]
    assert lire(suivant)["statut"] == "accepte"
    probleme = lire(suivant.with_name("piege.csv.probleme.json"))
    assert "rien n'est entré" in probleme["detail"]
    assert probleme["remede"]
    assert len(probleme["trace"]) == 32


def test_un_fichier_deja_recu_d_un_autre_est_dit_sans_son_accuse(
    deposer: Deposer, monkeypatch: pytest.MonkeyPatch
) -> None:
    accuse = deposer("08/a.csv", "P1")
    monkeypatch.setattr(depots, "recevoir", _d_un_autre(depots.recevoir))
    assert releve.relever({})
    assert not accuse.exists()
    assert "autre opérateur" in lire(accuse.with_name("a.csv.probleme.json"))["detail"]


def _d_un_autre(vraie: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args, **suite: replace(vraie(*args, **suite), emetteur="CD")


def test_un_nom_attend_son_accuse_avant_de_resservir(deposer: Deposer) -> None:
    accuse = deposer("08/a.csv", "P1")
    with pytest.raises(Refus, match="déjà en cours de contrôle"):
        deposer("08/a.csv", "P2")
    # The same name elsewhere is another file.
    deposer("08/essai/a.csv", "P2")
    releve.relever({})
    premier = lire(accuse)["empreinte"]
    (racines.racine("AB", bac=False) / "depot" / "08" / "a.csv").unlink()
    deposer("08/a.csv", "P2")
    assert not accuse.exists()
    releve.relever({})
    assert lire(accuse)["empreinte"] != premier
    archives = racines.racine("AB", bac=False) / "archives"
    assert premier in {lire(f)["empreinte"] for f in archives.rglob("a.csv.json")}


def test_ce_qu_un_serveur_tue_laisse_est_balaye(deposer: Deposer, acces: Acces) -> None:
    deposer("08/a.csv", "P1")
    orphelin = attente.repertoire() / "0-0-orphelin.json"
    brouillon = attente.repertoire() / "0-0-brouillon.tmp"
    orphelin.write_text("{}")
    brouillon.write_text("{")
    attente.balayer()
    assert not orphelin.exists()
    assert not brouillon.exists()
    assert en_attente() == ["a.csv"]


def test_ce_qui_attend_compte_dans_la_place_de_son_seul_operateur(deposer: Deposer, acces: Acces) -> None:
    deposer("08/a.csv", "P1")
    (attendu,) = attente.lister()
    assert attente.taille(acces) == attendu.octets.stat().st_size > 0
    assert attente.taille(replace(acces, bac_a_sable=True)) == 0
    assert attente.taille(replace(acces, emetteur="CD")) == 0


def vieillir(chemin: Path, jours: int) -> None:
    le = time.time() - jours * 86_400
    os.utime(chemin, (le, le))


def test_ce_qui_a_fait_son_temps_s_en_va(deposer: Deposer, settings: Settings) -> None:
    accuse, garde = deposer("08/a.csv", "P1"), deposer("08/b.csv", "P2")
    releve.relever({})
    racine = racines.racine("AB", bac=False)
    for chemin in racine.rglob("*a.csv*"):
        vieillir(chemin.parent if "archives" in str(chemin) else chemin, settings.CEPAGE_FTPS_ARCHIVES_JOURS + 1)
    vieux, jeune = racine / "depot" / "08" / "vieux.part", racine / "depot" / "08" / "jeune.part"
    for fichier, jours in ((vieux, 31), (jeune, 29)):
        fichier.write_bytes(b"x")
        vieillir(fichier, jours)
    menage.balayer()
    assert [accuse.exists(), garde.exists(), vieux.exists(), jeune.exists()] == [False, True, False, True]
    assert not list((racine / "archives").rglob("a.csv*"))
    assert len(list((racine / "archives").rglob("b.csv*"))) == 4
    # The folders where one lays files stay, however old they are.
    for dossier in (racine / "depot").rglob("*"):
        vieillir(dossier, 1000)
    menage.balayer()
    assert (racine / "depot" / "08" / "essai").is_dir()


@pytest.mark.parametrize(
    ("chemin", "lot", "mode"),
    [
        ("08/a.csv", "08", "normal"),
        ("08/essai/a.csv", "08", "essai"),
        ("08/tout_ou_rien/a.csv.part", "08", "tout_ou_rien"),
        ("CEP_08_AB_20220601_1.zip", "08", "normal"),
        ("CEP_08_AB_20220601_1.zip.filepart", "08", "normal"),
    ],
)
def test_le_chemin_dit_le_lot_et_le_mode(chemin: str, lot: str, mode: str) -> None:
    lue = racines.destination(PurePosixPath(chemin))
    assert (lue.lot, lue.mode) == (lot, mode)
    assert not racines.provisoire(lue.nom)


@pytest.mark.parametrize(
    ("chemin", "dit"),
    [
        ("a.csv", "Le lot de ce fichier n'est pas dit"),
        ("08/autre/a.csv", "Ce dossier ne reçoit pas de fichier"),
        ("08/essai/x/a.csv", "Ce dossier ne reçoit pas de fichier"),
        ("08/.cache", "ne commence pas par un point"),
        ("08/.part", "ne commence pas par un point"),
        ("08/a\x07.csv", "ne se lit pas"),
        ("08/a\ufffd.csv", "ne se lit pas"),
        ("08/" + "é" * 101, "dépasse 200 octets"),
    ],
)
def test_un_chemin_qui_ne_va_pas_est_refuse_avec_une_phrase(chemin: str, dit: str) -> None:
    with pytest.raises(Refus, match=dit) as refus:
        racines.destination(PurePosixPath(chemin))
    assert refus.value.reponse.startswith("553 ")
