from django.db import migrations

from cepage.fondations.socle.cloisonnement import cloisonner

_DUE = """
CREATE FUNCTION decomptes_penalite_due() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM penalites_penalite p JOIN decomptes_decompte d ON d.lot = p.lot AND d.emetteur = p.emetteur
    WHERE p.reference = NEW.penalite AND d.id = NEW.decompte_id AND p.etat = 'definitive'
      AND p.montant_retenu = NEW.montant
  ) THEN
    RAISE EXCEPTION 'Un décompte ne retient qu''une pénalité définitive de son titulaire, pour son montant.'
    USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
"""


def _gel(operation: str, image: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER gel_{operation.lower()} AFTER {operation} ON decomptes_lignepenalite "
        f"REFERENCING {image} TABLE AS touchees FOR EACH STATEMENT EXECUTE FUNCTION decomptes_lignes_figees()",
        f"DROP TRIGGER gel_{operation.lower()} ON decomptes_lignepenalite",
    )


class Migration(migrations.Migration):
    """A décompte that is no longer provisional holds back what it held back; only what is definitive, and its amount."""

    dependencies = [("decomptes", "0005_penalites"), ("penalites", "0002_gardes")]
    operations = [
        cloisonner("decomptes_lignepenalite"),
        *(_gel(operation, image) for operation, image in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD"))),
        migrations.RunSQL(
            "CREATE TRIGGER gel_vidage BEFORE TRUNCATE ON decomptes_lignepenalite "
            "FOR EACH STATEMENT EXECUTE FUNCTION decomptes_lignes_figees()",
            "DROP TRIGGER gel_vidage ON decomptes_lignepenalite",
        ),
        migrations.RunSQL(_DUE, "DROP FUNCTION decomptes_penalite_due()"),
        migrations.RunSQL(
            "CREATE TRIGGER due BEFORE INSERT OR UPDATE ON decomptes_lignepenalite "
            "FOR EACH ROW EXECUTE FUNCTION decomptes_penalite_due()",
            "DROP TRIGGER due ON decomptes_lignepenalite",
        ),
    ]
