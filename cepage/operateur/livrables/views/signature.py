"""Having a livrable signed: on site, remotely, on paper; the evidence; taking a request back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cepage.echanges.reception import preuves
from cepage.fondations.comptes.acces import action
from cepage.fondations.socle import horloge
from cepage.fondations.socle.sceau import SceauImpossible, autorite, sceller_pdf
from cepage.fondations.socle.transitions import TransitionRefusee
from cepage.operateur.dossiers.services import ActeRefuse
from cepage.operateur.livrables import documents, selectors, services
from cepage.operateur.livrables.enums import EtatLivrable, EtatSignature, Identification, Moyen
from cepage.operateur.livrables.forms import DemandeForm, MentionForm, PapierForm, RaisonForm
from cepage.operateur.livrables.models import Livrable, Signature
from cepage.operateur.livrables.trame import trame
from cepage.operateur.livrables.views import commun


def _en_attente(livrable: Livrable, moyen: Moyen) -> Signature:
    signature = selectors.signature_en_cours(livrable)
    if signature is None or signature.etat != EtatSignature.EN_ATTENTE or signature.moyen != moyen:
        raise Http404
    return signature


def _signee(livrable: Livrable) -> Signature:
    signature = selectors.signature_en_cours(livrable)
    if signature is None or signature.etat != EtatSignature.SIGNEE:
        raise Http404
    return signature


@action("livrable.rediger")
@require_http_methods(["GET", "POST"])
def demander(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign as the counsellor and ask the person, by the means chosen with them."""
    livrable = commun.livrable(request, pk)
    if livrable.etat != EtatLivrable.REDACTION:
        return redirect("livrables:livrable", pk=pk)
    form = DemandeForm(request.POST or None, initial={"courriel": livrable.unite.beneficiaire.email})
    refuses: list[str] = []
    if request.method == "POST" and form.is_valid():
        moyen = Moyen(form.cleaned_data["moyen"])
        reconnue = form.cleaned_data["identification"]
        try:
            services.demander(
                livrable,
                moyen=moyen,
                conseiller=commun.personne(request),
                par=commun.acteur(request),
                a=horloge.maintenant(),
                identification=Identification(reconnue) if reconnue else None,
                courriel=form.cleaned_data["courriel"],
                adresse=request.build_absolute_uri("/"),
                depuis=commun.depuis(request),
            )
        except (ActeRefuse, TransitionRefusee) as refus:
            refuses = commun.phrases(refus)
        else:
            return redirect("livrables:sur_place" if moyen == Moyen.SUR_PLACE else "livrables:livrable", pk=pk)
    contexte = {
        "livrable": livrable,
        "unite": livrable.unite,
        "titre": livrable.get_type_livrable_display(),
        "form": form,
        "refuses": refuses,
        "manquantes": trame(livrable.type_livrable).manquantes(livrable.textes),
        "clause": trame(livrable.type_livrable).clause,
        "de_test": autorite().de_test,
        "echue": bool(livrable.unite.echeance and livrable.unite.echeance < horloge.aujourd_hui()),
    }
    status = 422 if refuses or form.errors else 200
    return render(request, "livrables/demander.html", contexte, status=status)


@action("livrable.rediger")
@require_http_methods(["GET", "POST"])
def sur_place(request: HttpRequest, pk: int) -> HttpResponse:
    """The screen handed over to the person: read, then sign or not."""
    livrable = commun.livrable(request, pk)
    signature = _en_attente(livrable, Moyen.SUR_PLACE)
    refuse = "refuser" in request.POST
    form = MentionForm(request.POST if request.method == "POST" and not refuse else None)
    raison = RaisonForm(request.POST if refuse else None)
    refuses: list[str] = []
    try:
        if refuse and raison.is_valid():
            services.refuser(signature, raison=raison.cleaned_data["raison"], a=horloge.maintenant())
            return redirect("livrables:rendre", pk=pk)
        if request.method == "POST" and form.is_valid():
            services.signer_a_l_ecran(
                signature, mention=form.cleaned_data["mention"], a=horloge.maintenant(), depuis=commun.depuis(request)
            )
            return redirect("livrables:rendre", pk=pk)
    except (ActeRefuse, TransitionRefusee) as refus:
        refuses = commun.phrases(refus)
    except SceauImpossible as panne:
        refuses = [str(panne)]
    contexte = {**_lecture(livrable, signature), "form": form, "raison": raison, "refuses": refuses}
    return render(request, "livrables/personne.html", contexte, status=422 if refuses or form.errors else 200)


def _lecture(livrable: Livrable, signature: Signature) -> dict[str, object]:
    """What the person reads before signing."""
    return {
        "livrable": livrable,
        "unite": livrable.unite,
        "signature": signature,
        "titre": livrable.get_type_livrable_display(),
        "sections": [(s, s.lisible(livrable.textes.get(s.code, ""))) for s in trame(livrable.type_livrable).sections],
        "organisme": documents.organisme(livrable.emetteur),
    }


@action("livrable.rediger")
@require_GET
def rendre(request: HttpRequest, pk: int) -> HttpResponse:
    """Signed or refused: the person takes a copy and gives the screen back."""
    livrable = commun.livrable(request, pk)
    derniere = livrable.signatures.first()
    if derniere is None or derniere.etat not in (EtatSignature.SIGNEE, EtatSignature.REFUSEE):
        raise Http404
    contexte = {"livrable": livrable, "signature": derniere, "titre": livrable.get_type_livrable_display()}
    return render(request, "livrables/rendre.html", contexte)


@action("livrable.rediger")
@require_http_methods(["GET", "POST"])
def papier(request: HttpRequest, pk: int) -> HttpResponse:
    """Print, have signed, scan, deposit."""
    livrable = commun.livrable(request, pk)
    signature = _en_attente(livrable, Moyen.PAPIER)
    form = PapierForm(request.POST or None, request.FILES or None)
    refuses: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            services.deposer_le_papier(
                signature,
                form.cleaned_data["fichier"].read(),
                signe_le=form.cleaned_data["signe_le"],
                par=commun.acteur(request),
                a=horloge.maintenant(),
            )
        except (ActeRefuse, TransitionRefusee) as refus:
            refuses = commun.phrases(refus)
        else:
            messages.success(request, "Le document signé est au dossier, et l'unité est close au jour de la signature.")
            return redirect("livrables:livrable", pk=pk)
    contexte = {
        "livrable": livrable,
        "unite": livrable.unite,
        "titre": livrable.get_type_livrable_display(),
        "form": form,
        "refuses": refuses,
    }
    return render(request, "livrables/papier.html", contexte, status=422 if refuses or form.errors else 200)


@action("livrable.lire")
@require_GET
def a_imprimer(request: HttpRequest, pk: int) -> HttpResponse:
    """The document put to signature on paper, exactly."""
    livrable = commun.livrable(request, pk)
    signature = _en_attente(livrable, Moyen.PAPIER)
    octets = preuves.chemin(signature.empreinte_presentee).read_bytes()
    return commun.fichier(octets, f"{livrable.unite.numero_dossier}_{livrable.type_livrable}_a_signer.pdf")


@action("livrable.rediger")
@require_POST
def annuler(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the request back: wrong address, lost link, text to correct."""
    livrable = commun.livrable(request, pk)
    signature = selectors.signature_en_cours(livrable)
    if signature is None:
        raise Http404
    try:
        services.annuler(
            signature, raison=request.POST.get("raison", ""), par=commun.acteur(request), a=horloge.maintenant()
        )
    except (ActeRefuse, TransitionRefusee) as refus:
        for phrase in commun.phrases(refus):
            messages.error(request, phrase)
    else:
        messages.success(request, "La demande est annulée. Le texte peut être repris, ou proposé de nouveau.")
    return redirect("livrables:livrable", pk=pk)


@action("livrable.lire")
@require_GET
def signe(request: HttpRequest, pk: int) -> HttpResponse:
    """The signed document, as it was sealed or deposited; `?remise=` notes that it is handed to the person."""
    signature = _signee(commun.livrable(request, pk))
    if "remise" in request.GET:
        services.remettre_la_copie(signature, a=horloge.maintenant())
    return commun.fichier(preuves.chemin(signature.empreinte_document).read_bytes(), signature.nom_fichier)


@action("livrable.lire")
@require_GET
def preuve(request: HttpRequest, pk: int) -> HttpResponse:
    """The evidence file, sealed."""
    signature = _signee(commun.livrable(request, pk))
    le = horloge.maintenant()
    try:
        scelle = sceller_pdf(documents.preuve_en_pdf(signature, le=le), motif="Dossier de preuve", le=le)
    except SceauImpossible as panne:
        messages.error(request, str(panne))
        return redirect("livrables:livrable", pk=pk)
    return commun.fichier(scelle.octets, f"preuve_{signature.reference}.pdf")
