"""The indicators, declared: one module a family of the CCTP §4.3."""

from cepage.acheteur.indicateurs.definitions.engagement import ENGAGEMENTS
from cepage.acheteur.indicateurs.definitions.parcours import PARCOURS
from cepage.acheteur.indicateurs.definitions.recours import RECOURS
from cepage.acheteur.indicateurs.modele import Definition

DEFINITIONS: dict[str, Definition] = {d.code: d for d in (*ENGAGEMENTS, *RECOURS, *PARCOURS)}


def definition(code: str) -> Definition:
    """The definition of `code`; raises KeyError with a sentence listing the known codes."""
    if code not in DEFINITIONS:
        raise KeyError(f"L'indicateur « {code} » n'existe pas. Indicateurs connus : {', '.join(DEFINITIONS)}.")
    return DEFINITIONS[code]
