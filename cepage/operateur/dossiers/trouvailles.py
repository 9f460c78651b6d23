"""What the dossiers answer to a search: people, by name, birth date, phone, identifier or dossier number."""

from django.http import HttpRequest
from django.urls import reverse

from cepage.fondations.comptes.recherche.fournisseurs import LIMITE, Fournisseur, Trouvaille, inscrire
from cepage.fondations.socle import formats
from cepage.operateur.dossiers.selectors.recherche import chercher, comprendre
from cepage.operateur.dossiers.selectors.regard import regard


def inscrire_les_dossiers() -> None:
    """Let the dossiers answer searches."""
    inscrire(Fournisseur("Personnes", "dossiers.lire", 10, _personnes))


def _personnes(request: HttpRequest, texte: str) -> list[Trouvaille]:
    demande = comprendre(texte)
    trouvees = chercher(regard(request), demande).personnes[: LIMITE + 1]
    return [
        Trouvaille(
            personne.nom_complet,
            reverse("dossiers:dossier", args=[personne.pk]),
            f"{formats.jour_court(personne.date_naissance)}, {personne.adresse_commune or 'commune inconnue'} "
            f"({personne.identifiant_beneficiaire})",
            exacte=bool(demande.numero or demande.identifiant),
        )
        for personne in trouvees
    ]
