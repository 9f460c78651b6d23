from django.db import migrations

from cepage.fondations.socle.cloisonnement import reserver

TABLES = ("qualite_enquete", "qualite_reponse", "qualite_refus", "qualite_resultatimporte")


class Migration(migrations.Migration):
    """No operator sees an invitation nor an answer: these tables open in the whole scope alone."""

    dependencies = [("qualite", "0001_initial")]
    operations = [reserver(table) for table in TABLES]
