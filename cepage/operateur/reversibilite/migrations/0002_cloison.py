from django.db import migrations

from cepage.fondations.socle.cloisonnement import cloisonner

TABLES = ["planreversibilite", "etapereversibilite", "incident", "exportdossiers"]


class Migration(migrations.Migration):
    dependencies = [("reversibilite", "0001_initial")]
    operations = [cloisonner(f"reversibilite_{nom}") for nom in TABLES]
