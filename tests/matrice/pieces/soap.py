"""The SOAP service: it knows signed messages, never a session; its page and its description are the same for all."""

from cepage.echanges.canaux.soap.description import WSDL
from tests.matrice.objets import Piece, commun

PIECE = Piece("soap", arguments={"nom": commun(WSDL, manquant="rien.wsdl")})
