"""What the contract answers to a search: anomaly codes, and the fields whose name or label holds the words."""

from itertools import islice

from django.http import HttpRequest
from django.urls import reverse

from cepage.echanges.contrat.catalogue import notices
from cepage.echanges.contrat.fiches import FICHES
from cepage.fondations.comptes.recherche.fournisseurs import LIMITE, Fournisseur, Trouvaille, inscrire
from cepage.fondations.socle.texte import contient_les_mots


def inscrire_le_contrat() -> None:
    """Let the contract answer searches."""
    inscrire(Fournisseur("Codes d'anomalie", "contrat.lire", 60, _codes))
    inscrire(Fournisseur("Champs du contrat d'échange", "contrat.lire", 65, _champs))


def _codes(request: HttpRequest, texte: str) -> list[Trouvaille]:
    notice = notices().get(texte.upper())
    if notice is None:
        return []
    return [Trouvaille(notice.code, reverse("contrat:code", args=[notice.code]), notice.message, exacte=True)]


def _champs(request: HttpRequest, texte: str) -> list[Trouvaille]:
    trouves = (
        (fiche, champ)
        for fiche in FICHES.values()
        for champ in fiche.champs
        if contient_les_mots(f"{champ.nom} {champ.nom.replace('_', ' ')} {champ.libelle}", texte)
    )
    return [
        Trouvaille(
            champ.libelle,
            f"{reverse('contrat:dictionnaire')}?fiche={fiche.nom}&texte={champ.nom}",
            f"{champ.nom}, fiche {fiche.nom}",
        )
        for fiche, champ in islice(trouves, LIMITE + 1)
    ]
