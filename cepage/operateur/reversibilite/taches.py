"""The making of an archive, run by the worker."""

from procrastinate.contrib.django import app

from cepage.fondations.socle import horloge
from cepage.operateur.reversibilite.services import dossier


@app.task(name="reversibilite.preparer_l_export", queue="exports")
def preparer_l_export(export: int, emetteur: str) -> None:
    """Make one archive."""
    dossier.preparer(export, emetteur, a=horloge.maintenant())
