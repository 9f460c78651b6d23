"""A message is of this moment, and comes once: its timestamp, and the fingerprints of those already received."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from cepage.echanges.canaux.soap.espaces import WSU, nom
from cepage.echanges.canaux.soap.fautes import Faute

ECART = timedelta(minutes=5)
"""How far the sender's clock may be from ours."""
DUREE = timedelta(minutes=10)
"""How long a message may say it lasts."""


def exiger_frais(horodatage: Any, *, le: datetime) -> datetime:
    """The instant after which the message is worth nothing, of a timestamp that is fresh at `le`. Raises Faute."""
    cree, fin = _instant(horodatage, "Created"), _instant(horodatage, "Expires")
    if not cree < fin <= cree + DUREE:
        raise _perime(
            f"L'horodatage dure de {cree.isoformat()} à {fin.isoformat()} : il doit durer {_minutes(DUREE)} au plus."
        )
    if cree > le + ECART:
        raise _perime(f"Le message est daté de {cree.isoformat()}, dans le futur : il est ici {le.isoformat()}.")
    # A message lives no longer than the memory of those received, whatever it says of itself.
    perime = min(fin, cree + DUREE) + ECART
    if perime <= le:
        raise _perime(f"Le message a expiré à {fin.isoformat()} : il est ici {le.isoformat()}.")
    return perime


def noter(empreinte: str, *, perime_le: datetime, le: datetime, quoi: str = "Ce même message signé") -> None:
    """Remember a message until it is out of date. Raises Faute when it is already known, whatever the process."""
    with connection.cursor() as curseur:
        curseur.execute("DELETE FROM soap_messagerecu WHERE perime_le < %s", [le])
        curseur.execute(
            "INSERT INTO soap_messagerecu (empreinte, perime_le) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            [empreinte, perime_le],
        )
        if curseur.rowcount:
            return
    raise Faute(
        "message-rejoue",
        f"{quoi} a déjà été reçu.",
        "Pour renvoyer, signez un nouveau message : nouvel horodatage, nouveaux identifiants. "
        "Le même fichier recevra le même accusé.",
    )


def _instant(horodatage: Any, local: str) -> datetime:
    texte = horodatage.findtext(nom(WSU, local))
    try:
        lu = datetime.fromisoformat((texte or "").strip())
    except ValueError:
        lu = None
    if lu is None or lu.tzinfo is None:
        raise _perime(f"L'horodatage n'a pas d'instant lisible dans wsu:{local}.")
    return lu


def _perime(detail: str) -> Faute:
    return Faute(
        "message-perime",
        detail,
        f"Datez le message du moment de son envoi, en temps universel : l'écart admis est de {_minutes(ECART)}.",
    )


def _minutes(duree: timedelta) -> str:
    return f"{int(duree.total_seconds() // 60)} minutes"
