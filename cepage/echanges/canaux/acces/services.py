"""Opening, renewing and revoking keys. Each act is sealed in the journal; a secret is shown once and never kept."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from cepage.echanges.canaux.acces.actions import LIBELLES
from cepage.echanges.canaux.acces.adresses import normaliser
from cepage.echanges.canaux.acces.models import Cle, Secret
from cepage.fondations.comptes.models import Organisation, Personne
from cepage.fondations.socle.journal import sceller
from cepage.fondations.socle.portee import portee_totale

REEL, BAC_A_SABLE = "cepage", "bac"
DUREE_MAXIMALE = timedelta(days=366)
RECOUVREMENT = timedelta(days=7)


class CleRefusee(Exception):
    """The key cannot be made or changed so; the message says why and what to do."""


@dataclass(frozen=True)
class CleOuverte:
    """A key and its secret in clear, to be shown once."""

    cle: Cle
    secret: str

    @property
    def texte(self) -> str:
        """The whole key, as software sends it."""
        return f"{prefixe(self.cle)}_{self.cle.identifiant}_{self.secret}"


def prefixe(cle: Cle) -> str:
    """The first word of a key says which data it reaches."""
    return BAC_A_SABLE if cle.bac_a_sable else REEL


def empreinte(secret: str) -> str:
    """SHA-256 of a secret: it is 256 random bits, so a fast hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def creer(
    *,
    emetteur: str,
    nom: str,
    actions: Sequence[str],
    expire_le: datetime,
    le: datetime,
    adresses: Sequence[str] = (),
    bac_a_sable: bool = False,
    par: Personne | None = None,
) -> CleOuverte:
    """Open a key for an emitter. Raises CleRefusee."""
    if not Organisation.objects.filter(code_emetteur=emetteur).exists():
        raise CleRefusee(f"Aucun opérateur n'a le code d'émetteur « {emetteur} ». Vérifiez le code.")
    if not actions or (inconnues := set(actions) - set(LIBELLES)):
        detail = f" ({', '.join(sorted(inconnues))})" if actions else ""
        raise CleRefusee(f"Choisissez au moins une action parmi celles de la liste{detail}.")
    if not le < expire_le <= le + DUREE_MAXIMALE:
        raise CleRefusee("Une clé dure d'un jour à un an. Choisissez une date de fin dans ce délai.")
    try:
        reseaux = sorted({normaliser(a) for a in adresses})
    except ValueError as erreur:
        raise CleRefusee(str(erreur)) from None
    with portee_totale():
        cle = Cle.objects.create(
            identifiant=secrets.token_hex(6),
            nom=nom,
            emetteur=emetteur,
            actions=sorted(set(actions)),
            adresses=reseaux,
            bac_a_sable=bac_a_sable,
            cree_le=le,
            cree_par=par,
            expire_le=expire_le,
        )
        secret = _nouveau_secret(cle, le)
        _sceller(cle, "création", le, par)
    return CleOuverte(cle, secret)


def renouveler(cle: Cle, *, le: datetime, recouvrement: timedelta = RECOUVREMENT, par: Personne | None) -> CleOuverte:
    """Give a new secret; the old ones stay valid during `recouvrement`. Raises CleRefusee."""
    with portee_totale():
        # The row is locked: two renewals at once would leave three valid secrets.
        cle = Cle.objects.select_for_update(of=("self",)).get(pk=cle.pk)
        if cle.revoquee_le is not None or cle.expire_le <= le:
            raise CleRefusee("Cette clé est révoquée ou expirée. Créez une nouvelle clé.")
        # Two secrets at most: the one being replaced and the new one.
        remplace = cle.secrets.order_by("-cree_le", "-id").first()
        valables = cle.secrets.filter(Q(expire_le__isnull=True) | Q(expire_le__gt=le))
        for ancien in valables:
            ancien.expire_le = le + recouvrement if ancien == remplace else le
            ancien.save(update_fields=["expire_le"])
        secret = _nouveau_secret(cle, le)
        _sceller(cle, "renouvellement", le, par)
    return CleOuverte(cle, secret)


def revoquer(cle: Cle, *, le: datetime, par: Personne | None) -> Cle:
    """Close a key at once, with its secrets and its tokens; revoking twice changes nothing."""
    with portee_totale():
        if Cle.objects.filter(pk=cle.pk, revoquee_le__isnull=True).update(revoquee_le=le):
            _sceller(cle, "révocation", le, par)
        cle.refresh_from_db()
    return cle


def _nouveau_secret(cle: Cle, le: datetime) -> str:
    secret = secrets.token_urlsafe(32)
    Secret.objects.create(cle=cle, emetteur=cle.emetteur, empreinte=empreinte(secret), cree_le=le)
    return secret


def _sceller(cle: Cle, acte: str, le: datetime, par: Personne | None) -> None:
    contenu = {
        "acte": acte,
        "nom": cle.nom,
        "actions": cle.actions,
        "adresses": cle.adresses,
        "bac_a_sable": cle.bac_a_sable,
        "expire_le": cle.expire_le.isoformat(),
        "par": par.pk if par else None,
    }
    sceller("cle_acces", cle.identifiant, contenu, le=le, emetteur=cle.emetteur)
