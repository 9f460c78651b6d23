from django.db import migrations

from cepage.fondations.socle.cloisonnement import cloisonner


class Migration(migrations.Migration):
    dependencies = [("acces", "0001_initial")]
    operations = [
        cloisonner("acces_cle"),
        cloisonner("acces_secret"),
        # Counts of a minute: losing them in a crash is nothing, writing them to the log at each request is dear.
        migrations.RunSQL("ALTER TABLE acces_cadence SET UNLOGGED", "ALTER TABLE acces_cadence SET LOGGED"),
    ]
