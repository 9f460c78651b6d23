"""The bytes of a seal that no signature covers: one encoding is accepted, so that no byte of the file can vary."""

from typing import Any

from asn1crypto import cms, parser
from pyhanko.sign.validation import EmbeddedPdfSignature

_NUL = b"\x05\x00"


def jeton(signe: Any) -> Any:
    """The signed data of the time stamp that `signe` carries."""
    (signataire,) = signe["signer_infos"]
    (porte,) = signataire["unsigned_attrs"][0]["values"]
    return porte["content"]


def unique(octets: bytes, sceau: EmbeddedPdfSignature) -> bool:
    """True when the place of the seal in the file holds its one encoding, then zeros, and nothing else."""
    debut, longueur, reprise, _ = (int(borne) for borne in sceau.byte_range)
    ecrit = sceau.pkcs7_content[: _longueur_du_der(sceau.pkcs7_content)].hex().upper().encode()
    place = octets[debut + longueur : reprise]
    attendue = b"<" + ecrit + b"0" * (len(place) - len(ecrit) - 2) + b">"
    return place == attendue and _du_sceau(sceau.signed_data) and _du_jeton(jeton(sceau.signed_data))


def _longueur_du_der(der: bytes) -> int:
    """Bytes of the first DER value, header included."""
    _, _, _, entete, contenu, fin = parser.parse(der, strict=False)
    return len(entete) + len(contenu) + len(fin)


def _du_sceau(signe: Any) -> bool:
    (signataire,) = signe["signer_infos"]
    non_signes = [attribut["type"].native for attribut in signataire["unsigned_attrs"]]
    return signe["version"].native == "v1" and non_signes == ["signature_time_stamp_token"] and _commun(signe)


def _du_jeton(signe: Any) -> bool:
    (signataire,) = signe["signer_infos"]
    return signe["version"].native == "v3" and not signataire["unsigned_attrs"] and _commun(signe)


def _commun(signe: Any) -> bool:
    """The parts around the signed attributes: versions, algorithms, and the name of the signing certificate."""
    (signataire,) = signe["signer_infos"]
    (condensat,) = signe["digest_algorithms"]
    return (
        signataire["version"].native == ("v1" if signataire["sid"].name == "issuer_and_serial_number" else "v3")
        and _designe_un_certificat(signataire["sid"], signe["certificates"])
        and condensat["algorithm"].native == signataire["digest_algorithm"]["algorithm"].native
        and all(
            _sans_parametre(a) for a in (condensat, signataire["digest_algorithm"], signataire["signature_algorithm"])
        )
        and not signe["crls"]
    )


def _sans_parametre(algorithme: Any) -> bool:
    """True when the parameters are absent or NULL, or say something (which the signature then depends on)."""
    parametres = algorithme["parameters"]
    return parametres.native is not None or parametres.dump() in (b"", _NUL)


def _designe_un_certificat(designation: Any, certificats: Any) -> bool:
    presents = [choix.chosen for choix in certificats]
    if designation.name != "issuer_and_serial_number":
        return any(designation.native == c.key_identifier for c in presents)
    return any(
        designation.chosen.dump()
        == cms.IssuerAndSerialNumber({"issuer": c.issuer, "serial_number": c.serial_number}).dump()
        for c in presents
    )
