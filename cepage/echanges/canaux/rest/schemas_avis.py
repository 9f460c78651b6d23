"""The shapes of the signed notices, as the API publishes them."""

from datetime import datetime
from uuid import UUID

from ninja import Schema
from pydantic import Field

from cepage.echanges.canaux.avis.adresses import LONGUEUR


class DemandeDAbonnement(Schema):
    """Où prévenir, et de quoi."""

    url: str = Field(
        min_length=1,
        max_length=LONGUEUR,
        description="Adresse HTTPS publique.",
        examples=["https://si.exemple.fr/avis"],
    )
    evenements: list[str] = Field(
        min_length=1,
        max_length=10,
        description="accuse.pret, envoi.en_retard.",
        examples=[["accuse.pret", "envoi.en_retard"]],
    )


class Abonnement(Schema):
    """Un abonnement de la clé qui demande."""

    abonnement: str = Field(description="Identifiant.", examples=["4f2a91c07be3"])
    url: str = Field(description="Adresse prévenue.", examples=["https://si.exemple.fr/avis"])
    evenements: list[str] = Field(description="Événements souscrits.", examples=[["accuse.pret"]])
    ouvert_le: datetime = Field(description="Instant de l'ouverture.")
    ferme_le: datetime | None = Field(description="Instant de la fermeture ; plus rien n'est envoyé ensuite.")
    ancien_secret_jusqu_au: datetime | None = Field(description="Jusqu'à quand l'ancien secret signe aussi.")


class AbonnementOuvert(Abonnement):
    """Un abonnement et son secret, à garder."""

    secret: str = Field(description="Secret de signature : whsec_ puis du base64.", examples=["whsec_MfKQ9r8G…"])


class Tentative(Schema):
    """Une tentative de remise."""

    le: datetime = Field(description="Instant de la tentative.")
    statut: int | None = Field(description="Statut HTTP répondu, aucun sans réponse.", examples=[200])
    duree_ms: int = Field(description="Durée en millisecondes.", examples=[41])
    raison: str = Field(description="Raison de l'échec, vide quand la remise a réussi.", examples=[""])


class Avis(Schema):
    """Un avis et sa remise."""

    avis: UUID = Field(description="Identifiant : celui de l'en-tête webhook-id, le même à chaque tentative.")
    abonnement: str = Field(description="Abonnement prévenu.", examples=["4f2a91c07be3"])
    evenement: str = Field(description="accuse.pret, envoi.en_retard ou essai.", examples=["accuse.pret"])
    etat: str = Field(description="en_attente, remis ou abandonne.", examples=["remis"])
    tentatives: int = Field(description="Tentatives faites.", examples=[1])
    cree_le: datetime = Field(description="Instant de l'événement.")
    prochaine_le: datetime | None = Field(description="Prochaine tentative.")
    remis_le: datetime | None = Field(description="Instant de la remise.")


class AvisEntier(Avis):
    """Un avis, son contenu et ses tentatives."""

    corps: str = Field(description="Octets envoyés, que la signature couvre.")
    essais: list[Tentative] = Field(description="Tentatives, la dernière d'abord.")


class PageDAvis(Schema):
    """Une page d'avis, du plus récent au plus ancien."""

    avis: list[Avis] = Field(description="Les avis.")
    suivante: str | None = Field(description="Valeur de « depuis » pour la page suivante.")
