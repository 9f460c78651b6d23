"""The open format of portable dossiers: which tables, which columns, in which order; its JSON Schema.

One file of JSON Lines per table. A line has one key per column, under the column's name. A reference to another line
is its `id` in the same archive, whatever the identifiers of the base that reads it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from cepage.fondations.socle.models import TransitionJournal
from cepage.operateur.dossiers import models as dossiers
from cepage.operateur.equipe import models as equipe
from cepage.operateur.livrables import models as livrables
from cepage.operateur.reclamations.models import Reclamation

NOM, VERSION = "cepage-dossiers", 1
PERSONNES = "personnes"
"""The professionals that the lines name: who acted stays known, without an account of their own."""


@dataclass(frozen=True)
class Table:
    """One file of the archive. `lot` is the way from a line to its lot, empty when it has none.

    `sans` are columns left out: recomputed at the arrival, or secrets of the instance that leaves.
    """

    nom: str
    modele: type[models.Model]
    lot: str
    sens: str
    sans: frozenset[str] = frozenset()
    tri: str = "pk"

    def champs(self) -> "list[models.Field[Any, Any]]":
        """The columns written, in the order of the model."""
        return [champ for champ in self.modele._meta.concrete_fields if champ.attname not in self.sans]


TABLES = (
    Table("membres", equipe.Membre, "", "les membres du groupement que les lignes nomment"),
    Table("beneficiaires", dossiers.Beneficiaire, "lot", "les personnes, telles que le contrat les déclare"),
    Table("statuts", dossiers.ChangementDeStatut, "beneficiaire__lot", "leurs situations dans le temps"),
    Table("fusions", dossiers.Fusion, "gardee__lot", "les fiches en double réunies"),
    Table("acces", dossiers.AccesAuDossier, "beneficiaire__lot", "qui a ouvert le dossier, et quel jour"),
    Table("unites", dossiers.UniteOeuvre, "lot", "les unités d'œuvre, leurs dates et leurs motifs"),
    Table("interactions", dossiers.Interaction, "unite__lot", "les contacts"),
    Table("etapes", dossiers.Etape, "beneficiaire__lot", "les étapes hors des unités"),
    Table("courriels", dossiers.Courriel, "beneficiaire__lot", "les trois courriels de l'UO2.2"),
    Table("recus", dossiers.CourrielRecu, "beneficiaire__lot", "les messages reçus des personnes"),
    Table("pieces", dossiers.PieceJointe, "beneficiaire__lot", "les documents confiés par les personnes"),
    Table("livrables", livrables.Livrable, "unite__lot", "les livrables et leur texte"),
    Table("versions", livrables.VersionLivrable, "livrable__unite__lot", "chaque version de ces textes"),
    Table(
        "signatures",
        livrables.Signature,
        "livrable__unite__lot",
        "les signatures et leur dossier de preuve",
        sans=frozenset({"jeton_condense", "code_condense"}),
    ),
    Table("reclamations", Reclamation, "lot", "les réclamations et leur suite"),
)
"""In the order in which they are read: a line only refers to lines already read, or to its own table."""

EXCLUS: dict[type[models.Model], str] = {
    dossiers.CleDeRecherche: "recalculée à l'arrivée",
    dossiers.NoteConfidentielle: "une note confidentielle ne sort jamais de chez l'opérateur",
    dossiers.CourrielSortant: "courrier de l'instance qui part",
    livrables.CourrielSortant: "courrier de l'instance qui part",
    dossiers.Compteur: "au manifeste, pour une reprise sous le même code d'émetteur",
    equipe.Rattachement: "l'équipe ne se transmet pas avec les dossiers",
    equipe.Conseiller: "l'équipe ne se transmet pas avec les dossiers",
    equipe.Experience: "l'équipe ne se transmet pas avec les dossiers",
    equipe.Derogation: "l'équipe ne se transmet pas avec les dossiers",
    equipe.EvaluationCompetence: "l'équipe ne se transmet pas avec les dossiers",
    equipe.ActionFormation: "l'équipe ne se transmet pas avec les dossiers",
}
"""What stays behind, and why."""

TRANSITIONS = "transitions"
SUIVIES = {table.modele._meta.label_lower: table.nom for table in TABLES}
"""Whose changes of state are written, by the name the log of transitions gives them."""


def ecrire(valeur: Any) -> Any:
    """A value as JSON keeps it: dates and instants in ISO 8601, amounts as text."""
    match valeur:
        case datetime() | date():
            return valeur.isoformat()
        case Decimal():
            return str(valeur)
        case list() | tuple():
            return [ecrire(v) for v in valeur]
    return valeur


def ligne(table: Table, objet: models.Model) -> dict[str, Any]:
    """One line of a table."""
    return {champ.attname: ecrire(getattr(objet, champ.attname)) for champ in table.champs()}


def ligne_de_transition(entree: TransitionJournal) -> dict[str, Any]:
    """A change of state: its object is the `id` of a line of `table`."""
    return {
        "table": SUIVIES[entree.modele],
        "objet": int(entree.objet),
        **{nom: ecrire(getattr(entree, nom)) for nom in CHAMPS_TRANSITION},
    }


CHAMPS_TRANSITION = ("de", "vers", "effet", "saisie", "auteur", "motif", "emetteur")
CHAMPS_PERSONNE = ("id", "email", "prenom", "nom")


def references(table: Table) -> Iterator[tuple[str, str]]:
    """The columns that refer to another line, each with the table of that line."""
    noms = {autre.modele: autre.nom for autre in TABLES}
    for champ in table.champs():
        vise = champ.related_model
        if isinstance(vise, type):
            yield champ.attname, noms.get(vise, PERSONNES)


def _genre(champ: "models.Field[Any, Any]") -> dict[str, Any]:
    match champ:
        case ArrayField():
            return {"type": "array", "items": _genre(champ.base_field)}
        case models.JSONField():
            return {"type": ["object", "array"]}
        case models.BooleanField():
            return {"type": "boolean"}
        case models.DateTimeField():
            return {"type": "string", "format": "date-time"}
        case models.DateField():
            return {"type": "string", "format": "date"}
        case models.DecimalField():
            return {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}
        case models.ForeignKey() | models.IntegerField():
            return {"type": "integer"}
    texte: dict[str, Any] = {"type": "string"}
    return texte | ({"maxLength": champ.max_length} if champ.max_length else {})


def _proprietes(table: Table) -> dict[str, Any]:
    vises = dict(references(table))
    proprietes = {}
    for champ in table.champs():
        genre = {"title": str(champ.verbose_name), **_genre(champ)}
        if champ.null:
            genre["type"] = [*([genre["type"]] if isinstance(genre["type"], str) else genre["type"]), "null"]
        if champ.attname in vises:
            genre["description"] = f"id d'une ligne de {vises[champ.attname]}.jsonl"
        proprietes[champ.attname] = genre
    return proprietes


def _objet(sens: str, proprietes: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "description": sens,
        "properties": proprietes,
        "required": sorted(proprietes),
        "additionalProperties": False,
    }


def schema() -> dict[str, Any]:
    """The JSON Schema of the format: one definition per file, for each of its lines."""
    texte, entier = {"type": "string"}, {"type": "integer"}
    personnes = {"id": entier, "email": texte, "prenom": texte, "nom": texte}
    instants = {"effet": {"type": "string", "format": "date"}, "saisie": {"type": "string", "format": "date-time"}}
    transitions = {
        "table": {"enum": sorted(SUIVIES.values())},
        "objet": entier,
        **dict.fromkeys(CHAMPS_TRANSITION, texte),
        **instants,
    }
    definitions = {table.nom: _objet(table.sens, _proprietes(table)) for table in TABLES}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{NOM}, version {VERSION}",
        "description": "Chaque fichier donnees/NOM.jsonl a une ligne par objet, conforme à $defs/NOM.",
        "$defs": {
            PERSONNES: _objet("les professionnels que les lignes nomment", personnes),
            **definitions,
            TRANSITIONS: _objet("les changements d'état, avec leur auteur et leur motif", transitions),
        },
    }
