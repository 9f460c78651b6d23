"""The contract of exchange: the same for everyone."""

from cepage.echanges.contrat.exports.xsd import NOM
from tests.matrice.objets import Etat, Piece, commun

PIECE = Piece(
    "contrat",
    arguments={
        "contrat:liste/nom": commun("statut", manquant="rien"),
        "contrat:telecharger/nom": commun(NOM, manquant="rien.xsd"),
        "code": commun("E-BEN-012", manquant="E-RIEN-000"),
    },
    etats=[
        Etat("contrat:dictionnaire", "rien ne répond", {"texte": "zzzzzz"}),
        Etat("contrat:codes", "rien ne répond", {"texte": "zzzzzz"}),
    ],
)
