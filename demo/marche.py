"""The market's side of a run: orders with their gap-free counters, dossier numbers, décompte numbers."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cepage.fondations.regles import numeros
from demo.calendrier import dernier_du_mois

UNITES = ("00", "01", "21", "22")
VOLUME_MAXIMAL = 99_999
# Fictitious offers, under the ceilings; the index of the revision is fictitious too.
PRIX = {"00": Decimal("12.50"), "01": Decimal("149.00"), "21": Decimal("298.50"), "22": Decimal("148.75")}
REVISIONS = (
    ("2021-01-02", "2022-01-01", "Indice fictif de janvier 2021", "0.9930"),
    ("2022-01-02", "", "Indice fictif de janvier 2022", "1.0140"),
)
MARGES = (1.04, 1.15, 1.30, 1.08)


@dataclass(slots=True)
class BonCommande:
    """An order: `consomme` is the last counter given; periods are whole months, both days included."""

    reference: str
    lot: str
    uo: str
    debut: date
    fin: date
    consomme: int = 0

    @property
    def volume(self) -> int:
        """Ordered volume: the consumption and a margin, by tens, within the five digits of the counter."""
        marge = MARGES[(int(self.lot) + int(self.uo) + self.debut.month) % len(MARGES)]
        return min(VOLUME_MAXIMAL, (int(self.consomme * marge) // 10 + 1) * 10)


class Carnet:
    """The orders and counters of one lot and its operator."""

    def __init__(self, lot: str, operateur: str, *, annees: range, unites_par_an: int) -> None:
        self.lot = lot
        self.operateur = operateur
        self.bons: list[BonCommande] = []
        self._par_mois: dict[tuple[str, int, int], BonCommande] = {}
        self._compteurs: dict[tuple[int, int, str], int] = {}
        for annee in annees:
            for uo in UNITES:
                self._commander(annee, uo, unites_par_an)

    def _commander(self, annee: int, uo: str, unites_par_an: int) -> None:
        # A month may weigh twice the mean, and growth another half: an order keeps three times its share.
        nombre = next(n for n in (1, 2, 4, 6, 12) if n == 12 or unites_par_an * 3 / n <= VOLUME_MAXIMAL)
        if uo in ("01", "21"):
            nombre = max(2, nombre)
        pas = 12 // nombre
        for rang in range(nombre):
            premier = rang * pas + 1
            bon = BonCommande(
                reference=numeros.reference_commande(annee, self.lot, uo, rang + 1),
                lot=self.lot,
                uo=uo,
                debut=date(annee, premier, 1),
                fin=dernier_du_mois(date(annee, premier + pas - 1, 1)),
            )
            self.bons.append(bon)
            for mois in range(premier, premier + pas):
                self._par_mois[uo, annee, mois] = bon

    def engager(self, uo: str, jour: date) -> tuple[str, str]:
        """Dossier number and order reference of a unit engaged on `jour` (counters move by one)."""
        cle = (jour.year, jour.month, uo)
        rang = self._compteurs[cle] = self._compteurs.get(cle, 0) + 1
        bon = self._par_mois[uo, jour.year, jour.month]
        if bon.consomme >= VOLUME_MAXIMAL:
            raise ValueError(
                f"Le bon {bon.reference} dépasse {VOLUME_MAXIMAL} unités : "
                "répartissez les dossiers sur plus de lots ou plus de mois."
            )
        bon.consomme += 1
        numero = numeros.numero_dossier(self.operateur, jour, uo, rang)
        return numero, f"{bon.reference}-{bon.consomme:05}"

    def prix(self) -> list[tuple[str, Decimal]]:
        """The offer of the lot for each unit: the common price less a few cents that differ by lot."""
        return [(uo, prix - Decimal(int(self.lot)) / 100 * (uo != "00")) for uo, prix in PRIX.items()]

    def decompte(self, uo: str, cloture: date) -> str:
        """Décompte number of the quarter of the closure."""
        return numeros.numero_decompte(self.lot, uo, cloture)
