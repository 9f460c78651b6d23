"""What the pages of the calendar of sendings read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, Q, QuerySet
from django.urls import NoReverseMatch, reverse

from cepage.echanges.reception.contexte import Titulaire, registre
from cepage.echanges.reception.models import Anomalie
from cepage.echanges.suivi import situation
from cepage.echanges.suivi.echeances import Horaire, horaire_par_defaut
from cepage.echanges.suivi.enums import Etat, Genre
from cepage.echanges.suivi.models import Constat, Creneau, DocumentDepose, Relance
from cepage.echanges.suivi.situation import Silence, Situation, Suivi
from cepage.fondations.regles import ajouter_mois, charger_marche
from cepage.fondations.socle import formats
from cepage.fondations.socle.formats import PARIS
from cepage.fondations.socle.periodes import Periode

ECART = "E-IND-010"


@dataclass(frozen=True)
class Ligne:
    """One operator and lot of the overview; `manquants` counts what is missing over the last year."""

    lot: str
    emetteur: str
    nom: str
    dernier: datetime | None
    silence: Silence | None
    manquants: int
    retards: int
    dus: int


@dataclass(frozen=True)
class Manque:
    """What is missing, as the page says it: several days of a month are one line."""

    genre: Genre
    libelle: str
    echeance: datetime
    combien: int
    detail: str
    clause: str
    suite_url: str
    suite_libelle: str


def titulaires(lots: Iterable[str], emetteurs: frozenset[str] | None) -> list[tuple[str, Titulaire]]:
    """(lot, holder) of these lots, the last tenure of each operator; `emetteurs` None: all."""
    trouves: dict[tuple[str, str], Titulaire] = {}
    for lot in sorted(lots):
        for tenue in registre().titulaires(lot):
            if emetteurs is None or tenue.operateur in emetteurs:
                trouves.setdefault((lot, tenue.operateur), tenue)
    return [(lot, tenue) for (lot, _), tenue in sorted(trouves.items())]


def apercu(lots: Iterable[str], emetteurs: frozenset[str] | None, *, le: datetime) -> list[Ligne]:
    """The overview: since when each operator is silent, what it owes, from the last findings."""
    jour, tenues = le.astimezone(PARIS).date(), titulaires(lots, emetteurs)
    siens = [lot for lot, _ in tenues]
    derniers = situation.derniers_envois(siens)
    comptes = _comptes(siens, ajouter_mois(jour, -12))
    lignes = []
    for lot, tenue in tenues:
        dernier, etats = derniers.get((lot, tenue.operateur)), comptes.get((lot, tenue.operateur), {})
        lignes.append(
            Ligne(
                lot,
                tenue.operateur,
                tenue.nom,
                dernier,
                situation.silence(dernier, tenue, jour),
                sum(n for etat, n in etats.items() if Etat(etat).manque),
                etats.get(Etat.RETARD, 0),
                sum(etats.values()),
            )
        )
    return lignes


def _comptes(lots: list[str], depuis: date) -> dict[tuple[str, str], dict[str, int]]:
    cle = ("lot", "emetteur", "cle")
    derniers = Constat.objects.filter(lot__in=lots, echeance__date__gte=depuis).order_by(*cle, "-id").distinct(*cle)
    totaux = Constat.objects.filter(pk__in=derniers.values("pk")).order_by().values("lot", "emetteur", "etat")
    comptes: dict[tuple[str, str], dict[str, int]] = {}
    for total in totaux.annotate(combien=Count("pk")):
        comptes.setdefault((total["lot"], total["emetteur"]), {})[total["etat"]] = total["combien"]
    return comptes


def dernier_constat() -> datetime | None:
    """When the findings were last written, in the scope under way."""
    trouve: datetime | None = Constat.objects.aggregate(m=Max("constate_le"))["m"]
    return trouve


def periode_demandee(annee: int | None, le: datetime) -> Periode:
    """A year, or the last twelve months and the two to come."""
    if annee:
        return Periode(date(annee, 1, 1), date(annee + 1, 1, 1))
    jour = le.astimezone(PARIS).date()
    return Periode(ajouter_mois(jour, -12), ajouter_mois(jour, 2))


def manques(trouvee: Situation, *, depose: bool) -> list[Manque]:
    """What is missing, most recent first, each with the way on; `depose`: the reader may send."""
    trouves: dict[tuple[str, str], list[Suivi]] = {}
    for suivi in reversed(trouvee.manquants):
        mois = suivi.attendu.periode[:7] if suivi.genre is Genre.DONNEES else suivi.attendu.cle
        trouves.setdefault((suivi.genre, mois), []).append(suivi)
    return [_manque(trouvee, groupe, depose=depose) for groupe in trouves.values()]


def _manque(trouvee: Situation, groupe: list[Suivi], *, depose: bool) -> Manque:
    premier, genre, place = groupe[0], groupe[0].genre, [trouvee.lot, trouvee.emetteur]
    libelle, detail = premier.attendu.libelle, premier.detail
    url, geste = (_adresse("reception:deposer"), "Envoyer") if depose else ("", "")
    if genre is Genre.DONNEES and premier.attendu.jour is not None:
        jour = premier.attendu.jour
        if len(groupe) > 1:
            libelle = f"Données de {formats.accorder(len(groupe), 'jour')} de {formats.mois(jour)}"
            refuses = sum(s.etat is Etat.REFUSE for s in groupe)
            detail = f"dont {formats.accorder(refuses, 'refusé')}" if refuses else ""
        url = f"{_adresse('reception:calendrier')}?lot={trouvee.lot}&annee={jour.year}&mois={jour.month}"
        geste = "Voir les jours"
    elif genre is Genre.LIVRABLES:
        url, geste = _adresse("suivi:livrables", *place, premier.attendu.periode), "Voir les dossiers"
    elif premier.document and depose:
        url = f"{_adresse('suivi:deposer', *place)}?attendu={premier.attendu.cle}"
        geste = "Déposer le document"
    return Manque(genre, libelle, premier.attendu.echeance, len(groupe), detail, premier.attendu.clause, url, geste)


def _adresse(nom: str, *arguments: str) -> str:
    try:
        return reverse(nom, args=arguments)
    except NoReverseMatch:
        return ""


def filtrer(trouvee: Situation, *, genre: str = "", etat: str = "") -> list[Suivi]:
    """The expected sendings of a kind, of a state (« manque »: refused ones too), the most recent due date first."""
    lignes = [s for s in trouvee.suivis if not genre or s.genre == genre]
    if etat == "manque":
        lignes = [s for s in lignes if s.etat.manque]
    elif etat == "du":
        lignes = [s for s in lignes if s.etat is not Etat.A_VENIR]
    elif etat:
        lignes = [s for s in lignes if s.etat == etat]
    return lignes[::-1]


def constats(lot: str, emetteur: str) -> "QuerySet[Constat]":
    """Every finding of an operator and lot, the last first."""
    return Constat.objects.filter(lot=lot, emetteur=emetteur).order_by("-id")


def relances(lot: str, emetteur: str, combien: int = 10) -> "QuerySet[Relance]":
    """The last reminders."""
    return Relance.objects.filter(lot=lot, emetteur=emetteur)[:combien]


def documents(lot: str, emetteur: str) -> "QuerySet[DocumentDepose]":
    """The documents deposited, the last first."""
    return DocumentDepose.objects.filter(lot=lot, emetteur=emetteur)


def horaire(lot: str, emetteur: str, le: date) -> tuple[Horaire, bool]:
    """The slot that holds on a day, and whether the buyer told it."""
    dit = Creneau.objects.filter(lot=lot, emetteur=emetteur, debut__lte=le).order_by("-debut").first()
    if dit is None:
        return horaire_par_defaut(charger_marche("A"), le), False
    tenu = Horaire(dit.debut, dit.heure_donnees, dit.jour_indicateurs, dit.heure_indicateurs, "lu")
    return tenu, True


def livrables_manquants(lot: str, emetteur: str, mois: str) -> list[dict[str, object]]:
    """The dossiers closed in a month (`AAAA-MM`) whose livrable has not come."""
    periode = Periode.du_mois(int(mois[:4]), int(mois[5:]))
    lignes = registre().livrables_manquants(lot, emetteur, periode.debut, periode.fin or periode.debut)
    return list(lignes.iter_rows(named=True))


def ecarts(lot: str, emetteur: str) -> "QuerySet[Anomalie]":
    """The indicators sent that the register does not give, the last envoi first (a gap is reported, not refused)."""
    sien = Q(envoi__lot=lot, envoi__emetteur=emetteur, code=ECART)
    return Anomalie.objects.filter(sien).select_related("envoi").order_by("-envoi__recu_le", "rang")


def annees(tenue: Titulaire, le: date) -> list[int]:
    """The years of a tenure so far, the last first."""
    fin = min(tenue.fin or le, le + timedelta(days=60))
    return list(range(fin.year, tenue.debut.year - 1, -1))
