"""The addresses of the service: its operations, its description, its readable page."""

import json
import logging
import time
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from cepage.echanges.canaux.acces.adresses import adresse_de
from cepage.echanges.canaux.soap import description, ecriture, enveloppe, mtom
from cepage.echanges.canaux.soap.demandes import lire as lire_demande
from cepage.echanges.canaux.soap.entree import Entree, entrer, exiger_de_la_patience
from cepage.echanges.canaux.soap.espaces import ECHANGE, XOP
from cepage.echanges.canaux.soap.espaces import nom as nom_qualifie
from cepage.echanges.canaux.soap.fautes import GENRES, TYPE, Faute
from cepage.echanges.canaux.soap.operations import OPERATIONS, Contexte
from cepage.echanges.canaux.soap.pieces import Piece, ecrite
from cepage.echanges.canaux.traces import trace_de
from cepage.fondations.socle import formats

journal = logging.getLogger("cepage.soap")


@login_not_required
@require_safe
def accueil(request: HttpRequest) -> HttpResponse:
    """Everything an integrator needs to begin."""
    contexte = {
        "operations": OPERATIONS.items(),
        "fautes": GENRES.values(),
        "enveloppe": formats.nombre(enveloppe.TAILLE_MAXIMALE >> 20),
    }
    return render(request, "soap/accueil.html", contexte)


@login_not_required
@require_safe
def schema(request: HttpRequest, nom: str) -> HttpResponse:
    """The WSDL, or one of its schemas."""
    contenu = description.fichier(nom, adresse=request.build_absolute_uri(reverse("soap:service")))
    if contenu is None:
        raise Http404
    return HttpResponse(contenu, content_type="text/xml; charset=utf-8")


@csrf_exempt
@login_not_required
@transaction.non_atomic_requests
def service(request: HttpRequest) -> HttpResponseBase:
    """One message: its answer, or its fault. Transactions are opened inside: the message is read outside any."""
    debut, trace = time.perf_counter(), trace_de(request)
    releve: dict[str, Any] = {"trace": trace, "operation": None, "cle": None, "faute": None}
    try:
        reponse = _servir(request, trace, releve)
    except Faute as faute:
        releve["faute"] = faute.code
        reponse = faute.reponse(trace)
    except Exception as erreur:
        # The error's text may hold data: its kind and its place are enough to find it.
        journal.error(json.dumps({"trace": trace, "erreur": type(erreur).__name__}))
        releve["faute"] = "panne"
        reponse = Faute(
            "panne",
            "Une panne de notre côté a arrêté cette demande ; rien n'est entré à moitié.",
            "Renvoyez le même fichier dans quelques minutes ; donnez-nous la trace si cela dure.",
        ).reponse(trace)
    reponse.headers["Trace-Id"] = trace
    reponse.headers.setdefault("Cache-Control", "no-store")
    releve |= {"statut": reponse.status_code, "duree_ms": round((time.perf_counter() - debut) * 1000, 1)}
    journal.info(json.dumps(releve))
    return reponse


def _servir(request: HttpRequest, trace: str, releve: dict[str, Any]) -> HttpResponse:
    if request.method == "GET" and "wsdl" in {nom.lower() for nom in request.GET}:
        return schema(request, description.WSDL)
    if request.method != "POST":
        raise Faute(
            "methode",
            f"« {request.method} » n'est pas permis ici.",
            "Envoyez un POST, ou GET ?wsdl.",
            entetes={"Allow": "GET, POST"},
        )
    adresse = adresse_de(request)
    exiger_de_la_patience(adresse)
    paquet = _paquet(request)
    octets = _octets(request) if paquet is None else paquet.racine()
    message = enveloppe.lire(octets)
    local = message.demande.tag.rpartition("}")[2]
    operation = OPERATIONS.get(local)
    if operation is None or message.demande.tag != nom_qualifie(ECHANGE, local):
        raise Faute(
            "operation-inconnue", f"L'opération « {local[:60]} » n'existe pas.", "Voyez le WSDL : /soap/v1?wsdl."
        )
    _exiger_l_action_annoncee(request, paquet, local)
    releve["operation"] = local
    entree = entrer(message, operation.action, adresse=adresse)
    releve["cle"] = entree.acces.identifiant
    releve["assertion"] = entree.vecteur.identifiant if entree.vecteur else None
    rendu = ecriture.reponse(local)
    with _piece(paquet, entree) as piece:
        demande = lire_demande(entree.corps[0], operation.forme)
        operation.faire(Contexte(entree.acces, trace, piece), demande, rendu)
    reponse = HttpResponse(ecriture.en_enveloppe(rendu), content_type=TYPE)
    for entete, valeur in entree.etat.entetes().items():
        reponse.headers[entete] = valeur
    return reponse


def _paquet(request: HttpRequest) -> mtom.Paquet | None:
    """The parts of a request that joins a file; None for an envelope alone. Raises Faute for any other content."""
    if request.content_type == mtom.TYPE:
        return mtom.Paquet(mtom.flux(request), request.content_params or {})
    if request.content_type != "application/soap+xml":
        raise Faute(
            "type-inconnu",
            f"Content-Type annonce « {str(request.content_type)[:60] or 'rien'} », qui n'est pas de SOAP 1.2.",
            "Envoyez Content-Type: application/soap+xml; charset=utf-8, ou multipart/related avec un fichier joint.",
        )
    return None


def _piece(paquet: mtom.Paquet | None, entree: Entree) -> AbstractContextManager[Piece | None]:
    """The file that comes after the envelope, once its sender is let in; it goes with the context."""
    inclusion = entree.corps.find(f".//{nom_qualifie(XOP, 'Include')}")
    if paquet is not None and inclusion is not None:
        return ecrite(paquet.piece(inclusion.get("href", "")), entree.attente)
    if paquet is not None:
        paquet.exiger_la_fin()
    if entree.attente is not None:
        entree.attente.exiger()
    return nullcontext()


def _exiger_l_action_annoncee(request: HttpRequest, paquet: mtom.Paquet | None, operation: str) -> None:
    """An announced action that is not the Body's would pass a filter that reads it alone."""
    annoncees = {str((request.content_params or {}).get("action", "")), paquet.action if paquet else ""}
    if annoncees - {"", description.action(operation)}:
        raise Faute(
            "operation-inconnue",
            "L'action annoncée par Content-Type n'est pas l'opération du corps.",
            f"Annoncez {description.action(operation)}, ou rien.",
        )


def _octets(request: HttpRequest) -> bytes:
    """The envelope alone; raises Faute beyond its size."""
    lire, octets = mtom.flux(request), bytearray()
    while len(octets) <= enveloppe.TAILLE_MAXIMALE and (bloc := lire(1 << 16)):
        octets += bloc
    if len(octets) > enveloppe.TAILLE_MAXIMALE:
        raise enveloppe.trop_grosse()
    return bytes(octets)
