"""Writing in the outbox, inside the transaction of the act: what is not committed with it is not sent."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

from django.db.models import Max

from cepage.echanges.contrat.fiches import FICHES
from cepage.echanges.envoi.enums import EtatFiche
from cepage.echanges.envoi.models import FicheSortante
from cepage.echanges.reception import preuves

PARIS = ZoneInfo("Europe/Paris")


def cle_de(fiche: str, lot: str, contenu: Mapping[str, str]) -> str:
    """The contract's key of a fiche, its parts separated by a bar."""
    return "|".join(lot if nom == "lot" else contenu.get(nom, "") for nom in FICHES[fiche].cle)


def parent_de(fiche: str, lot: str, contenu: Mapping[str, str]) -> str:
    """The fiche this one depends on, empty for a person."""
    if fiche == "unite_oeuvre":
        return f"beneficiaire:{lot}|{contenu['identifiant_beneficiaire']}"
    numero = contenu.get("numero_dossier", "")
    return f"unite_oeuvre:{numero}" if numero else ""


def emettre(
    fiche: str,
    contenu: Mapping[str, str],
    *,
    emetteur: str,
    lot: str,
    nature: str,
    a: datetime,
    piece: str = "",
    retenue: str = "",
) -> FicheSortante:
    """Put one fiche in the outbox; `contenu` gives the contract's fields as text, without nature nor horodatage.

    `nature` is C, M or A; `piece` the hash of a file kept by `garder_piece`. Two versions of a key never share their
    instant: the later one is moved by a microsecond. Fiches refused only because this one was refused leave again.
    Raises KeyError for a field the fiche does not have.
    """
    connus = set(FICHES[fiche].noms)
    if inconnus := set(contenu) - connus:
        raise KeyError(f"La fiche « {fiche} » n'a pas de champ {', '.join(sorted(inconnus))}.")
    cle = cle_de(fiche, lot, contenu)
    instant = _apres_le_dernier(emetteur, cle, a)
    ecrit = {nom: valeur for nom, valeur in contenu.items() if valeur}
    if "horodatage" in connus:
        ecrit |= {"nature": nature, "horodatage": instant.astimezone(PARIS).isoformat()}
    sortante = FicheSortante.objects.create(
        emetteur=emetteur,
        lot=lot,
        fiche=fiche,
        cle=cle,
        parent=parent_de(fiche, lot, contenu),
        nature=nature,
        horodatage=instant,
        contenu=ecrit,
        piece=piece,
        retenue=retenue,
    )
    _relancer_ce_qui_dependait(sortante)
    return sortante


def _apres_le_dernier(emetteur: str, cle: str, a: datetime) -> datetime:
    dernier = FicheSortante.objects.filter(emetteur=emetteur, cle=cle).aggregate(m=Max("horodatage"))["m"]
    instant = a.astimezone(UTC)
    return instant if dernier is None or dernier < instant else dernier + timedelta(microseconds=1)


_PAR_DEPENDANCE = ("E-UO-036", "E-UO-037", "E-INT-010", "E-INT-011", "E-LIV-010", "E-LIV-011")


def _relancer_ce_qui_dependait(sortante: FicheSortante) -> None:
    """Put back what was refused only for its parent: the dossier of a person, the contacts of a dossier."""
    refusees = FicheSortante.objects.filter(
        emetteur=sortante.emetteur, parent=f"{sortante.fiche}:{sortante.cle}", etat=EtatFiche.REFUSEE
    )
    for refusee in refusees:
        bloquants = refusee.retours.filter(gravite="bloquant", traite_le__isnull=True)
        if bloquants.exists() and not bloquants.exclude(code__in=_PAR_DEPENDANCE).exists():
            bloquants.update(traite_le=sortante.horodatage)
            refusee.etat, refusee.envoi = EtatFiche.EN_ATTENTE, None
            refusee.save(update_fields=["etat", "envoi"])
            _relancer_ce_qui_dependait(refusee)


def liberer(*, emetteur: str, numero_dossier: str, complements: Mapping[str, str]) -> None:
    """Let go the fiches of a dossier that waited for `complements` (the reference of an order), which complete it."""
    retenues = FicheSortante.objects.filter(emetteur=emetteur, etat=EtatFiche.EN_ATTENTE).exclude(retenue="")
    for sortante in retenues.filter(contenu__numero_dossier=numero_dossier):
        if sortante.fiche == "unite_oeuvre":
            sortante.contenu = {**sortante.contenu, **complements}
        sortante.retenue = ""
        sortante.save(update_fields=["contenu", "retenue"])


def garder_piece(octets: bytes) -> str:
    """Keep the bytes of a file to be sent; gives their SHA-256."""
    empreinte = hashlib.sha256(octets).hexdigest()
    preuves.garder(BytesIO(octets), empreinte)
    return empreinte
