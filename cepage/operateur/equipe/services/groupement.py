"""The members of the groupement: entry, exit, and who works for whom.

Each raises ValidationError with the reason when a value is wrong or a rule of the database refuses it.
"""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from cepage.fondations.comptes.models import Personne
from cepage.operateur.equipe.models import Membre, Rattachement


@transaction.atomic
def tenir_un_membre(
    membre: Membre | None, *, emetteur: str, code: str, nom: str, qualite: str, debut: date, fin: date | None
) -> Membre:
    """Bring a member in, or mend what is known of it; `fin` is its first day outside."""
    tenu = membre or Membre(emetteur=emetteur)
    tenu.code, tenu.nom, tenu.qualite, tenu.debut, tenu.fin = code, nom, qualite, debut, fin
    tenu.full_clean()
    tenu.save()
    return tenu


@transaction.atomic
def rattacher(personne: Personne, membre: Membre | None, *, le: date) -> None:
    """Say whom a person works for; None: the mandataire. Refused for a member that has left the groupement."""
    if membre is None:
        Rattachement.objects.filter(personne=personne).delete()
        return
    if membre.emetteur != personne.organisation.code_emetteur:
        raise ValidationError("Cette personne n'est pas de cet opérateur.")
    if membre.fin is not None and membre.fin <= le:
        raise ValidationError(f"{membre.nom} a quitté le groupement : choisissez un membre présent.")
    Rattachement.objects.update_or_create(personne=personne, defaults={"membre": membre, "emetteur": membre.emetteur})
