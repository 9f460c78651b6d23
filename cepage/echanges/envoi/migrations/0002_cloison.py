from django.db import migrations

from cepage.fondations.socle.cloisonnement import cloisonner

TABLES = ["envoisortant", "fichesortante", "retour"]


class Migration(migrations.Migration):
    dependencies = [("envoi", "0001_initial")]
    operations = [cloisonner(f"envoi_{nom}") for nom in TABLES]
