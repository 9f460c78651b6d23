"""What an administrator decides about accounts; every decision is sealed in the journal, which names no one.

The journal is kept for ever: a person stands in it by the number of their account.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse

from cepage.fondations.comptes import services
from cepage.fondations.comptes.enums import Nature, Role
from cepage.fondations.comptes.models import Attribution, Organisation, Personne
from cepage.fondations.socle.formats import PARIS
from cepage.fondations.socle.journal import sceller
from cepage.fondations.socle.portee import portee_totale

DERNIER = (
    "Il ne resterait plus d'administrateur : personne ne pourrait plus ouvrir de compte ni donner de rôle. "
    "Donnez d'abord ce rôle, sans date de fin, à une autre personne."
)

EXISTE = "Un administrateur existe déjà : il ouvre les comptes sur la page « Comptes ». Pour un de plus, --ajouter."


@dataclass(frozen=True)
class Acte:
    """Who decides, and when; `par` None: the command line of the server."""

    par: Personne | None
    le: datetime

    def sceller(self, genre: str, objet: str, **contenu: Any) -> None:
        """Append the decision to the journal, in the transaction under way."""
        auteur = f"compte {self.par.pk}" if self.par else "ligne de commande"
        with portee_totale():
            sceller(genre, objet, {"par": auteur, **contenu}, le=self.le, emetteur=None)


def objet_du_journal(personne: Personne) -> str:
    """How the journal names an account."""
    return f"compte {personne.pk}"


@transaction.atomic
def ouvrir(
    acte: Acte,
    *,
    email: str,
    prenom: str,
    nom: str,
    organisation: Organisation,
    role: Role,
    lots: Sequence[str],
    debut: date,
    fin: date | None = None,
) -> Personne:
    """A new account with its first role. Raises ValidationError; nothing is then kept."""
    personne = services.ouvrir_compte(email=email, prenom=prenom, nom=nom, organisation=organisation)
    acte.sceller("compte ouvert", objet_du_journal(personne), organisation=organisation.pk)
    donner_role(acte, personne, role, lots=lots, debut=debut, fin=fin)
    return personne


@transaction.atomic
def ouvrir_administrateur(
    acte: Acte, *, email: str, prenom: str, nom: str, organisation: str, ajouter: bool = False
) -> Personne:
    """An administrator of the buyer named `organisation`, created when missing: how a fresh installation begins.

    Raises ValidationError, and keeps nothing, when an administrator exists, unless `ajouter`.
    """
    jour = acte.le.astimezone(PARIS).date()
    if not ajouter and _administrateurs().filter(pk__in=Attribution.en_vigueur(jour)).exists():
        raise ValidationError(EXISTE)
    acheteur = Organisation.objects.filter(nom=organisation).first()
    if acheteur is None:
        acheteur = enregistrer_organisation(acte, Organisation(nom=organisation, nature=Nature.ACHETEUR))
    return ouvrir(
        acte,
        email=email,
        prenom=prenom,
        nom=nom,
        organisation=acheteur,
        role=Role.ADMINISTRATEUR,
        lots=(),
        debut=jour,
    )


@transaction.atomic
def donner_role(
    acte: Acte, personne: Personne, role: Role, *, lots: Sequence[str], debut: date, fin: date | None = None
) -> Attribution:
    """Give a role over lots (none: those of the organisation) during [debut, fin). Raises ValidationError."""
    attribution = services.attribuer(personne, role, debut=debut, lots=lots, fin=fin)
    acte.sceller(
        "rôle donné",
        objet_du_journal(personne),
        role=str(role),
        lots=list(lots),
        debut=debut.isoformat(),
        fin=fin.isoformat() if fin else None,
    )
    return attribution


@transaction.atomic
def finir_role(acte: Acte, attribution: Attribution, fin: date) -> None:
    """End a role: `fin` is the first day without it. Raises ValidationError when no administrator would remain."""
    _verrouiller_les_administrateurs()
    attribution.fin = fin
    attribution.full_clean()
    attribution.save(update_fields=["fin"])
    _exiger_un_administrateur(attribution.role, acte.le)
    acte.sceller(
        "rôle fini",
        objet_du_journal(attribution.personne),
        role=attribution.role,
        debut=attribution.debut.isoformat(),
        fin=fin.isoformat(),
    )


@transaction.atomic
def fermer(acte: Acte, personne: Personne, motif: str) -> None:
    """Close an account at once. Raises ValidationError when no administrator would remain."""
    _verrouiller_les_administrateurs()
    services.fermer_compte(personne)
    roles = personne.attributions.filter(role=Role.ADMINISTRATEUR)
    if roles.exists():
        _exiger_un_administrateur(Role.ADMINISTRATEUR, acte.le)
    acte.sceller("compte fermé", objet_du_journal(personne), motif=motif)


@transaction.atomic
def rouvrir(acte: Acte, personne: Personne, motif: str) -> None:
    """Open a closed account again; its person chooses a new password by the link of a new invitation."""
    personne.is_active = True
    personne.save(update_fields=["is_active"])
    acte.sceller("compte rouvert", objet_du_journal(personne), motif=motif)


@transaction.atomic
def reinitialiser_second_facteur(acte: Acte, personne: Personne, motif: str) -> None:
    """Forget the second factors of a person who lost them, and their password with them.

    A password alone must not be enough to choose a new second factor: the person comes back through the link sent to
    their address. Their open sessions end. Raises ValidationError on one's own account.
    """
    if acte.par == personne:
        raise ValidationError("Demandez à un autre administrateur : on ne réinitialise pas son propre second facteur.")
    Authenticator.objects.filter(user=personne).delete()
    personne.set_unusable_password()
    personne.save(update_fields=["password"])
    acte.sceller("second facteur réinitialisé", objet_du_journal(personne), motif=motif)


@transaction.atomic
def enregistrer_organisation(acte: Acte, organisation: Organisation) -> Organisation:
    """Create an organisation, or change its name and lots. Raises ValidationError."""
    genre = "organisation modifiée" if organisation.pk else "organisation créée"
    organisation.full_clean()
    organisation.save()
    acte.sceller(
        genre,
        f"organisation {organisation.pk}",
        nom=organisation.nom,
        nature=organisation.nature,
        code_emetteur=organisation.code_emetteur,
        lots=list(organisation.lots),
    )
    return organisation


def lien_d_invitation(personne: Personne, base: str) -> str:
    """The address at which a person chooses their password; `base` is that of the site, without its last slash."""
    cle = default_token_generator.make_token(personne)
    chemin = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(personne), "key": cle})
    return base + chemin


def inviter(personne: Personne, base: str) -> bool:
    """Send the link by which a person chooses their password; False when the mail could not leave."""
    contexte = {"personne": personne, "lien": lien_d_invitation(personne, base)}
    message = render_to_string("administration/courriels/invitation.txt", contexte)
    try:
        return bool(send_mail("Votre compte Cépage", message, None, [personne.email]))
    except OSError:
        return False


def _verrouiller_les_administrateurs() -> None:
    """Two administrators who remove each other at the same moment do it one after the other."""
    list(Attribution.objects.select_for_update().filter(role=Role.ADMINISTRATEUR).order_by("pk").values_list("pk"))


def _administrateurs() -> "QuerySet[Attribution, Attribution]":
    """The administrator's roles, whatever their days, of those who can log in."""
    return Attribution.objects.filter(
        role=Role.ADMINISTRATEUR, personne__is_active=True, personne__organisation__nature=Nature.ACHETEUR
    )


def _exiger_un_administrateur(role: str, le: datetime) -> None:
    restent = _administrateurs().filter(fin__isnull=True, debut__lte=le.astimezone(PARIS).date())
    if role == Role.ADMINISTRATEUR and not restent.exists():
        raise ValidationError(DERNIER)
