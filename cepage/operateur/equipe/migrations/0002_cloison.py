from django.db import migrations

from cepage.fondations.socle.cloisonnement import cloisonner


class Migration(migrations.Migration):
    dependencies = [("equipe", "0001_initial")]
    operations = [cloisonner(f"equipe_{nom}") for nom in ("membre", "rattachement")]
