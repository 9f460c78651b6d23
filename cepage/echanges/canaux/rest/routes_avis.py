"""Being told instead of asking: the subscriptions of a key, its notices, their replay."""

from typing import Annotated, Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from cepage.echanges.canaux import formes
from cepage.echanges.canaux.acces.authentification import Acces
from cepage.echanges.canaux.acces.models import Cle
from cepage.echanges.canaux.avis import services, signature
from cepage.echanges.canaux.avis.enums import Etat
from cepage.echanges.canaux.avis.models import Abonnement, Avis
from cepage.echanges.canaux.rest import corps, schemas_avis
from cepage.echanges.canaux.rest.entree import CleApi, acces_de
from cepage.echanges.canaux.rest.openapi import refus
from cepage.echanges.canaux.rest.problemes import Probleme
from cepage.fondations.socle import horloge
from cepage.fondations.socle.portee import portee_emetteurs

router = Router(tags=["Avis signés"])
EtatVoulu = Annotated[Etat | None, Field(description="État des avis ; absent : tous.", examples=["abandonne"])]
Depuis = Annotated[UUID | None, Field(description="Valeur de « suivante » de la page précédente.")]


def _abonnement(acces: Acces, identifiant: str) -> Abonnement:
    """The subscription of the key that asks; another key's is not found."""
    with portee_emetteurs([acces.emetteur]):
        trouve = Abonnement.objects.filter(identifiant=identifiant, cle=acces.cle).select_related("cle").first()
    if trouve is None:
        raise Probleme("inconnu", "Cette clé n'a pas cet abonnement.", "Listez-les : GET /api/v1/abonnements.")
    return trouve


def _avis(acces: Acces, identifiant: UUID) -> Avis:
    with portee_emetteurs([acces.emetteur]):
        lignes = Avis.objects.filter(abonnement__cle=acces.cle).select_related("abonnement__cle")
        trouve = lignes.filter(pk=identifiant).first()
    if trouve is None:
        raise Probleme("inconnu", "Aucun avis de cette clé n'a cet identifiant.", "Listez-les : GET /api/v1/avis.")
    return trouve


def _en_dict(abonnement: Abonnement) -> dict[str, Any]:
    ancien = abonnement.ancien_jusqu_au
    return {
        "abonnement": abonnement.identifiant,
        "url": abonnement.url,
        "evenements": abonnement.evenements,
        "ouvert_le": abonnement.cree_le.isoformat(),
        "ferme_le": abonnement.ferme_le.isoformat() if abonnement.ferme_le else None,
        "ancien_secret_jusqu_au": ancien.isoformat() if ancien else None,
    }


def _avec_secret(abonnement: Abonnement) -> dict[str, Any]:
    return {**_en_dict(abonnement), "secret": signature.secret(abonnement)}


def _avis_en_dict(avis: Avis) -> dict[str, Any]:
    return {
        "avis": str(avis.identifiant),
        "abonnement": avis.abonnement.identifiant,
        "evenement": avis.evenement,
        "etat": avis.etat,
        "tentatives": avis.tentatives,
        "cree_le": avis.cree_le.isoformat(),
        "prochaine_le": avis.prochaine_le.isoformat() if avis.prochaine_le else None,
        "remis_le": avis.remis_le.isoformat() if avis.remis_le else None,
    }


def _refuse(refus_: services.AbonnementRefuse) -> Probleme:
    return Probleme("demande-invalide", str(refus_), "Corrigez la demande, puis recommencez.")


@router.get(
    "/abonnements",
    auth=CleApi("avis.gerer"),
    url_name="abonnements",
    summary="Lister mes abonnements",
    response=list[schemas_avis.Abonnement],
    openapi_extra=refus(),
)
def lister(request: HttpRequest) -> HttpResponse:
    """Les abonnements de la clé qui demande, ouverts ou fermés."""
    acces = acces_de(request)
    with portee_emetteurs([acces.emetteur]):
        return corps.rendre_json([_en_dict(a) for a in Abonnement.objects.filter(cle=acces.cle)])


@router.post(
    "/abonnements",
    auth=CleApi("avis.gerer"),
    url_name="abonnements",
    summary="S'abonner",
    response={201: schemas_avis.AbonnementOuvert},
    openapi_extra=refus(400, 422),
)
def abonner(request: HttpRequest, demande: schemas_avis.DemandeDAbonnement) -> HttpResponse:
    """Une adresse HTTPS publique. La réponse porte le secret qui signe chaque avis (Standard Webhooks).

    Une clé du bac à sable n'est avisée que de ce qui se passe dans son bac.
    """
    acces = acces_de(request)
    with portee_emetteurs([acces.emetteur]):
        cle = Cle.objects.get(pk=acces.cle)
    try:
        ouvert = services.souscrire(cle, url=demande.url, evenements=demande.evenements, le=horloge.maintenant())
    except services.AbonnementRefuse as refus_:
        raise _refuse(refus_) from None
    return corps.rendre_json(_avec_secret(ouvert), statut=201)


@router.post(
    "/abonnements/{abonnement}/secret",
    auth=CleApi("avis.gerer"),
    url_name="secret",
    summary="Renouveler le secret",
    response=schemas_avis.AbonnementOuvert,
    openapi_extra=refus(404, 422),
)
def renouveler(request: HttpRequest, abonnement: str) -> HttpResponse:
    """Donne un nouveau secret. Pendant sept jours, chaque avis porte les deux signatures."""
    trouve = _abonnement(acces_de(request), abonnement)
    try:
        change = services.renouveler_le_secret(trouve, le=horloge.maintenant(), par=None)
    except services.AbonnementRefuse as refus_:
        raise _refuse(refus_) from None
    return corps.rendre_json(_avec_secret(change))


@router.post(
    "/abonnements/{abonnement}/essai",
    auth=CleApi("avis.gerer"),
    url_name="essai",
    summary="Demander un avis d'essai",
    response={202: schemas_avis.Avis},
    openapi_extra=refus(404, 422),
)
def essayer(request: HttpRequest, abonnement: str) -> HttpResponse:
    """Envoie un avis qui ne dit rien, pour vérifier l'adresse et la signature."""
    trouve = _abonnement(acces_de(request), abonnement)
    try:
        parti = services.essayer(trouve, le=horloge.maintenant())
    except services.AbonnementRefuse as refus_:
        raise _refuse(refus_) from None
    return corps.rendre_json(_avis_en_dict(parti), statut=202)


@router.delete(
    "/abonnements/{abonnement}",
    auth=CleApi("avis.gerer"),
    url_name="abonnement",
    summary="Fermer un abonnement",
    response={204: None},
    openapi_extra=refus(404, 422),
)
def fermer(request: HttpRequest, abonnement: str) -> HttpResponse:
    """Plus rien n'est envoyé à cette adresse, y compris ce qui attendait. Fermer deux fois ne change rien."""
    services.fermer(_abonnement(acces_de(request), abonnement), le=horloge.maintenant(), par=None)
    return HttpResponse(status=204)


@router.get(
    "/avis",
    auth=CleApi("avis.gerer"),
    url_name="avis_liste",
    summary="Lister mes avis",
    response=schemas_avis.PageDAvis,
    openapi_extra=refus(404, 422),
)
def lister_les_avis(
    request: HttpRequest, etat: EtatVoulu = None, depuis: Depuis = None, taille: formes.Taille = 100
) -> HttpResponse:
    """Les avis de la clé, du plus récent au plus ancien, avec leur remise : ce qui est abandonné se rejoue."""
    acces = acces_de(request)
    borne = _avis(acces, depuis) if depuis else None
    with portee_emetteurs([acces.emetteur]):
        lignes = Avis.objects.filter(abonnement__cle=acces.cle).select_related("abonnement")
        if etat:
            lignes = lignes.filter(etat=etat)
        if borne:
            egaux = Q(cree_le=borne.cree_le, identifiant__lt=borne.identifiant)
            lignes = lignes.filter(Q(cree_le__lt=borne.cree_le) | egaux)
        lus = list(lignes.order_by("-cree_le", "-identifiant")[: taille + 1])
    page = lus[:taille]
    suivante = str(page[-1].identifiant) if len(lus) > taille else None
    return corps.rendre_json({"avis": [_avis_en_dict(a) for a in page], "suivante": suivante})


@router.get(
    "/avis/{avis}",
    auth=CleApi("avis.gerer"),
    url_name="avis_un",
    summary="Lire un avis",
    response=schemas_avis.AvisEntier,
    openapi_extra=refus(404, 422),
)
def lire(request: HttpRequest, avis: UUID) -> HttpResponse:
    """Son contenu et chaque tentative de remise."""
    acces = acces_de(request)
    trouve = _avis(acces, avis)
    with portee_emetteurs([acces.emetteur]):
        essais = [
            {"le": t.le.isoformat(), "statut": t.statut, "duree_ms": t.duree_ms, "raison": t.raison}
            for t in trouve.essais.all()
        ]
    return corps.rendre_json({**_avis_en_dict(trouve), "corps": trouve.corps, "essais": essais})


@router.post(
    "/avis/{avis}/rejeu",
    auth=CleApi("avis.gerer"),
    url_name="rejeu",
    summary="Rejouer un avis",
    response={202: schemas_avis.Avis},
    openapi_extra=refus(404, 422),
)
def rejouer(request: HttpRequest, avis: UUID) -> HttpResponse:
    """L'avis repart : même identifiant, mêmes octets, une signature du moment."""
    acces = acces_de(request)
    try:
        services.rejouer(_avis(acces, avis), le=horloge.maintenant())
    except services.AbonnementRefuse as refus_:
        raise _refuse(refus_) from None
    return corps.rendre_json(_avis_en_dict(_avis(acces, avis)), statut=202)
