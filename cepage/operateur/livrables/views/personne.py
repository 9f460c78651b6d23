"""Signing from a link, without an account; verifying a document, for anybody."""

import hashlib

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from cepage.echanges.reception import preuves
from cepage.fondations.socle import horloge
from cepage.fondations.socle.sceau import SceauImpossible, verifier_pdf
from cepage.fondations.socle.transitions import TransitionRefusee
from cepage.operateur.dossiers.services import ActeRefuse
from cepage.operateur.livrables import documents, selectors, services
from cepage.operateur.livrables.enums import EtatSignature
from cepage.operateur.livrables.forms import CodeForm, RaisonForm, VerifierForm
from cepage.operateur.livrables.models import Signature
from cepage.operateur.livrables.services import refus
from cepage.operateur.livrables.trame import trame
from cepage.operateur.livrables.views import commun

SESSION = "copie"


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def signer(request: HttpRequest, jeton: str) -> HttpResponse:
    """Read, ask for the code, sign or say no. A link that is no longer good says what to do."""
    signature = services.par_lien(jeton)
    if signature is None:
        return _sans_suite(request, ActeRefuse(refus.DEJA_FINIE))
    if signature.expire_le is not None and signature.expire_le <= horloge.maintenant():
        return _sans_suite(request, ActeRefuse(refus.LIEN_EXPIRE))
    geste = request.POST.get("geste", "")
    match geste:
        case "code":
            return _envoyer_un_code(request, signature)
        case "refuser":
            return _refuser(request, signature)
        case "signer":
            return _signer(request, signature)
    return _page(request, signature, CodeForm())


def _sans_suite(request: HttpRequest, refuse: ActeRefuse) -> HttpResponse:
    return render(request, "livrables/lien_perdu.html", {"phrases": commun.phrases(refuse)}, status=410)


def _page(
    request: HttpRequest,
    signature: Signature,
    form: CodeForm,
    *,
    refuses: list[str] | None = None,
    envoye: bool = False,
    raison: RaisonForm | None = None,
) -> HttpResponse:
    livrable = signature.livrable
    contexte = {
        "livrable": livrable,
        "unite": livrable.unite,
        "signature": signature,
        "titre": livrable.get_type_livrable_display(),
        "sections": [(s, s.lisible(livrable.textes.get(s.code, ""))) for s in trame(livrable.type_livrable).sections],
        "organisme": documents.organisme(livrable.emetteur),
        "form": form,
        "raison": raison or RaisonForm(),
        "refuses": refuses or [],
        "envoye": envoye,
        "code_demande": bool(signature.code_condense),
        "distance": True,
    }
    return render(request, "livrables/personne.html", contexte, status=422 if refuses or form.errors else 200)


def _envoyer_un_code(request: HttpRequest, signature: Signature) -> HttpResponse:
    try:
        services.envoyer_un_code(signature, a=horloge.maintenant())
    except ActeRefuse as refuse:
        return _page(request, signature, CodeForm(), refuses=commun.phrases(refuse))
    signature.refresh_from_db(fields=["code_condense"])
    return _page(request, signature, CodeForm(), envoye=True)


def _refuser(request: HttpRequest, signature: Signature) -> HttpResponse:
    raison = RaisonForm(request.POST)
    if not raison.is_valid():
        return _page(request, signature, CodeForm(), raison=raison)
    try:
        services.refuser(signature, raison=raison.cleaned_data["raison"], a=horloge.maintenant())
    except ActeRefuse as refuse:
        return _sans_suite(request, refuse)
    return render(request, "livrables/merci.html", {"refusee": True, "signature": signature})


def _signer(request: HttpRequest, signature: Signature) -> HttpResponse:
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _page(request, signature, form)
    a = horloge.maintenant()
    try:
        faux = services.essayer_le_code(signature, form.cleaned_data["code"], a=a)
        if faux is not None:
            return _page(request, signature, form, refuses=commun.phrases(ActeRefuse(faux)))
        signee = services.signer_a_l_ecran(
            signature, mention=form.cleaned_data["mention"], a=a, depuis=commun.depuis(request)
        )
    except (ActeRefuse, TransitionRefusee) as refuse:
        return _page(request, signature, form, refuses=commun.phrases(refuse))
    except SceauImpossible as panne:
        return _page(request, signature, form, refuses=[str(panne)])
    request.session[SESSION] = signee.empreinte_document
    return render(request, "livrables/merci.html", {"refusee": False, "signature": signee})


@login_not_required
@never_cache
@require_GET
def document(request: HttpRequest, jeton: str) -> HttpResponse:
    """The document put before the person, as a PDF."""
    signature = services.par_lien(jeton)
    if signature is None or signature.etat != EtatSignature.EN_ATTENTE:
        raise Http404
    octets = preuves.chemin(signature.empreinte_presentee).read_bytes()
    return commun.fichier(octets, f"{signature.livrable.type_livrable}_a_lire.pdf")


@login_not_required
@never_cache
@require_GET
def copie(request: HttpRequest) -> HttpResponse:
    """The copy of who has just signed from this browser."""
    empreinte = request.session.get(SESSION)
    if not empreinte:
        raise Http404
    return commun.fichier(preuves.chemin(empreinte).read_bytes(), "mon_exemplaire.pdf")


@login_not_required
@require_http_methods(["GET", "POST"])
def verifier(request: HttpRequest) -> HttpResponse:
    """Is this document the one that was signed? Says only what is needed; keeps nothing."""
    form = VerifierForm(request.POST, request.FILES) if request.method == "POST" else VerifierForm()
    contexte: dict[str, object] = {"form": form}
    if request.method == "POST" and form.is_valid():
        fichier = form.cleaned_data["fichier"]
        if fichier:
            octets = fichier.read()
            contexte["verdict"] = verifier_pdf(octets)
            contexte["connu"] = selectors.document_connu(empreinte=hashlib.sha256(octets).hexdigest())
        else:
            reference = form.cleaned_data["reference"].strip().upper()
            contexte["connu"] = selectors.document_connu(reference=reference)
        contexte["reponse"] = True
    return render(request, "livrables/verifier.html", contexte, status=422 if form.errors else 200)
