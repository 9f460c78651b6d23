"""Fictitious beneficiaries: identity, address, work, and their fiches."""

import unicodedata
from datetime import date, timedelta
from random import Random

from demo.lots import Lot, departement
from demo.noms import LIBELLES_SECTION, METIERS, NOMS, NOMS_VOIE, PRENOMS_F, PRENOMS_M, SECTIONS, TYPES_VOIE

PART_FEMMES = 0.62
PART_INELIGIBLES = 0.11
AGES = ((18, 25), (26, 34), (35, 44), (45, 49), (50, 57), (58, 64))
POIDS_AGES = (9, 31, 33, 12, 12, 3)
CONTRATS = (
    "CDI",
    "CDD",
    "INTERIM",
    "APPRENTI",
    "STAGIAIRE_REMUNERE",
    "ETUDIANT_EN_EMPLOI",
    "RETRAITE_EN_EMPLOI",
)
JEUNES = ("APPRENTI", "ETUDIANT_EN_EMPLOI")
POIDS_CONTRATS = (80, 10, 5, 2, 1, 1, 1)
# Executives have their own operator: few of them come, whatever their share in the region.
ATTRAIT_CSP = (0.6, 0.8, 0.35, 1.1, 1.3, 0.9)
INELIGIBLES = ("DE_INSCRIT", "DE_NON_INSCRIT", "AGENT_TITULAIRE", "AGENT_CONTRACTUEL", "AUTRE")
DOMAINES = ("exemple.example", "example.org", "example.com", "courriel.example.net")
PREFIXES_TELEPHONE = (
    "+33199 00",
    "+33261 91",
    "+33353 01",
    "+33465 71",
    "+33536 49",
    "+33639 98",
    "+33639 98",
    "+33639 98",
)


def _ascii(texte: str) -> str:
    decompose = unicodedata.normalize("NFKD", texte.replace("œ", "oe").replace("Œ", "OE").replace("ı", "i"))
    return "".join(c for c in decompose.lower() if c.isascii() and c.isalnum())


def telephone(rng: Random) -> str:
    """A number of the ranges Arcep keeps for fiction, in E.164."""
    return f"{rng.choice(PREFIXES_TELEPHONE).replace(' ', '')}{rng.randrange(10_000):04}"


class Fabrique:
    """Draws the beneficiaries of a lot; birth dates of two lots never meet, so nobody is supported twice."""

    def __init__(self, lot: Lot, rang_lot: int, nombre_lots: int) -> None:
        self._lot = lot
        self._rang = rang_lot
        self._nombre = nombre_lots
        self._compteur = 0
        self._poids = tuple(commune.poids for commune in lot.communes)
        self._csp = tuple(part * attrait for part, attrait in zip(lot.parts_csp, ATTRAIT_CSP, strict=True))
        self._secteurs = tuple(lot.parts_secteur)
        self._parts_secteurs = tuple(lot.parts_secteur.values())

    def fiche(
        self, rng: Random, entree: date, *, eligible: bool, nature_erreur: str = ""
    ) -> tuple[dict[str, str], bool]:
        """All the fields of a beneficiary met on `entree`, and whether its units need a dérogation."""
        self._compteur += 1
        lot = self._lot
        femme = rng.random() < PART_FEMMES
        nom = rng.choice(NOMS)
        if rng.random() < 0.04:
            nom = f"{nom}-{rng.choice(NOMS)}"
        prenom = rng.choice(PRENOMS_F if femme else PRENOMS_M)
        bas, haut = rng.choices(AGES, POIDS_AGES)[0]
        naissance = self._naissance(entree - timedelta(days=round(rng.uniform(bas, haut + 1) * 365.25)))
        csp = rng.choices("123456", self._csp)[0]
        identifiant = f"{lot.operateur}-{self._compteur:08}"
        fiche = {
            "identifiant_beneficiaire": identifiant,
            "nom_naissance": nom,
            "nom_usage": rng.choice(NOMS) if femme and rng.random() < 0.35 else "",
            "prenom": prenom,
            "sexe": "F" if femme else "M",
            "date_naissance": naissance.isoformat(),
            "adresse_numero_voie": f"{rng.randint(1, 180)}{rng.choice(('', '', '', ' bis', ' ter'))}",
            "adresse_type_voie": rng.choice(TYPES_VOIE),
            "adresse_nom_voie": rng.choice(NOMS_VOIE),
            "handicap": rng.choices(("NON", "RQTH", "AUTRE_BOE", "EN_COURS", "NSP"), (80, 6, 1, 2, 11))[0],
            "niveau_formation": rng.choices(
                ("1-2", "3", "4", "5", "6", "7", "8", "NSP"), (8, 19, 24, 23, 14, 8, 0.3, 3.7)
            )[0],
            "categorie_sociale": csp if rng.random() < 0.98 else "NSP",
            "libelle_profession": rng.choice(METIERS[csp]),
            "statut": self._statut(rng, csp, bas, eligible=eligible),
            "entree_entreprise": self._entree_entreprise(rng, entree, naissance),
            "email": f"{_ascii(prenom)}.{_ascii(nom)}.{self._compteur}@{rng.choice(DOMAINES)}",
            "telephone": telephone(rng),
        }
        secteur = rng.choices(self._secteurs, self._parts_secteurs)[0]
        sections, parts = SECTIONS[secteur]
        section = rng.choices(sections, parts)[0]
        fiche["secteur_activite"], fiche["libelle_secteur"] = section, LIBELLES_SECTION[section]
        fiche["taille_entreprise"] = (
            rng.choice(("0", "1-9"))
            if csp in "12"
            else rng.choices(("1-9", "10-49", "50-249", "250-999", "1000+", "NSP"), (22, 24, 20, 13, 14, 7))[0]
        )
        if nature_erreur == "agent_public_uo1":
            fiche["statut"] = rng.choice(("AGENT_TITULAIRE", "AGENT_CONTRACTUEL"))
        site = rng.choices(lot.sites, tuple(s.commune.poids for s in lot.sites))[0]
        fiche["structure"] = (site if site.ouverture <= entree else lot.sites[0]).code
        return fiche, self._adresser(rng, fiche, hors_lot=nature_erreur == "hors_territoire")

    def _naissance(self, voulue: date) -> date:
        ordinal = voulue.toordinal()
        return date.fromordinal(ordinal - (ordinal - self._rang) % self._nombre)

    @staticmethod
    def _entree_entreprise(rng: Random, entree: date, naissance: date) -> str:
        seize_ans = (entree - naissance).days - 16 * 366
        return (entree - timedelta(days=30 + round(rng.expovariate(1 / 2200.0)) % max(60, seize_ans))).isoformat()[:7]

    @staticmethod
    def _statut(rng: Random, csp: str, age: int, *, eligible: bool) -> str:
        if not eligible:
            return rng.choices(INELIGIBLES, (52, 12, 20, 12, 4))[0]
        if csp == "1":
            principal = "EXPLOITANT_AGRICOLE" if rng.random() < 0.8 else "AIDE_FAMILIAL"
        elif csp == "2":
            principal = "INDEPENDANT" if rng.random() < 0.85 else "LIBERAL"
        else:
            principal = rng.choices(CONTRATS, POIDS_CONTRATS)[0]
            if (principal == "RETRAITE_EN_EMPLOI" and age < 58) or (principal in JEUNES and age > 26):
                principal = "CDI"
        tirage = rng.random()
        if tirage < 0.035:
            return f"{principal}|DE_ACTIVITE_REDUITE"
        if tirage < 0.06 and principal in ("CDI", "CDD"):
            return f"{principal}|INDEPENDANT"
        return f"{principal}|FRONTALIER" if tirage > 0.994 else principal

    def _adresser(self, rng: Random, fiche: dict[str, str], *, hors_lot: bool) -> bool:
        """Home and workplace; True when both are out of the lot."""
        lot = self._lot
        tirage = rng.random()
        derogation = hors_lot or tirage < 0.015
        domicile = rng.choices(lot.communes, self._poids)[0]
        emploi = domicile if rng.random() < 0.7 else rng.choices(lot.communes, self._poids)[0]
        if derogation:
            domicile = emploi = rng.choice(lot.voisines)
        elif tirage < 0.07:
            domicile = rng.choice(lot.voisines)
        elif tirage < 0.12:
            emploi = rng.choice(lot.voisines)
        fiche["adresse_commune"], fiche["adresse_code_postal"] = domicile.nom, domicile.code_postal
        if "FRONTALIER" in fiche["statut"] and not hors_lot:
            fiche["entreprise_departement"] = "00"
            return domicile in lot.voisines
        fiche["entreprise_departement"] = departement(emploi.code_postal)
        fiche["entreprise_code_postal"], fiche["entreprise_commune"] = emploi.code_postal, emploi.nom
        return derogation


AU_PREMIER_CONTACT = (
    "identifiant_beneficiaire",
    "nom_naissance",
    "prenom",
    "sexe",
    "date_naissance",
    "adresse_commune",
    "adresse_code_postal",
    "entreprise_departement",
    "entreprise_code_postal",
    "statut",
    "telephone",
)


def au_premier_contact(fiche: dict[str, str]) -> dict[str, str]:
    """The few fields a UO0 asks for."""
    return {nom: fiche.get(nom, "") for nom in AU_PREMIER_CONTACT}


def fausser(fiche: dict[str, str], nature: str) -> str:
    """Put the error `nature` in a beneficiary fiche; returns the name of the field made wrong."""
    champ, valeur = {
        "champ_obligatoire_absent": ("nom_naissance", ""),
        "code_inconnu": ("statut", "SALARIE_PLACARD"),
        "date_invalide": ("date_naissance", "1985-02-30"),
        "age_invraisemblable": ("date_naissance", "1893-07-14"),
    }[nature]
    fiche[champ] = valeur
    return champ


__all__ = ["PART_INELIGIBLES", "Fabrique", "au_premier_contact", "fausser", "telephone"]
