"""What the register says of what was expected: when each period came, and which livrables are missing."""

from datetime import date
from typing import Any

from django.db import connection

from cepage.echanges.contrat.fiches import FICHES
from cepage.echanges.reception.contexte import Arrivee
from cepage.echanges.reception.controles.unites import LIVRABLE_DE_CLOTURE
from cepage.fondations.referentiels import nomenclatures

_COURANTE = "connu_de IS NOT NULL AND {0}connu_jusqu_a IS NULL AND {0}nature <> 'A'"
_CLOSES = (
    "FROM registre_unite_oeuvre v JOIN unnest(%s::text[], %s::text[]) t(uo, livrable) ON t.uo = v.uo "
    "LEFT JOIN registre_livrable l ON l.cle = (v.numero_dossier || '|' || t.livrable) COLLATE \"C\" "
    f"AND l.{_COURANTE.format('l.')} "
    f"WHERE v.{_COURANTE.format('v.')} AND v.motif_cloture = ANY(%s) AND v.lot = %s "
    "AND v.date_cloture >= %s AND v.date_cloture < %s"
)
LIVRABLES_DUS = (
    "SELECT v.emetteur, date_trunc('month', v.date_cloture)::date, count(*), count(*) FILTER (WHERE l.id IS NULL) "
    f"{_CLOSES} GROUP BY 1, 2"
)
LIVRABLES_MANQUANTS = (
    f"SELECT v.numero_dossier, v.uo, v.date_cloture {_CLOSES} AND l.id IS NULL AND v.emetteur = %s ORDER BY 3, 1"
)


def parametres(lot: str, debut: date, fin: date) -> list[Any]:
    """What the two questions about livrables are asked with: the livrable of each unit, the voluntary closures."""
    volontaires = [c.code for c in nomenclatures.table("motif_cloture") if c.groupe == "volontaire"]
    return [list(LIVRABLE_DE_CLOTURE), list(LIVRABLE_DE_CLOTURE.values()), volontaires, lot, debut, fin]


def arrivees(lot: str, fiche: str) -> list[Arrivee]:
    """First arrival of each period, by emitter; `fiche` has a period."""
    if "periode" not in FICHES[fiche].noms:
        raise KeyError(f"La fiche « {fiche} » n'a pas de période.")
    with connection.cursor() as curseur:
        curseur.execute(
            f"SELECT emetteur, periode, min(recu_le) FROM registre_{fiche} WHERE lot = %s GROUP BY 1, 2 ORDER BY 1, 2",
            [lot],
        )
        return [Arrivee(emetteur, fiche, periode, premiere) for emetteur, periode, premiere in curseur.fetchall()]
