from django.db import migrations

from cepage.fondations.socle.cloisonnement import ajout_seul, cloisonner

_TOUT = "current_setting('cepage.emetteurs', true) = '*'"
_VISIBLE = (
    f"{_TOUT} OR cardinality(lots) = 0 OR EXISTS (SELECT 1 FROM marche_titulaire t "
    "WHERE t.lot = ANY(marche_notecontractuelle.lots) "
    "AND t.operateur = ANY(string_to_array(current_setting('cepage.emetteurs', true), ',')))"
)


class Migration(migrations.Migration):
    """A note is read by those who hold one of its lots, written by the buyer alone, and stays as published."""

    dependencies = [("marche", "0004_notes"), ("socle", "0003_transitions")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE marche_notecontractuelle ENABLE ROW LEVEL SECURITY;"
            "ALTER TABLE marche_notecontractuelle FORCE ROW LEVEL SECURITY;"
            f"CREATE POLICY cloison ON marche_notecontractuelle USING ({_VISIBLE}) WITH CHECK ({_TOUT});",
            "DROP POLICY cloison ON marche_notecontractuelle;"
            "ALTER TABLE marche_notecontractuelle NO FORCE ROW LEVEL SECURITY;"
            "ALTER TABLE marche_notecontractuelle DISABLE ROW LEVEL SECURITY;",
        ),
        cloisonner("marche_lecturedenote"),
        ajout_seul("marche_notecontractuelle"),
        ajout_seul("marche_lecturedenote"),
    ]
