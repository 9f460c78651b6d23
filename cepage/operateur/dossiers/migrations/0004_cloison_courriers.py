from django.db import migrations

from cepage.fondations.socle.cloisonnement import cloisonner


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0003_courriers")]
    operations = [cloisonner("dossiers_courrielsortant"), cloisonner("dossiers_courrielrecu")]
