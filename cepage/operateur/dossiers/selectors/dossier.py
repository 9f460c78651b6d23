"""The dossier of a person: its units with what remains, its course as a timeline, what is to be mended."""

from dataclasses import dataclass
from datetime import date

from cepage.echanges.envoi.models import Retour
from cepage.fondations.referentiels import calendrier, nomenclatures
from cepage.fondations.socle.formats import accorder, duree
from cepage.operateur.dossiers.enums import Etat
from cepage.operateur.dossiers.models import Beneficiaire, Courriel, Etape, Interaction, PieceJointe, UniteOeuvre
from cepage.operateur.dossiers.selectors.regard import Regard


@dataclass(frozen=True)
class Evenement:
    """One event of the course; `signe` doubles its kind without colour."""

    le: date
    titre: str
    detail: str = ""
    signe: str = "•"
    numero: str = ""


@dataclass(frozen=True)
class UniteVue:
    """A unit as its card shows it."""

    unite: UniteOeuvre
    reste: str
    presse: bool
    interactions: int
    minutes: int


@dataclass(frozen=True)
class DossierVu:
    """All the page of a dossier shows."""

    personne: Beneficiaire
    unites: list[UniteVue]
    parcours: list[Evenement]
    retours: list[Retour]
    pieces: list[PieceJointe]
    doublons: list[Beneficiaire]


def lire(regard: Regard, personne: Beneficiaire, le: date) -> DossierVu:
    """The dossier of a person (a kept record), in a bounded number of queries."""
    doublons = list(personne.doublons.all())
    fiches = [personne.pk, *(d.pk for d in doublons)]
    unites = list(
        regard.unites()
        .filter(beneficiaire__in=fiches)
        .select_related("beneficiaire", "referent", "delegue", "membre")
        .order_by("-date_engagement", "-id")
    )
    interactions = list(Interaction.objects.filter(unite__in=unites, annulee=False).order_by("date_interaction", "id"))
    courriels = list(Courriel.objects.filter(beneficiaire__in=fiches))
    etapes = list(Etape.objects.filter(beneficiaire__in=fiches))
    return DossierVu(
        personne,
        [_vue(u, [i for i in interactions if i.unite_id == u.pk], le) for u in unites],
        _parcours(personne, unites, interactions, courriels, etapes),
        _retours(personne, unites, doublons),
        list(PieceJointe.objects.filter(beneficiaire__in=fiches)),
        doublons,
    )


def ce_qui_reste(unite: UniteOeuvre, le: date) -> str:
    """What remains before the deadline of an open unit, in working days near the end; empty when it is not open."""
    if not unite.ouverte or unite.echeance is None:
        return ""
    jours = (unite.echeance - le).days
    if jours < 0:
        return f"délai passé depuis {accorder(-jours, 'jour')}"
    if jours == 0:
        return "dernier jour"
    if jours > 60:
        return f"reste {accorder(jours // 30, 'mois', 'mois')}"
    ouvres = calendrier.jours_ouvres_entre(le, unite.echeance)
    return f"reste {accorder(ouvres, 'jour ouvré', 'jours ouvrés')}"


def _vue(unite: UniteOeuvre, interactions: list[Interaction], le: date) -> UniteVue:
    presse = unite.ouverte and unite.echeance is not None and (unite.echeance - le).days <= 15
    minutes = sum(i.duree_minutes or 0 for i in interactions)
    return UniteVue(unite, ce_qui_reste(unite, le), presse, len(interactions), minutes)


def _parcours(
    personne: Beneficiaire,
    unites: list[UniteOeuvre],
    interactions: list[Interaction],
    courriels: list[Courriel],
    etapes: list[Etape],
) -> list[Evenement]:
    numeros = {u.pk: u for u in unites}
    faits: list[Evenement] = []
    for unite in unites:
        faits += _de_l_unite(unite)
    for i in interactions:
        unite = numeros[i.unite_id]
        mode = nomenclatures.libelle("mode_contact", i.mode_contact)
        details = [duree(i.duree_minutes)] if i.duree_minutes else []
        details += ["après la clôture, non déclaré"] if i.apres_cloture else []
        faits.append(Evenement(i.date_interaction, f"{mode} ({unite.libelle})", ", ".join(details), "☎"))
    for c in courriels:
        faits.append(Evenement(c.date_courriel, c.get_type_livrable_display(), c.objet, "✉"))
    for e in etapes:
        faits.append(Evenement(e.date_etape, e.get_genre_display(), e.precision, "⚑"))
    for changement in personne.changements.all():
        statuts = ", ".join(nomenclatures.libelle("statut", s) for s in changement.statut)
        faits.append(Evenement(changement.date_changement, "Statut", statuts, "☰"))
    return sorted(faits, key=lambda fait: fait.le, reverse=True)


def _de_l_unite(unite: UniteOeuvre) -> list[Evenement]:
    faits = []
    if unite.uo != "00":
        faits.append(Evenement(unite.date_engagement, f"{unite.libelle} engagée", "", "▶", unite.numero_dossier))
    if unite.uo == "00":
        suite = nomenclatures.libelle("aiguillage", unite.aiguillage) if unite.aiguillage else ""
        faits.append(Evenement(unite.date_engagement, "Aiguillage", suite, "➜", unite.numero_dossier))
    elif unite.date_cloture:
        motif = nomenclatures.libelle("motif_cloture", unite.motif_cloture)
        verbe = "réputée abandonnée" if unite.etat == Etat.ABANDONNEE else "close"
        faits.append(Evenement(unite.date_cloture, f"{unite.libelle} {verbe}", motif, "■", unite.numero_dossier))
    return faits


def _retours(personne: Beneficiaire, unites: list[UniteOeuvre], doublons: list[Beneficiaire]) -> list[Retour]:
    cles = {f"{b.lot}|{b.identifiant_beneficiaire}" for b in (personne, *doublons)}
    numeros = {u.numero_dossier for u in unites}
    bloquants = Retour.objects.filter(
        traite_le__isnull=True, gravite="bloquant", emetteur=personne.emetteur
    ).select_related("fiche_sortante")
    parents = {f"unite_oeuvre:{n}" for n in numeros} | {f"beneficiaire:{c}" for c in cles}
    return list(bloquants.filter(fiche_sortante__parent__in=parents)) + list(
        bloquants.filter(fiche_sortante__fiche="beneficiaire", fiche_sortante__cle__in=cles)
    )
