"""Time-stamping a hash (RFC 3161): proof, by somebody else, that it existed at an instant."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from asn1crypto import cms
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext

from cepage.fondations.socle.sceau.apposition import SceauImpossible, horodateur
from cepage.fondations.socle.sceau.autorite import autorite
from cepage.fondations.socle.sceau.fil import dans_un_fil


class EtatDuJeton(StrEnum):
    """What a token is worth."""

    VALIDE = "valide"
    ALTERE = "altere"
    INCONNU = "inconnu"


@dataclass(frozen=True)
class Jeton:
    """A token read: the hash (SHA-256, hex) it proves, when, by whom; empty when it cannot be read."""

    etat: EtatDuJeton
    empreinte: str = ""
    moment: datetime | None = None
    autorite: str = ""

    @property
    def instant(self) -> datetime:
        """When, of a token that could be read."""
        assert self.moment is not None
        return self.moment


def horodater(empreinte: str, *, le: datetime) -> bytes:
    """The token (DER) of a SHA-256 given in hex; `le` is the instant of the test authority alone.

    Raises SceauImpossible when the service does not answer or none is set.
    """
    service = horodateur(autorite(), le)
    try:
        jeton = dans_un_fil(lambda: asyncio.run(service.async_timestamp(bytes.fromhex(empreinte), "sha256")))
    except (TimestampRequestError, OSError) as erreur:
        raise SceauImpossible(f"L'horodatage ne répond pas ({erreur}). Recommencez dans quelques minutes.") from erreur
    return bytes(jeton.dump())


def lire_jeton(octets: bytes) -> Jeton:
    """What a token proves, whatever the bytes; never raises."""
    try:
        contenu = cms.ContentInfo.load(octets, strict=True)
        signe = contenu["content"]
        dit = signe["encap_content_info"]["content"].parsed
        moment, empreinte = dit["gen_time"].native, dit["message_imprint"]["hashed_message"].native
        statut = dans_un_fil(_juger, signe, moment, empreinte)
        nom = statut.signing_cert.subject.native.get("common_name", statut.signing_cert.subject.human_friendly)
    except Exception:
        # Broken bytes break the reader in as many ways as there are bytes: they all mean the same to who asks.
        return Jeton(EtatDuJeton.ALTERE)
    if not (statut.intact and statut.valid):
        etat = EtatDuJeton.ALTERE
    else:
        etat = EtatDuJeton.VALIDE if statut.trusted else EtatDuJeton.INCONNU
    return Jeton(etat, empreinte.hex(), moment, str(nom))


def _juger(signe: Any, moment: datetime, empreinte: bytes) -> TimestampSignatureStatus:
    # At the instant of the token: a certificate that expired since was good then.
    confiance = ValidationContext(trust_roots=list(autorite().racines), moment=moment, allow_fetching=False)
    return TimestampSignatureStatus(**asyncio.run(validate_tst_signed_data(signe, confiance, lambda _: empreinte)))
