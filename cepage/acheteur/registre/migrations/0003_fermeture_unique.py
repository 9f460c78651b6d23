from django.db import migrations

TABLES = [
    "beneficiaire",
    "unite_oeuvre",
    "interaction",
    "livrable",
    "reclamation",
    "implantation",
    "moyens_couts",
    "indicateur",
]
_FONCTION = """
CREATE FUNCTION registre_fermeture_unique() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF OLD.connu_jusqu_a IS NOT NULL OR NEW.connu_jusqu_a IS NULL OR OLD.connu_de IS NULL THEN
    RAISE EXCEPTION 'La table % ne s''efface ni ne se réécrit : un état ne se ferme qu''une fois.', TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    """The end of a state is written once: what was known at a past date never changes."""

    dependencies = [("registre", "0002_cloison")]
    operations = [
        migrations.RunSQL(_FONCTION, "DROP FUNCTION registre_fermeture_unique()"),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER fermeture_unique BEFORE UPDATE ON registre_{nom} "
                "FOR EACH ROW EXECUTE FUNCTION registre_fermeture_unique()",
                f"DROP TRIGGER fermeture_unique ON registre_{nom}",
            )
            for nom in TABLES
        ),
    ]
