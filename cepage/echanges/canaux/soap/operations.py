"""The operations of the WSDL, and the action each one asks for: no rule here."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from lxml import etree

from cepage.echanges.canaux import milieux
from cepage.echanges.canaux.acces.authentification import Acces
from cepage.echanges.canaux.catalogue import SOAP
from cepage.echanges.canaux.depots import selectors as depots_lus
from cepage.echanges.canaux.depots import services as depots
from cepage.echanges.canaux.depots.models import Depot
from cepage.echanges.canaux.soap import demandes, ecriture
from cepage.echanges.canaux.soap.fautes import Faute
from cepage.echanges.canaux.soap.pieces import Piece, ecrite
from cepage.echanges.contrat import selectors as contrat
from cepage.echanges.contrat.fiches import VERSION
from cepage.echanges.reception import selectors
from cepage.echanges.reception.accuse import Accuse
from cepage.echanges.reception.models import Envoi
from cepage.echanges.reception.services import accuse_de
from cepage.fondations.referentiels import nomenclatures
from cepage.fondations.socle.composants.pagination import paginer


@dataclass(frozen=True)
class Contexte:
    """For whom an operation works, the trace of its request, the file joined to it."""

    acces: Acces
    trace: str
    piece: Piece | None = None


@dataclass(frozen=True)
class Operation:
    """One operation: the action it asks for, the shape of its request, what it does."""

    action: str
    forme: type[demandes.Demande]
    faire: Callable[[Contexte, Any, Any], None]
    resume: str


def deposer_envoi(contexte: Contexte, demande: demandes.DeposerEnvoi, reponse: Any) -> None:
    """A whole file: its receipt at once when it is small, else its deposit."""
    nom = PurePosixPath(demande.nom.replace("\\", "/")).name.strip() or "envoi"
    with _fichier(contexte, demande) as piece:
        if piece.empreinte != demande.empreinte:
            raise Faute(
                "empreinte-differente",
                "Le fichier reçu n'a pas l'empreinte SHA-256 que le message annonce : il a changé en route.",
                "Recalculez l'empreinte des octets du fichier, et renvoyez-le.",
            )
        _deposer(contexte, demande, nom, piece, reponse, differe=demande.differe)


def _fichier(contexte: Contexte, demande: demandes.DeposerEnvoi) -> AbstractContextManager[Piece]:
    """The file of the request, inside it or joined."""
    if demande.fichier is not None:
        return ecrite([demande.fichier])
    if contexte.piece is None:
        raise Faute(
            "demande-invalide",
            "Le message nomme un fichier joint (xop:Include) et n'en joint pas.",
            "Envoyez multipart/related : l'enveloppe, puis le fichier.",
        )
    return nullcontext(contexte.piece)


def deposer_fiches(contexte: Contexte, demande: demandes.DeposerFiches, reponse: Any) -> None:
    """Fiches in the message: the same judge as a file, the receipt at once."""
    with ecrite([_hors_du_message(demande.envoi)]) as piece:
        _deposer(contexte, demande, "envoi.xml", piece, reponse, differe=False)


def _hors_du_message(envoi: Any) -> bytes:
    """The contract's document: what the message holds, without the namespace of the messages."""
    document = etree.Element("envoi", envoi.attrib)
    document.text = envoi.text
    document.extend(envoi)
    etree.cleanup_namespaces(document)
    return bytes(etree.tostring(document, encoding="UTF-8", xml_declaration=True))


def _deposer(
    contexte: Contexte,
    demande: demandes.DeposerEnvoi | demandes.DeposerFiches,
    nom: str,
    piece: Piece,
    reponse: Any,
    *,
    differe: bool,
) -> None:
    le = milieux.maintenant(contexte.acces)
    ouverture = depots.Ouverture(
        SOAP.nom, demande.lot, demande.mode, nom, piece.taille, contexte.trace, demande.cleIdempotence
    )
    if differe or piece.taille > settings.CEPAGE_SEUIL_IMMEDIAT:
        ecriture.depot(reponse, depots.remettre(contexte.acces, ouverture, piece.chemin, le=le))
        return
    depot, accuse = depots.juger_sur_place(contexte.acces, ouverture, piece.chemin, identifiant=uuid4(), le=le)
    if accuse is None:
        raise _sans_accuse(depot)
    ecriture.accuse(reponse, accuse)


def _sans_accuse(depot: Depot) -> Faute:
    pourquoi = depots_lus.sans_accuse(depot)
    return Faute(pourquoi.code, pourquoi.message, pourquoi.remede)


def suivre_depot(contexte: Contexte, demande: demandes.SuivreDepot, reponse: Any) -> None:
    """Where a file that waits for its judge is."""
    ecriture.depot(reponse, _depot(contexte.acces, demande.depot))


def lire_accuse(contexte: Contexte, demande: demandes.LireAccuse, reponse: Any) -> None:
    """A receipt, by its envoi or by its deposit."""
    if (demande.envoi is None) == (demande.depot is None):
        raise Faute("demande-invalide", "L'accusé se demande par son envoi ou par son dépôt.", "Donnez l'un des deux.")
    envoi, acces = demande.envoi, contexte.acces
    if demande.depot is not None:
        depot = _depot(acces, demande.depot)
        if depot.essai is not None:
            ecriture.accuse(reponse, Accuse.de_dict(depot.essai))
            return
        if not depot.envoi:
            raise _sans_accuse(depot)
        envoi = depot.envoi
    with milieux.dans(acces.emetteur, bac=acces.bac_a_sable):
        trouve = Envoi.objects.filter(identifiant=envoi).first()
        if trouve is None:
            raise Faute("inconnu", "Aucun de vos envois ne porte cet identifiant.", "Listez-les : listerEnvois.")
        ecriture.accuse(reponse, accuse_de(trouve))


def _depot(acces: Acces, identifiant: UUID) -> Depot:
    depot = depots_lus.depot_de(acces, identifiant)
    if depot is None:
        raise Faute(
            "inconnu", "Aucun de vos dépôts ne porte cet identifiant.", "Prenez celui que deposerEnvoi a rendu."
        )
    return depot


def lister_envois(contexte: Contexte, demande: demandes.ListerEnvois, reponse: Any) -> None:
    """One's envois, the most recent first, by pages."""
    acces = contexte.acces
    with milieux.dans(acces.emetteur, bac=acces.bac_a_sable):
        lignes = selectors.filtrer(selectors.envois(None), lot=demande.lot or "", statut=str(demande.statut or ""))
        page = paginer(lignes, demande.apres, cle="-pk", taille=demande.taille)
        traces = depots_lus.traces(acces, [e.identifiant for e in page.lignes])
        for envoi in page.lignes:
            ecriture.envoi(reponse, envoi, traces.get(envoi.identifiant))
    ecriture.champ(reponse, "suivante", page.suivante)


def lire_nomenclature(contexte: Contexte, demande: demandes.LireNomenclature, reponse: Any) -> None:
    """The codes of a list with their dates; without a name, the names of the lists."""
    connues = [nom for nom in nomenclatures.noms() if contrat.champs_de_la_liste(nom)]
    if demande.nom is None:
        for nom in connues:
            ecriture.champ(reponse, "nom", nom)
        return
    if demande.nom not in connues:
        raise Faute(
            "inconnu", "Le contrat n'a pas cette liste.", "Demandez lireNomenclature sans nom : elle les donne."
        )
    for code in nomenclatures.table(demande.nom):
        ecriture.code(reponse, code)


def lire_acces(contexte: Contexte, demande: demandes.LireAcces, reponse: Any) -> None:
    """What the key opens: the first thing to ask."""
    acces = contexte.acces
    ecriture.champ(reponse, "cle", acces.identifiant)
    ecriture.champ(reponse, "emetteur", acces.emetteur)
    for action in sorted(acces.actions):
        ecriture.champ(reponse, "action", action)
    ecriture.champ(reponse, "bacASable", acces.bac_a_sable)
    ecriture.champ(reponse, "maintenant", milieux.maintenant(acces).isoformat())
    ecriture.champ(reponse, "contrat", VERSION)


OPERATIONS: dict[str, Operation] = {
    "lireAcces": Operation(
        "contrat.lire", demandes.LireAcces, lire_acces, "Savoir ce que mon certificat ouvre : la première à appeler."
    ),
    "deposerEnvoi": Operation(
        "envoi.deposer", demandes.DeposerEnvoi, deposer_envoi, "Envoyer un fichier : ZIP, CSV, JSON ou XML."
    ),
    "deposerFiches": Operation(
        "envoi.deposer", demandes.DeposerFiches, deposer_fiches, "Envoyer des fiches écrites dans le message."
    ),
    "suivreDepot": Operation(
        "envoi.deposer", demandes.SuivreDepot, suivre_depot, "Suivre un gros fichier pendant son contrôle."
    ),
    "lireAccuse": Operation("envoi.lire", demandes.LireAccuse, lire_accuse, "Lire un accusé, par envoi ou par dépôt."),
    "listerEnvois": Operation("envoi.lire", demandes.ListerEnvois, lister_envois, "Lister mes envois, par pages."),
    "lireNomenclature": Operation(
        "contrat.lire", demandes.LireNomenclature, lire_nomenclature, "Lire une liste de codes, ou leurs noms."
    ),
}
