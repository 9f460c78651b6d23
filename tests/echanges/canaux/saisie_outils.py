"""What the tests of the online entry share: a person at the keyboard, filling screens from fiches of the kit."""

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from cepage.echanges.canaux.saisie.models import FicheSaisie
from cepage.fondations.comptes.models import Personne
from cepage.fondations.socle.portee import portee_emetteurs
from tests.echanges.reception.fabrique import PIECES
from tests.personnes import entrer

AUTOMATIQUES = ("nature", "horodatage", "lot", "empreinte_sha256", "nom_fichier")


def a_l_ecran(sorte: str, fiche: Mapping[str, str]) -> dict[str, Any]:
    """The fiche as a browser sends its screen: one value a box."""
    envoi: dict[str, Any] = {n: v.split("|") for n, v in fiche.items() if n not in AUTOMATIQUES}
    if "autoprescription" in fiche:
        prestations = fiche["prestations_complementaires"].split("|")
        paires = zip(prestations, fiche["autoprescription"].split("|"), strict=True)
        envoi["autoprescription"] = [p for p, oui in paires if oui == "O"]
    if sorte == "livrable" and fiche.get("nature") != "A":
        envoi["fichier"] = SimpleUploadedFile(fiche["nom_fichier"], PIECES[fiche["nom_fichier"]])
    return envoi


class Clavier:
    """Someone logged in, who types for lot 08 unless told otherwise."""

    def __init__(self, personne: Personne, lot: str = "08") -> None:
        self.client: Client = entrer(personne)
        self.lot = lot
        self.emetteur = str(personne.organisation.code_emetteur)

    def saisir(self, sorte: str, fiche: Mapping[str, str], geste: str = "lister") -> HttpResponse:
        """Fill a new screen and press a button; the page that follows."""
        donnees = a_l_ecran(sorte, fiche) | {"geste": geste, "lot": self.lot, "version": "0"}
        return self._poster(reverse("saisie:nouvelle", args=[sorte]), donnees)

    def reprendre(
        self, fiche: FicheSaisie, saisi: Mapping[str, str], geste: str = "lister", **plus: str
    ) -> HttpResponse:
        """Change what is on the screen of a fiche and press a button."""
        contenu = {**fiche.contenu, **saisi}
        if fiche.fiche == "livrable":
            contenu = {**contenu, "nature": "A"}
        donnees = a_l_ecran(fiche.fiche, contenu) | {"geste": geste, "lot": fiche.lot, "version": str(fiche.version)}
        return self._poster(reverse("saisie:fiche", args=[fiche.pk]), donnees)

    def envoyer(self, geste: str = "envoyer") -> HttpResponse:
        """Press a button of the sending page."""
        return self._poster(reverse("saisie:envoyer"), {"geste": geste, "lot": self.lot})

    def lire(self, route: str, *args: object) -> HttpResponse:
        """Open a page."""
        reponse: HttpResponse = self.client.get(reverse(route, args=args), follow=True)  # type: ignore[assignment]
        return reponse

    def fiches(self, **filtre: object) -> list[FicheSaisie]:
        """What is kept of this operator."""
        with portee_emetteurs([self.emetteur]):
            return list(FicheSaisie.objects.filter(**filtre).select_related("envoi", "modifie_par"))

    def _poster(self, adresse: str, donnees: dict[str, Any]) -> HttpResponse:
        reponse: HttpResponse = self.client.post(adresse, donnees, follow=True)  # type: ignore[assignment]
        return reponse
