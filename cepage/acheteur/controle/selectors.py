"""Reading the controls: frames as published, what the décomptes need to know of a quarter."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl
from django.db.models import Count, Exists, OuterRef

from cepage.acheteur.controle.base import base_du_trimestre, effectifs, unites_en_dict
from cepage.acheteur.controle.enums import Etat, Genre, Partie, Verdict
from cepage.acheteur.controle.models import Controle, DossierBase, Lecture, ProcesVerbal, Tirage
from cepage.fondations.regles.tirage import DossierDeBase, empreinte_base
from cepage.fondations.socle.periodes import Periode


@dataclass(frozen=True)
class BasePubliee:
    """A frame as anyone may read it; `tirages`: ranks of the draws already frozen for the quarter."""

    empreinte: str
    dossiers: tuple[DossierDeBase, ...]
    tirages: tuple[int, ...] = ()

    def en_dict(self) -> dict[str, Any]:
        """As the command prints it."""
        strates = [
            {"uo": uo, "structure": structure, "effectif": n} for (uo, structure), n in effectifs(self.dossiers).items()
        ]
        return {
            "empreinte": self.empreinte,
            "effectifs": {"total": len(self.dossiers), "strates": strates},
            "dossiers": sorted(d.numero_dossier for d in self.dossiers),
            "unites": unites_en_dict(self.dossiers),
        }


def base_publiee(lot: str, trimestre: str, *, rang: int | None = None) -> BasePubliee:
    """The frame as it stands (`rang` None), or the frozen one of a draw. Raises ValueError when there is none."""
    Periode.du_trimestre(trimestre)
    tirages = {t.rang: t for t in Tirage.objects.filter(lot=lot, trimestre=trimestre)}
    if rang is None:
        base = base_du_trimestre(lot, trimestre)
        return BasePubliee(base.empreinte, base.dossiers, tuple(sorted(tirages)))
    if rang not in tirages:
        raise ValueError(f"Le lot {lot} n'a pas de tirage {rang} au {trimestre}.")
    lignes = tirages[rang].base.order_by("numero_dossier").values_list("numero_dossier", "uo", "structure")
    dossiers = tuple(DossierDeBase(*ligne) for ligne in lignes)
    return BasePubliee(empreinte_base(d.numero_dossier for d in dossiers), dossiers, tuple(sorted(tirages)))


@dataclass(frozen=True)
class NonConformite:
    """A definitive non-conformity: the file, its unit, the reason codes of the grid, the day it became definitive.

    `decide_le` is the day of the controller's decision; `motifs` maps each reason code to its comment.
    """

    numero_dossier: str
    uo: str
    motifs: tuple[str, ...]
    decide_le: date
    definitif_le: date
    emetteur: str
    commentaires: dict[str, str] = field(default_factory=dict)


def non_conformites_definitives(lot: str, trimestre: str) -> list[NonConformite]:
    """The definitive non-conformities of that quarter's samples, sorted by number, in the scope under way."""
    definitifs = Controle.objects.filter(
        lot=lot, trimestre=trimestre, etat=Etat.DEFINITIVE, resultat=Verdict.NON_CONFORME
    ).order_by("numero_dossier")
    lectures = {
        lecture.controle_id: lecture
        for lecture in Lecture.objects.filter(controle__in=definitifs, genre=Genre.CONTROLE)
    }
    return [_non_conformite(controle, lectures[controle.pk]) for controle in definitifs]


def _non_conformite(controle: Controle, lecture: Lecture) -> NonConformite:
    fautifs = [p for p in lecture.points if p["verdict"] == Verdict.NON_CONFORME]
    assert controle.decide_le is not None
    assert controle.definitif_le is not None
    return NonConformite(
        controle.numero_dossier,
        controle.uo,
        tuple(p["motif"] for p in fautifs),
        controle.decide_le,
        controle.definitif_le,
        controle.emetteur,
        {p["motif"]: p.get("commentaire", "") for p in fautifs},
    )


def pv_signe(lot: str, trimestre: str) -> bool:
    """True once every procès-verbal of the quarter's first draw bears both signatures; then it stays so."""
    tirage = Tirage.objects.filter(lot=lot, trimestre=trimestre, rang=1).first()
    return tirage is not None and all(
        pv is not None and pv_complet(pv) for pv in proces_verbaux_attendus(tirage).values()
    )


def sous_pv_signe(numeros: pl.Series) -> pl.Series:
    """Those of the numbers that a procès-verbal signed by both parties counts, drawn or not, in the scope under way."""
    signes = (
        ProcesVerbal.objects.annotate(parties=Count("signatures"))
        .filter(parties=len(Partie))
        .filter(tirage=OuterRef("tirage"), emetteur=OuterRef("emetteur"))
    )
    vises = DossierBase.objects.filter(numero_dossier__in=numeros.to_list()).filter(Exists(signes))
    return pl.Series(list(vises.values_list("numero_dossier", flat=True)), dtype=pl.String)


def pv_complet(pv: ProcesVerbal) -> bool:
    """True when both parties have signed."""
    return {s.partie for s in pv.signatures.all()} == set(Partie.values)


def proces_verbaux_attendus(tirage: Tirage) -> dict[str, ProcesVerbal | None]:
    """For each operator of the draw (its holder when the frame is empty), its PV, or None while there is none."""
    emetteurs = set(tirage.base.values_list("emetteur", flat=True).distinct()) or {tirage.emetteur}
    etablis = {pv.emetteur: pv for pv in tirage.proces_verbaux.prefetch_related("signatures")}
    return {emetteur: etablis.get(emetteur) for emetteur in sorted(emetteurs)}
