from django.db import migrations

from cepage.fondations.socle.cloisonnement import cloisonner

TABLES = ["courrielderendezvous", "sms", "fluxagenda"]


class Migration(migrations.Migration):
    dependencies = [("agenda", "0003_messages")]
    operations = [cloisonner(f"agenda_{nom}") for nom in TABLES]
