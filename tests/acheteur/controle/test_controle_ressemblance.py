"""Near texts: precision and recall on a labelled set, what a draw keeps, who reads the signal."""

import hashlib
from datetime import UTC, datetime
from decimal import Decimal
from html import unescape
from io import BytesIO
from random import Random

import pytest
from django.db import DatabaseError, transaction
from pypdf import PdfWriter
from pytest_django import Settings

from cepage.acheteur.controle import rapprochements, taches, tirages
from cepage.acheteur.controle.models import Controle, Rapprochement, Tirage
from cepage.acheteur.controle.rapprochements import textes_proches_du_dossier
from cepage.acheteur.controle.ressemblance import part_commune, suites_de_mots, textes_proches
from cepage.fondations.comptes.models import Personne
from cepage.fondations.regles import charger_marche
from cepage.fondations.socle.pdf import Bloc, Document, Paragraphe, produire
from cepage.fondations.socle.portee import portee_emetteurs, portee_totale
from tests.acheteur.controle.corpus import derive, jeu, texte
from tests.acheteur.controle.fabrique import TRIMESTRE, numero, unites_closes
from tests.acheteur.controle.travail import controleur, superviseur
from tests.echanges.reception.fabrique import Facteur
from tests.personnes import alice, entrer

LE = datetime(2022, 6, 4, 8, tzinfo=UTC)
JOUR = LE.date()


def regle() -> tuple[float, int]:
    """The threshold (0 to 1) and the length of a run, as the rules give them."""
    regles = charger_marche("A")
    seuil = regles.decimal("controle.ressemblance.seuil", le=JOUR) / 100
    return float(seuil), regles.entier("controle.ressemblance.mots", le=JOUR)


@pytest.mark.parametrize(
    ("part", "precision", "rappel"),
    [(0.0, 1.0, 1.0), (0.05, 0.99, 0.98), (0.10, 0.99, 0.9)],
    ids=["nom, date et ordre changés", "5 % des mots changés", "10 %"],
)
def test_precision_et_rappel_sur_un_jeu_etiquete(part: float, precision: float, rappel: float) -> None:
    textes, proches = jeu(20210401, independants=200, derives=50, part=part)
    seuil, longueur = regle()
    trouves = {frozenset((p.un, p.autre)) for p in textes_proches(textes, textes, seuil=seuil, longueur=longueur)}
    assert len(trouves & proches) >= precision * len(trouves)
    assert len(trouves & proches) >= rappel * len(proches)


def test_les_suites_de_mots() -> None:
    assert suites_de_mots("Été comme hiver, à l'Œuvre !", 3) == {
        "ete comme hiver", "comme hiver a", "hiver a l", "a l oeuvre",
    }  # fmt: skip
    assert suites_de_mots("Deux mots", 3) == frozenset()
    assert part_commune(frozenset("abc"), frozenset("bcd")) == 0.5
    assert part_commune(frozenset(), frozenset()) == 0


def test_un_texte_vide_et_un_texte_seul_ne_ressemblent_a_rien() -> None:
    assert textes_proches({"a": "", "b": ""}, ["a", "b", "absent"], seuil=0.5, longueur=3) == []


def test_seuls_les_textes_vises_font_des_paires() -> None:
    source = texte(Random(1))
    textes = {"a": source, "b": source, "c": source}
    paires = textes_proches(textes, ["b"], seuil=0.9, longueur=3)
    assert [(p.un, p.autre, p.part) for p in paires] == [("a", "b", 1.0), ("b", "c", 1.0)]


# --- a draw ---


def _pdf(contenu: str) -> bytes:
    blocs: list[Bloc] = [Paragraphe(ligne) for ligne in contenu.split("\n")]
    return produire(Document(titre="ELP", auteur="AB", sous_titre="", entete=("", ""), pied="", blocs=blocs), le=LE)


def _pdf_sans_texte() -> bytes:
    ecrivain, octets = PdfWriter(), BytesIO()
    ecrivain.add_blank_page(200, 200)
    ecrivain.write(octets)
    return octets.getvalue()


@pytest.fixture
def tirage(facteur: Facteur) -> Tirage:
    """Six files, all drawn: the second text is made from the first, the last livrable has no text."""
    hasard = Random(7)
    textes = [texte(hasard) for _ in range(5)]
    textes[1] = derive(textes[0], hasard, 0.0)
    pieces = {f"elp{rang}.pdf": _pdf(contenu) for rang, contenu in enumerate(textes)} | {"elp5.pdf": _pdf_sans_texte()}
    envoi = unites_closes({"S1": 6})
    for rang, fiche in enumerate(envoi["livrable"]):
        nom = f"elp{rang}.pdf"
        fiche |= {"nom_fichier": nom, "empreinte_sha256": hashlib.sha256(pieces[nom]).hexdigest()}
    accuse = facteur.envoyer(envoi, pieces=pieces)
    assert [a for a in accuse.anomalies if a["gravite"] == "bloquant"] == []
    controleur("Ines")
    with portee_totale():
        taux = dict.fromkeys(("00", "01", "21", "22"), Decimal(1))
        fait = tirages.figer("08", TRIMESTRE, taux, "graine", le=LE, auteur="test").tirage
    assert fait is not None
    return fait


def test_un_tirage_se_compare_une_fois(tirage: Tirage) -> None:
    assert rapprochements.rapprocher_les_nouveaux(LE) == 1
    assert rapprochements.rapprocher_les_nouveaux(LE) == 0
    with portee_totale():
        garde = Rapprochement.objects.get()
        assert rapprochements.rapprocher(tirage, le=LE) == garde
        (paire,) = garde.paires
        assert (garde.textes, garde.illisibles) == (5, 1)
        assert {paire["un"], paire["autre"]} == {numero(100), numero(101)}
        assert paire["part"] >= float(garde.seuil)
        proches = {c.numero_dossier: textes_proches_du_dossier(c) for c in tirage.controles.all()}
        assert [t["numero"] for t in proches[numero(101)]] == [numero(100)]
        assert proches[numero(102)] == []
        with pytest.raises(DatabaseError, match="ne s'efface ni"), transaction.atomic():
            Rapprochement.objects.all().delete()
    with portee_emetteurs(["CD"]):
        assert not Rapprochement.objects.exists()


def test_le_signal_se_lit_a_cote_de_la_grille(tirage: Tirage, settings: Settings) -> None:
    settings.CEPAGE_DATE = "2022-06-07"
    rapprochements.rapprocher(tirage, le=LE)
    with portee_totale():
        proche, autre = (Controle.objects.get(numero_dossier=numero(n)) for n in (101, 102))
    ines = entrer(Personne.objects.get(prenom="Ines"))
    lue = unescape(ines.get(f"/controle/dossier/{proche.pk}/grille/").content.decode())
    assert "Textes proches" in lue
    assert f"ELP du dossier {numero(100)}" in lue
    assert "Textes proches" not in ines.get(f"/controle/dossier/{autre.pk}/grille/").content.decode()
    # The operator reads its pieces, not the signal; the Superviseur reads both.
    assert "Textes proches" not in entrer(alice()).get(f"/controle/dossier/{proche.pk}/pieces/").content.decode()
    assert "Textes proches" in entrer(superviseur()).get(f"/controle/dossier/{proche.pk}/pieces/").content.decode()


def test_la_nuit_compare_les_nouveaux(tirage: Tirage) -> None:
    taches.rapprocher.func(0)
    with portee_totale():
        assert Rapprochement.objects.filter(tirage=tirage).exists()
