"""The décomptes: an accepted one with its remark and its invoice, for each operator."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from cepage.acheteur.decomptes import factures, services
from cepage.acheteur.decomptes.calcul import calculer
from cepage.acheteur.decomptes.enums import Etat as EtatDecompte
from cepage.acheteur.decomptes.models import Coordonnees
from cepage.acheteur.decomptes.trimestres import Trimestre
from cepage.acheteur.marche.models import Prix
from cepage.fondations.comptes.enums import Role
from cepage.fondations.socle.portee import portee_totale
from tests.acheteur.decomptes.test_decomptes_factures import COORDONNEES
from tests.matrice.objets import Cote, Etat, Piece, Requete, commun, objet

INSTANT = datetime(2022, 7, 5, 9, tzinfo=UTC)
SIMULATION = {
    "changement": "paiement.abandon_payable",
    "valeur": "oui",
    "debut": "2020-01-02",
    "depuis": "2020-02",
    "jusqu_a": "2020-12",
}


def _preparer(cote: Cote, dossier: Path) -> None:
    facturier, remarque = f"Facturier canari {cote.emetteur}", f"remarque-canari-{cote.emetteur}"
    numero = f"F-CANARI-{cote.emetteur}"
    with portee_totale():
        for uo in ("00", "01", "21", "22"):
            Prix.objects.create(lot=cote.lot, uo=uo, periode=("2020-01-02", None), prix_ht=Decimal("100.03"))
        calcule = calculer(cote.lot, Trimestre.lire("2020-T2"), maintenant=INSTANT)[0]
        acte = {"auteur": f"Auteur {cote.emetteur}", "effet": INSTANT.date(), "saisi_le": INSTANT}
        services.deplacer(calcule, EtatDecompte.PROPOSE, roles=[Role.GESTIONNAIRE], **acte)
        calcule.refresh_from_db()
        services.accepter(calcule, roles=[Role.DIRECTEUR_PROJET], **acte)
        calcule.refresh_from_db()
        services.remarquer(calcule, remarque, auteur="Auteur", organisation="Organisation", ecrite_le=INSTANT)
        Coordonnees.objects.create(emetteur=cote.emetteur, **COORDONNEES | {"nom": facturier})
        factures.generer(calcule, numero, auteur="Auteur", le=INSTANT)
    cote.objets["décompte"] = calcule.reference
    cote.canaris |= {calcule.reference, facturier, remarque, numero}


PIECE = Piece(
    "decomptes",
    rang=60,
    preparer=_preparer,
    arguments={
        "reference": objet("décompte", manquant="2099-T1-Lot08-AB"),
        "numero": objet("dossier", manquant="AB209901999999"),
        "extension": commun("ods", manquant="exe"),
    },
    requetes={"decomptes:exporter_simulation": Requete(lambda cote: SIMULATION)},
    etats=[
        Etat("decomptes:simuler", "résultat", SIMULATION),
        Etat("decomptes:simuler", "mois inversés", {**SIMULATION, "jusqu_a": "2019-01"}),
        Etat("decomptes:liste", "rien ne répond", {"etat": "fige"}),
        Etat("decomptes:lignes", "rien ne répond", {"motif": "hors_delai"}),
        Etat("decomptes:calculer", "formulaire vide", donnees={}),
        Etat("decomptes:coordonnees", "formulaire vide", donnees={}),
        Etat("decomptes:remarquer", "sans texte", donnees={}),
        Etat("decomptes:deposer", "sans numéro", donnees={}),
    ],
)
