"""Every code the reading of a file may give: French sentence, mend and clause.

Codes are stable: a code is never reused for another meaning. `E-FIC-0xx` refuses the whole file,
`E-FIC-1xx` refuses one line (the others enter), `W-FIC-0xx` is a warning.
The sentences are `str.format` templates; their fields are given by the reader that raises them.
"""

from __future__ import annotations

from dataclasses import dataclass

_A3 = "CCTP annexe 3 §1"
_A2 = "CCTP annexe 2"


@dataclass(frozen=True, slots=True)
class CodeLecture:
    """One code: `message` says what is wrong, `remede` how to mend it, `clause` where it is written."""

    message: str
    remede: str
    clause: str = _A3


CODES: dict[str, CodeLecture] = {
    "E-FIC-001": CodeLecture(
        "Le fichier « {fichier} » est vide.",
        "Renvoyez le fichier produit par votre logiciel : il doit contenir au moins une ligne d'en-tête.",
    ),
    "E-FIC-002": CodeLecture(
        "Le format du fichier « {fichier} » n'est pas reconnu{detail}.",
        "Envoyez un ZIP avec manifeste, ou un fichier CSV, JSON, JSON Lines ou XML du contrat d'échange.",
    ),
    "E-FIC-003": CodeLecture(
        "Le fichier « {fichier} » dépasse la taille admise ({taille} octets reçus, {limite} au plus).",
        "Découpez l'envoi en plusieurs envois de numéros de séquence successifs.",
    ),
    "E-FIC-004": CodeLecture(
        "Le fichier « {fichier} » n'est pas encodé en UTF-8 : octet {octet}, ligne {ligne}{detail}.",
        "Exportez le fichier en UTF-8 (avec ou sans marque d'ordre) puis renvoyez-le.",
    ),
    "E-FIC-005": CodeLecture(
        "Le fichier « {fichier} » contient un octet nul : octet {octet}, ligne {ligne}.",
        "Vérifiez que le fichier est bien du texte en UTF-8 et non endommagé, puis renvoyez-le.",
    ),
    "E-FIC-006": CodeLecture(
        "Le fichier « {fichier} » contient un enregistrement de plus de {limite} octets, ligne {ligne}.",
        "Vérifiez les fins de ligne (LF ou CRLF) et raccourcissez l'enregistrement.",
    ),
    "E-FIC-007": CodeLecture(
        "Le type de fiche du fichier « {fichier} » n'est reconnu ni par son nom ni par son en-tête{detail}.",
        "Nommez le fichier d'après la fiche (par exemple « unite_oeuvre.csv »), avec les noms de champs du "
        "dictionnaire en première ligne, séparés par des points-virgules.",
        _A2,
    ),
    "E-FIC-008": CodeLecture(
        "Colonnes obligatoires absentes du fichier « {fichier} » (fiche {fiche}) : {colonnes}{detail}.",
        "Ajoutez ces colonnes à l'en-tête, puis renvoyez le fichier.",
        _A2,
    ),
    "E-FIC-009": CodeLecture(
        "Une colonne figure plusieurs fois dans l'en-tête du fichier « {fichier} » : {colonnes}.",
        "Gardez chaque colonne une seule fois ; plusieurs valeurs d'un champ se séparent par « | ».",
        _A2,
    ),
    "E-FIC-010": CodeLecture(
        "L'archive « {fichier} » est illisible ou tronquée : {detail}.",
        "Refaites l'archive ZIP et vérifiez que le transfert est allé à son terme, puis renvoyez-la.",
    ),
    "E-FIC-011": CodeLecture(
        "L'archive « {fichier} » ne contient pas de manifeste.",
        "Ajoutez à la racine du ZIP un fichier « manifeste.json » : version, lot, emetteur, sequence, "
        "comptes et empreintes SHA-256 de chaque fichier.",
    ),
    "E-FIC-012": CodeLecture(
        "Le manifeste de « {fichier} » n'est pas valable : {detail}.",
        "Corrigez « manifeste.json » : version, lot, emetteur, sequence (entier), comptes (fiche → nombre) "
        "et empreintes (fichier → SHA-256 en hexadécimal).",
    ),
    "E-FIC-013": CodeLecture(
        "L'empreinte SHA-256 de « {fichier} » n'est pas celle du manifeste ({recue} au lieu de {attendue}).",
        "Recalculez les empreintes après avoir écrit les fichiers, refaites le manifeste, puis renvoyez.",
    ),
    "E-FIC-014": CodeLecture(
        "L'archive contient un nom de fichier interdit : « {fichier} ».",
        "N'employez que des noms relatifs, sans « .. », sans barre oblique inverse ni lettre de lecteur.",
    ),
    "E-FIC-015": CodeLecture(
        "L'archive contient un lien ou un fichier spécial : « {fichier} ».",
        "Ne mettez dans l'archive que des fichiers ordinaires.",
    ),
    "E-FIC-016": CodeLecture(
        "L'archive contient deux fois le même nom de fichier : « {fichier} ».",
        "Refaites l'archive avec un seul fichier de chaque nom (majuscules et minuscules confondues).",
    ),
    "E-FIC-017": CodeLecture(
        "Le fichier « {fichier} » de l'archive est chiffré.",
        "Envoyez l'archive sans mot de passe : le canal de transmission est déjà chiffré.",
    ),
    "E-FIC-018": CodeLecture(
        "L'archive se décompresse en un volume anormal (« {fichier} » : {detail}).",
        "Refaites l'archive avec une compression ordinaire ou découpez l'envoi.",
    ),
    "E-FIC-019": CodeLecture(
        "L'archive contient une autre archive : « {fichier} ».",
        "Mettez les fichiers directement dans le ZIP de l'envoi.",
    ),
    "E-FIC-020": CodeLecture(
        "L'archive « {fichier} » contient trop de fichiers ({nombre}, {limite} au plus).",
        "Découpez l'envoi en plusieurs envois.",
    ),
    "E-FIC-021": CodeLecture(
        "Le fichier « {fichier} » n'est pas attendu dans l'archive : {detail}.",
        "Gardez à la racine manifeste.json et les fichiers de fiches, et les pièces sous « livrables/ » ; "
        "déclarez chacun dans le manifeste.",
    ),
    "E-FIC-022": CodeLecture(
        "Le fichier « {fichier} » est déclaré dans le manifeste et absent de l'archive.",
        "Ajoutez le fichier à l'archive ou retirez-le du manifeste.",
    ),
    "E-FIC-023": CodeLecture(
        "Le nom de l'archive « {fichier} » contredit son manifeste : {detail}.",
        "Nommez l'archive CEP_<lot>_<opérateur>_<AAAAMMJJ>_<séquence>.zip d'après le manifeste.",
    ),
    "E-FIC-024": CodeLecture(
        "Le document JSON « {fichier} » est mal formé ou tronqué, fiche {ligne}, octet {octet} : {detail}.",
        "Vérifiez que le document est complet et que votre logiciel produit du JSON conforme (RFC 8259).",
    ),
    "E-FIC-025": CodeLecture(
        "Le fichier « {fichier} » imbrique trop de niveaux (fiche {ligne}, {limite} au plus).",
        "Une fiche n'a qu'un niveau : des champs, et des listes de valeurs pour les champs multiples.",
    ),
    "E-FIC-026": CodeLecture(
        "Le document XML « {fichier} » est mal formé ou tronqué : {detail}.",
        "Vérifiez que le document est complet et bien formé, puis renvoyez-le.",
    ),
    "E-FIC-027": CodeLecture(
        "Le document XML « {fichier} » contient une déclaration de type ou d'entité (DTD).",
        "Retirez la déclaration <!DOCTYPE …> : le contrat est décrit par le schéma XSD publié.",
    ),
    "E-FIC-028": CodeLecture(
        "Le document JSON « {fichier} » n'a pas la structure attendue : {detail}.",
        'Respectez {{"version", "lot", "emetteur", "sequence", "fiches": […]}}, ou une fiche par ligne.',
    ),
    "E-FIC-029": CodeLecture(
        "L'élément racine du document XML « {fichier} » est « {detail} » et non « envoi ».",
        "Placez les fiches dans <envoi version lot emetteur sequence>…</envoi>.",
    ),
    "E-FIC-030": CodeLecture(
        "L'en-tête de l'envoi « {fichier} » n'est pas valable : {detail}.",
        "Donnez version, lot et emetteur (texte) et sequence (entier positif).",
    ),
    "E-FIC-031": CodeLecture(
        "Le fichier « {fichier} » de l'archive emploie une compression non admise.",
        "Refaites l'archive avec la compression ordinaire « deflate » ou sans compression.",
    ),
    "E-FIC-101": CodeLecture(
        "La ligne a plus de colonnes que l'en-tête ({nombre} au lieu de {attendu}).",
        "Mettez entre guillemets les valeurs qui contiennent un point-virgule, puis renvoyez la ligne.",
        _A2,
    ),
    "E-FIC-102": CodeLecture(
        "La ligne a moins de colonnes que l'en-tête ({nombre} au lieu de {attendu}).",
        "Écrivez toutes les colonnes, vides au besoin, puis renvoyez la ligne.",
        _A2,
    ),
    "E-FIC-103": CodeLecture(
        "La ligne a un guillemet mal placé ou jamais refermé.",
        "Refermez le guillemet, ou doublez-le (\"\") à l'intérieur d'une valeur, puis renvoyez la ligne.",
        _A2,
    ),
    "E-FIC-104": CodeLecture(
        "La ligne n'est pas un objet JSON lisible : {detail}.",
        "Écrivez une fiche complète par ligne, puis renvoyez la ligne.",
        _A2,
    ),
    "E-FIC-105": CodeLecture(
        "Type de fiche absent ou inconnu : « {valeur} ».",
        "Donnez dans « fiche » l'un des types du dictionnaire : {attendu}.",
        _A2,
    ),
    "E-FIC-106": CodeLecture(
        "Le champ « {champ} » n'a pas la forme attendue ({detail}).",
        "Donnez une valeur simple, ou une liste de valeurs simples si le champ est multiple.",
        _A2,
    ),
    "E-FIC-107": CodeLecture(
        "Le champ « {champ} » figure plusieurs fois dans la fiche.",
        "Gardez le champ une seule fois, puis renvoyez la fiche.",
        _A2,
    ),
    "W-FIC-001": CodeLecture(
        "La colonne ou le champ « {champ} » (fiche {fiche}) est inconnu du contrat ; il n'est pas lu.",
        "Vérifiez l'orthographe dans le dictionnaire ou retirez ce champ.",
        _A2,
    ),
    "W-FIC-002": CodeLecture(
        "Le manifeste annonce {attendu} fiche(s) {fiche} et l'envoi en contient {nombre}.",
        "Vérifiez que le fichier est complet ou corrigez « comptes » dans le manifeste.",
    ),
    "W-FIC-003": CodeLecture(
        "Plus de {limite} anomalies de lecture « {valeur} » : les suivantes ne sont pas détaillées.",
        "Corrigez la cause commune des anomalies listées, puis renvoyez le fichier.",
    ),
    "W-FIC-004": CodeLecture(
        "Le nom de l'archive « {fichier} » ne suit pas la forme convenue.",
        "Nommez l'archive CEP_<lot>_<opérateur>_<AAAAMMJJ>_<séquence>.zip.",
    ),
}
