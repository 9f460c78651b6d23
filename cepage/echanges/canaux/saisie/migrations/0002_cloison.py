from django.db import migrations

from cepage.fondations.socle.cloisonnement import cloisonner


class Migration(migrations.Migration):
    dependencies = [("saisie", "0001_initial")]
    operations = [cloisonner("saisie_envoisaisi"), cloisonner("saisie_fichesaisie")]
