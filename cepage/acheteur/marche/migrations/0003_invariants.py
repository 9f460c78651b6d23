from django.db import migrations

from cepage.fondations.socle.cloisonnement import ajout_seul

# Without btree_gist, equality is the overlap of ranges of one integer: the two characters of a code, in base 256.
_CODE = "(ascii(left({0}, 1)) * 256 + ascii(right({0}, 1)))::bigint"
_EGAL = "int8range({0}, {0}, '[]') WITH &&"


def _sans_chevauchement(table: str, nom: str, colonnes: tuple[str, ...]) -> migrations.RunSQL:
    egalites = ", ".join(_EGAL.format(_CODE.format(c)) for c in colonnes)
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {nom} EXCLUDE USING gist ({egalites}, periode WITH &&) "
        "DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {nom}",
    )


def _cloisonner_par_lot(table: str) -> migrations.RunSQL:
    """A price is seen by the buyer and by those who hold or held its lot."""
    visible = (
        "current_setting('cepage.emetteurs', true) = '*' OR EXISTS (SELECT 1 FROM marche_titulaire t "
        f"WHERE t.lot = {table}.lot "
        "AND t.operateur = ANY(string_to_array(current_setting('cepage.emetteurs', true), ',')))"
    )
    return migrations.RunSQL(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
        f"CREATE POLICY cloison ON {table} USING ({visible}) "
        "WITH CHECK (current_setting('cepage.emetteurs', true) = '*');",
        f"DROP POLICY cloison ON {table};"
        f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;"
        f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    )


class Migration(migrations.Migration):
    """One price a day for a unit in a lot; a price is not for a competitor's eyes; an amendment stays."""

    dependencies = [("marche", "0002_prix_et_avenants"), ("socle", "0003_transitions")]
    operations = [
        _sans_chevauchement("marche_prix", "prix_sans_chevauchement", ("lot", "uo")),
        _sans_chevauchement("marche_revision", "revision_sans_chevauchement", ("lot",)),
        _cloisonner_par_lot("marche_prix"),
        _cloisonner_par_lot("marche_revision"),
        ajout_seul("marche_avenant"),
    ]
