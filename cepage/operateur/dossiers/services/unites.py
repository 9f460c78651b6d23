"""Engaging, closing, cancelling a unit: the rules decide, the refusal explains, the fiche follows."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from cepage.echanges.envoi.transports import TransportIndisponible, transport
from cepage.fondations.comptes.models import Personne
from cepage.fondations.referentiels import nomenclatures
from cepage.fondations.regles import DemandeOuverture, Ouverture, Refus, charger_marche, echeance, ouverture
from cepage.fondations.socle.portee import portee_emetteurs
from cepage.fondations.socle.transitions import appliquer
from cepage.operateur.dossiers.enums import UO, Etat, TypeCourriel
from cepage.operateur.dossiers.models import Beneficiaire, Courriel, UniteOeuvre
from cepage.operateur.dossiers.services import fiches, numerotation, situation
from cepage.operateur.dossiers.services.acteurs import ActeRefuse, Acteur
from cepage.operateur.dossiers.transitions import UNITE
from cepage.operateur.equipe.models import Membre
from cepage.operateur.equipe.selectors import sous_traitant_de

MARCHE = "A"
_DELAI = "CCTP §1.2.6"


@dataclass(frozen=True, kw_only=True)
class Engagement:
    """What is asked when a unit is engaged; codes are those of the contract's lists."""

    beneficiaire: Beneficiaire
    uo: str
    date_engagement: date
    origine_demarche: str
    motif_sollicitation: str
    motif_sollicitation_detaille: list[str] = field(default_factory=list)
    aiguillage: str = ""
    alea_uo22: str = ""
    derogation_territoriale: str = ""
    referent: Personne | None = None


def examiner(demande: Engagement, *, a: datetime, interroger: bool = True) -> Ouverture:
    """What the rules say of this engagement, before doing it; `interroger` asks the exchange point too.

    They judge the whole course of the person, even for a sous-traitant who sees a part of it.
    """
    with portee_emetteurs([demande.beneficiaire.emetteur]):
        return ouverture(_demande_d_ouverture(demande, interroger=interroger), regles=charger_marche(MARCHE))


def _demande_d_ouverture(demande: Engagement, *, interroger: bool) -> DemandeOuverture:
    personne, le, uo = demande.beneficiaire.principale, demande.date_engagement, demande.uo
    siennes = situation.unites(personne)
    prealable = situation.derniere_uo21(siennes, le)
    return DemandeOuverture(
        uo=uo,
        date_engagement=le,
        groupes=situation.groupes(situation.statut_le(personne, le)),
        continuite=situation.en_continuite(personne, siennes, le),
        autre_operateur=interroger and uo != UO.UO0 and suivie_ailleurs(personne, le),
        meme_uo_ouverte=any(u.uo == uo and u.ouverte for u in siennes),
        dans_le_lot=situation.dans_le_lot(personne),
        derogation_territoriale=demande.derogation_territoriale or None,
        date_engagement_uo21=prealable.date_engagement if prealable else None,
        date_cloture_uo21=prealable.date_cloture if prealable else None,
        uo21_abandonnee=prealable is not None and prealable.etat == Etat.ABANDONNEE,
        alea=demande.alea_uo22 or None,
        courriel_et_reponse=uo == UO.UO22 and len(_courriels_libres(personne)) == 2,
    )


def suivie_ailleurs(beneficiaire: Beneficiaire, le: date) -> bool:
    """Whether another operator advises this person; the exchange point silent, nothing is presumed."""
    try:
        return transport().suivi_ailleurs(
            lot=beneficiaire.lot,
            nom=beneficiaire.nom_naissance,
            prenom=beneficiaire.prenom,
            naissance=beneficiaire.date_naissance,
            le=le,
        )
    except TransportIndisponible:
        return False


def _courriels_libres(personne: Beneficiaire) -> dict[str, Courriel]:
    """The engagement mail and its answer that no unit carries yet."""
    attendus = (TypeCourriel.ENGAGEMENT, TypeCourriel.REPONSE)
    libres = Courriel.objects.filter(
        beneficiaire__in=situation.famille(personne), unite__isnull=True, type_livrable__in=attendus
    )
    return {courriel.type_livrable: courriel for courriel in libres.order_by("id")}


@transaction.atomic
def engager_uo(demande: Engagement, *, par: Acteur, a: datetime) -> UniteOeuvre:
    """Engage a unit and declare it; an UO0 is closed at once, the same day.

    Raises ActeRefuse with every refusal of the rules, or when the day is to come.
    """
    personne = Beneficiaire.objects.select_for_update().get(pk=demande.beneficiaire.principale.pk)
    if demande.date_engagement > a.date():
        raise ActeRefuse(
            Refus("DATE_FUTURE", "La date d'engagement est à venir.", _DELAI, "Engagez l'unité le jour venu.")
        )
    reponse = examiner(demande, a=a)
    if not reponse.possible:
        raise ActeRefuse(*reponse.refus)
    with portee_emetteurs([personne.emetteur]):
        prealable = situation.derniere_uo21(situation.unites(personne), demande.date_engagement)
    # The register knows an UO2.1 under the identifier it came with: its UO2.2 takes the same.
    porteur = prealable.beneficiaire if demande.uo == UO.UO22 and prealable else personne
    unite = UniteOeuvre.objects.create(
        emetteur=personne.emetteur,
        membre=_membre_qui_engage(personne, par),
        beneficiaire=porteur,
        numero_dossier=numerotation.numero_de_dossier(personne.emetteur, demande.date_engagement, demande.uo),
        lot=personne.lot,
        uo=demande.uo,
        date_engagement=demande.date_engagement,
        echeance=reponse.echeance,
        reference_bon_commande=numerotation.reference_de_commande(
            personne.emetteur, personne.lot, demande.date_engagement, demande.uo
        ),
        referent=demande.referent or (par.personne if demande.uo != UO.UO0 else None),
        origine_demarche=demande.origine_demarche,
        motif_sollicitation=demande.motif_sollicitation,
        motif_sollicitation_detaille=list(demande.motif_sollicitation_detaille),
        aiguillage=demande.aiguillage if demande.uo == UO.UO0 else "",
        alea_uo22=demande.alea_uo22 if demande.uo == UO.UO22 else "",
        derogation_territoriale="" if situation.dans_le_lot(personne) else demande.derogation_territoriale,
        unite_prealable=prealable if demande.uo == UO.UO22 else None,
        modifie_le=a,
        modifie_par=par.nom,
    )
    if demande.uo == UO.UO0:
        _passer(unite, Etat.CLOSE, cloture=demande.date_engagement, motif="", par=par, a=a)
    fiches.declarer_unite(unite, "C", a)
    if demande.uo == UO.UO22:
        for courriel in _courriels_libres(personne).values():
            courriel.unite = unite
            courriel.save(update_fields=["unite"])
            fiches.declarer_courriel(courriel, a)
    return unite


def _membre_qui_engage(personne: Beneficiaire, par: Acteur) -> Membre | None:
    """The sous-traitant whose counsellor engages the unit, else the member that received the person."""
    sous_traitant = sous_traitant_de(par.personne) if par.personne else None
    return sous_traitant or personne.membre


@transaction.atomic
def clore_par_signature(
    unite: UniteOeuvre, *, le: date, par: Acteur, a: datetime, motif: str = "CV_OBJECTIF"
) -> UniteOeuvre:
    """Close a unit on the day the person signed its livrable (CCTP §1.2.6); `motif` is a voluntary one.

    A signature after the deadline closes too: the unit is counted among the late closures.
    Raises ActeRefuse (day outside the unit, reason not voluntary) and TransitionRefusee.
    """
    if unite.uo in (UO.UO0, UO.UO22):
        raise ActeRefuse(
            Refus(
                "SANS_SIGNATURE",
                f"L'{unite.libelle} ne se clôt pas par une signature.",
                _DELAI,
                "L'UO0 se clôt le jour même, l'UO2.2 par son courriel de clôture.",
            )
        )
    return _clore(unite, le=le, motif=motif, par=par, a=a)


@transaction.atomic
def clore_par_courriel(
    unite: UniteOeuvre, *, le: date, par: Acteur, a: datetime, motif: str = "CV_OBJECTIF"
) -> UniteOeuvre:
    """Close an UO2.2 on the day of its closing mail, which must be in the dossier (CCTP §1.2.6).

    Raises ActeRefuse and TransitionRefusee.
    """
    if unite.uo != UO.UO22 or not unite.courriels.filter(type_livrable=TypeCourriel.CLOTURE).exists():
        raise ActeRefuse(
            Refus(
                "SANS_COURRIEL",
                "Le courriel de clôture manque à cette UO2.2.",
                _DELAI,
                "Consignez le courriel de clôture, puis clôturez l'unité à sa date.",
            )
        )
    return _clore(unite, le=le, motif=motif, par=par, a=a)


def _clore(unite: UniteOeuvre, *, le: date, motif: str, par: Acteur, a: datetime) -> UniteOeuvre:
    courante = UniteOeuvre.objects.select_for_update(of=("self",)).select_related("beneficiaire").get(pk=unite.pk)
    if le < courante.date_engagement or le > a.date():
        raise ActeRefuse(
            Refus(
                "HORS_UNITE",
                "La date de clôture est avant l'engagement, ou à venir.",
                _DELAI,
                f"Donnez un jour entre le {courante.date_engagement:%d/%m/%Y} et aujourd'hui.",
            )
        )
    if nomenclatures.groupe("motif_cloture", motif) != "volontaire":
        raise ActeRefuse(
            Refus(
                "MOTIF_NON_VOLONTAIRE",
                "Ce motif n'est pas celui d'une clôture volontaire.",
                _DELAI,
                "L'abandon se prononce seul, la nuit qui suit l'échéance. Choisissez un motif de clôture volontaire.",
            )
        )
    _passer(courante, Etat.CLOSE, cloture=le, motif=motif, par=par, a=a)
    fiches.declarer_unite(courante, "M", a)
    return courante


def _passer(
    unite: UniteOeuvre, vers: str, *, cloture: date | None, motif: str, par: Acteur, a: datetime, raison: str = ""
) -> None:
    """Move a unit: its dates and its state change in one statement, so that no constraint sees half of it."""
    avant = (unite.date_cloture, unite.motif_cloture)
    unite.date_cloture, unite.motif_cloture = cloture, motif
    UNITE.verifier(unite, vers, par.roles)
    unite.version += 1
    unite.modifie_le, unite.modifie_par = a, par.nom
    champs = {
        "date_cloture": cloture,
        "motif_cloture": motif,
        "version": unite.version,
        "modifie_le": a,
        "modifie_par": par.nom,
    }
    try:
        appliquer(
            UNITE,
            unite,
            vers,
            roles=par.roles,
            auteur=par.nom,
            effet=cloture or a.date(),
            saisie=a,
            motif=raison or motif,
            emetteur=unite.emetteur,
            avec=champs,
        )
    except Exception:
        unite.date_cloture, unite.motif_cloture = avant
        raise


@transaction.atomic
def prononcer_l_abandon(unite: UniteOeuvre, *, le: date, motif: str, par: Acteur, a: datetime) -> UniteOeuvre:
    """Close a unit as deemed abandoned on its deadline `le`; only the night's work may. Raises TransitionRefusee."""
    courante = UniteOeuvre.objects.select_for_update(of=("self",)).select_related("beneficiaire").get(pk=unite.pk)
    _passer(courante, Etat.ABANDONNEE, cloture=le, motif=motif, par=par, a=a)
    fiches.declarer_unite(courante, "M", a)
    return courante


@transaction.atomic
def contester_l_abandon(unite: UniteOeuvre, *, raison: str, par: Acteur, a: datetime) -> UniteOeuvre:
    """Reopen a unit deemed abandoned, with the reason: the person had not given up. Raises ActeRefuse without one."""
    if not raison.strip():
        raise ActeRefuse(
            Refus(
                "SANS_RAISON",
                "Une contestation dit pourquoi.",
                _DELAI,
                "Écrivez ce que la personne a demandé, et quand.",
            )
        )
    courante = UniteOeuvre.objects.select_for_update(of=("self",)).select_related("beneficiaire").get(pk=unite.pk)
    _passer(courante, Etat.OUVERTE, cloture=None, motif="", par=par, a=a, raison=raison.strip())
    fiches.declarer_unite(courante, "M", a)
    return courante


@transaction.atomic
def annuler(unite: UniteOeuvre, *, raison: str, par: Acteur, a: datetime) -> UniteOeuvre:
    """Cancel a unit opened by mistake: it stays readable, and its cancellation is declared.

    Raises ActeRefuse without a reason, TransitionRefusee when a unit follows it.
    """
    if not raison.strip():
        raise ActeRefuse(
            Refus("SANS_RAISON", "Une annulation dit pourquoi.", "CCTP annexe 2 §2", "Écrivez ce qui s'est passé.")
        )
    courante = UniteOeuvre.objects.select_for_update(of=("self",)).select_related("beneficiaire").get(pk=unite.pk)
    _passer(
        courante,
        Etat.ANNULEE,
        cloture=courante.date_cloture,
        motif=courante.motif_cloture,
        par=par,
        a=a,
        raison=raison.strip(),
    )
    fiches.declarer_unite(courante, "A", a)
    return courante


def echeance_de(unite: UniteOeuvre) -> date | None:
    """Last day on which the unit may be closed, by the rules of its engagement."""
    prealable = unite.unite_prealable
    return echeance(
        unite.uo,
        unite.date_engagement,
        regles=charger_marche(MARCHE),
        date_engagement_uo21=prealable.date_engagement if prealable else None,
    )


@transaction.atomic
def rattacher_aux_commandes(emetteur: str, lot: str) -> int:
    """Give a reference to the units that waited for an order, oldest first, and let their fiches go."""
    attente = UniteOeuvre.objects.select_for_update().filter(emetteur=emetteur, lot=lot, reference_bon_commande="")
    rattachees = 0
    for unite in attente.exclude(etat=Etat.ANNULEE).order_by("date_engagement", "id"):
        reference = numerotation.reference_de_commande(emetteur, lot, unite.date_engagement, unite.uo)
        if not reference:
            continue
        unite.reference_bon_commande = reference
        unite.save(update_fields=["reference_bon_commande"])
        fiches.liberer_le_dossier(unite)
        rattachees += 1
    return rattachees
