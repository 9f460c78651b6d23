"""Which role touches the database: the owner migrates, the application role reads and writes."""


class Routeur:
    """Migrations run on the owner's connection only; everything else on the application's."""

    def allow_migrate(self, db: str, app_label: str, **indices: object) -> bool:
        """True on the owner's alias alone."""
        return db == "proprietaire"
