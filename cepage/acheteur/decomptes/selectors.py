"""Reading décomptes: totals, lines of a post, the lines that paid a dossier."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from cepage.acheteur.decomptes.enums import Nature
from cepage.acheteur.decomptes.models import Decompte, Ligne, LignePenalite, Poste, Remarque
from cepage.fondations.socle.montant import Montant


@dataclass(frozen=True)
class Totaux:
    """What a décompte amounts to; every amount is a whole number of cents."""

    closes: int
    payables: int
    montant_ht: Decimal
    corrections_ht: Decimal
    refactions_ht: Decimal
    net_ht: Decimal
    taux_tva: Decimal
    penalites: Decimal = Decimal("0.00")

    @property
    def tva(self) -> Decimal:
        """VAT on the net total, rounded once (EN 16931: per rate)."""
        # Adding zero clears the sign of a zero: nobody owes « −0,00 € ».
        return (Montant(self.net_ht) * (self.taux_tva / 100)).valeur + 0

    @property
    def ttc(self) -> Decimal:
        """What is invoiced."""
        return self.net_ht + self.tva

    @property
    def a_payer(self) -> Decimal:
        """What is invoiced less the pénalités, which bear no VAT; below zero, the operator owes it."""
        return self.ttc - self.penalites


def decomptes(lots: Iterable[str] | None, *, lot: str = "", etat: str = "", annee: str = "") -> "QuerySet[Decompte]":
    """The décomptes within reach, most recent first, with their net total (`net`)."""
    lignes = Decompte.objects.annotate(net=Sum("postes__net_ht"))
    if lots is not None:
        lignes = lignes.filter(lot__in=sorted(lots))
    if lot:
        lignes = lignes.filter(lot=lot)
    if etat:
        lignes = lignes.filter(etat=etat)
    if annee:
        lignes = lignes.filter(annee=int(annee))
    return lignes.order_by("-annee", "-trimestre", "lot", "emetteur")


def postes(decompte: Decompte) -> list[Poste]:
    """The posts of a décompte, by unit, order and price."""
    return list(decompte.postes.order_by("uo", "commande", "prix_ht"))


def totaux(decompte: Decompte) -> Totaux:
    """The sum of the posts."""
    comptes = ("unites_closes", "unites_payables")
    montants = ("montant_ht", "corrections_ht", "refactions_ht", "net_ht")
    sommes = decompte.postes.aggregate(**{nom: Sum(nom) for nom in (*comptes, *montants)})
    lus: dict[str, Decimal] = {nom: sommes[nom] or Decimal("0.00") for nom in montants}
    return Totaux(
        closes=sommes["unites_closes"] or 0,
        payables=sommes["unites_payables"] or 0,
        taux_tva=decompte.taux_tva,
        penalites=decompte.penalites.aggregate(total=Sum("montant"))["total"] or Decimal("0.00"),
        **lus,
    )


def lignes(
    decompte: Decompte, *, uo: str = "", commande: str = "", nature: str = "", motif: str = ""
) -> "QuerySet[Ligne]":
    """The lines of a décompte, filtered by what is given."""
    choisis = {"uo": uo, "commande": commande, "nature": nature, "motif": motif}
    return Ligne.objects.filter(decompte=decompte, **{nom: v for nom, v in choisis.items() if v})


@dataclass(frozen=True)
class Raison:
    """How many lines of a décompte have this nature and this reason, and their amount."""

    nature: str
    motif: str
    nombre: int
    montant: Decimal


def raisons(decompte: Decompte) -> list[Raison]:
    """The lines counted by nature and reason, the most frequent first."""
    lues = (
        Ligne.objects.filter(decompte=decompte)
        .values_list("nature", "motif")
        .annotate(nombre=Count("id"), montant=Sum("montant_ht"))
        .order_by("-nombre")
    )
    return [Raison(*ligne) for ligne in lues]


def lignes_du_dossier(numero: str) -> list[Ligne]:
    """Every line of a dossier, in every décompte within reach, oldest first."""
    filtre = Q(acte=numero) | Q(acte__gt=f"{numero}|", acte__lt=f"{numero}}}")
    trouvees = Ligne.objects.filter(filtre).select_related("decompte")
    return sorted(trouvees, key=lambda ligne: (ligne.decompte.annee, ligne.decompte.trimestre, ligne.pk))


def penalites(decompte: Decompte) -> list[LignePenalite]:
    """The pénalités that a décompte holds back."""
    return list(decompte.penalites.all())


def reference_du_decompte(penalite: str) -> str | None:
    """The décompte that holds back a pénalité, in the scope under way; None while none does."""
    ligne = LignePenalite.objects.filter(penalite=penalite).select_related("decompte").first()
    return ligne.decompte.reference if ligne else None


def remarques(decompte: Decompte) -> list[Remarque]:
    """What was said of a décompte, oldest first."""
    return list(decompte.remarques.order_by("ecrite_le", "id"))


def en_lignes(decomptes_lus: Iterable[Decompte], *, avec_lignes: bool = False) -> list[dict[str, Any]]:
    """The posts as the command prints them: amounts as texts with their two decimals, so that none is approximate."""
    sortie = []
    for decompte in decomptes_lus:
        for poste in postes(decompte):
            ligne: dict[str, Any] = {
                "uo": poste.uo,
                "commande": poste.commande,
                "unites_closes": poste.unites_closes,
                "unites_payables": poste.unites_payables,
                "prix_ht": None if poste.prix_ht is None else f"{poste.prix_ht:.2f}",
                "montant_ht": f"{poste.montant_ht:.2f}",
                "corrections_ht": f"{poste.corrections_ht:.2f}",
                "refactions_ht": f"{poste.refactions_ht:.2f}",
                "net_ht": f"{poste.net_ht:.2f}",
                "titulaire": decompte.emetteur,
                "etat": decompte.etat,
            }
            if avec_lignes:
                ligne["lignes"] = _lignes_du_poste(poste)
            sortie.append(ligne)
    return sortie


def _lignes_du_poste(poste: Poste) -> list[dict[str, Any]]:
    trouvees = Ligne.objects.filter(decompte_id=poste.decompte_id, uo=poste.uo, commande=poste.commande)
    prix = Q(prix_ht__isnull=True) if poste.prix_ht is None else Q(prix_ht=poste.prix_ht)
    trouvees = trouvees.filter(prix)
    return [
        {
            "numero_dossier": ligne.numero_dossier,
            "version": ligne.version,
            "date": ligne.date_fait.isoformat() if ligne.date_fait else None,
            "nature": Nature(ligne.nature).value,
            "motif": ligne.motif,
            "montant_ht": f"{ligne.montant_ht:.2f}",
        }
        for ligne in trouvees.order_by("acte", "id")
    ]
