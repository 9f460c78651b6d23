"""Signing remotely: the link of the mail, then a one-time code; what is tried is counted."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from cepage.fondations.regles import Refus, charger_marche
from cepage.fondations.socle.portee import fixer_emetteurs, portee_totale
from cepage.operateur.dossiers.services import ActeRefuse
from cepage.operateur.livrables.models import Signature
from cepage.operateur.livrables.services import courrier, refus
from cepage.operateur.livrables.services.signature import MARCHE, condenser, vivante


def par_lien(jeton: str) -> Signature | None:
    """The request whose link this is; the transaction then sees its operator's data alone. None: unknown link."""
    with portee_totale():
        trouvee = Signature.objects.filter(jeton_condense=condenser(jeton)).values("pk", "emetteur").first()
    if trouvee is None:
        return None
    fixer_emetteurs([trouvee["emetteur"]])
    return Signature.objects.select_related("demandee_par", "livrable__unite__beneficiaire").get(pk=trouvee["pk"])


@transaction.atomic
def envoyer_un_code(signature: Signature, *, a: datetime) -> None:
    """Send a new six-digit code; the one before no longer works. Raises ActeRefuse (too soon, too many, over)."""
    courante = vivante(signature, a=a)
    regles = charger_marche(MARCHE)
    attente = timedelta(minutes=regles.entier("signature.attente_entre_codes", le=a.date()))
    if courante.code_envoye_le is not None and a - courante.code_envoye_le < attente:
        raise ActeRefuse(refus.CODE_TROP_TOT)
    if courante.codes_envoyes >= regles.entier("signature.codes_par_lien", le=a.date()):
        raise ActeRefuse(refus.TROP_DE_CODES)
    code = f"{secrets.randbelow(1_000_000):06d}"
    courante.code_condense = _condenser_code(courante, code)
    courante.code_envoye_le, courante.essais = a, 0
    courante.codes_envoyes += 1
    courante.save(update_fields=["code_condense", "code_envoye_le", "codes_envoyes", "essais"])
    courrier.poster_code(courante, code, minutes=regles.entier("signature.validite_code", le=a.date()), a=a)


def _condenser_code(signature: Signature, code: str) -> str:
    return condenser(f"{signature.pk}:{signature.jeton_condense}:{code}")


@transaction.atomic
def essayer_le_code(signature: Signature, code: str, *, a: datetime) -> Refus | None:
    """Why this code is not accepted, None when it is; each try counts, and is kept whatever follows.

    Raises ActeRefuse when the request itself is over or expired.
    """
    courante = vivante(signature, a=a)
    regles = charger_marche(MARCHE)
    validite = timedelta(minutes=regles.entier("signature.validite_code", le=a.date()))
    if not courante.code_condense or courante.code_envoye_le is None or a - courante.code_envoye_le >= validite:
        return refus.CODE_ABSENT
    if courante.essais >= regles.entier("signature.essais_par_code", le=a.date()):
        return refus.TROP_D_ESSAIS
    courante.essais += 1
    courante.save(update_fields=["essais"])
    propre = "".join(c for c in code if c.isdigit())
    if not secrets.compare_digest(courante.code_condense, _condenser_code(courante, propre)):
        return refus.CODE_FAUX
    return None
