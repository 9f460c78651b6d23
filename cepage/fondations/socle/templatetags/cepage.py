"""The web components: `{% load cepage %}` in any page."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms, template
from django.core.paginator import Page
from django.http import QueryDict
from django.template.context import RequestContext
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from cepage.fondations.socle import formats, horloge
from cepage.fondations.socle.composants import lexique
from cepage.fondations.socle.composants.carte import Carte
from cepage.fondations.socle.composants.graphique import Graphique
from cepage.fondations.socle.composants.pagination import PageCurseur
from cepage.fondations.socle.composants.tableau import Tableau

register = template.Library()

for _fonction in (
    formats.nombre,
    formats.montant,
    formats.pourcentage,
    formats.duree,
    formats.jour,
    formats.jour_court,
    formats.mois,
    formats.instant,
    formats.heure,
    formats.taille,
    formats.accorder,
):
    register.filter(_fonction.__name__, _fonction)


@register.filter
def il_y_a(valeur: Any) -> str:
    """« il y a 3 jours », from the clock's present day."""
    return formats.il_y_a(valeur, horloge.aujourd_hui())


def _lien(parametres: Mapping[str, Any], **remplaces: str | None) -> str:
    """The page's own address with some parameters replaced (None: removed)."""
    copie = parametres.copy() if isinstance(parametres, QueryDict) else QueryDict(mutable=True)
    for nom, valeur in remplaces.items():
        copie.pop(nom, None)
        if valeur is not None:
            copie[nom] = valeur
    requete = copie.urlencode()
    return f"?{requete}" if requete else "?"


def _parametres(context: RequestContext) -> QueryDict:
    requete = context.get("request")
    return requete.GET if requete is not None else QueryDict()


@register.inclusion_tag("socle/composants/tableau.html", takes_context=True)
def tableau(context: RequestContext, tableau: Tableau) -> dict[str, Any]:
    """A table with its caption; sortable columns keep the filters in the URL and start again at page one."""
    parametres = _parametres(context)
    entetes = [
        {
            "colonne": colonne,
            "sens": tableau.sens(colonne),
            "lien": _lien(parametres, tri=tableau.tri_suivant(colonne), page=None, apres=None),
        }
        for colonne in tableau.colonnes
    ]
    return {"tableau": tableau, "entetes": entetes, "rangees": tableau.rangees()}


@register.inclusion_tag("socle/composants/filtres.html", takes_context=True)
def filtres(context: RequestContext, form: forms.Form, libelle: str = "Filtrer") -> dict[str, Any]:
    """A filter form kept in the URL; the sort is kept, the page starts again."""
    parametres = _parametres(context)
    actifs = [nom for nom in form.fields if any(parametres.getlist(form.add_prefix(nom)))]
    tri = parametres.get("tri")
    return {
        "form": form,
        "libelle": libelle,
        "tri": tri,
        "actifs": len(actifs),
        "sans_filtre": f"?tri={tri}" if tri else "?",
    }


@register.inclusion_tag("socle/composants/pagination.html", takes_context=True)
def pagination(context: RequestContext, page: "Page[Any] | PageCurseur") -> dict[str, Any]:
    """Links to the other pages: numbered for a Django Page, following for a PageCurseur."""
    parametres = _parametres(context)
    if isinstance(page, PageCurseur):
        return {
            "numeros": [],
            "precedente": _lien(parametres, apres=None) if page.avancee else None,
            "libelle_precedente": "Revenir au début",
            "suivante": _lien(parametres, apres=page.suivante) if page.suivante else None,
        }
    numeros = [
        {
            "numero": numero if isinstance(numero, int) else None,
            "lien": _lien(parametres, page=str(numero)),
            "courante": numero == page.number,
        }
        for numero in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
    return {
        "numeros": numeros if page.paginator.num_pages > 1 else [],
        "precedente": _lien(parametres, page=str(page.number - 1)) if page.has_previous() else None,
        "libelle_precedente": "Page précédente",
        "suivante": _lien(parametres, page=str(page.number + 1)) if page.has_next() else None,
    }


@register.inclusion_tag("socle/composants/etat_vide.html")
def etat_vide(titre: str, explication: str, suite_url: str = "", suite_libelle: str = "") -> dict[str, str]:
    """What an empty list says: that it is empty, why, and the next step."""
    return {
        "titre": titre,
        "explication": explication,
        "suite_url": suite_url,
        "suite_libelle": suite_libelle,
    }


@register.inclusion_tag("socle/composants/graphique.html", takes_context=True)
def graphique(context: RequestContext, graphique: Graphique) -> dict[str, Any]:
    """A chart drawn on the server, under its question, with its table, definition, date and base."""
    return {"graphique": graphique, "numero": _numero(context), "request": context.get("request")}


@register.inclusion_tag("socle/composants/carte.html", takes_context=True)
def carte_tuiles(context: RequestContext, carte: Carte) -> dict[str, Any]:
    """The map of the 18 lots as equal tiles, with its legend and its table."""
    return {"carte": carte, "numero": _numero(context), "request": context.get("request")}


@register.simple_tag(takes_context=True)
def terme(context: RequestContext, mot: str, texte: str = "") -> SafeString:
    """A contract term whose definition opens in place; `texte` is shown when it differs."""
    valeurs = {"texte": texte or mot, "definition": lexique.definition(mot), "numero": _numero(context)}
    # Without the file's last newline, which would put a space before the sentence's full stop.
    return mark_safe(render_to_string("socle/composants/terme.html", valeurs).strip())  # noqa: S308


@register.inclusion_tag("socle/composants/fil.html")
def fil_ariane(*etapes: str) -> dict[str, Any]:
    """Breadcrumb after « Accueil »: label, address, label, address…, then the label of the page itself."""
    couples = zip(etapes[:-1:2], etapes[1::2], strict=False)
    return {"etapes": list(couples), "page": etapes[-1]}


@register.inclusion_tag("socle/composants/champ.html")
def champ(champ: forms.BoundField) -> dict[str, Any]:
    """One form field with its label, help and errors; no placeholder, which vanishes as one types."""
    widget = champ.field.widget
    widget.attrs.pop("placeholder", None)
    genre = "texte"
    if isinstance(widget, forms.HiddenInput):
        genre = "cache"
    elif isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        genre = "groupe"
    elif isinstance(widget, forms.CheckboxInput):
        genre = "case"
    elif isinstance(widget, forms.FileInput):
        genre = "fichier"
    elif isinstance(widget, forms.Select):
        genre = "choix"
    classe = {"texte": "fr-input", "choix": "fr-select", "fichier": "fr-upload"}.get(genre, "")
    attributs: dict[str, Any] = {"class": " ".join(filter(None, (widget.attrs.get("class", ""), classe)))}
    identifiant = champ.id_for_label or champ.html_name
    messages = f"{identifiant}-messages"
    if champ.errors:
        attributs |= {"aria-invalid": "true", "aria-describedby": messages}
    elif champ.help_text:
        attributs["aria-describedby"] = f"{identifiant}-aide"
    rendu = "" if genre == "groupe" else champ.as_widget(attrs=attributs)
    groupe = {"choix": "select", "fichier": "upload"}.get(genre, "input")
    communs = {"rendu": rendu, "messages": messages, "id": identifiant}
    return {"champ": champ, "genre": genre, "groupe": groupe, **communs}


@register.inclusion_tag("socle/composants/formulaire.html")
def formulaire(form: forms.BaseForm) -> dict[str, Any]:
    """All the fields of a form; errors summed up at the top with links, and repeated at the field."""
    erreurs = [(c.id_for_label, c.label, e) for c in form for e in c.errors]
    return {"form": form, "erreurs": erreurs}


@register.simple_tag(takes_context=True)
def lien_avec(context: RequestContext, **remplaces: str | None) -> SafeString:
    """This page's address with parameters replaced: `href="{% lien_avec page=None lot='08' %}"`."""
    from django.utils.html import escape

    return mark_safe(escape(_lien(_parametres(context), **remplaces)))  # noqa: S308  # escaped just here


def _numero(context: RequestContext) -> int:
    """A number unique in the page, for identifiers."""
    page = cast(dict[str, int], context.render_context.dicts[0])
    valeur = page.get("cepage_numero", 0) + 1
    page["cepage_numero"] = valeur
    return valeur
