"""The gateway that carries text messages: an adapter chosen by `CEPAGE_SMS`; none by default, and the pages say so.

`fichier` and `console` carry nothing: they write, for trials. A real gateway is a class named by its dotted path.
"""

import json
import os
import sys
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

_OUTRE_MER = {
    **dict.fromkeys(("690", "691"), "590"),
    **dict.fromkeys(("639", "692", "693"), "262"),
    "694": "594",
    **dict.fromkeys(("696", "697"), "596"),
}
"""Country code of the mobile numbers overseas, by their first three digits after the leading zero."""
_FICTIFS = "+3363998"
"""Numbers of fiction, which look like those of Mayotte."""


class NumeroRefuse(Exception):
    """The gateway will never take this number; the message says why."""


class Passerelle(Protocol):
    """What a gateway must do."""

    def envoyer(self, numero: str, texte: str) -> None:
        """Carry a text of 160 characters at most to a number written +33612345678.

        Raises NumeroRefuse for good, OSError when it must be tried again later.
        """


class PasserelleFichier:
    """Writes each message as a line of JSON in `sms.jsonl`, beside the data; nobody receives anything."""

    def envoyer(self, numero: str, texte: str) -> None:
        """Append the message."""
        chemin = Path(settings.CEPAGE_DONNEES) / "sms.jsonl"
        descripteur = os.open(chemin, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descripteur, "a", encoding="utf-8") as flux:
            flux.write(json.dumps({"numero": numero, "texte": texte}, ensure_ascii=False) + "\n")


class PasserelleConsole:
    """Writes each message on the standard error, the number hidden but for its end; nobody receives anything."""

    def envoyer(self, numero: str, texte: str) -> None:
        """Write the message."""
        print(f"SMS à …{numero[-2:]} : {texte}", file=sys.stderr)


_CONNUES = {
    "fichier": f"{__name__}.{PasserelleFichier.__name__}",
    "console": f"{__name__}.{PasserelleConsole.__name__}",
}


def passerelle() -> Passerelle | None:
    """The gateway of this instance; None when none is set. Raises ImportError for a path that leads nowhere."""
    if not settings.CEPAGE_SMS:
        return None
    choisie: Passerelle = import_string(_CONNUES.get(settings.CEPAGE_SMS, settings.CEPAGE_SMS))()
    return choisie


def mobile(numero: str) -> str:
    """The number to which a text message is carried, from a normalised one; empty when it receives none.

    Overseas, a number written at home « 06 92 … » has its own country code: +262692….
    """
    national = numero[3:] if numero.startswith("+33") else ""
    indicatif = _OUTRE_MER.get(national[:3])
    if indicatif and not numero.startswith(_FICTIFS):
        return f"+{indicatif}{national}"
    ailleurs = any(numero.startswith(f"+{code}{debut}") for debut, code in _OUTRE_MER.items())
    return numero if ailleurs or national[:1] in ("6", "7") else ""
