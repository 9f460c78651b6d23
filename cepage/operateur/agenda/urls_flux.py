"""The address that a calendar software reads; its secret names nobody."""

from django.urls import path

from cepage.operateur.agenda.views import flux

urlpatterns = [path("agenda-prive/<str:secret>.ics", flux.lecture, name="agenda_flux")]
