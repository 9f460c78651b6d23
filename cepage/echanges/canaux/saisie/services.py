"""Writing of what is typed: drafts that lose nothing, the day's list, corrections and cancellations."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max

from cepage.echanges.canaux.saisie import pieces
from cepage.echanges.canaux.saisie.enums import Etat, Nature
from cepage.echanges.canaux.saisie.jugement import BLOQUANT, Constat, Essai, essayer
from cepage.echanges.canaux.saisie.models import FicheSaisie
from cepage.echanges.canaux.saisie.propositions import completer
from cepage.echanges.canaux.saisie.transitions import FICHE
from cepage.echanges.contrat.fiches import FICHES
from cepage.echanges.envoi.boite import cle_de
from cepage.fondations.comptes.models import Personne
from cepage.fondations.socle.transitions import appliquer

MODIFIABLES = frozenset({Etat.BROUILLON, Etat.REFUSEE})


class FicheChangee(Exception):
    """Someone else saved or listed the fiche meanwhile; `courante` is what they left."""

    def __init__(self, courante: FicheSaisie) -> None:
        super().__init__("Cette fiche a été modifiée pendant que vous la saisissiez.")
        self.courante = courante


class FicheRefusee(Exception):
    """The gesture is not possible; says why and what to do."""


@dataclass(frozen=True)
class Auteur:
    """Who types, with the roles they hold."""

    personne: Personne
    roles: frozenset[str]


@dataclass(frozen=True)
class PieceJointe:
    """A file handed over with a livrable."""

    nom: str
    octets: bytes


def commencer(emetteur: str, lot: str, fiche: str, *, par: Auteur, a: datetime) -> FicheSaisie:
    """A new empty draft, not saved yet."""
    return FicheSaisie(
        emetteur=emetteur, lot=lot, fiche=fiche, cree_le=a, modifie_le=a, modifie_par=par.personne, version=0
    )


def enregistrer(
    fiche: FicheSaisie,
    contenu: Mapping[str, str],
    *,
    version: int,
    par: Auteur,
    a: datetime,
    piece: PieceJointe | None = None,
) -> FicheSaisie:
    """Keep what was typed, right or wrong, then the numbers it allows to give.

    Raises FicheChangee when the fiche is no longer at `version` or no longer to be typed, PieceRefusee for a file that
    cannot be taken.
    """
    if fiche.version:
        courante = FicheSaisie.objects.select_for_update().get(pk=fiche.pk)
        if courante.etat not in MODIFIABLES or courante.version != version:
            raise FicheChangee(courante)
        fiche = courante
    gardes = {n: v for n, v in fiche.contenu.items() if n in ("nom_fichier", "empreinte_sha256")}
    fiche.contenu = {**contenu, **gardes}
    if piece is not None:
        _joindre(fiche, piece)
    fiche.contenu = {**fiche.contenu, **completer(fiche)}
    fiche.cle = cle_de(fiche.fiche, fiche.lot, fiche.contenu)[:200]
    fiche.version, fiche.modifie_le, fiche.modifie_par = fiche.version + 1, a, par.personne
    fiche.constats, fiche.juge_le = [], None
    fiche.save()
    return fiche


def _joindre(fiche: FicheSaisie, piece: PieceJointe) -> None:
    genre = pieces.type_de(piece.octets)
    pieces.inspecter(piece.octets)
    ancienne = fiche.piece
    fiche.piece = pieces.garder(fiche.emetteur, piece.octets)
    nom = _nom_libre(fiche, pieces.nom_propre(piece.nom, genre))
    fiche.contenu = {**fiche.contenu, "nom_fichier": nom, "empreinte_sha256": fiche.piece}
    if ancienne and ancienne != fiche.piece:
        _effacer_si_seule(fiche, ancienne)


def _nom_libre(fiche: FicheSaisie, nom: str) -> str:
    """Two files of one envoi never bear the same name."""
    attente = FicheSaisie.objects.filter(fiche="livrable", lot=fiche.lot).exclude(etat=Etat.ACCEPTEE)
    pris = set(attente.exclude(pk=fiche.pk).exclude(piece=fiche.piece).values_list("contenu__nom_fichier", flat=True))
    tige, _, genre = nom.rpartition(".")
    rang, libre = 1, nom
    while libre in pris:
        rang += 1
        libre = f"{tige}-{rang}.{genre}"
    return libre


def _effacer_si_seule(fiche: FicheSaisie, empreinte: str) -> None:
    if not FicheSaisie.objects.filter(piece=empreinte).exclude(pk=fiche.pk).exists():
        pieces.effacer(fiche.emetteur, empreinte)


def verifier(fiche: FicheSaisie, *, a: datetime) -> list[Constat]:
    """Judge one fiche among those of the day's list, as the exchange point would now, and keep what it says."""
    liste = FicheSaisie.objects.filter(lot=fiche.lot, etat=Etat.LISTE).exclude(pk=fiche.pk)
    essai = essayer([*liste, fiche], emetteur=fiche.emetteur, lot=fiche.lot, le=a)
    noter(essai, [fiche], a=a)
    return fiche.constats  # type: ignore[no-any-return]


def noter(essai: Essai, fiches: Iterable[FicheSaisie], *, a: datetime) -> None:
    """Keep with each fiche what a trial said of it."""
    fiches = list(fiches)
    for fiche in fiches:
        fiche.constats, fiche.juge_le = essai.constats.get(str(fiche.pk), []), a
    FicheSaisie.objects.bulk_update(fiches, ["constats", "juge_le"], batch_size=500)


def bloquants(fiche: FicheSaisie) -> list[Constat]:
    """What would have the fiche refused, as last judged."""
    return [c for c in fiche.constats if c["gravite"] == BLOQUANT]


def lister(fiche: FicheSaisie, *, par: Auteur, a: datetime) -> bool:
    """Judge the fiche, and put it on the day's list when nothing blocks it; True when it is on it.

    Raises TransitionRefusee.
    """
    verifier(fiche, a=a)
    if bloquants(fiche):
        return False
    mettre_sur_la_liste(fiche, par=par, a=a)
    return True


def mettre_sur_la_liste(fiche: FicheSaisie, *, par: Auteur, a: datetime, horodatage: datetime | None = None) -> None:
    """Date the fiche, after any other of its key, and put it on the day's list. Raises TransitionRefusee."""
    appliquer(
        FICHE,
        fiche,
        Etat.LISTE,
        roles=par.roles,
        auteur=par.personne.nom_complet,
        effet=a.date(),
        saisie=a,
        emetteur=fiche.emetteur,
        avec={"horodatage": _apres_le_dernier(fiche, horodatage or a), "envoi": None, "ligne": None},
    )
    fiche.refresh_from_db()


def _apres_le_dernier(fiche: FicheSaisie, instant: datetime) -> datetime:
    """Two versions of a key never share their instant."""
    memes = FicheSaisie.objects.filter(lot=fiche.lot, fiche=fiche.fiche, cle=fiche.cle).exclude(pk=fiche.pk)
    dernier = memes.aggregate(m=Max("horodatage"))["m"]
    return instant if dernier is None or dernier < instant else dernier + timedelta(microseconds=1)


def retirer(fiche: FicheSaisie, *, par: Auteur, a: datetime) -> None:
    """Take the fiche off the day's list: it is a draft again. Raises TransitionRefusee."""
    appliquer(
        FICHE,
        fiche,
        Etat.BROUILLON,
        roles=par.roles,
        auteur=par.personne.nom_complet,
        effet=a.date(),
        saisie=a,
        emetteur=fiche.emetteur,
    )


def supprimer(fiche: FicheSaisie) -> None:
    """Erase a fiche that was never accepted, and its file. Raises FicheRefusee."""
    if fiche.etat not in MODIFIABLES:
        raise FicheRefusee("Seul un brouillon se supprime. Une fiche acceptée s'annule.")
    empreinte = fiche.piece
    if empreinte:
        _effacer_si_seule(fiche, empreinte)
    fiche.delete()


def corriger(acceptee: FicheSaisie, *, par: Auteur, a: datetime) -> FicheSaisie:
    """The draft that corrects an accepted fiche, made once: whoever asks again gets the same one.

    A fiche without nature nor horodatage (costs, an indicator) is simply declared again. Raises FicheRefusee.
    """
    return _suite(acceptee, Nature.MODIFICATION, par=par, a=a)


def annuler(acceptee: FicheSaisie, *, par: Auteur, a: datetime) -> FicheSaisie:
    """The cancellation of an accepted fiche, put on the day's list when nothing blocks it. Raises FicheRefusee."""
    if "nature" not in FICHES[acceptee.fiche].noms:
        raise FicheRefusee(
            "Cette sorte de fiche ne s'annule pas : corrigez-la, la nouvelle valeur remplace l'ancienne."
        )
    fiche = _suite(acceptee, Nature.ANNULATION, par=par, a=a)
    if fiche.etat != Etat.LISTE:
        lister(fiche, par=par, a=a)
    return fiche


def _suite(acceptee: FicheSaisie, nature: Nature, *, par: Auteur, a: datetime) -> FicheSaisie:
    if acceptee.etat != Etat.ACCEPTEE:
        raise FicheRefusee("Cette fiche n'a pas encore été acceptée : modifiez-la directement.")
    memes = FicheSaisie.objects.filter(lot=acceptee.lot, fiche=acceptee.fiche, cle=acceptee.cle)
    ouverte = memes.exclude(etat=Etat.ACCEPTEE).first()
    if ouverte is not None:
        if ouverte.nature == nature:
            return ouverte
        raise FicheRefusee("Une autre suite de cette fiche est déjà commencée : envoyez-la ou supprimez-la d'abord.")
    fiche = commencer(acceptee.emetteur, acceptee.lot, acceptee.fiche, par=par, a=a)
    fiche.nature = nature if "nature" in FICHES[acceptee.fiche].noms else Nature.CREATION
    fiche.contenu, fiche.cle, fiche.piece = dict(acceptee.contenu), acceptee.cle, acceptee.piece
    fiche.version = 1
    fiche.save(force_insert=True)
    return fiche


def champs_de_la_cle(fiche: FicheSaisie) -> frozenset[str]:
    """The fields that may no longer change: a correction of another key would be another fiche."""
    return frozenset(FICHES[fiche.fiche].cle) if fiche.nature != Nature.CREATION else frozenset()


def meme_cle(fiche: FicheSaisie, contenu: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, with the key of the fiche that is corrected."""
    return {**contenu, **{n: fiche.contenu[n] for n in champs_de_la_cle(fiche) if n in fiche.contenu}}
