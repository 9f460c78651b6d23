from datetime import date

import pytest

from cepage.fondations.referentiels import nomenclatures, source
from cepage.fondations.referentiels.nomenclatures import CodeInconnu, ListeInconnue


def _jeu(liste: str, debut: date, texte: str) -> source.Jeu:
    return source.Jeu(liste, debut, "essai", f"{liste}{debut}{len(texte)}", lambda: texte.encode())


@pytest.mark.parametrize(
    ("liste", "nombre"),
    [
        ("lot", 19),
        ("uo", 4),
        ("statut", 19),
        ("motif_cloture", 7),
        ("etat_projet", 15),
        ("type_service", 10),
        ("section_naf", 21),
        ("division_naf", 88),
        ("sous_classe_naf", 732),
        ("departement", 110),
        ("type_voie", 106),
        ("boeth_dsn", 11),
    ],
)
def test_chaque_liste_a_tous_ses_codes(liste: str, nombre: int) -> None:
    assert len(nomenclatures.codes(liste)) == nombre
    assert len(nomenclatures.table(liste)) == nombre


def test_aucun_code_vide_ni_en_double_et_toujours_une_source() -> None:
    for nom in nomenclatures.noms():
        codes = nomenclatures.table(nom)
        assert len({c.code for c in codes}) == len(codes), nom
        assert all(c.code and c.libelle and c.source for c in codes), nom


def test_libelles_et_groupes() -> None:
    assert nomenclatures.libelle("statut", "CDI") == "Salarié en CDI"
    assert nomenclatures.groupe("statut", "CDI") == "occupé"
    assert nomenclatures.groupe("statut", "AGENT_TITULAIRE") == "agent public"
    assert nomenclatures.groupe("motif_cloture", "ABANDON") == "abandon"
    assert nomenclatures.libelle("lot", "01") == "Île-de-France"
    assert nomenclatures.groupe("mode_contact", "VISIO") == "à distance"
    assert {
        nomenclatures.groupe("motif_sollicitation_detaille", c)
        for c in nomenclatures.codes("motif_sollicitation_detaille")
    } == nomenclatures.codes("motif_sollicitation")


def test_departements_frontalier_corse_et_outre_mer() -> None:
    codes = nomenclatures.codes("departement", date(2020, 1, 2))
    assert {"00", "01", "2A", "2B", "971", "972", "973", "974", "975", "976"} <= codes
    assert "20" not in codes
    assert nomenclatures.groupe("departement", "2A") == "94"


def test_listes_proposees_reconnues() -> None:
    assert all(c.proposee for c in nomenclatures.table("statut"))
    assert not any(c.proposee for c in nomenclatures.table("lot"))


def test_les_listes_du_marche_commencent_avec_lui() -> None:
    assert nomenclatures.codes("statut", date(2019, 12, 31)) == frozenset()
    assert "CDI" in nomenclatures.codes("statut", date(2020, 1, 1))


def test_liste_ou_code_inconnus() -> None:
    with pytest.raises(ListeInconnue, match=r"« statuts » n'existe pas\. Listes connues : .*statut"):
        nomenclatures.codes("statuts")
    with pytest.raises(CodeInconnu, match="« CDX » n'a jamais existé"):
        nomenclatures.libelle("statut", "CDX")


def test_une_liste_importee_prend_la_suite_a_sa_date() -> None:
    texte = "code,libelle,groupe\nF,Femme,\nM,Masculin,\nX,Autre,\n"
    source.definir_fournisseur(lambda: [_jeu("sexe", date(2024, 1, 1), texte)])

    assert nomenclatures.codes("sexe", date(2023, 12, 31)) == {"F", "M"}
    assert nomenclatures.codes("sexe", date(2024, 1, 1)) == {"F", "M", "X"}
    assert nomenclatures.libelle("sexe", "F", date(2023, 12, 31)) == "Féminin"
    assert nomenclatures.libelle("sexe", "F", date(2024, 1, 1)) == "Femme"
    assert nomenclatures.libelle("sexe", "M") == "Masculin"
    masculin = [c for c in nomenclatures.table("sexe") if c.code == "M"]
    assert [c.debut for c in masculin] == [date(2020, 1, 1)]


def test_un_code_retire_reste_lisible() -> None:
    jeux = [_jeu("sexe", date(2024, 1, 1), "code,libelle\nF,Féminin\n")]
    source.definir_fournisseur(lambda: jeux)

    assert nomenclatures.codes("sexe") == {"F"}
    assert nomenclatures.codes("sexe", date(2023, 12, 31)) == {"F", "M"}
    assert nomenclatures.libelle("sexe", "M") == "Masculin"

    jeux.append(_jeu("sexe", date(2025, 1, 1), "code,libelle\nF,Féminin\nM,Masculin\n"))
    source.oublier()
    assert nomenclatures.codes("sexe", date(2024, 6, 1)) == {"F"}
    assert nomenclatures.codes("sexe", date(2025, 1, 1)) == {"F", "M"}


def test_un_fournisseur_en_panne_laisse_les_listes_livrees(caplog: pytest.LogCaptureFixture) -> None:
    def panne() -> list[source.Jeu]:
        raise OSError("base absente")

    source.definir_fournisseur(panne)
    assert nomenclatures.codes("sexe") == {"F", "M"}
    assert "illisibles" in caplog.text


def test_le_fournisseur_est_relu_passe_le_delai(monkeypatch: pytest.MonkeyPatch) -> None:
    heure = [1000.0]
    monkeypatch.setattr("cepage.fondations.referentiels.source.monotonic", lambda: heure[0])
    jeux: list[source.Jeu] = []
    source.definir_fournisseur(lambda: list(jeux))
    assert nomenclatures.codes("sexe") == {"F", "M"}
    jeux.append(_jeu("sexe", date(2024, 1, 1), "code,libelle\nF,Féminin\n"))
    assert nomenclatures.codes("sexe") == {"F", "M"}
    heure[0] += source.DELAI_RELECTURE_SECONDES
    assert nomenclatures.codes("sexe") == {"F"}
