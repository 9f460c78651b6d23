"""The fictitious set: same arguments same bytes, true to the contract but for the errors it declares."""

import csv
import io
import json
import zipfile
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from pypdf import PdfReader

from cepage.echanges.contrat.fiches import FICHES
from cepage.fondations.regles import charger_marche, echeance
from demo.generation import Demande, generer

REGLES = charger_marche("A")
DOSSIERS = 2400


@dataclass
class Jeu:
    """Everything of a generated set, read back; `fautifs` are the (envoi, file, line) of erreurs.csv."""

    repertoire: Path
    fiches: dict[str, list[dict[str, str]]] = field(default_factory=lambda: defaultdict(list))
    erreurs: list[dict[str, str]] = field(default_factory=list)
    fautifs: set[tuple[str, str, str]] = field(default_factory=set)


def lire(repertoire: Path) -> Jeu:
    jeu = Jeu(repertoire)
    with (repertoire / "erreurs.csv").open(encoding="utf-8") as flux:
        jeu.erreurs = list(csv.DictReader(flux, delimiter=";"))
    jeu.fautifs = {(e["envoi"], e["fichier"], e["ligne"]) for e in jeu.erreurs}
    for chemin in sorted(repertoire.glob("CEP_*.zip")):
        with zipfile.ZipFile(chemin) as archive:
            for membre in archive.namelist():
                if not membre.endswith(".csv"):
                    continue
                texte = archive.read(membre).decode()
                for ligne, fiche in enumerate(csv.DictReader(io.StringIO(texte), delimiter=";"), start=2):
                    fiche["_faute"] = "oui" if (chemin.name, membre, str(ligne)) in jeu.fautifs else ""
                    fiche["_envoi"] = chemin.name
                    jeu.fiches[membre.removesuffix(".csv")].append(fiche)
    return jeu


@pytest.fixture(scope="module", params=["jour", "mois"])
def jeu(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Jeu:
    sortie = tmp_path_factory.mktemp("jeu") / "sortie"
    generer(Demande(lots=2, mois=24, dossiers=DOSSIERS, graine=42, sortie=sortie, periode=request.param))
    return lire(sortie)


def justes(jeu: Jeu, fiche: str) -> list[dict[str, str]]:
    return [f for f in jeu.fiches[fiche] if not f["_faute"]]


def empreintes(repertoire: Path) -> dict[str, str]:
    return {
        str(chemin.relative_to(repertoire)): sha256(chemin.read_bytes()).hexdigest()
        for chemin in sorted(repertoire.rglob("*"))
        if chemin.is_file()
    }


@pytest.mark.parametrize("periode", ["jour", "mois"])
def test_memes_arguments_memes_octets(tmp_path: Path, periode: str) -> None:
    for nom in ("a", "b"):
        generer(Demande(lots=2, mois=4, dossiers=150, graine=7, sortie=tmp_path / nom, periode=periode))
    assert empreintes(tmp_path / "a") == empreintes(tmp_path / "b")
    generer(Demande(lots=2, mois=4, dossiers=150, graine=8, sortie=tmp_path / "c", periode=periode))
    assert empreintes(tmp_path / "a") != empreintes(tmp_path / "c")


def test_le_nombre_de_dossiers_est_celui_demande(jeu: Jeu) -> None:
    dossiers = {f["numero_dossier"] for f in jeu.fiches["unite_oeuvre"]}
    assert len(dossiers) == pytest.approx(DOSSIERS, rel=0.06)


def test_les_colonnes_sont_celles_du_contrat(jeu: Jeu) -> None:
    for nom, fiches in jeu.fiches.items():
        assert set(fiches[0]) - {"_faute", "_envoi"} == {champ.nom for champ in FICHES[nom].champs}
    assert set(jeu.fiches) == set(FICHES)


def test_le_manifeste_dit_vrai(jeu: Jeu) -> None:
    envois = sorted(jeu.repertoire.glob("CEP_*.zip"))
    sequences: dict[str, int] = Counter()
    for chemin in envois:
        with zipfile.ZipFile(chemin) as archive:
            manifeste = json.loads(archive.read("manifeste.json"))
            membres = [nom for nom in archive.namelist() if nom != "manifeste.json"]
            assert manifeste["empreintes"] == {n: sha256(archive.read(n)).hexdigest() for n in membres}
            comptes = {n.removesuffix(".csv"): archive.read(n).count(b"\n") - 1 for n in membres if n.endswith(".csv")}
            assert manifeste["comptes"] == comptes
        sequences[manifeste["lot"]] += 1
        _, lot, operateur, _, sequence = chemin.stem.split("_")
        assert (manifeste["lot"], manifeste["emetteur"], manifeste["sequence"]) == (
            lot,
            operateur,
            int(sequence),
        )
        assert int(sequence) == sequences[lot]
    for copie in jeu.repertoire.glob("renvois/*.zip"):
        assert copie.read_bytes() == (jeu.repertoire / copie.name).read_bytes()


def test_les_livrables_sont_des_pdf_uniques_et_leur_empreinte_est_juste(jeu: Jeu) -> None:
    vus: set[str] = set()
    for livrable in jeu.fiches["livrable"][:80]:
        with zipfile.ZipFile(jeu.repertoire / livrable["_envoi"]) as archive:
            octets = archive.read(f"livrables/{livrable['nom_fichier']}")
        calculee = sha256(octets).hexdigest()
        fausse = any(e["cle"] == livrable["numero_dossier"] and e["champ"] == "empreinte_sha256" for e in jeu.erreurs)
        assert (calculee == livrable["empreinte_sha256"]) != fausse
        assert calculee not in vus
        vus.add(calculee)
        assert livrable["numero_dossier"] in PdfReader(io.BytesIO(octets), strict=True).pages[0].extract_text()


def test_les_unites_suivent_les_regles(jeu: Jeu) -> None:
    beneficiaires = {f["identifiant_beneficiaire"] for f in justes(jeu, "beneficiaire")}
    uo21 = {
        f["identifiant_beneficiaire"]: date.fromisoformat(f["date_engagement"])
        for f in justes(jeu, "unite_oeuvre")
        if f["uo"] == "21"
    }
    for unite in justes(jeu, "unite_oeuvre"):
        uo, engagement = unite["uo"], date.fromisoformat(unite["date_engagement"])
        operateur = {"08": "AB", "10": "CD"}[unite["lot"]]
        assert unite["numero_dossier"].startswith(f"{operateur}{engagement:%y%m}{uo}")
        libelle = {"00": "UO00", "01": "UO01", "21": "UO2.1", "22": "UO2.2"}[uo]
        assert unite["reference_bon_commande"].startswith(f"{engagement.year}-Lot{unite['lot']}-{libelle}-")
        assert unite["identifiant_beneficiaire"] in beneficiaires
        assert unite["origine_demarche"]
        assert unite["motif_sollicitation_detaille"]
        if uo == "22":
            assert unite["alea_uo22"]
        if not unite["date_cloture"]:
            assert uo != "00"
            continue
        cloture = date.fromisoformat(unite["date_cloture"])
        trimestre = (cloture.month + 2) // 3
        assert unite["numero_decompte"] == f"{cloture.year}-Lot{unite['lot']}-T{trimestre}-{libelle}"
        if uo == "00":
            assert cloture == engagement
            assert unite["aiguillage"]
            continue
        limite = echeance(
            uo,
            engagement,
            regles=REGLES,
            date_engagement_uo21=uo21.get(unite["identifiant_beneficiaire"]) if uo == "22" else None,
        )
        assert limite is not None
        assert engagement <= cloture <= limite
        if unite["motif_cloture"] == "ABANDON":
            assert cloture == limite
        if uo in ("21", "22"):
            prestations = unite["prestations_complementaires"].split("|")
            reponses = unite["autoprescription"].split("|") if unite["autoprescription"] else []
            assert len(reponses) == (0 if prestations == ["AUCUNE"] else len(prestations))


def test_les_interactions_tombent_dans_leur_unite(jeu: Jeu) -> None:
    periodes: dict[str, tuple[str, str]] = {}
    for unite in justes(jeu, "unite_oeuvre"):
        cloture = unite["date_cloture"] or periodes.get(unite["numero_dossier"], ("", ""))[1]
        periodes[unite["numero_dossier"]] = (unite["date_engagement"], cloture)
    vues: set[tuple[str, str, str]] = set()
    for interaction in justes(jeu, "interaction"):
        debut, fin = periodes[interaction["numero_dossier"]]
        assert debut <= interaction["date_interaction"] <= (fin or "9999")
        cle = (interaction["numero_dossier"], interaction["date_interaction"], interaction["mode_contact"])
        assert cle not in vues
        vues.add(cle)


def test_les_compteurs_des_bons_sont_sans_trou_et_dans_le_volume(jeu: Jeu) -> None:
    with (jeu.repertoire / "commandes.csv").open(encoding="utf-8") as flux:
        bons = {b["reference"]: b for b in csv.DictReader(flux, delimiter=";")}
    compteurs: dict[str, set[int]] = defaultdict(set)
    for unite in jeu.fiches["unite_oeuvre"]:
        bon, _, rang = unite["reference_bon_commande"].rpartition("-")
        if unite["_faute"] and bon not in bons:
            continue
        compteurs[bon].add(int(rang))
        if not unite["_faute"]:
            assert bons[bon]["debut"] <= unite["date_engagement"] <= bons[bon]["fin"]
            assert bons[bon]["uo"] == unite["uo"]
    perdus = sum(e["nature_erreur"] in ("reference_mal_formee", "reference_inconnue") for e in jeu.erreurs)
    trous = sum(max(rangs) - len(rangs) for rangs in compteurs.values())
    assert trous <= perdus
    assert all(max(rangs) <= int(bons[bon]["volume"]) for bon, rangs in compteurs.items())


def test_les_erreurs_semees_sont_d_un_pour_cent_et_de_toutes_natures(jeu: Jeu) -> None:
    semees = [e for e in jeu.erreurs if e["nature_erreur"] != "parent_refuse"]
    fiches = sum(len(f) for f in jeu.fiches.values())
    assert len(semees) / fiches == pytest.approx(0.01, abs=0.004)
    refusees = len(jeu.erreurs) - len(semees)
    assert sum(int(e["fiches_entrainees"]) for e in semees) == refusees
    natures = {e["nature_erreur"] for e in semees}
    assert len(natures) >= 15
    assert len(jeu.fautifs) == len(jeu.erreurs)


def test_rien_ne_suit_une_unite_refusee(jeu: Jeu) -> None:
    connus = {f["numero_dossier"] for f in justes(jeu, "unite_oeuvre")}
    for nom in ("interaction", "livrable", "reclamation"):
        assert {f["numero_dossier"] for f in justes(jeu, nom)} <= connus
    uo21 = {f["identifiant_beneficiaire"] for f in justes(jeu, "unite_oeuvre") if f["uo"] == "21" and f["date_cloture"]}
    uo22 = {f["identifiant_beneficiaire"] for f in justes(jeu, "unite_oeuvre") if f["uo"] == "22"}
    assert uo22 <= uo21


def test_le_profil_est_plausible(jeu: Jeu) -> None:
    personnes = {f["identifiant_beneficiaire"]: f for f in justes(jeu, "beneficiaire")}
    femmes = sum(p["sexe"] == "F" for p in personnes.values()) / len(personnes)
    assert femmes == pytest.approx(0.62, abs=0.04)
    durees: Counter[str] = Counter()
    for interaction in justes(jeu, "interaction"):
        durees[interaction["numero_dossier"]] += int(interaction["duree_minutes"])
    closes = {
        f["numero_dossier"]
        for f in justes(jeu, "unite_oeuvre")
        if f["uo"] == "01" and f["motif_cloture"].startswith("CV_")
    }
    moyenne = sum(durees[numero] for numero in closes) / len(closes)
    assert moyenne == pytest.approx(187, rel=0.05)
    mois = Counter(f["date_engagement"][5:7] for f in justes(jeu, "unite_oeuvre") if f["nature"] == "C")
    assert mois["08"] == min(mois.values())
    assert any("|" in f["statut"] for f in personnes.values())
    assert {f["nature"] for f in jeu.fiches["unite_oeuvre"]} == {"C", "M", "A"}


def test_sans_pieces_ne_laisse_aucun_livrable(tmp_path: Path) -> None:
    generer(Demande(lots=1, mois=3, dossiers=100, graine=1, sortie=tmp_path / "s", avec_pieces=False))
    assert "livrable" not in lire(tmp_path / "s").fiches


@pytest.mark.parametrize(("lots", "mois", "dossiers"), [(0, 3, 10), (19, 3, 100), (1, 49, 10), (3, 3, 2)])
def test_une_demande_impossible_est_refusee(tmp_path: Path, lots: int, mois: int, dossiers: int) -> None:
    with pytest.raises(ValueError):
        Demande(lots=lots, mois=mois, dossiers=dossiers, graine=1, sortie=tmp_path)


def test_un_repertoire_occupe_est_refuse(tmp_path: Path) -> None:
    (tmp_path / "deja").write_text("x", encoding="utf-8")
    with pytest.raises(ValueError, match="n'est pas vide"):
        generer(Demande(lots=1, mois=1, dossiers=10, graine=1, sortie=tmp_path))
