"""How the pages of the pénalités write what they show."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from cepage.acheteur.marche.presentation import nom_du_lot
from cepage.acheteur.penalites.detection import Constat
from cepage.acheteur.penalites.enums import SIGNES, Etat, Fait
from cepage.acheteur.penalites.models import Penalite
from cepage.fondations.regles.penalites import Chiffrage
from cepage.fondations.socle import formats
from cepage.fondations.socle.composants.tableau import Colonne, Tableau


def etat_en_mots(penalite: Penalite) -> str:
    """The state with its sign."""
    return f"{SIGNES[penalite.etat][0]} {Etat(penalite.etat).label}"


def periode_en_mots(debut: date, fin: date) -> str:
    """« du 01/03/2021 au 31/03/2021 »."""
    return f"du {formats.jour_court(debut)} au {formats.jour_court(fin)}"


def tableau_des_penalites(lignes: Iterable[Penalite]) -> Tableau:
    """Pénalités, each leading to its page."""
    colonnes = [
        Colonne(
            "reference",
            "Pénalité",
            lien=lambda p: reverse("penalites:penalite", args=[p.reference]),
            entete=True,
        ),
        Colonne("lot", "Lot", valeur=lambda p: nom_du_lot(p.lot)),
        Colonne("emetteur", "Titulaire"),
        Colonne("fait", "Manquement", valeur=lambda p: p.get_fait_display()),
        Colonne("periode", "Période", valeur=lambda p: periode_en_mots(p.debut, p.fin)),
        Colonne("etat", "État", valeur=etat_en_mots),
        Colonne("montant", "Montant", format="montant", valeur=montant_du),
    ]
    return Tableau("Pénalités", colonnes, lignes)


def montant_du(penalite: Penalite) -> object:
    """The amount that counts today: what is held back once decided, what the grid gives before."""
    return penalite.montant if penalite.montant_retenu is None else penalite.montant_retenu


@dataclass(frozen=True)
class ConstatLu:
    """A breach as the page shows it: what it costs, and the pénalité it already has."""

    constat: Constat
    chiffrage: Chiffrage
    ouverte: Penalite | None
    le: date

    @property
    def suite(self) -> str:
        """What may be done with it, in words."""
        if self.ouverte:
            return f"{etat_en_mots(self.ouverte)} : {self.ouverte.reference}"
        if self.constat.proposable_des > self.le:
            return f"◷ À proposer à partir du {formats.jour_court(self.constat.proposable_des)}"
        return "→ Proposer la pénalité" if self.chiffrage.montant else "– Toléré"

    @property
    def adresse(self) -> str | None:
        """Where that leads."""
        if self.ouverte:
            return reverse("penalites:penalite", args=[self.ouverte.reference])
        if not self.chiffrage.montant or self.constat.proposable_des > self.le:
            return None
        return reverse("penalites:proposer", args=[self.constat.cle])


def constats_lus(
    constats: Sequence[Constat], ouvertes: Mapping[tuple[str, str, date], Penalite], le: date
) -> list[ConstatLu]:
    """The breaches with what they cost and where they stand."""
    return [ConstatLu(c, c.chiffrer(), ouvertes.get((c.emetteur, c.fait, c.debut)), le) for c in constats]


def tableau_des_constats(lignes: Sequence[ConstatLu]) -> Tableau:
    """Breaches, each leading to its proposal or to its pénalité."""
    colonnes = [
        Colonne("fait", "Manquement", valeur=lambda c: c.constat.fait.label, entete=True),
        Colonne("periode", "Période", valeur=lambda c: periode_en_mots(c.constat.debut, c.constat.fin)),
        Colonne("emetteur", "Titulaire", valeur=lambda c: c.constat.emetteur),
        Colonne("constates", "Constatés", format="nombre", valeur=lambda c: c.constat.constates),
        Colonne("retenus", "Retenus", format="nombre", valeur=lambda c: c.chiffrage.retenus),
        Colonne("montant", "Montant", format="montant", valeur=lambda c: c.chiffrage.montant),
        Colonne("suite", "Suite", valeur=lambda c: c.suite, lien=lambda c: c.adresse),
    ]
    return Tableau("Manquements constatés", colonnes, lignes)


@dataclass(frozen=True)
class Preuve:
    """One thing seen, and the page that shows it."""

    texte: str
    adresse: str | None


def preuves(fait: str, lot: str, lues: Iterable[str], *, registre: bool, envois: bool) -> list[Preuve]:
    """What shows a breach; `registre`, `envois`: whether the person may open these pages."""
    if fait == Fait.LIVRABLE_ABSENT:
        return [Preuve(n, reverse("registre:dossier", args=[n]) if registre else None) for n in lues]
    if fait == Fait.JOUR_SANS_ENVOI:
        return [_jour_du_calendrier(lot, date.fromisoformat(jour), envois) for jour in lues]
    return [Preuve(texte, None) for texte in lues]


def _jour_du_calendrier(lot: str, jour: date, envois: bool) -> Preuve:
    parametres = urlencode({"lot": lot, "annee": jour.year, "mois": jour.month})
    return Preuve(formats.jour(jour), f"{reverse('reception:calendrier')}?{parametres}" if envois else None)
