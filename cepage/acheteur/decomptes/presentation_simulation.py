"""How a simulation is written: its tables, its total, its rows as a file."""

from decimal import Decimal

from cepage.acheteur.decomptes.simulation import Simulation
from cepage.acheteur.marche.presentation import nom_du_lot, sigle
from cepage.fondations.socle.composants.tableau import Colonne, Tableau

COLONNES = (
    *("lot", "uo", "unites_avant", "payables_avant", "montant_avant_ht", "unites_apres", "payables_apres"),
    *("montant_apres_ht", "difference_ht", "dossiers_touches", "personnes_touchees"),
)


def tableau_des_lignes(fait: Simulation) -> Tableau:
    """Before, after and the difference, by lot and unit."""
    colonnes = [
        Colonne("lot", "Lot", valeur=lambda li: nom_du_lot(li.lot), entete=True),
        Colonne("uo", "Unité", valeur=lambda li: sigle(li.uo)),
        Colonne("avant_payables", "À payer avant", format="nombre", valeur=lambda li: li.avant.payables),
        Colonne("avant", "Montant HT avant", format="montant", valeur=lambda li: li.avant.montant_ht),
        Colonne("apres_payables", "À payer après", format="nombre", valeur=lambda li: li.apres.payables),
        Colonne("apres", "Montant HT après", format="montant", valeur=lambda li: li.apres.montant_ht),
        Colonne("difference_ht", "Écart HT", format="montant"),
        Colonne("dossiers", "Dossiers touchés", format="nombre"),
        Colonne("personnes", "Personnes", format="nombre"),
    ]
    return Tableau("Par lot et unité", colonnes, fait.lignes)


def tableau_des_touches(fait: Simulation) -> Tableau:
    """Who is touched, by lot."""
    colonnes = [
        Colonne("lot", "Lot", valeur=lambda t: nom_du_lot(t.lot), entete=True),
        Colonne("operateurs", "Opérateurs", valeur=lambda t: ", ".join(t.operateurs)),
        Colonne("dossiers", "Dossiers dont le montant change", format="nombre"),
        Colonne("personnes", "Personnes", format="nombre"),
    ]
    return Tableau("Qui est touché", colonnes, fait.touches)


def total(fait: Simulation) -> list[tuple[str, Decimal]]:
    """The foot of a simulation."""
    pied = [("Montant HT avant", fait.avant_ht), ("Montant HT après", fait.apres_ht)]
    if fait.variable_ht:
        pied.append(("dont part variable sur le recours", fait.variable_ht))
    return [*pied, ("Écart HT", fait.difference_ht)]


def rangees(fait: Simulation) -> list[tuple[object, ...]]:
    """The rows of the file, in the order of COLONNES."""
    return [
        (
            *(li.lot, li.uo, li.avant.faits, li.avant.payables, li.avant.montant_ht),
            *(li.apres.faits, li.apres.payables, li.apres.montant_ht, li.difference_ht, li.dossiers, li.personnes),
        )
        for li in fait.lignes
    ]
