"""The page of results, and the shortcut that leads to the field."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cepage.fondations.comptes.recherche.fournisseurs import chercher, lisible, seule_exacte

SESSION = "recherche"
TEMOIN = "raccourci"
"""The cookie by which a person turns the `/` key off (RGAA 12.10): it says nothing of them."""
_UN_AN = 365 * 24 * 3600


@never_cache
@require_http_methods(["GET", "POST"])
def recherche(request: HttpRequest) -> HttpResponse:
    """Keep what is looked for in the session, never in an address; show what answers it, or go straight to it."""
    if request.method == "POST":
        texte = lisible(request.POST.get("q", ""))
        request.session[SESSION] = texte
        trouvee = seule_exacte(chercher(request, texte))
        return redirect(trouvee.chemin if trouvee else "recherche")
    texte = request.session.get(SESSION, "")
    contexte = {"texte": texte, "groupes": chercher(request, texte)}
    return render(request, "comptes/recherche.html", contexte)


@require_POST
def raccourci(request: HttpRequest) -> HttpResponse:
    """Turn the `/` key on or off, on this browser."""
    reponse = redirect("recherche")
    if request.POST.get("raccourci") == "oui":
        reponse.delete_cookie(TEMOIN)
    else:
        reponse.set_cookie(TEMOIN, "non", max_age=_UN_AN, httponly=True, samesite="Lax", secure=request.is_secure())
    return reponse
