"""Writing: blank at first, complete by the contract's list, never over somebody else's words."""

import io
from datetime import timedelta

import pypdf
import pytest
from odfdo import Document as DocumentOdf

from cepage.fondations.comptes.enums import Role
from cepage.operateur.dossiers.services import ActeRefuse, Acteur
from cepage.operateur.livrables import documents, services
from cepage.operateur.livrables.enums import TypeLivrable
from cepage.operateur.livrables.trame import trame
from tests.operateur.dossiers.atelier import engager
from tests.operateur.livrables.bureau import ELP, LE, PP, Bureau

ANA = Acteur("Ana Rousseau", frozenset({Role.CONSEILLER}))


@pytest.mark.parametrize(
    ("type_livrable", "clause", "codes"),
    [
        ("ELP", "CCTP §2.1.2", ["situation", "informations", "poursuite", "etapes"]),
        ("PP", "CCTP §2.1.3", ["projet", "analyse", "informations", "actions", "organismes", "appui"]),
    ],
)
def test_les_rubriques_sont_celles_du_contrat(type_livrable: str, clause: str, codes: list[str]) -> None:
    lue = trame(type_livrable)
    assert lue.clause == clause
    assert [s.code for s in lue.sections] == codes


@pytest.mark.parametrize("type_livrable", list(TypeLivrable))
def test_une_rubrique_n_a_jamais_de_texte_d_avance(type_livrable: TypeLivrable) -> None:
    assert set(trame(type_livrable).nettoyer({}).values()) == {""}


def test_un_livrable_commence_vide(bureau: Bureau) -> None:
    livrable = services.commencer(bureau.unite, par=bureau.par, a=LE)
    assert livrable.type_livrable == "ELP"
    assert set(livrable.textes.values()) == {""}
    assert services.commencer(bureau.unite, par=ANA, a=LE).pk == livrable.pk


# By hand: all but « etapes » is due; « etapes » too once the person goes on.
@pytest.mark.parametrize(
    ("textes", "manquantes"),
    [
        ({}, ["situation", "informations", "poursuite"]),
        ({"poursuite": "OUI"}, ["situation", "informations", "etapes"]),
        ({"poursuite": "NON"}, ["situation", "informations"]),
        ({**ELP, "etapes": "  \n"}, ["etapes"]),
        ({**ELP, "poursuite": "NON", "etapes": ""}, []),
        (ELP, []),
    ],
)
def test_ce_qui_manque(textes: dict[str, str], manquantes: list[str]) -> None:
    lue = trame("ELP")
    assert [s.code for s in lue.manquantes(lue.nettoyer(textes))] == manquantes


def test_enregistrer_la_meme_chose_ne_change_rien(bureau: Bureau) -> None:
    livrable = bureau.ecrire()
    assert livrable.version == 1
    assert services.enregistrer(livrable, ELP, version=0, par=ANA, a=LE).version == 1


def test_deux_personnes_ne_s_ecrasent_pas(bureau: Bureau) -> None:
    livrable = bureau.ecrire()
    services.enregistrer(livrable, {**ELP, "situation": "Par Ana"}, version=1, par=ANA, a=LE + timedelta(minutes=1))
    with pytest.raises(services.TexteModifie) as conflit:
        services.enregistrer(livrable, {**ELP, "situation": "Par Diane"}, version=1, par=bureau.par, a=LE)
    assert conflit.value.courant.textes["situation"] == "Par Ana"
    assert conflit.value.courant.modifie_par == "Ana Rousseau"
    # Both remain: what Diane wrote first is in the history, Ana's is current.
    assert [v.textes["situation"] for v in conflit.value.courant.versions.all()] == [ELP["situation"]]


def test_l_histoire_garde_un_texte_par_auteur_et_par_dix_minutes(bureau: Bureau) -> None:
    livrable = services.commencer(bureau.unite, par=bureau.par, a=LE)
    for minute in range(25):
        textes = {"situation": f"minute {minute}"}
        a = LE + timedelta(minutes=minute)
        livrable = services.enregistrer(livrable, textes, version=minute, par=bureau.par, a=a)
    gardes = [v.textes["situation"] for v in livrable.versions.all()]
    assert gardes == ["minute 18", "minute 9"]


def test_l_etat_des_lieux_se_reprend_dans_le_projet(bureau: Bureau) -> None:
    bureau.signe()
    projet = services.commencer(
        engager(bureau.unite.beneficiaire, "21", LE.date() + timedelta(days=1)), par=bureau.par, a=LE
    )
    assert set(projet.textes.values()) == {""}
    assert services.peut_reprendre(projet)
    projet = services.enregistrer(projet, {"analyse": "Déjà écrit"}, version=0, par=bureau.par, a=LE)
    projet = services.reprendre(projet, version=projet.version, par=bureau.par, a=LE)
    assert projet.textes["analyse"] == "Déjà écrit"
    assert projet.textes["informations"] == ELP["informations"]
    assert projet.textes["actions"] == ELP["etapes"]
    assert projet.textes["projet"] == ""
    projet = services.enregistrer(projet, PP, version=projet.version, par=bureau.par, a=LE)
    with pytest.raises(ActeRefuse, match="rien à reprendre"):
        services.reprendre(projet, version=projet.version, par=bureau.par, a=LE)


def test_une_unite_sans_livrable_le_dit(bureau: Bureau) -> None:
    aiguillage = engager(bureau.unite.beneficiaire, "00", LE.date())
    with pytest.raises(ActeRefuse, match="n'a pas de livrable"):
        services.commencer(aiguillage, par=bureau.par, a=LE)


def test_un_texte_mis_a_la_signature_ne_change_plus(bureau: Bureau) -> None:
    livrable = bureau.ecrire()
    bureau.demander(livrable)
    with pytest.raises(ActeRefuse, match="ne change plus"):
        services.enregistrer(livrable, PP | ELP | {"situation": "autre"}, version=1, par=bureau.par, a=LE)


def test_le_pdf_et_l_odt_portent_les_textes_et_le_mediateur(bureau: Bureau) -> None:
    livrable = bureau.ecrire({**ELP, "situation": "Avant\x00 #panic() \x07après"})
    pdf = pypdf.PdfReader(io.BytesIO(documents.en_pdf(livrable, le=LE)))
    texte = "\n".join(page.extract_text() for page in pdf.pages)
    odt = DocumentOdf(io.BytesIO(documents.en_odt(livrable))).get_formatted_text()
    for contenu in (texte, odt):
        assert "#panic()" in contenu
        assert "Poursuivre par un accompagnement personnalisé" in contenu
        assert "médiateur" in contenu
        assert bureau.unite.numero_dossier in contenu
