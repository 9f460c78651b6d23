"""What the pages of the envois read: the list, one receipt, its anomalies grouped by code."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Min, QuerySet, Window
from django.db.models.functions import RowNumber

from cepage.echanges.contrat.codes import CODES
from cepage.echanges.contrat.fiches import FICHES
from cepage.echanges.reception import preuves
from cepage.echanges.reception.enums import Mode, Statut
from cepage.echanges.reception.lecture import CODES as CODES_DE_LECTURE
from cepage.echanges.reception.models import Anomalie, Envoi
from cepage.echanges.reception.refusees import est_un_csv
from cepage.fondations.socle.formats import PARIS, accorder

_RANGS = {nom: rang for rang, nom in enumerate(FICHES)}
APERCU = 5
"""Lines shown under a code before the link to all of them."""


@dataclass(frozen=True)
class Compte:
    """Counts of one kind of fiche in a receipt."""

    fiche: str
    libelle: str
    acceptees: int
    refusees: int
    inchangees: int


@dataclass(frozen=True)
class Resume:
    """One receipt as pages show it, whether kept (`identifiant` leads to it) or of a trial."""

    identifiant: str
    lot: str
    emetteur: str
    nom_fichier: str
    statut: Statut
    mode: Mode
    recu_le: datetime
    comptes: list[Compte]
    total_anomalies: int
    trace: str = ""

    @property
    def acceptees(self) -> int:
        """New fiches."""
        return sum(c.acceptees for c in self.comptes)

    @property
    def refusees(self) -> int:
        """Refused fiches."""
        return sum(c.refusees for c in self.comptes)

    @property
    def inchangees(self) -> int:
        """Fiches already known, left as they were."""
        return sum(c.inchangees for c in self.comptes)

    @property
    def essai(self) -> bool:
        """True when nothing entered, whatever the status."""
        return self.mode is Mode.ESSAI

    @property
    def phrase(self) -> str:
        """The receipt in one or two sentences."""
        entrees = accorder(self.acceptees, "fiche nouvelle", "fiches nouvelles")
        connues = accorder(self.inchangees, "déjà connue", "déjà connues")
        refusees = accorder(self.refusees, "refusée", "refusées")
        match self.statut:
            case Statut.ACCEPTE:
                texte = f"Tout est juste : {entrees}, {connues}."
                suite = "" if self.essai else " Il n'y a rien à renvoyer."
            case Statut.PARTIEL:
                texte = f"{entrees}, {connues}, {refusees}."
                suite = " Corrigez les lignes refusées, puis renvoyez-les : les autres sont entrées."
                suite = " Corrigez les lignes refusées avant d'envoyer." if self.essai else suite
            case Statut.REFUSE if self.comptes:
                texte = f"Rien n'est entré : {refusees}."
                suite = " Corrigez ce qui suit, puis renvoyez le fichier."
            case Statut.REFUSE:
                texte = "Le fichier est refusé en entier : rien n'est entré."
                suite = " Corrigez ce qui suit, puis renvoyez le fichier."
            case _:
                texte, suite = "Le fichier est reçu.", ""
        return ("Essai : rien n'est entré dans le registre. " if self.essai else "") + texte + suite


@dataclass(frozen=True)
class Groupe:
    """The anomalies of one code in a receipt, with the first lines concerned."""

    code: str
    bloquant: bool
    combien: int
    message: str
    remede: str
    clause: str
    documente: bool
    lignes: Sequence[Any] = ()

    @property
    def reste(self) -> int:
        """How many lines are not shown."""
        return self.combien - len(self.lignes)


def envois(lots: frozenset[str] | None) -> "QuerySet[Envoi]":
    """The envois of these lots (None: all) inside the row-level scope under way."""
    return Envoi.objects.all() if lots is None else Envoi.objects.filter(lot__in=lots)


def filtrer(
    lignes: "QuerySet[Envoi]", *, lot: str = "", statut: str = "", mois: date | None = None
) -> "QuerySet[Envoi]":
    """The envois of a lot, of a status, received during a month of Paris; an empty filter filters nothing."""
    if lot:
        lignes = lignes.filter(lot=lot)
    if statut:
        lignes = lignes.filter(statut=statut)
    if mois:
        suivant = date(mois.year + mois.month // 12, mois.month % 12 + 1, 1)
        lignes = lignes.filter(recu_le__gte=_minuit(mois), recu_le__lt=_minuit(suivant))
    return lignes


def _minuit(jour: date) -> datetime:
    return datetime(jour.year, jour.month, jour.day, tzinfo=PARIS).astimezone(UTC)


def resumer(envoi: Envoi) -> Resume:
    """A kept envoi as pages show it."""
    return Resume(
        identifiant=envoi.identifiant,
        lot=envoi.lot,
        emetteur=envoi.emetteur,
        nom_fichier=envoi.nom_fichier,
        statut=Statut(envoi.statut),
        mode=Mode(envoi.mode),
        recu_le=envoi.recu_le,
        comptes=_comptes(envoi.comptes),
        total_anomalies=envoi.total_anomalies,
        trace=envoi.trace,
    )


def chemin_de_l_essai(depot: str) -> Path:
    """Where the receipt of a trial waits."""
    return Path(settings.CEPAGE_DONNEES) / "depots" / f"{depot}.accuse.json"


def essai(depot: str) -> tuple[Resume, list[dict[str, Any]]] | None:
    """The receipt of a trial and its anomalies; None once it has been cleared."""
    try:
        lu = json.loads(chemin_de_l_essai(depot).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    resume = Resume(
        identifiant="",
        lot=lu["lot"],
        emetteur=lu["emetteur"],
        nom_fichier=lu["nom_fichier"],
        statut=Statut(lu["statut"]),
        mode=Mode.ESSAI,
        recu_le=datetime.fromisoformat(lu["recu_le"]),
        comptes=_comptes(lu["comptes"]),
        total_anomalies=len(lu["anomalies"]),
    )
    return resume, lu["anomalies"]


def _comptes(comptes: dict[str, dict[str, int]]) -> list[Compte]:
    return [
        Compte(nom, FICHES[nom].libelle if nom in FICHES else nom, c["acceptees"], c["refusees"], c["inchangees"])
        for nom, c in sorted(comptes.items(), key=lambda paire: _RANGS.get(paire[0], len(_RANGS)))
    ]


def anomalies(envoi: Envoi, *, code: str = "", fiche: str = "", gravite: str = "") -> "QuerySet[Anomalie]":
    """The anomalies of a receipt that pass the filters, in its order."""
    choisies = {"code": code, "fiche": fiche, "gravite": gravite}
    return envoi.anomalies.filter(**{nom: valeur for nom, valeur in choisies.items() if valeur}).order_by("rang")


def groupes(lignes: "QuerySet[Anomalie]", *, apercu: bool = True) -> list[Groupe]:
    """These anomalies by code, blocking ones first, then the most frequent; two queries, one without `apercu`."""
    totaux = (
        lignes.order_by()
        .values("code", "gravite")
        .annotate(
            combien=Count("id"),
            messages=Count("message", distinct=True),
            un_message=Min("message"),
            remedes=Count("remede", distinct=True),
            un_remede=Min("remede"),
            une_clause=Min("clause"),
        )
    )
    place = Window(RowNumber(), partition_by=[F("code")], order_by=F("rang").asc())
    premieres: dict[str, list[Anomalie]] = {}
    debuts = lignes.annotate(place=place).filter(place__lte=APERCU).order_by("code", "rang")
    for anomalie in debuts if apercu else ():
        premieres.setdefault(anomalie.code, []).append(anomalie)
    trouves = [
        _groupe(
            t["code"],
            t["gravite"],
            t["combien"],
            t["un_message"] if t["messages"] == 1 else "",
            t["un_remede"] if t["remedes"] == 1 else "",
            t["une_clause"],
            premieres.get(t["code"], []),
        )
        for t in totaux
    ]
    return sorted(trouves, key=_ordre)


def groupes_de_l_essai(lues: Iterable[dict[str, Any]]) -> list[Groupe]:
    """The same grouping of the anomalies of a trial."""
    par_code: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for anomalie in lues:
        par_code.setdefault((anomalie["code"], anomalie["gravite"]), []).append(anomalie)
    trouves = []
    for (code, gravite), siennes in par_code.items():
        messages, remedes = {a["message"] for a in siennes}, {a["remede"] for a in siennes}
        trouves.append(
            _groupe(
                code,
                gravite,
                len(siennes),
                messages.pop() if len(messages) == 1 else "",
                remedes.pop() if len(remedes) == 1 else "",
                siennes[0]["clause"],
                siennes[:APERCU],
            )
        )
    return sorted(trouves, key=_ordre)


def _ordre(groupe: Groupe) -> tuple[bool, int, str]:
    return (not groupe.bloquant, -groupe.combien, groupe.code)


def _groupe(
    code: str, gravite: str, combien: int, message: str, remede: str, clause: str, lignes: Sequence[Any]
) -> Groupe:
    connu = CODES.get(code) or CODES_DE_LECTURE.get(code)
    return Groupe(
        code=code,
        bloquant=gravite == "bloquant",
        combien=combien,
        message=message or (_general(connu.message) if connu else ""),
        remede=remede or (_general(connu.remede) if connu else ""),
        clause=clause,
        documente=connu is not None,
        lignes=lignes,
    )


def _general(phrase: str) -> str:
    """A sentence whose precisions differ from one line to the other."""
    return re.sub(r"\{\w+\}", "…", phrase)


@dataclass(frozen=True)
class Refusees:
    """The refused lines of one file of an envoi, that can be downloaded alone."""

    fiche: str
    libelle: str
    fichier: str
    combien: int


def fichiers_refuses(envoi: Envoi) -> list[Refusees]:
    """Files of fiches with refused lines, when the envoi is a CSV or an archive of CSV; one query."""
    preuve = preuves.chemin(envoi.empreinte)
    lignes = (
        envoi.anomalies.filter(gravite="bloquant", ligne__isnull=False, fiche__isnull=False)
        .order_by()
        .values("fiche", "fichier")
        .annotate(combien=Count("ligne", distinct=True))
    )
    ordre = list(FICHES)
    trouvees = [
        Refusees(li["fiche"], FICHES[li["fiche"]].libelle, str(li["fichier"]), li["combien"])
        for li in lignes
        if li["fiche"] in FICHES and est_un_csv(preuve, str(li["fichier"]))
    ]
    return sorted(trouvees, key=lambda r: (ordre.index(r.fiche), r.fichier))


def lignes_refusees(envoi: Envoi, fiche: str, fichier: str) -> frozenset[int]:
    """First physical line of each refused record of a file."""
    lignes = envoi.anomalies.filter(gravite="bloquant", fiche=fiche, fichier=fichier, ligne__isnull=False)
    return frozenset(ligne for ligne in lignes.order_by().values_list("ligne", flat=True).distinct() if ligne)


def fiches_presentes(envoi: Envoi) -> list[tuple[str, str]]:
    """Kinds of fiche of an envoi, for the filter of its anomalies: (name, label)."""
    return [(nom, FICHES[nom].libelle) for nom in FICHES if nom in envoi.comptes]
