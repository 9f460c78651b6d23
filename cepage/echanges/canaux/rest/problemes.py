"""What the API answers when it cannot: `application/problem+json` (RFC 9457), in French, with the way to mend it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse

from cepage.echanges.canaux.formes import lignes_de_validation


@dataclass(frozen=True)
class Genre:
    """One kind of problem, documented under its code: its status, its title, when it comes."""

    code: str
    statut: int
    titre: str
    explication: str


_GENRES = (
    Genre("cle-absente", 401, "Clé absente", "La demande n'a pas d'en-tête Authorization: Bearer."),
    Genre("cle-inconnue", 401, "Clé inconnue", "La clé ou le jeton ne sont pas connus."),
    Genre("cle-revoquee", 401, "Clé révoquée", "La clé a été arrêtée par votre directeur de projet ou l'acheteur."),
    Genre("cle-expiree", 401, "Clé ou jeton expiré", "La clé, son secret ou son jeton ne sont plus valables."),
    Genre("adresse-refusee", 403, "Adresse refusée", "La demande vient d'une adresse que la clé n'accepte pas."),
    Genre("action-refusee", 403, "Action refusée", "La clé ne porte pas l'action demandée."),
    Genre("hors-bac-a-sable", 403, "Réservé au bac à sable", "Cette adresse demande une clé du bac à sable."),
    Genre("inconnu", 404, "Introuvable", "L'adresse n'existe pas, ou l'objet n'est pas à vous."),
    Genre("methode", 405, "Méthode non permise", "Cette adresse ne répond pas à cette méthode."),
    Genre("format-non-rendu", 406, "Format non rendu", "Aucun des formats demandés par Accept n'est possible."),
    Genre("octets", 409, "Octets inattendus", "La position donnée n'est pas celle du prochain octet attendu."),
    Genre("en-cours", 409, "Contrôle en cours", "L'accusé n'est pas encore prêt."),
    Genre("recu-d-un-autre", 409, "Déjà reçu d'un autre", "Ces mêmes octets ont été reçus d'un autre opérateur."),
    Genre("interrompu", 409, "Contrôle interrompu", "Le contrôle s'est arrêté : rien n'est entré."),
    Genre("taille-absente", 411, "Taille absente", "La demande n'annonce pas sa taille (Content-Length)."),
    Genre("trop-gros", 413, "Trop gros", "Le corps dépasse ce que l'adresse accepte."),
    Genre("corps-illisible", 400, "Corps illisible", "Le corps est coupé, ou n'a pas la forme annoncée."),
    Genre("demande-invalide", 422, "Demande invalide", "Un paramètre manque ou n'a pas la forme attendue."),
    Genre("cle-reutilisee", 422, "Clé d'idempotence prise", "La clé d'idempotence a servi pour un autre envoi."),
    Genre("cadence", 429, "Trop de demandes", "La limite de demandes par minute est atteinte."),
    Genre("panne", 500, "Panne", "Quelque chose s'est cassé chez nous ; rien n'est entré à moitié."),
    Genre("indisponible", 503, "Indisponible", "Le service ne peut pas répondre pour l'instant."),
)
GENRES: dict[str, Genre] = {genre.code: genre for genre in _GENRES}


@dataclass
class Probleme(Exception):
    """What happened (`detail`) and how to mend it (`remede`); `suite` adds members, `entetes` adds headers."""

    code: str
    detail: str
    remede: str
    suite: Mapping[str, Any] = field(default_factory=dict)
    entetes: Mapping[str, str] = field(default_factory=dict)

    def reponse(self, request: HttpRequest) -> HttpResponse:
        """The answer, whole."""
        genre = GENRES[self.code]
        corps = {
            "type": f"/api/#probleme-{genre.code}",
            "title": genre.titre,
            "status": genre.statut,
            "detail": self.detail,
            "remede": self.remede,
            "instance": request.path,
            "trace": getattr(request, "trace", ""),
            **self.suite,
        }
        reponse = HttpResponse(
            json.dumps(corps, ensure_ascii=False), status=genre.statut, content_type="application/problem+json"
        )
        if genre.statut == 401:
            reponse.headers["WWW-Authenticate"] = 'Bearer realm="Cepage"'
        for nom, valeur in self.entetes.items():
            reponse.headers[nom] = valeur
        return reponse


def de_validation(erreurs: list[dict[str, Any]]) -> Probleme:
    """The problem of parameters that do not validate, one line each."""
    lignes = lignes_de_validation(erreurs)
    noms = ", ".join(sorted({ligne["parametre"] for ligne in lignes if ligne["parametre"]}))
    return Probleme(
        "demande-invalide",
        f"À corriger : {noms or 'le corps de la demande'}.",
        "Voyez « erreurs », et la forme de chaque paramètre dans la documentation.",
        suite={"erreurs": lignes},
    )
