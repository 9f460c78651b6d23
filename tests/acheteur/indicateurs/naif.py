"""The indicators recomputed by plain loops, from the fiches as an envoi writes them.

Written from the contract's text alone, with none of the engine's code: slow, readable, exact (Fraction). Used
to check the engine on random data and on the demonstration's envois.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

Fiche = Mapping[str, str]
Habitants = Callable[[str, str, str | None], int | None]
"""(population, lot, category) → persons: population is "active", "cep" or "categorie"."""

OCCUPES = frozenset(
    {
        "CDI",
        "CDD",
        "INTERIM",
        "APPRENTI",
        "STAGIAIRE_REMUNERE",
        "INDEPENDANT",
        "LIBERAL",
        "EXPLOITANT_AGRICOLE",
        "AIDE_FAMILIAL",
        "FRONTALIER",
        "ETUDIANT_EN_EMPLOI",
        "RETRAITE_EN_EMPLOI",
        "DE_ACTIVITE_REDUITE",
    }
)
NOMS = {"00": "1.1", "01": "1.2", "21": "1.3", "22": "1.4"}


@dataclass(frozen=True)
class Unite:
    """A unit as it stands."""

    dossier: str
    lot: str
    personne: str
    uo: str
    engagement: date
    cloture: date | None
    commande: str
    motif: str
    prestations: tuple[str, ...]

    @property
    def volontaire(self) -> bool:
        return self.motif.startswith("CV_")


@dataclass(frozen=True)
class Commande:
    """An order; `fin` included."""

    reference: str
    lot: str
    uo: str
    debut: date
    fin: date | None
    volume: int


def courantes(fiches: Iterable[Fiche], cle: Callable[[Fiche], object]) -> list[Fiche]:
    """The last version of each key by its horodatage (the last received among equals), none cancelled."""
    dernieres: dict[object, Fiche] = {}
    for fiche in fiches:
        ancienne = dernieres.get(cle(fiche))
        if ancienne is None or _instant(fiche) >= _instant(ancienne):
            dernieres[cle(fiche)] = fiche
    return [f for f in dernieres.values() if f["nature"] != "A"]


def calculer(
    mois: str,
    *,
    beneficiaires: Iterable[Fiche],
    unites: Iterable[Fiche],
    commandes: Iterable[Commande],
    habitants: Habitants,
    connu_le: date,
    lots: Iterable[str] | None = None,
) -> list[dict[str, object]]:
    """Every row of the month, for each lot then for "FR" when `lots` is None."""
    commandes = list(commandes)
    personnes = {
        (f["lot"], f["identifiant_beneficiaire"]): f
        for f in courantes(beneficiaires, lambda f: (f["lot"], f["identifiant_beneficiaire"]))
    }
    toutes = [_unite(f) for f in courantes(unites, lambda f: f["numero_dossier"])]
    toutes = [u for u in toutes if u.motif != "ANNULATION"]
    if lots is None:
        connus = sorted({u.lot for u in toutes} | {lot for lot, _ in personnes} | {c.lot for c in commandes})
        territoires = [(lot, [lot]) for lot in connus] + [("FR", connus)]
    else:
        territoires = [(lot, [lot]) for lot in lots]
    lignes = []
    for territoire, les_lots in territoires:
        lignes += _Territoire(territoire, les_lots, mois, toutes, personnes, commandes, habitants, connu_le).lignes()
    return lignes


class _Territoire:
    """The rows of one lot, or of several added up, for one month."""

    def __init__(self, nom, lots, mois, unites, personnes, commandes, habitants, connu_le):  # type: ignore[no-untyped-def]
        self.nom, self.lots, self.mois = nom, lots, mois
        self.unites = [u for u in unites if u.lot in lots]
        self.personnes, self.commandes, self.habitants, self.connu_le = (
            personnes,
            commandes,
            habitants,
            connu_le,
        )
        annee, numero = map(int, mois.split("-"))
        self.debut = date(annee, numero, 1)
        self.fin = plus_mois(self.debut, 1) - timedelta(days=1)
        self.resultat: list[dict[str, object]] = []

    def lignes(self) -> list[dict[str, object]]:
        for uo, code in NOMS.items():
            self._bon(code, uo)
        self._recours()
        self._parcours()
        return self.resultat

    def _ajouter(self, code, maille, haut, bas, valeur=..., provisoire=None):  # type: ignore[no-untyped-def]
        if valeur is ...:
            valeur = Fraction(haut, bas) if bas else None
        if provisoire is None:
            provisoire = self.connu_le <= self.fin
        self.resultat.append(
            {
                "code": code,
                "lot": self.nom,
                "periode": self.mois,
                "maille": maille,
                "numerateur": haut,
                "denominateur": bas,
                "valeur": valeur,
                "provisoire": provisoire,
            }
        )

    def _population(self, nom: str, categorie: str | None = None) -> int | None:
        total = 0
        for lot in self.lots:
            valeur = self.habitants(nom, lot, categorie)
            if valeur is None:
                return None
            total += valeur
        return total

    def _bon(self, code: str, uo: str) -> None:
        en_cours = [
            c
            for c in self.commandes
            if c.lot in self.lots and c.uo == uo and c.debut <= self.fin and (c.fin is None or self.fin <= c.fin)
        ]
        gens = set()
        for u in self.unites:
            if u.uo != uo or u.engagement > self.fin:
                continue
            if not any(c.lot == u.lot and c.reference == u.commande for c in en_cours):
                continue
            if any(s in OCCUPES for s in self._statuts(u.lot, u.personne)):
                gens.add((u.lot, u.personne))
        volume = sum(c.volume for c in en_cours) if en_cours else None
        self._ajouter(code, "lot × mois (cumul du bon)", len(gens), volume)

    def _statuts(self, lot: str, personne: str) -> set[str]:
        fiche = self.personnes.get((lot, personne))
        return {s for s in fiche["statut"].split("|") if s} if fiche else set()

    def _categorie(self, lot: str, personne: str) -> str:
        fiche = self.personnes.get((lot, personne))
        return (fiche["categorie_sociale"] if fiche else "") or "NSP"

    def _recours(self) -> None:
        du_mois = [u for u in self.unites if self.debut <= u.engagement <= self.fin]
        de_lannee = [u for u in self.unites if self.debut.replace(month=1) <= u.engagement <= self.fin]
        active, cep = self._population("active"), self._population("cep")

        def gens(unites, uos):  # type: ignore[no-untyped-def]
            return {(u.lot, u.personne) for u in unites if u.uo in uos}

        def engagements(unites):  # type: ignore[no-untyped-def]
            return sum(1 for u in unites if u.uo in ("01", "21", "22"))

        self._ajouter("2.1", "lot × mois", len(gens(du_mois, ["00"])), active)
        self._ajouter("2.1", "lot × mois (cumul annuel)", len(gens(de_lannee, ["00"])), active)
        self._ajouter("2.2", "lot × mois", engagements(du_mois), cep)
        self._ajouter("2.2", "lot × mois (cumul annuel)", engagements(de_lannee), cep)
        beneficiaires = gens(du_mois, ["01", "21", "22"])
        categories: dict[str, int] = {}
        statuts: dict[str, int] = {}
        for lot, personne in beneficiaires:
            categorie = self._categorie(lot, personne)
            categories[categorie] = categories.get(categorie, 0) + 1
            for statut in self._statuts(lot, personne):
                statuts[statut] = statuts.get(statut, 0) + 1
        for categorie, nombre in categories.items():
            propre = self._population("categorie", categorie)
            self._ajouter("2.3", f"lot × mois × catégorie={categorie}", nombre, cep if propre is None else propre)
            self._ajouter("2.3", f"lot × mois × catégorie={categorie} (population CEP totale)", nombre, cep)
        self._ajouter("2.4", "lot × mois", len(beneficiaires), cep)
        for statut, nombre in statuts.items():
            self._ajouter("2.4", f"lot × mois × statut={statut}", nombre, cep)
        avant = plus_mois(self.debut, -12), plus_mois(self.debut, -11)
        n_moins_1 = engagements([u for u in self.unites if avant[0] <= u.engagement < avant[1]])
        n = engagements(du_mois)
        self._ajouter("3", "lot × mois", n, n_moins_1, Fraction(n - n_moins_1, n_moins_1) if n_moins_1 else None)

    def _parcours(self) -> None:
        closes = [u for u in self.unites if u.cloture and self.debut <= u.cloture <= self.fin]
        uo2 = [u for u in closes if u.uo in ("21", "22")]
        avec = [u for u in uo2 if u.prestations and "AUCUNE" not in u.prestations]
        self._ajouter("6.1", "lot × mois", len(avec), len(uo2))
        for rang, uo in enumerate(("01", "21", "22")):
            jours = sorted((u.cloture - u.engagement).days for u in closes if u.uo == uo and u.volontaire)
            code = f"6.{2 + rang}"
            self._ajouter(code, "lot × mois", sum(jours), len(jours))
            self._ajouter(code, "lot × mois (médiane)", None, len(jours), _quantile(jours, Fraction(1, 2)))
            self._ajouter(code, "lot × mois (9e décile)", None, len(jours), _quantile(jours, Fraction(9, 10)))
            code = f"6.{5 + rang}"
            abandons = sum(1 for u in closes if u.uo == uo and u.motif == "ABANDON")
            self._ajouter(code, "lot × mois", abandons, None, Fraction(abandons))
            self._ajouter(code, "lot × mois (taux)", abandons, sum(1 for u in closes if u.uo == uo))
        revenus = {(u.lot, u.personne) for u in uo2 if self._revient(u)}
        self._ajouter(
            "6.8",
            "lot × mois de clôture",
            len(revenus),
            len({(u.lot, u.personne) for u in uo2}),
            provisoire=self.connu_le < plus_mois(self.fin, 3),
        )

    def _revient(self, close: Unite) -> bool:
        for u in self.unites:
            if u.dossier == close.dossier or (u.lot, u.personne) != (close.lot, close.personne):
                continue
            if u.uo not in ("01", "21", "22") or (close.uo == "21" and u.uo == "22"):
                continue
            if close.cloture <= u.engagement < plus_mois(close.cloture, 3):
                return True
        return False


def plus_mois(jour: date, nombre: int) -> date:
    """The same day some calendar months later, or the last day of a shorter month."""
    rang = jour.year * 12 + jour.month - 1 + nombre
    for numero in range(jour.day, 27, -1):
        try:
            return date(rang // 12, rang % 12 + 1, numero)
        except ValueError:
            continue
    return date(rang // 12, rang % 12 + 1, jour.day)


def _quantile(valeurs: list[int], ordre: Fraction) -> Fraction | None:
    if not valeurs:
        return None
    position = (len(valeurs) - 1) * ordre
    bas = position.numerator // position.denominator
    haut = min(bas + 1, len(valeurs) - 1)
    return valeurs[bas] + (valeurs[haut] - valeurs[bas]) * (position - bas)


def _instant(fiche: Fiche) -> object:
    from datetime import datetime

    return datetime.fromisoformat(fiche["horodatage"])


def _unite(fiche: Fiche) -> Unite:
    cloture = fiche.get("date_cloture", "")
    return Unite(
        dossier=fiche["numero_dossier"],
        lot=fiche["lot"],
        personne=fiche["identifiant_beneficiaire"],
        uo=fiche["uo"],
        engagement=date.fromisoformat(fiche["date_engagement"]),
        cloture=date.fromisoformat(cloture) if cloture else None,
        commande=fiche["reference_bon_commande"].rsplit("-", 1)[0],
        motif=fiche.get("motif_cloture", ""),
        prestations=tuple(p for p in fiche.get("prestations_complementaires", "").split("|") if p),
    )
