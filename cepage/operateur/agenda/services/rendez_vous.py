"""Booking, moving and cancelling: the database has the last word on a slot two people want at once."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from cepage.fondations.comptes.models import Personne
from cepage.fondations.referentiels import calendrier
from cepage.fondations.socle.formats import instant, jour
from cepage.fondations.socle.transitions import appliquer
from cepage.operateur.agenda.enums import EtatParticipation, EtatRendezVous, Genre, Mode, MotifAnnulation
from cepage.operateur.agenda.models import Participation, RendezVous, Site
from cepage.operateur.agenda.selectors.creneaux import Creneau
from cepage.operateur.agenda.services import attente, avis
from cepage.operateur.agenda.services.commun import contraintes, refuser
from cepage.operateur.agenda.transitions import PARTICIPATION
from cepage.operateur.dossiers.models import Beneficiaire
from cepage.operateur.dossiers.services import Acteur

_PRIS = "Choisissez un autre créneau : la liste est à jour."


@transaction.atomic
def reserver(
    creneau: Creneau, beneficiaire: Beneficiaire, *, demande_le: date, par: Acteur, a: datetime
) -> Participation:
    """Book a free slot of a plage for one person, in its mode or else the first the plage offers.

    Raises ActeRefuse when it was taken meanwhile.
    """
    mode = creneau.mode or creneau.plage.modes[0]
    if creneau.pris:
        raise refuser("PRIS", "Ce créneau vient d'être pris.", _PRIS, "")
    return fixer(
        creneau.conseiller,
        creneau.site,
        beneficiaire,
        debut=creneau.debut,
        fin=creneau.fin,
        mode=mode,
        lien=creneau.plage.lien if mode == Mode.VISIO else "",
        demande_le=demande_le,
        par=par,
        a=a,
    )


@transaction.atomic
def fixer(
    conseiller: Personne,
    site: Site,
    beneficiaire: Beneficiaire,
    *,
    debut: datetime,
    fin: datetime,
    mode: str,
    demande_le: date,
    par: Acteur,
    a: datetime,
    lien: str = "",
) -> Participation:
    """Book any time with a counsellor, inside a plage or not, for one person.

    Raises ActeRefuse: time gone by, holiday of the site, site closed for good, counsellor or person already taken.
    """
    _verifier_le_moment(site, debut, a)
    personne = Beneficiaire.objects.select_for_update().get(pk=beneficiaire.principale.pk)
    _verifier_la_personne(personne, debut, fin)
    with contraintes(RendezVous, _PRIS):
        rendez_vous = RendezVous.objects.create(
            emetteur=site.emetteur,
            site=site,
            conseiller=conseiller,
            mode=mode,
            debut=debut,
            fin=fin,
            lien=lien if mode == Mode.VISIO else "",
            modifie_le=a,
            modifie_par=par.nom,
        )
    return _placer(rendez_vous, personne, demande_le=demande_le, par=par, a=a)


def _verifier_le_moment(site: Site, debut: datetime, a: datetime) -> None:
    le = debut.astimezone(site.fuseau).date()
    if debut <= a:
        raise refuser("PASSE", "Ce moment est déjà passé.", "Choisissez une heure à venir.", "")
    if calendrier.est_ferie(le, site.territoire):
        fete = calendrier.jours_feries(le.year, site.territoire)[le]
        raise refuser("FERIE", f"Le {jour(le)} est férié à {site.commune} ({fete}).", "Choisissez un autre jour.")
    if le < site.date_ouverture or (site.date_fermeture is not None and le >= site.date_fermeture):
        raise refuser("SITE_FERME", f"{site.libelle} ne reçoit pas ce jour-là.", "Choisissez un autre site.")


def _verifier_la_personne(personne: Beneficiaire, debut: datetime, fin: datetime, sauf: int | None = None) -> None:
    """A person is at one place at a time; their record is locked by the caller."""
    siens = Participation.objects.filter(
        beneficiaire=personne,
        etat=EtatParticipation.PREVUE,
        rendez_vous__debut__lt=fin,
        rendez_vous__fin__gt=debut,
    ).exclude(rendez_vous=sauf)
    autre = siens.select_related("rendez_vous__site").first()
    if autre is not None:
        quand = instant(autre.rendez_vous.debut, autre.rendez_vous.site.fuseau)
        raise refuser(
            "PERSONNE_PRISE",
            f"{personne.nom_complet} a déjà un rendez-vous le {quand}.",
            "Choisissez une autre heure, ou déplacez l'autre rendez-vous.",
            "",
        )


def _placer(
    rendez_vous: RendezVous, personne: Beneficiaire, *, demande_le: date, par: Acteur, a: datetime
) -> Participation:
    """Give a place to a person: the counter and the place are written together."""
    with contraintes(RendezVous, "Inscrivez la personne en liste d'attente."):
        RendezVous.objects.filter(pk=rendez_vous.pk).update(inscrits=F("inscrits") + 1)
    with contraintes(Participation, "Elle est déjà dans la liste."):
        participation = Participation.objects.create(
            emetteur=rendez_vous.emetteur,
            rendez_vous=rendez_vous,
            beneficiaire=personne,
            demande_le=demande_le,
            saisi_le=a,
            saisi_par=par.nom,
        )
    rendez_vous.inscrits += 1
    attente.servir(participation, a=a)
    avis.confirmer(participation, a=a)
    return participation


def planifier_atelier(
    conseiller: Personne,
    site: Site,
    *,
    titre: str,
    debut: datetime,
    fin: datetime,
    capacite: int,
    mode: str,
    par: Acteur,
    a: datetime,
    lien: str = "",
) -> RendezVous:
    """Plan a workshop of `capacite` places. Raises ActeRefuse (holiday, counsellor taken…)."""
    _verifier_le_moment(site, debut, a)
    with contraintes(RendezVous, "Choisissez une autre heure, ou un autre conseiller."):
        return RendezVous.objects.create(
            emetteur=site.emetteur,
            site=site,
            conseiller=conseiller,
            genre=Genre.COLLECTIF,
            titre=titre.strip(),
            mode=mode,
            debut=debut,
            fin=fin,
            capacite=capacite,
            lien=lien if mode == Mode.VISIO else "",
            modifie_le=a,
            modifie_par=par.nom,
        )


@transaction.atomic
def inscrire(
    rendez_vous: RendezVous, beneficiaire: Beneficiaire, *, demande_le: date, par: Acteur, a: datetime
) -> Participation:
    """Give a person a place in a workshop. Raises ActeRefuse (full, over, cancelled, person taken)."""
    courant = verrouiller(rendez_vous)
    if not courant.prevu or courant.debut <= a:
        raise refuser("PASSE", "Cet atelier est passé ou annulé.", "Choisissez-en un autre.", "")
    personne = Beneficiaire.objects.select_for_update().get(pk=beneficiaire.principale.pk)
    _verifier_la_personne(personne, courant.debut, courant.fin)
    return _placer(courant, personne, demande_le=demande_le, par=par, a=a)


def verrouiller(rendez_vous: RendezVous) -> RendezVous:
    """The appointment as it is now, held until the end of the transaction."""
    lignes = RendezVous.objects.select_for_update(of=("self",)).select_related("site", "conseiller")
    return lignes.get(pk=rendez_vous.pk)


@transaction.atomic
def deplacer(
    rendez_vous: RendezVous,
    *,
    conseiller: Personne,
    site: Site,
    debut: datetime,
    fin: datetime,
    mode: str,
    par: Acteur,
    a: datetime,
    lien: str = "",
) -> RendezVous:
    """Move an appointment to another time, place or counsellor; people are told. Raises ActeRefuse."""
    courant = verrouiller(rendez_vous)
    attendues = _a_venir(courant, a)
    _verifier_le_moment(site, debut, a)
    for participation in attendues:
        personne = Beneficiaire.objects.select_for_update().get(pk=participation.beneficiaire_id)
        _verifier_la_personne(personne, debut, fin, sauf=courant.pk)
    courant.conseiller, courant.site, courant.debut, courant.fin = conseiller, site, debut, fin
    courant.mode, courant.lien = mode, lien if mode == Mode.VISIO else ""
    courant.sequence += 1
    courant.modifie_le, courant.modifie_par = a, par.nom
    with contraintes(RendezVous, _PRIS):
        courant.save()
    for participation in attendues:
        participation.rendez_vous = courant
        avis.annoncer_le_deplacement(participation, a=a)
    return courant


def _a_venir(rendez_vous: RendezVous, a: datetime) -> list[Participation]:
    """Those expected at an appointment that may still change. Raises ActeRefuse once it began or was cancelled."""
    if not rendez_vous.prevu:
        raise refuser("ANNULE", "Ce rendez-vous est annulé.", "Prenez-en un autre.", "")
    if rendez_vous.fin <= a:
        raise refuser("PASSE", "Ce rendez-vous est passé.", "Notez si la personne est venue.", "")
    attendues = rendez_vous.participations.filter(etat=EtatParticipation.PREVUE)
    return list(attendues.select_related("beneficiaire"))


@transaction.atomic
def retirer(participation: Participation, *, motif: str, par: Acteur, a: datetime) -> Participation:
    """Cancel the place of one person: an individual appointment frees its time, a workshop calls who waits.

    Raises ActeRefuse and TransitionRefusee.
    """
    courant = verrouiller(participation.rendez_vous)
    _a_venir(courant, a)
    tenue = Participation.objects.select_related("beneficiaire").get(pk=participation.pk)
    tenue.rendez_vous = courant
    _retirer(tenue, motif, par, a)
    if not courant.collectif:
        _liberer(courant, par, a)
    else:
        attente.appeler_le_suivant(courant, par=par, a=a)
    return tenue


def _retirer(participation: Participation, motif: str, par: Acteur, a: datetime) -> None:
    if motif not in MotifAnnulation.values:
        raise refuser("MOTIF", "Ce motif n'est pas dans la liste.", "Choisissez-en un dans la liste.", "")
    participation.motif = motif
    appliquer(
        PARTICIPATION,
        participation,
        EtatParticipation.ANNULEE,
        roles=par.roles,
        auteur=par.nom,
        effet=a.date(),
        saisie=a,
        motif=motif,
        emetteur=participation.emetteur,
        avec={"motif": motif},
    )
    RendezVous.objects.filter(pk=participation.rendez_vous_id).update(inscrits=F("inscrits") - 1)
    participation.rendez_vous.inscrits -= 1
    avis.annoncer_l_annulation(participation, a=a)


def _liberer(rendez_vous: RendezVous, par: Acteur, a: datetime) -> None:
    rendez_vous.etat, rendez_vous.sequence = EtatRendezVous.ANNULE, rendez_vous.sequence + 1
    rendez_vous.modifie_le, rendez_vous.modifie_par = a, par.nom
    rendez_vous.save(update_fields=["etat", "sequence", "modifie_le", "modifie_par"])


@transaction.atomic
def annuler_rendez_vous(rendez_vous: RendezVous, *, motif: str, par: Acteur, a: datetime) -> RendezVous:
    """Cancel an appointment and all its places: its time is free again, people are told. Raises ActeRefuse."""
    courant = verrouiller(rendez_vous)
    for participation in _a_venir(courant, a):
        participation.rendez_vous = courant
        _retirer(participation, motif, par, a)
    _liberer(courant, par, a)
    attente.lever(courant, a=a)
    return courant
