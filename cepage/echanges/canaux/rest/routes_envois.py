"""Sending: a whole file, a file in parts, one fiche; and reading what was sent."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Router

from cepage.echanges.canaux import formes, milieux
from cepage.echanges.canaux.acces.authentification import Acces
from cepage.echanges.canaux.catalogue import REST
from cepage.echanges.canaux.depots import selectors as depots_lus
from cepage.echanges.canaux.depots import services as depots
from cepage.echanges.canaux.depots.enums import Etat
from cepage.echanges.canaux.depots.models import Depot
from cepage.echanges.canaux.rest import corps, schemas
from cepage.echanges.canaux.rest.entree import CleApi, acces_de
from cepage.echanges.canaux.rest.openapi import refus
from cepage.echanges.canaux.rest.problemes import Probleme
from cepage.echanges.contrat.fiches import FICHES, VERSION
from cepage.echanges.reception import selectors
from cepage.echanges.reception.accuse import Accuse
from cepage.echanges.reception.enums import Mode, Statut
from cepage.echanges.reception.models import Envoi
from cepage.echanges.reception.services import accuse_de
from cepage.fondations.socle.composants.pagination import paginer

router = Router(tags=["Envois"])
FICHE_MAXIMALE = 1 << 20
_CLE = re.compile(r"^[\x21-\x7e]{1,200}$")
_PLAGE = re.compile(r"^bytes (\d{1,15})-(\d{1,15})/(\d{1,15})$")


@dataclass(frozen=True)
class _Demande:
    """What a request announces beside its bytes."""

    acces: Acces
    cle_idempotence: str | None
    differee: bool
    trace: str
    le: datetime


def _demande(request: HttpRequest) -> _Demande:
    cle = request.headers.get("Idempotency-Key")
    if cle is not None and not _CLE.fullmatch(cle):
        raise Probleme(
            "demande-invalide",
            "L'en-tête Idempotency-Key n'est pas lisible.",
            "Donnez de 1 à 200 caractères visibles, sans espace ni accent.",
        )
    preferences = [p.strip().lower() for p in request.headers.get("Prefer", "").split(",")]
    acces = acces_de(request)
    trace: str = request.trace  # type: ignore[attr-defined]
    return _Demande(acces, cle, "respond-async" in preferences, trace, milieux.maintenant(acces))


@router.post(
    "/envois",
    auth=CleApi("envoi.deposer"),
    url_name="envois",
    summary="Envoyer un fichier",
    response={200: schemas.Accuse, 201: schemas.Accuse, 202: schemas.Depot},
    openapi_extra=refus(400, 409, 411, 413, 422, corps_brut=True, idempotence=True),
)
def envoyer(
    request: HttpRequest, lot: formes.Lot, mode: formes.ModeVoulu = Mode.NORMAL, nom: formes.NomDeFichier = ""
) -> HttpResponse:
    """Le corps est le fichier (ZIP, CSV, JSON, JSON Lines ou XML), ou un formulaire dont le champ « fichier » le porte.

    Un petit fichier reçoit aussitôt son accusé : 201 quand il est nouveau, 200 quand il était déjà connu ou en mode
    essai. Un gros fichier, ou une demande « Prefer: respond-async », reçoit 202 et l'adresse du dépôt à interroger.
    """
    demande = _demande(request)
    format_ = corps.format_demande(request)
    if request.content_type == "multipart/form-data":
        fichier = corps.fichier_du_formulaire(request)
        nom, taille, blocs = nom or str(fichier.name or ""), int(fichier.size or 0), fichier.chunks()
    else:
        taille = corps.taille_du_corps(request)
        blocs = corps.octets_bruts(request, taille)
    _borner(taille)
    ouverture = depots.Ouverture(
        REST.nom,
        lot,
        mode,
        corps.nom_du_fichier(_sans_controle(nom), request),
        taille,
        demande.trace,
        demande.cle_idempotence,
    )
    return _recevoir(demande, ouverture, blocs, format_)


def _borner(taille: int) -> None:
    if taille > settings.CEPAGE_TAILLE_MAXIMALE:
        raise Probleme(
            "trop-gros",
            f"Le fichier fait {taille} octets ; l'API en accepte {settings.CEPAGE_TAILLE_MAXIMALE} au plus.",
            "Coupez-le en plusieurs envois.",
        )


def _sans_controle(nom: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f]", "", nom)


def _recevoir(demande: _Demande, ouverture: depots.Ouverture, blocs: Iterator[bytes], format_: str) -> HttpResponse:
    if ouverture.taille <= settings.CEPAGE_SEUIL_IMMEDIAT and not demande.differee:
        depot, accuse = depots.passer(demande.acces, ouverture, blocs, le=demande.le)
        return _rendre(depot, accuse, format_)
    depot = depots.ouvrir(demande.acces, ouverture, le=demande.le)
    depots.ecrire(depot, blocs, debut=0)
    depots.juger_plus_tard(depot, le=demande.le)
    return _differer(depot)


def _differer(depot: Depot) -> HttpResponse:
    reponse = corps.rendre_json(_depot_en_dict(depot), statut=202)
    reponse.headers["Location"] = reverse("rest:depot", args=[depot.identifiant])
    reponse.headers["Retry-After"] = "2"
    return reponse


def _rendre(depot: Depot, accuse: Accuse | None, format_: str) -> HttpResponse:
    if accuse is None:
        raise _sans_accuse(depot)
    nouveau = depot.etat == Etat.TRAITE and depot.essai is None
    reponse = corps.rendre_accuse(accuse, format_, statut=201 if nouveau else 200)
    if depot.envoi:
        reponse.headers["Location"] = reverse("rest:accuse", args=[depot.envoi])
    return reponse


def _sans_accuse(depot: Depot) -> Probleme:
    pourquoi = depots_lus.sans_accuse(depot)
    suite = {"trace_du_depot": depot.trace} if pourquoi.code == "interrompu" else {}
    entetes = {"Retry-After": "2"} if pourquoi.code == "en-cours" else {}
    return Probleme(pourquoi.code, pourquoi.message, pourquoi.remede, suite=suite, entetes=entetes)


@router.get(
    "/envois",
    auth=CleApi("envoi.lire"),
    url_name="envois",
    summary="Lister mes envois",
    response=schemas.PageDEnvois,
    openapi_extra=refus(422),
)
def lister(
    request: HttpRequest,
    lot: formes.Lot | None = None,
    statut: Statut | None = None,
    apres: formes.Curseur = "",
    taille: formes.Taille = 100,
) -> HttpResponse:
    """Du plus récent au plus ancien, par pages."""
    acces = acces_de(request)
    with milieux.dans(acces.emetteur, bac=acces.bac_a_sable):
        lignes = selectors.filtrer(selectors.envois(None), lot=lot or "", statut=str(statut or ""))
        page = paginer(lignes, apres, cle="-pk", taille=taille)
        traces = depots_lus.traces(acces, [e.identifiant for e in page.lignes])
        contenu = {
            "envois": [_envoi_en_dict(e, traces.get(e.identifiant)) for e in page.lignes],
            "suivante": page.suivante,
        }
    return corps.rendre_json(contenu)


def _envoi_en_dict(envoi: Envoi, trace: str | None) -> dict[str, Any]:
    noms = ("nom_fichier", "empreinte", "taille", "lot", "canal", "mode", "statut", "comptes", "total_anomalies")
    return {
        "envoi": envoi.identifiant,
        **{nom: getattr(envoi, nom) for nom in noms},
        "recu_le": envoi.recu_le.isoformat(),
        "trace": trace,
        "accuse": reverse("rest:accuse", args=[envoi.identifiant]),
    }


def _trouver(identifiant: str) -> Envoi:
    envoi = Envoi.objects.filter(identifiant=identifiant).first() if "\x00" not in identifiant else None
    if envoi is None:
        raise Probleme("inconnu", "Aucun de vos envois ne porte cet identifiant.", "Listez-les : GET /api/v1/envois.")
    return envoi


@router.get(
    "/envois/{identifiant}",
    auth=CleApi("envoi.lire"),
    url_name="envoi",
    summary="Lire un envoi",
    response=schemas.Envoi,
    openapi_extra=refus(404),
)
def lire(request: HttpRequest, identifiant: str) -> HttpResponse:
    """Ce qui fut reçu, et la trace de la demande qui l'apporta."""
    acces = acces_de(request)
    with milieux.dans(acces.emetteur, bac=acces.bac_a_sable):
        envoi = _trouver(identifiant)
        return corps.rendre_json(_envoi_en_dict(envoi, depots_lus.traces(acces, [identifiant]).get(identifiant)))


@router.get(
    "/envois/{identifiant}/accuse",
    auth=CleApi("envoi.lire"),
    url_name="accuse",
    summary="Lire un accusé",
    response=schemas.Accuse,
    openapi_extra=refus(404, 406, accuse=True),
)
def lire_accuse(request: HttpRequest, identifiant: str) -> HttpResponse:
    """En JSON, en XML ou en CSV (les anomalies seules), selon l'en-tête Accept."""
    acces, format_ = acces_de(request), corps.format_demande(request)
    with milieux.dans(acces.emetteur, bac=acces.bac_a_sable):
        return corps.rendre_accuse(accuse_de(_trouver(identifiant)), format_)


@router.post(
    "/fiches/{fiche}",
    auth=CleApi("envoi.deposer"),
    url_name="fiches",
    summary="Envoyer une fiche",
    response={200: schemas.Accuse, 201: schemas.Accuse},
    openapi_extra=refus(400, 404, 411, 413, 422, idempotence=True, corps_json="La fiche, comme dans un envoi JSON."),
)
def envoyer_fiche(
    request: HttpRequest, fiche: str, lot: formes.Lot, mode: formes.ModeVoulu = Mode.NORMAL
) -> HttpResponse:
    """Une seule fiche, en objet JSON : le même contrôle qu'un fichier, et un accusé tout de suite."""
    if fiche not in FICHES:
        raise Probleme("inconnu", "Cette sorte de fiche n'existe pas.", f"Sortes : {', '.join(FICHES)}.")
    demande, format_ = _demande(request), corps.format_demande(request)
    taille = corps.taille_du_corps(request)
    if taille > FICHE_MAXIMALE:
        raise Probleme("trop-gros", f"Une fiche tient en {FICHE_MAXIMALE} octets.", "Vérifiez le contenu de la fiche.")
    texte = b"".join(corps.octets_bruts(request, taille))
    octets = _en_envoi(texte, fiche, lot, demande.acces.emetteur)
    ouverture = depots.Ouverture(
        REST.nom, lot, mode, f"{fiche}.json", len(octets), demande.trace, demande.cle_idempotence
    )
    depot, accuse = depots.passer(demande.acces, ouverture, iter([octets]), le=demande.le)
    return _rendre(depot, accuse, format_)


def _en_envoi(texte: bytes, fiche: str, lot: str, emetteur: str) -> bytes:
    """The fiche as an envoi of one, its text untouched: the judge reads the exact writing of numbers."""
    try:
        lue = json.loads(texte.decode())
    except (ValueError, RecursionError):
        raise Probleme("corps-illisible", "La fiche ne se lit pas.", "Envoyez un objet JSON en UTF-8.") from None
    if not isinstance(lue, dict):
        raise Probleme("corps-illisible", "La fiche n'est pas un objet.", "Envoyez un objet JSON, un champ par nom.")
    if lue.get("fiche", fiche) != fiche:
        raise Probleme(
            "demande-invalide", "Le champ « fiche » contredit l'adresse.", "Retirez-le, ou changez d'adresse."
        )
    interieur = texte.strip()[1:]
    if "fiche" not in lue:
        interieur = f'"fiche":"{fiche}"'.encode() + (b"," if lue else b"") + interieur
    tete = f'{{"version":"{VERSION}","lot":"{lot}","emetteur":"{emetteur}","sequence":1,"fiches":[{{'
    return tete.encode() + interieur + b"]}"


# --- files in parts ---


@router.post(
    "/depots",
    auth=CleApi("envoi.deposer"),
    url_name="depots",
    summary="Ouvrir un dépôt",
    response={201: schemas.Depot},
    openapi_extra=refus(422, idempotence=True),
)
def ouvrir_depot(request: HttpRequest, ouverture: schemas.OuvertureDeDepot) -> HttpResponse:
    """Annonce un gros fichier ; ses octets viennent ensuite, par morceaux, et reprennent où ils se sont arrêtés."""
    demande = _demande(request)
    _borner(ouverture.taille)
    depot = depots.ouvrir(
        demande.acces,
        depots.Ouverture(
            REST.nom,
            ouverture.lot,
            ouverture.mode,
            corps.nom_du_fichier(ouverture.nom, request),
            ouverture.taille,
            demande.trace,
            demande.cle_idempotence,
        ),
        le=demande.le,
    )
    reponse = corps.rendre_json(_depot_en_dict(depot), statut=201)
    reponse.headers["Location"] = reverse("rest:depot", args=[depot.identifiant])
    return reponse


def _depot_en_dict(depot: Depot) -> dict[str, Any]:
    pret = depot.etat in (Etat.TRAITE, Etat.DEJA)
    return {
        "depot": str(depot.identifiant),
        "etat": depot.etat,
        "recus": depot.recus,
        "taille": depot.taille,
        "etape": depot.etape,
        "part": depot.part,
        "envoi": depot.envoi or None,
        "accuse": reverse("rest:accuse_du_depot", args=[depot.identifiant]) if pret else None,
        "trace": depot.trace,
    }


def _depot(acces: Acces, identifiant: UUID) -> Depot:
    depot = depots_lus.depot_de(acces, identifiant)
    if depot is None:
        raise Probleme(
            "inconnu", "Aucun de vos dépôts ne porte cet identifiant.", "Ouvrez-en un : POST /api/v1/depots."
        )
    return depot


@router.get(
    "/depots/{depot}",
    auth=CleApi("envoi.deposer"),
    url_name="depot",
    summary="Suivre un dépôt",
    response=schemas.Depot,
    openapi_extra=refus(404, 422),
)
def suivre_depot(request: HttpRequest, depot: UUID) -> HttpResponse:
    """Les octets reçus, l'étape du contrôle, et l'adresse de l'accusé quand il est prêt."""
    return corps.rendre_json(_depot_en_dict(_depot(acces_de(request), depot)))


@router.put(
    "/depots/{depot}/octets",
    auth=CleApi("envoi.deposer"),
    url_name="octets",
    summary="Envoyer des octets",
    response={200: schemas.Depot, 201: schemas.Accuse, 202: schemas.Depot},
    openapi_extra=refus(400, 404, 409, 411, 413, 422, corps_brut=True),
)
def envoyer_octets(request: HttpRequest, depot: UUID) -> HttpResponse:
    """Un morceau du fichier. L'en-tête « Content-Range: bytes 0-1048575/104857600 » dit sa place ; sans lui, le début.

    Un morceau coupé garde ce qui est arrivé : GET sur le dépôt dit d'où reprendre. Le dernier morceau vaut envoi.
    """
    demande, format_ = _demande(request), corps.format_demande(request)
    ouvert = _depot(demande.acces, depot)
    taille = corps.taille_du_corps(request)
    debut = _debut(request, taille, ouvert)
    try:
        depots.ecrire(ouvert, chain(corps.octets_bruts(request, taille)), debut=debut)
    except depots.OctetsRefuses as refuses:
        raise Probleme(
            "octets",
            str(refuses),
            "Reprenez à la position « attendu ».",
            suite={"attendu": refuses.attendu},
        ) from None
    if ouvert.recus < ouvert.taille:
        return corps.rendre_json(_depot_en_dict(ouvert))
    if ouvert.taille > settings.CEPAGE_SEUIL_IMMEDIAT or demande.differee:
        depots.juger_plus_tard(ouvert, le=demande.le)
        return _differer(ouvert)
    return _rendre(ouvert, depots.juger_maintenant(ouvert, le=demande.le), format_)


def _debut(request: HttpRequest, taille: int, depot: Depot) -> int:
    texte = request.headers.get("Content-Range")
    if texte is None:
        return 0
    plage = _PLAGE.fullmatch(texte)
    if not plage:
        raise Probleme(
            "demande-invalide",
            "L'en-tête Content-Range ne se lit pas.",
            "Écrivez-le comme « bytes 0-1048575/104857600 ».",
        )
    debut, fin, total = (int(valeur) for valeur in plage.groups())
    if total != depot.taille or fin - debut + 1 != taille:
        raise Probleme(
            "demande-invalide",
            f"Content-Range annonce {fin - debut + 1} octets sur {total} ; le corps en a {taille} "
            f"et le dépôt {depot.taille}.",
            "Donnez la place exacte du corps dans le fichier annoncé.",
        )
    return debut


@router.get(
    "/depots/{depot}/accuse",
    auth=CleApi("envoi.deposer"),
    url_name="accuse_du_depot",
    summary="Lire l'accusé d'un dépôt",
    response=schemas.Accuse,
    openapi_extra=refus(404, 406, 409, 422, accuse=True),
)
def lire_accuse_du_depot(request: HttpRequest, depot: UUID) -> HttpResponse:
    """L'accusé d'un fichier déposé, essai compris."""
    acces, format_ = acces_de(request), corps.format_demande(request)
    trouve = _depot(acces, depot)
    if trouve.essai is not None:
        return corps.rendre_accuse(Accuse.de_dict(trouve.essai), format_)
    if not trouve.envoi:
        raise _sans_accuse(trouve)
    with milieux.dans(acces.emetteur, bac=acces.bac_a_sable):
        return corps.rendre_accuse(accuse_de(_trouver(trouve.envoi)), format_)
