"""The tables of a sandbox: copies of the shape of the real ones, empty, in one schema per emitter.

`search_path` puts them before the real tables during a transaction, so the same code reads and writes them. What they
hold is fictitious: when the real tables change shape, the schema is made again, empty.
"""

import re

from django.db import connection

_CODE = re.compile(r"^[0-9A-Z]{2}$")

# Runs as the owner of the database: the application's role makes no table. The code is checked before it is a name.
FONCTION = r"""
CREATE FUNCTION bac_a_sable_preparer(code text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  bac text := 'bac_' || lower(code);
  nom text;
  reelle text;
  tenue text;
BEGIN
  IF code !~ '^[0-9A-Z]{2}$' THEN
    RAISE EXCEPTION 'Un code d''émetteur a deux caractères : chiffres ou lettres majuscules.'
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  SELECT string_agg(format('%s.%s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod)), ','
           ORDER BY c.relname, a.attname) FILTER (WHERE n.nspname = 'public'),
         string_agg(format('%s.%s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod)), ','
           ORDER BY c.relname, a.attname) FILTER (WHERE n.nspname = bac)
    INTO reelle, tenue
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
   WHERE c.relkind = 'r' AND n.nspname IN ('public', bac)
     AND (c.relname LIKE 'registre\_%'
          OR c.relname IN ('reception_envoi', 'reception_anomalie', 'socle_entreejournal'));
  IF tenue IS NOT DISTINCT FROM reelle THEN
    RETURN false;
  END IF;
  EXECUTE format('DROP SCHEMA IF EXISTS %I CASCADE', bac);
  EXECUTE format('CREATE SCHEMA %I', bac);
  FOR nom IN
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND n.nspname = 'public'
       AND (c.relname LIKE 'registre\_%'
            OR c.relname IN ('reception_envoi', 'reception_anomalie', 'socle_entreejournal'))
  LOOP
    EXECUTE format('CREATE TABLE %I.%I (LIKE public.%I INCLUDING ALL)', bac, nom, nom);
    EXECUTE format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY', bac, nom);
    EXECUTE format('ALTER TABLE %I.%I FORCE ROW LEVEL SECURITY', bac, nom);
    EXECUTE format(
      'CREATE POLICY cloison ON %I.%I USING (current_setting(''cepage.emetteurs'', true) = ''*'' OR '
      'emetteur = ANY(string_to_array(current_setting(''cepage.emetteurs'', true), '','')))', bac, nom);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I.%I TO %I', bac, nom, session_user);
  END LOOP;
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', bac, session_user);
  EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA %I TO %I', bac, session_user);
  RETURN true;
END $$;
REVOKE EXECUTE ON FUNCTION bac_a_sable_preparer(text) FROM PUBLIC;
"""
SANS_FONCTION = "DROP FUNCTION bac_a_sable_preparer(text);"


def nom(emetteur: str) -> str:
    """The schema of an emitter's sandbox. Raises ValueError on what is not a code."""
    if not _CODE.fullmatch(emetteur):
        raise ValueError(f"« {emetteur} » n'est pas un code d'émetteur.")
    return f"bac_{emetteur.lower()}"


def preparer(emetteur: str) -> None:
    """Make the schema, or make it again when the real tables have changed shape."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_advisory_xact_lock(20190409, hashtext(%s))", [emetteur])
        curseur.execute("SELECT bac_a_sable_preparer(%s)", [emetteur])


def tables(emetteur: str) -> list[str]:
    """The tables of the sandbox, qualified by its schema."""
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT format('%%I.%%I', schemaname, tablename) FROM pg_tables WHERE schemaname = %s", [nom(emetteur)]
        )
        return [table for (table,) in curseur.fetchall()]
