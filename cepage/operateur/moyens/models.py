"""The means and costs of a lot over a period, as the contract asks for them (CCTP annexe 2 §4)."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from cepage.echanges.contrat.fiches import FICHES
from cepage.fondations.socle.classification import colonne

FICHE = "moyens_couts"
CHIFFRES = tuple(nom for nom in FICHES[FICHE].noms if nom not in ("nature", "horodatage", "lot", "periode"))
"""The numbers of the fiche, in its order."""
_MOYENS = colonne("rendre compte des moyens et des coûts du service", "interne", "marché + 10 ans", "jamais")
_AUTEUR = colonne("dire qui a saisi quoi, et quand", "personnelle", "marché + 10 ans", "pseudonyme au terme")


def _chiffre(nom: str) -> "models.DecimalField[Any, Any]":
    return models.DecimalField(FICHES[FICHE].champ(nom).libelle, max_digits=14, decimal_places=2)


class MoyensCouts(models.Model):
    """One declaration; corrected, it is declared again and its version grows."""

    emetteur = models.CharField("émetteur", max_length=2)
    lot = models.CharField("lot", max_length=2)
    periode = models.CharField("période", max_length=7)
    etp_uo00 = _chiffre("etp_uo00")
    etp_uo01 = _chiffre("etp_uo01")
    etp_uo21 = _chiffre("etp_uo21")
    etp_uo22 = _chiffre("etp_uo22")
    nombre_implantations = _chiffre("nombre_implantations")
    cout_jour_uo00 = _chiffre("cout_jour_uo00")
    cout_jour_uo01 = _chiffre("cout_jour_uo01")
    cout_jour_uo21 = _chiffre("cout_jour_uo21")
    cout_jour_uo22 = _chiffre("cout_jour_uo22")
    masse_salariale = _chiffre("masse_salariale")
    frais_immobiliers = _chiffre("frais_immobiliers")
    frais_si = _chiffre("frais_si")
    frais_promotion = _chiffre("frais_promotion")
    frais_partenariats = _chiffre("frais_partenariats")
    autres_frais = _chiffre("autres_frais")
    version = models.PositiveIntegerField("version", default=1)
    declare_le = models.DateTimeField("déclaré le")
    declare_par = models.CharField("déclaré par", max_length=200)

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(("id", "emetteur", "lot", "periode", "version", *CHIFFRES), _MOYENS),
        **dict.fromkeys(("declare_le", "declare_par"), _AUTEUR),
    }

    class Meta:
        """One per lot and period, never negative."""

        verbose_name = "moyens et coûts"
        verbose_name_plural = "moyens et coûts"
        ordering = ("-periode", "lot")
        constraints = (
            models.UniqueConstraint(
                name="moyens_unique",
                fields=("emetteur", "lot", "periode"),
                violation_error_message="Cette période est déjà déclarée : corrigez-la.",
            ),
            models.CheckConstraint(
                name="moyens_positifs",
                condition=Q(**{f"{nom}__gte": 0 for nom in CHIFFRES}),
                violation_error_message="Un moyen ou un coût n'est pas négatif.",
            ),
        )

    def __str__(self) -> str:
        return f"lot {self.lot}, {self.periode}"

    @property
    def cout_total(self) -> Any:
        """The payroll and every expense of the period, in euros."""
        postes = ("masse_salariale", "frais_immobiliers", "frais_si", "frais_promotion", "frais_partenariats")
        return sum((getattr(self, nom) for nom in postes), self.autres_frais)

    @property
    def etp_total(self) -> Any:
        """Full-time equivalents, all units together."""
        return self.etp_uo00 + self.etp_uo01 + self.etp_uo21 + self.etp_uo22
