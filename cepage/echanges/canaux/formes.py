"""The parameters that several channels take, each said in French with its form, and what is told of a wrong one."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from cepage.echanges.reception.enums import Mode

Lot = Annotated[str, Field(pattern=r"^[0-9]{2}$", description="Lot de l'accord-cadre, deux chiffres.", examples=["08"])]
NomDeFichier = Annotated[
    str,
    Field(
        max_length=255,
        pattern=r"^[^\x00-\x1f\x7f]*$",
        description="Nom du fichier chez vous ; il dit le lot, l'émetteur et le jour.",
        examples=["CEP_08_AB_20210312_0001.zip"],
    ),
]
ModeVoulu = Annotated[
    Mode,
    Field(
        description="normal : les fiches justes entrent. essai : tout est contrôlé, rien n'entre. "
        "tout_ou_rien : une seule fiche refusée refuse l'envoi.",
        examples=["normal"],
    ),
]
Curseur = Annotated[
    str, Field(pattern=r"^[0-9]{0,18}$", description="Valeur de « suivante » de la page précédente.", examples=["1042"])
]
Taille = Annotated[int, Field(ge=1, le=1000, description="Nombre de lignes par page.", examples=[100])]

_PHRASES = {
    "missing": "Il manque.",
    "string_pattern_mismatch": "Il n'a pas la forme attendue.",
    "string_too_long": "Il est trop long.",
    "string_too_short": "Il est trop court.",
    "enum": "Il n'est pas une des valeurs permises.",
    "literal_error": "Il n'est pas une des valeurs permises.",
    "int_parsing": "Il doit être un nombre entier.",
    "bool_parsing": "Il doit être vrai ou faux.",
    "greater_than_equal": "Il est trop petit.",
    "less_than_equal": "Il est trop grand.",
    "uuid_parsing": "Il n'est pas un identifiant de dépôt.",
}
_DATES = "Il doit être une date, comme 2021-03-12, ou un instant avec son fuseau."


def lignes_de_validation(erreurs: Sequence[Any]) -> list[dict[str, str]]:
    """The errors of pydantic, one line each: where it is, which parameter, what to mend."""
    lignes = []
    for erreur in erreurs:
        place = [str(p) for p in erreur.get("loc", ())]
        genre = str(erreur.get("type", ""))
        phrase = (
            _DATES if genre.startswith(("date", "timezone")) else _PHRASES.get(genre, "Il n'a pas la forme attendue.")
        )
        lignes.append({"place": place[0] if place else "", "parametre": ".".join(place[1:]), "message": phrase})
    return lignes
