from django.db import migrations

from cepage.fondations.socle.cloisonnement import ajout_seul, cloisonner

# One check per statement, not per row: a quarter of a million units is written in one.
_LIGNES_FIGEES = """
CREATE FUNCTION decomptes_lignes_figees() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    RAISE EXCEPTION 'La table % ne se vide pas.', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF EXISTS (SELECT 1 FROM (SELECT DISTINCT decompte_id FROM touchees) t
             LEFT JOIN decomptes_decompte d ON d.id = t.decompte_id WHERE d.id IS NULL OR d.etat <> 'provisoire') THEN
    RAISE EXCEPTION 'Ce décompte n''est plus provisoire : ses montants ne changent plus. Une correction vient au suivant.'
    USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;
"""
_DECOMPTE_FIGE = """
CREATE FUNCTION decomptes_decompte_fige() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF TG_OP = 'TRUNCATE' OR OLD.etat = 'fige' THEN
    RAISE EXCEPTION 'Un décompte figé sous son procès-verbal ne change plus : la correction vient au suivant.'
    USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF TG_OP = 'UPDATE' AND (NEW.lot, NEW.emetteur, NEW.annee, NEW.trimestre)
      IS DISTINCT FROM (OLD.lot, OLD.emetteur, OLD.annee, OLD.trimestre) THEN
    RAISE EXCEPTION 'Un décompte garde son lot, son titulaire et son trimestre.'
    USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN
    IF OLD.etat <> 'provisoire' THEN
      RAISE EXCEPTION 'Un décompte proposé ne s''efface pas.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
  END IF;
  RETURN NEW;
END $$;
"""
_PRIX_SERVI = """
CREATE FUNCTION decomptes_prix_servi() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF EXISTS (
    SELECT 1 FROM decomptes_decompte d
    CROSS JOIN LATERAL (SELECT make_date(d.annee, 3 * d.trimestre - 2, 1) AS debut) q
    CROSS JOIN LATERAL (SELECT daterange(q.debut, (q.debut + interval '3 months')::date) AS jours) p
    WHERE d.lot = OLD.lot AND d.etat = 'fige' AND OLD.periode && p.jours
      AND (TG_OP = 'DELETE' OR to_jsonb(NEW) - 'periode' <> to_jsonb(OLD) - 'periode'
           OR OLD.periode * p.jours <> NEW.periode * p.jours)
  ) THEN
    RAISE EXCEPTION 'Ce prix a servi à un décompte figé : il ne change plus pour ces jours. Fermez-le après eux.'
    USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
"""


def _garder_les_lignes(table: str) -> list[migrations.RunSQL]:
    gardes = [("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")]
    return [
        migrations.RunSQL(
            f"CREATE TRIGGER gel_{operation.lower()} AFTER {operation} ON {table} "
            f"REFERENCING {image} TABLE AS touchees FOR EACH STATEMENT EXECUTE FUNCTION decomptes_lignes_figees()",
            f"DROP TRIGGER gel_{operation.lower()} ON {table}",
        )
        for operation, image in gardes
    ] + [
        migrations.RunSQL(
            f"CREATE TRIGGER gel_vidage BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION decomptes_lignes_figees()",
            f"DROP TRIGGER gel_vidage ON {table}",
        )
    ]


class Migration(migrations.Migration):
    """Nothing under a signed PV changes, whoever asks; a holder sees its own décomptes only."""

    dependencies = [("decomptes", "0001_initiale"), ("marche", "0003_invariants"), ("socle", "0003_transitions")]
    operations = [
        *(
            cloisonner(f"decomptes_{nom}")
            for nom in ("decompte", "poste", "ligne", "remarque")
        ),
        ajout_seul("decomptes_remarque"),
        migrations.RunSQL(_LIGNES_FIGEES, "DROP FUNCTION decomptes_lignes_figees()"),
        *_garder_les_lignes("decomptes_ligne"),
        *_garder_les_lignes("decomptes_poste"),
        migrations.RunSQL(_DECOMPTE_FIGE, "DROP FUNCTION decomptes_decompte_fige()"),
        migrations.RunSQL(
            "CREATE TRIGGER gel BEFORE UPDATE OR DELETE ON decomptes_decompte "
            "FOR EACH ROW EXECUTE FUNCTION decomptes_decompte_fige();"
            "CREATE TRIGGER gel_vidage BEFORE TRUNCATE ON decomptes_decompte "
            "FOR EACH STATEMENT EXECUTE FUNCTION decomptes_decompte_fige();",
            "DROP TRIGGER gel_vidage ON decomptes_decompte; DROP TRIGGER gel ON decomptes_decompte;",
        ),
        migrations.RunSQL(_PRIX_SERVI, "DROP FUNCTION decomptes_prix_servi()"),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER prix_servi BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION decomptes_prix_servi()",
                f"DROP TRIGGER prix_servi ON {table}",
            )
            for table in ("marche_prix", "marche_revision")
        ),
    ]
