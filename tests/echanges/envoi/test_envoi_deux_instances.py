"""Two instances, each with its own database and its own processes: an operator's sends to the buyer's over the API.

The buyer stops for three days; what the operator fixed meanwhile leaves in order when it answers again.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.echanges.canaux.instance import RACINE, InstanceReelle
from tests.environnement import sans_les_reglages

_ACHETEUR = """
import django, os, pathlib
django.setup()
from cepage.fondations.comptes.models import Organisation
from cepage.acheteur.marche.services import importer
Organisation.objects.create(code_emetteur="AB", nom="Opérateur AB", nature="operateur", lots=["08"])
racine = pathlib.Path(os.environ["CEPAGE_DONNEES"])
(racine / "t.csv").write_text("lot;operateur;nom;debut;fin\\n08;AB;Opérateur AB;2020-01-02;\\n")
lignes = ["reference;lot;uo;debut;fin;volume"]
for uo, affichee in (("00", "00"), ("01", "01"), ("21", "2.1"), ("22", "2.2")):
    for annee in (2020, 2021):
        lignes.append(f"{annee}-Lot08-UO{affichee}-01;08;{uo};{annee}-01-01;{annee}-12-31;100")
(racine / "c.csv").write_text("\\n".join(lignes))
importer(racine / "t.csv")
importer(racine / "c.csv")
from cepage.config.ligne_de_commande import principal
principal(["cles", "creer", "--emetteur", "AB", "--nom", "Chaîne", "--action", "envoi.deposer",
           "--action", "envoi.lire", "--action", "registre.lire", "--action", "contrat.lire"])
"""
_JOURNEE = """
import django, json, sys
django.setup()
from cepage.fondations.socle import horloge
from cepage.fondations.socle.portee import portee_emetteurs
from cepage.echanges.conformite.fiches import PIECES, parcours, personne
from cepage.echanges.envoi.boite import emettre, garder_piece
from cepage.echanges.envoi.services import construire, transmettre
le, jour = horloge.maintenant(), sys.argv[1]
fiches = parcours() if jour == "1" else {"beneficiaire": [personne(identifiant_beneficiaire="P" + jour)]}
with portee_emetteurs(["AB"]):
    for nom, lignes in fiches.items():
        for ligne in lignes:
            contenu = {c: v for c, v in ligne.items() if c not in ("nature", "horodatage")}
            piece = garder_piece(PIECES[contenu["nom_fichier"]]) if nom == "livrable" else ""
            if nom != "indicateur":
                emettre(nom, contenu, emetteur="AB", lot="08", nature="C", a=le, piece=piece)
construire("AB", "08", le=le)
print(json.dumps([[r.envoi.nom_fichier, r.acceptees, r.refusees, r.erreur] for r in transmettre("AB", "08", le=le)]))
"""
_ETAT = """
import django, json
django.setup()
from cepage.fondations.socle.portee import portee_totale
from cepage.echanges.envoi.models import EnvoiSortant, FicheSortante, Retour
with portee_totale():
    print(json.dumps({
        "envois": list(
            EnvoiSortant.objects.order_by("sequence").values_list("nom_fichier", "etat", "identifiant_accuse")
        ),
        "fiches": {e: FicheSortante.objects.filter(etat=e).count() for e in ("acceptee", "refusee", "en_attente")},
        "ecarts": list(Retour.objects.filter(code="E-IND-010").values_list("message", flat=True)),
    }))
"""
_REPETER = """
import django
django.setup()
from cepage.fondations.socle.portee import portee_totale
from cepage.echanges.envoi.models import EnvoiSortant
with portee_totale():
    EnvoiSortant.objects.filter(sequence=2).update(etat="construit")
"""
_RECUS = """
import django, json
django.setup()
from cepage.fondations.socle.portee import portee_totale
from cepage.acheteur.registre.models import TABLES
from cepage.echanges.canaux.depots.models import Depot
from cepage.echanges.reception.models import Envoi
from cepage.fondations.socle.journal import verifier
with portee_totale():
    print(json.dumps({
        "envois": list(Envoi.objects.order_by("id").values_list("nom_fichier", "identifiant", "canal")),
        "fiches": sum(t._default_manager.count() for t in TABLES.values()),
        "traces": sorted(set(Depot.objects.values_list("trace", flat=True))),
        "intact": verifier().intacte,
    }))
"""


class Operateur:
    """The operator's instance: its own data, its commands one process each, on the day it is told."""

    def __init__(self, donnees: Path, acheteur: InstanceReelle) -> None:
        self._environnement = {
            **sans_les_reglages(),
            "CEPAGE_DONNEES": str(donnees),
            "DJANGO_SETTINGS_MODULE": "cepage.config.settings",
            "CEPAGE_ROLE": "operateur",
            "CEPAGE_TRANSPORT": "rest",
            "CEPAGE_POINT_ECHANGE": acheteur.url,
            "CEPAGE_CLE_POINT_ECHANGE": acheteur.cle,
        }
        self.cepage("2022-06-02", "migrer")

    def cepage(self, jour: str, *arguments: str) -> str:
        return self._lancer(jour, ["-m", "cepage.config.ligne_de_commande", *arguments])

    def script(self, jour: str, texte: str, *arguments: str) -> Any:
        sortie = self._lancer(jour, ["-c", texte, *arguments])
        return json.loads(sortie.splitlines()[-1]) if sortie.strip() else None

    def _lancer(self, jour: str, arguments: list[str]) -> str:
        environnement = self._environnement | {"CEPAGE_DATE": f"{jour}T20:00:00+02:00"}
        fait = subprocess.run(
            [sys.executable, *arguments], env=environnement, cwd=RACINE, capture_output=True, text=True, check=False
        )
        assert fait.returncode == 0, fait.stdout + fait.stderr
        return fait.stdout


@pytest.fixture
def acheteur(tmp_path: Path) -> Iterator[InstanceReelle]:
    instance = InstanceReelle(
        tmp_path / "acheteur", _ACHETEUR, CEPAGE_ROLE="acheteur", CEPAGE_DATE="2022-06-02T20:00:00+02:00"
    )
    yield instance
    instance.arreter()


def test_trois_jours_de_panne_puis_tout_part_dans_l_ordre(acheteur: InstanceReelle, tmp_path: Path) -> None:
    operateur = Operateur(tmp_path / "operateur", acheteur)
    ((nom, acceptees, refusees, erreur),) = operateur.script("2022-06-02", _JOURNEE, "1")
    assert (refusees, erreur) == (0, "")
    assert acceptees > 10
    acheteur.arreter()
    attendus = [nom]
    for rang, jour in enumerate(("2022-06-03", "2022-06-04", "2022-06-05"), start=2):
        # The first that cannot leave holds the others: the order of the acts is the order of the envois.
        ((premier, _, _, erreur),) = operateur.script(jour, _JOURNEE, str(rang))
        assert "ne répond pas" in erreur
        attendus.append(premier if rang == 2 else f"CEP_08_AB_{jour.replace('-', '')}_{rang}.zip")
    acheteur.demarrer(CEPAGE_DATE="2022-06-06T20:00:00+02:00")
    partis = operateur.script("2022-06-06", _JOURNEE, "5")
    attendus.append("CEP_08_AB_20220606_5.zip")
    assert [p[0] for p in partis] == attendus[1:]
    assert all(p[1:] == [1, 0, ""] for p in partis)
    # The receipt of the second was lost: sent again, it is the same one and nothing enters twice.
    operateur.script("2022-06-06", _REPETER)
    operateur.cepage("2022-06-06", "envoi", "transmettre")
    indicateurs = tmp_path / "indicateurs.csv"
    indicateurs.write_text("lot;periode;code;valeur\n08;2020-03;1.2;999\n", encoding="utf-8")
    operateur.cepage("2022-06-06", "envoi", "indicateurs", str(indicateurs), "--emetteur", "AB")
    operateur.cepage("2022-06-06", "envoi", "construire")
    operateur.cepage("2022-06-06", "envoi", "transmettre")
    etat = operateur.script("2022-06-06", _ETAT)
    recus = json.loads(acheteur.python(_RECUS).splitlines()[-1])
    # Reconciled: each envoi once, in order, under the identifier of the receipt the operator keeps.
    assert [(e[0], e[2]) for e in etat["envois"]] == [(r[0], r[1]) for r in recus["envois"]]
    assert [e[1] for e in etat["envois"]] == ["accuse"] * 6
    assert {r[2] for r in recus["envois"]} == {"rest"}
    assert etat["fiches"] == {"acceptee": recus["fiches"], "refusee": 0, "en_attente": 0}
    assert len(etat["ecarts"]) == 1
    # The trace of each envoi is that of its own bytes: the same when it is sent again.
    assert len(recus["traces"]) == 6
    assert recus["intact"] is True
