"""Addresses of the dossiers; no personal data in any."""

from django.urls import path, register_converter

from cepage.operateur.dossiers.enums import UO
from cepage.operateur.dossiers.views import actes, aiguillage, courriers, dossier, pilotage

app_name = "dossiers"


class UniteDansLAdresse:
    """The code of a unit beyond the UO0."""

    regex = "|".join(uo.value for uo in UO if uo is not UO.UO0)

    def to_python(self, value: str) -> str:
        """As is."""
        return value

    def to_url(self, value: str) -> str:
        """As is."""
        return value


register_converter(UniteDansLAdresse, "uo")

urlpatterns = [
    path("journee/", pilotage.journee, name="journee"),
    path("liste/<slug:cle>/", pilotage.liste, name="liste"),
    path("ce-soir/", pilotage.ce_soir, name="ce_soir"),
    path("ce-soir/transmettre/", pilotage.transmettre, name="transmettre"),
    path("courriels/", courriers.liste, name="courriels"),
    path("courriels/<int:pk>/rattacher/", courriers.rattacher, name="rattacher"),
    path("courriels/<int:pk>/ecarter/", courriers.ecarter, name="ecarter"),
    path("aiguillage/", aiguillage.recherche, name="recherche"),
    path("aiguillage/appel/", aiguillage.nouvelle, name="appel"),
    path("<int:pk>/aiguillage/", aiguillage.connue, name="aiguillage"),
    path("<int:pk>/", dossier.dossier, name="dossier"),
    path("<int:pk>/fiche/", dossier.modifier, name="fiche"),
    path("<int:pk>/notes/", dossier.notes, name="notes"),
    path("<int:pk>/documents/", dossier.pieces, name="pieces"),
    path("document/<int:pk>/", dossier.piece, name="piece"),
    path("<int:pk>/doublons/", dossier.doublons, name="doublons"),
    path("<int:pk>/doublons/<int:autre>/", dossier.reunir, name="reunir"),
    path("doublons/<int:pk>/separer/", dossier.separer, name="separer"),
    path("<int:pk>/engager/<uo:uo>/", actes.engager, name="engager"),
    path("<int:pk>/situation/", actes.statut, name="statut"),
    path("<int:pk>/etape/", actes.etape, name="etape"),
    path("<int:pk>/courriel/", actes.courriel, name="courriel"),
    path("unite/<int:pk>/clore/", actes.clore, name="clore"),
    path("unite/<int:pk>/contester/", actes.contester, name="contester"),
    path("unite/<int:pk>/annuler/", actes.annulation, name="annuler"),
    path("unite/<int:pk>/contact/", actes.interaction, name="interaction"),
    path("unite/<int:pk>/realisation/", actes.realisation, name="realisation"),
    path("unite/<int:pk>/main/", actes.main, name="main"),
    path("unite/<int:pk>/deleguer/", actes.deleguer, name="deleguer"),
]
