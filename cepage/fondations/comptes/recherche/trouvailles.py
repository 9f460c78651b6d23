"""What every person may find: the pages their rights open, the words of the glossary; accounts, for who keeps them."""

from itertools import islice

from django.http import HttpRequest
from django.urls import reverse

from cepage.fondations.comptes.administration.selectors import comptes, filtrer
from cepage.fondations.comptes.contexte import navigation
from cepage.fondations.comptes.recherche.fournisseurs import LIMITE, Fournisseur, Trouvaille, inscrire
from cepage.fondations.socle import horloge
from cepage.fondations.socle.composants.lexique import termes
from cepage.fondations.socle.texte import cle_de_recherche, contient_les_mots


def inscrire_les_fournisseurs() -> None:
    """Let the foundations answer searches."""
    inscrire(Fournisseur("Comptes", "comptes.administrer", 40, _comptes))
    inscrire(Fournisseur("Pages", "", 80, _pages))
    inscrire(Fournisseur("Lexique", "", 90, _lexique))


def _pages(request: HttpRequest, texte: str) -> list[Trouvaille]:
    return [
        Trouvaille(entree.libelle, entree.chemin, entree.explication)
        for entree in navigation(request)
        if contient_les_mots(f"{entree.libelle} {entree.geste} {entree.explication}", texte)
    ]


def _lexique(request: HttpRequest, texte: str) -> list[Trouvaille]:
    """The terms that begin with what was typed, then those that hold its words."""
    debut = cle_de_recherche(texte)
    trouves = [(t, d) for t, d in termes().items() if contient_les_mots(t, texte)]
    trouves.sort(key=lambda paire: (not cle_de_recherche(paire[0]).startswith(debut), paire[0]))
    return [Trouvaille(terme, detail=definition) for terme, definition in islice(trouves, LIMITE + 1)]


def _comptes(request: HttpRequest, texte: str) -> list[Trouvaille]:
    le = horloge.aujourd_hui()
    trouves = filtrer(comptes(le), le=le, texte=texte)[: LIMITE + 1]
    return [
        Trouvaille(
            personne.nom_complet,
            reverse("administration:compte", args=[personne.pk]),
            f"{personne.email}, {personne.organisation}",
        )
        for personne in trouves
    ]
