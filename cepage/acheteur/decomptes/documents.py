"""A décompte as files: PDF to read and keep, ODS to compute with."""

from datetime import datetime

from cepage.acheteur.decomptes.enums import Motif, Nature
from cepage.acheteur.decomptes.models import Decompte
from cepage.acheteur.decomptes.presentation import colonnes_ods, total
from cepage.acheteur.decomptes.selectors import lignes, penalites, postes, raisons, totaux
from cepage.acheteur.marche.presentation import nom_du_lot, sigle
from cepage.fondations.socle import formats
from cepage.fondations.socle.pdf import Bloc, Document, Fiche, Paragraphe, Rubrique, Tableau, produire
from cepage.fondations.socle.tableur import classeur

LIGNES_MAX = 100_000
"""Beyond, the lines of a spreadsheet are left out: the JSON of the command gives them all."""


def pdf(decompte: Decompte, *, le: datetime) -> bytes:
    """The décompte as an accessible, archivable PDF."""
    return produire(document(decompte), le=le)


def document(decompte: Decompte) -> Document:
    """What the PDF says: the posts, the foot, and why units are not paid."""
    return Document(
        titre=f"Décompte {decompte.reference}",
        auteur="France compétences",
        sous_titre=f"Lot {nom_du_lot(decompte.lot)}, {decompte.periode.en_mots}",
        entete=("Conseil en évolution professionnelle", f"Titulaire {decompte.emetteur}"),
        pied=f"Décompte {decompte.reference}, {decompte.get_etat_display().lower()}",
        blocs=blocs(decompte),
    )


def blocs(decompte: Decompte) -> list[Bloc]:
    """The body of the document."""
    bilan = totaux(decompte)
    return [
        Fiche(
            [
                ("État", decompte.get_etat_display()),
                ("Calculé", formats.instant(decompte.calcule_le)),
                ("Règles appliquées", f"empreinte {decompte.regles[:16]}"),
            ]
        ),
        Rubrique("Ce qui est dû"),
        Tableau(
            "Par unité, bon de commande et prix",
            ("Unité", "Bon de commande", "Closes", "À payer", "Prix HT", "Montant HT", "Réfactions", "Net HT"),
            [
                (
                    sigle(p.uo),
                    p.commande or "—",
                    formats.nombre(p.unites_closes),
                    formats.nombre(p.unites_payables),
                    "—" if p.prix_ht is None else formats.montant(p.prix_ht),
                    formats.montant(p.montant_ht + p.corrections_ht),
                    formats.montant(p.refactions_ht),
                    formats.montant(p.net_ht),
                )
                for p in postes(decompte)
            ],
            alignements=("gauche", "gauche", "droite", "droite", "droite", "droite", "droite", "droite"),
            largeurs=(0, 1, 0, 0, 0, 0, 0, 0),
        ),
        Fiche([(libelle, formats.montant(montant)) for libelle, montant in total(bilan)]),
        *_penalites(decompte),
        Rubrique("Pourquoi"),
        Tableau(
            "Lignes par raison",
            ("Raison", "Nature", "Lignes", "Montant HT"),
            [
                (
                    Motif(r.motif).label,
                    Nature(r.nature).label,
                    formats.nombre(r.nombre),
                    formats.montant(r.montant),
                )
                for r in raisons(decompte)
            ]
            or [("Aucune unité close ce trimestre", "—", "0", formats.montant(0))],
            alignements=("gauche", "gauche", "droite", "droite"),
        ),
        Paragraphe(
            "Le prix est celui du jour de la clôture, révision comprise, arrondi au centime ; le demi-centime monte. "
            "Une unité n'est payée qu'une fois ; une correction vient au décompte suivant."
        ),
    ]


def _penalites(decompte: Decompte) -> list[Bloc]:
    retenues = penalites(decompte)
    if not retenues:
        return []
    return [
        Tableau(
            "Pénalités retenues, hors TVA",
            ("Pénalité", "Manquement et calcul", "Montant"),
            [(ligne.penalite, ligne.libelle, formats.montant(ligne.montant)) for ligne in retenues],
            alignements=("gauche", "gauche", "droite"),
            largeurs=(0, 1, 0),
        )
    ]


def ods(decompte: Decompte) -> bytes:
    """The posts on one sheet, the lines on another."""
    feuilles: dict[str, list[list[object]]] = {"Postes": colonnes_ods(postes(decompte))}
    if retenues := penalites(decompte):
        rangees: list[list[object]] = [[ligne.penalite, ligne.libelle, ligne.montant] for ligne in retenues]
        feuilles["Pénalités"] = [["penalite", "libelle", "montant"], *rangees]
    lues = lignes(decompte).order_by("acte", "id")
    if lues.count() <= LIGNES_MAX:
        noms = ("numero_dossier", "version", "uo", "commande", "date_fait", "nature", "motif", "prix_ht", "montant_ht")
        feuilles["Lignes"] = [list(noms), *([getattr(ligne, nom) for nom in noms] for ligne in lues)]
    return classeur(feuilles)
