from django.db import migrations

from cepage.fondations.socle.cloisonnement import cloisonner

TABLES = ["conseiller", "experience", "derogation", "evaluationcompetence", "actionformation"]


class Migration(migrations.Migration):
    dependencies = [("equipe", "0003_conseillers")]
    operations = [cloisonner(f"equipe_{nom}") for nom in TABLES]
