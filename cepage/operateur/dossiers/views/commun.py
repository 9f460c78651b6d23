"""What the views share: who acts, which record, how a refused act is told with nothing typed lost."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cepage.fondations.comptes.acces import roles_de
from cepage.fondations.comptes.models import Personne
from cepage.fondations.regles import Refus
from cepage.fondations.socle.transitions import TransitionRefusee
from cepage.operateur.dossiers.models import Beneficiaire, UniteOeuvre
from cepage.operateur.dossiers.selectors.regard import Regard, regard
from cepage.operateur.dossiers.services import ActeRefuse, Acteur
from cepage.operateur.dossiers.stockage import FichierRefuse


def acteur(request: HttpRequest) -> Acteur:
    """The person asking, with the roles held today."""
    assert isinstance(request.user, Personne)
    return Acteur.de(request.user, {a.role for a in roles_de(request)})


def personne_ou_404(request: HttpRequest, pk: int) -> tuple[Regard, Beneficiaire]:
    """A record the person asking may look at; a foreign one is as a missing one."""
    vue = regard(request)
    return vue, get_object_or_404(vue.beneficiaires().select_related("fusionne_dans"), pk=pk)


def unite_ou_404(request: HttpRequest, pk: int) -> tuple[Regard, UniteOeuvre]:
    """A unit the person asking may look at."""
    vue = regard(request)
    lignes = vue.unites().select_related("beneficiaire__fusionne_dans", "referent", "delegue", "unite_prealable")
    return vue, get_object_or_404(lignes, pk=pk)


def agir(faire: Callable[[], Any], form: forms.Form) -> Iterable[Refus] | None:
    """Do the act in a savepoint; gives the refusals, None when it is done. Wrong values are told on the form."""
    try:
        with transaction.atomic():
            faire()
    except ActeRefuse as refuse:
        return refuse.refus
    except TransitionRefusee as refusee:
        return (Refus("ETAT", str(refusee), "", ""),)
    except FichierRefuse as refuse:
        form.add_error("fichier", str(refuse))
        return ()
    except ValidationError as fausse:
        for champ, textes in (
            fausse.message_dict.items() if hasattr(fausse, "error_dict") else [(None, fausse.messages)]
        ):
            form.add_error(champ if champ in form.fields else None, textes)
        return ()
    return None


def acte(
    request: HttpRequest,
    personne: Beneficiaire,
    form: forms.Form,
    faire: Callable[[], Any],
    *,
    titre: str,
    bouton: str,
    fait: str,
    explication: str = "",
    refus: Iterable[Refus] = (),
    dangereux: bool = False,
) -> HttpResponse:
    """One act on a dossier: its form, then the dossier again; refused, the form with every reason."""
    principale = personne.principale
    if request.method == "POST" and form.is_valid():
        refuses = agir(faire, form)
        if refuses is None:
            messages.success(request, fait)
            return redirect("dossiers:dossier", pk=principale.pk)
        refus = refuses
    contexte = {
        "personne": principale,
        "form": form,
        "titre": titre,
        "bouton": bouton,
        "explication": explication,
        "refus": refus,
        "dangereux": dangereux,
        "fichiers": form.is_multipart(),
    }
    return render(request, "dossiers/acte.html", contexte)
