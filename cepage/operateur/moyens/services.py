"""Declaring the means and costs of a period: kept here, and put in the outbox as their fiche."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction

from cepage.echanges.envoi.boite import emettre
from cepage.operateur.moyens.models import CHIFFRES, FICHE, MoyensCouts


@transaction.atomic
def declarer(
    emetteur: str, lot: str, periode: str, valeurs: Mapping[str, Decimal], *, version: int, par: str, a: datetime
) -> MoyensCouts:
    """Declare a period, or correct it as it was at `version` (0: not declared yet); its fiche leaves with the envoi.

    Raises ValidationError when someone corrected it since, or for a value the database refuses.
    """
    tenue = MoyensCouts.objects.select_for_update().filter(emetteur=emetteur, lot=lot, periode=periode).first()
    if tenue is not None and tenue.version != version:
        raise ValidationError(
            f"{tenue.declare_par} a déclaré cette période entre-temps. Votre saisie est gardée ci-dessous : "
            "comparez-la, puis enregistrez de nouveau."
        )
    nature = "M" if tenue else "C"
    tenue = tenue or MoyensCouts(emetteur=emetteur, lot=lot, periode=periode, version=0)
    for nom in CHIFFRES:
        setattr(tenue, nom, valeurs[nom])
    tenue.version, tenue.declare_le, tenue.declare_par = tenue.version + 1, a, par
    tenue.full_clean()
    tenue.save()
    contenu = {nom: str(getattr(tenue, nom)) for nom in CHIFFRES}
    emettre(FICHE, contenu | {"lot": lot, "periode": periode}, emetteur=emetteur, lot=lot, nature=nature, a=a)
    return tenue
