"""A lot with its orders and prices, breaches, the people of the buyer, and pénalités brought to each state."""

from datetime import UTC, date, datetime

from cepage.acheteur.marche.models import Commande
from cepage.acheteur.penalites import services
from cepage.acheteur.penalites.detection import Constat
from cepage.acheteur.penalites.enums import Fait, Sens
from cepage.acheteur.penalites.models import Penalite
from cepage.fondations.comptes.enums import Nature, Role
from cepage.fondations.comptes.models import Organisation, Personne
from tests.acheteur.decomptes.fabrique import commander, tarifer, tenir
from tests.personnes import _personne

LE = datetime(2021, 6, 15, 8, tzinfo=UTC)
DEFINITIVE_LE = datetime(2021, 6, 30, 8, tzinfo=UTC)
"""Ten working days after LE, plus one: the day it becomes definitive when nobody contests."""


def acheteur(prenom: str, role: Role) -> Personne:
    """Someone of the buyer's."""
    siege = Organisation.objects.get_or_create(nom="Acheteur", defaults={"nature": Nature.ACHETEUR})[0]
    return _personne(prenom, role, siege, lots=("08",) if role is Role.REFERENT else ())


def commander_le_lot(volume: int = 100, prix: str = "300.00") -> Commande:
    """AB holds lot 08, with one order for 2021: at 300 € for 100 units, the cap of the year is 3,000 €."""
    tenir()
    tarifer(prix=prix)
    return commander(volume=volume)


def constat(
    fait: Fait = Fait.JOUR_SANS_ENVOI, debut: str = "2021-03-01", fin: str = "2021-03-31", combien: int = 5
) -> Constat:
    """A breach of AB on lot 08; five days without an envoi cost 100 €."""
    premier, dernier = date.fromisoformat(debut), date.fromisoformat(fin)
    return Constat("08", "AB", fait, premier, dernier, dernier, tuple(f"2021-03-{n + 1:02d}" for n in range(combien)))


def proposer(referent: Personne, vu: Constat | None = None) -> Penalite:
    """The pénalité of a breach, proposed."""
    return services.proposer(vu or constat(), referent, "Rien n'est arrivé.", le=LE)


def voter(penalite: Penalite, personne: Personne, sens: Sens = Sens.POUR, *, le: datetime = LE) -> Penalite:
    """One vote, by someone whose role allows it."""
    roles = list(personne.attributions.values_list("role", flat=True))
    return services.donner_sa_voix(penalite, personne, sens, "Constaté.", roles=roles, le=le)


def definitive(referent: Personne, *college: Personne, vu: Constat | None = None) -> Penalite:
    """A pénalité proposed, decided, and left without contestation."""
    ouverte = proposer(referent, vu)
    for personne in college:
        voter(ouverte, personne)
    services.echoir(DEFINITIVE_LE)
    return Penalite.objects.get(pk=ouverte.pk)
