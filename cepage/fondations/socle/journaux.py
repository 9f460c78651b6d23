"""The logs: one line of JSON an event, that can be searched and holds no personal data.

Our own sentences are written as they are: they name an object by its identifier. What others log may carry values: the
sentence is kept without them. An error is told by its kind and its place, never by its words, which may quote a row.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any

NOTRE = "cepage"


class Sobre(logging.Formatter):
    """Writes an event as JSON: instant, level, source, message, then the members of a message that is JSON itself."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        contenu: dict[str, Any] = {
            "instant": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "niveau": record.levelname,
            "source": record.name,
            **_message(record),
        }
        if record.exc_info and record.exc_info[1] is not None:
            contenu |= _erreur(record.exc_info[1])
        return json.dumps(contenu, ensure_ascii=False)


def _message(record: logging.LogRecord) -> dict[str, Any]:
    if not record.name.startswith(NOTRE):
        # The route says where; its address may hold what a person typed.
        route = getattr(getattr(getattr(record, "request", None), "resolver_match", None), "view_name", None)
        statut = getattr(record, "status_code", None)
        precisions = {"route": route, "statut": statut}
        return {"message": str(record.msg), **{nom: v for nom, v in precisions.items() if v is not None}}
    texte = record.getMessage()
    try:
        lu = json.loads(texte)
    except ValueError:
        return {"message": texte}
    return lu if isinstance(lu, dict) else {"message": texte}


def _erreur(erreur: BaseException) -> dict[str, Any]:
    cadres = traceback.extract_tb(erreur.__traceback__)
    return {
        "erreur": type(erreur).__name__,
        "place": [f"{cadre.filename.rpartition('site-packages/')[2]}:{cadre.lineno}" for cadre in cadres[-6:]],
    }
