"""The signature of a notice, as Standard Webhooks writes it: any of its libraries checks it.

The secret of a subscription is computed from the instance's own key, its identifier and its version: nothing is kept
that could leak. `webhook-signature` holds one signature a valid secret, so the receiver changes secret without a gap.
"""

import base64
import hashlib
import hmac
from datetime import datetime

from django.conf import settings

from cepage.echanges.canaux.avis.models import Abonnement

PREFIXE = "whsec_"


def secret(abonnement: Abonnement, version: int | None = None) -> str:
    """The secret to give to the receiver: « whsec_ » and base64."""
    return PREFIXE + base64.b64encode(_octets(abonnement, version or abonnement.version_secret)).decode()


def _octets(abonnement: Abonnement, version: int) -> bytes:
    message = f"cepage.avis|{abonnement.identifiant}|{version}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).digest()


def entetes(abonnement: Abonnement, identifiant: str, corps: bytes, *, a: int, le: datetime) -> dict[str, str]:
    """The three headers: identifier, timestamp `a` (seconds), signatures valid at `le`."""
    versions = [abonnement.version_secret]
    if abonnement.ancien_jusqu_au is not None and le < abonnement.ancien_jusqu_au:
        versions.append(abonnement.version_secret - 1)
    signes = f"{identifiant}.{a}.".encode() + corps
    signatures = [hmac.new(_octets(abonnement, version), signes, hashlib.sha256).digest() for version in versions]
    return {
        "webhook-id": identifiant,
        "webhook-timestamp": str(a),
        "webhook-signature": " ".join(f"v1,{base64.b64encode(s).decode()}" for s in signatures),
    }
