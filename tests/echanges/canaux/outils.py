"""An HTTP client of the API, and what a refusal must look like."""

import json
from typing import Any

from django.test import Client

TOUTES = ("envoi.deposer", "envoi.lire", "registre.lire", "contrat.lire")


class Api:
    """An HTTP client of the API, with a key."""

    def __init__(self, cle: str) -> None:
        self.cle = cle

    def __call__(self, methode: str, chemin: str, corps: Any = b"", /, **entetes: str) -> Any:
        genre = entetes.pop("genre", "application/octet-stream")
        if isinstance(corps, dict):
            corps, genre = json.dumps(corps), "application/json"
        noms = {n.replace("_", "-"): v for n, v in entetes.items()}
        if self.cle:
            noms.setdefault("Authorization", f"Bearer {self.cle}")
        return Client(raise_request_exception=False).generic(
            methode, f"/api/v1{chemin}", corps, content_type=genre, headers=noms
        )


def probleme(reponse: Any, code: str, statut: int) -> dict[str, Any]:
    """The problem of an answer, whole."""
    assert reponse.status_code == statut, reponse.content
    assert reponse.headers["Content-Type"] == "application/problem+json"
    corps: dict[str, Any] = json.loads(reponse.content)
    assert corps["type"] == f"/api/#probleme-{code}"
    assert corps["status"] == statut
    assert all(corps[nom] for nom in ("title", "detail", "remede", "instance", "trace"))
    assert corps["trace"] == reponse.headers["Trace-Id"]
    return corps
