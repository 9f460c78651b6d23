"""Dossiers leave one base and arrive in another: the same to the last field, all or nothing."""

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import psycopg
import pytest
from django.apps import apps
from django.db import connection, transaction

from cepage.fondations.comptes.models import Organisation, Personne
from cepage.fondations.socle import base_embarquee
from cepage.fondations.socle.portee import fixer_emetteurs
from cepage.operateur.dossiers import stockage
from cepage.operateur.dossiers.models import Beneficiaire, UniteOeuvre
from cepage.operateur.reversibilite.format import EXCLUS, TABLES, schema
from cepage.operateur.reversibilite.services.exportation import Bilan, exporter
from cepage.operateur.reversibilite.services.importation import ArchiveRefusee, importer
from tests.operateur.reversibilite.activite import faire_vivre, tout
from tests.personnes import diane, operateur

pytestmark = pytest.mark.usefixtures("operateur_ab")
RACINE = Path(__file__).resolve().parents[3]
A = datetime(2021, 6, 1, 8, tzinfo=UTC)
_OUVRIR = """
import django
django.setup()
from cepage.fondations.comptes.models import Organisation
Organisation.objects.create(code_emetteur="AB", nom="Repreneur", nature="operateur", lots=["08"])
"""


def _ici(requete: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as curseur:
        curseur.execute("SELECT set_config('TimeZone', 'UTC', true)")
        curseur.execute(requete)
        return list(curseur.fetchall())


def _archive(fichier: Path) -> Bilan:
    with fichier.open("wb") as flux:
        bilan = exporter("AB", ["08"], flux, a=A)
    fixer_emetteurs(["AB"])
    return bilan


class Arrivee:
    """Another instance, with its own data folder and its own database."""

    def __init__(self, donnees: Path) -> None:
        self.donnees = donnees
        self._milieu = {k: v for k, v in os.environ.items() if not k.startswith(("CEPAGE_", "DATABASE_", "DJANGO_"))}
        self._milieu |= {
            "CEPAGE_DONNEES": str(donnees),
            "CEPAGE_CLE_SECRETE": "cle-de-test-sans-valeur",
            "DJANGO_SETTINGS_MODULE": "cepage.config.settings",
        }
        self._acces = base_embarquee.demarrer(donnees)
        self.cepage("migrer")
        self._lancer([sys.executable, "-c", _OUVRIR])

    def cepage(self, *arguments: str) -> str:
        """Run a command there; gives what it printed."""
        return self._lancer([sys.executable, "-m", "cepage.config.ligne_de_commande", *arguments])

    def _lancer(self, commande: list[str]) -> str:
        fait = subprocess.run(commande, env=self._milieu, cwd=RACINE, capture_output=True, text=True, check=False)
        assert fait.returncode == 0, fait.stdout + fait.stderr
        return fait.stdout

    def executer(self, requete: str) -> list[tuple[Any, ...]]:
        """Read its database past every partition."""
        with psycopg.connect(host=self._acces.hote, user="postgres", dbname=self._acces.base) as lien:
            lien.execute("SET TIME ZONE 'UTC'")
            return list(lien.execute(requete).fetchall())  # type: ignore[arg-type]


@pytest.fixture
def arrivee(tmp_path: Path) -> Iterator[Arrivee]:
    donnees = tmp_path / "arrivee"
    donnees.mkdir()
    yield Arrivee(donnees)
    base_embarquee.arreter(donnees)


def _transferer(dossiers: int, arrivee: Arrivee, tmp_path: Path) -> None:
    faire_vivre(dossiers, diane())
    depart = tmp_path / "depart.zip"
    bilan = _archive(depart)
    assert bilan.dossiers >= dossiers
    assert bilan.absents == []
    # The arrival numbers its lines otherwise: nothing may rest on the identifiers of the base that leaves.
    arrivee.executer("SELECT setval('dossiers_uniteoeuvre_id_seq', 5000), setval('dossiers_beneficiaire_id_seq', 7000)")
    dit = arrivee.cepage("reversibilite", "importer", str(depart), "--emetteur", "AB")
    assert f"{bilan.dossiers} dossiers repris" in dit
    avant, apres = tout(_ici), tout(arrivee.executer)
    for table, lignes in avant.items():
        assert apres[table] == lignes, table
    assert len(avant["dossiers_uniteoeuvre"]) == bilan.dossiers
    assert all(avant.values()), [table for table, lignes in avant.items() if not lignes]
    for dossier in ("pieces/AB", "preuves"):
        nommes = [n for n in _parties(depart) if n.startswith(f"fichiers/{dossier.split('/')[0]}/")]
        assert nommes
        for nom in nommes:
            empreinte = nom.rpartition("/")[2]
            assert (arrivee.donnees / dossier / empreinte[:2] / empreinte).is_file()
    # Sent back, the archive is the same but for the identifiers of the lines.
    retour = tmp_path / "retour.zip"
    arrivee.cepage("reversibilite", "exporter", "--emetteur", "AB", "--sortie", str(retour))
    assert {n: p.get("lignes") for n, p in _parties(retour).items()} == {
        n: p.get("lignes") for n, p in _parties(depart).items()
    }


def _parties(archive: Path) -> dict[str, Any]:
    with zipfile.ZipFile(archive) as lue:
        parties: dict[str, Any] = json.loads(lue.read("manifeste.json"))["parties"]
        return parties


def test_trente_dossiers_d_une_base_a_l_autre(arrivee: Arrivee, tmp_path: Path) -> None:
    _transferer(30, arrivee, tmp_path)


@pytest.mark.epreuve
def test_mille_dossiers_d_une_base_a_l_autre(arrivee: Arrivee, tmp_path: Path) -> None:
    _transferer(1000, arrivee, tmp_path)


def test_chaque_table_de_l_operateur_part_ou_dit_pourquoi_elle_reste() -> None:
    partent = {table.modele for table in TABLES}
    assert not partent & set(EXCLUS)
    rooms = ("dossiers", "livrables", "reclamations", "equipe")
    siennes = {modele for room in rooms for modele in apps.get_app_config(room).get_models()}
    assert siennes == partent | set(EXCLUS)


def test_les_notes_ne_partent_pas_et_chaque_ligne_suit_le_schema(tmp_path: Path) -> None:
    faire_vivre(10, diane())
    archive = tmp_path / "depart.zip"
    _archive(archive)
    decrit = schema()
    jsonschema.Draft202012Validator.check_schema(decrit)
    with zipfile.ZipFile(archive) as lue:
        assert json.loads(lue.read("schema.json")) == decrit
        assert "membres" in lue.read("LISEZMOI.md").decode()
        for nom in lue.namelist():
            assert b"Note qui ne doit pas sortir" not in lue.read(nom)
            if nom.startswith("donnees/"):
                juge = jsonschema.Draft202012Validator(decrit["$defs"][Path(nom).stem])
                for ligne in lue.read(nom).splitlines():
                    juge.validate(json.loads(ligne))


@pytest.fixture
def depart(tmp_path: Path) -> Path:
    """An archive whose dossiers are no longer in the base."""
    fichier = tmp_path / "depart.zip"
    with transaction.atomic():
        faire_vivre(2, diane())
        _archive(fichier)
        transaction.set_rollback(True)
    operateur("AB", "08")
    fixer_emetteurs(["AB"])
    assert not UniteOeuvre.objects.exists()
    return fichier


def _changer(archive: Path, nom: str, change: Callable[[bytes], bytes | None], *, resceller: bool = True) -> Path:
    """The same archive with one part changed (None: removed), its hash put right unless told otherwise."""
    import hashlib

    tampon = io.BytesIO()
    with zipfile.ZipFile(archive) as lue, zipfile.ZipFile(tampon, "w") as ecrite:
        parties = {n: lue.read(n) for n in lue.namelist() if n != "manifeste.json"}
        manifeste = json.loads(lue.read("manifeste.json"))
        if nom == "manifeste.json":
            manifeste = json.loads(change(json.dumps(manifeste).encode()) or b"{}")
        else:
            change_en = change(parties.pop(nom))
            if change_en is not None:
                parties[nom] = change_en
                if resceller:
                    empreinte = hashlib.sha256(change_en).hexdigest()
                    manifeste["parties"][nom] |= {"sha256": empreinte, "octets": len(change_en)}
        for autre, octets in parties.items():
            ecrite.writestr(autre, octets)
        ecrite.writestr("manifeste.json", json.dumps(manifeste))
    archive.write_bytes(tampon.getvalue())
    return archive


UNITES, INTERACTIONS = "donnees/unites.jsonl", "donnees/interactions.jsonl"


@pytest.mark.parametrize(
    ("nom", "change", "resceller", "phrase"),
    [
        (UNITES, lambda o: o.replace(b"2020", b"2019", 1), False, "n'est pas tel qu'il est parti"),
        (UNITES, lambda o: None, False, "il manque donnees/unites.jsonl"),
        (UNITES, lambda o: b"{\n" + o, True, "ligne 1 : ce n'est pas du JSON"),
        (UNITES, lambda o: b"[]\n" + o, True, "un objet est attendu"),
        (UNITES, lambda o: o.replace(b'"uo":"00"', b'"uo":"99"', 1), True, "la colonne uo ne se lit pas"),
        (UNITES, lambda o: o.replace(b'"etat"', b'"etag"', 1), True, "colonnes en trop ou absentes, etag, etat"),
        (INTERACTIONS, lambda o: o.replace(b'"unite_id":', b'"unite_id":9', 1), True, "n'est pas dans unites.jsonl"),
        (INTERACTIONS, lambda o: o.replace(b'"2020-03-02"', b'"2020-02-30"', 1), True, "date_interaction ne se lit"),
        ("manifeste.json", lambda o: o.replace(b'"version": 1', b'"version": 2'), True, "version 2"),
        ("manifeste.json", lambda o: b"{}", True, "son manifeste manque"),
    ],
)
def test_une_archive_abimee_est_refusee_sans_rien_ecrire(
    depart: Path, nom: str, change: Callable[[bytes], bytes | None], resceller: bool, phrase: str
) -> None:
    avant = Personne.objects.count()
    _changer(depart, nom, change, resceller=resceller)
    with pytest.raises(ArchiveRefusee, match=phrase):
        importer(depart, emetteur="AB")
    fixer_emetteurs(["AB"])
    assert not Beneficiaire.objects.exists()
    assert Personne.objects.count() == avant


def test_ce_qui_n_est_pas_une_archive(tmp_path: Path) -> None:
    fichier = tmp_path / "texte.zip"
    fichier.write_text("bonjour")
    with pytest.raises(ArchiveRefusee, match="ne se lit pas"):
        importer(fichier, emetteur="AB")


def test_simuler_puis_reprendre_puis_refuser_la_seconde_fois(depart: Path) -> None:
    assert importer(depart, emetteur="AB", simuler=True).lignes["unites"] == 2
    fixer_emetteurs(["AB"])
    assert not UniteOeuvre.objects.exists()
    importer(depart, emetteur="AB")
    with pytest.raises(ArchiveRefusee, match="déjà"):
        importer(depart, emetteur="AB")


def test_un_autre_operateur_reprend_sous_son_code(depart: Path) -> None:
    Organisation.objects.create(nom="Repreneur", nature="operateur", code_emetteur="CD", lots=["08"])
    reprise = importer(depart, emetteur="CD")
    fixer_emetteurs(["AB"])
    assert not Beneficiaire.objects.exists()
    fixer_emetteurs(["CD"])
    assert UniteOeuvre.objects.count() == reprise.lignes["unites"]
    # The national number of a dossier says who engaged it, whoever follows it now.
    assert all(unite.numero_dossier.startswith("AB") for unite in UniteOeuvre.objects.all())
    piece = Beneficiaire.objects.filter(pieces__isnull=False)[0].pieces.get()
    assert stockage.chemin("CD", piece.empreinte_sha256).is_file()
    conseillere = UniteOeuvre.objects.exclude(referent=None)[0].referent
    assert conseillere is not None
    assert not conseillere.is_active


def test_un_operateur_inconnu_ne_reprend_rien(depart: Path) -> None:
    with pytest.raises(ArchiveRefusee, match="Créez-le d'abord"):
        importer(depart, emetteur="ZZ")
