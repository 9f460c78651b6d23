"""The course of a person, planned in dates only: units, closures, late sendings, seeded errors.

The rates are assumptions of the demonstration, near the published ones; deadlines come from the rules.
"""

from collections.abc import Callable
from datetime import date, timedelta
from math import log
from random import Random

from demo.calendrier import ouvre_precedent, ouvre_suivant

PREMIER_CONTACT_UO0 = 0.78
ENTREE_DIRECTE_UO1 = 0.17
ORIENTES_AILLEURS = 0.24
DIRECT_UO21_APRES_UO0 = 0.07
PASSAGE_UO21 = 0.36
PASSAGE_UO22 = 0.14
ABANDONS = {"01": 0.09, "21": 0.15, "22": 0.20}
DUREES_MEDIANES = {"01": 18.0, "21": 75.0, "22": 70.0}
RETOUR = 0.07
RETARD = 0.025

# Part of the units with one seeded error: about five fiches a unit, so that 1 % of the fiches are wrong.
PART_UNITES_EN_ERREUR = 0.048

ERREURS_BENEFICIAIRE = ("champ_obligatoire_absent", "code_inconnu", "date_invalide", "age_invraisemblable")
ERREURS_UO0 = (
    "champ_obligatoire_absent",
    "code_inconnu",
    "date_invalide",
    "decompte_mauvais_trimestre",
    "reference_mal_formee",
    "reference_inconnue",
    "beneficiaire_inconnu",
    "uo0_pas_le_meme_jour",
    "numero_dossier_incoherent",
)
ERREURS_ENTREE = ("agent_public_uo1", "hors_territoire", "uo22_sans_uo21")
ERREURS_CLOTURE = ("cloture_avant_engagement", "abandon_avant_echeance", "decompte_mauvais_trimestre")
ERREURS_CLOTURE_UO2 = ("aucune_avec_autre", "autoprescription_nombre", "champ_obligatoire_absent")
ERREURS_INTERACTION = ("interaction_hors_unite", "champ_obligatoire_absent", "code_inconnu", "date_invalide")
ERREURS_LIVRABLE = ("empreinte_fausse", "signature_differente_cloture")

Echeance = Callable[[str, date, date | None], date]


class Etape:
    """One unit of a course. `plancher` is the earliest sending day; `erreur` is (fiche touched, kind)."""

    __slots__ = (
        "annulee", "cloture", "engagement", "engagement_uo21", "erreur", "issue", "orientation", "plancher",
        "premiere", "uo",
    )  # fmt: skip

    def __init__(self, uo: str, engagement: date, cloture: date, issue: str, premiere: bool) -> None:
        self.uo = uo
        self.engagement = engagement
        self.cloture = cloture
        self.issue = issue  # aiguillage | poursuite | volontaire | abandon | annulation | sans_suite
        self.premiere = premiere
        self.orientation = ""
        self.engagement_uo21: date | None = None
        self.plancher = engagement
        self.erreur: tuple[str, str] | None = None
        self.annulee = False


def _jours(rng: Random, mediane: float, etendue: float = 0.55) -> int:
    return max(1, round(rng.lognormvariate(log(mediane), etendue)))


def delai_premier_rendez_vous(rng: Random) -> int:
    """Calendar days between the UO0 and the first appointment: about two weeks, never beyond five."""
    return min(35, max(1, round(rng.gammavariate(4.0, 3.4))))


class Planificateur:
    """Plans courses; `echeance(uo, engagement, engagement_uo21)` gives the last day of a unit."""

    def __init__(self, echeance: Echeance, *, avec_pieces: bool) -> None:
        self._echeance = echeance
        self._avec_pieces = avec_pieces

    def planifier(self, rng: Random, entree: date, *, eligible: bool) -> list[Etape]:
        """The units of a person first met on the working day `entree`, in order of engagement."""
        etapes: list[Etape] = []
        tirage = rng.random()
        if not eligible or tirage < PREMIER_CONTACT_UO0:
            ailleurs = not eligible or rng.random() < ORIENTES_AILLEURS
            etapes.append(Etape("00", entree, entree, "sans_suite" if ailleurs else "aiguillage", True))
            if not ailleurs:
                jour = ouvre_suivant(entree + timedelta(days=delai_premier_rendez_vous(rng)))
                self._premier_niveau(rng, etapes, jour, direct=rng.random() < DIRECT_UO21_APRES_UO0)
        else:
            direct = tirage >= PREMIER_CONTACT_UO0 + ENTREE_DIRECTE_UO1
            self._premier_niveau(rng, etapes, entree, direct=direct)
        if etapes[-1].issue == "volontaire" and rng.random() < RETOUR:
            retour = ouvre_suivant(etapes[-1].cloture + timedelta(days=rng.randint(8, rng.choice((80, 80, 400)))))
            self._premier_niveau(rng, etapes, retour, direct=False)
        self._planchers(rng, etapes)
        return self._semer(rng, etapes)

    def _premier_niveau(self, rng: Random, etapes: list[Etape], jour: date, *, direct: bool) -> None:
        if not direct:
            uo1 = self._unite(rng, etapes, "01", jour, None)
            if rng.random() < 0.006:
                uo1.issue, uo1.cloture = "annulation", ouvre_suivant(jour + timedelta(days=rng.randint(1, 5)))
            elif rng.random() < 0.004:
                uo1.annulee = True
            if uo1.issue != "volontaire" or uo1.annulee or rng.random() >= PASSAGE_UO21:
                return
            uo1.issue = "poursuite"
            jour = ouvre_suivant(uo1.cloture + timedelta(days=rng.choice((0, 0, 0, 3, 7, 14, 21))))
        uo21 = self._unite(rng, etapes, "21", jour, None)
        if uo21.issue != "volontaire" or rng.random() >= PASSAGE_UO22:
            return
        suite = ouvre_suivant(uo21.cloture + timedelta(days=rng.randint(1, 90)))
        uo21.issue = "poursuite"
        self._unite(rng, etapes, "22", suite, uo21.engagement)

    def _unite(self, rng: Random, etapes: list[Etape], uo: str, jour: date, uo21: date | None) -> Etape:
        limite = self._echeance(uo, jour, uo21)
        if rng.random() < ABANDONS[uo]:
            etape = Etape(uo, jour, limite, "abandon", not etapes)
        else:
            voulue = jour + timedelta(days=_jours(rng, DUREES_MEDIANES[uo]))
            if voulue > limite:
                voulue = limite - timedelta(days=rng.randint(0, (limite - jour).days // 3))
            etape = Etape(uo, jour, max(jour, ouvre_precedent(voulue)), "volontaire", not etapes)
        etape.engagement_uo21 = uo21
        etapes.append(etape)
        return etape

    @staticmethod
    def _planchers(rng: Random, etapes: list[Etape]) -> None:
        plancher = etapes[0].engagement
        for etape in etapes:
            retard = rng.randint(3, 20) if rng.random() < RETARD else 0
            plancher = etape.plancher = max(plancher, etape.engagement + timedelta(days=retard))

    def _semer(self, rng: Random, etapes: list[Etape]) -> list[Etape]:
        """Give one error to some units; what would follow a refused unit is left out."""
        for rang, etape in enumerate(etapes):
            if rng.random() >= PART_UNITES_EN_ERREUR or etape.annulee or etape.issue == "annulation":
                continue
            fiche = self._fiche_touchee(rng, etape)
            etape.erreur = (fiche, self._nature(rng, etape, fiche))
            if fiche in ("beneficiaire", "unite_oeuvre", "cloture"):
                if etape.erreur[1] == "abandon_avant_echeance":
                    self._avancer_abandon(rng, etape)
                elif etape.issue == "poursuite":
                    etape.issue = "volontaire"
                return etapes[: rang + 1]
        return etapes

    def _fiche_touchee(self, rng: Random, etape: Etape) -> str:
        if etape.uo == "00":
            return "beneficiaire" if etape.premiere and rng.random() < 0.3 else "unite_oeuvre"
        if etape.premiere and etape.uo == "01" and rng.random() < 0.5:
            return "unite_oeuvre"
        if etape.issue == "abandon":
            return "interaction" if rng.random() < 0.5 else "cloture"
        fiches = ("interaction", "cloture", "livrable") if self._avec_pieces else ("interaction", "cloture")
        return rng.choice(fiches)

    @staticmethod
    def _nature(rng: Random, etape: Etape, fiche: str) -> str:
        if fiche == "beneficiaire":
            return rng.choice(ERREURS_BENEFICIAIRE)
        if fiche == "interaction":
            return rng.choice(ERREURS_INTERACTION)
        if fiche == "livrable":
            livrables = ERREURS_LIVRABLE if etape.uo != "22" else ERREURS_LIVRABLE[:1]
            return rng.choice(livrables)
        if fiche == "cloture":
            natures = ERREURS_CLOTURE if etape.uo == "01" else ERREURS_CLOTURE + ERREURS_CLOTURE_UO2
            return rng.choice(natures)
        return rng.choice(ERREURS_UO0 if etape.uo == "00" else ERREURS_ENTREE)

    def _avancer_abandon(self, rng: Random, etape: Etape) -> None:
        limite = self._echeance(etape.uo, etape.engagement, etape.engagement_uo21)
        reste = max(2, (limite - etape.engagement).days)
        etape.cloture = etape.engagement + timedelta(days=rng.randint(reste // 3, reste - 2) if reste > 4 else 1)
        etape.issue = "abandon"
