"""The shapes of the API as it publishes them: each field said in French, with an example."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, Field

from cepage.echanges.canaux.formes import Lot, ModeVoulu, NomDeFichier
from cepage.echanges.reception.enums import Mode


class Compte(Schema):
    """Comptes d'une sorte de fiche."""

    acceptees: int = Field(description="Fiches nouvelles, entrées au registre.", examples=[12])
    refusees: int = Field(description="Fiches refusées.", examples=[1])
    inchangees: int = Field(description="Fiches déjà connues, laissées telles quelles.", examples=[0])


class Anomalie(Schema):
    """Un défaut, à sa place, avec son remède."""

    fichier: str | None = Field(description="Fichier de l'envoi.", examples=["unite_oeuvre.csv"])
    ligne: int | None = Field(description="Ligne du fichier (CSV) ou rang de la fiche (JSON, XML).", examples=[3])
    fiche: str | None = Field(description="Sorte de fiche.", examples=["unite_oeuvre"])
    cle: str | None = Field(description="Clé de la fiche.", examples=["AB200301000001"])
    champ: str | None = Field(description="Champ en défaut.", examples=["date_cloture"])
    valeur: str | None = Field(description="Valeur reçue, masquée quand elle est sensible.", examples=["2020-04-31"])
    code: str = Field(description="Code stable, documenté sur sa page.", examples=["E-UO-002"])
    gravite: str = Field(description="bloquant ou avertissement.", examples=["bloquant"])
    message: str = Field(description="Ce qui ne va pas.")
    remede: str = Field(description="Comment le corriger.")
    clause: str = Field(description="Clause du contrat.", examples=["CCTP annexe 2 §2"])


class Accuse(Schema):
    """L'accusé : le même sur tous les canaux."""

    envoi: str = Field(description="Identifiant de l'envoi.", examples=["08-1f0c9a7be2d34455"])
    empreinte: str = Field(description="SHA-256 des octets reçus.")
    lot: str = Field(examples=["08"], description="Lot.")
    emetteur: str = Field(examples=["AB"], description="Code de l'opérateur.")
    mode: str = Field(default="normal", examples=["essai"], description="Mode demandé, dit quand il n'est pas normal.")
    statut: str = Field(examples=["accepte_partiellement"], description="accepte, accepte_partiellement ou refuse.")
    recu_le: datetime = Field(description="Instant de la réception.")
    comptes: dict[str, Compte] = Field(description="Comptes par sorte de fiche.")
    anomalies: list[Anomalie] = Field(description="Une ligne par défaut ; vide quand tout est juste.")


class Probleme(Schema):
    """Un refus : ce qui s'est passé, pourquoi, et comment y remédier."""

    type: str = Field(examples=["/api/#probleme-demande-invalide"], description="Page qui documente ce refus.")
    title: str = Field(examples=["Demande invalide"], description="Le refus en deux mots.")
    status: int = Field(examples=[422], description="Statut HTTP.")
    detail: str = Field(examples=["À corriger : lot."], description="Ce qui s'est passé.")
    remede: str = Field(examples=["Voyez « erreurs »."], description="Comment y remédier.")
    instance: str = Field(examples=["/api/v1/envois"], description="Adresse demandée.")
    trace: str = Field(examples=["4bf92f3577b34da6a3ce929d0e0e4736"], description="À nous donner si cela dure.")


class OuvertureDeDepot(Schema):
    """Ce qu'on annonce d'un fichier avant ses octets."""

    nom: NomDeFichier
    lot: Lot
    taille: int = Field(ge=1, le=20 * 2**30, description="Taille du fichier en octets.", examples=[104857600])
    mode: ModeVoulu = Mode.NORMAL


class Depot(Schema):
    """Où en est un fichier qui arrive."""

    depot: UUID = Field(description="Identifiant du dépôt.")
    etat: str = Field(
        description="ouvert, en_attente, traite, deja_recu, recu_d_un_autre, cle_reutilisee ou interrompu.",
        examples=["ouvert"],
    )
    recus: int = Field(description="Octets reçus : position du prochain.", examples=[0])
    taille: int = Field(description="Octets annoncés.", examples=[104857600])
    etape: str = Field(description="Étape du contrôle.", examples=["Contrôle des formats : unités d'œuvre"])
    part: float = Field(description="Part de cette étape, de 0 à 1.", examples=[0.4])
    envoi: str | None = Field(description="Identifiant de l'envoi, une fois contrôlé.")
    accuse: str | None = Field(description="Adresse de l'accusé, une fois prêt.")
    trace: str = Field(description="Trace de la demande qui a ouvert le dépôt.")


class Envoi(Schema):
    """Un envoi reçu."""

    envoi: str = Field(description="Identifiant.", examples=["08-1f0c9a7be2d34455"])
    nom_fichier: str = Field(description="Nom donné.", examples=["CEP_08_AB_20210312_0001.zip"])
    empreinte: str = Field(description="SHA-256 des octets reçus.")
    taille: int = Field(description="Octets.", examples=[48213])
    lot: str = Field(description="Lot.", examples=["08"])
    canal: str = Field(description="Canal d'arrivée.", examples=["rest"])
    mode: str = Field(description="Mode.", examples=["normal"])
    statut: str = Field(description="Statut de l'accusé.", examples=["accepte"])
    recu_le: datetime = Field(description="Instant de la réception.")
    comptes: dict[str, Compte] = Field(description="Comptes par sorte de fiche.")
    total_anomalies: int = Field(description="Nombre d'anomalies.", examples=[0])
    trace: str | None = Field(description="Trace de la demande, quand l'envoi est venu par un logiciel.")
    accuse: str = Field(description="Adresse de l'accusé.", examples=["/api/v1/envois/08-1f0c9a7be2d34455/accuse"])


class PageDEnvois(Schema):
    """Des envois, du plus récent au plus ancien."""

    envois: list[Envoi] = Field(description="Les envois de la page.")
    suivante: str | None = Field(description="Curseur de la page suivante ; absent à la dernière.")


class EtatDeFiche(Schema):
    """Une fiche du registre, telle qu'elle est connue."""

    rang: int = Field(description="Rang de la version.", examples=[1042])
    cle: str = Field(description="Clé de la fiche.", examples=["AB200301000001"])
    nature: str = Field(description="C, M ou A.", examples=["C"])
    horodatage: datetime = Field(description="Instant de production de la fiche.")
    recu_le: datetime = Field(description="Instant de sa réception.")
    envoi: str = Field(description="Envoi qui l'a apportée.")
    fichier: str = Field(description="Son fichier.")
    ligne: int = Field(description="Sa ligne.")
    contenu: dict[str, Any] = Field(description="Ses champs ; ceux qui nomment une personne sont masqués sans droit.")


class PageDEtats(Schema):
    """Des fiches du registre, dans l'ordre de leur arrivée."""

    etats: list[EtatDeFiche] = Field(description="Les fiches de la page.")
    suivante: str | None = Field(description="Curseur de la page suivante ; absent à la dernière.")


class BonDeCommande(Schema):
    """Un bon de commande."""

    reference: str = Field(description="Référence.", examples=["2020-Lot08-UO01-01"])
    debut: date = Field(description="Premier jour.")
    fin: date = Field(description="Dernier jour.")
    volume: int = Field(description="Unités commandées.", examples=[1200])


class Code(Schema):
    """Un code d'une nomenclature."""

    code: str = Field(description="Code.", examples=["CDI"])
    libelle: str = Field(description="Libellé.", examples=["Contrat à durée indéterminée"])
    groupe: str = Field(description="Groupe dont les règles se servent.", examples=["occupé"])
    debut: date | None = Field(description="Premier jour de validité.")
    fin: date | None = Field(description="Dernier jour de validité ; absent : en vigueur.")


class Notice(Schema):
    """Un code d'anomalie."""

    code: str = Field(description="Code stable.", examples=["E-UO-014"])
    gravite: str = Field(description="bloquant ou avertissement.", examples=["avertissement"])
    portee: str = Field(description="Ce que l'anomalie refuse.")
    message: str = Field(description="La phrase de l'accusé.")
    remede: str = Field(description="Le remède.")
    clause: str = Field(description="La clause.", examples=["CCTP §1.2.6"])


class MonAcces(Schema):
    """Ce que la clé ouvre."""

    cle: str = Field(description="Identifiant de la clé.", examples=["a1b2c3d4e5f6"])
    emetteur: str = Field(description="Code de l'opérateur.", examples=["AB"])
    actions: list[str] = Field(description="Actions permises.")
    bac_a_sable: bool = Field(description="Vrai quand la clé n'atteint que le bac à sable.")
    maintenant: datetime = Field(description="L'heure qu'il est pour cette clé.")
    contrat: str = Field(description="Version du contrat d'échange.", examples=["1.0"])


class ReglageDuBac(Schema):
    """Le bac à sable."""

    maintenant: AwareDatetime | None = Field(
        default=None,
        description="Date et heure du bac à sable, avec leur fuseau ; absent : l'heure réelle.",
        examples=["2022-06-02T08:00:00+02:00"],
    )
    tenu_jusqu_au: date | None = Field(
        default=None, description="Dernier jour où vous y tenez les lots ; absent : vous les tenez encore."
    )
    nir_autorise: bool = Field(default=False, description="Vrai pour essayer les règles du NIR.", examples=[False])
