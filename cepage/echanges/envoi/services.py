"""Building the day's envoi, sending it, reading its receipt back; and trying what would be refused tonight.

Three transactions, so that a stop anywhere loses nothing: the envoi is fixed (name, bytes, fiches) before it leaves;
sent again, the exchange point gives the same receipt; the receipt is applied whole or not at all.
"""

import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F, Max

from cepage.echanges.envoi.enums import EtatEnvoi, EtatFiche
from cepage.echanges.envoi.models import EnvoiSortant, FicheSortante, Retour
from cepage.echanges.envoi.redaction import deposer_sur_le_disque, nom_du_fichier, rediger, repertoire
from cepage.echanges.envoi.transports import TransportIndisponible, transport
from cepage.echanges.reception.preuves import empreinte_du_fichier
from cepage.fondations.socle.portee import portee_emetteurs, portee_totale

Preparation = Callable[[str, str], int]
_preparations: list[Preparation] = []
_BLOQUANT = "bloquant"


@dataclass(frozen=True)
class Essai:
    """What the validator says of the fiches that wait: each refused or warned one with its anomalies."""

    examinees: int
    anomalies: list[tuple[FicheSortante, dict[str, Any]]] = field(default_factory=list)
    generales: list[dict[str, Any]] = field(default_factory=list)

    @property
    def refusees(self) -> int:
        """Fiches that would be refused."""
        return len({fiche.pk for fiche, anomalie in self.anomalies if anomalie["gravite"] == _BLOQUANT})


@dataclass(frozen=True)
class Resultat:
    """One envoi after an attempt: `erreur` says why it could not leave, empty once its receipt is read."""

    envoi: EnvoiSortant
    acceptees: int = 0
    refusees: int = 0
    erreur: str = ""


def preparer_avant_envoi(preparation: Preparation) -> None:
    """Subscribe what must run before an envoi of (emitter, lot) is built; called once, at start-up."""
    if preparation not in _preparations:
        _preparations.append(preparation)


def lots_en_attente() -> list[tuple[str, str]]:
    """(emitter, lot) that have fiches to send or an envoi without receipt."""
    with portee_totale():
        fiches = FicheSortante.objects.filter(etat=EtatFiche.EN_ATTENTE)
        envois = EnvoiSortant.objects.filter(etat=EtatEnvoi.CONSTRUIT)
        couples = {*fiches.values_list("emetteur", "lot"), *envois.values_list("emetteur", "lot")}
    return sorted(couples)


def construire(emetteur: str, lot: str, *, le: datetime) -> EnvoiSortant | None:
    """Fix the envoi of the fiches that wait, in the order of their acts; None when nothing waits."""
    with portee_emetteurs([emetteur]):
        for preparation in _preparations:
            preparation(emetteur, lot)
        fiches = list(_en_attente(emetteur, lot).select_for_update())
        if not fiches:
            return None
        siens = EnvoiSortant.objects.filter(emetteur=emetteur, lot=lot)
        sequence = (siens.aggregate(m=Max("sequence"))["m"] or 0) + 1
        nom = nom_du_fichier(emetteur, lot, le, sequence)
        chemin = deposer_sur_le_disque(nom, rediger(fiches, emetteur=emetteur, lot=lot, sequence=sequence))
        envoi = EnvoiSortant.objects.create(
            emetteur=emetteur,
            lot=lot,
            sequence=sequence,
            nom_fichier=nom,
            empreinte=empreinte_du_fichier(chemin),
            fiches_envoyees=len(fiches),
            construit_le=le,
        )
        for fiche in fiches:
            fiche.envoi, fiche.etat = envoi, EtatFiche.DANS_UN_ENVOI
        FicheSortante.objects.bulk_update(fiches, ["envoi", "etat", "ligne"], batch_size=1000)
        return envoi


def _en_attente(emetteur: str, lot: str) -> Any:
    attente = FicheSortante.objects.filter(emetteur=emetteur, lot=lot, etat=EtatFiche.EN_ATTENTE, retenue="")
    return attente.order_by("id")


def transmettre(emetteur: str, lot: str, *, le: datetime) -> list[Resultat]:
    """Send every envoi without receipt, oldest first; the first that cannot leave stops the others (order kept)."""
    with portee_emetteurs([emetteur]):
        attente = EnvoiSortant.objects.filter(emetteur=emetteur, lot=lot, etat=EtatEnvoi.CONSTRUIT)
        envois = list(attente.order_by("sequence"))
    resultats = []
    for envoi in envois:
        resultat = _transmettre_un(envoi, le)
        resultats.append(resultat)
        if resultat.erreur:
            break
    return resultats


def _transmettre_un(envoi: EnvoiSortant, le: datetime) -> Resultat:
    chemin = repertoire() / envoi.nom_fichier
    with portee_emetteurs([envoi.emetteur]):
        EnvoiSortant.objects.filter(pk=envoi.pk).update(tentatives=F("tentatives") + 1)
        if not chemin.is_file() or empreinte_du_fichier(chemin) != envoi.empreinte:
            fiches = envoi.fiches.order_by("id")
            octets = rediger(fiches, emetteur=envoi.emetteur, lot=envoi.lot, sequence=envoi.sequence)
            chemin = deposer_sur_le_disque(envoi.nom_fichier, octets)
    try:
        accuse = transport().transmettre(chemin, lot=envoi.lot, emetteur=envoi.emetteur, le=le, essai=False)
    except TransportIndisponible as erreur:
        with portee_emetteurs([envoi.emetteur]):
            EnvoiSortant.objects.filter(pk=envoi.pk).update(derniere_erreur=str(erreur)[:300])
        return Resultat(envoi, erreur=str(erreur))
    with portee_emetteurs([envoi.emetteur]):
        return appliquer_l_accuse(envoi, accuse, le=le)


def appliquer_l_accuse(envoi: EnvoiSortant, accuse: Mapping[str, Any], *, le: datetime) -> Resultat:
    """Write what the receipt says of each fiche. A file refused whole gives its fiches back to the next envoi."""
    with transaction.atomic():
        envoi = EnvoiSortant.objects.select_for_update().get(pk=envoi.pk)
        if envoi.etat != EtatEnvoi.CONSTRUIT:
            return Resultat(envoi)
        fiches = list(envoi.fiches.order_by("id"))
        envoi.transmis_le, envoi.derniere_erreur = le, ""
        envoi.identifiant_accuse, envoi.statut_accuse = accuse["envoi"], accuse["statut"]
        if not accuse["comptes"]:
            envoi.etat = EtatEnvoi.REFUSE
            envoi.derniere_erreur = " ".join(a["message"] for a in accuse["anomalies"])[:300]
            envoi.save()
            envoi.fiches.update(etat=EtatFiche.EN_ATTENTE, envoi=None, ligne=None)
            return Resultat(envoi, erreur=envoi.derniere_erreur)
        envoi.etat = EtatEnvoi.ACCUSE
        envoi.save()
        refusees = _ranger(fiches, accuse["anomalies"], le)
        return Resultat(envoi, len(fiches) - refusees, refusees)


def _ranger(fiches: list[FicheSortante], anomalies: Iterable[Mapping[str, Any]], le: datetime) -> int:
    """Set each fiche accepted or refused and keep its anomalies; gives the number refused."""
    par_place = {(fiche.fiche, fiche.ligne): fiche for fiche in fiches}
    bloquees: set[int] = set()
    retours = []
    for anomalie in anomalies:
        fiche = par_place.get((anomalie["fiche"], anomalie["ligne"]))
        if fiche is None:
            continue
        if anomalie["gravite"] == _BLOQUANT:
            bloquees.add(fiche.pk)
        retours.append(_retour(fiche, anomalie, le))
    for fiche in fiches:
        fiche.etat = EtatFiche.REFUSEE if fiche.pk in bloquees else EtatFiche.ACCEPTEE
    FicheSortante.objects.bulk_update(fiches, ["etat"], batch_size=1000)
    acceptees = [fiche for fiche in fiches if fiche.pk not in bloquees]
    Retour.objects.filter(
        traite_le__isnull=True, gravite=_BLOQUANT, fiche_sortante__cle__in={fiche.cle for fiche in acceptees}
    ).exclude(fiche_sortante__in=bloquees).update(traite_le=le)
    Retour.objects.bulk_create(retours)
    return len(bloquees)


def _retour(fiche: FicheSortante, anomalie: Mapping[str, Any], le: datetime) -> Retour:
    return Retour(
        emetteur=fiche.emetteur,
        fiche_sortante=fiche,
        code=anomalie["code"],
        gravite=anomalie["gravite"],
        champ=anomalie["champ"] or "",
        message=anomalie["message"],
        remede=anomalie["remede"],
        clause=anomalie["clause"],
        recu_le=le,
    )


def essayer(emetteur: str, lot: str, *, le: datetime) -> Essai:
    """What the exchange point would say of the fiches that wait, were they sent now; nothing enters, nothing moves.

    Raises TransportIndisponible.
    """
    with portee_emetteurs([emetteur]):
        fiches = list(_en_attente(emetteur, lot))
    if not fiches:
        return Essai(0)
    with tempfile.TemporaryDirectory(prefix="cepage-essai-") as repertoire_d_essai:
        chemin = Path(repertoire_d_essai) / nom_du_fichier(emetteur, lot, le, 0)
        chemin.write_bytes(rediger(fiches, emetteur=emetteur, lot=lot, sequence=0))
        accuse = transport().transmettre(chemin, lot=lot, emetteur=emetteur, le=le, essai=True)
    par_place = {(fiche.fiche, fiche.ligne): fiche for fiche in fiches}
    essai = Essai(len(fiches))
    for anomalie in accuse["anomalies"]:
        trouvee = par_place.get((anomalie["fiche"], anomalie["ligne"]))
        if trouvee is None:
            essai.generales.append(anomalie)
        else:
            essai.anomalies.append((trouvee, anomalie))
    return essai
