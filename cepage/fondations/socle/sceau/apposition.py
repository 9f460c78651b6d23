"""Sealing a PDF: a PAdES signature by the organisation's key, with a time stamp (RFC 3161)."""

import hashlib
import io
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper

from cepage.fondations.socle.sceau.autorite import Autorite, autorite
from cepage.fondations.socle.sceau.fil import dans_un_fil

CHAMP = "Sceau"
# Room for the signature and the time stamp with their certificates, in bytes.
_RESERVE = 24_576
_ATTENTE = 10


class SceauImpossible(Exception):
    """The file cannot be sealed now; the message says why and what to do. Nothing was changed."""


@dataclass(frozen=True)
class Scelle:
    """A sealed file and the SHA-256 (hex) of its bytes."""

    octets: bytes = field(repr=False)
    empreinte: str
    de_test: bool


class _SignataireDate(signers.PdfSigner):
    """A signer whose claimed time is given, not read from the machine's clock."""

    instant: datetime

    def init_signing_session(self, *args: Any, **options: Any) -> PdfSigningSession:
        """The session, at the given instant."""
        session = super().init_signing_session(*args, **options)
        session.system_time = self.instant
        return session


def sceller_pdf(octets: bytes, *, motif: str, le: datetime) -> Scelle:
    """Seal `octets`, a PDF, at the instant `le`; `motif` is shown by the readers beside the seal.

    The seal says who issued the file and that it has not changed since; it is nobody's personal signature.
    Raises SceauImpossible when the file is not a PDF or the time stamp does not answer.
    """
    porteuse = autorite()
    scellant = _SignataireDate(
        signers.PdfSignatureMetadata(
            field_name=CHAMP,
            md_algorithm="sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
            reason=motif,
        ),
        signer=porteuse.signataire,
        timestamper=horodateur(porteuse, le),
        new_field_spec=fields.SigFieldSpec(CHAMP, readable_field_name="Sceau de l'organisme"),
    )
    scellant.instant = le
    try:
        sortie = dans_un_fil(
            scellant.sign_pdf,
            IncrementalPdfFileWriter(io.BytesIO(octets)),
            bytes_reserved=_RESERVE,
            output=io.BytesIO(),
        )
    except TimestampRequestError as erreur:
        raise SceauImpossible(
            f"L'horodatage ne répond pas ({erreur}). Le document est gardé : recommencez dans quelques minutes."
        ) from erreur
    except PdfError as erreur:
        raise SceauImpossible(f"Ce fichier n'est pas un PDF que l'on puisse sceller : {erreur}.") from erreur
    scelles = sortie.getvalue()
    return Scelle(scelles, hashlib.sha256(scelles).hexdigest(), porteuse.de_test)


def horodateur(porteuse: Autorite, le: datetime) -> TimeStamper:
    """The time-stamp service of the settings (RFC 3161 over HTTP), or the local test one. Raises SceauImpossible."""
    if settings.CEPAGE_HORODATAGE:
        return RequestsHTTPTimeStamper(settings.CEPAGE_HORODATAGE, timeout=_ATTENTE)
    if porteuse.horodateur is None:
        raise SceauImpossible(
            "Aucun service d'horodatage n'est réglé : donnez l'adresse du vôtre (RFC 3161) dans CEPAGE_HORODATAGE."
        )
    return porteuse.horodateur.a(le)
