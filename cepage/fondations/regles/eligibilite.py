"""Who a unit is due to, judged at engagement, and whether it may be opened (CCTP §1.2.4 to §1.2.6)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from cepage.fondations.regles.delais import echeance, verifier_uo
from cepage.fondations.regles.erreurs import ErreurRegles
from cepage.fondations.regles.numeros import uo_affichee
from cepage.fondations.regles.parametres import Regles

GROUPES = frozenset({"occupé", "non occupé", "agent public"})
"""Groups of statuses, as the code list `statut` gives them."""


@dataclass(frozen=True, slots=True)
class Refus:
    """Why a unit may not be opened, and what can be done instead (`suite`), in the user's words."""

    code: str
    raison: str
    clause: str
    suite: str


def eligibilite(
    uo: str, groupes: Collection[str], *, le: date, regles: Regles, continuite: bool = False
) -> Refus | None:
    """None when the unit is due to a person whose statuses belong to `groupes`, else the refusal.

    `le` is the day of engagement; `continuite` is true when the person was already being advised and has
    changed status since (end of contract, resignation...). An empty `groupes` or an unknown group raises
    `ErreurRegles`. CCTP §1.2.4.
    """
    verifier_uo(uo, regles=regles, le=le)
    presents = frozenset(groupes)
    inconnus = sorted(presents - GROUPES)
    if inconnus or not presents:
        raise ErreurRegles(
            f"Groupe de statuts inconnu : « {inconnus[0]} »." if inconnus else "Aucun statut n'est donné.",
            remede=f"Donnez au moins un groupe parmi : {', '.join(sorted(GROUPES))}.",
        )
    cle = f"eligibilite.groupes.uo{uo}"
    admis = frozenset(regles.liste(cle, le=le))
    clause = regles.clause(cle, le=le)
    exclus = presents & frozenset(regles.liste("eligibilite.exclus", le=le)) - admis
    if exclus:
        return Refus(
            "AGENT_PUBLIC",
            f"L'UO{uo_affichee(uo)} n'est pas due aux agents publics.",
            clause,
            "Réalisez l'aiguillage (UO0) et indiquez à la personne le service de son employeur public.",
        )
    if presents & admis:
        return None
    if continuite and presents & frozenset(regles.liste("eligibilite.continuite", le=le)):
        return None
    return Refus(
        "NON_OCCUPE",
        f"L'UO{uo_affichee(uo)} est due aux actifs occupés ; aucun statut de la personne n'est un emploi.",
        clause,
        "Réalisez l'aiguillage (UO0) ; si la personne était déjà accompagnée avant de perdre son emploi, "
        "signalez la continuité du service avec la date du changement.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandeOuverture:
    """What is known when a unit is to be engaged; dates are days, codes are those of the nomenclatures."""

    uo: str
    date_engagement: date
    groupes: frozenset[str]
    """Groups of the person's statuses on the day of engagement."""
    continuite: bool = False
    """Already advised before a change of status."""
    autre_operateur: bool = False
    """Already supported by another CEP operator."""
    meme_uo_ouverte: bool = False
    """The same unit is already open for the person."""
    dans_le_lot: bool = True
    """Home or workplace in the lot's region."""
    derogation_territoriale: str | None = None
    date_engagement_uo21: date | None = None
    date_cloture_uo21: date | None = None
    uo21_abandonnee: bool = False
    alea: str | None = None
    courriel_et_reponse: bool = False
    """The counsellor's engagement mail was sent and the person answered it."""


@dataclass(frozen=True, slots=True)
class Ouverture:
    """Answer to a request to open a unit: no refusal means it may open; `alertes` never block."""

    refus: tuple[Refus, ...]
    echeance: date | None
    alertes: tuple[str, ...] = ()

    @property
    def possible(self) -> bool:
        """True when nothing forbids the opening."""
        return not self.refus


def ouverture(demande: DemandeOuverture, *, regles: Regles) -> Ouverture:
    """Whether the unit may be opened, with every refusal (reason, clause, way on), not the first only.

    Raises `ErreurRegles` for an unknown unit or group.
    """
    uo, le = demande.uo, demande.date_engagement
    debut = regles.valeur_date("marche.service_debut", le=le) if _connu(regles, le) else None
    fin = regles.valeur_date("marche.service_fin", le=le) if _connu(regles, le) else None
    if debut is None or fin is None or not debut <= le <= fin:
        periode = f" ({debut.isoformat()} au {fin.isoformat()})" if debut and fin else ""
        hors = Refus(
            "HORS_MARCHE",
            f"Le {le.isoformat()} est hors de la période de service du marché {regles.marche}{periode}.",
            "CCTP §2.2.1",
            "Corrigez la date d'engagement, ou rattachez l'unité au marché alors en cours.",
        )
        return Ouverture((hors,), None)
    verifier_uo(uo, regles=regles, le=le)
    refus: list[Refus] = []
    non_du = eligibilite(uo, demande.groupes, le=le, regles=regles, continuite=demande.continuite)
    if non_du is not None:
        refus.append(non_du)
    if uo != "00":
        refus += _refus_communs(demande, regles)
    if f"unites.prealable.uo{uo}" in regles:
        refus += _refus_prealable(demande, regles)
    limite = None
    if not refus:
        limite = echeance(uo, le, regles=regles, date_engagement_uo21=demande.date_engagement_uo21)
    alertes = []
    if demande.derogation_territoriale is not None and not demande.dans_le_lot:
        alertes.append("Dérogation territoriale : elle est comptée et suivie par l'acheteur (CCTP §1.2.4).")
    if demande.continuite and not non_du and "occupé" not in demande.groupes:
        alertes.append("Continuité du service : consignez la date du changement de statut (CCTP §1.2.4).")
    return Ouverture(tuple(refus), limite, tuple(alertes))


def _connu(regles: Regles, le: date) -> bool:
    return regles.a_une_valeur("marche.service_debut", le=le)


def _refus_communs(demande: DemandeOuverture, regles: Regles) -> list[Refus]:
    refus = []
    if demande.autre_operateur:
        refus.append(
            Refus(
                "DOUBLE_ACCOMPAGNEMENT",
                "La personne est déjà accompagnée par un autre opérateur du CEP.",
                "CCTP §1.2.4",
                "La personne choisit : elle continue avec lui, ou clôt d'abord cet accompagnement.",
            )
        )
    if demande.meme_uo_ouverte:
        refus.append(
            Refus(
                "DEJA_OUVERTE",
                f"Une UO{uo_affichee(demande.uo)} est déjà ouverte pour cette personne.",
                "CCTP §1.2.6",
                "Continuez l'unité ouverte ; une nouvelle peut s'ouvrir dès après sa clôture.",
            )
        )
    if not demande.dans_le_lot:
        admises = regles.liste("eligibilite.derogations_territoire", le=demande.date_engagement)
        if demande.derogation_territoriale not in admises:
            refus.append(
                Refus(
                    "HORS_TERRITOIRE",
                    "Ni la résidence ni le lieu de travail de la personne ne sont dans le territoire du lot.",
                    "CCTP §1.2.4",
                    f"Justifiez l'exception par l'un des codes {', '.join(admises)}, "
                    "ou orientez vers l'opérateur du territoire.",
                )
            )
    return refus


def _refus_prealable(demande: DemandeOuverture, regles: Regles) -> list[Refus]:
    le = demande.date_engagement
    refus = []
    prealable = uo_affichee(regles.texte(f"unites.prealable.uo{demande.uo}", le=le))
    clause = regles.clause(f"unites.prealable.uo{demande.uo}", le=le)
    if demande.date_engagement_uo21 is None or demande.date_engagement_uo21 > le:
        refus.append(
            Refus(
                "SANS_PREALABLE",
                f"Cette unité suit nécessairement une UO{prealable}, absente ou engagée après elle.",
                clause,
                f"Engagez d'abord une UO{prealable} avec la personne.",
            )
        )
    else:
        limite = echeance(demande.uo, le, regles=regles, date_engagement_uo21=demande.date_engagement_uo21)
        if limite is not None and le > limite:
            refus.append(
                Refus(
                    "DELAI_DEPASSE",
                    f"Le délai compté depuis l'engagement de l'UO{prealable} a pris fin le {limite.isoformat()}.",
                    regles.clause(f"delai_execution.uo{demande.uo}", le=le),
                    f"La personne peut demander une nouvelle UO{prealable}.",
                )
            )
        cloture = demande.date_cloture_uo21
        exige = regles.oui_non(f"unites.prealable_clos.uo{demande.uo}", le=le)
        if exige and (cloture is None or cloture > le or demande.uo21_abandonnee):
            etat = "a été abandonnée" if demande.uo21_abandonnee else "n'est pas encore close"
            refus.append(
                Refus(
                    "PREALABLE_NON_CLOS",
                    f"L'UO{prealable} {etat} : c'est le projet professionnel signé qui dit le souhait d'être appuyé.",
                    regles.clause(f"unites.prealable_clos.uo{demande.uo}", le=le),
                    f"Faites signer le projet professionnel, ou reprenez une UO{prealable}.",
                )
            )
    aleas = regles.liste(f"unites.alea.uo{demande.uo}", le=le)
    if demande.alea not in aleas:
        refus.append(
            Refus(
                "SANS_ALEA",
                "Aucun des aléas prévus au marché n'est déclaré.",
                regles.clause(f"unites.alea.uo{demande.uo}", le=le),
                f"Déclarez l'aléa rencontré : {', '.join(aleas)}.",
            )
        )
    if not demande.courriel_et_reponse:
        refus.append(
            Refus(
                "SANS_COURRIEL",
                "Le courriel d'engagement du conseiller et la réponse de la personne manquent.",
                regles.clause(f"unites.livrable.uo{demande.uo}", le=le),
                "Envoyez le courriel d'engagement et attendez la réponse de la personne.",
            )
        )
    return refus
