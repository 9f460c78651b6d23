"""The moves of a unit of work: what is not here is refused."""

from cepage.fondations.comptes.enums import Role
from cepage.fondations.socle.transitions import TableTransitions, Transition
from cepage.operateur.dossiers.enums import UO, Etat
from cepage.operateur.dossiers.models import UniteOeuvre

SYSTEME = "systeme"
"""The role of the night's work."""

_TENEURS = frozenset({Role.CONSEILLER, Role.MANAGER, Role.CHARGE_INFORMATION})
_ACCOMPAGNANTS = frozenset({Role.CONSEILLER, Role.MANAGER})


def _sans_suite(unite: UniteOeuvre) -> bool:
    return not unite.suites.exclude(etat=Etat.ANNULEE).exists()


def _motivee(unite: UniteOeuvre) -> bool:
    return unite.uo == UO.UO0 or bool(unite.motif_cloture)


def _sans_jumelle_ouverte(unite: UniteOeuvre) -> bool:
    jumelles = UniteOeuvre.objects.filter(beneficiaire=unite.beneficiaire_id, uo=unite.uo, etat=Etat.OUVERTE)
    return not jumelles.exclude(pk=unite.pk).exists()


_SUITE = "Une UO2.2 suit cette UO2.1 : annulez d'abord l'UO2.2."

UNITE = TableTransitions(
    (
        Transition(Etat.OUVERTE, Etat.CLOSE, _TENEURS, _motivee, "Dites pourquoi l'unité est close, puis clôturez-la."),
        Transition(Etat.OUVERTE, Etat.ABANDONNEE, frozenset({SYSTEME})),
        Transition(
            Etat.ABANDONNEE,
            Etat.OUVERTE,
            _ACCOMPAGNANTS,
            _sans_jumelle_ouverte,
            "La même unité a été rouverte depuis pour cette personne : continuez celle-là.",
        ),
        Transition(Etat.OUVERTE, Etat.ANNULEE, _TENEURS, _sans_suite, _SUITE),
        Transition(Etat.CLOSE, Etat.ANNULEE, _TENEURS, _sans_suite, _SUITE),
        Transition(Etat.ABANDONNEE, Etat.ANNULEE, _ACCOMPAGNANTS, _sans_suite, _SUITE),
    ),
    libelles={str(valeur): str(libelle).lower() for valeur, libelle in Etat.choices},
)
