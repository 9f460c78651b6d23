"""Plausible values of the units: reasons, orientation, services, durations."""

from random import Random

ORIGINES = (
    "INDIVIDUELLE",
    "ENTREPRISE",
    "IRP",
    "OPERATEUR_CEP",
    "TRANSITIONS_PRO",
    "OPCO",
    "ORGANISME_FORMATION",
    "SPRO",
    "SANTE_TRAVAIL",
    "SOCIAL",
    "SITE_NATIONAL",
    "CPF",
    "EVENEMENT",
    "BOUCHE_A_OREILLE",
    "AUTRE",
)
POIDS_ORIGINES = (38, 5, 1, 6, 8, 2, 7, 3, 3, 2, 9, 5, 2, 7, 2)
MOTIFS = ("PROJET", "FAIRE_LE_POINT", "COMPETENCES")
POIDS_MOTIFS = (72, 17, 11)
DETAILS: dict[str, tuple[tuple[str, ...], tuple[int, ...]]] = {
    "PROJET": (
        (
            "CHANGER_METIER",
            "CREATION",
            "PTP",
            "DEMISSION_RECONVERSION",
            "RESPONSABILITES",
            "MOBILITE_INTERNE",
            "MOBILITE_GEOGRAPHIQUE",
        ),
        (54, 16, 11, 9, 4, 4, 2),
    ),
    "FAIRE_LE_POINT": (
        ("BILAN_SITUATION", "DIFFICULTE_EMPLOI", "QUALITE_VIE_TRAVAIL", "SANTE", "ENTRETIEN_PRO"),
        (45, 20, 16, 13, 6),
    ),
    "COMPETENCES": (("FORMATION", "VAE", "IDENTIFIER_COMPETENCES", "CERTIFICATION"), (46, 25, 17, 12)),
}
SERVICES = (
    "DIAGNOSTIC",
    "INFORMATION",
    "INVESTIGATION",
    "ELABORATION_PROJET",
    "COMPETENCES",
    "PARCOURS_FORMATION",
    "CREATION",
    "INGENIERIE_FINANCIERE",
    "SUIVI_MISE_EN_OEUVRE",
    "MEDIATION",
)
PRESTATIONS = (
    "FORMATION_QUALIFIANTE",
    "FORMATION_AUTRE",
    "BILAN_COMPETENCES",
    "VAE",
    "CREATION",
    "MOBILITE",
    "SOCIAL",
    "SANTE",
    "QVT",
    "AUTRE",
)
FINANCEMENTS = (
    "CPF",
    "PTP",
    "OPCO",
    "PLAN_ENTREPRISE",
    "REGION",
    "FRANCE_TRAVAIL",
    "AGEFIPH",
    "FAF",
    "AUTOFINANCEMENT",
    "AUTRE",
)
DECOUVERTES = ("PMSMP", "ENQUETE_METIER", "IMMERSION", "MISSION_COURTE", "AFEST", "AUTRE")
PROJETS = (
    "RECONVERSION",
    "TRANSITION_PRO",
    "CREATION",
    "EVOLUTION_INTERNE",
    "MOBILITE_EXTERNE",
    "FORMATION",
    "MAINTIEN",
)
DESCRIPTIONS = (
    "Recherche d'un autre financement après le refus ; dossier complété avec la personne.",
    'Entrée en formation décalée ; point avec l\'organisme et plan "B" convenu.',
    "Appui à la négociation du calendrier avec l'employeur ; relance des financeurs.",
    "Nouveau point sur le projet ; aide aux démarches de création ; orientation vers un réseau d'appui.",
)
AILLEURS = (
    "APEC",
    "CAP_EMPLOI",
    "MISSION_LOCALE",
    "HORS_CEP",
    "INFORMATION",
    "SANS_SUITE",
    "AUTRE_OPERATEUR_REGIONAL",
)
POIDS_AILLEURS = (14, 7, 5, 12, 40, 18, 4)
# Minutes: UO1 at 187 on average with a variation of 15 % (evaluation 2020-2023), the others by assumption.
DUREES = {"01": (187.0, 28.0), "21": (290.0, 52.0), "22": (150.0, 34.0)}


def demande(rng: Random) -> dict[str, str]:
    """Origin and reasons, consistent with each other."""
    motif = rng.choices(MOTIFS, POIDS_MOTIFS)[0]
    details, poids = DETAILS[motif]
    premier = rng.choices(details, poids)[0]
    second = rng.choices(details, poids)[0] if rng.random() < 0.15 else premier
    return {
        "origine_demarche": rng.choices(ORIGINES, POIDS_ORIGINES)[0],
        "motif_sollicitation": motif,
        "motif_sollicitation_detaille": premier if second == premier else f"{premier}|{second}",
    }


def orientation(rng: Random, statut: str) -> str:
    """Where somebody who does not come to a first appointment here is oriented."""
    if statut.startswith("AGENT_"):
        return "EMPLOYEUR_PUBLIC"
    if statut in ("DE_INSCRIT", "DE_NON_INSCRIT"):
        return rng.choice(("FRANCE_TRAVAIL", "FRANCE_TRAVAIL", "FRANCE_TRAVAIL", "CAP_EMPLOI", "MISSION_LOCALE"))
    return rng.choices(AILLEURS, POIDS_AILLEURS)[0]


def duree_totale(rng: Random, uo: str) -> int:
    """Minutes spent on a unit brought to its end."""
    moyenne, ecart = DUREES[uo]
    return max(30, round(rng.gauss(moyenne, ecart)))


def _plusieurs(rng: Random, valeurs: tuple[str, ...], aucun: str, part_aucun: float) -> tuple[str, ...]:
    if aucun and rng.random() < part_aucun:
        return (aucun,)
    return tuple(sorted(rng.sample(valeurs, rng.choice((1, 1, 2)))))


def cloture_uo2(rng: Random, uo: str, *, abandon: bool) -> dict[str, str]:
    """What the closure of a UO2.1 or UO2.2 declares; one autoprescription for each complementary service."""
    prestations = _plusieurs(rng, PRESTATIONS, "AUCUNE", 0.9 if abandon else 0.45)
    valeurs = {
        "types_service": "|".join(sorted(rng.sample(SERVICES, 1 if abandon else rng.randint(2, 4)))),
        "prestations_complementaires": "|".join(prestations),
        "autoprescription": ""
        if prestations == ("AUCUNE",)
        else "|".join("O" if rng.random() < 0.06 else "N" for _ in prestations),
        "financements_formation": "|".join(_plusieurs(rng, FINANCEMENTS, "AUCUN", 0.95 if abandon else 0.4)),
        "decouvertes_metiers": "|".join(_plusieurs(rng, DECOUVERTES, "AUCUNE", 0.97 if abandon else 0.7)),
    }
    if rng.random() < 0.07 and not abandon:
        valeurs["projet_reconversion_cpir"] = "O"
    if uo == "22":
        valeurs["description_service"] = rng.choice(DESCRIPTIONS)
        etat = rng.choice(("PROJETEE", "REALISEE"))
        valeurs["etat_projet"] = "ABANDONNE" if abandon else f"{rng.choice(PROJETS)}_{etat}"
    return valeurs
