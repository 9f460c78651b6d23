"""A counsellor at work: the units of one person, the texts, the signatures, on given days."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from cepage.fondations.comptes.enums import Role
from cepage.fondations.comptes.models import Personne
from cepage.operateur.dossiers.models import UniteOeuvre
from cepage.operateur.dossiers.services import Acteur
from cepage.operateur.livrables import services
from cepage.operateur.livrables.enums import Identification, Moyen
from cepage.operateur.livrables.models import Livrable, Signature
from tests.operateur.dossiers.atelier import engager, personne

LE = datetime(2021, 3, 12, 9, 0, tzinfo=UTC)
ELP = {
    "situation": "Douze ans de vente, un dos qui fatigue.\n\nElle veut changer.",
    "informations": "Le CPF, les métiers du soin.",
    "poursuite": "OUI",
    "etapes": "Un bilan, puis deux rendez-vous.",
}
PP = {
    "projet": "Devenir aide-soignante.",
    "analyse": "Il lui manque le diplôme.",
    "informations": "Trois écoles dans la région.",
    "actions": "S'inscrire au concours.",
    "organismes": "",
    "appui": "NON",
}


@dataclass
class Bureau:
    """What a test starts from."""

    conseillere: Personne
    unite: UniteOeuvre
    par: Acteur

    @classmethod
    def ouvrir(cls, conseillere: Personne) -> "Bureau":
        """The person's UO1, engaged on 1 March 2021."""
        unite = engager(personne(le=date(2021, 3, 1)), "01", date(2021, 3, 1), referent=conseillere)
        return cls(conseillere, unite, Acteur.de(conseillere, {Role.CONSEILLER}))

    def ecrire(self, textes: dict[str, str] | None = None, *, a: datetime = LE) -> Livrable:
        """The livrable of the unit, with these texts."""
        livrable = services.commencer(self.unite, par=self.par, a=a)
        return services.enregistrer(
            livrable, ELP if textes is None else textes, version=livrable.version, par=self.par, a=a
        )

    def demander(self, livrable: Livrable, moyen: Moyen = Moyen.SUR_PLACE, **plus: Any) -> Signature:
        """Put it to signature."""
        options: dict[str, Any] = {"identification": Identification.PIECE, "courriel": "", "depuis": "192.0.2.1"} | plus
        a = options.pop("a", LE + timedelta(hours=1))
        return services.demander(
            livrable,
            moyen=moyen,
            conseiller=self.conseillere,
            par=self.par,
            a=a,
            adresse="https://cep.exemple.fr/",
            **options,
        )

    def signe(self, **plus: Any) -> Signature:
        """The état des lieux, written and signed on site."""
        signature = self.demander(self.ecrire(), **plus)
        return services.signer_a_l_ecran(
            signature, mention="Lu et approuvé", a=LE + timedelta(hours=2), depuis="192.0.2.2"
        )
