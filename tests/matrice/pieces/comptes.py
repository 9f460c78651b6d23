"""The pages of one's own account; the demonstration's entries."""

from pathlib import Path

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator

from cepage.fondations.comptes.enums import Role
from tests.matrice.objets import Cote, Etat, Piece, commun, objet
from tests.matrice.personnes import personne_de


def _preparer(cote: Cote, dossier: Path) -> None:
    """A security key of the director of this operator, and a link that would choose their password."""
    directeur = personne_de(Role.DIRECTEUR_PROJET, cote.emetteur)
    cle = Authenticator.objects.create(user=directeur, type="webauthn", data={"name": f"Clé canari {cote.emetteur}"})
    cote.objets |= {
        "cle": str(cle.pk),
        "uidb36": user_pk_to_url_str(directeur),
        "jeton": default_token_generator.make_token(directeur),
    }
    cote.canaris |= {f"Clé canari {cote.emetteur}", directeur.email, cote.objets["jeton"]}


PIECE = Piece(
    "",
    rang=1,
    preparer=_preparer,
    arguments={
        "role": commun("referent", manquant="rien"),
        "pk": objet("cle", manquant=999_999),
        "uidb36": objet("uidb36", manquant="zzz"),
        "key": objet("jeton", manquant="faux-jeton"),
    },
    etats=[
        Etat("account_login", "refusé", donnees={"login": "rien@exemple.test", "password": "faux"}),
        Etat("account_reset_password", "adresse fausse", donnees={"email": "pas une adresse"}),
        Etat("account_change_password", "refusé", donnees={"oldpassword": "faux", "password1": "x", "password2": "y"}),
    ],
)
