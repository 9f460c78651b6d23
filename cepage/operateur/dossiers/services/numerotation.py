"""Numbers given without gap: people, dossiers of a month, units of an order."""

from datetime import date

from django.db import connection
from django.db.models import F

from cepage.echanges.envoi.transports import TransportIndisponible, transport
from cepage.fondations.regles import numeros
from cepage.operateur.dossiers.models import Compteur


def suivant(emetteur: str, cle: str) -> int:
    """The next number under this key; whoever asks at the same time waits, and a rollback gives the number back."""
    with connection.cursor() as curseur:
        curseur.execute(
            "INSERT INTO dossiers_compteur (emetteur, cle, valeur) VALUES (%s, %s, 1) "
            "ON CONFLICT (emetteur, cle) DO UPDATE SET valeur = dossiers_compteur.valeur + 1 RETURNING valeur",
            [emetteur, cle],
        )
        return int(curseur.fetchone()[0])


def reprendre(emetteur: str, cle: str, valeur: int) -> None:
    """Start a counter after `valeur`: what another tool already numbered. Never backwards."""
    Compteur.objects.get_or_create(emetteur=emetteur, cle=cle)
    Compteur.objects.filter(emetteur=emetteur, cle=cle, valeur__lt=valeur).update(valeur=valeur)


def cle_de_dossier(engagement: date, uo: str) -> str:
    """Counter of the dossiers of a month and a unit (CCTP annexe 2 §2 note 38)."""
    return f"dossier:{engagement:%y%m}:{uo}"


def cle_de_commande(reference: str) -> str:
    """Counter of the units consumed on an order."""
    return f"commande:{reference}"


def identifiant(emetteur: str) -> str:
    """Identifier of a new person, said easily on the phone: « 8A-000123 »."""
    return f"{emetteur}-{suivant(emetteur, 'beneficiaire'):06d}"


def numero_de_dossier(emetteur: str, engagement: date, uo: str) -> str:
    """National number of a new dossier."""
    return numeros.numero_dossier(emetteur, engagement, uo, suivant(emetteur, cle_de_dossier(engagement, uo)))


def reference_de_commande(emetteur: str, lot: str, engagement: date, uo: str) -> str:
    """Reference of the next unit on the first order that covers that day; empty when none has room left.

    An order that cannot be asked for now (exchange point down) is asked again before the next envoi.
    """
    try:
        commandes = transport().commandes(lot)
    except TransportIndisponible:
        return ""
    for commande in commandes:
        lue = numeros.lire_reference_commande(commande.reference)
        if lue.uo != uo or not commande.debut <= engagement <= commande.fin:
            continue
        cle = cle_de_commande(commande.reference)
        Compteur.objects.get_or_create(emetteur=emetteur, cle=cle)
        pris = Compteur.objects.filter(emetteur=emetteur, cle=cle, valeur__lt=commande.volume)
        if pris.update(valeur=F("valeur") + 1):
            rang = Compteur.objects.get(emetteur=emetteur, cle=cle).valeur
            return numeros.reference_bon_commande(lue.annee, lue.lot, lue.uo, lue.ordre, rang)
    return ""
