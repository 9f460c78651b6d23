"""The life of a pénalité: proposed by one person, decided by several others, contested, final.

Whoever calls has read the pénalité in the person's own row-level scope; writing, and sealing, is done in the whole one,
the row held: the second of two people waits, then rereads.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from cepage.acheteur.marche.models import Commande
from cepage.acheteur.marche.prix import prix_le
from cepage.acheteur.marche.selectors import regles_du, titulaires_du_lot
from cepage.acheteur.penalites.detection import Constat
from cepage.acheteur.penalites.enums import DECIDEES, Etat, Sens, Tour
from cepage.acheteur.penalites.models import ContestationPenalite, Penalite, Voix
from cepage.acheteur.penalites.transitions import TRANSITIONS, voix_necessaires
from cepage.fondations.comptes.enums import Role
from cepage.fondations.comptes.models import Personne
from cepage.fondations.referentiels.calendrier import est_ferie
from cepage.fondations.regles import ajouter_jours_ouvres
from cepage.fondations.regles.penalites import ZERO, plafonner
from cepage.fondations.socle.horloge import PARIS
from cepage.fondations.socle.journal import sceller
from cepage.fondations.socle.portee import portee_totale
from cepage.fondations.socle.transitions import TransitionRefusee, appliquer

DELAI_ECHU = "Cépage (délai échu)"
_VERROU = 20190414
_SUITES = {
    (Tour.PROPOSITION, Sens.POUR): Etat.NOTIFIEE,
    (Tour.PROPOSITION, Sens.CONTRE): Etat.ECARTEE,
    (Tour.CONTESTATION, Sens.POUR): Etat.DEFINITIVE,
    (Tour.CONTESTATION, Sens.CONTRE): Etat.LEVEE,
}
_QUESTIONS = {Etat.PROPOSEE: Tour.PROPOSITION, Etat.CONTESTEE: Tour.CONTESTATION}


class PropositionRefusee(ValueError):
    """The pénalité cannot be proposed; the message says why and what to do. Nothing was written."""


def proposer(constat: Constat, personne: Personne, motif: str, *, le: datetime) -> Penalite:
    """Open the pénalité of a breach, with what shows it and what the grid gives. Raises PropositionRefusee."""
    if constat.proposable_des > _jour(le):
        raise PropositionRefusee(
            f"Ce qui était dû pour cette période peut encore arriver jusqu'au {constat.proposable_des:%d/%m/%Y} : "
            "proposez la pénalité à partir de ce jour."
        )
    chiffrage = constat.chiffrer()
    if not chiffrage.montant:
        raise PropositionRefusee("Ce qui est constaté est toléré par la grille : il n'y a rien à retenir.")
    with portee_totale():
        _verrouiller(f"{constat.lot} {constat.fin.year}")
        try:
            with transaction.atomic():
                penalite = Penalite.objects.create(
                    reference=_reference(constat.lot, constat.fin.year),
                    lot=constat.lot,
                    emetteur=constat.emetteur,
                    fait=constat.fait,
                    debut=constat.debut,
                    fin=constat.fin,
                    constates=constat.constates,
                    retenus=chiffrage.retenus,
                    preuves=list(constat.preuves),
                    montant=chiffrage.montant,
                    explication=chiffrage.explication,
                    clause=chiffrage.clause,
                    confiance=chiffrage.confiance,
                    regles=regles_du(constat.fin).empreinte,
                    auteur=personne,
                    proposee_le=le,
                    motif=motif.strip(),
                )
        except IntegrityError as erreur:
            raise PropositionRefusee(
                "Ce manquement a déjà sa pénalité : il ne se sanctionne pas deux fois. Lisez-la dans la liste."
            ) from erreur
        _sceller(penalite, "penalite.proposition", {"montant": str(penalite.montant), "fait": penalite.fait}, le)
        return penalite


def donner_sa_voix(
    penalite: Penalite, personne: Personne, sens: Sens, motif: str, *, roles: Iterable[str], le: datetime
) -> Penalite:
    """Decide with others of a proposal or of a contestation; the vote that makes the number also makes the decision.

    Raises TransitionRefusee: nothing to decide, one's own proposal, a second vote.
    """
    with _verrouillee(penalite) as tenue:
        tour = _QUESTIONS.get(Etat(tenue.etat))
        if tour is None:
            raise TransitionRefusee(f"Cette pénalité est {tenue.get_etat_display().lower()} : il n'y a rien à décider.")
        if tenue.auteur_id == personne.pk:
            raise TransitionRefusee("Vous avez proposé cette pénalité : d'autres la décident.")
        if not motif.strip():
            raise TransitionRefusee("Dites pourquoi : l'opérateur lit ce motif.")
        if tenue.voix.filter(tour=tour, personne=personne).exists():
            raise TransitionRefusee("Vous avez déjà donné votre voix : une autre personne décide avec vous.")
        Voix.objects.create(
            penalite=tenue,
            emetteur=tenue.emetteur,
            tour=tour,
            personne=personne,
            sens=sens,
            motif=motif.strip(),
            le=le,
        )
        _sceller(tenue, "penalite.voix", {"tour": tour.value, "sens": sens.value, "personne": personne.pk}, le)
        if tenue.voix.filter(tour=tour, sens=sens).count() >= voix_necessaires(tenue):
            _decider(tenue, _SUITES[tour, sens], personne, roles, motif.strip(), le)
        return tenue


def contester(penalite: Penalite, personne: Personne, argument: str, *, le: datetime) -> ContestationPenalite:
    """The operator contests a pénalité notified, in time. Raises TransitionRefusee."""
    with _verrouillee(penalite) as tenue:
        limite = tenue.contestable_jusqu_a
        if tenue.etat == Etat.NOTIFIEE and limite is not None and _jour(le) > limite:
            raise TransitionRefusee(
                f"Le délai pour contester est passé depuis le {limite:%d/%m/%Y} : la pénalité devient définitive."
            )
        _passer(tenue, Etat.CONTESTEE, personne.nom_complet, [Role.DIRECTEUR_PROJET.value], le, argument)
        contestation = ContestationPenalite.objects.create(
            penalite=tenue, emetteur=tenue.emetteur, auteur=personne, deposee_le=le, argument=argument.strip()
        )
        _sceller(tenue, "penalite.contestation", {}, le)
        return contestation


def echoir(le: datetime) -> int:
    """Make definitive the pénalités whose delay to contest is over; returns how many. Run every night."""
    with portee_totale():
        echues = Penalite.objects.select_for_update().filter(etat=Etat.NOTIFIEE, contestable_jusqu_a__lt=_jour(le))
        for penalite in echues:
            _passer(
                penalite,
                Etat.DEFINITIVE,
                DELAI_ECHU,
                [Role.GESTIONNAIRE.value],
                le,
                avec={"definitive_le": _jour(le)},
            )
            _sceller(penalite, "penalite.definitive", {"montant": str(penalite.montant_retenu)}, le)
        return len(echues)


def commande_de_l_annee(lot: str, emetteur: str, annee: int) -> Decimal:
    """The amount HT ordered to a holder on a lot by the orders that begin in the year, at the price of the first day
    it may serve them; an order without a price counts for nothing."""
    tenues = [t for t in titulaires_du_lot(lot, date(annee, 1, 1), date(annee + 1, 1, 1)) if t.operateur == emetteur]
    total = ZERO
    for bon in Commande.objects.filter(lot=lot, debut__year=annee):
        servis = [t for t in tenues if t.debut <= bon.fin and (t.fin is None or bon.debut <= t.fin)]
        prix = prix_le(lot, bon.uo, max(bon.debut, servis[0].debut)) if servis else None
        total += bon.volume * prix.revise if prix else ZERO
    return total


def _decider(
    penalite: Penalite, vers: Etat, personne: Personne, roles: Iterable[str], motif: str, le: datetime
) -> None:
    avec: dict[str, Any] = {}
    if vers is Etat.NOTIFIEE:
        avec = _montant_et_delai(penalite, le)
    if vers is Etat.DEFINITIVE:
        avec = {"definitive_le": _jour(le)}
    _passer(penalite, vers, personne.nom_complet, roles, le, motif, avec)
    penalite.refresh_from_db()
    _sceller(penalite, "penalite.decision", {"montant": str(penalite.montant_retenu)}, le)


def _montant_et_delai(penalite: Penalite, le: datetime) -> dict[str, Any]:
    """What the cap of the year leaves, one decision at a time for a holder, a lot and a year; the delay to contest."""
    annee, jour = penalite.fin.year, _jour(le)
    _verrouiller(f"{penalite.lot} {penalite.emetteur} {annee}")
    regles = regles_du(penalite.fin)
    deja = Penalite.objects.filter(
        lot=penalite.lot, emetteur=penalite.emetteur, fin__year=annee, etat__in=DECIDEES
    ).aggregate(total=Sum("montant_retenu"))["total"]
    commande = commande_de_l_annee(penalite.lot, penalite.emetteur, annee)
    sous = plafonner(penalite.montant, deja or ZERO, commande, le=penalite.fin, regles=regles)
    delai = regles.entier("penalites.contestation", le=penalite.fin)
    return {
        "plafond_annuel": sous.plafond,
        "montant_retenu": sous.montant,
        "contestable_jusqu_a": ajouter_jours_ouvres(jour, delai, regles=regles, est_ferie=est_ferie),
    }


def _reference(lot: str, annee: int) -> str:
    """« 2021-Lot08-P001 »: the next one of the lot and year, gap-free under the lock."""
    prefixe = f"{annee}-Lot{lot}-P"
    return f"{prefixe}{Penalite.objects.filter(reference__startswith=prefixe).count() + 1:03d}"


@contextmanager
def _verrouillee(penalite: Penalite) -> Iterator[Penalite]:
    with portee_totale():
        yield Penalite.objects.select_for_update(of=("self",)).get(pk=penalite.pk)


def _verrouiller(sujet: str) -> None:
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_VERROU, sujet])


def _passer(
    penalite: Penalite,
    vers: Etat,
    auteur: str,
    roles: Iterable[str],
    le: datetime,
    motif: str = "",
    avec: Mapping[str, Any] | None = None,
) -> None:
    appliquer(
        TRANSITIONS,
        penalite,
        vers,
        roles=roles,
        auteur=auteur,
        effet=_jour(le),
        saisie=le,
        motif=motif,
        emetteur=penalite.emetteur,
        avec=avec,
    )


def _sceller(penalite: Penalite, genre: str, contenu: Mapping[str, Any], le: datetime) -> None:
    sceller(genre, penalite.reference, {"etat": str(penalite.etat), **contenu}, le=le, emetteur=penalite.emetteur)


def _jour(le: datetime) -> date:
    return le.astimezone(PARIS).date()
