"""Row-level security and append-only guards, written once for the migrations of every room."""

from django.db.migrations.operations.special import RunSQL

_VISIBLE = (
    "current_setting('cepage.emetteurs', true) = '*' OR "
    "{colonne} = ANY(string_to_array(current_setting('cepage.emetteurs', true), ','))"
)


def cloisonner(table: str, colonne: str = "emetteur") -> RunSQL:
    """Force row-level security on `table`: a row is visible and writable only inside its emitter's scope."""
    visible = _VISIBLE.format(colonne=colonne)
    return RunSQL(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
        f"CREATE POLICY cloison ON {table} USING ({visible}) WITH CHECK ({visible});",
        f"DROP POLICY cloison ON {table};"
        f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;"
        f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    )


def ajout_seul(table: str, *, modifiables: tuple[str, ...] = ()) -> RunSQL:
    """Forbid DELETE and TRUNCATE on `table`, and UPDATE of anything but the columns `modifiables`."""
    fonction = f"{table}_ajout_seul"
    exceptions = ", ".join(f"'{c}'" for c in modifiables)
    refus = (
        f"RAISE EXCEPTION 'La table {table} ne s''efface ni ne se réécrit : ajoutez une version.' "
        "USING ERRCODE = 'integrity_constraint_violation'"
    )
    modification = (
        f"IF TG_OP = 'UPDATE' AND (to_jsonb(NEW) - ARRAY[{exceptions}]::text[]) = "
        f"(to_jsonb(OLD) - ARRAY[{exceptions}]::text[]) THEN RETURN NEW; END IF;"
        if modifiables
        else ""
    )
    return RunSQL(
        f"CREATE FUNCTION {fonction}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"{modification} {refus}; END $$;"
        f"CREATE TRIGGER ajout_seul BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {fonction}();"
        f"CREATE TRIGGER vidage_interdit BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {fonction}();",
        f"DROP TRIGGER vidage_interdit ON {table}; DROP TRIGGER ajout_seul ON {table}; DROP FUNCTION {fonction}();",
    )


def ouvrir_a_l_echantillon(table: str, condition: str) -> RunSQL:
    """Let a controller read the rows of `table` that belong to its sampled files, beyond any emitter's scope.

    `condition` is the SQL that ties a row to a file whose controller is the setting `cepage.controleur`.
    """
    return RunSQL(
        f"CREATE POLICY echantillon ON {table} FOR SELECT USING ("
        f"coalesce(current_setting('cepage.controleur', true), '') <> '' AND {condition});",
        f"DROP POLICY echantillon ON {table};",
    )


MEMBRE = "nullif(current_setting('cepage.membre', true), '')::bigint"
"""The member a transaction is narrowed to, in SQL; null when it is not."""


def restreindre_au_membre(table: str, condition: str) -> RunSQL:
    """Narrow `table`, on top of its emitter's scope, to what `condition` ties to the member under way, if any.

    The condition is SQL over the row and MEMBRE; a table it reads is itself narrowed, so it may rest on it.
    """
    visible = f"({MEMBRE} IS NULL OR {condition})"
    return RunSQL(
        f"CREATE POLICY membre ON {table} AS RESTRICTIVE USING {visible} WITH CHECK {visible};",
        f"DROP POLICY membre ON {table};",
    )


def suit(table: str, cle: str, vise: str) -> RunSQL:
    """Narrow `table` to the rows whose `cle` designates a row of `vise` that may be seen."""
    return restreindre_au_membre(table, f"EXISTS (SELECT 1 FROM {vise} vise WHERE vise.id = {table}.{cle})")


def reserver(table: str) -> RunSQL:
    """Force row-level security on `table` with no emitter's scope: it opens in the whole scope alone."""
    visible = "current_setting('cepage.emetteurs', true) = '*'"
    return RunSQL(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
        f"CREATE POLICY reserve ON {table} USING ({visible}) WITH CHECK ({visible});",
        f"DROP POLICY reserve ON {table};"
        f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;"
        f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    )
