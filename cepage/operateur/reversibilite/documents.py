"""The dossier de réversibilité as a document: processes, data, incidents of the year, planning (CCTP §2.2.3)."""

from datetime import date, datetime

from cepage.fondations.comptes.models import Organisation
from cepage.fondations.socle import formats
from cepage.fondations.socle.pdf import Bloc, Document, Fiche, Liste, Paragraphe, Rubrique, Tableau, produire
from cepage.operateur.reversibilite.format import NOM, PERSONNES, TABLES, TRANSITIONS, VERSION
from cepage.operateur.reversibilite.selectors import DossierReversibilite

_PAS_ECRIT = "À écrire dans le plan de réversibilité."


def dossier_en_pdf(vu: DossierReversibilite, emetteur: str, comptes: dict[str, int], *, le: datetime) -> bytes:
    """The file to hand over; `comptes` gives how many lines of each table there are today."""
    organisation = Organisation.objects.filter(code_emetteur=emetteur).first()
    nom = organisation.nom if organisation else f"Opérateur {emetteur}"
    blocs = [*_plan(vu), *_donnees(comptes), *_incidents(vu), *_planning(vu)]
    titre = "Dossier de réversibilité et de transférabilité"
    return produire(Document(titre, nom, blocs, sous_titre=formats.jour(le.date()), entete=(nom,)), le=le)


def _paragraphes(texte: str) -> list[Bloc]:
    return [Paragraphe(morceau) for morceau in texte.split("\n\n") if morceau.strip()] or [Paragraphe(_PAS_ECRIT)]


def _plan(vu: DossierReversibilite) -> list[Bloc]:
    plan = vu.plan
    blocs: list[Bloc] = [Rubrique("Processus et modes opératoires"), *_paragraphes(plan.processus if plan else "")]
    blocs += [Rubrique("Contacts"), *_paragraphes(plan.contacts if plan else "")]
    if plan:
        blocs.append(Paragraphe(f"Plan mis à jour le {formats.jour(plan.mis_a_jour_le)} par {plan.mis_a_jour_par}."))
    return blocs


def _donnees(comptes: dict[str, int]) -> list[Bloc]:
    sens = {table.nom: table.sens for table in TABLES}
    sens |= {PERSONNES: "les professionnels nommés", TRANSITIONS: "les changements d'état"}
    rangees = [(nom, sens[nom], formats.nombre(combien)) for nom, combien in comptes.items() if nom in sens]
    return [
        Rubrique("Données disponibles"),
        Paragraphe(
            f"Les dossiers sont remis au format ouvert {NOM}, version {VERSION} : un ZIP de fichiers JSON Lines et des "
            "fichiers qu'ils nomment, avec un manifeste d'empreintes, un JSON Schema et sa documentation. Une autre "
            "instance de Cépage les reprend par la commande « cepage reversibilite importer »."
        ),
        Tableau(
            "Contenu des dossiers portables",
            ("Fichier", "Ce qu'il contient", "Lignes"),
            rangees,
            alignements=("gauche", "gauche", "droite"),
            largeurs=(2, 4, 1),
        ),
    ]


def _incidents(vu: DossierReversibilite) -> list[Bloc]:
    blocs: list[Bloc] = [Rubrique(f"Incidents depuis le {formats.jour(vu.incidents_depuis)}")]
    if not vu.incidents:
        blocs.append(Paragraphe("Aucun incident n'est noté sur la période."))
    for incident in vu.incidents:
        reglement = formats.jour(incident.fin) if incident.fin else "pas encore réglé"
        blocs.append(
            Fiche(
                (
                    ("Survenu le", formats.jour(incident.debut)),
                    ("Réglé le", reglement),
                    ("Ce qui s'est passé", incident.description),
                    ("Effet sur le service", incident.effet),
                    ("Ce qui a été fait", incident.remede or "—"),
                )
            )
        )
    points = [p.strip("-• ") for p in (vu.plan.vigilance if vu.plan else "").splitlines() if p.strip()]
    return [*blocs, Rubrique("Points de vigilance"), Liste(points) if points else Paragraphe("Aucun n'est signalé.")]


def _planning(vu: DossierReversibilite) -> list[Bloc]:
    blocs: list[Bloc] = [Rubrique("Planning prévisionnel")]
    if vu.planning_du and vu.reprise_le:
        blocs.append(
            Paragraphe(
                f"Ce planning est dû le {formats.jour(vu.planning_du)} au plus tard ; l'activité est assurée par le "
                f"nouvel interlocuteur le {formats.jour(vu.reprise_le)} au plus tard."
            )
        )
    if not vu.etapes:
        return [*blocs, Paragraphe("Aucune étape n'est encore prévue.")]
    rangees = [
        (
            _quand(datee.debut, datee.etape.du_jour),
            _quand(datee.fin, datee.etape.au_jour),
            datee.etape.libelle,
            datee.etape.responsable,
        )
        for datee in vu.etapes
    ]
    return [
        *blocs,
        Tableau("Étapes", ("Début", "Fin", "Étape", "Responsable"), rangees, largeurs=(1, 1, 3, 2)),
    ]


def _quand(jour: date | None, apres: int) -> str:
    return formats.jour_court(jour) if jour else f"jour {apres}"
