"""Addresses of the whole site: each room brings its own."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

PIECES = (
    ("envois/", "cepage.echanges.reception.urls"),
    ("suivi/", "cepage.echanges.suivi.urls"),
    ("exploitation/", "cepage.echanges.exploitation.urls"),
    ("avis/", "cepage.echanges.canaux.avis.urls"),
    ("acces/", "cepage.echanges.canaux.acces.urls"),
    ("api/", "cepage.echanges.canaux.rest.urls"),
    ("saisie/", "cepage.echanges.canaux.saisie.urls"),
    ("soap/", "cepage.echanges.canaux.soap.urls"),
    ("registre/", "cepage.acheteur.registre.urls"),
    ("indicateurs/", "cepage.acheteur.indicateurs.urls"),
    ("controle/", "cepage.acheteur.controle.urls"),
    ("enquetes/", "cepage.acheteur.qualite.urls"),
    ("enquete/", "cepage.acheteur.qualite.urls_publiques"),
    ("marche/", "cepage.acheteur.marche.urls"),
    ("decomptes/", "cepage.acheteur.decomptes.urls"),
    ("penalites/", "cepage.acheteur.penalites.urls"),
    ("equipe/", "cepage.operateur.equipe.urls"),
    ("moyens/", "cepage.operateur.moyens.urls"),
    ("reversibilite/", "cepage.operateur.reversibilite.urls"),
    ("dossiers/", "cepage.operateur.dossiers.urls"),
    ("agenda/", "cepage.operateur.agenda.urls"),
    ("", "cepage.operateur.agenda.urls_flux"),
    ("contrat/", "cepage.echanges.contrat.urls"),
    ("journal/", "cepage.fondations.journal.urls"),
    ("reclamations/", "cepage.operateur.reclamations.urls"),
    ("livrables/", "cepage.operateur.livrables.urls"),
    ("", "cepage.operateur.livrables.urls_personne"),
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("cepage.fondations.comptes.urls")),
    *(path(prefixe, include(module)) for prefixe, module in PIECES if find_spec(module)),
]
