"""Reading a seal: is this file exactly what was sealed, by whom, and when."""

import io
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from cepage.fondations.socle import formats
from cepage.fondations.socle.sceau import encodage
from cepage.fondations.socle.sceau.autorite import NOM_DE_TEST, autorite
from cepage.fondations.socle.sceau.fil import dans_un_fil


class Etat(StrEnum):
    """What a seal says of a file."""

    VALIDE = "valide"
    ALTERE = "altere"
    INCONNU = "inconnu"
    ABSENT = "absent"


@dataclass(frozen=True)
class Verdict:
    """The answer, in one word and one sentence; who sealed and when, as far as it can be known."""

    etat: Etat
    phrase: str
    scellant: str = ""
    horodate_le: datetime | None = None
    de_test: bool = False


_ALTERE = Verdict(
    Etat.ALTERE,
    "Ce fichier n'est pas celui qui a été scellé : il a changé depuis, ne serait-ce que d'un caractère. "
    "Demandez un nouvel exemplaire à l'organisme qui l'a remis.",
)
_ABSENT = Verdict(
    Etat.ABSENT,
    "Ce fichier ne porte aucun sceau : rien ne dit d'où il vient ni s'il a changé.",
)


def verifier_pdf(octets: bytes) -> Verdict:
    """The verdict on `octets`, whatever they are; never raises for a file, however broken."""
    try:
        lecteur = PdfFileReader(io.BytesIO(octets))
        sceaux = lecteur.embedded_regular_signatures
        if not sceaux:
            return _sans_sceau_lisible(octets)
        return _juger(octets, sceaux)
    except Exception:
        # A broken file breaks the reader in as many ways as there are bytes: they all mean the same to who asks.
        return _sans_sceau_lisible(octets)


def _sans_sceau_lisible(octets: bytes) -> Verdict:
    """Altered when a mark of a seal is left in the file, absent otherwise."""
    return _ALTERE if any(marque in octets for marque in (b"/ByteRange", b"/ETSI.CAdES")) else _ABSENT


def _juger(octets: bytes, sceaux: list[EmbeddedPdfSignature]) -> Verdict:
    dernier = sceaux[-1]
    if len(sceaux) != 1 or not encodage.unique(octets, dernier):
        return _ALTERE
    moment = encodage.jeton(dernier.signed_data)["encap_content_info"]["content"].parsed["gen_time"].native
    statut = dans_un_fil(validate_pdf_signature, dernier, _confiance(moment), _confiance(moment), skip_diff=True)
    return _conclure(statut, moment, dernier)


def _confiance(moment: datetime) -> ValidationContext:
    """Trust in our roots at the instant of the time stamp: a certificate that expired since was good then."""
    return ValidationContext(trust_roots=list(autorite().racines), moment=moment, allow_fetching=False)


def _conclure(statut: PdfSignatureStatus, moment: datetime, sceau: EmbeddedPdfSignature) -> Verdict:
    entier = statut.coverage == SignatureCoverageLevel.ENTIRE_FILE
    if not (statut.intact and statut.valid and entier):
        return _ALTERE
    horodatage = statut.timestamp_validity
    if horodatage is not None and not (horodatage.intact and horodatage.valid):
        return _ALTERE
    scellant = str(sceau.signer_cert.subject.native.get("common_name", sceau.signer_cert.subject.human_friendly))
    if not (statut.trusted and horodatage is not None and horodatage.trusted):
        return Verdict(
            Etat.INCONNU,
            f"Ce fichier n'a pas changé depuis qu'il a été scellé, mais par une clé que ce service ne connaît pas "
            f"(« {scellant} ») : nous ne pouvons pas dire qui l'a scellé.",
            scellant,
            moment,
        )
    de_test = scellant.startswith(NOM_DE_TEST)
    phrase = f"Ce fichier est exactement celui qui a été scellé par « {scellant} » le {formats.instant(moment)}."
    if de_test:
        phrase += " Le sceau vient d'une autorité de test : il n'a aucune valeur juridique."
    return Verdict(Etat.VALIDE, phrase, scellant, moment, de_test)
