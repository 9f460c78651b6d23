"""The frame of a quarter, read in the register: what may be drawn.

Units closed in the quarter (current state of each key), whose livrable has come where one is due, and which no earlier
frame holds. The structure is that of the beneficiary at closure: the version in force at the end of that day by its
`horodatage`, whenever it was received; before any, the first one produced afterwards.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection

from cepage.echanges.reception.controles.unites import LIVRABLE_DE_CLOTURE
from cepage.fondations.referentiels import nomenclatures
from cepage.fondations.regles.tirage import DossierDeBase, empreinte_base
from cepage.fondations.socle.periodes import Periode

_COURANTE = "{0}.connu_de IS NOT NULL AND {0}.connu_jusqu_a IS NULL AND {0}.nature <> 'A'"

# Table and column names are ours; values are bound.
_BASE = f"""
WITH dus(uo, type_livrable) AS (SELECT * FROM unnest(%(uos)s::text[], %(types)s::text[]))
SELECT u.cle, u.uo, coalesce(s.structure, ''), u.emetteur, u.id
FROM registre_unite_oeuvre u
LEFT JOIN dus ON dus.uo = u.uo AND u.motif_cloture = ANY(%(volontaires)s)
LEFT JOIN LATERAL (
  SELECT b.structure FROM registre_beneficiaire b
  CROSS JOIN (SELECT ((u.date_cloture + 1)::timestamp AT TIME ZONE 'Europe/Paris') AS fin) jour
  WHERE b.cle = (u.lot || '|' || u.identifiant_beneficiaire) COLLATE "C" AND b.nature <> 'A'
  ORDER BY b.horodatage < jour.fin DESC,
    CASE WHEN b.horodatage < jour.fin THEN b.horodatage END DESC, b.horodatage,
    CASE WHEN b.horodatage < jour.fin THEN b.id END DESC, b.id
  LIMIT 1
) s ON true
WHERE u.lot = %(lot)s AND {_COURANTE.format("u")}
  AND u.date_cloture >= %(debut)s AND u.date_cloture < %(fin)s
  AND (dus.uo IS NULL OR EXISTS (
    SELECT 1 FROM registre_livrable l
    WHERE l.cle = (u.cle || '|' || dus.type_livrable) COLLATE "C" AND {_COURANTE.format("l")}))
  AND NOT EXISTS (SELECT 1 FROM controle_dossierbase d WHERE d.numero_dossier = u.cle)
ORDER BY u.cle COLLATE "C"
"""


@dataclass(frozen=True)
class LigneDeBase:
    """A file of the frame, with who declared it and which version of its unit was current."""

    dossier: DossierDeBase
    emetteur: str
    version: int


@dataclass(frozen=True)
class Base:
    """The frame of a lot and a quarter, sorted by number."""

    lot: str
    trimestre: str
    lignes: tuple[LigneDeBase, ...]

    @property
    def dossiers(self) -> tuple[DossierDeBase, ...]:
        """Its files."""
        return tuple(ligne.dossier for ligne in self.lignes)

    @property
    def empreinte(self) -> str:
        """SHA-256 of its numbers."""
        return empreinte_base(d.numero_dossier for d in self.dossiers)


def base_du_trimestre(lot: str, trimestre: str) -> Base:
    """The frame as the register stands now, in the scope under way. Raises ValueError for a malformed quarter."""
    periode = Periode.du_trimestre(trimestre)
    volontaires = [c.code for c in nomenclatures.table("motif_cloture") if c.groupe == "volontaire"]
    with connection.cursor() as curseur:
        curseur.execute(
            _BASE,
            {
                "uos": list(LIVRABLE_DE_CLOTURE),
                "types": list(LIVRABLE_DE_CLOTURE.values()),
                "volontaires": volontaires,
                "lot": lot,
                "debut": periode.debut,
                "fin": periode.fin,
            },
        )
        lignes = tuple(LigneDeBase(DossierDeBase(n, uo, s), e, v) for n, uo, s, e, v in curseur.fetchall())
    return Base(lot, trimestre, lignes)


def effectifs(dossiers: tuple[DossierDeBase, ...]) -> Mapping[tuple[str, str], int]:
    """How many files each stratum (unit, structure) holds, sorted."""
    comptes: dict[tuple[str, str], int] = {}
    for dossier in dossiers:
        cle = (dossier.uo, dossier.structure)
        comptes[cle] = comptes.get(cle, 0) + 1
    return dict(sorted(comptes.items()))


def unites_en_dict(dossiers: Iterable[DossierDeBase]) -> list[dict[str, str]]:
    """What places each file in its stratum, sorted by number, as the commands print it."""
    return [{"numero_dossier": d.numero_dossier, "uo": d.uo, "structure": d.structure} for d in sorted(dossiers)]
