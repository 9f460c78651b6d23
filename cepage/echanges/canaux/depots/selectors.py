"""What the channels read of the deposits: one's own, and why a deposit has no receipt."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from cepage.echanges.canaux.acces.authentification import Acces
from cepage.echanges.canaux.depots.enums import Etat
from cepage.echanges.canaux.depots.models import Depot
from cepage.fondations.socle.portee import portee_emetteurs


@dataclass(frozen=True)
class SansAccuse:
    """Why a deposit has no receipt: a stable code, what happened and how to go on, in French."""

    code: str
    message: str
    remede: str


_RAISONS = {
    Etat.CLE_REUTILISEE: SansAccuse(
        "cle-reutilisee",
        "Cette clé d'idempotence a déjà servi pour un autre envoi.",
        "Prenez une nouvelle clé pour celui-ci.",
    ),
    Etat.AILLEURS: SansAccuse(
        "recu-d-un-autre",
        "Ce fichier a déjà été reçu d'un autre opérateur de ce lot.",
        "Vérifiez que c'est bien le vôtre.",
    ),
    Etat.INTERROMPU: SansAccuse(
        "interrompu",
        "Le contrôle s'est interrompu : rien n'est entré.",
        "Renvoyez le même fichier ; donnez-nous la trace si cela dure.",
    ),
}
_EN_COURS = SansAccuse("en-cours", "L'accusé n'est pas encore prêt.", "Interrogez le dépôt jusqu'à l'état « traite ».")


def sans_accuse(depot: Depot) -> SansAccuse:
    """Why this deposit has no receipt."""
    return _RAISONS.get(Etat(depot.etat), _EN_COURS)


def depot_de(acces: Acces, identifiant: UUID) -> Depot | None:
    """A deposit of this entry's emitter, on its side of the sandbox."""
    with portee_emetteurs([acces.emetteur]):
        return Depot.objects.filter(pk=identifiant, bac_a_sable=acces.bac_a_sable).first()


def traces(acces: Acces, envois: Iterable[str]) -> dict[str, str]:
    """The trace of the request that brought each envoi: that of its first deposit. Runs inside a scope."""
    lignes = Depot.objects.filter(emetteur=acces.emetteur, envoi__in=list(envois), bac_a_sable=acces.bac_a_sable)
    return dict(lignes.order_by("-cree_le").values_list("envoi", "trace"))
