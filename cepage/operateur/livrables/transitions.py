"""The moves of a livrable and of a request for signature."""

from cepage.fondations.comptes.enums import Role
from cepage.fondations.socle.transitions import TableTransitions, Transition
from cepage.operateur.livrables.enums import EtatLivrable, EtatSignature
from cepage.operateur.livrables.models import Livrable
from cepage.operateur.livrables.trame import trame

PERSONNE = "personne"
"""The person advised, who has no account: reached by the link, or at the counsellor's screen."""

_REDACTEURS = frozenset({Role.CONSEILLER, Role.MANAGER})
_SIGNATAIRE = frozenset({PERSONNE})


def _complet(livrable: Livrable) -> bool:
    return not trame(livrable.type_livrable).manquantes(livrable.textes)


def _unite_ouverte(livrable: Livrable) -> bool:
    return bool(livrable.unite.ouverte)


LIVRABLE = TableTransitions(
    (
        Transition(
            EtatLivrable.REDACTION,
            EtatLivrable.A_SIGNER,
            _REDACTEURS,
            _complet,
            "Il manque des rubriques que le contrat demande : remplissez-les avec la personne, puis faites signer.",
        ),
        Transition(EtatLivrable.A_SIGNER, EtatLivrable.REDACTION, _REDACTEURS | _SIGNATAIRE),
        Transition(
            EtatLivrable.A_SIGNER,
            EtatLivrable.SIGNE,
            _SIGNATAIRE | _REDACTEURS,
            _unite_ouverte,
            "L'unité n'est plus ouverte : elle a été close ou réputée abandonnée. Contestez d'abord cet abandon "
            "depuis le dossier, puis reprenez la signature.",
        ),
    ),
    libelles={str(valeur): str(libelle).lower() for valeur, libelle in EtatLivrable.choices},
)

SIGNATURE = TableTransitions(
    (
        Transition(EtatSignature.EN_ATTENTE, EtatSignature.SIGNEE, _SIGNATAIRE | _REDACTEURS),
        Transition(EtatSignature.EN_ATTENTE, EtatSignature.REFUSEE, _SIGNATAIRE | _REDACTEURS),
        Transition(EtatSignature.EN_ATTENTE, EtatSignature.ANNULEE, _REDACTEURS),
    ),
    libelles={str(valeur): str(libelle).lower() for valeur, libelle in EtatSignature.choices},
)
