"""Rules, contract and code lists speak of the same codes; every anomaly is declared, worded and used."""

import re
from datetime import date
from pathlib import Path
from string import Formatter

import pytest

from cepage.echanges.contrat.codes import CODES
from cepage.echanges.contrat.fiches import FICHES
from cepage.echanges.reception.lecture.codes import CODES as CODES_LECTURE
from cepage.fondations.referentiels import nomenclatures
from cepage.fondations.regles import Regles, charger_marche
from cepage.fondations.regles.eligibilite import GROUPES

RACINE = Path(__file__).resolve().parents[2]
JOUR = date(2020, 6, 15)


@pytest.fixture(scope="module")
def regles() -> Regles:
    return charger_marche("A")


def test_les_regles_connaissent_tous_les_statuts(regles: Regles) -> None:
    assert set(regles.table("aiguillage.faits_par_statut", le=JOUR)) == nomenclatures.codes("statut", le=JOUR)


def test_les_groupes_de_statuts_sont_ceux_des_regles() -> None:
    assert {code.groupe for code in nomenclatures.table("statut")} == GROUPES


def test_le_groupe_et_les_faits_d_un_statut_concordent(regles: Regles) -> None:
    for statut, faits in regles.table("aiguillage.faits_par_statut", le=JOUR).items():
        groupe = nomenclatures.groupe("statut", statut)
        assert ("agent_public" in faits) == (groupe == "agent public"), statut
        if "demandeur_sans_activite" in faits:
            assert groupe == "non occupé", statut
        if "demandeur_activite_reduite" in faits or "salarie" in faits or "independant" in faits:
            assert groupe == "occupé", statut


@pytest.mark.parametrize(
    ("parametre", "liste"),
    [("aiguillage.categorie_cadre", "categorie_sociale"), ("aiguillage.handicap", "handicap")],
)
def test_les_listes_des_regles_sont_des_codes_du_contrat(regles: Regles, parametre: str, liste: str) -> None:
    assert set(regles.liste(parametre, le=JOUR)) <= nomenclatures.codes(liste, le=JOUR)


def test_les_lots_sont_les_memes(regles: Regles) -> None:
    assert set(regles.table("lots.libelles", le=JOUR)) == nomenclatures.codes("lot", le=JOUR)
    assert set(regles.liste("lots.drom_hors_martinique", le=JOUR)) <= nomenclatures.codes("lot", le=JOUR)


def test_l_aiguillage_ne_nomme_que_des_operateurs_de_la_liste(regles: Regles) -> None:
    assert set(regles.table_aiguillage().operateurs) <= nomenclatures.codes("aiguillage", le=JOUR)


def test_les_groupes_de_motifs_de_cloture() -> None:
    groupes = {code.groupe for code in nomenclatures.table("motif_cloture")}
    assert groupes == {"volontaire", "abandon", "hors statistique"}


def test_chaque_champ_code_a_sa_liste() -> None:
    noms = set(nomenclatures.noms())
    absentes = {
        f"{fiche.nom}.{champ.nom} : {champ.nomenclature}"
        for fiche in FICHES.values()
        for champ in fiche.champs
        if champ.nomenclature and champ.nomenclature not in noms
    }
    assert not absentes


def test_une_anomalie_dit_quoi_et_comment_y_remedier() -> None:
    muettes = []
    for code, anomalie in {**CODES, **CODES_LECTURE}.items():
        phrases = all(
            (texte[0].isupper() or texte[0] in "«{") and texte.rstrip().endswith((".", "»", ")"))
            for texte in (anomalie.message, anomalie.remede)
        )
        if not (phrases and anomalie.clause):
            muettes.append(code)
    assert not muettes


def test_un_message_ne_demande_que_ce_qu_on_lui_donne() -> None:
    permis = {"champ", "valeur", "detail"}
    for code in CODES.values():
        champs = {nom for _, nom, _, _ in Formatter().parse(code.message + code.remede) if nom is not None}
        assert champs <= permis, code.code


def test_chaque_code_cite_est_declare() -> None:
    # An envoi refused whole before its fiches are read words its own anomaly where it is raised (E-ENV).
    cite = re.compile(r"(?<!EnvoiIllisible\(\n            )\"(E-[A-Z]{2,3}-\d{3})\"")
    cites: dict[str, str] = {}
    for module in (RACINE / "cepage").rglob("*.py"):
        cites |= dict.fromkeys(cite.findall(module.read_text(encoding="utf-8")), module.name)
    assert cites
    inconnus = {code: nom for code, nom in cites.items() if code not in CODES and code not in CODES_LECTURE}
    assert not inconnus


def test_chaque_code_propre_est_employe() -> None:
    declaration = RACINE / "cepage" / "echanges" / "contrat" / "codes.py"
    textes = [m.read_text(encoding="utf-8") for m in (RACINE / "cepage").rglob("*.py") if m != declaration]
    ecrits = "\n".join(textes)
    # Codes of same number on two fiches are built from the fiche's prefix: E-{prefixe}-010.
    morts = [
        code
        for code in CODES
        if int(code[-3:]) >= 10 and code not in ecrits and not re.search(r"E-\{[^}]+\}" + code[-4:], ecrits)
    ]
    assert not morts
