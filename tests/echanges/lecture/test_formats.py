"""The five formats give the same frames for the same fiches."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cepage.echanges.reception.lecture import EnvoiIllisible, lecture_json, lecture_xml
from cepage.echanges.reception.lecture.json_rapide import ConversionRapide
from tests.echanges.lecture.outils import (
    ENTETE,
    NOM_ZIP,
    SCHEMA,
    Fiche,
    ecrire_csv,
    ecrire_json,
    ecrire_jsonl,
    ecrire_xml,
    ecrire_zip,
    en_texte,
    lire,
    tout_lire,
)

_CARACTERES = st.characters(exclude_categories=["Cs", "Cc", "Cn"], exclude_characters="\ufeff\ufffe\uffff")
_TEXTES = st.one_of(
    st.text(_CARACTERES, max_size=12),
    st.sampled_from(
        [
            "true",
            "false",
            "null",
            '"',
            ";",
            '"";',
            "a\nb",
            "[x]",
            '["A"]',
            "{}",
            "},{",
            "1.10",
            "é",
            "\\u0000",
            '":',
        ]
    ),
)
_CODES = st.one_of(st.sampled_from(["A", "B", "true", "CDI", "[", '"'])).filter(bool)


def _valeurs(champ: str, multiple: bool) -> st.SearchStrategy[Any]:
    if multiple:
        return st.lists(st.booleans() if champ == "autoprescription" else _CODES, min_size=1, max_size=3)
    if champ == "projet_reconversion_cpir":
        return st.one_of(st.booleans(), _TEXTES)
    if champ == "duree_minutes":
        return st.one_of(st.integers(-5, 10**20), _TEXTES)
    return _TEXTES


def _fiche(nom: str) -> st.SearchStrategy[Fiche]:
    champs = {champ: _valeurs(champ, multiple) for champ, multiple in SCHEMA[nom].items() if champ != "nature"}
    return st.fixed_dictionaries({"nature": st.just("C")}, optional=champs).map(lambda v: (nom, v))


FICHES = st.lists(st.sampled_from(sorted(SCHEMA)).flatmap(_fiche), min_size=1, max_size=8)


def _sans_lieu(cadres: dict[str, pl.DataFrame]) -> dict[str, list[tuple[Any, ...]]]:
    return {fiche: c.drop("_ligne", "_fichier").rows() for fiche, c in cadres.items() if c.height}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(fiches=FICHES)
def test_les_formats_donnent_les_memes_cadres(fiches: list[Fiche]) -> None:
    with tempfile.TemporaryDirectory() as dossier:
        tmp = Path(dossier)
        attendu = None
        types = sorted({nom for nom, _ in fiches})
        comptes = {t: sum(nom == t for nom, _ in fiches) for t in types}
        minimal = {f"{t}.csv": ecrire_csv(t, fiches) for t in types}
        tous = {f"{t}.csv": ecrire_csv(t, fiches, guillemets=csv.QUOTE_ALL) for t in types}
        envois = [
            (NOM_ZIP, ecrire_zip(minimal, comptes=comptes)),
            (NOM_ZIP, ecrire_zip(tous, comptes=comptes)),
            ("e.json", ecrire_json(fiches)),
            ("e.json", ecrire_json(fiches, indent=2, ensure_ascii=False)),
            ("e.jsonl", ecrire_jsonl(fiches)),
            ("e.jsonl", ecrire_jsonl(fiches, ensure_ascii=False, separators=(",", ":"))),
            (NOM_ZIP, ecrire_zip({"envoi.jsonl": ecrire_jsonl(fiches)}, comptes=comptes)),
        ]
        envois.append(("e.xml", ecrire_xml(fiches)))
        for nom, contenu in envois:
            envoi = lire(tmp, nom, contenu)
            lu = _sans_lieu(tout_lire(envoi))
            attendu = attendu or lu
            assert lu == attendu, nom
            assert envoi.avertissements == []


@pytest.mark.parametrize(
    ("nom", "ecrire", "format_"),
    [("e.json", ecrire_json, "json"), ("e.jsonl", ecrire_jsonl, "jsonl"), ("e.xml", ecrire_xml, "xml")],
)
def test_rang_entete_et_types(tmp_path: Path, nom: str, ecrire: Any, format_: str) -> None:
    fiches: list[Fiche] = [
        ("interaction", {"nature": "C", "numero_dossier": "1", "duree_minutes": 30}),
        ("unite_oeuvre", {"nature": "C", "types_service": ["A", "B"], "autoprescription": [True, False]}),
        ("interaction", {"nature": "C", "numero_dossier": "2", "duree_minutes": 1.5}),
    ]
    envoi = lire(tmp_path, nom, ecrire(fiches))
    assert envoi.format == format_
    assert envoi.fiches() == ["unite_oeuvre", "interaction"]
    if format_ != "jsonl":
        assert envoi.manifeste is not None
        assert (envoi.manifeste.lot, envoi.manifeste.sequence) == ("08", 12)
    cadres = tout_lire(envoi)
    assert cadres["interaction"]["_ligne"].to_list() == [1, 3]
    assert cadres["interaction"]["duree_minutes"].to_list() == ["30", "1.5"]
    assert cadres["unite_oeuvre"]["types_service"].to_list() == ["A|B"]
    assert cadres["unite_oeuvre"]["autoprescription"].to_list() == ["O|N"]
    assert set(cadres["interaction"]["_fichier"]) == {nom}


def test_texte_exact_des_nombres_json(tmp_path: Path) -> None:
    brut = ["1.10", "-0", "0.1", "1E3", "12345678901234567890123", "100000000000000001", "7"]
    lignes = "".join(f'{{"fiche":"interaction","duree_minutes":{n}}}\n' for n in brut)
    lu = tout_lire(lire(tmp_path, "e.jsonl", lignes.encode()))
    assert lu["interaction"]["duree_minutes"].to_list() == brut


def test_champ_inconnu_averti_une_fois_dans_tous_les_formats(tmp_path: Path) -> None:
    fiches: list[Fiche] = [("interaction", {"nature": "C", "couleur": "bleu"})] * 3
    for nom, contenu in [
        ("e.json", ecrire_json(fiches)),
        ("e.jsonl", ecrire_jsonl(fiches)),
        ("e.xml", ecrire_xml(fiches)),
        ("interaction.csv", b"nature;horodatage;numero_dossier;date_interaction;couleur\nC;;;;bleu\nC;;;;\n"),
    ]:
        envoi = lire(tmp_path, nom, contenu)
        cadres = tout_lire(envoi)
        tout_lire(envoi)
        assert [(a.code, a.gravite, a.champ) for a in envoi.avertissements] == [
            ("W-FIC-001", "avertissement", "couleur")
        ]
        assert "couleur" not in cadres["interaction"].columns


def test_forme_fausse_gardee_en_texte_refuse(tmp_path: Path) -> None:
    lignes = (
        b'{"fiche":"interaction","numero_dossier":{"a":[1]}}\n'
        b'{"fiche":"interaction","numero_dossier":["x"]}\n'
        b'{"fiche":"unite_oeuvre","types_service":[["x"]]}\n'
        b'{"fiche":"interaction","numero_dossier":"a\\u0000b"}\n'
        b'{"fiche":"interaction","numero_dossier":"\\ud800"}\n'
        b'{"fiche":"interaction","numero_dossier":"ok"}\n'
    )
    envoi = lire(tmp_path, "e.jsonl", lignes)
    valeurs = tout_lire(envoi)["interaction"]["numero_dossier"].to_list()
    assert valeurs == ['\x1a{"a": ["1"]}', '\x1a["x"]', "\x1aa�b", "\x1a?", "ok"]
    vues = sorted((a.ligne or 0, a.code) for a in envoi.avertissements)
    assert vues == [(i, "E-FIC-106") for i in range(1, 6)]


def test_xml_repetition_d_un_champ_simple_et_imbrication(tmp_path: Path) -> None:
    contenu = (
        b'<envoi lot="08"><interaction><numero_dossier>1</numero_dossier><numero_dossier>2</numero_dossier>'
        b"</interaction><voiture/><interaction><numero_dossier><b>x</b></numero_dossier></interaction>"
        b"<unite_oeuvre><types_service>A</types_service><types_service>B</types_service></unite_oeuvre>"
        b"<autre><interaction/></autre></envoi>"
    )
    envoi = lire(tmp_path, "e.xml", contenu)
    cadres = tout_lire(envoi)
    assert cadres["interaction"].select("_ligne", "numero_dossier").rows() == [
        (1, "\x1a1|2"),
        (3, "\x1a<numero_dossier><b>x</b></numero_dossier>"),
    ]
    assert cadres["unite_oeuvre"].select("_ligne", "types_service").rows() == [(4, "A|B")]
    assert [(a.ligne, a.code) for a in envoi.avertissements] == [
        (1, "E-FIC-106"),
        (2, "E-FIC-105"),
        (3, "E-FIC-106"),
        (5, "E-FIC-105"),
    ]


def test_jsonl_une_ligne_mauvaise_est_refusee_seule(tmp_path: Path) -> None:
    lignes = [b'{"fiche":"interaction","numero_dossier":"%d"}' % i for i in range(2000)]
    lignes[10] = b"{mauvais"
    lignes[20] = b"[1]"
    lignes[30] = b'{"fiche":"voiture"}'
    lignes[40] = b'{"fiche":"interaction","nature":"C","nature":"M"}'
    lignes[50] = b""
    lignes[60] = b'{"fiche":"interaction"' + b',"x":[' * 50 + b"]" * 50 + b"}"
    envoi = lire(tmp_path, "e.jsonl", b"\r\n".join(lignes))
    lu = tout_lire(envoi)["interaction"]
    assert lu["_ligne"].to_list() == [i + 1 for i in range(2000) if i not in (10, 20, 30, 40, 50, 60)]
    assert [(a.ligne, a.code) for a in envoi.avertissements] == [
        (11, "E-FIC-104"),
        (21, "E-FIC-104"),
        (31, "E-FIC-105"),
        (41, "E-FIC-107"),
        (61, "E-FIC-104"),
    ]


def test_json_entete_apres_les_fiches(tmp_path: Path) -> None:
    envoi = lire(tmp_path, "e.json", b'{"fiches":[{"fiche":"interaction","nature":"C"}],"lot":"08","sequence":"3"}')
    assert envoi.manifeste is not None
    assert (envoi.manifeste.lot, envoi.manifeste.sequence, envoi.manifeste.version) == ("08", 3, None)


def test_zip_pieces_comptes_et_progres(tmp_path: Path) -> None:
    fiches: list[Fiche] = [("interaction", {"nature": "C", "numero_dossier": str(i)}) for i in range(10)]
    contenu = ecrire_zip(
        {"interaction.csv": ecrire_csv("interaction", fiches), "livrables/a b.pdf": b"%PDF-1.7"},
        comptes={"interaction": 11, "beneficiaire": 2, "unite_oeuvre": 0},
    )
    envoi = lire(tmp_path, NOM_ZIP, contenu)
    assert envoi.manifeste is not None
    assert envoi.manifeste.emetteur == ENTETE["emetteur"]
    with envoi.pieces["a b.pdf"].ouvrir() as flux:
        assert flux.read() == b"%PDF-1.7"
    assert envoi.pieces["a b.pdf"].taille == 8
    vus: list[tuple[int, int]] = []
    lots = list(envoi.lots_de_lignes("interaction", 4, lambda lus, total: vus.append((lus, total))))
    assert [lot.height for lot in lots] == [4, 4, 2]
    assert vus[-1][0] == vus[-1][1] > 0
    assert {(a.code, a.fiche) for a in envoi.avertissements} == {
        ("W-FIC-002", "interaction"),
        ("W-FIC-002", "beneficiaire"),
    }
    assert list(envoi.lots_de_lignes("beneficiaire")) == []
    assert lire(tmp_path, "autre.zip", contenu).avertissements[0].code == "W-FIC-004"


@pytest.mark.parametrize(
    ("autres_cles", "annonce"),
    [
        (lambda e: {"comptes": {"interaction.csv": 1}, "sha256": {"interaction.csv": e}}, 1),
        (lambda e: {"membres": [{"nom": "interaction.csv", "fiches": 1, "sha256": e}]}, None),
        (lambda e: {"fichiers": {"interaction.csv": {"lignes": 1, "sha256": e.upper()}}}, None),
        (lambda e: {"nombres": {"interaction": 1}, "empreintes": {"interaction.csv": e}}, 1),
    ],
)
def test_le_manifeste_se_lit_sous_d_autres_cles(
    tmp_path: Path, autres_cles: Callable[[str], dict[str, Any]], annonce: int | None
) -> None:
    octets = ecrire_csv("interaction", [("interaction", {"nature": "C"})])
    manifeste = {**ENTETE, **autres_cles(sha256(octets).hexdigest())}
    envoi = lire(tmp_path, NOM_ZIP, ecrire_zip({"interaction.csv": octets}, manifeste=manifeste))
    assert envoi.manifeste is not None
    assert (envoi.manifeste.comptes.get("interaction"), envoi.avertissements) == (annonce, [])
    fausse = {**ENTETE, **autres_cles("0" * 64)}
    with pytest.raises(EnvoiIllisible, match="SHA-256"):
        lire(tmp_path, NOM_ZIP, ecrire_zip({"interaction.csv": octets}, manifeste=fausse))


@pytest.mark.parametrize(("nom", "options"), [("e.json", {}), ("e.json", {"indent": 1}), ("e.jsonl", {})])
def test_le_moteur_lit_les_fiches_ordinaires_et_le_reste_avec_soin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nom: str, options: dict[str, Any]
) -> None:
    monkeypatch.setattr(lecture_json, "_TRANCHE", 20_000)
    monkeypatch.setattr(lecture_json, "_TRANCHE_MINIMALE", 2_000)
    par_moteur: list[int] = []
    convertir = ConversionRapide.convertir

    def compter(self: ConversionRapide, donnees: bytes, lignes: int, premiere: int, **options: bool) -> bool:
        pris = convertir(self, donnees, lignes, premiere, **options)
        par_moteur.append(lignes if pris else 0)
        return pris

    monkeypatch.setattr(ConversionRapide, "convertir", compter)
    fiches: list[Fiche] = [
        (
            "unite_oeuvre" if i % 3 else "interaction",
            {
                "nature": "C",
                "horodatage": "2021-03-05T10:11:12+01:00",
                "numero_dossier": str(i),
                **({"types_service": ["A", "B"], "autoprescription": [i % 2 == 0]} if i % 3 else {}),
                **({"couleur": "bleu"} if i % 3 == 1 else {}),
                **({"duree_minutes": i} if i % 3 == 0 else {}),
                **({"description_service": "},{", "uo": None} if i % 3 and i % 997 == 1 else {}),
            },
        )
        for i in range(6000)
    ]
    ecrire = ecrire_json if nom == "e.json" else ecrire_jsonl
    envoi = lire(tmp_path, nom, ecrire(fiches, **options), longueur_enregistrement=4096)
    cadres = tout_lire(envoi)
    assert sum(par_moteur) > 2000
    for fiche in ("interaction", "unite_oeuvre"):
        rangs = [i for i in range(6000) if fiches[i][0] == fiche]
        lu = cadres[fiche].sort("_ligne")
        assert lu["_ligne"].to_list() == [i + 1 for i in rangs]
        for champ in SCHEMA[fiche]:
            assert lu[champ].to_list() == [en_texte(fiches[i][1].get(champ)) or None for i in rangs]
    assert [(a.code, a.champ) for a in envoi.avertissements] == [("W-FIC-001", "couleur")]


@pytest.mark.parametrize("fin", ["", "\n", "\r\n  "])
def test_xml_par_tranches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fin: str) -> None:
    monkeypatch.setattr(lecture_xml, "_TRANCHE", 5_000)
    par_moteur: list[int] = []
    convertir = ConversionRapide.convertir

    def compter(self: ConversionRapide, donnees: bytes, lignes: int, premiere: int, **options: bool) -> bool:
        pris = convertir(self, donnees, lignes, premiere, **options)
        par_moteur.append(lignes if pris else 0)
        return pris

    monkeypatch.setattr(ConversionRapide, "convertir", compter)
    textes = ["a & b", "<x>", 'l"E\\n', "été", "l1\nl2\tfin", "&amp;lt;", "", " "]
    rares = ["true", "[x]", "{x}", "]]>", "1.10"]
    fiches: list[Fiche] = [
        (
            "unite_oeuvre",
            {
                "nature": "C",
                "numero_dossier": str(i),
                "types_service": ["A", "B"][: i % 3],
                "description_service": rares[i % 5] if i % 211 == 0 else textes[i % 8],
            },
        )
        for i in range(4000)
    ]
    contenu = ecrire_xml(fiches, fin=fin)
    milieu = contenu.find(b"</unite_oeuvre>", 300_000) + len(b"</unite_oeuvre>")
    contenu = contenu[:milieu] + b"<!-- </unite_oeuvre> " + b"x" * 9000 + b" -->" + contenu[milieu:]
    lu = tout_lire(lire(tmp_path, "e.xml", contenu))["unite_oeuvre"].sort("_ligne")
    assert sum(par_moteur) > 500
    assert lu["_ligne"].to_list() == list(range(1, 4001))
    for champ in ("numero_dossier", "types_service", "description_service"):
        assert lu[champ].to_list() == [en_texte(v.get(champ)) or None for _, v in fiches]
    with pytest.raises(EnvoiIllisible) as refus:
        lire(tmp_path, "e.xml", contenu.replace(b"<numero_dossier>1500</", b"<numero_dossier>1500</x"))
    assert refus.value.code == "E-FIC-026"
    assert "après 1500 fiche(s)" in refus.value.message
