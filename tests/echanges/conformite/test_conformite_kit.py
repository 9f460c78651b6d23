"""The kit passes against our own instance, and catches a wrong one on every case."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cepage.config.ligne_de_commande import principal
from cepage.echanges.conformite.campagne import Rapport, Resultat, ecrire, jouer
from cepage.echanges.conformite.catalogue import FAMILLES, scenarios
from cepage.echanges.conformite.client import Instance
from cepage.echanges.conformite.scenarios import Etape, Scenario, choisir
from cepage.echanges.conformite.verification import Reponse
from cepage.echanges.contrat.codes import CODES
from tests.echanges.canaux.instance import InstanceReelle

EMETTEUR = "8A"
# One or two of each kind: every way of sending, every family.
CHOISIS = (
    *("juste-zip", "juste-xml", "E-BEN-003", "E-UO-028", "E-UO-044", "E-BEN-014", "E-MOY-005"),
    *("rejeu", "cle-idempotence", "retard", "tout-ou-rien", "morceaux", "attente", "accuse-xml", "sans-cle"),
    *("hostile-bombe", "hostile-xxe"),
)


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InstanceReelle]:
    reelle = InstanceReelle(tmp_path_factory.mktemp("instance"))
    yield reelle
    reelle.arreter()


def lancer(instance: InstanceReelle, sortie: Path, *suite: str) -> dict[str, Any]:
    """Run the command from another process; gives its report."""
    instance.cepage(
        "conformite", "lancer", "--url", instance.url, "--cle", instance.cle, "--sortie", str(sortie), *suite
    )
    rapport: dict[str, Any] = json.loads((sortie / "rapport.json").read_text())
    return rapport


def test_notre_instance_est_conforme(instance: InstanceReelle, tmp_path: Path) -> None:
    choix = [mot for identifiant in CHOISIS for mot in ("--scenario", identifiant)]
    rapport = lancer(instance, tmp_path, *choix)
    assert [r for r in rapport["resultats"] if not r["reussi"]] == []
    assert {r["identifiant"] for r in rapport["resultats"]} == set(CHOISIS)
    attestation = json.loads((tmp_path / "attestation.json").read_text())
    assert (attestation["scenarios"], attestation["complete"]) == (len(CHOISIS), False) or attestation["complete"]
    assert "Conforme" in (tmp_path / "rapport.html").read_text()


@pytest.mark.epreuve
def test_notre_instance_est_conforme_en_tout(instance: InstanceReelle, tmp_path: Path) -> None:
    rapport = lancer(instance, tmp_path)
    assert rapport["conforme"]
    assert rapport["scenarios"] == len(scenarios(EMETTEUR))


class Double(Instance):
    """An instance that answers what must be answered, then spoils it: `abimer` changes each receipt."""

    def __init__(self, abimer: str = "") -> None:
        super().__init__("http://double.test", "bac_x_y")
        self.abimer = abimer
        self._premiere: Mapping[str, Any] = {}

    def preparer(self, scenario: Scenario) -> None:
        self._premiere = {}

    def regler(self, scenario: Scenario, maintenant: datetime) -> None:
        """Nothing to set."""

    def jouer(self, etape: Etape) -> Reponse:
        juste = repondre(etape, self._premiere)
        self._premiere = self._premiere or juste.corps
        return ABIMER[self.abimer](juste, etape) if self.abimer else juste


def repondre(etape: Etape, premiere: Mapping[str, Any]) -> Reponse:
    """The answer that the step expects, made from its expectation."""
    import hashlib

    attendu = etape.attendu
    if attendu.probleme:
        texte = {"type": f"/api/#probleme-{attendu.probleme}", "title": "t", "detail": "d", "remede": "r"}
        return Reponse(attendu.statuts[0], texte)
    if attendu.meme_que is not None:
        return Reponse(200, premiere)
    anomalies = [
        dict.fromkeys(("cle", "valeur"), None)
        | {"message": "m", "remede": "r", "clause": "c"}
        | {n: getattr(a, n) for n in ("fichier", "ligne", "fiche", "champ", "code")}
        | {"gravite": a.gravite or "avertissement"}
        for a in attendu.anomalies
    ]
    bloque = any(a["gravite"] == "bloquant" for a in anomalies)
    refusees = {a["fiche"]: 1 for a in anomalies if a["gravite"] == "bloquant" and a["ligne"]}
    comptes = {}
    for nom, combien in (attendu.fiches or {}).items():
        refusee = refusees.get(nom, 0)
        acceptees = combien - refusee if attendu.entrees is None else attendu.entrees.get(nom, 0)
        comptes[nom] = {"acceptees": acceptees, "refusees": refusee, "inchangees": combien - refusee - acceptees}
    return Reponse(
        attendu.statuts[-1],
        {
            "envoi": "e",
            "empreinte": hashlib.sha256(etape.octets).hexdigest(),
            "lot": etape.lot,
            "emetteur": EMETTEUR,
            "mode": etape.mode,
            "statut": attendu.statut or ("accepte_partiellement" if bloque else "accepte"),
            "recu_le": "2022-06-02T06:00:00+00:00",
            "comptes": comptes,
            "anomalies": anomalies,
        },
    )


def _change(juste: Reponse, **change: object) -> Reponse:
    return Reponse(juste.statut, {**juste.corps, **change})


def _tout_accepter(juste: Reponse, etape: Etape) -> Reponse:
    """Every file enters, whatever it holds: wrong wherever something must be said; and the hash is never looked at."""
    return Reponse(201, {**juste.corps, "statut": "accepte", "anomalies": [], "comptes": {}, "empreinte": "0" * 64})


def _une_faute_de_plus(juste: Reponse, etape: Etape) -> Reponse:
    anomalies: Sequence[Any] = juste.corps.get("anomalies", [])
    de_trop = {"code": "E-UO-099", "gravite": "avertissement", "fichier": None, "ligne": None}
    return _change(juste, anomalies=[*anomalies, de_trop], type="/api/#probleme-autre")


def _decaler(juste: Reponse, etape: Etape) -> Reponse:
    """Each anomaly one line too low; and another lot, for the receipts that have none."""
    anomalies = [a | {"ligne": (a["ligne"] or 0) + 1} for a in juste.corps.get("anomalies", [])]
    return _change(juste, anomalies=anomalies, lot="99", type="")


ABIMER = {
    "tout accepter": _tout_accepter,
    "une faute de plus": _une_faute_de_plus,
    "panne": lambda juste, etape: Reponse(500),
    "vide": lambda juste, etape: Reponse(juste.statut),
    "statut inconnu": lambda juste, etape: _change(juste, statut="recu", type="?"),
    "un autre émetteur": lambda juste, etape: _change(juste, emetteur="ZZ", title=""),
    "ligne décalée": _decaler,
}


def resultats(abimer: str) -> list[Resultat]:
    return jouer(Double(abimer), scenarios(EMETTEUR), emetteur=EMETTEUR, suivre=lambda resultat: None)


def test_le_double_juste_passe_partout() -> None:
    rates = {r.scenario.identifiant: r.ecarts for r in resultats("") if not r.reussi}
    assert rates == {}


@pytest.mark.parametrize("abimer", ABIMER)
def test_une_instance_fausse_est_prise_sur_chaque_cas(abimer: str) -> None:
    passes = [r.scenario.identifiant for r in resultats(abimer) if r.reussi]
    assert passes == []


def test_le_kit_a_un_cas_pour_chaque_code_et_chaque_famille() -> None:
    tous = scenarios(EMETTEUR)
    assert {s.famille for s in tous} == set(FAMILLES)
    assert set(CODES) <= {code for s in tous for code in s.codes}
    identifiants = [s.identifiant for s in tous]
    assert len(identifiants) == len(set(identifiants))
    assert {s.famille for s in choisir(tous, ["hostile"])} == {"hostile"}


def test_le_meme_emetteur_recoit_les_memes_octets() -> None:
    un, deux = scenarios("8A"), scenarios("8A")
    assert [[e.octets for e in s.etapes] for s in un] == [[e.octets for e in s.etapes] for s in deux]
    assert b"AB2003" not in b"".join(e.octets for s in choisir(un, ["juste"]) for e in s.etapes)


def test_le_rapport_d_un_echec_n_atteste_rien(tmp_path: Path) -> None:
    scenario = scenarios(EMETTEUR)[0]
    for ecarts_, conforme in ((["Statut <faux>."], False), ([], True)):
        rapport = Rapport("http://x", EMETTEUR, datetime(2022, 6, 2, tzinfo=UTC), [Resultat(scenario, ecarts_, 0.1)])
        noms = {f.name for f in ecrire(rapport, tmp_path)}
        assert ("attestation.json" in noms) == conforme
        assert (tmp_path / "attestation.json").exists() == conforme
        page = (tmp_path / "rapport.html").read_text()
        assert ("Non conforme" in page) != conforme
        assert "<faux>" not in page


def test_exporter_ecrit_les_fichiers_et_les_reponses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert principal(["conformite", "exporter", "--sortie", str(tmp_path), "--emetteur", "8A"]) == 0
    sommaire = json.loads((tmp_path / "sommaire.json").read_text())
    assert f"{len(sommaire)} scénarios" in capsys.readouterr().out
    decrit = json.loads((tmp_path / "code" / "E-BEN-003" / "scenario.json").read_text())
    (etape,) = decrit["etapes"]
    assert (tmp_path / "code" / "E-BEN-003" / etape["fichier"]).stat().st_size > 0
    assert etape["attendu"]["anomalies"][0]["code"] == "E-BEN-003"


def test_sans_cle_ni_instance_la_commande_le_dit(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    commande = ["conformite", "lancer", "--url", "http://127.0.0.1:9", "--sortie", str(tmp_path)]
    assert principal(commande) == 3
    assert "Donnez une clé" in capsys.readouterr().err
    assert principal([*commande, "--cle", "bac_x_y"]) == 3
    assert "ne répond pas" in capsys.readouterr().err
