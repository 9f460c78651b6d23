"""Addresses for the person who signs from a link, and for anybody who verifies a document."""

from django.urls import path

from cepage.operateur.livrables.views import personne

urlpatterns = [
    path("signer/copie.pdf", personne.copie, name="signer_copie"),
    path("signer/<str:jeton>/", personne.signer, name="signer"),
    path("signer/<str:jeton>/document.pdf", personne.document, name="signer_document"),
    path("verifier/", personne.verifier, name="verifier"),
]
