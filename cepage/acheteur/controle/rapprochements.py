"""The near-duplicates of a draw: its sampled livrables against all those of its frame, once, kept for who controls.

The text is that of the PDF received with the fiche. What has no text a machine can read is counted, not compared.
"""

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from cepage.acheteur.controle.models import Controle, Rapprochement, Tirage
from cepage.acheteur.controle.pieces import texte_du_fichier
from cepage.acheteur.controle.ressemblance import textes_proches
from cepage.acheteur.registre.models import TABLES
from cepage.echanges.reception import preuves
from cepage.fondations.regles import charger_marche
from cepage.fondations.socle.horloge import PARIS
from cepage.fondations.socle.portee import portee_totale

GENRES = ("ELP", "PP")
"""The livrables that are written: the mails of an UO2.2 are alike by nature."""
_SEPARATEUR = "|"


def rapprocher(tirage: Tirage, *, le: datetime) -> Rapprochement:
    """Compare the livrables of a draw and keep what was found; a draw compared once keeps its result."""
    with portee_totale():
        deja = Rapprochement.objects.filter(tirage=tirage).first()
        if deja is not None:
            return deja
        jour = le.astimezone(PARIS).date()
        seuil, longueur = _parametres(jour)
        textes, illisibles = _textes(tirage)
        tires = set(tirage.controles.values_list("numero_dossier", flat=True))
        vises = [cle for cle in textes if cle.partition(_SEPARATEUR)[2] in tires]
        paires = textes_proches(textes, vises, seuil=seuil, longueur=longueur)
        return Rapprochement.objects.create(
            tirage=tirage,
            emetteur=tirage.emetteur,
            le=le,
            seuil=f"{seuil:.2f}",
            textes=len(textes),
            illisibles=illisibles,
            paires=[
                {"genre": genre, "un": un, "autre": p.autre.partition(_SEPARATEUR)[2], "part": p.part}
                for p in paires
                for genre, _, un in [p.un.partition(_SEPARATEUR)]
            ],
        )


def rapprocher_les_nouveaux(le: datetime) -> int:
    """Compare the draws that were not yet; returns how many. Run every night."""
    with portee_totale():
        nouveaux = list(Tirage.objects.filter(rapprochement__isnull=True))
    for tirage in nouveaux:
        rapprocher(tirage, le=le)
    return len(nouveaux)


def textes_proches_du_dossier(controle: Controle) -> list[dict[str, Any]]:
    """For each near text: the kind of livrable, the number of the other file and the common share, nearest first."""
    with portee_totale():
        rapprochement = Rapprochement.objects.filter(tirage_id=controle.tirage_id).first()
    numero = controle.numero_dossier
    trouves = [
        {"genre": p["genre"], "numero": p["autre"] if p["un"] == numero else p["un"], "part": p["part"]}
        for p in (rapprochement.paires if rapprochement else [])
        if numero in (p["un"], p["autre"])
    ]
    return sorted(trouves, key=lambda t: (-t["part"], t["numero"]))


def _parametres(le: date) -> tuple[float, int]:
    regles = charger_marche("A")
    seuil = regles.decimal("controle.ressemblance.seuil", le=le)
    return float(seuil) / 100, regles.entier("controle.ressemblance.mots", le=le)


def _textes(tirage: Tirage) -> tuple[dict[str, str], int]:
    """« ELP|AB200301000100 » → text, for every livrable of the frame; how many could not be read."""
    numeros = list(tirage.base.values_list("numero_dossier", flat=True))
    versions: QuerySet[Any, Any] = TABLES["livrable"]._default_manager.all()
    recus = versions.filter(connu_de__isnull=False, connu_jusqu_a__isnull=True).exclude(nature="A")
    recus = recus.filter(numero_dossier__in=numeros, type_livrable__in=GENRES)
    textes: dict[str, str] = {}
    illisibles = 0
    for numero, genre, empreinte in recus.values_list("numero_dossier", "type_livrable", "empreinte_sha256"):
        texte = texte_du_fichier(empreinte) if empreinte and preuves.presente(empreinte) else None
        if texte is None:
            illisibles += 1
        else:
            textes[f"{genre}{_SEPARATEUR}{numero}"] = texte
    return textes, illisibles
