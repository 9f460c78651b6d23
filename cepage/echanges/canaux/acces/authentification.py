"""Who enters: a key and its secret, or the token it was given, checked against the address, the day and the action."""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.core import signing

from cepage.echanges.canaux.acces.adresses import permise
from cepage.echanges.canaux.acces.enums import Usage
from cepage.echanges.canaux.acces.models import Certificat, Cle
from cepage.echanges.canaux.acces.services import BAC_A_SABLE, REEL, empreinte
from cepage.fondations.comptes.droits import ACTIONS
from cepage.fondations.socle.portee import portee_emetteurs, portee_totale

DUREE_JETON = timedelta(hours=1)
_USAGE_NOTE = timedelta(minutes=1)
_SEL = "cepage.acces.jeton"
_PREFIXE_JETON = "jeton_"
# Compared when the key does not exist, so that both answers take the same time.
_LEURRE = "0" * 64


class Motif(StrEnum):
    """Why an entry is refused."""

    ABSENTE = "cle-absente"
    INCONNUE = "cle-inconnue"
    REVOQUEE = "cle-revoquee"
    EXPIREE = "cle-expiree"
    ADRESSE = "adresse-refusee"
    ACTION = "action-refusee"
    CERTIFICAT = "certificat-inconnu"


class AccesRefuse(Exception):
    """The entry is refused; what happened and how to mend it, in French."""

    def __init__(self, motif: Motif, message: str, remede: str) -> None:
        super().__init__(message)
        self.motif = motif
        self.message = message
        self.remede = remede


@dataclass(frozen=True)
class Acces:
    """An entry granted: the key, its emitter, what it may do, and whether it only reaches the sandbox."""

    cle: int
    identifiant: str
    emetteur: str
    actions: frozenset[str]
    bac_a_sable: bool

    @contextmanager
    def portee(self) -> Iterator[None]:
        """A transaction that sees this emitter's data alone."""
        with portee_emetteurs([self.emetteur]):
            yield

    def exiger(self, action: str) -> None:
        """Raise AccesRefuse when the key does not carry `action`."""
        if action not in self.actions:
            raise AccesRefuse(
                Motif.ACTION,
                f"Cette clé ne permet pas de : {ACTIONS[action].lower()}.",
                "Prenez une clé qui porte cette action ; elle se choisit sur la page Clés d'accès.",
            )


def authentifier(texte: str, *, adresse: str, le: datetime) -> Acces:
    """The entry of a whole key or of a token. Raises AccesRefuse."""
    if texte.startswith(_PREFIXE_JETON):
        return _par_jeton(texte.removeprefix(_PREFIXE_JETON), adresse=adresse, le=le)
    genre, _, suite = texte.partition("_")
    identifiant, _, secret = suite.partition("_")
    if genre not in (REEL, BAC_A_SABLE) or not secret:
        raise _inconnue()
    return authentifier_secret(identifiant, secret, adresse=adresse, le=le, genre=genre)


def authentifier_secret(
    identifiant: str,
    secret: str,
    *,
    adresse: str,
    le: datetime,
    genre: str | None = None,
    adresses_exigees: bool = False,
) -> Acces:
    """The entry of a key named by its identifier, with its secret as a password. Raises AccesRefuse.

    With `adresses_exigees`, a key that names no address is refused too (CCTP annexe 3 §1, for FTPS).
    """
    donnee = empreinte(secret)
    with portee_totale():
        cle = Cle.objects.filter(identifiant=identifiant).first() if identifiant.isascii() else None
        connus = [] if cle is None else list(cle.secrets.values_list("empreinte", "expire_le"))
    justes = [fin for connue, fin in connus or [(_LEURRE, None)] if hmac.compare_digest(connue, donnee)]
    if cle is None or not justes or (genre is not None and (genre == BAC_A_SABLE) != cle.bac_a_sable):
        raise _inconnue()
    if all(fin is not None and fin <= le for fin in justes):
        raise AccesRefuse(
            Motif.EXPIREE, "Ce secret a été remplacé et n'est plus valable.", "Prenez le secret le plus récent."
        )
    if adresses_exigees and not cle.adresses:
        raise AccesRefuse(
            Motif.ADRESSE,
            "Cette clé ne dit pas de quelles adresses elle sert, ce que ce canal exige.",
            "Créez une clé qui déclare l'adresse fixe de votre serveur (CCTP annexe 3 §1).",
        )
    return _accorder(cle, frozenset(cle.actions), adresse=adresse, le=le)


def authentifier_certificat(empreinte_certificat: str, *, adresse: str, le: datetime) -> Acces:
    """The entry of whoever proved to hold a certificate that signs messages. Raises AccesRefuse."""
    with portee_totale():
        joint = Certificat.objects.select_related("cle").filter(
            empreinte=empreinte_certificat, usage=Usage.MESSAGE, retire_le__isnull=True
        )
        certificat = joint.first()
    if certificat is None:
        raise AccesRefuse(
            Motif.CERTIFICAT,
            "Le certificat qui signe le message n'est joint à aucune clé d'accès.",
            "Joignez-le à une clé sur la page Clés d'accès, ou signez avec celui qui y est joint.",
        )
    return _accorder(certificat.cle, frozenset(certificat.cle.actions), adresse=adresse, le=le)


def authentifier_autorite(autorite: Certificat, actions: frozenset[str], *, adresse: str, le: datetime) -> Acces:
    """The entry of whoever an authority bound to a key vouches for, within these actions. Raises AccesRefuse."""
    return _accorder(autorite.cle, frozenset(autorite.cle.actions) & actions, adresse=adresse, le=le)


def emettre_jeton(acces: Acces, *, le: datetime, actions: frozenset[str] | None = None) -> str:
    """A token for an entry just granted: it lasts an hour and dies with its key."""
    contenu = {"c": acces.identifiant, "a": sorted(actions or acces.actions), "t": int(le.timestamp())}
    return _PREFIXE_JETON + signing.dumps(contenu, salt=_SEL)


def _par_jeton(jeton: str, *, adresse: str, le: datetime) -> Acces:
    try:
        contenu = signing.loads(jeton, salt=_SEL)
    except signing.BadSignature:
        raise _inconnue() from None
    if le.timestamp() >= contenu["t"] + DUREE_JETON.total_seconds():
        raise AccesRefuse(Motif.EXPIREE, "Ce jeton a plus d'une heure.", "Demandez un nouveau jeton avec la clé.")
    with portee_totale():
        cle = Cle.objects.filter(identifiant=contenu["c"]).first()
    if cle is None:
        raise _inconnue()
    return _accorder(cle, frozenset(cle.actions) & frozenset(contenu["a"]), adresse=adresse, le=le)


def _accorder(cle: Cle, actions: frozenset[str], *, adresse: str, le: datetime) -> Acces:
    if cle.revoquee_le is not None:
        raise AccesRefuse(Motif.REVOQUEE, "Cette clé est révoquée.", "Créez une nouvelle clé.")
    if cle.expire_le <= le:
        raise AccesRefuse(Motif.EXPIREE, "Cette clé a expiré.", "Créez une nouvelle clé.")
    if not permise(adresse, cle.adresses):
        raise AccesRefuse(
            Motif.ADRESSE,
            f"L'adresse {adresse} n'est pas de celles que cette clé accepte.",
            "Envoyez depuis une adresse déclarée, ou déclarez celle-ci en créant une clé (CCTP annexe 3 §1).",
        )
    if cle.dernier_usage_le is None or le - cle.dernier_usage_le > _USAGE_NOTE:
        with portee_emetteurs([cle.emetteur]):
            Cle.objects.filter(pk=cle.pk).update(dernier_usage_le=le)
    return Acces(cle.pk, cle.identifiant, cle.emetteur, actions, cle.bac_a_sable)


def _inconnue() -> AccesRefuse:
    return AccesRefuse(
        Motif.INCONNUE, "Cette clé ou ce secret ne sont pas connus.", "Vérifiez la clé : elle se copie en entier."
    )
