from django.db import migrations

from cepage.fondations.socle.cloisonnement import ouvrir_a_l_echantillon

# The column is named with its table: alone, it would be the control's own inside the sub-query.
TABLES = ("registre_interaction", "registre_livrable")
_SIEN = "c.controleur_id::text = current_setting('cepage.controleur', true)"


class Migration(migrations.Migration):
    dependencies = [("controle", "0002_cloison")]
    operations = [
        operation
        for table in TABLES
        for operation in (
            migrations.RunSQL(f"DROP POLICY echantillon ON {table}", migrations.RunSQL.noop),
            ouvrir_a_l_echantillon(
                table,
                "EXISTS (SELECT 1 FROM controle_controle c "
                f"WHERE c.numero_dossier = {table}.numero_dossier AND {_SIEN})",
            ),
        )
    ]
