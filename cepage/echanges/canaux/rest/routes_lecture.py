"""Reading back: one's register, one's orders, the contract; and the sandbox."""

from datetime import UTC, date, datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from cepage.echanges.canaux import formes, milieux
from cepage.echanges.canaux.acces.authentification import Acces
from cepage.echanges.canaux.bac_a_sable import services as bac
from cepage.echanges.canaux.rest import corps, schemas
from cepage.echanges.canaux.rest.entree import CleApi, acces_de
from cepage.echanges.canaux.rest.openapi import refus
from cepage.echanges.canaux.rest.problemes import Probleme
from cepage.echanges.contrat import selectors as contrat
from cepage.echanges.contrat.catalogue import notices
from cepage.echanges.contrat.exports.json_schema import schema
from cepage.echanges.contrat.fiches import FICHES, VERSION
from cepage.echanges.reception.contexte import EtatConnu, registre
from cepage.fondations.referentiels import nomenclatures

MASQUE = "(masqué)"
Jour = Annotated[
    date | None,
    Field(description="Ce qui était connu à la fin de ce jour ; absent : aujourd'hui.", examples=["2021-03-12"]),
]
_PREMIER, _DERNIER = datetime(2015, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)

router_registre = Router(tags=["Registre"])
router_contrat = Router(tags=["Contrat"])
router_bac = Router(tags=["Bac à sable"])


@router_registre.get(
    "/registre/{fiche}",
    auth=CleApi("registre.lire"),
    url_name="registre",
    summary="Relire mon registre",
    response=schemas.PageDEtats,
    openapi_extra=refus(404, 422),
)
def relire(
    request: HttpRequest,
    fiche: str,
    lot: formes.Lot | None = None,
    connu_le: Jour = None,
    apres: formes.Curseur = "",
    taille: formes.Taille = 100,
) -> HttpResponse:
    """Vos fiches d'une sorte, dans l'ordre de leur arrivée, telles qu'elles sont ou telles qu'elles étaient connues.

    Les champs qui nomment une personne sont masqués, sauf avec une clé qui porte « registre.lire_nomme ».
    """
    if fiche not in FICHES:
        raise Probleme("inconnu", "Cette sorte de fiche n'existe pas.", f"Sortes : {', '.join(FICHES)}.")
    if connu_le is not None and not _PREMIER.date() <= connu_le < _DERNIER.date():
        raise Probleme("demande-invalide", "La date est hors du marché.", "Donnez un jour de 2015 à 2099.")
    acces = acces_de(request)
    with milieux.dans(acces.emetteur, bac=acces.bac_a_sable):
        lus = registre().etats(fiche, lot=lot, connu_le=connu_le, apres=int(apres or 0), taille=taille + 1)
    page = lus[:taille]
    contenu = {
        "etats": [_etat_en_dict(etat, fiche, acces) for etat in page],
        "suivante": str(page[-1].rang) if len(lus) > taille else None,
    }
    return corps.rendre_json(contenu)


def _etat_en_dict(etat: EtatConnu, fiche: str, acces: Acces) -> dict[str, Any]:
    masques = {c.nom for c in FICHES[fiche].champs if c.sensibilite.masquee}
    nomme = "registre.lire_nomme" in acces.actions
    contenu = {n: v if nomme or n not in masques else MASQUE for n, v in etat.contenu.items()}
    return {
        "rang": etat.rang,
        "cle": etat.cle,
        "nature": etat.nature,
        "horodatage": etat.horodatage.isoformat(),
        "recu_le": etat.recu_le.isoformat(),
        "envoi": etat.envoi,
        "fichier": etat.fichier,
        "ligne": etat.ligne,
        "contenu": contenu,
    }


@router_registre.get(
    "/bons-de-commande",
    auth=CleApi("registre.lire"),
    url_name="bons",
    summary="Lire les bons de commande d'un lot",
    response=list[schemas.BonDeCommande],
    openapi_extra=refus(404, 422),
)
def bons_de_commande(request: HttpRequest, lot: formes.Lot) -> HttpResponse:
    """Les bons du lot, dont vos unités prennent leur référence ; un lot qui n'est pas à vous est introuvable."""
    acces = acces_de(request)
    with milieux.dans(acces.emetteur, bac=acces.bac_a_sable):
        if acces.emetteur not in {t.operateur for t in registre().titulaires(lot)}:
            raise Probleme("inconnu", "Ce lot n'est pas un des vôtres.", "Donnez un lot que vous tenez.")
        lignes = registre().commandes(lot).sort("commande").iter_rows()
        bons = [
            {"reference": reference, "debut": debut.isoformat(), "fin": fin.isoformat(), "volume": volume}
            for reference, debut, fin, volume in lignes
        ]
    return corps.rendre_json(bons)


@router_contrat.get(
    "/acces",
    auth=CleApi("contrat.lire"),
    url_name="acces",
    summary="Savoir ce que ma clé ouvre",
    response=schemas.MonAcces,
    openapi_extra=refus(),
)
def mon_acces(request: HttpRequest) -> HttpResponse:
    """La première demande à faire : elle vérifie la clé et dit ce qu'elle permet."""
    acces = acces_de(request)
    return corps.rendre_json(
        {
            "cle": acces.identifiant,
            "emetteur": acces.emetteur,
            "actions": sorted(acces.actions),
            "bac_a_sable": acces.bac_a_sable,
            "maintenant": milieux.maintenant(acces).isoformat(),
            "contrat": VERSION,
        }
    )


@router_contrat.get(
    "/nomenclatures",
    auth=CleApi("contrat.lire"),
    url_name="nomenclatures",
    summary="Lister les nomenclatures",
    response=list[str],
    openapi_extra=refus(),
)
def lister_nomenclatures(request: HttpRequest) -> HttpResponse:
    """Les noms des listes de codes du contrat."""
    return corps.rendre_json([nom for nom in nomenclatures.noms() if contrat.champs_de_la_liste(nom)])


@router_contrat.get(
    "/nomenclatures/{nom}",
    auth=CleApi("contrat.lire"),
    url_name="nomenclature",
    summary="Lire une nomenclature",
    response=list[schemas.Code],
    openapi_extra=refus(404),
)
def lire_nomenclature(request: HttpRequest, nom: str) -> HttpResponse:
    """Les codes d'une liste, avec leurs dates de validité."""
    if nom not in nomenclatures.noms() or not contrat.champs_de_la_liste(nom):
        raise Probleme("inconnu", "Le contrat n'a pas cette liste.", "Listez-les : GET /api/v1/nomenclatures.")
    return corps.rendre_json(
        [
            {
                "code": code.code,
                "libelle": code.libelle,
                "groupe": code.groupe,
                "debut": code.debut.isoformat() if code.debut else None,
                "fin": code.fin.isoformat() if code.fin else None,
            }
            for code in nomenclatures.table(nom)
        ]
    )


@router_contrat.get(
    "/anomalies",
    auth=CleApi("contrat.lire"),
    url_name="anomalies",
    summary="Lister les codes d'anomalie",
    response=list[schemas.Notice],
    openapi_extra=refus(),
)
def lister_anomalies(request: HttpRequest) -> HttpResponse:
    """Tous les codes qu'un accusé peut porter, avec leur remède et leur clause."""
    noms = ("code", "portee", "message", "remede", "clause")
    return corps.rendre_json(
        [{n: getattr(notice, n) for n in noms} | {"gravite": str(notice.gravite)} for notice in notices().values()]
    )


@router_contrat.get(
    "/contrat/schema",
    auth=CleApi("contrat.lire"),
    url_name="schema",
    summary="Lire le schéma d'un envoi JSON",
    openapi_extra=refus(),
)
def lire_schema(request: HttpRequest) -> HttpResponse:
    """Le JSON Schema 2020-12 d'un envoi, pour vérifier chez vous avant d'envoyer."""
    return corps.rendre_json(schema())


def _du_bac(request: HttpRequest) -> Acces:
    acces = acces_de(request)
    if not acces.bac_a_sable:
        raise Probleme(
            "hors-bac-a-sable", "Cette clé atteint le registre réel.", "Prenez une clé du bac à sable pour ce réglage."
        )
    return acces


def _reglage_en_dict(emetteur: str) -> dict[str, Any]:
    regle = bac.reglage(emetteur)
    return {
        "maintenant": regle.maintenant.isoformat() if regle.maintenant else None,
        "tenu_jusqu_au": regle.tenu_jusqu_au.isoformat() if regle.tenu_jusqu_au else None,
        "nir_autorise": regle.nir_autorise,
    }


@router_bac.get(
    "/bac-a-sable",
    auth=CleApi("envoi.deposer"),
    url_name="bac",
    summary="Lire le réglage du bac à sable",
    response=schemas.ReglageDuBac,
    openapi_extra=refus(),
)
def lire_bac(request: HttpRequest) -> HttpResponse:
    """L'heure qu'il y est, et si le NIR y est lu."""
    return corps.rendre_json(_reglage_en_dict(_du_bac(request).emetteur))


@router_bac.put(
    "/bac-a-sable",
    auth=CleApi("envoi.deposer"),
    url_name="bac",
    summary="Régler le bac à sable",
    response=schemas.ReglageDuBac,
    openapi_extra=refus(422),
)
def regler_bac(request: HttpRequest, reglage: schemas.ReglageDuBac) -> HttpResponse:
    """Mettez-y l'heure que vous voulez, pour essayer une clôture hors délai ou un envoi en retard."""
    acces = _du_bac(request)
    if reglage.maintenant is not None and not _PREMIER <= reglage.maintenant < _DERNIER:
        raise Probleme("demande-invalide", "La date est hors du marché.", "Donnez un jour de 2015 à 2099.")
    tenu = reglage.tenu_jusqu_au
    if tenu is not None and not _PREMIER.date() <= tenu < _DERNIER.date():
        raise Probleme("demande-invalide", "La date est hors du marché.", "Donnez un jour de 2015 à 2099.")
    bac.regler(acces.emetteur, maintenant=reglage.maintenant, tenu_jusqu_au=tenu, nir_autorise=reglage.nir_autorise)
    return corps.rendre_json(_reglage_en_dict(acces.emetteur))


@router_bac.post(
    "/bac-a-sable/vider",
    auth=CleApi("envoi.deposer"),
    url_name="vider",
    summary="Vider le bac à sable",
    response={204: None},
    openapi_extra=refus(),
)
def vider_bac(request: HttpRequest) -> HttpResponse:
    """Oublie tout ce qui y a été envoyé ; le registre réel n'est jamais touché."""
    bac.vider(_du_bac(request).emetteur)
    return HttpResponse(status=204)
