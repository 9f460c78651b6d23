"""Addresses of the livrables, for professionals."""

from django.urls import path

from cepage.operateur.livrables.views import redaction, signature

app_name = "livrables"

urlpatterns = [
    path("", redaction.liste, name="liste"),
    path("commencer/<slug:numero>/", redaction.commencer, name="commencer"),
    path("<int:pk>/", redaction.livrable, name="livrable"),
    path("<int:pk>/enregistrer/", redaction.enregistrer, name="enregistrer"),
    path("<int:pk>/reprendre/", redaction.reprendre, name="reprendre"),
    path("<int:pk>/versions/", redaction.versions, name="versions"),
    path("<int:pk>/texte.<slug:format_>", redaction.exporter, name="exporter"),
    path("<int:pk>/signature/", signature.demander, name="demander"),
    path("<int:pk>/signature/sur-place/", signature.sur_place, name="sur_place"),
    path("<int:pk>/signature/rendre/", signature.rendre, name="rendre"),
    path("<int:pk>/signature/papier/", signature.papier, name="papier"),
    path("<int:pk>/signature/a-imprimer.pdf", signature.a_imprimer, name="a_imprimer"),
    path("<int:pk>/signature/annuler/", signature.annuler, name="annuler"),
    path("<int:pk>/signe.pdf", signature.signe, name="signe"),
    path("<int:pk>/preuve.pdf", signature.preuve, name="preuve"),
]
