"""The bodies of the API: a file as it comes, by blocks, raw or in a form; a receipt in the format that is asked."""

import json
from collections.abc import Iterator
from pathlib import PurePosixPath

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from cepage.echanges.canaux.rest import metriques
from cepage.echanges.canaux.rest.problemes import Probleme
from cepage.echanges.reception.accuse import Accuse

_BLOC = 1 << 18
_NOM_PAR_TYPE = {
    "application/zip": "envoi.zip",
    "application/json": "envoi.json",
    "application/x-ndjson": "envoi.jsonl",
    "application/jsonl": "envoi.jsonl",
    "application/xml": "envoi.xml",
    "text/xml": "envoi.xml",
    "text/csv": "envoi.csv",
}
FORMATS = {
    "application/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
    "text/csv": "csv",
}


def taille_du_corps(request: HttpRequest) -> int:
    """The announced size (without one nor chunks, there is no body); raises Probleme for a body without a size."""
    texte = request.META.get("CONTENT_LENGTH") or ("" if "Transfer-Encoding" in request.headers else "0")
    if not texte.isdecimal():
        raise Probleme(
            "taille-absente", "La demande n'annonce pas la taille de son corps.", "Ajoutez l'en-tête Content-Length."
        )
    return int(texte)


def octets_bruts(request: HttpRequest, taille: int) -> Iterator[bytes]:
    """The body by blocks; raises Probleme when it stops before its announced end."""
    lus = 0
    while lus < taille:
        try:
            bloc = request.read(min(_BLOC, taille - lus))
        except (OSError, UnreadablePostError):
            bloc = b""
        if not bloc:
            raise Probleme(
                "corps-illisible",
                f"Le corps s'arrête à {lus} octets sur {taille} annoncés.",
                "Renvoyez le fichier entier, ou passez par un dépôt, qui reprend où il s'est arrêté.",
            )
        lus += len(bloc)
        metriques.OCTETS.inc(len(bloc))
        yield bloc


def fichier_du_formulaire(request: HttpRequest) -> "UploadedFile[bytes]":
    """The file of a form; raises Probleme without one, or when the form cannot be read."""
    try:
        fichier = request.FILES.get("fichier")
    except (MultiPartParserError, RequestDataTooBig, SuspiciousOperation, UnreadablePostError, BadRequest, OSError):
        raise Probleme(
            "corps-illisible", "Le formulaire ne se lit pas.", "Envoyez un multipart/form-data entier et bien formé."
        ) from None
    if not isinstance(fichier, UploadedFile):
        raise Probleme("corps-illisible", "Le formulaire n'a pas de fichier.", "Joignez-le sous le nom « fichier ».")
    return fichier


def nom_du_fichier(donne: str, request: HttpRequest) -> str:
    """The name given without its folders, else one that says the kind of content."""
    nom = PurePosixPath(donne.replace("\\", "/")).name.strip()
    if nom and nom not in (".", ".."):
        return nom[:255]
    return _NOM_PAR_TYPE.get(str(request.content_type), "envoi")


def format_demande(request: HttpRequest) -> str:
    """json, xml or csv, from Accept; raises Probleme when none will do."""
    for genre in request.accepted_types:
        exact = FORMATS.get(f"{genre.main_type}/{genre.sub_type}")
        if exact:
            return exact
        if genre.main_type == "*" or (genre.main_type, genre.sub_type) == ("application", "*"):
            return "json"
        if (genre.main_type, genre.sub_type) == ("text", "*"):
            return "csv"
    if not request.accepted_types:
        return "json"
    raise Probleme(
        "format-non-rendu",
        "L'accusé n'existe pas dans le format demandé.",
        "Demandez application/json, application/xml ou text/csv.",
    )


def rendre_accuse(accuse: Accuse, format_: str, *, statut: int = 200) -> HttpResponse:
    """The receipt in one of its three writings."""
    match format_:
        case "xml":
            return HttpResponse(accuse.en_xml(), content_type="application/xml; charset=utf-8", status=statut)
        case "csv":
            return HttpResponse(accuse.en_csv(), content_type="text/csv; charset=utf-8", status=statut)
    return rendre_json(accuse.en_dict(), statut=statut)


def rendre_json(contenu: object, *, statut: int = 200) -> HttpResponse:
    """Any content as JSON."""
    texte = json.dumps(contenu, ensure_ascii=False)
    return HttpResponse(texte, content_type="application/json; charset=utf-8", status=statut)
