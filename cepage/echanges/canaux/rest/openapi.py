"""What the published description says beyond the signatures: problems, bodies that are files, ways of entering."""

from functools import cache
from typing import TYPE_CHECKING, Any

from cepage.echanges.canaux.acces.actions import LIBELLES
from cepage.echanges.canaux.rest.problemes import GENRES

if TYPE_CHECKING:
    from ninja import NinjaAPI

TOUJOURS = (401, 403, 429, 500)
# django-ninja leaves out the description of a type that several operations share.
PARAMETRES = {
    "lot": "Lot de l'accord-cadre, deux chiffres.",
    "mode": "normal : les fiches justes entrent. essai : tout est contrôlé, rien n'entre. "
    "tout_ou_rien : une seule fiche refusée refuse l'envoi.",
    "nom": "Nom du fichier chez vous, ou nom de la liste de codes.",
    "apres": "Valeur de « suivante » de la page précédente.",
    "taille": "Nombre de lignes par page, de 1 à 1000.",
    "statut": "Statut de l'accusé.",
    "connu_le": "Ce qui était connu à la fin de ce jour ; absent : aujourd'hui.",
    "identifiant": "Identifiant de l'envoi.",
    "depot": "Identifiant du dépôt.",
    "fiche": "Sorte de fiche.",
    "abonnement": "Identifiant de l'abonnement.",
    "avis": "Identifiant de l'avis, celui de l'en-tête webhook-id.",
    "etat": "État des avis ; absent : tous.",
    "depuis": "Valeur de « suivante » de la page précédente.",
}
_OCTETS = {"schema": {"type": "string", "format": "binary"}}
_TYPES = (
    "application/zip",
    "text/csv",
    "application/json",
    "application/x-ndjson",
    "application/xml",
    "application/octet-stream",
)


def refus(
    *statuts: int,
    corps_brut: bool = False,
    corps_json: str = "",
    idempotence: bool = False,
    accuse: bool = False,
) -> dict[str, Any]:
    """The extra of one operation: its problems by status, its raw body, its headers, the writings of its receipt."""
    extra: dict[str, Any] = {"responses": {statut: _probleme(statut) for statut in (*TOUJOURS, *statuts)}}
    if accuse:
        autres = {genre: {"schema": {"type": "string"}} for genre in ("application/xml", "text/csv")}
        extra["responses"][200] = {"content": autres}
    if corps_brut:
        formulaire = {"type": "object", "required": ["fichier"], "properties": {"fichier": _OCTETS["schema"]}}
        contenu = dict.fromkeys(_TYPES, _OCTETS) | {"multipart/form-data": {"schema": formulaire}}
        extra["requestBody"] = {"required": True, "description": "Le fichier.", "content": contenu}
    if corps_json:
        contenu = {"application/json": {"schema": {"type": "object"}}}
        extra["requestBody"] = {"required": True, "description": corps_json, "content": contenu}
    if idempotence:
        extra["parameters"] = [
            {
                "in": "header",
                "name": "Idempotency-Key",
                "required": False,
                "description": "Une clé à vous, de 1 à 200 caractères : la même demande répétée n'a qu'un effet.",
                "schema": {"type": "string", "pattern": "^[\\x21-\\x7e]{1,200}$"},
                "example": "envoi-2021-03-12-0001",
            }
        ]
    return extra


def _probleme(statut: int) -> dict[str, Any]:
    titres = " ; ".join(genre.titre for genre in GENRES.values() if genre.statut == statut)
    return {
        "description": titres,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Probleme"}}},
    }


@cache
def description(api: "NinjaAPI") -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    from cepage.echanges.canaux.rest.schemas import Probleme

    document: dict[str, Any] = dict(api.get_openapi_schema(path_prefix="/api/v1/"))
    composants = document["components"]
    composants["schemas"]["Probleme"] = Probleme.model_json_schema(ref_template="#/components/schemas/{model}")
    composants["securitySchemes"] = {
        "cle": {"type": "http", "scheme": "bearer", "description": "Une clé d'accès entière, ou un jeton d'une heure."},
        "jeton": {
            "type": "oauth2",
            "description": "OAuth 2, client credentials (RFC 6749 §4.4).",
            "flows": {"clientCredentials": {"tokenUrl": "/acces/jeton", "scopes": LIBELLES}},
        },
    }
    for chemin in document["paths"].values():
        for operation in chemin.values():
            for parametre in operation.get("parameters", []):
                if "description" not in parametre:
                    parametre["description"] = PARAMETRES[parametre["name"]]
            if operation.get("security"):
                operation["security"] = [{"cle": []}, {"jeton": [operation.pop("x-action")]}]
    return document
