from django.db import migrations

from cepage.fondations.socle.cloisonnement import cloisonner


class Migration(migrations.Migration):
    dependencies = [("acces", "0003_certificat")]
    operations = [cloisonner("acces_certificat")]
