"""Fictitious names, streets and trades, with the long, accented and apostrophed ones that break software."""

import csv
from importlib.resources import files


def _noms(genre: str) -> tuple[str, ...]:
    texte = (files("demo") / "donnees" / "noms.csv").read_text(encoding="utf-8")
    return tuple(ligne["nom"] for ligne in csv.DictReader(texte.splitlines(), delimiter=";") if ligne["genre"] == genre)


PRENOMS_F = _noms("F")
PRENOMS_M = _noms("M")
NOMS = _noms("N")

TYPES_VOIE = ("RUE", "AV", "BD", "IMP", "CHEM", "ALL", "PL", "RTE", "QUAI", "SQ")
NOMS_VOIE = (
    "de la République",
    "Jean Jaurès",
    "Victor Hugo",
    "des Tilleuls",
    "de l'Église",
    "du 8 Mai 1945",
    "de la Gare",
    "Simone Veil",
    "des Écoles",
    "du Général de Gaulle",
    "Louise Michel",
    "des Acacias",
    "de l'Abbé Grégoire",
    "du Moulin à Vent",
    "Olympe de Gouges",
    "Aimé Césaire",
    "de la Croix-Blanche",
    "des Frères Lumière",
    "du Château d'Eau",
    "des Œillets",
    "Pierre et Marie Curie",
    "de l'Île aux Moines",
)

METIERS: dict[str, tuple[str, ...]] = {
    "1": ("Éleveuse ou éleveur laitier", "Maraîchère ou maraîcher", "Viticultrice ou viticulteur"),
    "2": (
        "Artisan plaquiste",
        "Gérante de commerce",
        "Coiffeur à son compte",
        "Restauratrice",
        "Taxi indépendant",
    ),
    "3": (
        "Cheffe de projet informatique",
        "Responsable comptable",
        "Ingénieur d'études",
        "Chargée de communication",
    ),
    "4": (
        "Infirmière",
        "Technicien de maintenance",
        "Assistante sociale",
        "Agent de maîtrise",
        "Conseillère clientèle",
    ),
    "5": (
        "Vendeuse",
        "Aide-soignante",
        "Secrétaire",
        "Auxiliaire de vie",
        "Agent d'accueil",
        "Hôtesse de caisse",
    ),
    "6": (
        "Préparateur de commandes",
        "Soudeur",
        "Conducteur routier",
        "Opératrice de production",
        "Maçon",
        "Cuisinier",
    ),
}

# Sections of the NAF by broad sector, with the share of each inside its sector.
SECTIONS: dict[str, tuple[tuple[str, ...], tuple[int, ...]]] = {
    "agriculture": (("A",), (1,)),
    "industrie": (("C", "E", "D", "B"), (90, 5, 4, 1)),
    "construction": (("F",), (1,)),
    "tertiaire_marchand": (
        ("G", "H", "I", "J", "K", "L", "M", "N", "R", "S"),
        (30, 12, 11, 5, 6, 2, 10, 14, 4, 6),
    ),
    "tertiaire_non_marchand": (("Q", "P", "O"), (80, 14, 6)),
}
LIBELLES_SECTION: dict[str, str] = {
    "A": "Agriculture, sylviculture et pêche",
    "B": "Industries extractives",
    "C": "Industrie manufacturière",
    "D": "Production et distribution d'électricité et de gaz",
    "E": "Production et distribution d'eau ; gestion des déchets",
    "F": "Construction",
    "G": "Commerce ; réparation d'automobiles et de motocycles",
    "H": "Transports et entreposage",
    "I": "Hébergement et restauration",
    "J": "Information et communication",
    "K": "Activités financières et d'assurance",
    "L": "Activités immobilières",
    "M": "Activités spécialisées, scientifiques et techniques",
    "N": "Activités de services administratifs et de soutien",
    "O": "Administration publique",
    "P": "Enseignement",
    "Q": "Santé humaine et action sociale",
    "R": "Arts, spectacles et activités récréatives",
    "S": "Autres activités de services",
}
