"""Writing accepted fiches as versions: COPY into a temporary table, then a few set-based statements."""

import hashlib
from collections.abc import Iterator

import polars as pl
from django.db import connection
from django.db.backends.utils import CursorWrapper

from cepage.acheteur.registre.models import META, champs_propres
from cepage.echanges.contrat.fiches import FICHES
from cepage.echanges.contrat.modele import Champ, TypeChamp
from cepage.echanges.reception.contexte import Enregistrement, Origine
from cepage.echanges.reception.identite import expression as identite

# Sorting and hashing a million keys in memory, for this transaction alone.
_MEMOIRE = "SET LOCAL work_mem = '128MB'"
_TARDIVES = {"_fichier": pl.String, "_ligne": pl.Int64, "_cle": pl.String}


def enregistrer(origine: Origine, nom: str, cadres: Iterator[pl.DataFrame]) -> Enregistrement:
    """Add the fiches of one kind to the register; idempotent on (key, instant, content).

    A version becomes the current state of its key when no known one is more recent (`horodatage`, then reception).
    """
    colonnes = _colonnes(nom)
    table, arrivee = f"registre_{nom}", f"arrivee_{nom}"
    with connection.cursor() as curseur:
        curseur.execute(_MEMOIRE)
        curseur.execute(
            f"CREATE TEMP TABLE {arrivee} ON COMMIT DROP AS SELECT {', '.join(colonnes)} FROM {table} WITH NO DATA"
        )
        recues = 0
        with curseur.copy(f"COPY {arrivee} ({', '.join(colonnes)}) FROM STDIN (FORMAT csv)") as copie:
            for cadre in cadres:
                recues += cadre.height
                texte = _charge(cadre, nom, origine).select(colonnes).write_csv(include_header=False, null_value="")
                copie.write(texte.encode())
        # The planner needs the columns of the joins alone: reading the others costs more than it tells.
        curseur.execute(f"ANALYZE {arrivee} (cle, horodatage, empreinte)")
        inchangees = _ecarter_les_connues(curseur, table, arrivee)
        tardives = _tardives(curseur, table, arrivee)
        _fermer_les_depassees(curseur, table, arrivee, origine)
        _ajouter(curseur, table, arrivee, colonnes, origine)
        curseur.execute(f"DROP TABLE {arrivee}")
    return Enregistrement(recues - inchangees, inchangees, tardives)


def _colonnes(nom: str) -> list[str]:
    colonnes = [*META, *(champ.nom for champ in champs_propres(FICHES[nom]))]
    return [*colonnes, "identite"] if nom == "beneficiaire" else colonnes


def _charge(cadre: pl.DataFrame, nom: str, origine: Origine) -> pl.DataFrame:
    """The columns of the table, as PostgreSQL reads them in CSV."""
    fiche = FICHES[nom]
    if nom == "beneficiaire":
        cadre = cadre.with_columns(identite())
        hachees = [None if t is None else hashlib.sha256(t.encode()).hexdigest() for t in cadre["identite"].to_list()]
        cadre = cadre.with_columns(pl.Series("identite", hachees, dtype=pl.String))
    return cadre.with_columns(
        *(_litteral(champ) for champ in champs_propres(fiche)),
        pl.col("horodatage").dt.to_string("%Y-%m-%dT%H:%M:%S%.6fZ"),
        cle="_cle",
        lot=pl.lit(origine.lot),
        emetteur=pl.lit(origine.emetteur),
        recu_le=pl.lit(origine.recu_le.isoformat()),
        envoi=pl.lit(origine.identifiant),
        fichier="_fichier",
        ligne="_ligne",
        empreinte="_empreinte",
    )


def _litteral(champ: Champ) -> pl.Expr:
    texte = pl.col(champ.nom)
    if champ.type is TypeChamp.BOOLEEN:
        texte = texte.str.replace_all("O", "t", literal=True).str.replace_all("N", "f", literal=True)
    if champ.multiple:
        texte = pl.lit("{") + texte.str.replace_all("|", ",", literal=True) + pl.lit("}")
    return texte.alias(champ.nom)


def _ecarter_les_connues(curseur: CursorWrapper, table: str, arrivee: str) -> int:
    executer = curseur.execute
    executer(
        f"DELETE FROM {arrivee} a USING {arrivee} b WHERE a.cle = b.cle AND a.horodatage = b.horodatage "
        "AND a.empreinte = b.empreinte AND (a.fichier, a.ligne) > (b.fichier, b.ligne)"
    )
    doublons: int = curseur.rowcount
    executer(
        f"DELETE FROM {arrivee} a USING {table} v WHERE v.cle = a.cle AND v.horodatage = a.horodatage "
        "AND v.empreinte = a.empreinte"
    )
    return doublons + int(curseur.rowcount)


_COURANTE = "v.connu_de IS NOT NULL AND v.connu_jusqu_a IS NULL"


def _tardives(curseur: CursorWrapper, table: str, arrivee: str) -> pl.DataFrame:
    curseur.execute(
        f"SELECT a.fichier, a.ligne, a.cle FROM {arrivee} a JOIN {table} v ON v.cle = a.cle AND {_COURANTE} "
        "WHERE a.horodatage < v.horodatage"
    )
    return pl.DataFrame(curseur.fetchall(), schema=_TARDIVES, orient="row")


def _fermer_les_depassees(curseur: CursorWrapper, table: str, arrivee: str, origine: Origine) -> None:
    curseur.execute(
        f"UPDATE {table} v SET connu_jusqu_a = %s FROM "
        f"(SELECT cle, max(horodatage) AS horodatage FROM {arrivee} GROUP BY cle) a "
        f"WHERE v.cle = a.cle AND {_COURANTE} AND a.horodatage >= v.horodatage",
        [origine.recu_le],
    )


def _ajouter(curseur: CursorWrapper, table: str, arrivee: str, colonnes: list[str], origine: Origine) -> None:
    """Insert the arrivals; the most recent of each key becomes current unless a current state remains."""
    liste = ", ".join(colonnes)
    prefixees = ", ".join(f"a.{c}" for c in colonnes)
    curseur.execute(
        f"INSERT INTO {table} ({liste}, connu_de) SELECT {prefixees}, CASE WHEN a.rang = 1 AND NOT EXISTS "
        f"(SELECT 1 FROM {table} v WHERE v.cle = a.cle AND {_COURANTE}) THEN %s::timestamptz END "
        f"FROM (SELECT *, row_number() OVER (PARTITION BY cle ORDER BY horodatage DESC, fichier DESC, ligne DESC) "
        f"AS rang FROM {arrivee}) a ORDER BY a.cle, a.horodatage",
        [origine.recu_le],
    )
