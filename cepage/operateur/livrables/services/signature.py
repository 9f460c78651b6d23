"""From a finished text to a signed one: the request, the person's agreement or refusal, the closure of the unit."""

import hashlib
import re
import secrets
import unicodedata
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from cepage.echanges.envoi.boite import garder_piece
from cepage.fondations.comptes.enums import Role
from cepage.fondations.comptes.models import Personne
from cepage.fondations.regles import charger_marche
from cepage.fondations.socle import journal
from cepage.fondations.socle.horloge import PARIS
from cepage.fondations.socle.sceau import sceller_pdf
from cepage.fondations.socle.transitions import appliquer
from cepage.operateur.dossiers.services import ActeRefuse, Acteur, clore_par_signature, declarer_livrable
from cepage.operateur.livrables import documents
from cepage.operateur.livrables.enums import EtatLivrable, EtatSignature, Identification, Moyen
from cepage.operateur.livrables.models import Livrable, Signature
from cepage.operateur.livrables.services import courrier, numerisation, refus
from cepage.operateur.livrables.services.redaction import garder_version
from cepage.operateur.livrables.transitions import LIVRABLE, PERSONNE, SIGNATURE

MARCHE = "A"
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_PARLE_PERSONNE = frozenset({PERSONNE})


def condenser(secret: str) -> str:
    """The hash under which a link or a code is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def mention_conforme(ecrite: str) -> bool:
    """True for « lu et approuvé », whatever its capitals, accents, spaces and final stop (CCTP §2.1.2)."""
    sans_accent = unicodedata.normalize("NFKD", ecrite).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z]+", " ", sans_accent).strip() == "lu et approuve"


@transaction.atomic
def demander(
    livrable: Livrable,
    *,
    moyen: Moyen,
    conseiller: Personne,
    par: Acteur,
    a: datetime,
    identification: Identification | None = None,
    courriel: str = "",
    adresse: str = "",
    depuis: str | None = None,
) -> Signature:
    """Put the text to signature: the counsellor signs, the text no longer changes, the person is asked.

    `adresse` is the root of the site, which the link to sign remotely begins with. Raises ActeRefuse (no mail address,
    unit not open), TransitionRefusee (sections missing, request already made).
    """
    courant = _verrouiller(livrable)
    if moyen == Moyen.A_DISTANCE and not courriel:
        raise ActeRefuse(refus.SANS_COURRIEL)
    appliquer(
        LIVRABLE,
        courant,
        EtatLivrable.A_SIGNER,
        roles=par.roles,
        auteur=par.nom,
        effet=a.date(),
        saisie=a,
        emetteur=courant.emetteur,
    )
    garder_version(courant, par=None, a=a)
    presente = documents.en_pdf(courant, le=a, a_la_main=moyen == Moyen.PAPIER)
    jeton = secrets.token_urlsafe(32) if moyen == Moyen.A_DISTANCE else ""
    validite = charger_marche(MARCHE).entier("signature.validite_lien", le=a.date())
    signature = Signature.objects.create(
        emetteur=courant.emetteur,
        livrable=courant,
        reference=_reference(),
        moyen=moyen,
        identification=_identification(moyen, identification),
        version=courant.version,
        empreinte_texte=documents.empreinte_des_textes(courant),
        empreinte_presentee=garder_piece(presente),
        demandee_le=a,
        demandee_par=conseiller,
        demandee_depuis=depuis,
        courriel=courriel.strip(),
        expire_le=a + timedelta(days=validite) if jeton else None,
        jeton_condense=condenser(jeton) if jeton else "",
    )
    if jeton:
        courrier.poster_lien(signature, f"{adresse.rstrip('/')}/signer/{jeton}/", a=a)
    return signature


def _verrouiller(livrable: Livrable) -> Livrable:
    verrouille = Livrable.objects.select_for_update(of=("self",)).select_related("unite__beneficiaire")
    return verrouille.get(pk=livrable.pk)


def _reference() -> str:
    """A reference one can read aloud: « S-7F3K-9QWD-2X »."""
    tire = "".join(secrets.choice(_ALPHABET) for _ in range(10))
    return f"S-{tire[:4]}-{tire[4:8]}-{tire[8:]}"


def _identification(moyen: Moyen, donnee: Identification | None) -> Identification:
    return {Moyen.A_DISTANCE: Identification.CODE, Moyen.PAPIER: Identification.MAIN}.get(
        moyen, donnee or Identification.CONNUE
    )


@transaction.atomic
def signer_a_l_ecran(signature: Signature, *, mention: str, a: datetime, depuis: str | None) -> Signature:
    """The person signs, at the counsellor's screen or remotely once recognised: sealed, closed, declared, handed over.

    Raises ActeRefuse (words not written, request over, link expired, text changed), TransitionRefusee (unit no longer
    open), SceauImpossible (time stamp silent): nothing is then signed.
    """
    courante = vivante(signature, a=a)
    if not mention_conforme(mention):
        raise ActeRefuse(refus.MENTION)
    livrable = _verrouiller(courante.livrable)
    if documents.empreinte_des_textes(livrable) != courante.empreinte_texte:
        raise ActeRefuse(refus.TEXTE_CHANGE)
    courante.mention, courante.signee_le, courante.date_signature = mention.strip(), a, a.astimezone(PARIS).date()
    courante.signee_depuis = depuis
    pdf = documents.en_pdf(livrable, le=a, signature=courante)
    scelle = sceller_pdf(pdf, motif=f"{livrable.get_type_livrable_display()} signé par la personne", le=a)
    return _conclure(courante, livrable, scelle.octets, mode="ELECTRONIQUE", a=a)


@transaction.atomic
def deposer_le_papier(signature: Signature, octets: bytes, *, signe_le: date, par: Acteur, a: datetime) -> Signature:
    """Keep the scan of the paper signed on `signe_le`, as it is; the unit is closed on that day.

    The counsellor attests that the words are on the paper. Raises ActeRefuse and TransitionRefusee.
    """
    courante = vivante(signature, a=a)
    livrable = _verrouiller(courante.livrable)
    if signe_le > a.astimezone(PARIS).date() or signe_le < livrable.unite.date_engagement:
        raise ActeRefuse(refus.JOUR_IMPOSSIBLE)
    numerisation.verifier(octets)
    courante.mention, courante.signee_le, courante.date_signature = "lu et approuvé", a, signe_le
    return _conclure(courante, livrable, octets, mode="MANUSCRITE", a=a, depose_par=par.nom)


def vivante(signature: Signature, *, a: datetime) -> Signature:
    """The request, locked, when the person may still answer it. Raises ActeRefuse (over, expired)."""
    courante = (
        Signature.objects.select_for_update(of=("self",))
        .select_related("demandee_par", "livrable__unite__beneficiaire")
        .get(pk=signature.pk)
    )
    if courante.etat != EtatSignature.EN_ATTENTE:
        raise ActeRefuse(refus.DEJA_FINIE)
    if courante.expire_le is not None and a >= courante.expire_le:
        raise ActeRefuse(refus.LIEN_EXPIRE)
    return courante


def _conclure(
    signature: Signature, livrable: Livrable, octets: bytes, *, mode: str, a: datetime, depose_par: str = ""
) -> Signature:
    """Keep the file and the evidence, close the unit at the person's signature, declare both, hand a copy over."""
    assert signature.date_signature is not None
    unite = livrable.unite
    par = Acteur.de(signature.demandee_par, {Role.CONSEILLER})
    signature.empreinte_document = garder_piece(octets)
    signature.nom_fichier = f"{unite.numero_dossier}_{livrable.type_livrable}.pdf"
    signature.preuve = _preuve(signature, livrable, depose_par)
    signature.jeton_condense = signature.code_condense = ""
    signature.save()
    _passer(signature, livrable, EtatSignature.SIGNEE, EtatLivrable.SIGNE, par=par, a=a)
    clore_par_signature(unite, le=signature.date_signature, par=par, a=a)
    declarer_livrable(
        unite,
        type_livrable=livrable.type_livrable,
        nom_fichier=signature.nom_fichier,
        empreinte_sha256=signature.empreinte_document,
        nature="C",
        a=a,
        date_signature_conseiller=signature.demandee_le.astimezone(PARIS).date(),
        date_signature_beneficiaire=signature.date_signature,
        mode_signature=mode,
    )
    journal.sceller(
        "livrable_signe",
        str(unite.numero_dossier),
        {"reference": signature.reference, "empreinte": signature.empreinte_document, "moyen": signature.moyen},
        le=a,
        emetteur=signature.emetteur,
    )
    if signature.courriel:
        courrier.poster_copie(signature, a=a)
    return signature


def _passer(
    signature: Signature, livrable: Livrable, de_signature: str, de_livrable: str, *, par: Acteur, a: datetime,
    motif: str = "",
) -> None:  # fmt: skip
    for table, objet, vers in ((LIVRABLE, livrable, de_livrable), (SIGNATURE, signature, de_signature)):
        appliquer(
            table,
            objet,
            vers,
            roles=par.roles,
            auteur=par.nom,
            effet=a.date(),
            saisie=a,
            motif=motif,
            emetteur=signature.emetteur,
        )


def _preuve(signature: Signature, livrable: Livrable, depose_par: str) -> dict[str, Any]:
    """The evidence of the agreement: what was signed, by whom, how they were recognised, when, from where."""
    assert signature.signee_le is not None
    assert signature.date_signature is not None
    return {
        "reference": signature.reference,
        "document": {
            "type": livrable.get_type_livrable_display(),
            "dossier": livrable.unite.numero_dossier,
            "version_du_texte": signature.version,
            "empreinte_du_texte": signature.empreinte_texte,
            "empreinte_du_document_présenté": signature.empreinte_presentee,
            "empreinte_du_document_signé": signature.empreinte_document,
        },
        "conseiller": {
            "nom": signature.demandee_par.nom_complet,
            "compte": signature.demandee_par.email,
            "identification": "Compte personnel, protégé par un second facteur",
            "signé_le": signature.demandee_le.isoformat(),
            "adresse": signature.demandee_depuis or "",
        },
        "personne": {
            "nom": livrable.unite.beneficiaire.nom_complet,
            "moyen": signature.get_moyen_display(),
            "identification": signature.get_identification_display(),
            "courriel": signature.courriel,
            "code_envoyé_le": signature.code_envoye_le.isoformat() if signature.code_envoye_le else "",
            "lien_condensé": signature.jeton_condense,
            "code_condensé": signature.code_condense,
            "mots_écrits": signature.mention,
            "signé_le": signature.date_signature.isoformat(),
            "enregistré_le": signature.signee_le.isoformat(),
            "adresse": signature.signee_depuis or "",
            "papier_déposé_par": depose_par,
        },
    }


@transaction.atomic
def refuser(signature: Signature, *, raison: str, a: datetime) -> Signature:
    """The person does not wish to sign: the text goes back to writing, the unit stays open, the reason is kept."""
    courante = vivante(signature, a=a)
    nom = courante.livrable.unite.beneficiaire.nom_complet
    return _finir(courante, EtatSignature.REFUSEE, par=Acteur(nom, _PARLE_PERSONNE), raison=raison.strip(), a=a)


@transaction.atomic
def annuler(signature: Signature, *, raison: str, par: Acteur, a: datetime) -> Signature:
    """The counsellor takes the request back (wrong address, lost link, text to correct). Raises ActeRefuse."""
    if not raison.strip():
        raise ActeRefuse(refus.SANS_RAISON)
    courante = Signature.objects.select_for_update(of=("self",)).select_related("livrable__unite").get(pk=signature.pk)
    if courante.etat != EtatSignature.EN_ATTENTE:
        raise ActeRefuse(refus.DEJA_FINIE)
    return _finir(courante, EtatSignature.ANNULEE, par=par, raison=raison.strip(), a=a)


def _finir(signature: Signature, vers: str, *, par: Acteur, raison: str, a: datetime) -> Signature:
    signature.motif_fin, signature.finie_le = raison[:1000], a
    signature.jeton_condense = signature.code_condense = ""
    signature.save(update_fields=["motif_fin", "finie_le", "jeton_condense", "code_condense"])
    _passer(signature, signature.livrable, vers, EtatLivrable.REDACTION, par=par, a=a, motif=raison[:1000])
    return signature


@transaction.atomic
def remettre_la_copie(signature: Signature, *, a: datetime) -> None:
    """Note that the person left with a copy: downloaded, printed or sent (CCTP §2.1.2)."""
    Signature.objects.filter(pk=signature.pk, copie_remise_le__isnull=True).update(copie_remise_le=a)
