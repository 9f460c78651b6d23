"""A whole run: lots one after the other, days in order; only what waits for its day is kept in memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import TextIO

from cepage.fondations.regles import Regles, charger_marche, echeance
from demo.calendrier import UN_JOUR, Envois, dernier_du_mois, est_ouvre, ouvre_suivant
from demo.depot import ENTETE_ERREURS, Bilan, Depot, ligne_csv
from demo.emission import Emetteur, Engagement
from demo.lots import OPERATEURS, ORDRE_DES_LOTS, Lot, lot_de_demonstration
from demo.marche import REVISIONS, Carnet
from demo.parcours import Planificateur
from demo.personnes import PART_INELIGIBLES, Fabrique

SERVICE = date(2020, 1, 2)
FIN_DU_MARCHE = date(2023, 12, 31)
MOIS_MAXIMAL = 48
SEUIL_MENSUEL = 50_000
# First and last quarters high, August low (evaluation 2020-2023); growth of about 15 % a year.
SAISON = (1.30, 1.18, 1.15, 0.92, 0.84, 0.92, 0.74, 0.42, 1.02, 1.18, 1.16, 0.97)
CROISSANCE_PAR_MOIS = 0.0125
ESSAIS_CALIBRAGE = 4000


@dataclass(frozen=True)
class Demande:
    """What is asked from the generator. `dossiers` counts units, all lots together, within a few percent."""

    lots: int
    mois: int
    dossiers: int
    graine: int
    sortie: Path
    periode: str | None = None
    avec_pieces: bool = True

    def __post_init__(self) -> None:
        if not 1 <= self.lots <= len(ORDRE_DES_LOTS):
            raise ValueError(f"Le nombre de lots va de 1 à {len(ORDRE_DES_LOTS)} : {self.lots} est hors bornes.")
        if not 1 <= self.mois <= MOIS_MAXIMAL:
            raise ValueError(f"Le marché dure {MOIS_MAXIMAL} mois : {self.mois} est hors bornes.")
        if self.dossiers < self.lots:
            raise ValueError("Il faut au moins un dossier par lot.")

    @property
    def fin(self) -> date:
        """Last day of the run."""
        rang = SERVICE.month - 1 + self.mois - 1
        return dernier_du_mois(date(SERVICE.year + rang // 12, rang % 12 + 1, 1))

    @property
    def envois_par(self) -> str:
        """`jour` or `mois`: monthly by default beyond 50,000 dossiers."""
        return self.periode or ("jour" if self.dossiers <= SEUIL_MENSUEL else "mois")


def generer(demande: Demande) -> Bilan:
    """Write the whole set in `demande.sortie` (created; must be empty). Same demande, same bytes."""
    sortie = demande.sortie
    sortie.mkdir(parents=True, exist_ok=True)
    if any(sortie.iterdir()):
        raise ValueError(f"Le répertoire {sortie} n'est pas vide : choisissez-en un autre ou videz-le.")
    bilan = Bilan()
    carnets: list[Carnet] = []
    codes = ORDRE_DES_LOTS[: demande.lots]
    with (sortie / "erreurs.csv").open("w", encoding="utf-8", newline="\n") as erreurs:
        erreurs.write(ENTETE_ERREURS)
        for rang, code in enumerate(codes):
            carnets.append(_Lot(demande, code, rang, bilan, erreurs).derouler())
    titulaires = ["lot;operateur;nom;debut;fin"]
    titulaires += [f"{code};{';'.join(OPERATEURS[code])};{SERVICE};{FIN_DU_MARCHE}" for code in codes]
    (sortie / "titulaires.csv").write_text("\n".join(titulaires) + "\n", encoding="utf-8")
    commandes = ["reference;lot;uo;debut;fin;volume"]
    for carnet in carnets:
        commandes += [f"{b.reference};{b.lot};{b.uo};{b.debut};{b.fin};{b.volume}" for b in carnet.bons]
    (sortie / "commandes.csv").write_text("\n".join(commandes) + "\n", encoding="utf-8")
    prix = ["lot;uo;debut;fin;prix_ht"]
    for carnet in carnets:
        prix += [f"{carnet.lot};{uo};{SERVICE};{FIN_DU_MARCHE};{valeur}" for uo, valeur in carnet.prix()]
    (sortie / "prix.csv").write_text("\n".join(prix) + "\n", encoding="utf-8")
    revisions = ["lot;debut;fin;indice;coefficient"]
    revisions += [
        f"{c.lot};{debut};{fin};{indice};{valeur}" for c in carnets for debut, fin, indice, valeur in REVISIONS
    ]
    (sortie / "revisions.csv").write_text("\n".join(revisions) + "\n", encoding="utf-8")
    return bilan


class _Lot:
    """The run of one lot."""

    def __init__(self, demande: Demande, code: str, rang: int, bilan: Bilan, erreurs: TextIO) -> None:
        self.demande = demande
        self.rng = Random(f"{demande.graine}|{code}|{demande.dossiers}|{demande.mois}|{demande.lots}")
        self.lot: Lot = lot_de_demonstration(code, debut=SERVICE, mois=demande.mois)
        self.envois = Envois(demande.fin, demande.envois_par)
        self.dossiers = demande.dossiers // demande.lots + (1 if rang < demande.dossiers % demande.lots else 0)
        self.carnet = Carnet(
            code,
            self.lot.operateur,
            annees=range(SERVICE.year, demande.fin.year + 1),
            unites_par_an=self.dossiers * 12 // max(demande.mois, 12) + 1,
        )
        self.depot = Depot(demande.sortie, code, self.lot.operateur, self.envois, bilan, erreurs)
        self.emetteur = Emetteur(self.lot, self.carnet, self.depot, avec_pieces=demande.avec_pieces)
        self.fabrique = Fabrique(self.lot, rang, demande.lots)
        self.planificateur = Planificateur(_echeance, avec_pieces=demande.avec_pieces)
        self.attente: dict[date, list[Engagement]] = {}

    def derouler(self) -> Carnet:
        """Play every day of the run."""
        entrees = self._entrees_par_jour()
        self._implantations()
        jour = SERVICE
        while jour <= self.demande.fin:
            for _ in range(entrees.get(jour, 0)):
                self._accueillir(jour)
            for engagement in self.attente.pop(jour, ()):
                self.emetteur.unite(self.rng, engagement)
            if self._fin_de_mois(jour):
                self._declarations(jour)
            if self.envois.jour(jour) == jour:
                self.depot.partir(jour)
            jour += UN_JOUR
        return self.carnet

    def _fin_de_mois(self, jour: date) -> bool:
        return jour == ouvre_suivant(jour.replace(day=5)) and (jour.year, jour.month) != (
            SERVICE.year,
            SERVICE.month,
        )

    def _accueillir(self, jour: date) -> None:
        rng = self.rng
        eligible = rng.random() >= PART_INELIGIBLES
        etapes = self.planificateur.planifier(rng, jour, eligible=eligible)
        nature = etapes[0].erreur[1] if etapes[0].erreur else ""
        fiche, derogation = self.fabrique.fiche(rng, jour, eligible=eligible, nature_erreur=nature)
        motif = rng.choice(("MOBILITE_ENVISAGEE", "LOT_LIMITROPHE", "LOT_LIMITROPHE", "AUTRE")) if derogation else ""
        self.emetteur.personne(rng, fiche, etapes)
        for etape in etapes:
            if etape.engagement <= self.demande.fin:
                engagement = Engagement(etape, fiche["identifiant_beneficiaire"], fiche["statut"], motif)
                self.attente.setdefault(etape.engagement, []).append(engagement)

    def _entrees_par_jour(self) -> dict[date, int]:
        """Number of new people each working day, so that the run engages the wanted number of units."""
        poids = {jour: self._poids(jour) for jour in self._jours_ouvres()}
        essai = Random(self.rng.random())
        jours = list(poids)
        tirages = essai.choices(jours, list(poids.values()), k=ESSAIS_CALIBRAGE)
        unites = 0
        for jour in tirages:
            eligible = essai.random() >= PART_INELIGIBLES
            etapes = self.planificateur.planifier(essai, jour, eligible=eligible)
            unites += sum(etape.engagement <= self.demande.fin for etape in etapes)
        total = self.dossiers * ESSAIS_CALIBRAGE / unites / sum(poids.values())
        entrees, cumul, places = {}, 0.0, 0
        for jour, part in poids.items():
            cumul += part * total
            entrees[jour] = round(cumul) - places
            places = round(cumul)
        return entrees

    def _jours_ouvres(self) -> Iterator[date]:
        jour = SERVICE
        while jour <= self.demande.fin:
            if est_ouvre(jour):
                yield jour
            jour += UN_JOUR

    @staticmethod
    def _poids(jour: date) -> float:
        anciennete = (jour.year - SERVICE.year) * 12 + jour.month - SERVICE.month
        return (
            SAISON[jour.month - 1]
            * (1 + CROISSANCE_PAR_MOIS * anciennete)
            * (1.15, 1.1, 1.0, 1.0, 0.75)[jour.weekday()]
        )

    def _implantations(self) -> None:
        for site in self.lot.sites:
            ouverture = max(site.ouverture, SERVICE)
            valeurs = {
                "nature": "C",
                "horodatage": self.emetteur.horodatage(self.rng, ouverture),
                "code_implantation": site.code,
                "lot": self.lot.code,
                "libelle": site.libelle,
                "type_implantation": site.type,
                "code_postal": site.commune.code_postal,
                "commune": site.commune.nom,
                "effectif_etp": site.etp,
                "date_ouverture": site.ouverture.isoformat(),
                "horaires": site.horaires,
            }
            self.depot.ajouter(self.envois.jour(ouverture), "implantation", ligne_csv("implantation", valeurs))

    def _declarations(self, jour: date) -> None:
        """Indicators of the month just ended, as the operator reckons them; means after each half-year."""
        precedent = (jour.replace(day=1) - UN_JOUR).replace(day=1)
        stats, cle = self.emetteur.statistiques, (precedent.year, precedent.month)
        valeurs = {
            f"6.{rang}": Decimal(stats[(*cle, f"abandons_{uo}")]) for rang, uo in ((5, "01"), (6, "21"), (7, "22"))
        }
        for rang, uo in ((2, "01"), (3, "21"), (4, "22")):
            nombre = stats[(*cle, f"volontaires_{uo}")]
            if nombre:
                jours = Decimal(stats[(*cle, f"jours_{uo}")]) / nombre
                valeurs[f"6.{rang}"] = jours.quantize(Decimal("0.01"))
        for code in sorted(valeurs):
            fiche = {
                "lot": self.lot.code,
                "periode": f"{precedent:%Y-%m}",
                "code": code,
                "valeur": str(valeurs[code]),
            }
            self.depot.ajouter(self.envois.jour(jour), "indicateur", ligne_csv("indicateur", fiche))
        if jour.month in (1, 7):
            self._moyens(jour, f"{precedent.year}-S{1 if precedent.month == 6 else 2}")

    def _moyens(self, jour: date, periode: str) -> None:
        rng = self.rng
        ampleur = max(1, self.dossiers // 2500)
        etp = {uo: Decimal(ampleur * part) / 4 for uo, part in (("00", 3), ("01", 16), ("21", 11), ("22", 2))}
        couts = {f"cout_jour_uo{uo}": Decimal(rng.randint(23_000, 34_000)) / 100 for uo in etp}
        masse = sum((etp[uo] * couts[f"cout_jour_uo{uo}"] * 110 for uo in etp), Decimal(0))
        fiche = {f"etp_uo{uo}": str(valeur) for uo, valeur in etp.items()}
        fiche |= {nom: f"{montant:.2f}" for nom, montant in couts.items()}
        fiche["masse_salariale"] = f"{masse:.2f}"
        parts = (
            ("frais_immobiliers", 12),
            ("frais_si", 6),
            ("frais_promotion", 5),
            ("frais_partenariats", 3),
            ("autres_frais", 4),
        )
        fiche |= {nom: f"{masse * part / 100:.2f}" for nom, part in parts}
        fiche |= {"lot": self.lot.code, "periode": periode, "nombre_implantations": str(len(self.lot.sites))}
        self.depot.ajouter(self.envois.jour(jour), "moyens_couts", ligne_csv("moyens_couts", fiche))


@cache
def _regles() -> Regles:
    return charger_marche("A")


@cache
def _echeance(uo: str, engagement: date, engagement_uo21: date | None) -> date:
    limite = echeance(uo, engagement, regles=_regles(), date_engagement_uo21=engagement_uo21)
    if limite is None:
        raise ValueError(f"L'UO{uo} n'a pas de délai au {engagement.isoformat()}.")
    return limite
