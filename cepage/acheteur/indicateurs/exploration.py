"""Behind a figure: the dossiers it counts, found with the very expressions that counted them."""

from datetime import date
from pathlib import Path

import ibis

from cepage.acheteur.indicateurs import colonnes, faits
from cepage.acheteur.indicateurs.agregats import AGREGATS
from cepage.acheteur.indicateurs.definitions import definition
from cepage.acheteur.indicateurs.faits import Periode, Table
from cepage.acheteur.indicateurs.modele import LOT_NATIONAL, Compte, Definition, Mesure, Mois


def dossiers(
    code: str,
    lot: str,
    mois: Mois | str,
    maille: str,
    cote: str = "numerateur",
    connu_le: date | None = None,
    *,
    racine: Path,
) -> list[str]:
    """The numbers of the dossiers counted by one side of a figure, sorted.

    For a figure that counts persons, all their dossiers that make them count. A population or an order's
    volume is no list of dossiers: nothing. `lot` may be "FR". Raises KeyError for an unknown
    indicator or mesh.
    """
    m = Mois.lire(mois) if isinstance(mois, str) else mois
    mesure, modalite = _trouver(definition(code), maille)
    compte = mesure.numerateur if cote == "numerateur" else mesure.denominateur
    if not isinstance(compte, Compte):
        return []
    m = m.plus(compte.decalage)
    sources = [f for f in colonnes.fichiers(racine) if lot in (f.lot, LOT_NATIONAL)]
    bons = colonnes.ensembles_de_bons(colonnes.commandes(racine), {f.lot for f in sources}, [m])
    requete = str(ibis.to_sql(_lignes(compte, m, mesure.ventilation, modalite), dialect="duckdb"))
    with colonnes.connexion() as con:
        colonnes.ouvrir(con, sources, bons, connu_le)
        return [numero for (numero,) in con.execute(requete).fetchall()]


def _trouver(d: Definition, maille: str) -> tuple[Mesure, str | None]:
    """The measure that wrote the mesh, and the modality it names."""
    for mesure in d.mesures:
        modalite = mesure.modalite_de(maille)
        if modalite is not None or (mesure.ventilation is None and mesure.maille == maille):
            return mesure, modalite
    connues = sorted({m.maille for m in d.mesures})
    raise KeyError(f"L'indicateur {d.code} n'a pas de maille « {maille} ». Mailles : {', '.join(connues)}.")


def _lignes(compte: Compte, mois: Mois, axe: str | None, modalite: str | None) -> Table:
    agregat = AGREGATS[compte.agregat]
    debut = mois.premier_jour
    if compte.cumul == "annee":
        debut = Mois.de(mois.annee, 1).premier_jour
    periode = Periode(None if compte.cumul == "bon" else debut, mois.dernier_jour)
    lignes = agregat.lignes(periode)
    for dimension, valeurs in compte.ou.items():
        lignes = lignes.filter(lignes[dimension].isin(valeurs))
    if axe == "statut":
        p = faits.PERSONNES
        lignes = lignes.semi_join(p.filter(p.statut.contains(modalite)), ["lot", "personne"])
    elif axe == "categorie":
        p = faits.PERSONNES.select("lot", "personne", "categorie_sociale")
        lignes = lignes.left_join(p, ["lot", "personne"])
        lignes = lignes.filter(lignes.categorie_sociale.fill_null(faits.CATEGORIE_NON_CONNUE) == modalite)
    return lignes.select("numero_dossier").distinct().order_by("numero_dossier")
