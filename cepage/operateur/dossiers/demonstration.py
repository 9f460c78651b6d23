"""The dossiers of the fictitious operator, made through the same services as anybody's."""

from datetime import UTC, date, datetime, time, timedelta

from cepage.echanges.envoi.services import construire, transmettre
from cepage.echanges.envoi.transports import transport
from cepage.echanges.reception.contexte import registre
from cepage.fondations.comptes.demonstration import adresse
from cepage.fondations.comptes.enums import Role
from cepage.fondations.comptes.models import Organisation, Personne
from cepage.fondations.comptes.services import attribuer, ouvrir_compte
from cepage.fondations.referentiels import territoires
from cepage.fondations.socle.portee import fixer_emetteurs, portee_emetteurs, portee_totale
from cepage.operateur.dossiers.models import Beneficiaire, UniteOeuvre
from cepage.operateur.dossiers.services import (
    Acteur,
    Engagement,
    clore_par_signature,
    creer_beneficiaire,
    engager_uo,
)
from cepage.operateur.dossiers.services.numerotation import cle_de_commande, cle_de_dossier, reprendre
from cepage.operateur.dossiers.services.suivi import consigner_interaction

COLLEGUES = (("Nadia", "Roussel"), ("Hugo", "Perrin"))
DEJA_NUMEROTES = 500_000
"""Dossiers of a month that the fictitious set may have numbered already."""
_NOMS = (
    *("Aubert", "Blanchard", "Cordier", "Delmas", "Esnault", "Ferrand", "Guillou", "Hamon", "Imbert", "Jacquet"),
    *("Kerdoncuff", "Lemoine", "Morvan", "Nicolas", "Orhan", "Picard", "Quéméner", "Rivière", "Sauvage", "Tanguy"),
)
_PRENOMS = (
    *("Aïcha", "Bruno", "Céline", "Damien", "Élodie", "Fabrice", "Gaëlle", "Hervé", "Inès", "Joël"),
    *("Karine", "Loïc", "Mélanie", "Noël", "Odile", "Pascal", "Rachel", "Sylvain", "Tiphaine", "Yves"),
)
_PROFESSIONS = ("Aide-soignante", "Comptable", "Vendeur", "Cariste", "Assistante commerciale")


def peupler(emetteur: str, lot: str, le: date) -> None:
    """Twenty people in the state of their course on `le`, sent but for the acts of the day. Done once."""
    with portee_emetteurs([emetteur]):
        if Beneficiaire.objects.exists():
            return
    conseillers = _conseillers(emetteur)
    with portee_totale():
        sites = sorted(registre().implantations(lot)) or ["S1"]
    with portee_emetteurs([emetteur]):
        _reprendre_les_compteurs(emetteur, lot, le)
        for rang in range(len(_NOMS)):
            # Asking the exchange point widens the scope, then gives it back.
            fixer_emetteurs([emetteur])
            _parcours(rang, emetteur, lot, le, conseillers[rang % len(conseillers)], sites)
    soir = _instant(le - timedelta(days=1), 20)
    construire(emetteur, lot, le=soir)
    transmettre(emetteur, lot, le=soir)
    with portee_emetteurs([emetteur]):
        _actes_du_jour(emetteur, lot, le, conseillers[0], sites)


def _conseillers(emetteur: str) -> list[Personne]:
    organisation = Organisation.objects.get(code_emetteur=emetteur)
    tenus = [Personne.objects.get(email=adresse(Role.CONSEILLER))]
    for prenom, nom in COLLEGUES:
        courriel = f"{prenom}.{nom}@demo.cepage.test".lower()
        collegue = Personne.objects.filter(email=courriel).first()
        if collegue is None:
            collegue = ouvrir_compte(
                email=courriel, prenom=prenom, nom=nom, organisation=organisation, demonstration=True
            )
            attribuer(collegue, Role.CONSEILLER, debut=date(2020, 1, 2))
        tenus.append(collegue)
    return tenus


def _reprendre_les_compteurs(emetteur: str, lot: str, le: date) -> None:
    """Start after what the fictitious set numbered: its orders are held as full, its months as begun."""
    for commande in transport().commandes(lot):
        if not commande.reference.endswith("-99"):
            reprendre(emetteur, cle_de_commande(commande.reference), commande.volume)
    for mois in range(12):
        jour = le - timedelta(days=30 * mois)
        for uo in ("00", "01", "21", "22"):
            reprendre(emetteur, cle_de_dossier(jour, uo), DEJA_NUMEROTES)


def _instant(jour: date, heure: int = 9) -> datetime:
    return datetime.combine(jour, time(heure), UTC)


def _valeurs(rang: int, lot: str, sites: list[str]) -> dict[str, object]:
    communes = [c for c in territoires.communes() if c.region in territoires.regions_du_lot(lot) and c.codes_postaux]
    commune = max(communes, key=lambda c: c.population or 0)
    return {
        "nom_naissance": _NOMS[rang],
        "prenom": _PRENOMS[rang],
        "sexe": "F" if rang % 2 == 0 else "M",
        "date_naissance": date(1968 + rang, 1 + rang % 12, 1 + rang),
        "adresse_numero_voie": str(rang + 1),
        "adresse_type_voie": "RUE",
        "adresse_nom_voie": "des Tilleuls",
        "adresse_commune": commune.nom,
        "adresse_code_postal": commune.codes_postaux[0],
        "structure": sites[rang % len(sites)],
        "niveau_formation": str(3 + rang % 4),
        "secteur_activite": "Q",
        "taille_entreprise": "10-49",
        "categorie_sociale": "5",
        "libelle_secteur": "Services",
        "libelle_profession": _PROFESSIONS[rang % len(_PROFESSIONS)],
        "statut": ["CDI"] if rang % 3 else ["CDD"],
        "handicap": "NSP",
        "entree_entreprise": "2016-09",
        "email": f"personne{rang}@example.com",
        "telephone": f"06 39 98 {rang:02d} {rang + 10:02d}",
    }


def _parcours(rang: int, emetteur: str, lot: str, le: date, conseiller: Personne, sites: list[str]) -> None:
    par = Acteur.de(conseiller, {Role.CONSEILLER})
    avant = (12, 50, 75, 63, 20)[rang % 5]
    debut = le - timedelta(days=avant + rang)
    personne = creer_beneficiaire(_valeurs(rang, lot, sites), emetteur=emetteur, lot=lot, par=par, a=_instant(debut))
    _engager(personne, "00", debut, conseiller)
    if rang % 5 == 0:
        return
    premier = _engager(personne, "01", debut, conseiller)
    _contact(premier, debut, "PRESENTIEL", 60, par)
    if rang % 5 == 2:
        signature = debut + timedelta(days=30)
        _contact(premier, signature, "VISIO", 45, par)
        clore_par_signature(premier, le=signature, motif="CV_POURSUITE", par=par, a=_instant(signature, 16))
        second = _engager(personne, "21", signature + timedelta(days=5), conseiller)
        _contact(second, signature + timedelta(days=5), "PRESENTIEL", 90, par)
    if rang % 5 == 3:
        _contact(premier, le - timedelta(days=7), "TELEPHONE", 15, par)


def _engager(personne: Beneficiaire, uo: str, le: date, conseiller: Personne) -> UniteOeuvre:
    demande = Engagement(
        beneficiaire=personne,
        uo=uo,
        date_engagement=le,
        origine_demarche="INDIVIDUELLE",
        motif_sollicitation="PROJET",
        motif_sollicitation_detaille=["CHANGER_METIER"],
        aiguillage="RDV_INTERNE" if uo == "00" else "",
        referent=None if uo == "00" else conseiller,
    )
    return engager_uo(demande, par=Acteur.de(conseiller, {Role.CONSEILLER}), a=_instant(le, 10))


def _contact(unite: UniteOeuvre, le: date, mode: str, minutes: int, par: Acteur) -> None:
    consigner_interaction(unite, le=le, mode_contact=mode, duree_minutes=minutes, par=par, a=_instant(le, 11))


def _actes_du_jour(emetteur: str, lot: str, le: date, conseiller: Personne, sites: list[str]) -> None:
    """This morning's acts: one whose record is not complete, so that the evening's check has something to say."""
    par = Acteur.de(conseiller, {Role.CONSEILLER})
    valeurs = _valeurs(0, lot, sites) | {
        "nom_naissance": "Vasseur",
        "prenom": "Ulysse",
        "sexe": "",
        "niveau_formation": "",
        "date_naissance": date(1979, 6, 14),
        "telephone": "06 39 98 77 88",
    }
    personne = creer_beneficiaire(valeurs, emetteur=emetteur, lot=lot, par=par, a=_instant(le, 8))
    _engager(personne, "00", le, conseiller)
    _engager(personne, "01", le, conseiller)
