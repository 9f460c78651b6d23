"""Loading of the parameter files: the shipped ones are right, each broken one is refused with its mend."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from cepage.fondations.regles import (
    ErreurRegles,
    FichierCasse,
    ParametreInconnu,
    ValeurAbsente,
    charger_marche,
)
from cepage.fondations.regles.chargement import CONFIANCES, lire_dossier, lire_fichier
from cepage.fondations.regles.parametres import charger_dossier

CASSES = Path(__file__).parent / "fichiers_casses"
ATTENDUS = {
    "aucun_parametre": ("parametres", "aucun paramètre n'est écrit."),
    "booleen_pour_entier": ("delai.essai", "valeur refusée, « True » n'est pas un nombre entier."),
    "chevauchement": ("delai.essai", "la période chevauche celle du 2020-01-02."),
    "chevauchement_sans_fin": ("delai.essai", "la période chevauche celle du 2020-01-02."),
    "clause_absente": ("delai.essai", "« clause » manque."),
    "cle_de_fichier_inconnue": ("auteur", "la clé « auteur » n'est pas connue ici."),
    "cle_de_parametre_inconnue": ("delai.essai", "la clé « note » n'est pas connue ici."),
    "cle_de_valeur_dupliquee": ("valeur", "la clé est écrite deux fois."),
    "cle_de_valeur_inconnue": ("delai.essai", "la clé « clauze » n'est pas connue ici."),
    "cle_dupliquee": ("delai.essai", "la clé est écrite deux fois."),
    "confiance_absente": ("delai.essai", "« confiance » manque."),
    "confiance_inconnue": ("delai.essai", "la confiance « sûr » n'est pas admise."),
    "date_impossible": ("delai.essai", "« debut » : « 2020-02-30 » n'est pas une date du calendrier."),
    "date_malformee": ("delai.essai", "« debut » : « 02/01/2020 » n'est pas une date du calendrier."),
    "debut_absent": ("delai.essai", "« debut » manque."),
    "entier_en_texte": ("delai.essai", "valeur refusée, « 6 » n'est pas un nombre entier."),
    "entier_negatif": ("delai.essai", "valeur refusée, « -1 » est négatif."),
    "fichier_vide": ("", "le fichier est vide ou n'est pas une table."),
    "fin_avant_debut": (
        "delai.essai",
        "la fin (2019-12-31) n'est pas après le début : la période serait vide.",
    ),
    "fin_egale_debut": (
        "delai.essai",
        "la fin (2020-01-02) n'est pas après le début : la période serait vide.",
    ),
    "fin_impossible": ("delai.essai", "« fin » : « 2021-13-01 » n'est pas une date du calendrier."),
    "libelle_absent": ("delai.essai", "le libellé manque."),
    "liste_de_nombres": ("delai.essai", "valeur refusée, l'élément « 30 » n'est pas un texte."),
    "liste_doublon": ("delai.essai", "valeur refusée, un élément est répété dans la liste."),
    "liste_vide": ("delai.essai", "valeur refusée, une liste non vide est attendue."),
    "montant_flottant": (
        "delai.essai",
        "valeur refusée, « 300.5 » est un nombre à virgule flottante : il perdr",
    ),
    "montant_sans_guillemets": (
        "delai.essai",
        "valeur refusée, « 300 » n'est pas un nombre décimal écrit entre guille",
    ),
    "montant_trois_decimales": (
        "delai.essai",
        "valeur refusée, « 300.505 » n'est pas un nombre décimal écrit entre gu",
    ),
    "nom_de_parametre": ("Délai Essai", "ce nom de paramètre n'est pas admis."),
    "objet_python": ("", "le YAML est illisible"),
    "oui_non_autre": ("delai.essai", "valeur refusée, « peut-être » n'est ni « oui » ni « non »."),
    "parametre_vide": ("delai.essai", "le paramètre est vide."),
    "plage_inversee": ("delai.essai", "valeur refusée, « 19:30-17:00 » n'est pas une plage horaire."),
    "racine_liste": ("", "le fichier est vide ou n'est pas une table."),
    "sans_delai_chiffre": ("delai.essai", "valeur refusée, « 6 » ne convient pas à l'unité « sans_delai »."),
    "source_absente": ("delai.essai", "« source » manque."),
    "sujet_different": ("sujet", "le sujet « delais » n'est pas le nom du fichier."),
    "table_cle_nombre": ("delai.essai", "valeur refusée, la clé « 1 » n'est pas un texte."),
    "taux_flottant": (
        "delai.essai",
        "valeur refusée, « 7.5 » est un nombre à virgule flottante : il perdrai",
    ),
    "texte_latin1": ("", "le texte n'est pas en UTF-8."),
    "texte_vide": ("delai.essai", "valeur refusée, «   » n'est pas un texte."),
    "unite_absente": ("delai.essai", "« unite » manque."),
    "unite_inconnue": ("delai.essai", "l'unité « lunes » n'est pas connue."),
    "valeur_absente": ("delai.essai", "« valeur » manque."),
    "valeur_hors_table": ("delai.essai", "une valeur n'est pas une table."),
    "valeur_nulle": ("delai.essai", "« valeur » manque."),
    "valeurs_vides": ("delai.essai", "la liste des valeurs est vide."),
    "yaml_illisible": ("", "le YAML est illisible"),
}

BON = """sujet: {sujet}
parametres:
  delai.essai:
    libelle: Essai
    valeurs:
      - {{valeur: 6, unite: mois, debut: 2020-01-02, fin: 2021-01-02, clause: c, source: s, confiance: lu}}
      - {{valeur: 7, unite: mois, debut: 2022-01-02, clause: c, source: s, confiance: hypothèse}}
"""


@pytest.mark.parametrize("nom", sorted(ATTENDUS))
def test_fichier_casse_refuse(nom: str) -> None:
    cle, fragment = ATTENDUS[nom]
    with pytest.raises(FichierCasse) as capture:
        lire_fichier(CASSES / f"{nom}.yaml")
    erreur = capture.value
    assert erreur.fichier == f"{nom}.yaml"
    assert f"« {nom}.yaml »" in str(erreur)
    assert erreur.cle == cle
    assert fragment in erreur.defaut
    assert erreur.remede, "an error says how to mend"
    assert erreur.remede in str(erreur)


def test_chaque_fichier_casse_a_son_test() -> None:
    assert {p.stem for p in CASSES.glob("*.yaml")} == set(ATTENDUS)


def test_la_date_de_la_valeur_fautive_est_dite() -> None:
    with pytest.raises(FichierCasse, match="valeur du 2021-01-01") as capture:
        lire_fichier(CASSES / "chevauchement.yaml")
    assert capture.value.le == "2021-01-01"


def test_meme_cle_dans_deux_fichiers(tmp_path: Path) -> None:
    for sujet in ("un", "deux"):
        (tmp_path / f"{sujet}.yaml").write_text(BON.format(sujet=sujet), encoding="utf-8")
    with pytest.raises(FichierCasse, match=r"existe déjà dans « deux\.yaml »"):
        lire_dossier(tmp_path)


def test_dossier_vide(tmp_path: Path) -> None:
    with pytest.raises(FichierCasse, match="aucun fichier"):
        lire_dossier(tmp_path)


def test_fichier_absent(tmp_path: Path) -> None:
    with pytest.raises(FichierCasse, match="lecture impossible"):
        lire_fichier(tmp_path / "absent.yaml")


def test_periodes_demi_ouvertes_et_trou(tmp_path: Path) -> None:
    (tmp_path / "essai.yaml").write_text(BON.format(sujet="essai"), encoding="utf-8")
    regles = charger_dossier(tmp_path, "Z")
    assert regles.entier("delai.essai", le=date(2020, 1, 2)) == 6
    assert regles.entier("delai.essai", le=date(2021, 1, 1)) == 6
    assert regles.entier("delai.essai", le=date(2022, 1, 2)) == 7
    for hors in (date(2020, 1, 1), date(2021, 1, 2), date(2022, 1, 1)):
        assert not regles.a_une_valeur("delai.essai", le=hors)
        with pytest.raises(ValeurAbsente, match=hors.isoformat()):
            regles.valeur("delai.essai", le=hors)


def test_sans_delai_vaut_none(tmp_path: Path) -> None:
    texte = BON.format(sujet="essai").replace("valeur: 7, unite: mois", "valeur: aucun, unite: sans_delai")
    (tmp_path / "essai.yaml").write_text(texte, encoding="utf-8")
    assert charger_dossier(tmp_path, "Z").valeur("delai.essai", le=date(2022, 1, 2)) is None


def test_marche_inconnu() -> None:
    with pytest.raises(ErreurRegles, match=r"Le marché « Z » n'est pas connu.*Marchés connus : A"):
        charger_marche("Z")


def test_marche_lu_une_fois() -> None:
    assert charger_marche("A") is charger_marche("A")
    assert len(charger_marche("A").empreinte) == 64


def test_parametre_inconnu_propose_ses_voisins() -> None:
    with pytest.raises(ParametreInconnu, match=r"reclamations\.reponse"):
        charger_marche("A").valeur("reclamations.inconnue", le=date(2020, 1, 2))


def test_mauvais_type_demande() -> None:
    regles, le = charger_marche("A"), date(2020, 1, 2)
    for lire in (regles.entier, regles.texte, regles.oui_non, regles.liste, regles.table, regles.valeur_date):
        with pytest.raises(ErreurRegles, match="n'est pas"):
            lire("prix_plafond.uo21", le=le)
    with pytest.raises(ErreurRegles, match="n'est pas un nombre décimal"):
        regles.decimal("lots.libelles", le=le)


def test_montants_exacts() -> None:
    prix = charger_marche("A").decimal("prix_plafond.uo21", le=date(2020, 1, 2))
    assert prix == Decimal("300.00")
    assert isinstance(prix, Decimal)


def test_chaque_valeur_du_marche_a_cite_sa_clause() -> None:
    for parametre in charger_marche("A"):
        for valeur in parametre.valeurs:
            assert valeur.clause
            assert valeur.source
            assert valeur.confiance in CONFIANCES
            # What was not read in a source must not pretend it was.
            if "projet" in valeur.source or valeur.clause == "aucune source lue":
                assert valeur.confiance != "lu", parametre.cle


def test_chaque_borne_du_marche_a() -> None:
    """On its first day a value holds; on its end it holds no longer; the day before the end it does."""
    for parametre in charger_marche("A"):
        for valeur in parametre.valeurs:
            assert valeur.vaut_le(valeur.debut)
            assert not valeur.vaut_le(valeur.debut - timedelta(days=1))
            if valeur.fin is not None:
                assert valeur.vaut_le(valeur.fin - timedelta(days=1))
                assert not valeur.vaut_le(valeur.fin)
        for avant, apres in pairwise(parametre.valeurs):
            assert avant.fin is not None
            assert avant.fin <= apres.debut


def test_dix_neuf_lots() -> None:
    lots = charger_marche("A").table("lots.libelles", le=date(2020, 1, 2))
    assert list(lots) == [f"{n:02d}" for n in range(1, 20)]


def test_echelle_complete_par_unite() -> None:
    regles, le = charger_marche("A"), date(2021, 6, 1)
    for uo in regles.liste("unites.interaction", le=le):
        for famille in ("delai_execution", "delai_origine", "prix_plafond", "unites.duree_reference"):
            assert regles.a_une_valeur(f"{famille}.uo{uo}", le=le)
        assert regles.a_une_valeur(f"controle.taux.uo{uo}", le=le)
        assert regles.a_une_valeur(f"eligibilite.groupes.uo{uo}", le=le)
