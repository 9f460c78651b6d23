"""How the pages of the décomptes write what they show."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from cepage.acheteur.decomptes.enums import REMEDES, Motif, Nature
from cepage.acheteur.decomptes.models import Decompte, Ligne, LignePenalite, Poste
from cepage.acheteur.decomptes.selectors import Raison, Totaux
from cepage.acheteur.marche.presentation import sigle
from cepage.fondations.socle.composants.tableau import Colonne, Tableau


def tableau_des_postes(decompte: Decompte, postes: Sequence[Poste]) -> Tableau:
    """The posts; each count leads to its lines, each order to its page."""

    def lignes(poste: Poste) -> str | None:
        if not poste.unites_closes:
            return None
        parametres = urlencode({"uo": poste.uo, "commande": poste.commande})
        return f"{reverse('decomptes:lignes', args=[decompte.reference])}?{parametres}"

    colonnes = [
        Colonne("uo", "Unité", valeur=lambda p: sigle(p.uo), entete=True),
        Colonne(
            "commande",
            "Bon de commande",
            lien=lambda p: reverse("marche:bon", args=[p.commande]) if p.commande else None,
        ),
        Colonne("unites_closes", "Closes", format="nombre", lien=lignes),
        Colonne("unites_payables", "À payer", format="nombre", lien=lignes),
        Colonne("prix_ht", "Prix HT", format="montant"),
        Colonne("montant_ht", "Montant HT", format="montant"),
        Colonne("corrections_ht", "Corrections HT", format="montant"),
        Colonne("refactions_ht", "Réfactions HT", format="montant"),
        Colonne("net_ht", "Net HT", format="montant"),
    ]
    return Tableau("Par unité, bon de commande et prix", colonnes, postes)


def tableau_des_raisons(decompte: Decompte, raisons: Sequence[Raison]) -> Tableau:
    """Why units are paid or not; each count leads to its lines."""

    def lignes(raison: Raison) -> str:
        parametres = urlencode({"nature": raison.nature, "motif": raison.motif})
        return f"{reverse('decomptes:lignes', args=[decompte.reference])}?{parametres}"

    colonnes = [
        Colonne("motif", "Raison", valeur=lambda r: Motif(r.motif).label, entete=True),
        Colonne("nature", "Nature", valeur=lambda r: Nature(r.nature).label),
        Colonne("nombre", "Lignes", format="nombre", lien=lignes),
        Colonne("montant", "Montant HT", format="montant"),
        Colonne("remede", "Ce qu'elles attendent", valeur=lambda r: REMEDES.get(r.motif)),
    ]
    return Tableau("Ce qui est payé, ce qui ne l'est pas, et pourquoi", colonnes, raisons)


def tableau_des_lignes(lignes: Sequence[Ligne], ouvrir: bool, *, avec_decompte: bool = False) -> Tableau:
    """Lines; with `ouvrir`, each leads to its dossier and to the version of its fiche."""

    def dossier(ligne: Ligne) -> str | None:
        return reverse("registre:dossier", args=[ligne.numero_dossier]) if ouvrir else None

    colonnes = [
        Colonne("numero_dossier", "Dossier", lien=dossier, entete=True),
        Colonne(
            "version",
            "Version de la fiche",
            lien=lambda ligne: f"{adresse}#version-{ligne.version}" if (adresse := dossier(ligne)) else None,
        ),
        Colonne("date_fait", "Close le", format="jour"),
        Colonne("nature", "Nature", valeur=lambda ligne: Nature(ligne.nature).label),
        Colonne("motif", "Raison", valeur=lambda ligne: Motif(ligne.motif).label),
        Colonne("prix_ht", "Prix HT", format="montant"),
        Colonne("montant_ht", "Montant HT", format="montant"),
    ]
    if avec_decompte:
        lien = Colonne(
            "decompte",
            "Décompte",
            valeur=lambda ligne: ligne.decompte.reference,
            lien=lambda ligne: reverse("decomptes:decompte", args=[ligne.decompte.reference]),
        )
        colonnes.insert(0, lien)
    return Tableau("Lignes du décompte", colonnes, lignes)


def tableau_des_penalites(lignes: Sequence[LignePenalite], ouvrir: bool) -> Tableau:
    """The pénalités held back; with `ouvrir`, each leads to its page."""
    colonnes = [
        Colonne(
            "penalite",
            "Pénalité",
            lien=lambda ligne: reverse("penalites:penalite", args=[ligne.penalite]) if ouvrir else None,
            entete=True,
        ),
        Colonne("libelle", "Manquement et calcul"),
        Colonne("montant", "Montant", format="montant"),
    ]
    return Tableau("Pénalités retenues, hors TVA", colonnes, lignes)


def total(bilan: Totaux) -> list[tuple[str, Decimal]]:
    """The foot of a décompte, line by line; what is to be paid differs from the total when a pénalité is held back."""
    pied = [
        ("Montant HT des unités", bilan.montant_ht),
        ("Corrections HT des décomptes figés", bilan.corrections_ht),
        ("Réfactions HT", -bilan.refactions_ht),
        ("Net HT", bilan.net_ht),
        (f"TVA à {bilan.taux_tva.normalize():f} %".replace(".", ","), bilan.tva),
        ("Total TTC", bilan.ttc),
    ]
    if bilan.penalites:
        reste = "À payer" if bilan.a_payer >= 0 else "À reverser par l'opérateur"
        pied += [("Pénalités, hors TVA", -bilan.penalites), (reste, abs(bilan.a_payer))]
    return pied


def colonnes_ods(postes: Sequence[Poste]) -> list[list[Any]]:
    """The posts as rows of a spreadsheet, header first."""
    noms = [
        *("uo", "commande", "unites_closes", "unites_payables", "prix_ht", "montant_ht"),
        *("corrections_ht", "refactions_ht", "net_ht"),
    ]
    return [noms, *([getattr(poste, nom) for nom in noms] for poste in postes)]
