"""Fictitious names, streets and trades: plausible, with the long, accented and apostrophed ones that break software."""

PRENOMS_F = tuple(
    ["Léa", "Chloé", "Camille", "Manon", "Inès", "Élodie", "Sabrina", "Émilie", "Céline", "Aurélie", "Stéphanie", "Nathalie", "Sandrine", "Sophie", "Valérie", "Isabelle", "Karine", "Virginie", "Delphine", "Séverine", "Laëtitia", "Mélanie", "Amélie", "Pauline", "Marion", "Justine", "Anaïs", "Fanny", "Julie", "Laura", "Mathilde", "Clémence", "Noémie", "Hélène", "Agnès", "Françoise", "Brigitte", "Solène", "Gwenaëlle", "Maëlle", "Rozenn", "Nolwenn", "Yasmina", "Fatoumata", "Aïcha", "Khadija", "Samira", "Leïla", "Thi-Hoa", "Mei-Ling", "Zoé", "Joëlle", "Raphaëlle", "Éléonore", "Anne-Sophie", "Marie-Christine", "Marie-Noëlle", "Maria-Fernanda", "Ana", "Svetlana", "Ewa", "Göksu", "Awa", "Mariama", "Rachel", "Déborah", "Océane", "Coralie", "Ludivine", "Peggy", "Cindy"]
)
PRENOMS_M = tuple(
    ["Lucas", "Hugo", "Théo", "Léo", "Enzo", "Nicolas", "Julien", "Sébastien", "Christophe", "Stéphane", "Frédéric", "Laurent", "Olivier", "David", "Jérôme", "Cédric", "Ludovic", "Mickaël", "Grégory", "Yann", "Gaël", "Loïc", "Erwan", "Ronan", "Mathieu", "Rémi", "François", "Benoît", "André", "Joël", "Noël", "Raphaël", "Gabriel", "Arthur", "Maël", "Samuel", "Karim", "Mehdi", "Youssef", "Mohamed", "Abdoulaye", "Mamadou", "Ousmane", "Minh-Tuan", "Wei", "José", "João", "Mickaël", "Jean-Baptiste", "Pierre-Emmanuel", "Charles-Édouard", "Jean-François", "Thibault", "Guénolé", "Médéric", "Côme", "Zéphyrin", "Aloïs", "Piotr", "Dimitri", "Björn", "Kévin", "Jordan", "Dylan", "Anthony", "Alexandre", "Maxime", "Quentin", "Florian", "Damien", "Vincent", "Guillaume"]
)
NOMS = tuple(
    """Martin|Bernard|Thomas|Petit|Robert|Richard|Durand|Dubois|Moreau|Laurent|Simon|Michel|Lefèvre|Leroy|Roux|Fournier
    |Girard|Bonnet|Dupont|Lambert|Fontaine|Rousseau|Vincent|Müller|Lefebvre|Faure|Mercier|Blanc|Guérin|Boyer|Garnier
    |Chevalier|Legrand|Gauthier|Garcia|Perrin|Robin|Clément|Morin|Nicolas|Henry|Roussel|Gautier|Masson|Marchand|Duval
    |Denis|Dumont|Lemaire|Noël|Meyer|Dufour|Meunier|Brun|Blanchard|Giraud|Joly|Rivière|Lucas|Brunet|Gaillard|Barbier
    |Arnaud|Martínez|Gérard|Roche|Renard|Schmitt|Roy|Leroux|Colin|Vidal|Caron|Picard|Fabre|Aubert|Lemoine|Renaud|Dumas
    |Lacroix|Olivier|Philippe|Bourgeois|Pierre|Benoît|Rey|Leclerc|Payet|Rolland|Leclercq|Guillaume|Lecomte|López|Jean
    |Dupuy|Guillot|Hubert|Berger|Carpentier|Sánchez|Dupuis|Moulin|Louis|Deschamps|Huet|Vasseur|Perez|Boucher|Fleury
    |Royer|Klein|Jacquet|Adam|Paris|Poirier|Marty|Aubry|Guyot|Carré|Charles|Renault|Charpentier|Ménard|Maillard|Baron
    |Bertin|Bailly|Hervé|Schneider|Fernandez|Le Gall|Collet|Léger|Bouvier|Julien|Prévost|Millet|Perrot|Daniel|Le Roux
    |Cousin|Germain|Breton|Besson|Langlois|Rémy|Le Goff|Pelletier|Lévêque|Perrier|Leblanc|Barré|Lebrun|Marchal|Weber
    |Mallet|Hamon|Boulanger|Jacob|Monnier|Michaud|Rodríguez|Guichard|Gillet|Étienne|Grondin|Poulain|Tessier|Chevallier
    |Collin|Chauvin|Da Silva|Bouchet|Gay|Lemaître|Bénard|Maréchal|Humbert|Reynaud|Antoine|Hoarau|Perret|Barthélemy
    |Cordier|Pichon|Lejeune|Gilbert|Lamy|Delaunay|Pasquier|Carlier|Laporte|Diallo|Traoré|N'Diaye|N'Guessan|O'Connor
    |D'Alméida|D'Hérouville|L'Hostis|Nguyen|Tran|Benali|Bouzid|El Amrani|Ben Youssef|Yılmaz|Kowalczyk|Ivanović|Ekwueme
    |Castagné-Desmoulins|Le Cœur-Saint-Maur|de La Tour-du-Moulin|Rakotoarisoa-Andrianjafy|Van den Broucke|Saint-Léger
    |Razafindrakotonirainy|de Kermadec de Saint-Aignan-des-Noyers|Ó Súilleabháin|Çelik|Wójcik|Zhang|Xi|Yu|Bô""".replace(
        "\n    ", ""
    ).split("|")
)

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
