"""Nine persons' worth of paper: every indicator of one month, reckoned by hand beside the units it comes from.

Lot 08, May 2020. P1 is in employment and registered as a jobseeker, P2 and P4 are in employment, P3 is not.

| person | unit | engaged    | closed     | how                      |
|--------|------|------------|------------|--------------------------|
| P1     | UO0  | 2020-05-04 | 2020-05-04 |                          |
| P1     | UO0  | 2020-05-18 | 2020-05-18 |                          |
| P3     | UO0  | 2020-04-06 | 2020-04-06 |                          |
| P1     | UO1  | 2020-03-09 | 2020-05-04 | signed, 56 days          |
| P2     | UO1  | 2020-03-10 | 2020-05-10 | abandoned                |
| P3     | UO1  | 2020-05-11 |            |                          |
| P4     | UO1  | 2020-04-01 | 2020-05-29 | signed, 58 days; corrected on 20 June: 2020-06-01, 61 days |
| P2     | UO1  | 2020-05-20 |            | cancelled on 20 June     |
| P4     | UO2.1| 2020-05-07 | 2020-05-08 | opened by mistake        |
| P1     | UO2.1| 2020-05-05 | 2020-05-25 | signed, 20 days, one VAE |
| P2     | UO2.1| 2020-05-12 | 2020-05-27 | signed, 15 days, AUCUNE  |
| P1     | UO2.2| 2020-06-02 |            | goes on after its UO2.1  |
| P2     | UO1  | 2020-08-26 |            | eve of three months      |
| Q1     | UO1  | 2020-05-06 |            | in lot 02                |
"""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from cepage.acheteur.indicateurs.calcul import calculer
from cepage.acheteur.registre.colonnes import actualiser
from cepage.echanges.reception.enums import Statut
from tests.acheteur.indicateurs.conftest import PopulationsDEssai
from tests.echanges.reception.fabrique import UO0, UO1, UO21, UO22, Facteur, Fiche, ouvrir_le_marche, personne, rouvrir
from tests.echanges.reception.fabrique import unite as une_unite

JUIN, CORRECTION, SEPTEMBRE = (
    datetime(2020, 6, 5, 6, tzinfo=UTC),
    datetime(2020, 6, 20, 6, tzinfo=UTC),
    datetime(2020, 9, 1, 6, tzinfo=UTC),
)
AFFICHEES = ("00", "01", "2.1", "2.2")
CODES = ("00", "01", "21", "22")
Chiffre = tuple[int | None, int | None, float | None]


def gens(horodatage: str) -> list[Fiche]:
    """P1 to P4."""
    return [
        personne(
            horodatage=horodatage,
            identifiant_beneficiaire=f"P{rang}",
            statut=statut,
            categorie_sociale=categorie,
            nom_naissance=nom,
        )
        for rang, statut, categorie, nom in (
            (1, "CDI|DE_INSCRIT", "5", "Un"),
            (2, "CDI", "3", "Deux"),
            (3, "DE_INSCRIT", "6", "Trois"),
            (4, "CDI", "5", "Quatre"),
        )
    ]


def unite(
    niveau: int, qui: str, rang: int, engagee: str, close: str = "", motif: str = "CV_OBJECTIF", **autres: str
) -> Fiche:
    """One unit, the `rang`-th of its order; open when no closing day is given."""
    lot = autres.get("lot", "08")
    operateur = "CD" if lot == "02" else "AB"
    fiche = une_unite(
        niveau,
        horodatage="2020-06-04T18:00:00+02:00",
        identifiant_beneficiaire=qui,
        numero_dossier=f"{operateur}{engagee[2:4]}{engagee[5:7]}{CODES[niveau]}{rang:06}",
        reference_bon_commande=f"2020-Lot{lot}-UO{AFFICHEES[niveau]}-01-{rang:05}",
        date_engagement=engagee,
    )
    if close:
        fiche |= {
            "date_cloture": close,
            "numero_decompte": f"{close[:4]}-Lot{lot}-T{(int(close[5:7]) + 2) // 3}-UO{AFFICHEES[niveau]}",
        }
        if niveau != UO0:
            fiche["motif_cloture"] = motif
    else:
        rouvrir(fiche)
    return fiche | autres


@pytest.fixture
def racine(db: None, tmp_path: Path) -> Path:
    """The columns of the register once the three envois are received."""
    ouvrir_le_marche()
    facteur = Facteur(tmp_path)
    aucune = {"prestations_complementaires": "AUCUNE", "autoprescription": ""}
    vae = {"prestations_complementaires": "VAE", "autoprescription": "N"}
    a_corriger = unite(UO1, "P4", 3, "2020-04-01", "2020-05-29")
    a_annuler = unite(UO1, "P2", 5, "2020-05-20")
    juin = [
        unite(UO0, "P1", 1, "2020-05-04", "2020-05-04"),
        unite(UO0, "P1", 2, "2020-05-18", "2020-05-18"),
        unite(UO0, "P3", 3, "2020-04-06", "2020-04-06"),
        unite(UO1, "P1", 1, "2020-03-09", "2020-05-04"),
        unite(UO1, "P2", 2, "2020-03-10", "2020-05-10", "ABANDON"),
        unite(UO1, "P3", 4, "2020-05-11"),
        a_corriger,
        a_annuler,
        unite(UO21, "P4", 1, "2020-05-07", "2020-05-08", "ANNULATION", **aucune),
        unite(UO21, "P1", 2, "2020-05-05", "2020-05-25", **vae),
        unite(UO21, "P2", 3, "2020-05-12", "2020-05-27", **aucune),
        unite(UO22, "P1", 1, "2020-06-02"),
    ]
    corrections = [
        a_corriger | {"nature": "M", "horodatage": "2020-06-19T18:00:00+02:00", "date_cloture": "2020-06-01"},
        a_annuler | {"nature": "A", "horodatage": "2020-06-19T18:00:00+02:00"},
    ]
    septembre = [unite(UO1, "P2", 6, "2020-08-26", horodatage="2020-08-31T18:00:00+02:00")]
    ailleurs = {
        "beneficiaire": [
            personne(
                identifiant_beneficiaire="Q1",
                nom_naissance="Ailleurs",
                adresse_code_postal="69001",
                horodatage="2020-06-04T18:00:00+02:00",
            )
        ],
        "unite_oeuvre": [unite(UO1, "Q1", 1, "2020-05-06", lot="02")],
    }
    accuses = [
        facteur.envoyer({"beneficiaire": gens("2020-06-04T18:00:00+02:00"), "unite_oeuvre": juin}, recu_le=JUIN),
        facteur.envoyer({"unite_oeuvre": corrections}, recu_le=CORRECTION),
        facteur.envoyer({"unite_oeuvre": septembre}, recu_le=SEPTEMBRE),
        facteur.envoyer(ailleurs, lot="02", emetteur="CD", recu_le=JUIN),
    ]
    assert [a.statut for a in accuses] == [Statut.ACCEPTE] * 4, [a.anomalies for a in accuses]
    colonnes = tmp_path / "colonnes"
    actualiser(colonnes)
    return colonnes


def chiffres(racine: Path, mois: str, connu_le: date | None = None) -> dict[tuple[str, str, str], Chiffre]:
    """Figures by code, lot and mesh."""
    return {
        (v.code, v.lot, v.maille): (v.numerateur, v.denominateur, v.valeur)
        for v in calculer(mois, connu_le=connu_le, racine=racine, populations=PopulationsDEssai())
    }


def test_le_mois_de_mai_compte_a_la_main(racine: Path) -> None:
    active, cep = 10_008, 7_008
    obtenus = chiffres(racine, "2020-05")
    attendus: dict[tuple[str, str], Chiffre] = {
        ("1.1", "lot × mois (cumul du bon)"): (1, 100, 0.01),  # P1 once; P3 has no job
        ("1.2", "lot × mois (cumul du bon)"): (3, 100, 0.03),  # P1, P2, P4
        ("1.3", "lot × mois (cumul du bon)"): (2, 100, 0.02),  # P1, P2; P4's was a mistake
        ("1.4", "lot × mois (cumul du bon)"): (0, 100, 0.0),  # the UO2.2 comes in June
        ("2.1", "lot × mois"): (1, active, 1 / active),  # P1
        ("2.1", "lot × mois (cumul annuel)"): (2, active, 2 / active),  # P1, P3
        ("2.2", "lot × mois"): (3, cep, 3 / cep),  # P3's UO1, the UO2.1 of P1 and P2
        ("2.2", "lot × mois (cumul annuel)"): (6, cep, 6 / cep),  # and the UO1 of P1, P2, P4
        ("2.4", "lot × mois"): (3, cep, 3 / cep),  # P1, P2, P3
        ("2.4", "lot × mois × statut=CDI"): (2, cep, 2 / cep),  # P1, P2
        ("2.4", "lot × mois × statut=DE_INSCRIT"): (2, cep, 2 / cep),  # P1, P3
        ("3", "lot × mois"): (3, 0, None),  # nothing in May 2019
        ("6.1", "lot × mois"): (1, 2, 0.5),  # P1's VAE, of two UO2 closed
        ("6.2", "lot × mois"): (56, 1, 56.0),  # P1; P4's moved to June
        ("6.3", "lot × mois"): (35, 2, 17.5),  # 20 + 15
        ("6.3", "lot × mois (médiane)"): (None, 2, 17.5),
        ("6.3", "lot × mois (9e décile)"): (None, 2, 19.5),  # 15 + 0.9 × 5
        ("6.4", "lot × mois"): (0, 0, None),
        ("6.5", "lot × mois"): (1, None, 1.0),  # P2
        ("6.5", "lot × mois (taux)"): (1, 2, 0.5),  # of the UO1 of P1 and P2
        ("6.6", "lot × mois"): (0, None, 0.0),
        ("6.6", "lot × mois (taux)"): (0, 2, 0.0),
        ("6.7", "lot × mois"): (0, None, 0.0),
        ("6.8", "lot × mois de clôture"): (1, 2, 0.5),  # P2 came back; P1's UO2.2 is the same course
    }
    for (code, maille), attendu in attendus.items():
        assert obtenus[code, "08", maille] == attendu, (code, maille)
    categories = {
        m.split("=")[1]: n
        for (code, lot, m), (n, _, _) in obtenus.items()
        if code == "2.3" and lot == "08" and "totale" not in m
    }
    assert categories == {"3": 1, "5": 1, "6": 1}  # P2, P1, P3
    assert obtenus["2.2", "02", "lot × mois"][0] == 1  # Q1, nowhere in lot 08
    assert obtenus["2.2", "FR", "lot × mois"][0] == 4


def test_les_autres_mois_comptes_a_la_main(racine: Path) -> None:
    juin = chiffres(racine, "2020-06")
    assert juin["6.2", "08", "lot × mois"] == (61, 1, 61.0)
    assert juin["1.4", "08", "lot × mois (cumul du bon)"] == (1, 100, 0.01)
    assert juin["6.1", "08", "lot × mois"] == (0, 0, None)
    un_an_apres = chiffres(racine, "2021-05")
    assert un_an_apres["3", "08", "lot × mois"] == (0, 3, -1.0)


def test_ce_qui_etait_connu_le_dix_juin(racine: Path) -> None:
    obtenus = chiffres(racine, "2020-05", date(2020, 6, 10))
    assert obtenus["6.2", "08", "lot × mois"] == (114, 2, 57.0)  # 56 + 58
    assert obtenus["2.2", "08", "lot × mois"][0] == 4  # the UO1 that will be cancelled still counts
    assert obtenus["6.8", "08", "lot × mois de clôture"] == (0, 2, 0.0)  # P2 has not come back yet
    essai = PopulationsDEssai()
    valeurs = calculer("2020-05", lot="08", connu_le=date(2020, 6, 10), racine=racine, populations=essai)
    provisoires = {v.code for v in valeurs if v.provisoire}
    assert provisoires == {"6.8"}
    en_mai = calculer("2020-05", lot="08", connu_le=date(2020, 5, 31), racine=racine, populations=essai)
    assert all(v.provisoire and not v.numerateur for v in en_mai)
