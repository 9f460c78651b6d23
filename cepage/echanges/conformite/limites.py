"""Both sides of each limit: the last day that passes, and the first that does not."""

from __future__ import annotations

from dataclasses import dataclass

from cepage.echanges.conformite.changements import (
    Changement,
    abandon,
    ben,
    close_le,
    engager,
    engager_uo0,
    mettre,
    ouverte,
    puis,
    sans_rattaches,
    seulement,
    unites,
    uo,
)
from cepage.echanges.conformite.codes import FUTUR
from cepage.echanges.conformite.fiches import UO0, UO1, UO21, UO22, livrable


@dataclass(frozen=True)
class Limite:
    """One side of a limit: the anomaly it brings out, or none.

    `du_marche`: it depends on the buyer's own orders, which the sandbox does not have: the kit leaves it out.
    """

    nom: str
    changer: Changement
    code: str | None
    du_marche: bool = False


def _site(ouverture: str, fermeture: str | None) -> Changement:
    """The UO0 and the UO1 of a person whose site is open between these days."""
    return puis(unites(UO0, UO1), mettre("implantation", 0, date_ouverture=ouverture, date_fermeture=fermeture))


def _indicateur(code: str, valeur: str) -> Changement:
    """The figure of April 2020."""
    return mettre("indicateur", 0, periode="2020-04", code=code, valeur=valeur)


_T2 = "2020-Lot08-T2-UO01"
LIMITES: list[Limite] = [
    Limite("UO1 close le dernier jour des deux mois", close_le("2020-05-09", _T2), None),
    Limite("UO1 close le lendemain des deux mois", close_le("2020-05-10", _T2), "E-UO-012"),
    Limite(
        "UO1 close le jour de son engagement",
        puis(
            sans_rattaches(UO1),
            lambda e: e["livrable"].append(livrable(UO1, "ELP", "elp.pdf", "2020-03-09")),
            uo(UO1, date_cloture="2020-03-09", numero_decompte="2020-Lot08-T1-UO01"),
        ),
        None,
    ),
    Limite("abandon la veille de l'échéance", abandon(UO1, "2020-05-08", _T2), "E-UO-013"),
    Limite("abandon le jour de l'échéance", abandon(UO1, "2020-05-09", _T2), None),
    Limite("abandon le lendemain de l'échéance", abandon(UO1, "2020-05-10", _T2), "E-UO-014"),
    Limite(
        "UO2.1 abandonnée la veille des six mois",
        puis(unites(UO0, UO1, UO21), abandon(UO21, "2020-10-19", "2020-Lot08-T4-UO2.1")),
        "E-UO-013",
    ),
    Limite(
        "UO2.1 abandonnée au bout de six mois",
        puis(unites(UO0, UO1, UO21), abandon(UO21, "2020-10-20", "2020-Lot08-T4-UO2.1")),
        None,
    ),
    Limite(
        "UO2.1 abandonnée le lendemain des six mois",
        puis(unites(UO0, UO1, UO21), abandon(UO21, "2020-10-21", "2020-Lot08-T4-UO2.1")),
        "E-UO-014",
    ),
    Limite(
        "UO2.2 abandonnée la veille des dix-huit mois",
        abandon(UO22, "2021-10-19", "2021-Lot08-T4-UO2.2"),
        "E-UO-013",
    ),
    Limite("UO2.2 abandonnée au bout de dix-huit mois", abandon(UO22, "2021-10-20", "2021-Lot08-T4-UO2.2"), None),
    Limite(
        "UO2.2 abandonnée le lendemain des dix-huit mois",
        abandon(UO22, "2021-10-21", "2021-Lot08-T4-UO2.2"),
        "E-UO-014",
    ),
    Limite(
        "UO2.2 engagée le dernier jour des dix-huit mois",
        engager(UO22, "2021-10-20", "AB211022000001", "2021-Lot08-UO2.2-01-00001"),
        None,
    ),
    Limite(
        "UO2.2 engagée le lendemain des dix-huit mois",
        engager(UO22, "2021-10-21", "AB211022000001", "2021-Lot08-UO2.2-01-00001"),
        "E-UO-016",
    ),
    Limite(
        "UO2.2 engagée le jour de l'UO2.1",
        puis(ouverte(UO21), engager(UO22, "2020-04-20", "AB200422000001", "2020-Lot08-UO2.2-01-00001")),
        "E-UO-042",
    ),
    Limite(
        "UO2.2 engagée la veille de l'UO2.1",
        puis(ouverte(UO21), engager(UO22, "2020-04-19", "AB200422000001", "2020-Lot08-UO2.2-01-00001")),
        "E-UO-015",
    ),
    Limite(
        "UO2.2 engagée le jour où l'UO2.1 se clôt",
        engager(UO22, "2020-09-15", "AB200922000001", "2020-Lot08-UO2.2-01-00001"),
        None,
    ),
    Limite(
        "UO2.2 engagée la veille de la clôture de l'UO2.1",
        engager(UO22, "2020-09-14", "AB200922000001", "2020-Lot08-UO2.2-01-00001"),
        "E-UO-042",
    ),
    Limite("quatorze ans le jour de l'engagement", ben(date_naissance="2006-03-02"), None),
    Limite("quatorze ans le lendemain de l'engagement", ben(date_naissance="2006-03-03"), "E-BEN-010"),
    Limite("quatre-vingt-dix ans, dernier jour", puis(unites(UO0), ben(date_naissance="1929-03-03")), None),
    Limite("quatre-vingt-onze ans le jour de l'engagement", ben(date_naissance="1929-03-02"), "E-BEN-010"),
    Limite(
        "premier jour du service",
        engager_uo0("2020-01-02", "AB200100000001", "2020-Lot08-UO00-01-00001", "2020-Lot08-T1-UO00"),
        None,
    ),
    Limite(
        "veille du service",
        engager_uo0("2020-01-01", "AB200100000001", "2020-Lot08-UO00-01-00001", "2020-Lot08-T1-UO00"),
        "E-UO-041",
    ),
    Limite(
        "dernier jour du bon",
        engager_uo0("2020-12-31", "AB201200000001", "2020-Lot08-UO00-01-00001", "2020-Lot08-T4-UO00"),
        None,
    ),
    Limite(
        "lendemain du bon",
        engager_uo0("2021-01-01", "AB210100000001", "2020-Lot08-UO00-01-00001", "2021-Lot08-T1-UO00"),
        "E-UO-019",
    ),
    Limite(
        "premier jour du bon",
        engager_uo0("2021-01-01", "AB210100000001", "2021-Lot08-UO00-01-00001", "2021-Lot08-T1-UO00"),
        None,
    ),
    Limite(
        "veille du bon",
        engager_uo0("2020-12-31", "AB201200000001", "2021-Lot08-UO00-01-00001", "2020-Lot08-T4-UO00"),
        "E-UO-019",
    ),
    Limite("dernière unité du volume", uo(UO0, reference_bon_commande="2020-Lot08-UO00-01-00100"), None),
    Limite("au-delà du volume", uo(UO0, reference_bon_commande="2020-Lot08-UO00-01-00101"), "E-UO-021"),
    Limite("numéro de consommation zéro", uo(UO0, reference_bon_commande="2020-Lot08-UO00-01-00000"), "E-UO-021"),
    Limite(
        "clôture au dernier jour du trimestre",
        puis(
            sans_rattaches(UO1),
            lambda e: e["livrable"].append(livrable(UO1, "ELP", "elp.pdf", "2020-03-31")),
            uo(UO1, date_cloture="2020-03-31", numero_decompte="2020-Lot08-T1-UO01"),
        ),
        None,
    ),
    Limite("interaction le jour de l'engagement", mettre("interaction", 2, date_interaction="2020-03-09"), None),
    Limite(
        "interaction la veille de l'engagement",
        mettre("interaction", 2, date_interaction="2020-03-08"),
        "E-INT-012",
    ),
    Limite(
        "interaction le lendemain de la clôture",
        mettre("interaction", 2, date_interaction="2020-04-15"),
        "E-INT-012",
    ),
    Limite(
        "conseiller signant le jour de l'engagement",
        mettre("livrable", 0, date_signature_conseiller="2020-03-09"),
        None,
    ),
    Limite(
        "conseiller signant la veille de l'engagement",
        mettre("livrable", 0, date_signature_conseiller="2020-03-08"),
        "E-LIV-014",
    ),
    Limite("accusé sept jours après", mettre("reclamation", 0, date_accuse_reception="2020-05-11"), None),
    Limite("accusé huit jours après", mettre("reclamation", 0, date_accuse_reception="2020-05-12"), "E-REC-011"),
    Limite("réponse quarante-cinq jours après", mettre("reclamation", 0, date_reponse="2020-06-18"), None),
    Limite("réponse quarante-six jours après", mettre("reclamation", 0, date_reponse="2020-06-19"), "E-REC-012"),
    Limite(
        "implantation fermée le jour de son ouverture",
        seulement("implantation", date_fermeture="2020-01-02"),
        None,
    ),
    Limite("fiche produite le jour de la clôture", uo(UO1, horodatage="2020-04-14T00:00:00+02:00"), None),
    Limite("fiche produite la veille de la clôture", uo(UO1, horodatage="2020-04-13T23:59:59+02:00"), "E-UO-035"),
    Limite(
        "hors région avec une dérogation",
        puis(unites(UO1), ben(adresse_code_postal="69001"), uo(0, derogation_territoriale="MOBILITE_ENVISAGEE")),
        None,
    ),
    Limite(
        "hors région mais employée dans le lot",
        puis(unites(UO1), ben(adresse_code_postal="69001", entreprise_departement="44")),
        None,
    ),
    Limite("agent public et salarié", puis(unites(UO0, UO1), ben(statut="AGENT_TITULAIRE|CDI")), "E-UO-025"),
    Limite("agent public à l'UO0", puis(unites(UO0), ben(statut="AGENT_TITULAIRE")), None),
    Limite(
        "AUCUNE prestation, sans autoprescription",
        uo(UO22, prestations_complementaires="AUCUNE", autoprescription=None),
        None,
    ),
    Limite("fiche en avance d'un jour sur la réception", ben(horodatage="2022-06-03T08:00:00+02:00"), None),
    Limite("fiche en avance de plus d'un jour", ben(horodatage=FUTUR), "E-BEN-008"),
    Limite("fuseau en heures seules", ben(horodatage="2022-06-01T10:00+02"), None),
    Limite("site fermé le soir de l'engagement", _site("2020-01-02", "2020-03-09"), None),
    Limite("site fermé la veille de l'engagement", _site("2020-01-02", "2020-03-08"), "E-UO-043"),
    Limite("site ouvert le jour de l'engagement", _site("2020-03-09", None), None),
    Limite("site ouvert le lendemain de l'engagement", _site("2020-03-10", None), "E-UO-043"),
    Limite("décompte d'une UO2.1 écrit UO21", uo(UO21, numero_decompte="2020-Lot08-T3-UO21"), None),
    Limite(
        "décompte d'une UO2.1 écrit UO22",
        puis(unites(UO0, UO1, UO21), uo(UO21, numero_decompte="2020-Lot08-T3-UO22")),
        "E-UO-022",
    ),
    Limite("livrable nommé avec son dossier", mettre("livrable", 0, nom_fichier="livrables/elp.pdf"), None),
    Limite("réponse le jour de l'accusé", mettre("reclamation", 0, date_reponse="2020-05-11"), None),
    Limite("saisine le jour de la réponse", mettre("reclamation", 0, date_saisine_mediateur="2020-06-18"), None),
    # Indicators: 36 days for the one UO1 closed; one person of the order of 100.
    Limite("délai envoyé à un centième près", _indicateur("6.2", "36.01"), None),
    Limite("délai envoyé à plus d'un centième", _indicateur("6.2", "36.02"), "E-IND-010"),
    Limite("part envoyée comme une part", _indicateur("1.2", "0.01"), None),
    Limite("part envoyée en pour cent", _indicateur("1.2", "1"), None),
    Limite("part fausse", _indicateur("1.2", "0.5"), "E-IND-010", du_marche=True),
    Limite("indicateur que le registre ne calcule pas", _indicateur("8.6", "0.5"), None),
]
