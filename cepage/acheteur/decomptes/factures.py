"""The invoice of an accepted décompte: made from it, or deposited and checked against it, then followed."""

import hashlib
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction

from cepage.acheteur.decomptes.documents import blocs
from cepage.acheteur.decomptes.enums import Etat, EtatFacture, Origine
from cepage.acheteur.decomptes.facture_controle import FactureLue, FactureRefusee, extraire, juger
from cepage.acheteur.decomptes.facture_xml import Ajustement, Contenu, LigneFacturee, Partie, ecrire
from cepage.acheteur.decomptes.models import Coordonnees, Decompte, Facture
from cepage.acheteur.decomptes.selectors import postes, totaux
from cepage.acheteur.marche.presentation import nom_du_lot, sigle
from cepage.acheteur.marche.selectors import regles_du
from cepage.fondations.comptes.enums import Role
from cepage.fondations.regles.parametres import Regles
from cepage.fondations.socle import journal
from cepage.fondations.socle.pdf import Document, Fiche, Rubrique, produire
from cepage.fondations.socle.portee import portee_totale
from cepage.fondations.socle.transitions import TableTransitions, Transition, appliquer

_ACHETEUR = frozenset({Role.GESTIONNAIRE.value})
SUIVI = TableTransitions(
    (
        Transition(EtatFacture.RECUE, EtatFacture.VALIDEE, _ACHETEUR),
        Transition(EtatFacture.RECUE, EtatFacture.REJETEE, _ACHETEUR),
        Transition(EtatFacture.VALIDEE, EtatFacture.MISE_EN_PAIEMENT, _ACHETEUR),
        Transition(EtatFacture.MISE_EN_PAIEMENT, EtatFacture.PAYEE, _ACHETEUR),
    ),
    libelles=dict(EtatFacture.choices),
)


def contenu_de(decompte: Decompte, numero: str, *, emise_le: date) -> Contenu:
    """What the invoice of a décompte says. Raises FactureRefusee when the décompte cannot be invoiced."""
    if decompte.etat not in (Etat.ACCEPTE, Etat.FIGE):
        raise FactureRefusee(["Une facture se fait d'un décompte accepté : acceptez-le d'abord."])
    bilan = totaux(decompte)
    if bilan.net_ht <= 0:
        raise FactureRefusee(["Rien n'est à facturer : le net de ce décompte n'est pas positif."])
    coordonnees = Coordonnees.objects.filter(emetteur=decompte.emetteur).first()
    if coordonnees is None:
        raise FactureRefusee(["Il manque vos coordonnées de facturation : renseignez-les, puis recommencez."])
    regles = regles_du(decompte.periode.debut)
    lus = postes(decompte)
    corrections = sum((p.corrections_ht for p in lus), start=Decimal("0.00"))
    refactions = sum((p.refactions_ht for p in lus), start=Decimal("0.00"))
    ajustements = [
        Ajustement(abs(montant), motif, charge=montant > 0)
        for montant, motif in ((corrections, "Corrections de décomptes antérieurs"), (-refactions, "Réfactions"))
        if montant
    ]
    return Contenu(
        numero=numero,
        emise_le=emise_le,
        echeance=emise_le + timedelta(days=regles.entier("facture.delai_paiement", le=emise_le)),
        vendeur=coordonnees.partie,
        acheteur=acheteur(regles, emise_le),
        iban=coordonnees.iban,
        marche=regles.texte("marche.libelle", le=decompte.periode.debut),
        decompte=decompte.reference,
        debut=decompte.periode.debut,
        fin=decompte.periode.fin - timedelta(days=1),
        lignes=tuple(
            LigneFacturee(f"{sigle(p.uo)}, bon {p.commande}", p.unites_payables, p.prix_ht, p.commande or p.uo)
            for p in lus
            if p.prix_ht is not None and (p.unites_payables or len(lus) == 1)
        )
        or (LigneFacturee("Corrections du trimestre", 0, Decimal("0.00"), decompte.reference),),
        ajustements=tuple(ajustements),
        taux_tva=decompte.taux_tva,
        net_ht=bilan.net_ht,
        tva=bilan.tva,
        ttc=bilan.ttc,
    )


def acheteur(regles: Regles, le: date) -> Partie:
    """Who is invoiced, from the dated parameters."""
    return Partie(
        nom=regles.texte("facture.acheteur.nom", le=le),
        siren=regles.texte("facture.acheteur.siren", le=le),
        tva="",
        adresse=regles.texte("facture.acheteur.adresse", le=le),
        code_postal=regles.texte("facture.acheteur.code_postal", le=le),
        ville=regles.texte("facture.acheteur.ville", le=le),
    )


def generer(decompte: Decompte, numero: str, *, auteur: str, le: datetime) -> Facture:
    """Make the Factur-X of a décompte: PDF to read with the XML inside, checked before it is kept.

    Raises FactureRefusee.
    """
    contenu = contenu_de(decompte, numero, emise_le=le.date())
    xml = ecrire(contenu)
    lue = juger(xml)
    return _garder(decompte, lue, _pdf(decompte, contenu, xml, le), Origine.GENEREE, contenu.echeance, auteur, le)


def _pdf(decompte: Decompte, contenu: Contenu, xml: bytes, le: datetime) -> bytes:
    from facturx import generate_from_binary

    document = Document(
        titre=f"Facture {contenu.numero}",
        auteur=contenu.vendeur.nom,
        sous_titre=f"Décompte {decompte.reference}, lot {nom_du_lot(decompte.lot)}",
        entete=(contenu.vendeur.nom, f"SIREN {contenu.vendeur.siren}"),
        pied=f"Facture {contenu.numero}, à payer au plus tard le {contenu.echeance:%d/%m/%Y}",
        blocs=[
            Rubrique("Parties"),
            Fiche(
                [
                    ("De", _adresse(contenu.vendeur)),
                    ("À", _adresse(contenu.acheteur)),
                    ("Émise le", f"{contenu.emise_le:%d/%m/%Y}"),
                    ("À payer au plus tard le", f"{contenu.echeance:%d/%m/%Y}"),
                    ("Compte", contenu.iban or "—"),
                ]
            ),
            *blocs(decompte),
        ],
    )
    produit = generate_from_binary(
        produire(document, le=le), xml, flavor="factur-x", level="en16931", check_xsd=False, lang="fr-FR",
        pdf_metadata={
            "author": contenu.vendeur.nom,
            "keywords": "Factur-X, facture",
            "title": f"Facture {contenu.numero}",
            "subject": f"Décompte {decompte.reference}",
        },
    )  # fmt: skip
    return bytes(produit)


def _adresse(partie: Partie) -> str:
    return f"{partie.nom}, {partie.adresse}, {partie.code_postal} {partie.ville}"


def deposer(decompte: Decompte, octets: bytes, *, auteur: str, le: datetime) -> Facture:
    """Keep an operator's own Factur-X once it holds to the standard and to the décompte. Raises FactureRefusee."""
    lue = juger(extraire(octets))
    attendu = contenu_de(decompte, lue.numero, emise_le=le.date())
    defauts = [
        f"{nom} de la facture est de {vu:.2f} €, celui du décompte de {du:.2f} € : les deux doivent être égaux."
        for nom, vu, du in (
            ("Le total HT", lue.net_ht, attendu.net_ht),
            ("La TVA", lue.tva, attendu.tva),
            ("Le total TTC", lue.ttc, attendu.ttc),
        )
        if vu != du
    ]
    if lue.siren != attendu.vendeur.siren:
        defauts.append(f"La facture est émise par le SIREN {lue.siren or '(absent)'}, non par {attendu.vendeur.siren}.")
    if defauts:
        raise FactureRefusee(defauts)
    return _garder(decompte, lue, octets, Origine.DEPOSEE, attendu.echeance, auteur, le)


def _garder(
    decompte: Decompte, lue: FactureLue, octets: bytes, origine: str, echeance: date, auteur: str, le: datetime
) -> Facture:
    empreinte = hashlib.sha256(octets).hexdigest()
    with portee_totale():
        try:
            with transaction.atomic():
                facture = Facture.objects.create(
                    decompte=decompte,
                    emetteur=decompte.emetteur,
                    numero=lue.numero,
                    origine=origine,
                    recue_le=le,
                    echeance=echeance,
                    net_ht=lue.net_ht,
                    tva=lue.tva,
                    ttc=lue.ttc,
                    empreinte=empreinte,
                    fichier=octets,
                )
        except IntegrityError as erreur:
            raise FactureRefusee(
                ["Ce décompte a déjà sa facture, ou ce numéro a déjà servi : vérifiez-les avant de recommencer."]
            ) from erreur
        contenu = {"numero": lue.numero, "ttc": str(lue.ttc), "empreinte": empreinte, "auteur": auteur}
        journal.sceller("facture", decompte.reference, contenu, le=le, emetteur=decompte.emetteur)
    return facture


def suivre(
    facture: Facture, vers: str, *, roles: list[str], auteur: str, effet: date, saisi_le: datetime, motif: str = ""
) -> None:
    """Move an invoice towards its payment. Raises TransitionRefusee."""
    with portee_totale():
        appliquer(
            SUIVI,
            facture,
            vers,
            roles=roles,
            auteur=auteur,
            effet=effet,
            saisie=saisi_le,
            motif=motif,
            emetteur=facture.emetteur,
        )
