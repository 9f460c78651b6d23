"""What the contrôle de service fait keeps: frozen frames and draws, controls, readings, contestations, PV.

All of it is append-only at SQL level, but the state of a control, which moves by its table of transitions until its
procès-verbal freezes it.
"""

from typing import ClassVar

from django.db import models

from cepage.acheteur.controle.enums import Etat, Genre, Partie, Verdict
from cepage.fondations.comptes.models import Organisation, Personne
from cepage.fondations.socle.classification import colonne

_DUREE = "durée du marché + 10 ans"
_TIRAGE = colonne("permettre à chacun de refaire le tirage", "interne", _DUREE, "jamais : ne dit rien d'une personne")
_NUMERO = colonne(
    "désigner le dossier contrôlé", "personnelle", _DUREE, "pseudonyme remplacé par un numéro sans lien au terme"
)
_CONTROLE = colonne("contrôler le service fait et en garder la preuve", "interne", _DUREE, "jamais")
_AUTEUR = colonne("savoir qui a contrôlé, contesté, arbitré ou signé", "personnelle", _DUREE, "pseudonyme au terme")
_TEXTE = colonne("motiver une décision", "sensible", _DUREE, "effacé au terme, ou sur demande fondée")


class Tirage(models.Model):
    """A frozen draw: the frame of a lot and a quarter, the seed, the rates and the result. A later draw of the same
    quarter (`rang` 2…) has for frame what was completed since."""

    lot = models.CharField("lot", max_length=2)
    trimestre = models.CharField("trimestre", max_length=7)
    rang = models.PositiveIntegerField("rang du tirage dans le trimestre")
    emetteur = models.CharField("titulaire du lot à la fin du trimestre", max_length=2)
    graine = models.TextField("graine publiée")
    taux = models.JSONField("taux par unité")
    minimum = models.PositiveIntegerField("dossiers au moins par strate")
    empreinte_base = models.CharField("empreinte de la base", max_length=64)
    effectif = models.PositiveIntegerField("dossiers de la base")
    strates = models.JSONField("strates")
    tire_le = models.DateTimeField("tiré le")
    auteur = models.CharField("tiré par", max_length=200)
    regles = models.CharField("empreinte des règles", max_length=64)

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(
            (
                *("id", "lot", "trimestre", "rang", "emetteur", "graine", "taux", "minimum", "empreinte_base"),
                *("effectif", "strates", "tire_le", "regles"),
            ),
            _TIRAGE,
        ),
        "auteur": _AUTEUR,
    }

    class Meta:
        verbose_name = "tirage"
        ordering = ("trimestre", "lot", "rang")
        constraints = (
            models.UniqueConstraint(
                fields=["lot", "trimestre", "rang"],
                name="tirage_unique",
                violation_error_message="Ce tirage existe déjà.",
            ),
        )

    def __str__(self) -> str:
        return f"Lot {self.lot}, {self.trimestre}" + (f", tirage {self.rang}" if self.rang > 1 else "")


class DossierBase(models.Model):
    """One file of a frozen frame: it is framed once, whatever the quarter."""

    tirage = models.ForeignKey(Tirage, on_delete=models.PROTECT, related_name="base", verbose_name="tirage")
    emetteur = models.CharField("émetteur", max_length=2)
    numero_dossier = models.CharField("numéro de dossier", max_length=14, unique=True, db_collation="C")
    uo = models.CharField("unité d'œuvre", max_length=2)
    structure = models.TextField("structure à la clôture", blank=True)
    version = models.BigIntegerField("version de l'unité au registre")

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(("id", "tirage_id", "emetteur", "uo", "structure", "version"), _TIRAGE),
        "numero_dossier": _NUMERO,
    }

    class Meta:
        verbose_name = "dossier de la base"
        ordering = ("numero_dossier",)

    def __str__(self) -> str:
        return self.numero_dossier


class Rapprochement(models.Model):
    """The near texts of a draw: `paires` names two files and the share of their runs of words that both have.

    `textes` livrables of the frame were compared, `illisibles` have no text that a machine can read.
    """

    tirage = models.OneToOneField(Tirage, on_delete=models.PROTECT, related_name="rapprochement", verbose_name="tirage")
    emetteur = models.CharField("émetteur", max_length=2)
    le = models.DateTimeField("comparé le")
    seuil = models.DecimalField("seuil", max_digits=3, decimal_places=2)
    textes = models.PositiveIntegerField("textes comparés")
    illisibles = models.PositiveIntegerField("textes illisibles")
    paires = models.JSONField("textes proches")

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(("id", "tirage_id", "emetteur", "le", "seuil", "textes", "illisibles"), _CONTROLE),
        "paires": _NUMERO,
    }

    class Meta:
        verbose_name = "rapprochement de textes"
        verbose_name_plural = "rapprochements de textes"

    def __str__(self) -> str:
        return f"Textes proches de : {self.tirage}"


class Controle(models.Model):
    """A sampled file and where its control stands. `resultat` is what holds today; `etat` is how far it has come."""

    tirage = models.ForeignKey(Tirage, on_delete=models.PROTECT, related_name="controles", verbose_name="tirage")
    emetteur = models.CharField("émetteur", max_length=2)
    lot = models.CharField("lot", max_length=2)
    trimestre = models.CharField("trimestre", max_length=7)
    numero_dossier = models.CharField("numéro de dossier", max_length=14, unique=True, db_collation="C")
    uo = models.CharField("unité d'œuvre", max_length=2)
    structure = models.TextField("structure à la clôture", blank=True)
    etat = models.CharField("état", max_length=20, choices=Etat.choices, default=Etat.TIREE)
    resultat = models.CharField("résultat", max_length=20, choices=Verdict.choices, null=True)
    cabinet = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="cabinet"
    )
    controleur = models.ForeignKey(
        Personne, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="contrôleur"
    )
    decide_le = models.DateField("décidé le", null=True)
    contestable_jusqu_a = models.DateField("contestable jusqu'au", null=True)
    definitif_le = models.DateField("définitif le", null=True)

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(
            (
                *("id", "tirage_id", "emetteur", "lot", "trimestre", "uo", "structure", "etat", "resultat"),
                *("cabinet_id", "decide_le", "contestable_jusqu_a", "definitif_le"),
            ),
            _CONTROLE,
        ),
        "numero_dossier": _NUMERO,
        "controleur_id": _AUTEUR,
    }

    class Meta:
        verbose_name = "contrôle"
        ordering = ("numero_dossier",)
        indexes = (
            models.Index(fields=["controleur", "etat"], name="controle_file"),
            models.Index(fields=["lot", "trimestre", "etat"], name="controle_lot_trimestre"),
        )

    def __str__(self) -> str:
        return self.numero_dossier


class Lecture(models.Model):
    """The grid filled by one reader; the first decides, the second (blind) only measures agreement."""

    controle = models.ForeignKey(Controle, on_delete=models.PROTECT, related_name="lectures", verbose_name="contrôle")
    emetteur = models.CharField("émetteur", max_length=2)
    genre = models.CharField("genre", max_length=20, choices=Genre.choices)
    auteur = models.ForeignKey(Personne, on_delete=models.PROTECT, related_name="+", verbose_name="lecteur")
    rendue_le = models.DateTimeField("rendue le")
    verdict = models.CharField("verdict", max_length=20, choices=Verdict.choices)
    points = models.JSONField("points de la grille")
    regles = models.CharField("empreinte des règles", max_length=64)

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(("id", "controle_id", "emetteur", "genre", "rendue_le", "verdict", "regles"), _CONTROLE),
        "auteur_id": _AUTEUR,
        "points": _TEXTE,
    }

    class Meta:
        verbose_name = "lecture"
        ordering = ("rendue_le", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["controle", "genre"],
                name="lecture_unique",
                violation_error_message="Ce dossier a déjà été lu.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_genre_display()} : {self.get_verdict_display()}"


class Surcontrole(models.Model):
    """A decided file drawn for the blind second reading of a month ("2021-05")."""

    controle = models.OneToOneField(
        Controle, on_delete=models.PROTECT, related_name="surcontrole", verbose_name="contrôle"
    )
    emetteur = models.CharField("émetteur", max_length=2)
    mois = models.CharField("mois", max_length=7)
    graine = models.TextField("graine")
    tire_le = models.DateTimeField("tiré le")

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        ("id", "controle_id", "emetteur", "mois", "graine", "tire_le"), _CONTROLE
    )

    class Meta:
        verbose_name = "surcontrôle"
        ordering = ("mois", "id")

    def __str__(self) -> str:
        return f"Surcontrôle {self.mois}"


class Contestation(models.Model):
    """What the operator answers to a non-conformity, in time."""

    controle = models.OneToOneField(
        Controle, on_delete=models.PROTECT, related_name="contestation", verbose_name="contrôle"
    )
    emetteur = models.CharField("émetteur", max_length=2)
    auteur = models.ForeignKey(Personne, on_delete=models.PROTECT, related_name="+", verbose_name="auteur")
    deposee_le = models.DateTimeField("déposée le")
    argument = models.TextField("argument")

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(("id", "controle_id", "emetteur", "deposee_le"), _CONTROLE),
        "auteur_id": _AUTEUR,
        "argument": _TEXTE,
    }

    class Meta:
        verbose_name = "contestation"

    def __str__(self) -> str:
        return f"Contestation du {self.deposee_le:%d/%m/%Y}"


class PieceJointe(models.Model):
    """A file given in support of a contestation, kept under its SHA-256."""

    contestation = models.ForeignKey(
        Contestation, on_delete=models.PROTECT, related_name="pieces", verbose_name="contestation"
    )
    emetteur = models.CharField("émetteur", max_length=2)
    nom = models.CharField("nom du fichier", max_length=255)
    empreinte = models.CharField("empreinte SHA-256", max_length=64)
    taille = models.BigIntegerField("taille en octets")

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(("id", "contestation_id", "emetteur", "empreinte", "taille"), _CONTROLE),
        "nom": _TEXTE,
    }

    class Meta:
        verbose_name = "pièce jointe"
        ordering = ("id",)

    def __str__(self) -> str:
        return self.nom


class Arbitrage(models.Model):
    """The Superviseur's answer to a contestation, with its reason."""

    contestation = models.OneToOneField(
        Contestation, on_delete=models.PROTECT, related_name="arbitrage", verbose_name="contestation"
    )
    emetteur = models.CharField("émetteur", max_length=2)
    auteur = models.ForeignKey(Personne, on_delete=models.PROTECT, related_name="+", verbose_name="auteur")
    rendu_le = models.DateTimeField("rendu le")
    decision = models.CharField("décision", max_length=20, choices=Etat.choices)
    motif = models.TextField("motif")

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(("id", "contestation_id", "emetteur", "rendu_le", "decision"), _CONTROLE),
        "auteur_id": _AUTEUR,
        "motif": _TEXTE,
    }

    class Meta:
        verbose_name = "arbitrage"

    def __str__(self) -> str:
        return f"Arbitrage du {self.rendu_le:%d/%m/%Y}"


class ProcesVerbal(models.Model):
    """The quarter's result for one operator, fixed when it is drawn up; in force once both parties have signed."""

    tirage = models.ForeignKey(Tirage, on_delete=models.PROTECT, related_name="proces_verbaux", verbose_name="tirage")
    emetteur = models.CharField("émetteur", max_length=2)
    lot = models.CharField("lot", max_length=2)
    trimestre = models.CharField("trimestre", max_length=7)
    etabli_le = models.DateTimeField("établi le")
    auteur = models.ForeignKey(Personne, on_delete=models.PROTECT, related_name="+", verbose_name="établi par")
    contenu = models.JSONField("contenu")
    empreinte = models.CharField("empreinte du contenu", max_length=64)

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(
            ("id", "tirage_id", "emetteur", "lot", "trimestre", "etabli_le", "contenu", "empreinte"), _CONTROLE
        ),
        "auteur_id": _AUTEUR,
    }

    class Meta:
        verbose_name = "procès-verbal"
        verbose_name_plural = "procès-verbaux"
        ordering = ("trimestre", "lot", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["tirage", "emetteur"],
                name="pv_unique",
                violation_error_message="Le procès-verbal de ce trimestre est déjà établi.",
            ),
        )

    def __str__(self) -> str:
        return f"Procès-verbal du lot {self.lot}, {self.trimestre}"


class SignaturePV(models.Model):
    """One party's signature of a PV, over the hash of its content."""

    pv = models.ForeignKey(
        ProcesVerbal, on_delete=models.PROTECT, related_name="signatures", verbose_name="procès-verbal"
    )
    emetteur = models.CharField("émetteur", max_length=2)
    partie = models.CharField("partie", max_length=20, choices=Partie.choices)
    personne = models.ForeignKey(Personne, on_delete=models.PROTECT, related_name="+", verbose_name="signataire")
    le = models.DateTimeField("signé le")

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(("id", "pv_id", "emetteur", "partie", "le"), _CONTROLE),
        "personne_id": _AUTEUR,
    }

    class Meta:
        verbose_name = "signature de procès-verbal"
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=["pv", "partie"],
                name="signature_pv_unique",
                violation_error_message="Cette partie a déjà signé.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_partie_display()}, {self.le:%d/%m/%Y}"


class OuvertureDossier(models.Model):
    """Who opened a named file, when, in what role and for what purpose."""

    emetteur = models.CharField("émetteur", max_length=2)
    numero_dossier = models.CharField("numéro de dossier", max_length=14, db_collation="C")
    personne = models.ForeignKey(Personne, on_delete=models.PROTECT, related_name="+", verbose_name="personne")
    role = models.CharField("rôle", max_length=60)
    finalite = models.TextField("finalité")
    le = models.DateTimeField("date et heure")

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(("id", "emetteur", "role", "finalite", "le"), _CONTROLE),
        "numero_dossier": _NUMERO,
        "personne_id": _AUTEUR,
    }

    class Meta:
        verbose_name = "ouverture d'un dossier nommé"
        ordering = ("-le", "-id")
        indexes = (models.Index(fields=["numero_dossier"], name="ouverture_dossier"),)

    def __str__(self) -> str:
        return f"{self.numero_dossier} ouvert le {self.le:%d/%m/%Y}"
