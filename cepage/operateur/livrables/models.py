"""What is written with a person, every version of it, how it was signed, and the mails that go with the signature."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from cepage.fondations.socle.classification import colonne
from cepage.fondations.socle.courrier import COLONNES, CourrielEnAttente
from cepage.operateur.dossiers.models import UniteOeuvre
from cepage.operateur.livrables.enums import EtatLivrable, EtatSignature, Identification, Moyen, TypeLivrable

_DUREE = (
    "hypothèse : 24 mois après la dernière clôture, préavis de 30 jours, puis archive à accès restreint pendant 10 ans"
)
_EFFACE = "effacé au terme, ou sur demande fondée"
_CLOISON = colonne("cloisonner les données de chaque opérateur", "interne", _DUREE, _EFFACE)
_SUIVI = colonne("savoir où en est le livrable", "interne", _DUREE, _EFFACE)
_TEXTE = colonne("écrire avec la personne ce que le contrat demande", "sensible", _DUREE, _EFFACE)
_AUTEUR = colonne("savoir qui a écrit quoi, et ne rien perdre", "personnelle", _DUREE, _EFFACE)
_PREUVE = colonne(
    "prouver l'accord de la personne (C. civ. 1366-1367)", "personnelle", "signature + 10 ans", "effacé au terme"
)
_SECRET = colonne("vérifier le lien et le code, gardés condensés", "interne", "durée du lien", "vidé à la signature")
_COURRIER = colonne("remettre à la personne le lien, le code, sa copie", "personnelle", "12 mois", "effacé au terme")


class Livrable(models.Model):
    """The livrable of one unit; `textes` holds one text per section of its trame."""

    emetteur = models.CharField("émetteur", max_length=2)
    unite = models.OneToOneField(
        UniteOeuvre, on_delete=models.PROTECT, related_name="livrable", verbose_name="unité d'œuvre"
    )
    type_livrable = models.CharField("type de livrable", max_length=3, choices=TypeLivrable.choices)
    etat = models.CharField("état", max_length=10, choices=EtatLivrable.choices, default=EtatLivrable.REDACTION)
    textes = models.JSONField("textes", default=dict)
    version = models.PositiveIntegerField("version", default=0)
    cree_le = models.DateTimeField("commencé le")
    modifie_le = models.DateTimeField("modifié le")
    modifie_par = models.CharField("modifié par", max_length=200)

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(("id", "emetteur", "unite_id"), _CLOISON),
        **dict.fromkeys(("type_livrable", "etat", "cree_le"), _SUIVI),
        "textes": _TEXTE,
        **dict.fromkeys(("version", "modifie_le", "modifie_par"), _AUTEUR),
    }

    class Meta:
        """Latest work first."""

        verbose_name = "livrable"
        ordering = ("-modifie_le", "-id")
        indexes = (models.Index(fields=["emetteur", "etat", "-modifie_le"], name="livrable_etat"),)

    def __str__(self) -> str:
        return f"{self.get_type_livrable_display()} {self.unite_id}"


class VersionLivrable(models.Model):
    """A text as it was, before someone else changed it or before it was put to signature."""

    emetteur = models.CharField("émetteur", max_length=2)
    livrable = models.ForeignKey(Livrable, on_delete=models.PROTECT, related_name="versions", verbose_name="livrable")
    numero = models.PositiveIntegerField("version")
    textes = models.JSONField("textes")
    le = models.DateTimeField("écrite le")
    par = models.CharField("écrite par", max_length=200)

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(("id", "emetteur", "livrable_id"), _CLOISON),
        "textes": _TEXTE,
        **dict.fromkeys(("numero", "le", "par"), _AUTEUR),
    }

    class Meta:
        """Latest first."""

        verbose_name = "version d'un livrable"
        verbose_name_plural = "versions d'un livrable"
        ordering = ("-numero",)
        constraints = (models.UniqueConstraint(name="version_livrable_unique", fields=("livrable", "numero")),)

    def __str__(self) -> str:
        return f"version {self.numero}"


class Signature(models.Model):
    """A request for the person's signature and what came of it; `preuve` is the evidence, frozen when signed.

    The counsellor signs by asking (`demandee_par`, from a personal account with two factors). Link and code are kept
    as hashes only. `empreinte_texte` is that of the texts, `empreinte_presentee` that of the PDF put before the
    person, `empreinte_document` that of the sealed file (or of the scan).
    """

    emetteur = models.CharField("émetteur", max_length=2)
    livrable = models.ForeignKey(Livrable, on_delete=models.PROTECT, related_name="signatures", verbose_name="livrable")
    reference = models.CharField("référence", max_length=14, unique=True)
    moyen = models.CharField("moyen", max_length=10, choices=Moyen.choices)
    etat = models.CharField("état", max_length=10, choices=EtatSignature.choices, default=EtatSignature.EN_ATTENTE)
    identification = models.CharField("moyen d'identification", max_length=6, choices=Identification.choices)
    version = models.PositiveIntegerField("version du texte")
    empreinte_texte = models.CharField("empreinte du texte", max_length=64)
    empreinte_presentee = models.CharField("empreinte du document présenté", max_length=64)
    demandee_le = models.DateTimeField("demandée le, et signée par le conseiller")
    demandee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="conseiller"
    )
    demandee_depuis = models.GenericIPAddressField("adresse du conseiller", null=True)
    courriel = models.EmailField("adresse de la personne", blank=True, default="")
    expire_le = models.DateTimeField("le lien expire le", null=True)
    jeton_condense = models.CharField("lien, condensé", max_length=64, blank=True, default="")
    code_condense = models.CharField("code, condensé", max_length=64, blank=True, default="")
    code_envoye_le = models.DateTimeField("dernier code envoyé le", null=True)
    codes_envoyes = models.PositiveSmallIntegerField("codes envoyés", default=0)
    essais = models.PositiveSmallIntegerField("essais du dernier code", default=0)
    mention = models.CharField("mots écrits par la personne", max_length=100, blank=True, default="")
    signee_le = models.DateTimeField("signée le", null=True)
    date_signature = models.DateField("jour de la signature", null=True)
    signee_depuis = models.GenericIPAddressField("adresse de la personne en signant", null=True)
    motif_fin = models.TextField("raison du refus ou de l'annulation", max_length=1000, blank=True, default="")
    finie_le = models.DateTimeField("refusée ou annulée le", null=True)
    nom_fichier = models.CharField("nom du fichier", max_length=60, blank=True, default="")
    empreinte_document = models.CharField("empreinte du document signé", max_length=64, blank=True, default="")
    preuve = models.JSONField("dossier de preuve", default=dict)
    copie_remise_le = models.DateTimeField("copie remise le", null=True)

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(("id", "emetteur", "livrable_id"), _CLOISON),
        **dict.fromkeys(("etat", "motif_fin", "finie_le", "expire_le", "copie_remise_le"), _SUIVI),
        **dict.fromkeys(
            ("jeton_condense", "code_condense", "code_envoye_le", "codes_envoyes", "essais"),
            _SECRET,
        ),
        **dict.fromkeys(
            (
                *("reference", "moyen", "identification", "version", "empreinte_texte", "empreinte_presentee"),
                *("demandee_le", "demandee_par_id", "demandee_depuis", "courriel", "mention", "signee_le"),
                *("date_signature", "signee_depuis", "nom_fichier", "empreinte_document", "preuve"),
            ),
            _PREUVE,
        ),
    }

    class Meta:
        """A signature is dated and points to its file; one request waits at a time, one signature holds."""

        verbose_name = "signature"
        ordering = ("-demandee_le", "-id")
        constraints = (
            models.UniqueConstraint(
                name="signature_une_seule_vivante",
                fields=("livrable",),
                condition=Q(etat__in=[EtatSignature.EN_ATTENTE, EtatSignature.SIGNEE]),
                violation_error_message="Une signature est déjà demandée pour ce livrable.",
            ),
            models.CheckConstraint(
                name="signature_prouvee",
                condition=~Q(etat=EtatSignature.SIGNEE)
                | (
                    Q(signee_le__isnull=False)
                    & Q(date_signature__isnull=False)
                    & ~Q(mention="")
                    & ~Q(empreinte_document="")
                ),
                violation_error_message="Une signature a sa date, ses mots « lu et approuvé » et son document.",
            ),
        )
        indexes = (
            models.Index(fields=["jeton_condense"], condition=~Q(jeton_condense=""), name="signature_jeton"),
            models.Index(fields=["empreinte_document"], name="signature_document"),
        )

    def __str__(self) -> str:
        return str(self.reference)


class CourrielSortant(CourrielEnAttente):
    """A mail of a signature, kept until the mail server takes it."""

    signature = models.ForeignKey(
        Signature, on_delete=models.PROTECT, related_name="courriels", verbose_name="signature"
    )
    piece = models.CharField("empreinte du fichier joint", max_length=64, blank=True, default="")
    nom_piece = models.CharField("nom du fichier joint", max_length=60, blank=True, default="")

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        (*COLONNES, "signature_id", "piece", "nom_piece"), _COURRIER
    )

    class Meta:
        """In the order they were written."""

        verbose_name = "courriel sortant"
        verbose_name_plural = "courriels sortants"
        ordering = ("id",)
        indexes = (
            models.Index(fields=["id"], condition=Q(envoye_le__isnull=True, refuse=False), name="courriel_a_envoyer"),
        )

    def __str__(self) -> str:
        return f"{self.objet} ({self.cree_le:%d/%m/%Y})"
