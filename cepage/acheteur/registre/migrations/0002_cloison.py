from django.db import migrations

from cepage.fondations.socle.cloisonnement import ajout_seul, cloisonner

TABLES = [
    "beneficiaire",
    "unite_oeuvre",
    "interaction",
    "livrable",
    "reclamation",
    "implantation",
    "moyens_couts",
    "indicateur",
]


class Migration(migrations.Migration):
    dependencies = [("registre", "0001_initial")]
    operations = [
        operation
        for nom in TABLES
        for operation in (
            cloisonner(f"registre_{nom}"),
            ajout_seul(f"registre_{nom}", modifiables=("connu_jusqu_a",)),
        )
    ]
