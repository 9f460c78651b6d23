"""What an operator's software asks of a person before it engages a unit: whether someone else follows them."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from cepage.echanges.canaux import formes
from cepage.echanges.canaux.rest import corps
from cepage.echanges.canaux.rest.entree import CleApi, acces_de
from cepage.echanges.canaux.rest.openapi import refus
from cepage.echanges.canaux.rest.problemes import Probleme
from cepage.echanges.reception.contexte import registre
from cepage.echanges.reception.double_suivi import suivie_ailleurs
from cepage.fondations.socle.portee import portee_emetteurs

router = Router(tags=["Registre"])


class Question(Schema):
    """Une personne, un jour, vue d'un de vos lots."""

    lot: formes.Lot
    nom: str = Field(min_length=1, max_length=100, description="Nom.", examples=["MARTIN"])
    prenom: str = Field(min_length=1, max_length=100, description="Prénom.", examples=["Camille"])
    date_naissance: date = Field(description="Date de naissance.", examples=["1985-04-12"])
    le: date = Field(description="Jour de la question.", examples=["2021-03-12"])


class Reponse(Schema):
    """Oui ou non, jamais qui."""

    suivie_ailleurs: bool = Field(description="Vrai quand un autre lot suit la personne ce jour-là.", examples=[False])


@router.post(
    "/double-suivi",
    auth=CleApi("envoi.deposer"),
    url_name="double_suivi",
    summary="Savoir si une personne est suivie ailleurs",
    response=Reponse,
    openapi_extra=refus(400, 404, 422),
)
def demander(request: HttpRequest, question: Question) -> HttpResponse:
    """La question que le contrôle pose à la réception, posée avant d'engager une unité (CCTP §1.2.4).

    La réponse dit oui ou non, jamais chez qui. Le bac à sable répond toujours non.
    """
    acces = acces_de(request)
    with portee_emetteurs([acces.emetteur]):
        if not acces.bac_a_sable and acces.emetteur not in {t.operateur for t in registre().titulaires(question.lot)}:
            raise Probleme("inconnu", "Ce lot n'est pas un des vôtres.", "Donnez un lot que vous tenez.")
    ailleurs = not acces.bac_a_sable and suivie_ailleurs(
        question.lot, question.nom, question.prenom, question.date_naissance, question.le
    )
    return corps.rendre_json({"suivie_ailleurs": ailleurs})
