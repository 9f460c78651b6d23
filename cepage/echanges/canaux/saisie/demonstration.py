"""What the fictitious operator has begun to type: two drafts, one to mend."""

from datetime import timedelta

from cepage.echanges.canaux.saisie import services
from cepage.echanges.canaux.saisie.models import FicheSaisie
from cepage.fondations.comptes.demonstration import adresse
from cepage.fondations.comptes.enums import Role
from cepage.fondations.comptes.models import Personne
from cepage.fondations.socle import horloge
from cepage.fondations.socle.portee import portee_emetteurs

_PERSONNE = {
    "identifiant_beneficiaire": "SAISIE-1",
    "nom_naissance": "Kerbrat",
    "prenom": "Maïwenn",
    "date_naissance": "1988-04-17",
    "statut": "CDI",
    "email": "maiwenn.kerbrat@example.com",
    "adresse_code_postal": "99440",
}


def peupler(emetteur: str, lot: str) -> None:
    """A person whose postcode is wrong, and her orientation half typed. Done once."""
    a = horloge.maintenant()
    par = services.Auteur(Personne.objects.get(email=adresse(Role.CONSEILLER)), frozenset({Role.CONSEILLER}))
    veille = (a - timedelta(days=4)).date().isoformat()
    unite = {"identifiant_beneficiaire": "SAISIE-1", "uo": "00", "date_engagement": veille, "date_cloture": veille}
    with portee_emetteurs([emetteur]):
        if FicheSaisie.objects.exists():
            return
        for sorte, contenu in (("beneficiaire", _PERSONNE), ("unite_oeuvre", unite)):
            vierge = services.commencer(emetteur, lot, sorte, par=par, a=a)
            fiche = services.enregistrer(vierge, contenu, version=0, par=par, a=a)
            services.verifier(fiche, a=a)
