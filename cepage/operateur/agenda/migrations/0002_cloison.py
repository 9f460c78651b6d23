from django.db import migrations

from cepage.fondations.socle.cloisonnement import cloisonner

TABLES = ["site", "plage", "absence", "rendezvous", "participation", "attente"]


class Migration(migrations.Migration):
    dependencies = [("agenda", "0001_initial")]
    operations = [cloisonner(f"agenda_{nom}") for nom in TABLES]
