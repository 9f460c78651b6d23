"""The register: one append-only table of versions per kind of fiche, generated from the contract.

Each line is one fiche as it was received. `connu_de` and `connu_jusqu_a` bound the time during which it was the current
state of its key (half-open; `connu_de` null: it never was; `connu_jusqu_a` null: it still is). Nothing else of a line
ever changes: the database refuses it.
"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from cepage.echanges.contrat.fiches import FICHES
from cepage.echanges.contrat.modele import Champ, Fiche, TypeChamp

META = (
    "cle",
    "lot",
    "emetteur",
    "nature",
    "horodatage",
    "recu_le",
    "envoi",
    "fichier",
    "ligne",
    "empreinte",
)


class Version(models.Model):
    """What every version carries beside the fields of its fiche."""

    cle = models.TextField("clé", db_collation="C")
    lot = models.CharField("lot", max_length=2)
    emetteur = models.CharField("émetteur", max_length=2)
    nature = models.CharField("nature", max_length=1)
    horodatage = models.DateTimeField("horodatage de la fiche")
    recu_le = models.DateTimeField("reçue le")
    envoi = models.CharField("identifiant de l'envoi", max_length=40)
    fichier = models.TextField("fichier")
    ligne = models.BigIntegerField("ligne")
    empreinte = models.CharField("empreinte du contenu", max_length=64)
    connu_de = models.DateTimeField("état courant depuis", null=True)
    connu_jusqu_a = models.DateTimeField("état courant jusqu'à", null=True)

    class Meta:
        abstract = True


def _colonne(champ: Champ) -> "models.Field[Any, Any]":
    commun: dict[str, Any] = {"verbose_name": champ.libelle, "null": True}
    match champ.type:
        case TypeChamp.DATE:
            colonne: models.Field[Any, Any] = models.DateField(**commun)
        case TypeChamp.ENTIER:
            colonne = models.IntegerField(**commun)
        case TypeChamp.DECIMAL:
            colonne = models.DecimalField(max_digits=18, decimal_places=6, **commun)
        case TypeChamp.MONTANT:
            colonne = models.DecimalField(max_digits=14, decimal_places=2, **commun)
        case TypeChamp.BOOLEEN:
            colonne = models.BooleanField(**commun)
        case _:
            colonne = models.TextField(**commun)
    if champ.multiple:
        colonne.null = False
        return ArrayField(colonne, **commun)
    return colonne


def champs_propres(fiche: Fiche) -> list[Champ]:
    """The fields of a fiche that are not already carried by every version."""
    return [champ for champ in fiche.champs if champ.nom not in META]


def _table(fiche: Fiche) -> type[Version]:
    nom = "".join(partie.capitalize() for partie in fiche.nom.split("_"))
    index = [models.Index(fields=["cle", "id"], name=f"{fiche.prefixe_code.lower()}_cle")]
    if fiche.nom == "unite_oeuvre":
        courant = models.Q(connu_de__isnull=False, connu_jusqu_a__isnull=True)
        index += [
            models.Index(fields=["lot", "identifiant_beneficiaire"], condition=courant, name="uo_beneficiaire"),
            models.Index(fields=["reference_bon_commande"], condition=courant, name="uo_reference"),
        ]
    if fiche.nom == "beneficiaire":
        courant = models.Q(connu_de__isnull=False, connu_jusqu_a__isnull=True)
        index.append(models.Index(fields=["identite"], condition=courant, name="ben_identite"))
    meta = type(
        "Meta",
        (),
        {
            "verbose_name": f"version de fiche {fiche.libelle.lower()}",
            "db_table": f"registre_{fiche.nom}",
            "indexes": index,
            "constraints": [
                models.UniqueConstraint(
                    fields=["cle"],
                    condition=models.Q(connu_de__isnull=False, connu_jusqu_a__isnull=True),
                    name=f"{fiche.prefixe_code.lower()}_un_seul_etat_courant",
                )
            ],
        },
    )
    attributs: dict[str, Any] = {"__module__": __name__, "__doc__": f"Versions des fiches {fiche.nom}.", "Meta": meta}
    attributs |= {champ.nom: _colonne(champ) for champ in champs_propres(fiche)}
    if fiche.nom == "beneficiaire":
        attributs["identite"] = models.CharField("empreinte de l'identité", max_length=64, null=True)
    return type(nom, (Version,), attributs)


TABLES: dict[str, type[Version]] = {nom: _table(fiche) for nom, fiche in FICHES.items()}
