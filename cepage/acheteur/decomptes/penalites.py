"""Holding back the definitive pénalités of a holder, each once, in the first décompte that can take it.

A pénalité is that of the quarter in which it became definitive; once that quarter's décompte is frozen without it, of
the next one. It bears no VAT and changes no line of the units: the invoice stays whole, the payment is less.
"""

from collections.abc import Sequence

from cepage.acheteur.decomptes.models import Decompte, LignePenalite
from cepage.acheteur.decomptes.trimestres import Trimestre
from cepage.acheteur.penalites.selectors import definitives


def retenir_les_penalites(decompte: Decompte, serie: Sequence[Trimestre]) -> None:
    """Write again the pénalités that a provisional décompte holds back.

    `serie`: its quarter, preceded by the unbroken run of frozen ones.
    """
    LignePenalite.objects.filter(decompte=decompte).delete()
    dues = definitives(decompte.lot, decompte.emetteur, serie[0].debut, serie[-1].fin)
    prises = set(
        LignePenalite.objects.filter(penalite__in=[p.reference for p in dues]).values_list("penalite", flat=True)
    )
    LignePenalite.objects.bulk_create(
        LignePenalite(
            decompte=decompte,
            emetteur=decompte.emetteur,
            penalite=penalite.reference,
            libelle=f"{penalite.get_fait_display()}, du {penalite.debut:%d/%m/%Y} au {penalite.fin:%d/%m/%Y}. "
            f"{penalite.explication}",
            montant=penalite.montant_retenu,
        )
        for penalite in dues
        if penalite.montant_retenu and penalite.reference not in prises
    )
