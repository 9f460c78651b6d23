"""The same valid course for either operator: only what names them differs."""

import json

from tests.echanges.reception import fabrique
from tests.matrice.objets import Cote

LIEUX = {"AB": ("44000", "Nantes"), "CD": ("69001", "Lyon")}


def parcours_de(cote: Cote) -> fabrique.Envoi:
    """The course of `fabrique.parcours`, of this operator's lot and person; the names are canaries."""
    texte = json.dumps(fabrique.parcours())
    code_postal, commune = LIEUX[cote.emetteur]
    nom = f"Canarinom{cote.emetteur}"
    for avant, apres in {
        '"AB20': f'"{cote.emetteur}20',
        "Lot08": f"Lot{cote.lot}",
        '"lot": "08"': f'"lot": "{cote.lot}"',
        '"44000"': f'"{code_postal}"',
        '"Nantes"': f'"{commune}"',
        "Le Goff": nom,
        "Anne-Sophie": f"Canariprenom{cote.emetteur}",
        "anne.legoff": f"canari.{cote.emetteur}".lower(),
    }.items():
        texte = texte.replace(avant, apres)
    envoi: fabrique.Envoi = json.loads(texte)
    cote.canaris |= {nom, f"Canariprenom{cote.emetteur}", f"canari.{cote.emetteur}".lower()}
    return envoi
