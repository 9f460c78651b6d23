"""Controlling a sampled file: taking it, deciding, contesting, arbitrating. One writer at a time per file.

Whoever calls has read the file in the person's own row-level scope; writing, and sealing, is done in the whole one.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from cepage.acheteur.controle.enums import Etat, Genre, Verdict
from cepage.acheteur.controle.models import (
    Arbitrage,
    Contestation,
    Controle,
    Lecture,
    OuvertureDossier,
    PieceJointe,
    Surcontrole,
)
from cepage.acheteur.controle.transitions import TRANSITIONS
from cepage.acheteur.registre.models import TABLES
from cepage.echanges.reception import preuves
from cepage.fondations.comptes.enums import Role
from cepage.fondations.comptes.models import Personne
from cepage.fondations.referentiels.calendrier import est_ferie
from cepage.fondations.regles import ajouter_jours_ouvres, charger_marche
from cepage.fondations.regles.grille import Grille, grille
from cepage.fondations.socle import antivirus
from cepage.fondations.socle.horloge import PARIS
from cepage.fondations.socle.journal import sceller
from cepage.fondations.socle.portee import portee_totale
from cepage.fondations.socle.transitions import TransitionRefusee, appliquer

TAILLE_MAXIMALE = 10_000_000
_PDF = b"%PDF-"
DELAI_ECHU = "Cépage (délai échu)"


@dataclass(frozen=True)
class PointLu:
    """What a reader found of one point of the grid; a non-conformity has its reason code and its comment."""

    code: str
    verdict: str
    motif: str = ""
    commentaire: str = ""


class LectureIncomplete(ValueError):
    """The grid is not filled as it should be; the message says what is missing."""


def grille_du_dossier(controle: Controle) -> Grille:
    """The grid in force on the closing day that was current when the file was drawn."""
    with portee_totale():
        version = controle.tirage.base.get(numero_dossier=controle.numero_dossier).version
        unite: Any = TABLES["unite_oeuvre"]._default_manager.get(pk=version)
    return grille("A", le=unite.date_cloture)


def noter_l_ouverture(controle: Controle, personne: Personne, role: Role, finalite: str, *, le: datetime) -> None:
    """Log that this person opened this named file, and why."""
    with portee_totale():
        OuvertureDossier.objects.create(
            emetteur=controle.emetteur,
            numero_dossier=controle.numero_dossier,
            personne=personne,
            role=role.label,
            finalite=finalite,
            le=le,
        )


def prendre(controle: Controle, personne: Personne, *, le: datetime) -> Controle:
    """Begin the control of a file; does nothing when its own controller has already begun. Raises TransitionRefusee."""
    with _verrouille(controle) as pris:
        _exiger_le_controleur(pris, personne)
        if pris.etat == Etat.TIREE:
            _passer(pris, Etat.EN_CONTROLE, personne.nom_complet, Role.CONTROLEUR, le)
        return pris


def decider(controle: Controle, personne: Personne, points: Sequence[PointLu], *, le: datetime) -> Controle:
    """Decide a file on its grid: not conforming as soon as one point is.

    Raises LectureIncomplete and TransitionRefusee.
    """
    with _verrouille(controle) as pris:
        _exiger_le_controleur(pris, personne)
        verdict = verifier_les_points(pris, points)
        jour = _jour(le)
        if verdict == Verdict.NON_CONFORME:
            pris.contestable_jusqu_a = limite_de_contestation(jour)
        pris.resultat, pris.decide_le = verdict, jour
        _passer(pris, Etat(verdict), personne.nom_complet, Role.CONTROLEUR, le)
        pris.save(update_fields=["resultat", "decide_le", "contestable_jusqu_a"])
        _lire(pris, Genre.CONTROLE, personne, verdict, points, le)
        return pris


def relire(controle: Controle, personne: Personne, points: Sequence[PointLu], *, le: datetime) -> Lecture:
    """The blind second reading; it changes nothing of the decision. Raises LectureIncomplete, TransitionRefusee."""
    with _verrouille(controle) as pris:
        if not Surcontrole.objects.filter(controle=pris).exists():
            raise TransitionRefusee("Ce dossier n'est pas tiré pour le surcontrôle.")
        premiere = pris.lectures.filter(genre=Genre.CONTROLE).first()
        if premiere is not None and premiere.auteur_id == personne.pk:
            raise TransitionRefusee("Une autre personne que le contrôleur relit ce dossier.")
        if pris.lectures.filter(genre=Genre.SURCONTROLE).exists():
            raise TransitionRefusee("Ce dossier a déjà été relu.")
        verdict = verifier_les_points(pris, points)
        return _lire(pris, Genre.SURCONTROLE, personne, verdict, points, le)


def contester(
    controle: Controle,
    personne: Personne,
    argument: str,
    fichiers: Sequence["UploadedFile[bytes]"] = (),
    *,
    le: datetime,
) -> Contestation:
    """Contest a non-conformity, in time, with an argument and its pieces (PDF). Raises TransitionRefusee."""
    with _verrouille(controle) as pris:
        limite = pris.contestable_jusqu_a
        if pris.etat == Etat.NON_CONFORME and limite is not None and _jour(le) > limite:
            raise TransitionRefusee(
                f"Le délai pour contester est passé depuis le {limite:%d/%m/%Y} : la non-conformité devient définitive."
            )
        _passer(pris, Etat.CONTESTEE, personne.nom_complet, Role.DIRECTEUR_PROJET, le, argument)
        contestation = Contestation.objects.create(
            controle=pris, emetteur=pris.emetteur, auteur=personne, deposee_le=le, argument=argument
        )
        for fichier in fichiers:
            _joindre(contestation, fichier)
        pieces = [p.empreinte for p in contestation.pieces.all()]
        _sceller(pris, "controle.contestation", {"pieces": pieces}, le)
        return contestation


def arbitrer(controle: Controle, personne: Personne, decision: Etat, motif: str, *, le: datetime) -> Controle:
    """Keep (MAINTENUE) or lift (LEVEE) a contested non-conformity; the file is then definitive.

    Raises TransitionRefusee.
    """
    with _verrouille(controle) as pris:
        _passer(pris, decision, personne.nom_complet, Role.SUPERVISEUR, le, motif)
        Arbitrage.objects.create(
            contestation=pris.contestation,
            emetteur=pris.emetteur,
            auteur=personne,
            rendu_le=le,
            decision=decision,
            motif=motif,
        )
        if decision == Etat.LEVEE:
            pris.resultat = Verdict.CONFORME
            pris.save(update_fields=["resultat"])
        rendre_definitif(pris, personne.nom_complet, le)
        _sceller(pris, "controle.arbitrage", {"decision": decision.value}, le)
        return pris


def echoir(le: datetime) -> int:
    """Make definitive the non-conformities whose delay to contest is over; returns how many. Run every night."""
    with portee_totale():
        echus = Controle.objects.select_for_update().filter(etat=Etat.NON_CONFORME, contestable_jusqu_a__lt=_jour(le))
        for controle in echus:
            rendre_definitif(controle, DELAI_ECHU, le)
        return len(echus)


def rendre_definitif(controle: Controle, auteur: str, le: datetime) -> None:
    """The last move of a file; the transaction holds its row."""
    controle.definitif_le = _jour(le)
    _passer(controle, Etat.DEFINITIVE, auteur, Role.SUPERVISEUR, le)
    controle.save(update_fields=["definitif_le"])


def limite_de_contestation(decide_le: date) -> date:
    """Last day to contest, included: so many working days after the decision."""
    regles = charger_marche("A")
    return ajouter_jours_ouvres(
        decide_le, regles.entier("controle.contestation", le=decide_le), regles=regles, est_ferie=est_ferie
    )


def verifier_les_points(controle: Controle, points: Sequence[PointLu]) -> Verdict:
    """The verdict of a whole grid: every point of the unit answered, a reason and a comment to each non-conformity."""
    attendus = {p.code: p for p in grille_du_dossier(controle).de(controle.uo)}
    recus = {p.code: p for p in points}
    if set(recus) != set(attendus) or len(recus) != len(points):
        manque = ", ".join(sorted(set(attendus) - set(recus))) or "aucun"
        raise LectureIncomplete(f"La grille n'est pas remplie point par point (sans réponse : {manque}).")
    for code, point in recus.items():
        if point.verdict not in Verdict.values:
            raise LectureIncomplete(f"Le point « {attendus[code].libelle} » n'a pas de réponse.")
        if point.verdict == Verdict.NON_CONFORME and point.motif not in attendus[code].motifs:
            raise LectureIncomplete(f"Donnez le motif de « {attendus[code].libelle} ».")
        if point.verdict == Verdict.NON_CONFORME and not point.commentaire.strip():
            raise LectureIncomplete(f"Dites en une phrase ce qui ne va pas : « {attendus[code].libelle} ».")
    non_conforme = any(p.verdict == Verdict.NON_CONFORME for p in points)
    return Verdict.NON_CONFORME if non_conforme else Verdict.CONFORME


@contextmanager
def _verrouille(controle: Controle) -> Iterator[Controle]:
    """The file as it stands, its row held until the transaction ends: the second of two people waits, then rereads."""
    with portee_totale():
        yield Controle.objects.select_for_update(of=("self",)).select_related("tirage").get(pk=controle.pk)


def _exiger_le_controleur(controle: Controle, personne: Personne) -> None:
    if controle.controleur_id != personne.pk:
        raise TransitionRefusee("Ce dossier est confié à un autre contrôleur.")


def _passer(controle: Controle, vers: Etat, auteur: str, role: Role, le: datetime, motif: str = "") -> None:
    appliquer(
        TRANSITIONS,
        controle,
        vers,
        roles=[role.value],
        auteur=auteur,
        effet=_jour(le),
        saisie=le,
        motif=motif,
        emetteur=controle.emetteur,
    )


def _lire(
    controle: Controle, genre: Genre, personne: Personne, verdict: Verdict, points: Sequence[PointLu], le: datetime
) -> Lecture:
    lecture = Lecture.objects.create(
        controle=controle,
        emetteur=controle.emetteur,
        genre=genre,
        auteur=personne,
        rendue_le=le,
        verdict=verdict,
        points=[vars(p) for p in points],
        regles=charger_marche("A").empreinte,
    )
    fautes = [p.motif for p in points if p.verdict == Verdict.NON_CONFORME]
    _sceller(controle, f"controle.{genre}", {"verdict": verdict.value, "motifs": fautes}, le)
    return lecture


def _joindre(contestation: Contestation, fichier: "UploadedFile[bytes]") -> None:
    octets = fichier.read()
    if len(octets) > TAILLE_MAXIMALE or not octets.startswith(_PDF):
        raise TransitionRefusee(f"« {fichier.name} » n'est pas un PDF de 10 Mo au plus. Rien n'a été déposé.")
    try:
        antivirus.inspecter(octets)
    except antivirus.FichierDouteux as doute:
        raise TransitionRefusee(f"« {fichier.name} » : {doute}") from doute
    empreinte = hashlib.sha256(octets).hexdigest()
    fichier.seek(0)
    preuves.garder(fichier, empreinte)  # type: ignore[arg-type]
    PieceJointe.objects.create(
        contestation=contestation,
        emetteur=contestation.emetteur,
        nom=(fichier.name or "piece.pdf")[:255],
        empreinte=empreinte,
        taille=len(octets),
    )


def _sceller(controle: Controle, genre: str, contenu: Mapping[str, Any], le: datetime) -> None:
    sceller(
        genre,
        controle.numero_dossier,
        {"etat": str(controle.etat), **contenu},
        le=le,
        emetteur=controle.emetteur,
    )


def _jour(le: datetime) -> date:
    return le.astimezone(PARIS).date()
