"""Changing the rules on paper: one parameter, a price, another market; and no code that knows a market by its name."""

import ast
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from cepage.acheteur.decomptes.calcul import calculer
from cepage.acheteur.decomptes.models import Ligne
from cepage.acheteur.decomptes.selectors import en_lignes
from cepage.acheteur.decomptes.simulation import Simulation, SimulationImpossible, bornes, simuler
from cepage.acheteur.decomptes.trimestres import Trimestre
from cepage.config.ligne_de_commande import principal
from cepage.fondations.regles import ErreurRegles, charger_marche, marches
from cepage.fondations.regles.surcharge import lire_changements
from tests.acheteur.decomptes.fabrique import INSTANT, clore, commander, rencontrer, tarifer, tenir

pytestmark = pytest.mark.usefixtures("tout", "controle")
RACINE = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def annee(tout: None) -> None:
    """Two UO2.1 paid and one abandoned in 2021, three appointments for the first, one for the second."""
    tenir()
    commander()
    tarifer()
    premier, second = clore(1), clore(2, "2021-05-04")
    clore(3, motif="ABANDON", livrable=False)
    for jour in ("2021-01-12", "2021-01-20", "2021-02-10"):
        rencontrer(premier, jour)
    rencontrer(second, "2021-04-30", "VISIO")
    rencontrer(second, "2021-05-01", "COURRIEL")


def _simuler(tmp_path: Path, texte: str, depuis: str = "2021-01", jusqu_a: str = "2021-12") -> Simulation:
    fichier = tmp_path / "essai.yaml"
    fichier.write_text(texte, encoding="utf-8")
    return simuler(lire_changements(fichier), *bornes(depuis, jusqu_a))


def test_un_parametre_change_depuis_un_jour(tmp_path: Path) -> None:
    texte = "parametres: {paiement.abandon_payable: {valeurs: [{valeur: oui, debut: 2021-01-01}]}}"
    fait = _simuler(tmp_path, texte)
    (ligne,) = fait.lignes
    assert (ligne.avant.payables, ligne.apres.payables, ligne.difference_ht, ligne.dossiers) == (2, 3, Decimal(300), 1)
    assert [(t.lot, t.dossiers, t.personnes, t.operateurs) for t in fait.touches] == [("08", 1, 1, ("AB",))]
    plus_tard = texte.replace("2021-01-01", "2021-06-01")
    assert _simuler(tmp_path, plus_tard).difference_ht == 0


def test_un_prix_suppose(tmp_path: Path) -> None:
    fait = _simuler(tmp_path, 'prix: [{lot: "08", uo: "21", debut: 2021-04-01, prix_ht: "310.50"}]')
    assert (fait.avant_ht, fait.apres_ht, fait.difference_ht) == (Decimal("600"), Decimal("610.50"), Decimal("10.50"))


def test_les_mois_bornent_la_simulation(tmp_path: Path) -> None:
    texte = 'prix: [{lot: "08", uo: "21", debut: 2021-01-01, prix_ht: "301.00"}]'
    assert _simuler(tmp_path, texte, "2021-01", "2021-03").difference_ht == Decimal("1.00")
    assert _simuler(tmp_path, texte, "2021-05", "2021-05").difference_ht == Decimal("1.00")
    assert _simuler(tmp_path, texte, "2021-06", "2021-12").lignes == ()


def test_ce_que_l_annee_aurait_coute_sous_l_autre_marche(tmp_path: Path) -> None:
    fait = _simuler(tmp_path, "marche: B")
    lues = {li.uo: (li.avant.montant_ht, li.apres.faits, li.apres.montant_ht) for li in fait.lignes}
    # Two first appointments at 90 €, two that follow at 75 €; a mail is no appointment.
    assert lues == {
        "21": (Decimal("600.00"), 0, Decimal("0.00")),
        "RP": (Decimal("0.00"), 2, Decimal("180.00")),
        "RS": (Decimal("0.00"), 2, Decimal("150.00")),
    }
    assert fait.difference_ht == Decimal("-270.00")
    assert any("premier entretien" in h for h in fait.hypotheses)


def test_rien_n_est_ecrit(tmp_path: Path) -> None:
    _simuler(tmp_path, "marche: B")
    assert not Ligne.objects.exists()


def test_un_mois_du_marche_b_avec_le_meme_moteur() -> None:
    commander("21", annee=2024)
    numero = clore(9, None, engagement="2024-02-05")
    tarifer("RP", "90.00", "2024-01-02")
    tarifer("RS", "75.00", "2024-01-02")
    for jour in ("2024-02-05", "2024-03-01", "2024-03-31"):
        rencontrer(numero, jour)
    decomptes = calculer("08", Trimestre(2024, 1), maintenant=INSTANT)
    lues = {p["uo"]: (p["unites_payables"], p["net_ht"]) for p in en_lignes(decomptes) if p["unites_closes"]}
    assert lues == {"RP": (1, "90.00"), "RS": (2, "150.00")}
    assert {ligne.numero_dossier for ligne in Ligne.objects.all()} == {numero}


def test_une_unite_de_l_ancien_marche_close_sous_le_nouveau_garde_ses_regles() -> None:
    commander(annee=2023)
    clore(1, "2024-02-05", engagement="2023-12-04")
    (decompte,) = calculer("08", Trimestre(2024, 1), maintenant=INSTANT)
    assert [(p["uo"], p["net_ht"]) for p in en_lignes([decompte]) if p["unites_closes"]] == [("21", "300.00")]


@pytest.mark.parametrize(
    ("texte", "dit"),
    [
        ("", "aucun changement"),
        ("inconnu: 1", "n'est pas connue ici"),
        ("marche: Z", "n'est pas connu"),
        ("parametres: {nimporte.quoi: {valeurs: [{valeur: oui, debut: 2021-01-01}]}}", "n'existe pas"),
        ("parametres: {paiement.abandon_payable: {valeurs: []}}", "liste des valeurs manque"),
        (
            "parametres: {paiement.abandon_payable: {valeurs: [{valeur: 3, debut: 2021-01-01}]}}",
            "ni « oui » ni « non »",
        ),
        ("parametres: {paiement.abandon_payable: {valeurs: [{valeur: oui}]}}", "« debut » manque"),
        ('prix: [{lot: "08"}]', "incomplet"),
    ],
)
def test_un_fichier_refuse(tmp_path: Path, texte: str, dit: str) -> None:
    with pytest.raises(ErreurRegles, match=dit):
        _simuler(tmp_path, texte)


def test_des_mois_a_l_envers() -> None:
    with pytest.raises(SimulationImpossible, match="inversez"):
        bornes("2022-02", "2022-01")
    with pytest.raises(SimulationImpossible, match="Écrivez les mois"):
        bornes("2022", "2022-01")
    assert bornes("2021-12", "2021-12") == (date(2021, 12, 1), date(2022, 1, 1))


def test_la_commande(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cepage.config.ligne_de_commande.preparer", lambda: None)
    monkeypatch.setattr("django.db.connections.close_all", lambda: None)
    fichier = tmp_path / "b.yaml"
    fichier.write_text("marche: B", encoding="utf-8")
    mois = ["--depuis", "2021-01", "--jusqu-a", "2021-12"]
    assert principal(["marche", "simuler", str(fichier), *mois, "--format", "json"]) == 0
    lue = json.loads(capsys.readouterr().out)
    assert lue["total"] == {"avant_ht": "600.00", "apres_ht": "330.00", "difference_ht": "-270.00"}
    assert {"avant", "apres", "difference", "touches", "lot", "uo"} <= set(lue["lignes"][0])
    assert principal(["marche", "simuler", str(tmp_path / "absent.yaml"), *mois]) == 2


def test_le_marche_b_a_quatorze_lots_et_dit_ses_hypotheses() -> None:
    assert "B" in marches()
    regles = charger_marche("B")
    assert len(regles.table("lots.libelles", le=date(2024, 1, 2))) == 14
    assert set(regles.table("lots.regroupement", le=date(2024, 1, 2)).values()) == {"07", "13", "14"}
    sans_source = [p.cle for p in regles for v in p.valeurs if "aucune source" in v.clause and v.confiance == "lu"]
    assert not sans_source


class _Marches(ast.NodeVisitor):
    """Finds a comparison, a membership or a case in which something called « marche » meets a market's code."""

    def __init__(self) -> None:
        self.fautes: list[int] = []

    def visit_Compare(self, noeud: ast.Compare) -> None:
        membres = [noeud.left, *noeud.comparators]
        constantes = [
            c.value for m in membres for c in ast.walk(m) if isinstance(c, ast.Constant) and isinstance(c.value, str)
        ]
        noms = [n.lower() for m in membres for n in _noms(m)]
        if any("marche" in n for n in noms) and any(c.upper() in marches() for c in constantes):
            self.fautes.append(noeud.lineno)
        self.generic_visit(noeud)

    def visit_Match(self, noeud: ast.Match) -> None:
        cas = [
            c.value for n in ast.walk(noeud) for c in [n] if isinstance(c, ast.Constant) and isinstance(c.value, str)
        ]
        if any("marche" in n.lower() for n in _noms(noeud.subject)) and any(c.upper() in marches() for c in cas):
            self.fautes.append(noeud.lineno)
        self.generic_visit(noeud)


def _noms(noeud: ast.AST) -> list[str]:
    return [n.id for n in ast.walk(noeud) if isinstance(n, ast.Name)] + [
        n.attr for n in ast.walk(noeud) if isinstance(n, ast.Attribute)
    ]


def _fautes(texte: str) -> list[int]:
    visiteur = _Marches()
    visiteur.visit(ast.parse(texte))
    return visiteur.fautes


def test_aucun_code_ne_choisit_selon_le_marche() -> None:
    fautes = {
        str(chemin.relative_to(RACINE)): trouvees
        for chemin in (RACINE / "cepage").rglob("*.py")
        if (trouvees := _fautes(chemin.read_text(encoding="utf-8")))
    }
    assert fautes == {}


@pytest.mark.parametrize(
    "code",
    [
        "if regles.marche == 'B': pass",
        "x = 1 if marche != 'A' else 2",
        "if code_marche in ('A', 'B'): pass",
        "match regles.marche:\n    case 'B': pass",
    ],
)
def test_la_garde_voit_un_choix_selon_le_marche(code: str) -> None:
    assert _fautes(code)
