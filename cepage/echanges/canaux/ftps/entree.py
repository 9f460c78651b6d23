"""Who enters: the identifier of a key as user, its secret as password, from an address that the key names."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections

from cepage.echanges.canaux.acces import cadence
from cepage.echanges.canaux.acces.authentification import Acces, AccesRefuse, Motif, authentifier_secret
from cepage.echanges.canaux.ftps.refus import Refus
from cepage.fondations.socle import horloge


@contextmanager
def base() -> Iterator[None]:
    """The database, for the time of a command: each session has its thread, none keeps a connection. Raises Refus."""
    try:
        yield
    except (DatabaseError, InterfaceError):
        raise Refus(
            451,
            "La base de données ne répond pas ; rien n'est entré ni perdu.",
            "Recommencez dans quelques minutes ; prévenez l'exploitation si cela dure.",
        ) from None
    finally:
        connections.close_all()


def entrer(identifiant: str, secret: str, *, adresse: str) -> Acces:
    """The entry granted, checked and counted at each login and each transfer. Raises Refus."""
    le = horloge.maintenant()
    echecs = cadence.consulter(f"echec:{adresse}", settings.CEPAGE_CADENCE_ECHECS, le=le)
    if echecs.depassee:
        raise Refus(421, "Trop d'essais refusés depuis cette adresse.", f"Attendez {echecs.attente} secondes.")
    try:
        acces = authentifier_secret(
            identifiant, _secret(identifiant, secret), adresse=adresse, le=le, adresses_exigees=True
        )
    except AccesRefuse as refus:
        if refus.motif is Motif.INCONNUE:
            cadence.compter(f"echec:{adresse}", settings.CEPAGE_CADENCE_ECHECS, le=le)
        raise Refus(530, refus.message, refus.remede) from None
    etat = cadence.compter(f"cle:{acces.identifiant}", settings.CEPAGE_CADENCE_CLE, le=le)
    if etat.depassee:
        raise Refus(
            421, "La limite de demandes par minute de cette clé est atteinte.", f"Attendez {etat.attente} secondes."
        )
    return acces


def exiger(acces: Acces, action: str) -> None:
    """Raise Refus when the key does not carry `action`."""
    try:
        acces.exiger(action)
    except AccesRefuse as refus:
        raise Refus(550, refus.message, refus.remede) from None


def _secret(identifiant: str, donne: str) -> str:
    """The secret; the whole key, as it was shown, is taken too."""
    for genre in ("cepage", "bac"):
        if donne.startswith(tete := f"{genre}_{identifiant}_"):
            return donne.removeprefix(tete)
    return donne
