"""The French documentation of the format, carried in each archive."""

from cepage.operateur.reversibilite.format import NOM, PERSONNES, TABLES, TRANSITIONS, VERSION, references


def lisez_moi() -> str:
    """What the archive is, file by file; made from the declaration of the format."""
    lignes = [
        f"# Dossiers portables ({NOM}, version {VERSION})",
        "",
        "Cette archive contient des dossiers complets du conseil en évolution professionnelle, pour être repris",
        "par un autre opérateur (CCTP §2.2.3, UO5). Le format est ouvert : des fichiers JSON Lines en UTF-8 (un",
        "objet par ligne) et les fichiers qu'ils nomment, dans un ZIP.",
        "",
        "- `manifeste.json` : d'où vient l'archive, et de chaque partie son empreinte SHA-256, sa taille, ses lignes.",
        "- `schema.json` : le JSON Schema (2020-12) de chaque ligne.",
        "- `fichiers/pieces/EMPREINTE` : les documents confiés par les personnes, nommés par leur SHA-256.",
        "- `fichiers/preuves/EMPREINTE` : les courriels et les livrables signés, nommés par leur SHA-256.",
        "",
        "Une colonne dont le nom finit par `_id` désigne l'`id` d'une ligne d'un autre fichier de l'archive. Les",
        "dates sont en ISO 8601, les montants et les nombres décimaux en texte.",
        "",
        "| fichier | ce qu'il contient | références |",
        "|---|---|---|",
        f"| `donnees/{PERSONNES}.jsonl` | les professionnels que les lignes nomment | |",
    ]
    for table in TABLES:
        vises = ", ".join(f"`{colonne}` → {nom}" for colonne, nom in references(table))
        lignes.append(f"| `donnees/{table.nom}.jsonl` | {table.sens} | {vises} |")
    lignes += [
        f"| `donnees/{TRANSITIONS}.jsonl` | les changements d'état, leur auteur, leur motif | `objet` → `table` |",
        "",
        "N'y sont pas : les notes confidentielles, qui ne sortent jamais de chez l'opérateur ; les liens et codes",
        "de signature en attente, à redemander ; les clés de recherche, recalculées à l'arrivée.",
        "",
    ]
    return "\n".join(lignes)
