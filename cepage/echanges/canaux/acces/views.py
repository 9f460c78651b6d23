"""Pages of the keys: list, open one, renew its secret, revoke it; and the token endpoint of OAuth 2."""

import base64
import binascii
from datetime import timedelta
from urllib.parse import unquote_plus

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cepage.echanges.canaux.acces import cadence, certificats, selectors, services
from cepage.echanges.canaux.acces.actions import LIBELLES
from cepage.echanges.canaux.acces.adresses import adresse_de
from cepage.echanges.canaux.acces.authentification import (
    DUREE_JETON,
    AccesRefuse,
    Motif,
    authentifier_secret,
    emettre_jeton,
)
from cepage.echanges.canaux.acces.enums import Usage
from cepage.echanges.canaux.acces.forms import CertificatForm, CleForm, RenouvellementForm
from cepage.echanges.canaux.acces.models import Cle
from cepage.fondations.comptes.acces import Perimetre, action
from cepage.fondations.comptes.enums import Nature
from cepage.fondations.comptes.models import Organisation, Personne
from cepage.fondations.socle import horloge


def _operateurs(request: HttpRequest) -> list[tuple[str, str]]:
    perimetre: Perimetre = request.perimetre  # type: ignore[attr-defined]
    organisations = Organisation.objects.filter(nature=Nature.OPERATEUR)
    if not perimetre.totale:
        organisations = organisations.filter(code_emetteur__in=perimetre.emetteurs)
    return [(str(o.code_emetteur), f"{o.nom} ({o.code_emetteur})") for o in organisations]


def _personne(request: HttpRequest) -> Personne | None:
    return request.user if isinstance(request.user, Personne) else None


def _cle(identifiant: str) -> Cle:
    return get_object_or_404(selectors.cles(), identifiant=identifiant)


@action("acces.gerer")
@require_GET
def liste(request: HttpRequest) -> HttpResponse:
    """The keys of one's operator, or of all."""
    maintenant = horloge.maintenant()
    lignes = [(cle, selectors.etat(cle, maintenant)) for cle in selectors.cles()]
    plusieurs = len(_operateurs(request)) > 1
    return render(request, "acces/liste.html", {"lignes": lignes, "plusieurs": plusieurs})


@action("acces.gerer")
@require_http_methods(["GET", "POST"])
def creer(request: HttpRequest) -> HttpResponse:
    """Open a key and show its secret, once."""
    operateurs = _operateurs(request)
    if request.method != "POST":
        return render(request, "acces/creer.html", {"form": CleForm(operateurs)})
    form = CleForm(operateurs, request.POST)
    if form.is_valid():
        maintenant = horloge.maintenant()
        choisis = form.cleaned_data
        try:
            ouverte = services.creer(
                emetteur=choisis["emetteur"],
                nom=choisis["nom"],
                actions=choisis["actions"],
                adresses=choisis["adresses"],
                bac_a_sable=choisis["bac_a_sable"],
                expire_le=maintenant + form.vie,
                le=maintenant,
                par=_personne(request),
            )
        except services.CleRefusee as refus:
            form.add_error(None, str(refus))
        else:
            return _montrer(request, ouverte, nouvelle=True)
    return render(request, "acces/creer.html", {"form": form}, status=422)


def _montrer(request: HttpRequest, ouverte: services.CleOuverte, *, nouvelle: bool) -> HttpResponse:
    contexte = {"cle": ouverte.cle, "texte": ouverte.texte, "secret": ouverte.secret, "nouvelle": nouvelle}
    reponse = render(request, "acces/secret.html", contexte)
    reponse.headers["Cache-Control"] = "no-store"
    return reponse


@action("acces.gerer")
@require_GET
def fiche(request: HttpRequest, identifiant: str) -> HttpResponse:
    """One key: what it allows, its secrets and certificates, what can be done of it."""
    return _fiche(request, _cle(identifiant), CertificatForm())


def _fiche(request: HttpRequest, cle: Cle, form_certificat: CertificatForm, *, statut: int = 200) -> HttpResponse:
    maintenant = horloge.maintenant()
    etat = selectors.etat(cle, maintenant)
    contexte = {
        "cle": cle,
        "etat": etat,
        "permises": [LIBELLES[a] for a in cle.actions if a in LIBELLES],
        "secrets_valides": selectors.secrets_valides(cle, maintenant),
        "certificats": selectors.certificats(cle),
        "maintenant": maintenant,
        "ouverte": etat in ("active", "expire bientôt"),
        "form": RenouvellementForm(),
        "form_certificat": form_certificat,
    }
    return render(request, "acces/fiche.html", contexte, status=statut)


@action("acces.gerer")
@require_POST
def joindre(request: HttpRequest, identifiant: str) -> HttpResponse:
    """Bind a certificate to a key; a refused one stays typed on the page."""
    cle, form = _cle(identifiant), CertificatForm(request.POST)
    if form.is_valid():
        try:
            certificats.joindre(
                cle,
                form.cleaned_data["certificat"].encode(),
                le=horloge.maintenant(),
                usage=Usage(form.cleaned_data["usage"]),
                entite=form.cleaned_data["entite"],
                par=_personne(request),
            )
        except certificats.CertificatRefuse as refus:
            form.add_error("certificat", str(refus))
        else:
            messages.success(request, "Le certificat est joint à la clé.")
            return redirect("acces:fiche", identifiant=identifiant)
    return _fiche(request, cle, form, statut=422)


@action("acces.gerer")
@require_POST
def retirer(request: HttpRequest, identifiant: str, certificat: int) -> HttpResponse:
    """Take a certificate back from a key."""
    joint = get_object_or_404(selectors.certificats(_cle(identifiant)), pk=certificat)
    certificats.retirer(joint, le=horloge.maintenant(), par=_personne(request))
    messages.success(request, "Le certificat est retiré : il n'ouvre plus rien.")
    return redirect("acces:fiche", identifiant=identifiant)


@action("acces.gerer")
@require_POST
def renouveler(request: HttpRequest, identifiant: str) -> HttpResponse:
    """Give a new secret and show it, once."""
    cle, form = _cle(identifiant), RenouvellementForm(request.POST)
    if not form.is_valid():
        return redirect("acces:fiche", identifiant=identifiant)
    try:
        ouverte = services.renouveler(
            cle,
            le=horloge.maintenant(),
            recouvrement=timedelta(days=form.cleaned_data["recouvrement"]),
            par=_personne(request),
        )
    except services.CleRefusee as refus:
        messages.error(request, str(refus))
        return redirect("acces:fiche", identifiant=identifiant)
    return _montrer(request, ouverte, nouvelle=False)


@action("acces.gerer")
@require_http_methods(["GET", "POST"])
def revoquer(request: HttpRequest, identifiant: str) -> HttpResponse:
    """Say what will stop, then close the key."""
    cle = _cle(identifiant)
    if request.method != "POST":
        return render(request, "acces/revoquer.html", {"cle": cle})
    services.revoquer(cle, le=horloge.maintenant(), par=_personne(request))
    return redirect("acces:fiche", identifiant=identifiant)


@csrf_exempt
@login_not_required
@require_POST
def jeton(request: HttpRequest) -> JsonResponse:
    """Exchange a key for an hour's token: client credentials (RFC 6749 §4.4), errors of §5.2."""
    maintenant, adresse = horloge.maintenant(), adresse_de(request)
    essais = cadence.consulter(f"echec:{adresse}", settings.CEPAGE_CADENCE_ECHECS, le=maintenant)
    if essais.depassee:
        return _refuser("invalid_client", "Trop d'essais refusés depuis cette adresse.", 429, essais.entetes())
    if request.POST.get("grant_type") != "client_credentials":
        if "grant_type" not in request.POST:
            return _refuser("invalid_request", "Le paramètre grant_type manque : donnez client_credentials.", 400)
        return _refuser("unsupported_grant_type", "Seul client_credentials est accepté.", 400)
    identifiant, secret = _identite(request)
    try:
        acces = authentifier_secret(identifiant, secret, adresse=adresse, le=maintenant)
    except AccesRefuse as refus:
        if refus.motif is Motif.INCONNUE:
            cadence.compter(f"echec:{adresse}", settings.CEPAGE_CADENCE_ECHECS, le=maintenant)
        return _refuser("invalid_client", f"{refus.message} {refus.remede}", 401)
    demandees = frozenset(request.POST.get("scope", "").split())
    if demandees - acces.actions:
        detail = ", ".join(sorted(demandees - acces.actions))
        return _refuser("invalid_scope", f"La clé ne porte pas : {detail}.", 400)
    accordees = demandees or acces.actions
    reponse = JsonResponse(
        {
            "access_token": emettre_jeton(acces, le=maintenant, actions=accordees),
            "token_type": "Bearer",
            "expires_in": int(DUREE_JETON.total_seconds()),
            "scope": " ".join(sorted(accordees)),
        }
    )
    reponse.headers["Cache-Control"] = "no-store"
    return reponse


def _identite(request: HttpRequest) -> tuple[str, str]:
    """The client's identifier and secret: HTTP Basic, else the form (RFC 6749 §2.3.1)."""
    genre, _, valeur = request.headers.get("Authorization", "").partition(" ")
    if genre.lower() == "basic":
        try:
            identifiant, _, secret = base64.b64decode(valeur, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return "", ""
        return unquote_plus(identifiant), unquote_plus(secret)
    return request.POST.get("client_id", ""), request.POST.get("client_secret", "")


def _refuser(code: str, message: str, statut: int, entetes: dict[str, str] | None = None) -> JsonResponse:
    reponse = JsonResponse({"error": code, "error_description": message}, status=statut)
    reponse.headers["Cache-Control"] = "no-store"
    if statut == 401:
        reponse.headers["WWW-Authenticate"] = 'Basic realm="Cepage", charset="UTF-8"'
    for nom, valeur in (entetes or {}).items():
        reponse.headers[nom] = valeur
    return reponse
