"""`cepage` sabotaged, for the negative control alone: the versions are committed before their receipt.

Run as `python -m tests.pannes.sabotage`; between the two, the process lingers as it would on a slow disk.
"""

import sys
import time

from cepage.config import ligne_de_commande

PAUSE = 2.0
_preparer = ligne_de_commande.preparer


def _preparer_et_saboter() -> None:
    _preparer()
    from django.db import connection

    from cepage.echanges.reception import services
    from cepage.fondations.socle.portee import fixer_totale

    conserver = services._conserver

    def conserver_trop_tard(*arguments: object) -> None:
        # Below Django, which still believes that one transaction holds everything.
        connection.connection.commit()
        time.sleep(PAUSE)
        fixer_totale()
        conserver(*arguments)  # type: ignore[arg-type]

    services._conserver = conserver_trop_tard


if __name__ == "__main__":
    ligne_de_commande.preparer = _preparer_et_saboter
    sys.exit(ligne_de_commande.principal())
