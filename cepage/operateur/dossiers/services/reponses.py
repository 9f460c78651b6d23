"""What people answer by mail: taken from the mailbox once, joined to the dossier when there is no doubt."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime

from django.conf import settings
from django.db import transaction

from cepage.fondations.comptes.enums import Nature
from cepage.fondations.comptes.models import Organisation
from cepage.fondations.regles import Refus
from cepage.fondations.socle.horloge import PARIS
from cepage.fondations.socle.portee import portee_emetteurs
from cepage.operateur.dossiers.boite_aux_lettres import BoiteAuxLettres, BoiteInaccessible, sans_balises
from cepage.operateur.dossiers.enums import SortDuRecu, TypeCourriel
from cepage.operateur.dossiers.models import Beneficiaire, Courriel, CourrielRecu, CourrielSortant
from cepage.operateur.dossiers.services.acteurs import ActeRefuse, Acteur
from cepage.operateur.dossiers.services.courriels import consigner_courriel

_NOM_DE_MESSAGE = re.compile(r"<[^<>\s]+>")
_LONGUEUR = 20_000
_CLAUSE = "CCTP §2.1.3"


@dataclass(frozen=True)
class Lettre:
    """A message, read: `rappelle` are the names of the messages it answers, `automatique` when no person wrote it."""

    message_id: str
    expediteur: str
    objet: str
    texte: str
    ecrit_le: date
    rappelle: tuple[str, ...]
    automatique: bool


@dataclass
class Releve:
    """What one reading of the mailbox gave."""

    rattaches: int = 0
    a_rattacher: int = 0
    deja: int = 0


def lire(octets: bytes, a: datetime) -> Lettre:
    """Read a message, whatever its state: a missing date is today's, a missing name is the hash of its bytes."""
    message = message_from_bytes(octets, policy=policy.default)
    assert isinstance(message, EmailMessage)
    nom = _entete(message, "Message-ID") or f"<{hashlib.sha256(octets).hexdigest()}@sans-nom>"
    rappels = _NOM_DE_MESSAGE.findall(f"{_entete(message, 'In-Reply-To')} {_entete(message, 'References')}")
    return Lettre(
        message_id=nom[:255],
        expediteur=parseaddr(_entete(message, "From"))[1].lower()[:254],
        objet=_entete(message, "Subject")[:200] or "(sans objet)",
        texte=_texte(message)[:_LONGUEUR],
        ecrit_le=_jour(_entete(message, "Date"), a),
        rappelle=tuple(dict.fromkeys(rappels)),
        automatique=_entete(message, "Auto-Submitted").lower() not in ("", "no")
        or _entete(message, "Content-Type").lower().startswith("multipart/report"),
    )


def _entete(message: EmailMessage, nom: str) -> str:
    try:
        valeur = str(message.get(nom, ""))
    except (ValueError, IndexError, AttributeError):
        # A header the parser cannot read says nothing.
        return ""
    return " ".join(valeur.replace("\x00", "").split())


def _texte(message: EmailMessage) -> str:
    try:
        corps = message.get_body(("plain", "html"))
        lu = str(corps.get_content()) if corps is not None else ""
    except (LookupError, ValueError, AttributeError, KeyError):
        lu = ""
    if corps is not None and lu and corps.get_content_subtype() == "html":
        lu = sans_balises(lu)
    return lu.replace("\x00", "").replace("\r\n", "\n").strip()


def _jour(entete: str, a: datetime) -> date:
    aujourd_hui = a.astimezone(PARIS).date()
    try:
        ecrit = parsedate_to_datetime(entete)
    except (ValueError, TypeError):
        return aujourd_hui
    jour = ecrit.astimezone(PARIS).date() if ecrit.tzinfo else ecrit.date()
    return min(jour, aujourd_hui)


def emetteur_de_la_boite() -> str:
    """Whose mailbox the settings name: said there, or the only operator of the instance.

    Raises BoiteInaccessible when several could be.
    """
    if settings.CEPAGE_IMAP_EMETTEUR:
        return str(settings.CEPAGE_IMAP_EMETTEUR)
    codes = list(Organisation.objects.filter(nature=Nature.OPERATEUR).values_list("code_emetteur", flat=True)[:2])
    if len(codes) != 1 or not codes[0]:
        raise BoiteInaccessible(
            "L'opérateur à qui appartient la boîte aux lettres n'est pas dit : indiquez son code d'émetteur dans "
            "CEPAGE_IMAP_EMETTEUR."
        )
    return codes[0]


def relever(boite: BoiteAuxLettres, emetteur: str, *, a: datetime) -> Releve:
    """Keep every message of the mailbox, then set it aside there; cut short, it is resumed without a double.

    The answer to an engagement mail, from the address it was sent to, is joined to the dossier; anything else waits
    for a person. Raises BoiteInaccessible.
    """
    releve = Releve()
    for nom, octets in boite.messages():
        lettre = lire(octets, a)
        with portee_emetteurs([emetteur]):
            _prendre(lettre, emetteur, releve, a)
        boite.ranger(nom)
    return releve


def _prendre(lettre: Lettre, emetteur: str, releve: Releve, a: datetime) -> None:
    if CourrielRecu.objects.filter(emetteur=emetteur, message_id=lettre.message_id).exists():
        releve.deja += 1
        return
    origine = _origine(lettre, emetteur)
    personne = origine.beneficiaire if origine else None
    recu = CourrielRecu.objects.create(
        emetteur=emetteur,
        message_id=lettre.message_id,
        expediteur=lettre.expediteur,
        objet=lettre.objet,
        texte=lettre.texte,
        ecrit_le=lettre.ecrit_le,
        recu_le=a,
        beneficiaire=personne,
    )
    if origine is not None and _est_la_reponse(lettre, origine):
        _joindre(recu, origine.beneficiaire, par=Acteur.systeme(), a=a)
        releve.rattaches += 1
    else:
        releve.a_rattacher += 1


def _origine(lettre: Lettre, emetteur: str) -> Courriel | None:
    """The mail of an UO2.2 this message answers."""
    sortants = CourrielSortant.objects.filter(
        emetteur=emetteur, message_id__in=lettre.rappelle, destinataire__iexact=lettre.expediteur
    )
    sortant = sortants.select_related("courriel__beneficiaire").exclude(courriel=None).order_by("-id").first()
    return sortant.courriel if sortant else None


def _est_la_reponse(lettre: Lettre, origine: Courriel) -> bool:
    deja = Courriel.objects.filter(
        beneficiaire=origine.beneficiaire, unite=origine.unite, type_livrable=TypeCourriel.REPONSE
    )
    return (
        not lettre.automatique
        and bool(lettre.texte)
        and origine.type_livrable == TypeCourriel.ENGAGEMENT
        and lettre.ecrit_le >= origine.date_courriel
        and not deja.exists()
    )


@transaction.atomic
def rattacher(recu: CourrielRecu, personne: Beneficiaire, *, par: Acteur, a: datetime) -> Courriel:
    """Join a message to the person who wrote it, as their answer. Raises ActeRefuse when it was already treated."""
    return _joindre(_en_attente(recu), personne, par=par, a=a)


@transaction.atomic
def ecarter(recu: CourrielRecu, *, par: Acteur) -> None:
    """Leave a message out of the dossiers; it stays readable. Raises ActeRefuse when it was already treated."""
    courant = _en_attente(recu)
    courant.sort, courant.traite_par = SortDuRecu.ECARTE, par.nom
    courant.save(update_fields=["sort", "traite_par"])


def _en_attente(recu: CourrielRecu) -> CourrielRecu:
    courant = CourrielRecu.objects.select_for_update(of=("self",)).get(pk=recu.pk)
    if courant.sort != SortDuRecu.A_RATTACHER:
        raise ActeRefuse(
            Refus("DEJA", f"{courant.traite_par} a déjà traité ce message.", _CLAUSE, "Rechargez la page.")
        )
    return courant


def _joindre(recu: CourrielRecu, personne: Beneficiaire, *, par: Acteur, a: datetime) -> Courriel:
    courriel = consigner_courriel(
        personne,
        type_livrable=TypeCourriel.REPONSE,
        le=recu.ecrit_le,
        objet=recu.objet,
        texte=recu.texte,
        par=par,
        a=a,
    )
    recu.beneficiaire, recu.sort, recu.traite_par = personne, SortDuRecu.RATTACHE, par.nom
    recu.save(update_fields=["beneficiaire", "sort", "traite_par"])
    return courriel
