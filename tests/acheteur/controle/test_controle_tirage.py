"""The frame of a quarter and its draw: to the letter, reproducible, frozen, sealed, unbiased."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from cepage.acheteur.controle import tirages
from cepage.acheteur.controle.commandes import ajouter_commandes
from cepage.acheteur.controle.models import Controle, DossierBase, Tirage
from cepage.acheteur.controle.selectors import base_publiee
from cepage.fondations.socle.journal import verifier
from cepage.fondations.socle.models import EntreeJournal
from cepage.fondations.socle.portee import portee_emetteurs, portee_totale
from tests.acheteur.controle.fabrique import TRIMESTRE, numero, unite_close, unites_closes
from tests.echanges.reception.fabrique import Facteur, parcours

SCRIPT = Path(__file__).resolve().parents[3] / "docs" / "algorithmes" / "refaire_le_tirage.py"
LE = datetime(2022, 6, 3, 8, tzinfo=UTC)
TAUX = {uo: Decimal("0.15") for uo in ("00", "01", "21", "22")}
Envoyer = Callable[..., None]


def numeros() -> list[str]:
    """The frame of the quarter as it stands."""
    return [d.numero_dossier for d in base_publiee("08", TRIMESTRE).dossiers]


def figer(graine: str = "graine publiée") -> tirages.TirageFait:
    """Freeze a draw at 15 %."""
    return tirages.figer("08", TRIMESTRE, TAUX, graine, le=LE, auteur="test")


def commande(capsys: pytest.CaptureFixture[str], *mots: str) -> tuple[int, str, str]:
    """Run `cepage controle …`: code, output, errors."""
    import argparse

    parseur = argparse.ArgumentParser()
    ajouter_commandes(parseur.add_subparsers())
    args = parseur.parse_args(["controle", *mots])
    code = args.executer(args)
    sortie = capsys.readouterr()
    return code, sortie.out, sortie.err


# --- the frame ---


def test_la_base_est_celle_du_trimestre(trimestre: Envoyer) -> None:
    trimestre(S1=2, S2=1)
    with portee_totale():
        base = base_publiee("08", TRIMESTRE)
        assert base.dossiers == tuple(sorted(base.dossiers))
        assert [(d.numero_dossier, d.structure) for d in base.dossiers] == [
            (numero(100), "S1"),
            (numero(101), "S1"),
            (numero(102), "S2"),
        ]
        attendue = "\n".join(d.numero_dossier for d in base.dossiers)
        assert base.empreinte == hashlib.sha256(attendue.encode()).hexdigest()
        assert base_publiee("08", "2020-T1").dossiers == ()
        assert base_publiee("08", "2020-T3").dossiers == ()
        assert base_publiee("02", TRIMESTRE).dossiers == ()


def test_bornes_du_trimestre(facteur: Facteur) -> None:
    jours = ("2020-03-31", "2020-04-01", "2020-06-30", "2020-07-01")
    envoi = unites_closes({"S1": 4})
    for rang, jour in enumerate(jours):
        trimestre = 1 if jour < "2020-04" else 2 if jour < "2020-07" else 3
        debut = "2020-03-09" if jour < "2020-05" else "2020-05-10"
        envoi["unite_oeuvre"][rang] |= {
            "numero_dossier": f"AB{debut[2:4]}{debut[5:7]}01000{rang:03d}",
            "date_engagement": debut,
            "date_cloture": jour,
            "numero_decompte": f"2020-Lot08-T{trimestre}-UO01",
        }
        envoi["livrable"][rang] |= {
            "numero_dossier": envoi["unite_oeuvre"][rang]["numero_dossier"],
            "date_signature_conseiller": jour,
            "date_signature_beneficiaire": jour,
        }
    envoi["interaction"] = []
    facteur.envoyer(envoi)
    with portee_totale():
        comptes = [len(base_publiee("08", f"2020-T{t}").dossiers) for t in (1, 2, 3)]
    assert comptes == [1, 2, 1]


def test_sans_son_livrable_l_unite_n_est_pas_dans_la_base(facteur: Facteur) -> None:
    envoi = unites_closes({"S1": 2})
    tardif = envoi["livrable"].pop()
    facteur.envoyer(envoi)
    with portee_totale():
        assert numeros() == [numero(100)]
    facteur.envoyer({"livrable": [tardif]})
    with portee_totale():
        assert numeros() == [numero(100), numero(101)]
    facteur.envoyer({"livrable": [tardif | {"nature": "A", "horodatage": "2022-06-01T12:00:00+02:00"}]})
    with portee_totale():
        assert numeros() == [numero(100)]


def test_un_abandon_n_attend_pas_de_livrable(facteur: Facteur) -> None:
    envoi = unites_closes({"S1": 1})
    envoi["unite_oeuvre"][0] |= {"motif_cloture": "ABANDON", "date_cloture": "2020-05-09"}
    envoi["livrable"] = []
    facteur.envoyer(envoi)
    with portee_totale():
        assert numeros() == [numero(100)]


def test_l_uo22_attend_son_courriel_de_cloture(facteur: Facteur) -> None:
    envoi = parcours()
    cloture = envoi["livrable"].pop()
    facteur.envoyer(envoi)
    with portee_totale():
        assert base_publiee("08", "2021-T2").dossiers == ()
    facteur.envoyer({"livrable": [cloture]})
    with portee_totale():
        assert [d.uo for d in base_publiee("08", "2021-T2").dossiers] == ["22"]
        assert [d.uo for d in base_publiee("08", "2020-T1").dossiers] == ["00"]


def test_une_unite_annulee_ou_corrigee_suit_l_etat_courant(facteur: Facteur, trimestre: Envoyer) -> None:
    trimestre(S1=2)
    tard = {"horodatage": "2022-06-01T12:00:00+02:00"}
    facteur.envoyer({"unite_oeuvre": [unite_close(0, "S1")["unite_oeuvre"] | tard | {"nature": "A"}]})
    with portee_totale():
        assert numeros() == [numero(101)]


@pytest.mark.parametrize(
    ("versions", "attendue"),
    [
        # (produced on, structure), in the order of reception; the unit is closed on 14 April 2020.
        ([("2020-03-09T10:00", "S1")], "S1"),
        ([("2020-03-09T10:00", "S1"), ("2020-04-20T10:00", "S2")], "S1"),
        ([("2020-04-20T10:00", "S2"), ("2020-03-09T10:00", "S1")], "S1"),
        ([("2020-03-09T10:00", "S1"), ("2020-04-14T23:30", "S2")], "S2"),
        ([("2020-03-09T10:00", "S1"), ("2020-04-15T00:00", "S2")], "S1"),
        ([("2020-05-09T10:00", "S2"), ("2020-06-09T10:00", "S1")], "S2"),
    ],
    ids=["une", "déménage après", "reçue en retard", "le jour même", "le lendemain", "aucune avant"],
)
def test_la_structure_est_celle_de_la_cloture(facteur: Facteur, versions: list[tuple[str, str]], attendue: str) -> None:
    envoi = unites_closes({"S1": 1, "S2": 0})
    fiche = envoi["beneficiaire"][0]
    envoi["beneficiaire"] = []
    for rang, (produite, structure) in enumerate(versions):
        nature = "C" if rang == 0 else "M"
        version = {**fiche, "nature": nature, "horodatage": f"{produite}:00+02:00", "structure": structure}
        facteur.envoyer({"implantation": envoi["implantation"], "beneficiaire": [version]})
    accuse = facteur.envoyer(envoi)
    assert [a["code"] for a in accuse.anomalies if a["gravite"] == "bloquant"] == []
    with portee_totale():
        assert [d.structure for d in base_publiee("08", TRIMESTRE).dossiers] == [attendue]


# --- the draw ---


def test_simuler_n_ecrit_rien(trimestre: Envoyer) -> None:
    trimestre()
    with portee_totale():
        fait = tirages.simuler("08", TRIMESTRE, TAUX, "x")
        assert not Tirage.objects.exists()
        assert [(s.structure, s.base, s.tires) for s in fait.echantillon.strates] == [("S1", 12, 2), ("S2", 5, 2)]
        assert figer("x").en_dict() == fait.en_dict()


def test_le_meme_tirage_deux_fois(trimestre: Envoyer) -> None:
    trimestre()
    with portee_totale():
        premier, second = figer(), figer()
        assert (premier.deja, second.deja) == (False, True)
        assert premier.en_dict() == second.en_dict()
        assert Tirage.objects.count() == 1
        assert tirages.simuler("08", TRIMESTRE, TAUX, "graine publiée").en_dict() == premier.en_dict()
        assert numeros() == []
        assert base_publiee("08", TRIMESTRE, rang=1).empreinte == premier.empreinte_base
        with pytest.raises(tirages.TirageRefuse, match="déjà dans la base"):
            figer("autre graine")
        with pytest.raises(ValueError, match="pas de tirage 2"):
            base_publiee("08", TRIMESTRE, rang=2)


def test_ce_qui_arrive_apres_fait_un_tirage_complementaire(facteur: Facteur) -> None:
    envoi = unites_closes({"S1": 5})
    tardif = envoi["livrable"].pop()
    facteur.envoyer(envoi)
    with portee_totale():
        figer()
    facteur.envoyer({"livrable": [tardif]})
    with portee_totale():
        assert figer().arrives_depuis == 1
        second = figer("seconde graine")
        assert second.tirage is not None
        assert (second.tirage.rang, second.tirage.effectif) == (2, 1)
        assert [d.numero_dossier for d in second.echantillon.dossiers] == [numero(104)]


def test_un_trimestre_vide_se_tire_une_fois(facteur: Facteur) -> None:
    with portee_totale():
        fait = figer()
        assert fait.tirage is not None
        assert (fait.tirage.effectif, fait.tirage.emetteur) == (0, "AB")
        assert fait.empreinte_base == hashlib.sha256(b"").hexdigest()


def test_on_ne_fige_pas_un_trimestre_en_cours(trimestre: Envoyer) -> None:
    trimestre()
    avant = datetime(2020, 6, 30, 21, 59, tzinfo=UTC)
    with portee_totale():
        with pytest.raises(tirages.TirageRefuse, match="n'est pas fini"):
            tirages.figer("08", TRIMESTRE, TAUX, "x", le=avant, auteur="test")
        tirages.figer("08", TRIMESTRE, TAUX, "x", le=datetime(2020, 6, 30, 22, tzinfo=UTC), auteur="test")


def test_le_tirage_est_scelle(trimestre: Envoyer) -> None:
    trimestre()
    with portee_totale():
        fait = figer()
        entree = EntreeJournal.objects.get(genre="controle.tirage")
        assert entree.contenu["dossiers"] == fait.en_dict()["dossiers"]
        assert entree.contenu["empreinte_base"] == fait.empreinte_base
        assert verifier().intacte


@pytest.mark.parametrize("table", ["controle_tirage", "controle_dossierbase"])
def test_le_tirage_ne_se_reecrit_pas(trimestre: Envoyer, table: str) -> None:
    trimestre()
    with portee_totale():
        figer()
        for ordre in (f"UPDATE {table} SET emetteur = 'ZZ'", f"DELETE FROM {table}"):
            with (
                pytest.raises(IntegrityError, match="ne s'efface ni ne se réécrit"),
                transaction.atomic(),
                connection.cursor() as curseur,
            ):
                curseur.execute(ordre)


def test_chaque_operateur_ne_voit_que_ses_dossiers(trimestre: Envoyer) -> None:
    trimestre()
    with portee_totale():
        figer()
    for code, vus in (("AB", True), ("CD", False)):
        with portee_emetteurs([code]):
            assert (Tirage.objects.exists(), DossierBase.objects.exists(), Controle.objects.exists()) == (vus,) * 3


# --- the commands ---


def test_commandes(trimestre: Envoyer, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    trimestre()
    quoi = ("--lot", "08", "--trimestre", TRIMESTRE, "--format", "json")
    code, sortie, _ = commande(capsys, "base", *quoi)
    base = json.loads(sortie)
    assert (code, list(base)) == (0, ["empreinte", "effectifs", "dossiers", "unites"])
    assert base["dossiers"] == sorted(base["dossiers"]) == [u["numero_dossier"] for u in base["unites"]]
    assert base["empreinte"] == hashlib.sha256("\n".join(base["dossiers"]).encode()).hexdigest()
    assert {(u["uo"], u["structure"]) for u in base["unites"]} == {("01", "S1"), ("01", "S2")}
    assert base["effectifs"]["total"] == len(base["dossiers"]) == 17
    tirer = ("tirer", *quoi, "--taux", "0.05", "--graine", "Loto du 1er juillet 2020")
    _, simule, dit = commande(capsys, *tirer, "--simuler")
    assert "rien n'est figé" in dit
    code, fige, _ = commande(capsys, *tirer)
    assert (code, list(json.loads(fige))) == (0, ["empreinte_base", "graine", "strates", "dossiers", "unites"])
    tires = json.loads(fige)["dossiers"]
    assert tires == sorted(tires)
    assert set(tires) < set(base["dossiers"])
    assert fige == simule
    assert json.loads(fige)["empreinte_base"] == base["empreinte"]
    code, encore, dit = commande(capsys, *tirer)
    assert (code, encore) == (0, fige)
    assert "déjà figé" in dit
    _, figee, _ = commande(capsys, "base", *quoi, "--tirage", "1")
    assert json.loads(figee) == base

    (tmp_path / "base.json").write_text(sortie, encoding="utf-8")
    (tmp_path / "tirage.json").write_text(fige, encoding="utf-8")
    refait = subprocess.run(
        [sys.executable, SCRIPT, "base.json", "0.05", "Loto du 1er juillet 2020", "tirage.json"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "Même tirage." in refait.stdout
    faux = subprocess.run(
        [sys.executable, SCRIPT, "base.json", "0.05", "une autre graine", "tirage.json"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert faux.returncode == 1


@pytest.mark.parametrize(
    ("mots", "motif"),
    [
        (("--trimestre", "2020-T5", "--taux", "0.05"), "2021-T1"),
        (("--trimestre", TRIMESTRE, "--taux", "5"), "0.05 pour 5 %"),
        (("--trimestre", TRIMESTRE, "--taux", "0"), "0.05 pour 5 %"),
        (("--trimestre", TRIMESTRE, "--taux", "cinq"), "0.05 pour 5 %"),
    ],
)
def test_ce_qui_est_mal_demande(
    trimestre: Envoyer, capsys: pytest.CaptureFixture[str], mots: tuple[str, ...], motif: str
) -> None:
    trimestre(S1=1)
    code, sortie, dit = commande(capsys, "tirer", "--lot", "08", "--graine", "x", *mots)
    assert (code, sortie) == (2, "")
    assert motif in dit


def test_sans_taux_celui_de_chaque_unite(trimestre: Envoyer, capsys: pytest.CaptureFixture[str]) -> None:
    trimestre(S1=40)
    _, sortie, _ = commande(
        capsys, "tirer", "--lot", "08", "--trimestre", TRIMESTRE, "--graine", "x", "--format", "json"
    )
    assert [(s["taux"], s["tires"]) for s in json.loads(sortie)["strates"]] == [("0.15", 6)]


def test_le_premier_trimestre_du_service(facteur: Facteur) -> None:
    """It begins on 2 January: its parameters are those of that day."""
    facteur.envoyer(parcours())
    with portee_totale():
        taux = tirages.taux_du_trimestre("08", "2020-T1")
        fait = tirages.figer("08", "2020-T1", taux, "x", le=LE, auteur="test")
        assert [(s.uo, s.taux, s.tires) for s in fait.echantillon.strates] == [("00", Decimal("0.15"), 1)]
