"""Signing with a key read once: reading an RSA key checks its primes, which costs forty signatures."""

from datetime import datetime
from functools import cached_property
from typing import Any

from asn1crypto import cms
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from pyhanko.sign.general import as_signing_certificate, simple_cms_attribute
from pyhanko.sign.signers import SimpleSigner
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator.util import get_pyca_cryptography_hash


class Signataire(SimpleSigner):
    """The organisation's key. Other kinds of keys than RSA are read at each signature, by the library."""

    @cached_property
    def _cle(self) -> Any:
        return serialization.load_der_private_key(self.signing_key.dump(), password=None)

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        """The raw signature of `data`."""
        if not isinstance(self._cle, RSAPrivateKey) or self.prefer_pss:
            return super().sign_raw(data, digest_algorithm)
        return self._cle.sign(data, PKCS1v15(), get_pyca_cryptography_hash(digest_algorithm))


class HorodateurDeTest(DummyTimeStamper):
    """A time-stamp authority of one's own: proves nothing to others, and says so in its name."""

    @cached_property
    def _cle(self) -> RSAPrivateKey:
        cle = serialization.load_der_private_key(self.tsa_key.dump(), password=None)
        if not isinstance(cle, RSAPrivateKey):
            raise TypeError("La clé d'horodatage de test est une clé RSA.")
        return cle

    def a(self, instant: datetime) -> "HorodateurDeTest":
        """The same authority, at `instant`."""
        autre = HorodateurDeTest(self.tsa_cert, self.tsa_key, fixed_dt=instant)
        autre._cle = self._cle
        return autre

    def _sign_tst_info(self, tst_info_data: bytes, md_algorithm: str, dt: datetime) -> tuple[bytes, Any]:
        condensat = get_pyca_cryptography_hash(md_algorithm)
        attributs = cms.CMSAttributes(
            [
                simple_cms_attribute("content_type", "tst_info"),
                simple_cms_attribute("signing_time", cms.Time({"utc_time": dt})),
                simple_cms_attribute("signing_certificate", as_signing_certificate(self.tsa_cert)),
                simple_cms_attribute("message_digest", _condenser(condensat, tst_info_data)),
            ]
        )
        return self._cle.sign(attributs.dump(), PKCS1v15(), condensat), attributs


def _condenser(condensat: Any, octets: bytes) -> bytes:
    calcul = hashes.Hash(condensat)
    calcul.update(octets)
    return calcul.finalize()
