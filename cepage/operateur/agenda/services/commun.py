"""What the services share: the refusals, and what a constraint of the database says in French."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, models, transaction

from cepage.fondations.regles import Refus
from cepage.operateur.dossiers.services import ActeRefuse

CLAUSE = "CCTP §3.3"


def refuser(code: str, raison: str, suite: str, clause: str = CLAUSE) -> ActeRefuse:
    """One refusal: why, and what to do instead."""
    return ActeRefuse(Refus(code, raison, clause, suite))


@contextmanager
def contraintes(modele: type[models.Model], suite: str) -> Iterator[None]:
    """Turn a constraint that refuses into its French sentence, then `suite`. Raises ActeRefuse."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as erreur:
        nom = getattr(getattr(erreur.__cause__, "diag", None), "constraint_name", None)
        contrainte = next((c for c in modele._meta.constraints if c.name == nom), None)
        if contrainte is None:
            raise
        raise refuser(str(nom).upper(), str(contrainte.violation_error_message), suite, "") from erreur
