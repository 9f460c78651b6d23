"""The pages of one's own account; the demonstration's entries; the links that a person holds."""

from pathlib import Path

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.webauthn.internal.auth import WebAuthn
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from cepage.fondations.comptes.enums import Role
from tests.matrice.objets import Cote, Etat, Piece, commun, objet
from tests.matrice.personnes import personne_de


def _preparer(cote: Cote, dossier: Path) -> None:
    """A security key of the director of this operator, and a link that would choose their password."""
    directeur = personne_de(Role.DIRECTEUR_PROJET, cote.emetteur)
    cle = WebAuthn.add(directeur, f"Clé canari {cote.emetteur}", _inscription(cote)).instance
    cote.objets |= {
        "cle": str(cle.pk),
        "uidb36": user_pk_to_url_str(directeur),
        "jeton": default_token_generator.make_token(directeur),
    }
    cote.canaris |= {f"Clé canari {cote.emetteur}", directeur.email, cote.objets["jeton"]}


def _inscription(cote: Cote) -> dict[str, object]:
    """What a device answers when its key is added: an identifier and a public key."""
    publique = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    identifiant = f"appareil {cote.emetteur}".encode()
    presente = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT
    donnees = AuthenticatorData.create(
        bytes(32), presente, 0, AttestedCredentialData.create(bytes(16), identifiant, publique)
    )
    attestation = AttestationObject.create("none", donnees, {})
    client = CollectedClientData.create("webauthn.create", b"defi", "https://cep.exemple.fr")
    reponse = {"attestationObject": websafe_encode(attestation), "clientDataJSON": websafe_encode(client)}
    return {
        "id": websafe_encode(identifiant),
        "rawId": websafe_encode(identifiant),
        "type": "public-key",
        "response": reponse,
        "clientExtensionResults": {},
    }


PIECE = Piece(
    "",
    rang=1,
    preparer=_preparer,
    arguments={
        "role": commun("referent", manquant="rien"),
        "pk": objet("cle", manquant=999_999),
        "uidb36": objet("uidb36", manquant="zzz"),
        "key": objet("jeton", manquant="faux-jeton"),
        "jeton": objet("lien pour signer", manquant="lien-inconnu"),
        "secret": objet("lien de l'enquête", manquant="lien-inconnu"),
    },
    etats=[
        Etat("account_login", "refusé", donnees={"login": "rien@exemple.test", "password": "faux"}),
        Etat("account_reset_password", "adresse fausse", donnees={"email": "pas une adresse"}),
        Etat("account_change_password", "refusé", donnees={"oldpassword": "faux", "password1": "x", "password2": "y"}),
    ],
)
