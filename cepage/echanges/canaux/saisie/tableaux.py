"""Reading a filled workbook: an ODS of any spreadsheet program, or a CSV of one kind of fiche.

A file comes from anywhere: it is bounded, nothing in it is computed, and what cannot be read is told in a sentence.
"""

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from lxml import etree

from cepage.echanges.canaux.saisie.champs import BARRE, ecrire, options
from cepage.echanges.canaux.saisie.gabarits import LIGNES
from cepage.echanges.canaux.saisie.sections import JAMAIS_SAISIS
from cepage.echanges.contrat.fiches import FICHES
from cepage.echanges.contrat.modele import Champ, TypeChamp

TAILLE_MAXIMALE = 5_000_000
_CONTENU_MAXIMAL = 60_000_000
_COLONNES = 80
_TETES = 10
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXTE = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_OUI, _NON = ("o", "oui", "vrai", "true", "1"), ("n", "non", "faux", "false", "0")


class TableurIllisible(Exception):
    """The file cannot be read as fiches; says why and what to do."""


@dataclass(frozen=True)
class Rangee:
    """One fiche of a workbook: where it is, and the text of its fields in the contract's writing."""

    fiche: str
    place: str
    contenu: Mapping[str, str]


@dataclass(frozen=True)
class Lu:
    """What a workbook holds; `inconnues` names the columns that are no field of the contract."""

    rangees: list[Rangee]
    inconnues: list[str]


def lire(octets: bytes, *, le: date) -> Lu:
    """The fiches of a workbook, codes told by their label or their code. Raises TableurIllisible."""
    if not octets:
        raise TableurIllisible("Le fichier est vide. Déposez le modèle rempli et enregistré.")
    if len(octets) > TAILLE_MAXIMALE:
        raise TableurIllisible("Le fichier dépasse 5 Mo. Déposez-le en plusieurs fois.")
    feuilles = _feuilles_ods(octets) if octets.startswith(b"PK") else [("CSV", _rangees_csv(octets))]
    rangees: list[Rangee] = []
    inconnues: list[str] = []
    reconnue = False
    for nom, lignes in feuilles:
        trouvee = _lire_la_feuille(nom, lignes, le, rangees, inconnues)
        reconnue = reconnue or trouvee
    if not reconnue:
        raise TableurIllisible(
            "Aucune feuille ne porte les noms des champs. Repartez du modèle, sans changer sa deuxième ligne."
        )
    return Lu(rangees, inconnues)


def _lire_la_feuille(
    nom: str, lignes: Iterator[list[str]], le: date, rangees: list[Rangee], inconnues: list[str]
) -> bool:
    """Add the fiches of a sheet; False when it names no field."""
    sorte, tete = "", []
    for numero, ligne in enumerate(lignes, start=1):
        if not sorte:
            sorte, tete = _sorte(ligne), ligne
            if not sorte and numero >= _TETES:
                return False
            if sorte:
                inconnues += [c for c in ligne if c and c not in FICHES[sorte].noms]
            continue
        contenu = dict(_contenu(sorte, tete, ligne, le))
        if contenu:
            if len(rangees) >= LIGNES:
                raise TableurIllisible(f"Le fichier porte plus de {LIGNES} fiches. Déposez-le en plusieurs fois.")
            rangees.append(Rangee(sorte, f"{nom}, ligne {numero}", contenu))
    return bool(sorte)


def _sorte(ligne: list[str]) -> str:
    """The kind of fiche whose fields these are, empty when they are no fields."""
    noms = {c for c in ligne if c}
    communs = {sorte: len(noms & set(fiche.noms)) for sorte, fiche in FICHES.items()}
    meilleure = max(communs, key=lambda sorte: (communs[sorte], -len(FICHES[sorte].noms)))
    return meilleure if communs[meilleure] >= 2 and communs[meilleure] * 2 > len(noms) else ""


def _contenu(sorte: str, tete: list[str], ligne: list[str], le: date) -> Iterator[tuple[str, str]]:
    for nom, texte in zip(tete, ligne, strict=False):
        if nom in FICHES[sorte].noms and nom not in JAMAIS_SAISIS and texte.strip():
            champ = FICHES[sorte].champ(nom)
            if ecrit := _valeur(champ, texte, le):
                yield nom, ecrit


def _valeur(champ: Champ, texte: str, le: date) -> str:
    morceaux = texte.split(BARRE) if champ.multiple else [texte]
    return BARRE.join(_code(champ, ecrire(champ, m), le) for m in morceaux if m.strip())


def _code(champ: Champ, texte: str, le: date) -> str:
    """A code, told by its label or by itself; a number whose zeros the program took away."""
    if champ.type is TypeChamp.BOOLEEN:
        return "O" if texte.casefold() in _OUI else "N" if texte.casefold() in _NON else texte
    if champ.motif == r"\d{5}" and texte.isdigit():
        return texte.zfill(5)
    if champ.type is not TypeChamp.CODE or not champ.nomenclature:
        return texte
    choix = options(champ, le, [])
    if texte in (codes := [code for code, _ in choix]):
        return texte
    par_libelle = {nom.casefold(): code for code, nom in choix}
    plein = texte.zfill(2) if texte.isdigit() else texte
    return par_libelle.get(texte.casefold()) or (plein if plein in codes else texte)


def _rangees_csv(octets: bytes) -> Iterator[list[str]]:
    try:
        texte = octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        texte = octets.decode("cp1252", "replace")
    if "\0" in texte:
        raise TableurIllisible("Ce fichier n'est ni un ODS ni un CSV. Enregistrez le tableur dans l'un de ces formats.")
    tete = texte.split("\n", 1)[0]
    separateur = max(";\t,", key=tete.count)
    try:
        yield from csv.reader(io.StringIO(texte), delimiter=separateur)
    except csv.Error as erreur:
        raise TableurIllisible(
            "Le CSV ne se lit pas jusqu'au bout. Enregistrez-le à nouveau depuis le tableur."
        ) from erreur


def _feuilles_ods(octets: bytes) -> list[tuple[str, Iterator[list[str]]]]:
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            if archive.read("mimetype").strip() != _ODS:
                raise TableurIllisible("Ce fichier n'est pas un ODS. Enregistrez le tableur au format ODS ou CSV.")
            if archive.getinfo("content.xml").file_size > _CONTENU_MAXIMAL:
                raise TableurIllisible("Le fichier est trop gros une fois ouvert. Repartez du modèle.")
            contenu = archive.read("content.xml")
    except (zipfile.BadZipFile, KeyError, RuntimeError, OSError, EOFError) as erreur:
        raise TableurIllisible("Le fichier est abîmé. Enregistrez-le à nouveau, puis déposez-le.") from erreur
    analyseur = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        racine = etree.fromstring(contenu, analyseur)
    except etree.XMLSyntaxError as erreur:
        raise TableurIllisible("Le fichier est abîmé. Enregistrez-le à nouveau, puis déposez-le.") from erreur
    if racine.getroottree().docinfo.doctype:
        raise TableurIllisible("Le fichier porte une déclaration qu'un tableur n'écrit pas. Repartez du modèle.")
    return [(str(t.get(f"{_TABLE}name")), _rangees_ods(t)) for t in racine.iter(f"{_TABLE}table")]


def _rangees_ods(table: etree._Element) -> Iterator[list[str]]:
    """The lines of a sheet; a repeated line counts once when it is empty, a bounded number of times otherwise."""
    for ligne in table.iter(f"{_TABLE}table-row"):
        cellules = list(_cellules(ligne))
        fois = _fois(ligne, "rows") if any(cellules) else 1
        for _ in range(min(fois, LIGNES + _TETES)):
            yield cellules


def _cellules(ligne: etree._Element) -> Iterator[str]:
    combien = 0
    for cellule in ligne:
        if cellule.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        texte = _texte(cellule)
        for _ in range(min(_fois(cellule, "columns"), _COLONNES - combien)):
            combien += 1
            yield texte


def _fois(element: etree._Element, quoi: str) -> int:
    texte = str(element.get(f"{_TABLE}number-{quoi}-repeated") or "1")
    return int(texte) if texte.isdigit() and len(texte) < 9 else 1


def _texte(cellule: etree._Element) -> str:
    genre = cellule.get(f"{_OFFICE}value-type")
    if genre == "date":
        return str(cellule.get(f"{_OFFICE}date-value") or "")[:10]
    if genre in ("float", "currency", "percentage"):
        return str(cellule.get(f"{_OFFICE}value") or "").removesuffix(".0")
    if genre == "boolean":
        return "O" if cellule.get(f"{_OFFICE}boolean-value") == "true" else "N"
    return "\n".join("".join(p.itertext()) for p in cellule.iterchildren(f"{_TEXTE}p"))
