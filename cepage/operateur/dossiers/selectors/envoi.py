"""From a fiche of the outbox to the place where it is mended."""

from dataclasses import dataclass
from typing import Any

from cepage.echanges.contrat.fiches import FICHES
from cepage.echanges.envoi.models import FicheSortante
from cepage.echanges.envoi.services import Essai
from cepage.operateur.dossiers.selectors.regard import Regard


@dataclass(frozen=True)
class ACorriger:
    """One fiche that would be refused, its anomalies, and the dossier where they are mended (None: not found)."""

    fiche: FicheSortante
    libelle: str
    anomalies: list[dict[str, Any]]
    personne: int | None

    @property
    def ancre(self) -> str:
        """The place of the first field to mend in the form, empty when the anomaly names none."""
        champ = next((a["champ"] for a in self.anomalies if a["champ"]), "")
        return f"#id_{champ}" if champ else ""

    @property
    def numero(self) -> str:
        """The dossier, or the person, the fiche is about."""
        contenu = self.fiche.contenu
        return str(contenu.get("numero_dossier") or contenu.get("identifiant_beneficiaire", ""))


def cible(regard: Regard, essai: Essai) -> list[ACorriger]:
    """The fiches of a trial that have anomalies, blocking first; two queries."""
    par_fiche: dict[int, tuple[FicheSortante, list[dict[str, Any]]]] = {}
    for fiche, anomalie in essai.anomalies:
        par_fiche.setdefault(fiche.pk, (fiche, []))[1].append(anomalie)
    identifiants = {f.contenu.get("identifiant_beneficiaire", "") for f, _ in par_fiche.values()}
    numeros = {f.contenu.get("numero_dossier", "") for f, _ in par_fiche.values()}
    personnes = dict(
        regard.beneficiaires()
        .filter(identifiant_beneficiaire__in=identifiants)
        .values_list("identifiant_beneficiaire", "pk")
    )
    unites = dict(regard.unites().filter(numero_dossier__in=numeros).values_list("numero_dossier", "beneficiaire"))
    trouvees = [
        ACorriger(
            fiche,
            FICHES[fiche.fiche].libelle,
            anomalies,
            personnes.get(fiche.contenu.get("identifiant_beneficiaire", ""))
            or unites.get(fiche.contenu.get("numero_dossier", "")),
        )
        for fiche, anomalies in par_fiche.values()
    ]
    return sorted(trouvees, key=lambda c: (all(a["gravite"] != "bloquant" for a in c.anomalies), c.fiche.pk))
