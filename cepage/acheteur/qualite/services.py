"""Inviting, sending, reminding, answering, refusing, importing. Nobody but the buyer's system reads an invitation."""

import csv
import hashlib
import hmac
import re
import smtplib
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import mail
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils.crypto import salted_hmac

from cepage.acheteur.qualite import questionnaires
from cepage.acheteur.qualite.enums import EtatEnquete, Moment
from cepage.acheteur.qualite.models import Enquete, Refus, Reponse, ResultatImporte
from cepage.acheteur.qualite.profils import profil_de
from cepage.acheteur.registre.models import TABLES
from cepage.fondations.referentiels import nomenclatures
from cepage.fondations.regles import ajouter_mois, charger_marche
from cepage.fondations.socle.horloge import PARIS
from cepage.fondations.socle.periodes import Periode
from cepage.fondations.socle.portee import portee_totale

UNITES = ("01", "21", "22")
ENTETE = (
    *("lot", "uo", "semestre", "sexe", "tranche_age", "categorie_sociale"),
    *("envoyes", "repondants", "utiles_et_qualite"),
)
_CLOSES = """
SELECT u.cle, u.lot, u.uo, u.date_cloture, u.identifiant_beneficiaire FROM registre_unite_oeuvre u
WHERE u.connu_de IS NOT NULL AND u.connu_jusqu_a IS NULL AND u.nature <> 'A' AND u.uo = ANY(%s)
  AND u.motif_cloture = ANY(%s) AND u.date_cloture > %s AND u.date_cloture <= %s
  AND NOT EXISTS (SELECT 1 FROM qualite_enquete e WHERE e.numero_dossier = u.cle AND e.moment = %s)
"""


class EnqueteClose(Exception):
    """The link no longer opens a questionnaire; the message says why."""


class FichierRefuse(ValueError):
    """The file of results cannot be imported; the message says which line and why. Nothing was written."""


def jeton(alea: object) -> str:
    """The secret of a link: drawn from the invitation's chance and the site's key, so the database cannot give it."""
    return salted_hmac("cepage.enquete", str(alea), algorithm="sha256").hexdigest()


def empreinte_du_jeton(secret: str) -> str:
    """What is kept of a link."""
    return hashlib.sha256(secret.encode()).hexdigest()


def semestre_de(jour: date) -> str:
    """« 2021-S1 »."""
    return f"{jour.year}-S{1 if jour.month <= 6 else 2}"


def preparer(le: date) -> int:
    """Invite those whose unit was closed voluntarily: at once, and six months later. Returns how many; idempotent.

    Units closed more than the validity of a link ago are left: their memory is too far.
    """
    regles = charger_marche("A")
    validite = timedelta(days=regles.entier("enquetes.validite", le=le))
    total = 0
    with portee_totale():
        for moment, mois in ((Moment.CLOTURE, 0), (Moment.SIX_MOIS, regles.entier("enquetes.second_moment", le=le))):
            fin = ajouter_mois(le, -mois)
            total += _inviter(moment, fin - validite, fin, mois, le)
    return total


def _inviter(moment: Moment, debut: date, fin: date, mois: int, le: date) -> int:
    volontaires = [c.code for c in nomenclatures.table("motif_cloture") if c.groupe == "volontaire"]
    version = questionnaires.en_vigueur(moment, le).version
    with connection.cursor() as curseur:
        curseur.execute(_CLOSES, [list(UNITES), volontaires, debut, fin, moment.value])
        closes = curseur.fetchall()
    refuses = set(Refus.objects.values_list("empreinte", flat=True))
    enquetes = []
    for numero, lot, uo, cloture, identifiant in closes:
        if empreinte_de_la_personne(lot, identifiant) in refuses:
            continue
        enquete = Enquete(
            numero_dossier=numero,
            lot=lot,
            uo=uo,
            semestre=semestre_de(cloture),
            moment=moment,
            version=version,
            prevue_le=ajouter_mois(cloture, mois),
        )
        enquete.empreinte_jeton = empreinte_du_jeton(jeton(enquete.alea))
        enquetes.append(enquete)
    Enquete.objects.bulk_create(enquetes, batch_size=1000)
    return len(enquetes)


def empreinte_de_la_personne(lot: str, identifiant: str) -> str:
    """The keyed hash by which a refusal is remembered."""
    cle = settings.SECRET_KEY.encode()
    return hmac.new(cle, f"refus|{lot}|{identifiant}".encode(), hashlib.sha256).hexdigest()


def envoyer(le: datetime, *, limite: int = 500) -> dict[str, int]:
    """Send the invitations that wait, then the reminders that are due; returns counts: envoyees, relancees, rebonds."""
    regles, jour = charger_marche("A"), le.astimezone(PARIS).date()
    delai = timedelta(days=regles.entier("enquetes.delai_relance", le=jour))
    comptes = {"envoyees": 0, "relancees": 0, "rebonds": 0}
    with portee_totale(), mail.get_connection() as boite:
        nouvelles = Enquete.objects.select_for_update(skip_locked=True).filter(
            etat=EtatEnquete.A_ENVOYER, prevue_le__lte=jour
        )
        for enquete in nouvelles[:limite]:
            if _ecrire(enquete, boite, relance=False):
                enquete.etat, enquete.envoyee_le = EtatEnquete.ENVOYEE, le
                enquete.save(update_fields=["etat", "envoyee_le"])
            comptes["envoyees" if enquete.etat == EtatEnquete.ENVOYEE else "rebonds"] += 1
        validite = timedelta(days=regles.entier("enquetes.validite", le=jour))
        muettes = Enquete.objects.select_for_update(skip_locked=True).filter(
            etat=EtatEnquete.ENVOYEE,
            relances__lt=regles.entier("enquetes.relances", le=jour),
            envoyee_le__lte=le - delai,
            envoyee_le__gt=le - validite,
        )
        for enquete in muettes.exclude(relancee_le__gt=le - delai)[:limite]:
            if _ecrire(enquete, boite, relance=True):
                enquete.relances, enquete.relancee_le = enquete.relances + 1, le
                enquete.save(update_fields=["relances", "relancee_le"])
            comptes["relancees" if enquete.etat == EtatEnquete.ENVOYEE else "rebonds"] += 1
    return comptes


def _ecrire(enquete: Enquete, boite: Any, *, relance: bool) -> bool:
    """Write to the person; an address that is absent or refused for good marks the invitation."""
    adresse = _adresse(enquete)
    secret = jeton(enquete.alea)
    contexte = {"lien": f"{settings.CEPAGE_ADRESSE}/enquete/{secret}/", "uo": enquete.uo, "relance": relance}
    if adresse:
        courriel = mail.EmailMessage(
            "Votre avis sur le conseil en évolution professionnelle",
            render_to_string("qualite/courriel.txt", contexte),
            settings.DEFAULT_FROM_EMAIL,
            [adresse],
            connection=boite,
            headers={"List-Unsubscribe": f"<{contexte['lien']}refuser/>", "Auto-Submitted": "auto-generated"},
        )
        try:
            courriel.send()
        except smtplib.SMTPRecipientsRefused:
            adresse = ""
    if not adresse:
        enquete.etat = EtatEnquete.REBOND
        enquete.save(update_fields=["etat"])
    return bool(adresse)


def _adresse(enquete: Enquete) -> str:
    personne = _personne(enquete)
    return (personne.email or "") if personne is not None else ""


def _unite(enquete: Enquete) -> Any:
    courantes = {"connu_de__isnull": False, "connu_jusqu_a__isnull": True}
    return TABLES["unite_oeuvre"]._default_manager.filter(cle=enquete.numero_dossier, **courantes).first()


def _personne(enquete: Enquete) -> Any:
    courantes = {"connu_de__isnull": False, "connu_jusqu_a__isnull": True}
    unite = _unite(enquete)
    if unite is None:
        return None
    cle = f"{unite.lot}|{unite.identifiant_beneficiaire}"
    return TABLES["beneficiaire"]._default_manager.filter(cle=cle, **courantes).exclude(nature="A").first()


def enquete_du_lien(secret: str, le: datetime, *, verrouiller: bool = False) -> Enquete:
    """The invitation a link opens, in the whole scope under way. Raises EnqueteClose."""
    lignes = Enquete.objects.select_for_update() if verrouiller else Enquete.objects
    enquete = lignes.filter(empreinte_jeton=empreinte_du_jeton(secret)).first()
    if enquete is None:
        raise EnqueteClose("Ce lien n'ouvre aucun questionnaire. Vérifiez que vous l'avez copié en entier.")
    if enquete.etat == EtatEnquete.REPONDUE:
        raise EnqueteClose("Vous avez déjà répondu. Merci : votre avis est compté.")
    if enquete.etat == EtatEnquete.REFUSEE:
        raise EnqueteClose("Vous avez demandé à ne plus être interrogé. Nous ne vous écrirons plus.")
    validite = timedelta(days=charger_marche("A").entier("enquetes.validite", le=le.astimezone(PARIS).date()))
    if enquete.envoyee_le is not None and le > enquete.envoyee_le + validite:
        raise EnqueteClose("Ce questionnaire est clos : le délai pour répondre est passé.")
    return enquete


def garder_le_brouillon(secret: str, reponses: dict[str, str], *, le: datetime) -> None:
    """Keep what is answered so far: the same link resumes it. Raises EnqueteClose."""
    with portee_totale():
        enquete = enquete_du_lien(secret, le, verrouiller=True)
        enquete.brouillon = reponses
        enquete.save(update_fields=["brouillon"])


def repondre(secret: str, reponses: dict[str, str], *, le: datetime) -> None:
    """Record an answer, with a profile and no link to the person; the draft is emptied. Raises EnqueteClose."""
    with portee_totale():
        enquete = enquete_du_lien(secret, le, verrouiller=True)
        unite = _unite(enquete)
        profil = profil_de(_personne(enquete), unite.date_cloture if unite is not None else None)
        Reponse.objects.create(
            lot=enquete.lot,
            uo=enquete.uo,
            semestre=enquete.semestre,
            moment=enquete.moment,
            version=enquete.version,
            utile_et_de_qualite=questionnaires.utile_et_de_qualite(reponses),
            reponses=reponses,
            **profil,
        )
        enquete.etat, enquete.brouillon = EtatEnquete.REPONDUE, {}
        enquete.save(update_fields=["etat", "brouillon"])


def refuser(secret: str, *, le: datetime) -> None:
    """Stop writing to this person, for every unit. Raises EnqueteClose."""
    with portee_totale():
        enquete = enquete_du_lien(secret, le, verrouiller=True)
        if (unite := _unite(enquete)) is not None:
            Refus.objects.get_or_create(empreinte=empreinte_de_la_personne(unite.lot, unite.identifiant_beneficiaire))
        enquete.etat, enquete.brouillon = EtatEnquete.REFUSEE, {}
        enquete.save(update_fields=["etat", "brouillon"])


@transaction.atomic
def importer(fichier: Path) -> int:
    """Import earlier results (header ENTETE, one line a cell); the same cell again replaces it.

    Raises FichierRefuse.
    """
    with portee_totale():
        lignes = list(_lignes(fichier))
        for cle, valeurs in lignes:
            ResultatImporte.objects.update_or_create(defaults=valeurs, **cle)
    return len(lignes)


def _lignes(fichier: Path) -> Iterable[tuple[dict[str, Any], dict[str, Any]]]:
    try:
        texte = fichier.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as erreur:
        raise FichierRefuse(f"{fichier.name} ne se lit pas : enregistrez-le en UTF-8.") from erreur
    lecteur = csv.DictReader(texte.splitlines(), delimiter=";")
    if set(lecteur.fieldnames or ()) != set(ENTETE):
        raise FichierRefuse(f"{fichier.name} n'a pas l'en-tête attendu : « {';'.join(ENTETE)} ».")
    for ligne in lecteur:
        numero = lecteur.line_num
        if None in ligne.values() or None in ligne:
            raise FichierRefuse(f"Ligne {numero} : elle n'a pas autant de colonnes que l'en-tête.")
        cle: dict[str, Any] = {nom: ligne[nom].strip() for nom in ENTETE[:6]}
        if not re.fullmatch(r"0[1-9]|1[0-9]", cle["lot"]) or cle["uo"] not in UNITES:
            raise FichierRefuse(f"Ligne {numero} : le lot va de 01 à 19, l'unité est {', '.join(UNITES)}.")
        try:
            Periode.du_semestre(cle["semestre"])
        except ValueError as erreur:
            raise FichierRefuse(f"Ligne {numero} : {erreur}") from erreur
        if not all(ligne[nom].strip().isdecimal() for nom in ENTETE[6:]):
            raise FichierRefuse(f"Ligne {numero} : les trois comptes sont des nombres entiers.")
        envoyes, repondants, satisfaits = (int(ligne[nom]) for nom in ENTETE[6:])
        if not satisfaits <= repondants <= envoyes:
            raise FichierRefuse(f"Ligne {numero} : satisfaits ≤ répondants ≤ envoyés n'est pas respecté.")
        yield cle, {"envoyes": envoyes, "repondants": repondants, "utiles_et_qualite": satisfaits}
