from django.db import migrations

from cepage.fondations.socle.cloisonnement import ajout_seul, cloisonner


class Migration(migrations.Migration):
    """An operator's invoices and bank details are its own; of an invoice, only the state moves."""

    dependencies = [("decomptes", "0003_factures")]
    operations = [
        cloisonner("decomptes_coordonnees"),
        cloisonner("decomptes_facture"),
        ajout_seul("decomptes_facture", modifiables=("etat",)),
    ]
