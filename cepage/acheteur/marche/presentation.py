"""How the market's pages write what they show: names of lots and units, tables."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.urls import reverse

from cepage.acheteur.marche.models import Commande, Titulaire
from cepage.acheteur.marche.selectors import LigneDePrix
from cepage.fondations.referentiels import nomenclatures
from cepage.fondations.socle.composants.tableau import Colonne, Tableau

SIGLES = {"00": "UO0", "01": "UO1", "21": "UO2.1", "22": "UO2.2"}


def nom_du_lot(lot: str) -> str:
    """« 08 Pays de la Loire »."""
    try:
        return f"{lot} {nomenclatures.libelle('lot', lot)}"
    except KeyError:
        return lot


def sigle(uo: str) -> str:
    """« UO2.1 », as people say it; the code itself for another market's unit."""
    return SIGLES.get(uo, uo)


def tableau_des_titulaires(lignes: Sequence[Titulaire], le: date, *, avec_lot: bool = True) -> Tableau:
    """Holders with their period and whether they hold the lot on the day `le`."""
    colonnes = [
        Colonne("nom", "Titulaire", entete=not avec_lot),
        Colonne("operateur", "Code"),
        Colonne("debut", "Depuis", format="jour"),
        Colonne("fin", "Jusqu'au", format="jour"),
        Colonne("etat", "État", valeur=lambda t: _etat(t, le)),
    ]
    if avec_lot:
        lien = Colonne(
            "lot",
            "Lot",
            valeur=lambda t: nom_du_lot(t.lot),
            lien=lambda t: reverse("marche:lot", args=[t.lot]),
            entete=True,
        )
        colonnes.insert(0, lien)
    return Tableau("Lots et titulaires" if avec_lot else "Titulaires du lot", colonnes, lignes)


def _etat(titulaire: Titulaire, le: date) -> str:
    if titulaire.debut > le:
        return "◷ à venir"
    return "✓ en cours" if titulaire.fin is None or titulaire.fin >= le else "– terminé"


def tableau_des_prix(lignes: Sequence[LigneDePrix], le: date) -> Tableau:
    """The prices of a lot, cut at each revision."""
    colonnes = [
        Colonne("uo", "Unité", valeur=lambda p: sigle(p.uo), entete=True),
        Colonne("debut", "Du", format="jour"),
        Colonne("fin", "Au", format="jour", valeur=lambda p: p.fin - timedelta(days=1) if p.fin else None),
        Colonne("prix_ht", "Prix HT de l'offre", format="montant"),
        Colonne("coefficient", "Coefficient", valeur=lambda p: f"{p.coefficient:f}".replace(".", ",")),
        Colonne("indice", "Indice"),
        Colonne("revise", "Prix HT payé", format="montant"),
    ]
    return Tableau("Prix du lot, révisions comprises", colonnes, lignes)


def tableau_des_unites(lignes: Sequence[Any], bon: Commande, ouvrir: bool) -> Tableau:
    """The units of an order; `ouvrir`: each number leads to its dossier."""

    def lien(unite: Any) -> str | None:
        return reverse("registre:dossier", args=[unite.numero_dossier]) if ouvrir else None

    colonnes = [
        Colonne("reference_bon_commande", "Référence", entete=True),
        Colonne("numero_dossier", "Dossier", lien=lien),
        Colonne("date_engagement", "Engagée le", format="jour"),
        Colonne("date_cloture", "Close le", format="jour", valeur=lambda u: u.date_cloture),
        Colonne(
            "motif_cloture",
            "Motif de clôture",
            valeur=lambda u: nomenclatures.libelle("motif_cloture", u.motif_cloture) if u.motif_cloture else None,
        ),
    ]
    return Tableau(f"Unités du bon {bon.reference}", colonnes, lignes)
