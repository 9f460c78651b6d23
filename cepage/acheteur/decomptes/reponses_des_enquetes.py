"""The answer of the surveys' room to what the prime asks."""

from collections.abc import Sequence

from cepage.acheteur.decomptes.trimestres import Semestre
from cepage.acheteur.qualite.selectors import reponses_du_semestre
from cepage.fondations.regles.prime import Reponses


class ReponsesDesEnquetes:
    """Answers with the surveys sent at the closing of the units, and those imported."""

    def reponses(self, lot: str, semestre: Semestre) -> Sequence[Reponses]:
        """One entry per unit."""
        return [
            Reponses(r.uo, r.envoyes, r.repondants, r.utiles_et_qualite, r.profil)
            for r in reponses_du_semestre(lot, str(semestre)).values()
        ]
