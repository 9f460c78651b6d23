"""A code is judged against the list in force on the day its fiche speaks of, whatever the list says since."""

from collections.abc import Iterator
from datetime import date

import polars as pl
import pytest

from cepage.echanges.contrat.constats import Releve, appliquer
from cepage.echanges.contrat.exports.json_schema import schema
from cepage.echanges.contrat.fiches import FICHES
from cepage.echanges.contrat.formats import regles_de_forme
from cepage.echanges.reception.validation import codes_de_liste
from cepage.fondations.referentiels import importation, nomenclatures, services, source
from tests.echanges.reception import fabrique
from tests.echanges.reception.fabrique import UO0, UO1, UO21, Facteur, Fiche, codes

SORTES = (
    # kind of fiche, fiche, field, code that leaves the list, day the fiche speaks of
    ("beneficiaire", fabrique.personne(), "statut", "CDI", date(2022, 6, 1)),
    ("beneficiaire", fabrique.personne(handicap="RQTH"), "handicap", "RQTH", date(2022, 6, 1)),
    ("beneficiaire", fabrique.personne(), "adresse_type_voie", "RUE", date(2022, 6, 1)),
    ("unite_oeuvre", fabrique.unite(UO1), "origine_demarche", "INDIVIDUELLE", date(2020, 3, 9)),
    ("unite_oeuvre", fabrique.unite(UO0), "aiguillage", "RDV_INTERNE", date(2020, 3, 2)),
    ("unite_oeuvre", fabrique.unite(UO1), "motif_sollicitation_detaille", "PTP", date(2020, 3, 9)),
    ("unite_oeuvre", fabrique.unite(UO1), "motif_cloture", "CV_POURSUITE", date(2020, 4, 14)),
    ("unite_oeuvre", fabrique.unite(UO21), "types_service", "INGENIERIE_FINANCIERE", date(2020, 9, 15)),
    ("interaction", fabrique.interaction(UO21, "2020-06-10", "VISIO"), "mode_contact", "VISIO", date(2020, 6, 10)),
    ("livrable", fabrique.livrable(UO1, "ELP", "elp.pdf", "2020-04-14"), "type_livrable", "ELP", date(2020, 4, 14)),
    ("livrable", fabrique.livrable(UO1, "COURRIEL_CLOTURE", "elp.pdf"), "type_livrable", "COURRIEL_CLOTURE",
     date(2022, 6, 1)),
    ("reclamation", fabrique.reclamation(), "motif", "DELAI_RDV", date(2020, 5, 4)),
    ("implantation", fabrique.implantation(), "type_implantation", "PERMANENTE", date(2022, 6, 1)),
    ("moyens_couts", fabrique.moyens(periode="2020-S2"), "lot", "08", date(2020, 7, 1)),
    ("moyens_couts", fabrique.moyens(periode="2021"), "lot", "08", date(2021, 1, 1)),
)  # fmt: skip


@pytest.fixture(autouse=True)
def listes_importees() -> Iterator[None]:
    """What a test imports is gone after it."""
    ancien = source._Etat.fournisseur
    yield
    source.definir_fournisseur(ancien)


def remplacer(nom: str, retire: str, debut: date) -> None:
    """The list `nom` without a code, with SUIVANT in its place, from `debut`."""
    lignes = [f'{c.code},"{c.libelle}",{c.groupe}' for c in nomenclatures.livree(nom) if c.code != retire]
    contenu = "\n".join(["code,libelle,groupe", *lignes, "SUIVANT,Code suivant,"]).encode()
    jeu = source.Jeu(nom, debut, "essai", f"{nom}{retire}{debut}", lambda: contenu)
    source.definir_fournisseur(lambda: [jeu])


def anomalies(nom: str, fiche: Fiche, champ: str) -> list[tuple[str, str | None]]:
    """Code and precision of each anomaly that the field rules find on that field."""
    lignes = pl.DataFrame(
        {c: [fiche.get(c)] for c in FICHES[nom].noms}, schema=dict.fromkeys(FICHES[nom].noms, pl.String)
    ).with_columns(_fichier=pl.lit("f"), _ligne=pl.lit(1, pl.Int64), _cle=pl.lit("c"))
    releve = Releve()
    appliquer(regles_de_forme(nom, codes_de_liste), lignes, nom, releve)
    return [(c, d) for c, d in releve.cadre().filter(pl.col("champ") == champ).select("code", "detail").iter_rows()]


@pytest.mark.parametrize(
    ("nom", "fiche", "champ", "code", "jour"), SORTES, ids=lambda v: v if isinstance(v, str) else ""
)
def test_un_code_vaut_jusqu_a_la_veille_de_la_liste_suivante(
    nom: str, fiche: Fiche, champ: str, code: str, jour: date
) -> None:
    liste = FICHES[nom].champ(champ).nomenclature
    remplacer(liste, code, jour + (date(2020, 1, 2) - date(2020, 1, 1)))
    assert anomalies(nom, fiche, champ) == []

    remplacer(liste, code, jour)
    ((constate, detail),) = anomalies(nom, fiche, champ)
    numero = "007" if champ == "adresse_type_voie" else "003"
    nomme = "ce code" if FICHES[nom].champ(champ).sensibilite.masquee else code
    assert constate == f"E-{FICHES[nom].prefixe_code}-{numero}"
    assert detail == f"« {liste} » : {nomme} n'était pas en vigueur le {jour:%d/%m/%Y}"


def test_un_code_neuf_ne_vaut_pas_avant_sa_liste() -> None:
    remplacer("mode_contact", "VISIO", date(2020, 6, 10))
    neuve = fabrique.interaction(UO21, "2020-06-10", "SUIVANT")
    assert anomalies("interaction", neuve, "mode_contact") == []
    ((code, detail),) = anomalies("interaction", neuve | {"date_interaction": "2020-06-09"}, "mode_contact")
    assert code == "E-INT-003"
    assert detail == "« mode_contact » : SUIVANT n'était pas en vigueur le 09/06/2020"


def test_une_date_illisible_laisse_juger_au_jour_de_la_fiche() -> None:
    remplacer("mode_contact", "VISIO", date(2022, 6, 2))
    fiche = fabrique.interaction(UO21, "2020-02-30", "VISIO")
    assert anomalies("interaction", fiche, "mode_contact") == []
    remplacer("mode_contact", "VISIO", date(2022, 6, 1))
    assert [code for code, _ in anomalies("interaction", fiche, "mode_contact")] == ["E-INT-003"]


def test_l_horodatage_donne_le_jour_de_paris() -> None:
    tard = fabrique.personne(horodatage="2022-06-01T23:30:00Z")
    remplacer("statut", "CDI", date(2022, 6, 2))
    assert [code for code, _ in anomalies("beneficiaire", tard, "statut")] == ["E-BEN-003"]


def test_un_code_inconnu_de_tout_temps_le_reste() -> None:
    remplacer("mode_contact", "VISIO", date(2020, 6, 10))
    jamais = fabrique.interaction(UO21, "2020-06-10", "PIGEON")
    assert anomalies("interaction", jamais, "mode_contact") == [("E-INT-003", "« mode_contact »")]


def test_un_code_parti_puis_revenu_ne_vaut_pas_entre_les_deux() -> None:
    def jeu(debut: date, *presents: str) -> source.Jeu:
        contenu = "\n".join(["code,libelle,groupe", *(f"{c},{c}," for c in presents)]).encode()
        return source.Jeu("mode_contact", debut, "essai", f"{debut}", lambda: contenu)

    jeux = [jeu(date(2021, 1, 1), "CHAT"), jeu(date(2022, 1, 1), "CHAT", "VISIO")]
    source.definir_fournisseur(lambda: jeux)
    for jour, attendu in (("2020-12-31", 0), ("2021-01-01", 1), ("2021-12-31", 1), ("2022-01-01", 0)):
        fiche = fabrique.interaction(UO21, jour, "VISIO")
        assert len(anomalies("interaction", fiche, "mode_contact")) == attendu, jour


def test_un_libelle_change_ne_borne_rien() -> None:
    contenu = b"code,libelle,groupe\nF,Femme,\nM,Homme,\n"
    source.definir_fournisseur(lambda: [source.Jeu("sexe", date(2021, 1, 1), "essai", "x", lambda: contenu)])
    assert set(nomenclatures.vigueur("sexe").values()) == {nomenclatures.SANS_BORNE}


def test_sans_code_borne_une_liste_ne_coute_qu_une_regle() -> None:
    champs = [c for c in FICHES["interaction"].champs if c.nomenclature]
    assert len([r for r in regles_de_forme("interaction", codes_de_liste) if r.code == "E-INT-003"]) == len(champs) + 1
    remplacer("mode_contact", "VISIO", date(2020, 6, 10))
    assert len([r for r in regles_de_forme("interaction", codes_de_liste) if r.code == "E-INT-003"]) == len(champs) + 2


def test_une_liste_importee_entre_deux_envois_est_suivie_sans_redemarrage(
    facteur: Facteur, django_capture_on_commit_callbacks: pytest.FixtureRequest
) -> None:
    source.definir_fournisseur(services.jeux_appliques)
    assert facteur.envoyer(fabrique.parcours()).anomalies == []
    lignes = [f'{c.code},"{c.libelle}",{c.groupe}' for c in nomenclatures.livree("mode_contact") if c.code != "VISIO"]
    contenu = "\n".join(["code,libelle,groupe", *lignes]).encode()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        services.appliquer(importation.preparer("mode_contact", contenu, date(2020, 6, 10), "essai"))
    neuve = {"interaction": [fabrique.interaction(UO21, "2020-06-11", "VISIO")]}
    accuse = facteur.envoyer(neuve)
    assert codes(accuse) == ["E-INT-003"]
    assert accuse.anomalies[0]["message"] == (
        "Le code donné dans « mode_contact » n'est pas dans la liste « mode_contact » : VISIO n'était pas en vigueur "
        "le 11/06/2020."
    )


def test_le_schema_admet_les_codes_qui_ont_fini() -> None:
    remplacer("mode_contact", "VISIO", date(2020, 6, 10))
    assert {"VISIO", "SUIVANT"} <= set(schema()["$defs"]["liste_mode_contact"]["enum"])
