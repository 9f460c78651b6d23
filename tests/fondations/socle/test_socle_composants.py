"""The web components, one by one."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory

from cepage.fondations.comptes.models import Organisation
from cepage.fondations.socle.composants import lexique
from cepage.fondations.socle.composants.carte import LOTS, Carte, Valeur
from cepage.fondations.socle.composants.graphique import Graphique
from cepage.fondations.socle.composants.pagination import paginer
from cepage.fondations.socle.composants.tableau import Colonne, Tableau, tri_demande

COLONNES = (
    Colonne("nom", "Nom", triable=True, entete=True, lien=lambda ligne: f"/x/{ligne['nom']}/"),
    Colonne("montant", "Montant", "montant", triable=True),
    Colonne("jour", "Jour", "jour"),
)
LIGNES = (
    {"nom": "<b>Ana</b>", "montant": Decimal("1234.5"), "jour": date(2021, 3, 12)},
    {"nom": "Bob", "montant": None, "jour": None},
)


def _rendre(source: str, adresse: str = "/", **contexte: Any) -> str:
    requete = RequestFactory().get(adresse)
    return Template("{% load cepage %}" + source).render(Context({"request": requete, **contexte}))


def test_une_variable_inconnue_fait_echouer() -> None:
    with pytest.raises(pytest.fail.Exception, match="inconnue"):
        _rendre("{{ inconnue }}")


def test_tableau() -> None:
    texte = _rendre(
        "{% tableau t %}", "/?lot=08&page=3&tri=nom", t=Tableau("Les montants", COLONNES, LIGNES, tri="nom")
    )
    assert "<caption>Les montants</caption>" in texte
    assert "&lt;b&gt;Ana&lt;/b&gt;" in texte
    assert "1\u202f234,50\u202f€" in texte
    assert "12/03/2021" in texte
    assert texte.count("—") == 2
    assert 'aria-sort="ascending"' in texte
    assert 'href="?lot=08&amp;tri=-nom"' in texte
    assert 'href="?lot=08&amp;tri=montant"' in texte


def test_tri_demande() -> None:
    assert tri_demande({"tri": "-montant"}, COLONNES) == "-montant"
    assert tri_demande({"tri": "jour"}, COLONNES, "nom") == "nom"
    assert tri_demande({"tri": "nom; DROP TABLE"}, COLONNES) == ""
    assert tri_demande({}, COLONNES, "-nom") == "-nom"


def test_un_format_inconnu_est_refuse() -> None:
    with pytest.raises(ValueError, match="choisissez parmi"):
        Colonne("a", "A", "romain")


class _Filtre(forms.Form):
    lot = forms.ChoiceField(label="Lot", choices=[("", "Tous"), ("08", "08")], required=False)
    depuis = forms.DateField(label="Depuis", required=False, help_text="Jour compris.")


def test_filtres_gardes_dans_l_adresse() -> None:
    requete = RequestFactory().get("/?lot=08&tri=-nom&page=2")
    texte = _rendre("{% filtres form %}", "/?lot=08&tri=-nom&page=2", form=_Filtre(requete.GET))
    assert '<option value="08" selected>' in texte
    assert '<input type="hidden" name="tri" value="-nom">' in texte
    assert "Tout afficher (1 filtre)" in texte
    assert 'href="?tri=-nom"' in texte
    assert 'name="page"' not in texte
    assert "Tout afficher" not in _rendre("{% filtres form %}", form=_Filtre())


def test_pagination_numerotee() -> None:
    page = Paginator(list(range(100)), 10).page(4)
    texte = _rendre("{% pagination page %}", "/?lot=08&page=4", page=page)
    assert 'href="?lot=08&amp;page=3"' in texte
    assert 'href="?lot=08&amp;page=5"' in texte
    assert 'aria-current="page"' in texte
    assert _rendre("{% pagination page %}", page=Paginator([1], 10).page(1)).strip() == ""


def test_pagination_par_curseur(db: None) -> None:
    for rang in range(5):
        Organisation.objects.create(nom=f"O{rang}", nature="cabinet")
    vues: list[str] = []
    apres = None
    for _ in range(3):
        page = paginer(Organisation.objects.all(), apres, taille=2)
        vues += [o.nom for o in page.lignes]
        apres = page.suivante
    assert (vues, apres) == (["O0", "O1", "O2", "O3", "O4"], None)
    descendante = paginer(Organisation.objects.all(), None, cle="-pk", taille=2)
    assert [o.nom for o in descendante.lignes] == ["O4", "O3"]
    assert f'href="?lot=08&amp;apres={descendante.suivante}"' in _rendre(
        "{% pagination page %}", "/?lot=08", page=descendante
    )
    assert "Revenir au début" in _rendre("{% pagination page %}", page=page)
    assert len(paginer(Organisation.objects.all(), "n'importe quoi").lignes) == 5


def test_etat_vide() -> None:
    texte = _rendre("{% etat_vide titre='Rien' explication='Non.' suite_url='/a/' suite_libelle='Faire' %}")
    assert '<a class="fr-btn" href="/a/">Faire</a>' in texte
    assert "fr-btn" not in _rendre("{% etat_vide titre='Rien' explication='Pas encore.' %}")


def _graphique() -> Graphique:
    donnees = [{"mois": "2021-01", "n": 1200}, {"mois": "2021-02", "n": 1500}]
    return Graphique(
        question="Combien d'entretiens par mois ?",
        specification={
            "data": {"values": donnees},
            "mark": "bar",
            "encoding": {
                "x": {"field": "mois", "type": "ordinal"},
                "y": {"field": "n", "type": "quantitative"},
            },
        },
        tableau=Tableau("Entretiens par mois", (Colonne("mois", "Mois"), Colonne("n", "Nombre", "nombre")), donnees),
        resume="Les entretiens augmentent en février.",
        date="vendredi 12 mars 2021",
        base="2 700 entretiens",
        reserve="provisoire",
    )


def test_graphique() -> None:
    texte = _rendre("{% graphique g %}{% graphique g %}", g=_graphique())
    assert texte.count("Combien d'entretiens par mois ?") == 2 or texte.count("Combien d&#x27;entretiens") == 2
    assert 'id="graphique-1"' in texte
    assert 'id="graphique-2"' in texte
    assert "provisoire" in texte
    assert '<svg aria-hidden="true"' in texte
    for interdit in ("<script", " style=", "onload", 'role="graphics'):
        assert interdit not in texte
    assert "Entretiens par mois" in texte


def test_carte_des_18_lots() -> None:
    assert {lot.code for lot in LOTS} == {f"{n:02d}" for n in range(1, 19)}
    assert len({(lot.colonne, lot.rangee) for lot in LOTS}) == 18
    valeurs = {
        "08": Valeur(12.0, "12", lien="/registre/?lot=08"),
        "03": Valeur(40.0, "40"),
        "18": Valeur(None, "—"),
    }
    carte = Carte("Combien de dossiers par lot ?", valeurs, unite="Dossiers ouverts")
    texte = _rendre("{% carte_tuiles c %}", c=carte)
    assert texte.count('class="cepage-tuile cepage-tuile--') == 18 + len(carte.legende())
    assert 'aria-label="Pays de la Loire : 12"' in texte
    assert 'href="/registre/?lot=08"' in texte
    assert [libelle for _, libelle in carte.legende()] == ["12", "40", "sans valeur"]
    classes = {t.lot.code: t.classe for t in carte.tuiles()}
    assert classes["18"] == classes["01"] == 0 < classes["08"] < classes["03"] == 5


def test_carte_a_valeurs_egales_et_vide() -> None:
    egale = Carte("Q ?", {lot.code: Valeur(3.0, "3") for lot in LOTS}, unite="U")
    assert {t.classe for t in egale.tuiles()} == {5}
    assert egale.legende() == [(5, "3")]
    assert Carte("Q ?", {}, unite="U").legende() == [(0, "sans valeur")]
    with pytest.raises(ValueError, match="19"):
        Carte("Q ?", {"19": Valeur(1.0, "1")}, unite="U")


def test_carte_dix_huit_valeurs_en_cinq_classes() -> None:
    carte = Carte("Q ?", {lot.code: Valeur(float(lot.code), lot.code) for lot in LOTS}, unite="U")
    effectifs = [sum(t.classe == classe for t in carte.tuiles()) for classe in range(1, 6)]
    assert sum(effectifs) == 18
    assert max(effectifs) - min(effectifs) <= 1


def test_terme() -> None:
    texte = _rendre("{% terme 'UO2.1' %} {% terme 'UO2.2' 'seconde unité' %}")
    assert 'popovertarget="terme-1"' in texte
    assert 'popovertarget="terme-2"' in texte
    assert "seconde unité" in texte
    with pytest.raises(KeyError, match=r"docs/lexique\.md"):
        lexique.definition("baguette")


def test_fil_ariane() -> None:
    texte = _rendre("{% fil_ariane 'Envois' '/envois/' 'Envoi 12' %}")
    assert '<a class="fr-link" href="/envois/">Envois</a>' in texte
    assert '<span aria-current="page">Envoi 12</span>' in texte


class _Formulaire(forms.Form):
    nom = forms.CharField(label="Nom", help_text="Nom de naissance.")
    accord = forms.BooleanField(label="J'accepte")
    mode = forms.ChoiceField(label="Mode", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    piece = forms.FileField(label="Pièce")
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


def test_formulaire() -> None:
    vide = _rendre("{% formulaire f %}", f=_Formulaire())
    assert 'aria-describedby="id_nom-aide"' in vide
    assert 'class="fr-input"' in vide
    assert 'class="fr-upload"' in vide
    assert "À corriger" not in vide
    errone = _rendre("{% formulaire f %}", f=_Formulaire({}))
    assert '<a href="#id_nom">Nom</a>' in errone
    assert 'id="id_nom-messages"' in errone
    assert 'aria-invalid="true"' in errone


def test_filtres_de_format_et_lien() -> None:
    texte = _rendre("{{ n|nombre }} {{ n|accorder:'envoi' }} {{ j|jour }}", n=1000, j=date(2021, 3, 12))
    assert texte == "1\u202f000 1\u202f000\u202fenvois vendredi 12 mars 2021"
    assert _rendre("{% lien_avec page=None lot='09' %}", "/?lot=08&page=2") == "?lot=09"
