"""What the service answers when it cannot: a SOAP 1.2 fault, in French, with the way to mend it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.http import HttpResponse
from lxml import etree

from cepage.echanges.canaux.soap.espaces import ECHANGE, SOAP, XML, nom
from cepage.echanges.reception.accuse import texte_xml

TYPE = "application/soap+xml; charset=utf-8"


class Cote(StrEnum):
    """Whose fault it is, in the words of SOAP 1.2 (§5.4.6)."""

    CLIENT = "Sender"
    SERVICE = "Receiver"
    VERSION = "VersionMismatch"
    ENTETE = "MustUnderstand"


@dataclass(frozen=True)
class Genre:
    """One kind of fault, documented under its code: whose it is, its title, when it comes."""

    code: str
    cote: Cote
    titre: str
    explication: str


_C, _S = Cote.CLIENT, Cote.SERVICE
_GENRES = (
    Genre("message-illisible", _C, "Message illisible", "Le message n'est pas une enveloppe SOAP 1.2 bien formée."),
    Genre("message-trop-gros", _C, "Message trop gros", "L'enveloppe ou le fichier dépassent ce qui est accepté."),
    Genre("type-inconnu", _C, "Type de contenu inconnu", "Content-Type n'annonce pas un message SOAP 1.2."),
    Genre("version", Cote.VERSION, "Version de SOAP", "L'enveloppe n'est pas celle de SOAP 1.2."),
    Genre("entete-inconnu", Cote.ENTETE, "En-tête inconnu", "Un en-tête obligatoire n'est pas compris ici."),
    Genre("operation-inconnue", _C, "Opération inconnue", "L'opération demandée n'est pas dans le WSDL."),
    Genre("signature-absente", _C, "Signature absente", "Le message n'est pas signé, ou pas comme attendu."),
    Genre("signature-invalide", _C, "Signature invalide", "La signature ne couvre pas ce qui est lu, ou est fausse."),
    Genre("message-perime", _C, "Message périmé", "L'horodatage du message est trop ancien ou dans le futur."),
    Genre("message-rejoue", _C, "Message rejoué", "Ce même message signé a déjà été reçu."),
    Genre("certificat-inconnu", _C, "Certificat inconnu", "Le certificat n'est joint à aucune clé d'accès."),
    Genre("assertion-refusee", _C, "Assertion refusée", "L'assertion InterOPS n'est pas valable pour ce message."),
    Genre("cle-revoquee", _C, "Clé révoquée", "La clé à laquelle le certificat est joint a été arrêtée."),
    Genre("cle-expiree", _C, "Clé expirée", "La clé à laquelle le certificat est joint n'est plus valable."),
    Genre("adresse-refusee", _C, "Adresse refusée", "Le message vient d'une adresse que la clé n'accepte pas."),
    Genre("action-refusee", _C, "Action refusée", "La clé ne porte pas l'action demandée."),
    Genre("demande-invalide", _C, "Demande invalide", "Un élément manque, est de trop ou n'a pas la forme attendue."),
    Genre(
        "empreinte-differente", _C, "Empreinte différente", "Le fichier reçu n'est pas celui que l'empreinte annonce."
    ),
    Genre("inconnu", _C, "Introuvable", "L'objet n'existe pas, ou n'est pas à vous."),
    Genre("en-cours", _C, "Contrôle en cours", "L'accusé n'est pas encore prêt."),
    Genre("recu-d-un-autre", _C, "Déjà reçu d'un autre", "Ces mêmes octets ont été reçus d'un autre opérateur."),
    Genre("cle-reutilisee", _C, "Clé d'idempotence prise", "La clé d'idempotence a servi pour un autre envoi."),
    Genre("interrompu", _S, "Contrôle interrompu", "Le contrôle s'est arrêté : rien n'est entré."),
    Genre("cadence", _C, "Trop de demandes", "La limite de demandes par minute est atteinte."),
    Genre("methode", _C, "Méthode non permise", "Le service répond à POST, et à GET pour sa description."),
    Genre("panne", _S, "Panne", "Quelque chose s'est cassé chez nous ; rien n'est entré à moitié."),
)
_STATUTS = {"methode": 405, "type-inconnu": 415}
GENRES: dict[str, Genre] = {genre.code: genre for genre in _GENRES}


@dataclass
class Faute(Exception):
    """What happened (`detail`) and how to mend it (`remede`); `erreurs`: one line per wrong element."""

    code: str
    detail: str
    remede: str
    erreurs: Sequence[Mapping[str, str]] = ()
    entetes: Mapping[str, str] = field(default_factory=dict)

    @property
    def genre(self) -> Genre:
        """What kind of fault it is."""
        return GENRES[self.code]

    def reponse(self, trace: str) -> HttpResponse:
        """The answer, whole: 400 when the sender can mend it, 500 otherwise (SOAP 1.2 part 2, table 20)."""
        statut = _STATUTS.get(self.code, 400 if self.genre.cote is Cote.CLIENT else 500)
        reponse = HttpResponse(self.en_xml(trace), content_type=TYPE, status=statut)
        for entete, valeur in self.entetes.items():
            reponse.headers[entete] = valeur
        return reponse

    def en_xml(self, trace: str) -> bytes:
        """The envelope of the fault."""
        enveloppe = etree.Element(nom(SOAP, "Envelope"), nsmap={"env": SOAP, "c": ECHANGE})
        faute = etree.SubElement(etree.SubElement(enveloppe, nom(SOAP, "Body")), nom(SOAP, "Fault"))
        code = etree.SubElement(faute, nom(SOAP, "Code"))
        etree.SubElement(code, nom(SOAP, "Value")).text = f"env:{self.genre.cote}"
        sous_code = etree.SubElement(code, nom(SOAP, "Subcode"))
        etree.SubElement(sous_code, nom(SOAP, "Value")).text = f"c:{self.code}"
        raison = etree.SubElement(etree.SubElement(faute, nom(SOAP, "Reason")), nom(SOAP, "Text"))
        raison.set(nom(XML, "lang"), "fr")
        raison.text = texte_xml(f"{self.detail} {self.remede}")
        probleme = etree.SubElement(etree.SubElement(faute, nom(SOAP, "Detail")), nom(ECHANGE, "probleme"))
        champs = {"code": self.code, "titre": self.genre.titre, "detail": self.detail, "remede": self.remede}
        for champ, valeur in (champs | {"trace": trace}).items():
            etree.SubElement(probleme, nom(ECHANGE, champ)).text = texte_xml(valeur)
        for ligne in self.erreurs:
            erreur = etree.SubElement(probleme, nom(ECHANGE, "erreur"))
            for champ in ("element", "message"):
                etree.SubElement(erreur, nom(ECHANGE, champ)).text = texte_xml(ligne[champ])
        return bytes(etree.tostring(enveloppe, xml_declaration=True, encoding="UTF-8"))
