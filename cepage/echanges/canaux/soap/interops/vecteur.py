"""The identification vector of InterOPS: what an authority says of whoever signs a message, whatever its writing.

The door knows this alone. How a vector is written (SAML 2.0 in InterOPS A2.0, CCTP annexe 3 §1) is an adapter's
business: another version of the standard is another adapter, and no change of the door.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from cryptography import x509

from cepage.echanges.canaux.acces.models import Certificat

# hypothèse : the profiles are agreed in the convention between the buyer and the operator, which is not written yet.
PROFILS: dict[str, frozenset[str]] = {
    "CEP_DEPOT": frozenset({"envoi.deposer", "envoi.lire", "contrat.lire"}),
    "CEP_LECTURE": frozenset({"envoi.lire", "contrat.lire"}),
}


@dataclass(frozen=True)
class Vecteur:
    """A vector that was checked: its authority, its subject, the actions of its profiles (PAGM), how long it lasts.

    `usage_unique`: it serves once, and is remembered under `identifiant` until `fin`.
    """

    identifiant: str
    autorite: Certificat
    sujet: str
    actions: frozenset[str]
    fin: datetime
    usage_unique: bool


class Adaptateur(Protocol):
    """Reads the vector of a message."""

    def lire(self, element: Any, *, signataire: x509.Certificate, le: datetime) -> Vecteur:
        """The vector, checked at the instant `le` for this signer of the message. Raises Faute."""
        ...
