"""The requests of the service: one shape per operation, as the WSDL publishes them, read from the signed Body."""

import base64
import binascii
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from cepage.echanges.canaux.formes import Curseur, Lot, ModeVoulu, NomDeFichier, Taille, lignes_de_validation
from cepage.echanges.canaux.soap.espaces import ECHANGE, XOP, nom
from cepage.echanges.canaux.soap.fautes import Faute
from cepage.echanges.reception.enums import Mode, Statut

Cle = Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,200}$")]
Identifiant = Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,60}$")]
Empreinte = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Demande(BaseModel):
    """What every request shares: an element that is not in the WSDL is refused."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


class DeposerEnvoi(Demande):
    """A file, whole."""

    lot: Lot
    mode: ModeVoulu = Mode.NORMAL
    nom: NomDeFichier = ""
    cleIdempotence: Cle | None = None
    differe: bool = False
    empreinte: Empreinte
    fichier: bytes | None
    """None when it is joined apart."""

    @field_validator("fichier", mode="before")
    @classmethod
    def _decoder(cls, texte: str | None) -> bytes | None:
        try:
            return None if texte is None else base64.b64decode("".join(texte.split()), validate=True)
        except binascii.Error:
            raise ValueError("base64") from None


class DeposerFiches(Demande):
    """Fiches written in the message itself, in the form of the contract."""

    lot: Lot
    mode: ModeVoulu = Mode.NORMAL
    cleIdempotence: Cle | None = None
    envoi: Any


class SuivreDepot(Demande):
    """A deposit by its identifier."""

    depot: UUID


class LireAccuse(Demande):
    """The receipt of an envoi, or of a deposit."""

    envoi: Identifiant | None = None
    depot: UUID | None = None


class ListerEnvois(Demande):
    """A page of one's envois."""

    lot: Lot | None = None
    statut: Statut | None = None
    apres: Curseur = ""
    taille: Taille = 100


class LireNomenclature(Demande):
    """A code list by its name; without a name, the names."""

    nom: Annotated[str, Field(pattern=r"^[a-z_]{1,60}$")] | None = None


class LireAcces(Demande):
    """What the key opens."""


D = TypeVar("D", bound=Demande)


def lire(element: Any, forme: type[D]) -> D:
    """The request of an element. Raises Faute, one line per wrong element."""
    champs: dict[str, Any] = {}
    for enfant in element:
        local = enfant.tag.rpartition("}")[2]
        if enfant.tag != nom(ECHANGE, local) or local in champs:
            raise _invalide([{"element": local[:60], "message": "Il est de trop, ou d'un autre espace de noms."}])
        # The only element that holds others is that of the contract; elsewhere they would be dropped unread.
        if forme is DeposerFiches and local == "envoi":
            champs[local] = enfant
        elif forme is DeposerEnvoi and local == "fichier" and [e.tag for e in enfant] == [nom(XOP, "Include")]:
            champs[local] = None
        elif len(enfant):
            raise _invalide([{"element": local, "message": "Il contient un texte, pas d'autres éléments."}])
        else:
            champs[local] = enfant.text or ""
    if (element.text or "").strip() or any((e.tail or "").strip() for e in element):
        raise _invalide([{"element": element.tag.rpartition("}")[2], "message": "Il contient un texte égaré."}])
    try:
        return forme.model_validate(champs)
    except ValidationError as erreur:
        lignes = lignes_de_validation([{**e, "loc": ("corps", *e["loc"])} for e in erreur.errors()])
        raise _invalide([{"element": ligne["parametre"], "message": ligne["message"]} for ligne in lignes]) from None


def _invalide(lignes: list[dict[str, str]]) -> Faute:
    noms = ", ".join(sorted({ligne["element"] for ligne in lignes}))
    return Faute(
        "demande-invalide",
        f"À corriger : {noms or 'la demande'}.",
        "Voyez chaque « erreur », et la forme de chaque élément dans le WSDL.",
        erreurs=lignes,
    )
