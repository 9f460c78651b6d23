"""What came of what is expected: on time, late, refused, missing; and since when an operator is silent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Max

from cepage.echanges.reception import calendrier
from cepage.echanges.reception.contexte import Titulaire, registre
from cepage.echanges.reception.enums import Statut
from cepage.echanges.reception.models import Envoi
from cepage.echanges.suivi import echeances
from cepage.echanges.suivi.echeances import Attendu, Horaire
from cepage.echanges.suivi.enums import DOCUMENTS, Etat, Genre
from cepage.echanges.suivi.models import Creneau, DocumentDepose
from cepage.fondations.regles import Regles, ajouter_mois, charger_marche
from cepage.fondations.socle import formats
from cepage.fondations.socle.formats import PARIS
from cepage.fondations.socle.periodes import Periode

UN = timedelta(days=1)


@dataclass(frozen=True)
class Suivi:
    """One expected sending and what became of it; `envois` are the receipts that answer it."""

    attendu: Attendu
    etat: Etat
    recu_le: datetime | None = None
    envois: tuple[str, ...] = ()
    detail: str = ""

    @property
    def genre(self) -> Genre:
        """Its kind."""
        return self.attendu.genre

    @property
    def document(self) -> bool:
        """True when it is deposited on the page."""
        return self.attendu.genre in DOCUMENTS


@dataclass(frozen=True)
class Compte:
    """Counts of one kind over a period: due, on time, late, missing."""

    genre: Genre
    dus: int
    a_l_heure: int
    en_retard: int
    manquants: int

    @property
    def taux(self) -> float | None:
        """Share received on time; None when nothing was due."""
        return self.a_l_heure / self.dus if self.dus else None


@dataclass(frozen=True)
class Situation:
    """What is expected of an operator for a lot during a period, in the order of the due dates."""

    emetteur: str
    nom: str
    lot: str
    suivis: list[Suivi] = field(default_factory=list)

    @property
    def manquants(self) -> list[Suivi]:
        """What is past its due date and has not entered, the oldest first."""
        return [s for s in self.suivis if s.etat.manque]

    @property
    def a_venir(self) -> list[Suivi]:
        """What is still to come, the nearest first."""
        return [s for s in self.suivis if s.etat is Etat.A_VENIR]

    @property
    def comptes(self) -> list[Compte]:
        """The counts of each kind that was due."""
        return [c for genre in Genre if (c := self._compte(genre)).dus]

    def _compte(self, genre: Genre) -> Compte:
        etats = [s.etat for s in self.suivis if s.genre is genre and s.etat is not Etat.A_VENIR]
        manquants = sum(e.manque for e in etats)
        return Compte(genre, len(etats), etats.count(Etat.RECU), etats.count(Etat.RETARD), manquants)


def etablir(lot: str, periode: Periode, *, le: datetime, emetteur: str | None = None) -> list[Situation]:
    """What the holders of a lot owe by a due date inside `periode`, as known at `le`; one, or all of them.

    `periode` has an end. Runs inside the row-level scope under way, in a bounded number of queries.
    """
    tenues: dict[str, list[Titulaire]] = {}
    for titulaire in registre().titulaires(lot):
        if emetteur is None or titulaire.operateur == emetteur:
            tenues.setdefault(titulaire.operateur, []).append(titulaire)
    if not tenues:
        return []
    recu = _Recu(lot, periode, le, frozenset(tenues))
    return [_situation(code, periodes, lot, periode, recu) for code, periodes in sorted(tenues.items())]


def _situation(code: str, tenues: list[Titulaire], lot: str, periode: Periode, recu: "_Recu") -> Situation:
    suivis = []
    for tenue in tenues:
        fin = None if tenue.fin is None else tenue.fin + timedelta(days=1)
        suivis += [recu.suivre(code, a) for a in _attendus(lot, Periode(tenue.debut, fin), periode, code, recu)]
    suivis = [s for s in suivis if s.etat is not Etat.A_VENIR or s.attendu.echeance > recu.le]
    return Situation(code, tenues[0].nom, lot, sorted(suivis, key=lambda s: (s.attendu.echeance, s.attendu.cle)))


def _attendus(lot: str, tenue: Periode, periode: Periode, code: str, recu: "_Recu") -> Iterable[Attendu]:
    """Everything due inside `periode` by who holds the lot during `tenue`."""
    regles, horaires = recu.regles, recu.horaires.get(code, [])
    defaut = echeances.horaire_par_defaut(regles, max(tenue.debut, periode.debut))
    fin_du_marche = regles.valeur_date("marche.service_fin", le=tenue.debut) + timedelta(days=1)
    service = tenue.intersection(Periode(tenue.debut, max(fin_du_marche, tenue.debut + timedelta(days=1)))) or tenue
    trouves: list[Attendu] = []
    jours = Periode(periode.debut - timedelta(days=1), periode.fin).intersection(service)
    if jours is not None:
        jour, fin = jours.debut, jours.fin or jours.debut
        while jour < fin:
            if recu.est_ouvre(jour):
                trouves.append(echeances.donnees_du(jour, echeances.horaire_du(jour, horaires, defaut)))
            jour += timedelta(days=1)
    borne = periode.fin or fin_du_marche
    for mois in echeances.mois_tenus(Periode(service.debut, max(min(service.fin or borne, borne), service.debut + UN))):
        horaire = echeances.horaire_du(mois.debut, horaires, defaut)
        trouves += [echeances.du_mois(mois, horaire), echeances.livrables_du_mois(mois, horaire)]
    bornee = Periode(service.debut, max(min(service.fin or borne, borne), service.debut + UN))
    trouves += echeances.semestres_et_trimestres(bornee, regles)
    trouves += echeances.initialisation_et_reversibilite(tenue, regles)
    return [a for a in trouves if a.echeance.astimezone(PARIS).date() in periode]


class _Recu:
    """What came for a lot, read once: envois by day, periods of the fiches, documents, livrables that are missing."""

    def __init__(self, lot: str, periode: Periode, le: datetime, emetteurs: frozenset[str]) -> None:
        self.lot, self.le = lot, le
        self.regles: Regles = charger_marche("A")
        fin = periode.fin or periode.debut
        self._ouvres: dict[date, bool] = {}
        self._jours = self._par_jour(range((periode.debut - timedelta(days=1)).year, fin.year + 1), emetteurs)
        arrivees = [a for fiche in ("indicateur", "moyens_couts") for a in registre().arrivees(lot, fiche)]
        self._arrivees = {(a.emetteur, a.fiche, a.periode): a.premiere for a in arrivees}
        dus = registre().livrables_dus(lot, ajouter_mois(periode.debut.replace(day=1), -1), fin)
        self._livrables = {(e, f"{mois:%Y-%m}"): (dus_, manquants) for e, mois, dus_, manquants in dus.iter_rows()}
        documents = DocumentDepose.objects.filter(lot=lot, emetteur__in=emetteurs).order_by("-depose_le")
        self._documents = {(d.emetteur, d.genre, d.periode): d.depose_le for d in documents}
        self.horaires: dict[str, list[Horaire]] = {}
        for c in Creneau.objects.filter(lot=lot, emetteur__in=emetteurs):
            dit = Horaire(c.debut, c.heure_donnees, c.jour_indicateurs, c.heure_indicateurs, "lu")
            self.horaires.setdefault(c.emetteur, []).append(dit)

    def est_ouvre(self, jour: date) -> bool:
        """Whether the day's data are due: a working day everywhere in the lot."""
        if jour not in self._ouvres:
            self._ouvres[jour] = jour.weekday() < 5 and calendrier.est_ouvre(jour, self.lot)
        return self._ouvres[jour]

    def _par_jour(self, annees: Iterable[int], emetteurs: frozenset[str]) -> Mapping[tuple[str, date], list[Envoi]]:
        """The envois by emitter and by the day they are about."""
        envois = Envoi.objects.filter(lot=self.lot, emetteur__in=emetteurs, recu_le__lte=self.le)
        envois = envois.only("identifiant", "emetteur", "nom_fichier", "recu_le", "statut").order_by("recu_le", "id")
        trouves: dict[tuple[str, date], list[Envoi]] = {}
        for envoi in envois:
            jour = calendrier.jour_de_l_envoi(envoi.nom_fichier, envoi.recu_le)
            if jour.year in annees:
                trouves.setdefault((envoi.emetteur, jour), []).append(envoi)
        return trouves

    def suivre(self, emetteur: str, attendu: Attendu) -> Suivi:
        """What became of one expected sending."""
        match attendu.genre:
            case Genre.DONNEES:
                return self._donnees(emetteur, attendu)
            case Genre.LIVRABLES:
                return self._livrables_du_mois(emetteur, attendu)
            case Genre.INDICATEURS:
                recu = self._arrivees.get((emetteur, "indicateur", attendu.periode))
            case Genre.MOYENS_COUTS:
                # The two readings of the annexe: a half-year, or the whole year at once.
                semestre = self._arrivees.get((emetteur, "moyens_couts", attendu.periode))
                recu = semestre or self._arrivees.get((emetteur, "moyens_couts", attendu.periode[:4]))
            case _:
                recu = self._documents.get((emetteur, attendu.genre, attendu.periode))
        return self._selon(attendu, recu)

    def _selon(self, attendu: Attendu, recu: datetime | None, envois: tuple[str, ...] = (), detail: str = "") -> Suivi:
        if recu is not None and recu <= self.le:
            etat = Etat.RECU if recu <= attendu.echeance else Etat.RETARD
            return Suivi(attendu, etat, recu, envois, detail)
        return Suivi(attendu, Etat.MANQUANT if attendu.echeance <= self.le else Etat.A_VENIR, None, envois, detail)

    def _donnees(self, emetteur: str, attendu: Attendu) -> Suivi:
        assert attendu.jour is not None
        envois = self._jours.get((emetteur, attendu.jour), [])
        entres = [e for e in envois if e.statut != Statut.REFUSE]
        identifiants = tuple(e.identifiant for e in envois)
        if entres or not envois:
            return self._selon(attendu, entres[0].recu_le if entres else None, identifiants)
        refuse = Suivi(attendu, Etat.REFUSE, envois[-1].recu_le, identifiants, "tous les envois du jour sont refusés")
        return refuse if attendu.echeance <= self.le else self._selon(attendu, None, identifiants)

    def _livrables_du_mois(self, emetteur: str, attendu: Attendu) -> Suivi:
        dus, manquants = self._livrables.get((emetteur, attendu.periode), (0, 0))
        if attendu.echeance > self.le:
            return Suivi(attendu, Etat.A_VENIR)
        if not manquants:
            return Suivi(attendu, Etat.RECU, detail=formats.accorder(dus, "livrable"))
        detail = f"{formats.accorder(manquants, 'livrable')} sur {formats.nombre(dus)} " + (
            "manque" if manquants == 1 else "manquent"
        )
        return Suivi(attendu, Etat.MANQUANT, detail=detail)


@dataclass(frozen=True)
class Silence:
    """The last envoi of an operator for a lot, and whether its silence has passed a threshold.

    `seuil` is the day the legal threshold falls; `depuis` the last sign (the first day of the service when none came).
    """

    depuis: date
    jamais: bool
    alerte: bool
    rompu: bool
    seuil: date
    clause: str


def silence(dernier: datetime | None, tenue: Titulaire, le: date) -> Silence | None:
    """The silence of a holder on the day `le`; None once it holds the lot no more."""
    regles = charger_marche("A")
    if tenue.debut > le or (tenue.fin is not None and tenue.fin < le):
        return None
    depuis = dernier.astimezone(PARIS).date() if dernier else tenue.debut
    seuil = ajouter_mois(depuis, regles.entier("suivi.silence", le=le))
    alerte = (le - depuis).days > regles.entier("suivi.silence_alerte", le=le)
    return Silence(depuis, dernier is None, alerte, le > seuil, seuil, regles.clause("suivi.silence", le=le))


def derniers_envois(lots: Iterable[str]) -> dict[tuple[str, str], datetime]:
    """The instant of the last envoi that entered, by (lot, emitter); one query."""
    lignes = Envoi.objects.filter(lot__in=list(lots)).exclude(statut=Statut.REFUSE).order_by()
    totaux = lignes.values("lot", "emetteur").annotate(dernier=Max("recu_le"))
    return {(t["lot"], t["emetteur"]): t["dernier"] for t in totaux}
