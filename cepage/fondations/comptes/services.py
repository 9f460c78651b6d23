"""Opening accounts and giving roles; whoever calls holds « comptes.administrer » or the command line."""

from collections.abc import Sequence
from datetime import date

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction

from cepage.fondations.comptes.enums import NATURES_DU_ROLE, Nature, Role
from cepage.fondations.comptes.models import Attribution, Organisation, Personne


@transaction.atomic
def ouvrir_compte(
    *,
    email: str,
    prenom: str,
    nom: str,
    organisation: Organisation,
    mot_de_passe: str | None = None,
    demonstration: bool = False,
) -> Personne:
    """A new account, its address held as verified (an administrator vouches for it).

    Without `mot_de_passe`, the person sets one through « Mot de passe oublié ».
    Raises ValidationError when the address is malformed or already used.
    """
    personne = Personne(
        email=email.strip().lower(),
        prenom=prenom,
        nom=nom,
        organisation=organisation,
        demonstration=demonstration,
    )
    personne.set_password(mot_de_passe)
    personne.full_clean()
    personne.save()
    EmailAddress.objects.create(user=personne, email=personne.email, verified=True, primary=True)
    return personne


def attribuer(
    personne: Personne, role: Role, *, debut: date, lots: Sequence[str] = (), fin: date | None = None
) -> Attribution:
    """Give `role` over `lots` (none: those of the organisation) during [debut, fin).

    Raises ValidationError when the role belongs to another nature of organisation.
    """
    attendue = NATURES_DU_ROLE[role]
    if personne.organisation.nature != attendue:
        raise ValidationError(
            f"Le rôle « {role.label} » se tient dans une organisation de nature "
            f"« {Nature(attendue).label} » ; {personne.organisation} ne l'est pas. Choisissez un autre rôle."
        )
    attribution = Attribution(personne=personne, role=role, lots=list(lots), debut=debut, fin=fin)
    attribution.full_clean()
    attribution.save()
    return attribution


def fermer_compte(personne: Personne) -> None:
    """Close the account: the person no longer logs in; what they did stays signed by them."""
    personne.is_active = False
    personne.set_unusable_password()
    personne.save(update_fields=["is_active", "password"])
