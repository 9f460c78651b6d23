"""How the screens show the contract: sections in the order of the conversation, plain labels, help.

The fields themselves, their formats and their lists are declared in `contrat` alone. Every field of a fiche is in one
section of it, or in AUTOMATIQUES.
"""

from dataclasses import dataclass

AUTOMATIQUES = frozenset({"nature", "horodatage", "lot", "nom_fichier", "empreinte_sha256"})
"""What the site fills in: when and why the fiche is sent, for which lot, and what it reads in the file deposited."""

JAMAIS_SAISIS = frozenset({"nir"})
"""Not asked on the site: the contract does not ask the NIR today, and a draft is no place for it."""


@dataclass(frozen=True)
class Section:
    """A part of a screen; `a_la_cloture`: it matters once the unit is closed."""

    titre: str
    champs: tuple[str, ...]
    aide: str = ""
    a_la_cloture: bool = False


@dataclass(frozen=True)
class Ecran:
    """The screen of one kind of fiche: what one declares, and when."""

    titre: str
    objet: str
    phrase: str
    sections: tuple[Section, ...]


ECRANS: dict[str, Ecran] = {
    "beneficiaire": Ecran(
        "Personne",
        "une personne accompagnée",
        "Son identité, ses coordonnées, sa situation. À saisir avant sa première unité d'œuvre.",
        (
            Section(
                "Qui est cette personne ?",
                ("identifiant_beneficiaire", "nom_naissance", "nom_usage", "prenom", "date_naissance", "sexe"),
            ),
            Section(
                "Comment la joindre ?",
                (
                    *("email", "telephone", "adresse_numero_voie", "adresse_type_voie", "adresse_nom_voie"),
                    *("adresse_code_postal", "adresse_commune"),
                ),
                "Demandé dès l'UO1. Pour un simple aiguillage, rien de ceci n'est nécessaire.",
            ),
            Section(
                "Quelle est sa situation ?",
                ("statut", "handicap", "niveau_formation", "categorie_sociale", "libelle_profession"),
            ),
            Section(
                "Où travaille-t-elle ?",
                (
                    *("secteur_activite", "libelle_secteur", "taille_entreprise", "entree_entreprise"),
                    *("entreprise_departement", "entreprise_code_postal", "entreprise_commune"),
                ),
            ),
            Section("Quel site la suit ?", ("structure",)),
        ),
    ),
    "unite_oeuvre": Ecran(
        "Unité d'œuvre",
        "une unité d'œuvre",
        "Un aiguillage, un premier niveau de conseil ou un appui au projet : son engagement, puis sa clôture.",
        (
            Section("Pour qui, et quelle unité ?", ("identifiant_beneficiaire", "uo", "date_engagement", "referent")),
            Section(
                "Que demande la personne ?",
                ("origine_demarche", "motif_sollicitation", "motif_sollicitation_detaille"),
            ),
            Section(
                "Quelle suite, quelles conditions ?",
                ("aiguillage", "alea_uo22", "derogation_territoriale"),
            ),
            Section(
                "Comment l'unité s'est-elle close ?",
                ("date_cloture", "motif_cloture", "projet_reconversion_cpir"),
                "À remplir quand l'unité est close. L'UO0 se clôt le jour de son engagement.",
                a_la_cloture=True,
            ),
            Section(
                "Qu'a-t-on fait ensemble ?",
                (
                    *("types_service", "prestations_complementaires", "autoprescription"),
                    *("financements_formation", "decouvertes_metiers", "etat_projet", "description_service"),
                ),
                "Demandé à la clôture d'une UO2.",
                a_la_cloture=True,
            ),
            Section(
                "Les numéros du contrat",
                ("numero_dossier", "reference_bon_commande", "numero_decompte"),
                "Laissez vide : ils sont attribués quand la fiche est enregistrée, d'après l'unité et ses dates.",
            ),
        ),
    ),
    "interaction": Ecran(
        "Interaction",
        "une interaction",
        "Un entretien, un atelier, un appel, un message : chaque contact pendant une unité d'œuvre.",
        (Section("Quel contact ?", ("numero_dossier", "date_interaction", "mode_contact", "duree_minutes")),),
    ),
    "livrable": Ecran(
        "Livrable",
        "un livrable",
        "L'écrit remis à la personne, avec son fichier : état des lieux partagé, projet, courriels de l'UO2.2.",
        (
            Section("Quel écrit ?", ("numero_dossier", "type_livrable")),
            Section(
                "Comment a-t-il été signé ?",
                ("date_signature_conseiller", "date_signature_beneficiaire", "mode_signature"),
                "Pour l'état des lieux partagé et le projet professionnel.",
            ),
        ),
    ),
    "reclamation": Ecran(
        "Réclamation",
        "une réclamation",
        "Ce qu'une personne reproche au service : reçue, accusée sous 7 jours, répondue sous 45.",
        (
            Section("Quelle réclamation ?", ("identifiant_reclamation", "numero_dossier", "date_reception", "motif")),
            Section(
                "Où en est-elle ?",
                ("date_accuse_reception", "date_reponse", "date_saisine_mediateur"),
                "Revenez compléter ces dates au fur et à mesure : une correction remplace la fiche.",
            ),
        ),
    ),
    "implantation": Ecran(
        "Implantation",
        "une implantation",
        "Un lieu où l'on reçoit : son adresse, ses horaires, ses dates.",
        (
            Section("Quel lieu ?", ("code_implantation", "libelle", "type_implantation", "code_postal", "commune")),
            Section("Quand est-il ouvert ?", ("date_ouverture", "date_fermeture", "horaires", "effectif_etp")),
        ),
    ),
    "moyens_couts": Ecran(
        "Moyens et coûts",
        "des moyens et coûts",
        "Les effectifs et les coûts d'une période, tels que le contrat les demande.",
        (
            Section("Quelle période ?", ("periode", "nombre_implantations")),
            Section("Combien de personnes à temps plein ?", ("etp_uo00", "etp_uo01", "etp_uo21", "etp_uo22")),
            Section(
                "Combien coûte une journée ?",
                ("cout_jour_uo00", "cout_jour_uo01", "cout_jour_uo21", "cout_jour_uo22"),
                "En euros, pour une personne à temps plein.",
            ),
            Section(
                "Quels frais sur la période ?",
                (
                    *("masse_salariale", "frais_immobiliers", "frais_si", "frais_promotion"),
                    *("frais_partenariats", "autres_frais"),
                ),
                "En euros.",
            ),
        ),
    ),
    "indicateur": Ecran(
        "Indicateur",
        "un indicateur",
        "Un chiffre que vous avez calculé pour un mois ou un semestre ; l'accusé le compare à celui du registre.",
        (Section("Quel chiffre ?", ("periode", "code", "valeur")),),
    ),
}

LIBELLES: dict[str, str] = {
    "identifiant_beneficiaire": "Votre identifiant pour cette personne",
    "unite_oeuvre.identifiant_beneficiaire": "Identifiant de la personne",
    "handicap": "Obligation d'emploi (handicap)",
    "statut": "Situation professionnelle",
    "categorie_sociale": "Catégorie socioprofessionnelle",
    "secteur_activite": "Secteur d'activité de l'entreprise",
    "libelle_secteur": "Secteur, en clair",
    "libelle_profession": "Profession, en clair",
    "entree_entreprise": "Entrée dans l'entreprise",
    "structure": "Site de rattachement",
    "referent": "Conseiller référent",
    "origine_demarche": "Qui est à l'origine de la démarche ?",
    "motif_sollicitation": "Motif principal",
    "motif_sollicitation_detaille": "Plus précisément",
    "aiguillage": "Suite donnée à l'aiguillage",
    "alea_uo22": "Aléa qui justifie l'UO2.2",
    "derogation_territoriale": "Raison d'accompagner hors de la région",
    "autoprescription": "Parmi ces prestations, celles que vous avez réalisées vous-même",
    "projet_reconversion_cpir": "Projet de reconversion déposé devant la CPIR",
    "reference_bon_commande": "Référence du bon de commande",
    "numero_decompte": "Numéro de décompte",
    "numero_dossier": "Numéro de dossier",
    "reclamation.identifiant_reclamation": "Votre numéro pour cette réclamation",
    "type_implantation": "Sorte de lieu",
    "effectif_etp": "Effectif, en équivalents temps plein",
    "livrable.date_signature_beneficiaire": "Signature de la personne, le",
    "date_signature_conseiller": "Signature du conseiller, le",
    "mode_signature": "Signée à la main ou électroniquement",
    "date_accuse_reception": "Accusé de réception envoyé le",
    "date_reponse": "Réponse donnée le",
    "date_saisine_mediateur": "Accès demandé par le médiateur le",
    "date_reception": "Reçue le",
    "date_interaction": "Date du contact",
    "indicateur.periode": "Mois ou semestre",
    "indicateur.valeur": "Valeur",
    "commune": "Commune",
    "adresse_commune": "Commune",
    "date_ouverture": "Ouvert depuis le",
    "date_fermeture": "Fermé le",
    "horaires": "Jours et heures d'ouverture",
}

AIDES: dict[str, str] = {
    "identifiant_beneficiaire": "Un numéro ou un code à vous, toujours le même pour la même personne.",
    "unite_oeuvre.identifiant_beneficiaire": "Celui que vous avez donné sur la fiche de la personne.",
    "adresse_type_voie": "Rue, avenue, impasse…",
    "entree_entreprise": "Mois et année, par exemple 12/2018.",
    "telephone": "Par exemple 06 12 34 56 78.",
    "structure": "Le code d'une implantation que vous avez déclarée.",
    "entreprise_departement": "Frontalier : choisissez 00.",
    "statut": "Plusieurs réponses possibles.",
    "derogation_territoriale": "Seulement si la personne ne vit ni ne travaille dans la région.",
    "referent": "Un code interne, sans le nom du conseiller.",
    "numero_dossier": "Par exemple AB200301000256.",
    "unite_oeuvre.numero_dossier": "Votre code, l'année, le mois, l'unité, puis un compteur : AB200301000256.",
    "reference_bon_commande": "Par exemple 2020-Lot08-UO01-01-00256.",
    "numero_decompte": "Celui du trimestre de clôture : 2020-Lot08-T1-UO01.",
    "duree_minutes": "Pour information : elle ne change rien au paiement.",
    "horaires": "Par exemple Mo-Fr 09:00-12:30,14:00-18:00 ; les jours en anglais abrégé (Mo, Tu, We, Th, Fr, Sa, Su).",
    "moyens_couts.periode": "2020-S1, 2020-S2, ou 2020 pour l'année.",
    "indicateur.periode": "Un mois (2020-03) ou un semestre (2020-S1).",
    "indicateur.code": "Le numéro de l'indicateur dans le contrat, par exemple 6.5.",
    "date_fermeture": "Si le lieu a fermé, avec l'accord préalable de l'acheteur.",
    "motif_cloture": "L'abandon n'est possible qu'à la fin du délai.",
    "description_service": "Ce qui a été fait, sans le nom de personne. 4 000 caractères au plus.",
}


def libelle(fiche: str, nom: str, declare: str) -> str:
    """What the screen calls a field; `declare` is the contract's own label."""
    return LIBELLES.get(f"{fiche}.{nom}") or LIBELLES.get(nom) or declare


def aide(fiche: str, nom: str) -> str:
    """The help under a field, empty when its label says enough."""
    return AIDES.get(f"{fiche}.{nom}", AIDES.get(nom, ""))
