from django.db import migrations

from cepage.fondations.socle.cloisonnement import cloisonner

TABLES = [
    "beneficiaire",
    "clederecherche",
    "fusion",
    "changementdestatut",
    "accesaudossier",
    "uniteoeuvre",
    "compteur",
    "interaction",
    "etape",
    "courriel",
    "noteconfidentielle",
    "piecejointe",
]


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0001_initial")]
    operations = [cloisonner(f"dossiers_{nom}") for nom in TABLES]
