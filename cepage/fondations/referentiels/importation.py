"""Reading a newer official file: what is wrong in it, what it would change. Nothing is stored here.

A file is refused whole: a list half read would silently reject good fiches. Each defect names its line.
"""

import csv
import hashlib
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from cepage.fondations.referentiels import nomenclatures, populations, territoires
from cepage.fondations.referentiels import source as source_donnees

DEFAUTS_MONTRES = 10
EXEMPLES_MONTRES = 5
PART_RETIREE_SUSPECTE = 0.10
LISTES_STRUCTURELLES = frozenset({"departement", "lot", "uo"})
MESURES_TRIEES = ", ".join(sorted(populations.MESURES))


class ImportRefuse(Exception):
    """A file that cannot be taken: what and why (`message`), how to mend it (`remede`)."""

    def __init__(self, message: str, remede: str) -> None:
        super().__init__(message, remede)
        self.message, self.remede = message, remede

    def __str__(self) -> str:
        return f"{self.message}\n{self.remede}"


@dataclass(frozen=True, slots=True)
class Genre:
    """What a list must look like: its columns (name → required value), its key and its line check."""

    colonnes: Mapping[str, bool]
    cle: tuple[str, ...]
    verifier: Callable[[source_donnees.Ligne], str | None] | None = None


@dataclass(frozen=True, slots=True)
class Preparation:
    """A file found good: its normalised content and what it changes on the day it takes over."""

    liste: str
    debut: date
    source: str
    contenu: bytes
    lignes: int
    ajoutes: tuple[str, ...]
    retires: tuple[str, ...]
    modifies: tuple[str, ...]
    en_vigueur: int

    @property
    def empreinte(self) -> str:
        """SHA-256 of the normalised content, in hexadecimal."""
        return hashlib.sha256(self.contenu).hexdigest()

    @property
    def retraits_suspects(self) -> bool:
        """Whether so many codes go away that the file is more likely cut short than new."""
        return len(self.retires) > PART_RETIREE_SUSPECTE * max(self.en_vigueur, 1)


def _nombre(texte: str, minimum: float, maximum: float) -> bool:
    try:
        return minimum <= float(texte) <= maximum
    except ValueError:
        return False


def _verifier_commune(ligne: source_donnees.Ligne) -> str | None:
    code = ligne["code"]
    if len(code) != 5 or not code.isalnum():
        return f"le code commune « {code} » n'a pas cinq caractères ; le fichier a-t-il perdu ses zéros ?"
    for postal in ligne["codes_postaux"].split():
        if len(postal) != 5 or not postal.isdigit():
            return f"le code postal « {postal} » n'a pas cinq chiffres ; le fichier a-t-il perdu ses zéros ?"
    try:
        region = territoires.region_du_departement(ligne["departement"])
    except territoires.TerritoireInconnu:
        return f"le département « {ligne['departement']} » n'existe pas"
    if region != ligne["region"]:
        return f"le département {ligne['departement']} est dans la région {region}, pas « {ligne['region']} »"
    if ligne["population"] and not ligne["population"].isdigit():
        return f"la population « {ligne['population']} » n'est pas un nombre entier"
    if bool(ligne["latitude"]) != bool(ligne["longitude"]):
        return "latitude et longitude vont ensemble : remplissez les deux ou aucune"
    for nom, limite in (("latitude", 90), ("longitude", 180)):
        if ligne[nom] and not _nombre(ligne[nom], -limite, limite):
            return f"la {nom} « {ligne[nom]} » n'est pas un nombre de degrés (point décimal)"
    return None


def _verifier_population(ligne: source_donnees.Ligne) -> str | None:
    if ligne["lot"] not in territoires.lots() or ligne["lot"] == territoires.LOT_SECURISATION:
        return f"le lot « {ligne['lot']} » n'est pas un lot régional, de 01 à 18"
    if ligne["mesure"] not in populations.MESURES:
        return f"la mesure « {ligne['mesure']} » n'existe pas ; mesures connues : {MESURES_TRIEES}"
    if not ligne["effectif"].isdigit():
        return f"l'effectif « {ligne['effectif']} » n'est pas un nombre entier"
    if not (ligne["annee"].isdigit() and len(ligne["annee"]) == 4):
        return f"l'année « {ligne['annee']} » ne s'écrit pas en quatre chiffres"
    return None


_CODES = Genre(MappingProxyType({"code": True, "libelle": True, "groupe": False}), ("code",))
_COMMUNES = Genre(
    MappingProxyType(
        {
            "code": True,
            "nom": True,
            "departement": True,
            "region": True,
            "epci": False,
            "population": False,
            "codes_postaux": True,
            "latitude": False,
            "longitude": False,
        }
    ),
    ("code",),
    _verifier_commune,
)
_POPULATIONS = Genre(
    MappingProxyType(
        {
            "lot": True,
            "mesure": True,
            "annee": True,
            "effectif": True,
            "champ": True,
            "source": True,
            "confiance": False,
        }
    ),
    ("lot", "mesure", "annee"),
    _verifier_population,
)


def listes_importables() -> tuple[str, ...]:
    """Names of the lists a file may renew, sorted."""
    return tuple(sorted({*nomenclatures.noms(), "communes", "populations"} - LISTES_STRUCTURELLES))


def genre_de_la_liste(liste: str) -> Genre:
    """Columns and checks of a list. Raises ImportRefuse when it cannot be imported."""
    if liste in LISTES_STRUCTURELLES:
        raise ImportRefuse(
            f"La liste « {liste} » est liée aux lots et aux règles du marché : elle ne s'importe pas.",
            "Faites-la évoluer avec les paramètres du marché.",
        )
    if liste not in listes_importables():
        raise ImportRefuse(
            f"La liste « {liste} » n'existe pas.", f"Listes connues : {', '.join(listes_importables())}."
        )
    return {"communes": _COMMUNES, "populations": _POPULATIONS}.get(liste, _CODES)


def _texte(contenu: bytes) -> str:
    if not contenu.strip():
        raise ImportRefuse("Le fichier est vide.", "Vérifiez le téléchargement et recommencez.")
    try:
        return contenu.decode("utf-8-sig")
    except UnicodeDecodeError as erreur:
        ligne = contenu.count(b"\n", 0, erreur.start) + 1
        raise ImportRefuse(
            f"Le fichier n'est pas en UTF-8 (octet 0x{contenu[erreur.start]:02X} à la ligne {ligne}).",
            "Enregistrez-le au format « CSV UTF-8 » dans votre tableur, ou convertissez-le.",
        ) from None


def _renommer(entete: list[str], colonnes: Mapping[str, str]) -> list[str]:
    """Header with the file's names replaced by ours: `colonnes` maps our name to the file's."""
    connus = {nom.strip().lower(): i for i, nom in enumerate(entete)}
    renomme = [nom.strip().lower() for nom in entete]
    for notre, sien in colonnes.items():
        if sien.strip().lower() not in connus:
            raise ImportRefuse(
                f"La colonne « {sien} », annoncée pour « {notre} », n'est pas dans le fichier.",
                f"Colonnes du fichier : {', '.join(entete)}.",
            )
        renomme[connus[sien.strip().lower()]] = notre
    return renomme


def _lire(contenu: bytes, genre: Genre, colonnes: Mapping[str, str]) -> list[source_donnees.Ligne]:
    """Rows of the file under our column names, trimmed. Raises ImportRefuse with every defect found."""
    texte = _texte(contenu)
    premiere = texte.split("\n", 1)[0]
    lecteur = csv.reader(io.StringIO(texte), delimiter=max(",;\t", key=premiere.count))
    entete_lue = next(lecteur)
    entete = _renommer(entete_lue, colonnes)
    manquantes = [nom for nom, obligatoire in genre.colonnes.items() if obligatoire and nom not in entete]
    if manquantes:
        raise ImportRefuse(
            f"Colonne manquante : {', '.join(manquantes)}. Colonnes du fichier : {', '.join(entete_lue)}.",
            "Renommez l'en-tête, ou donnez la correspondance : --colonnes "
            + ",".join(f"{nom}=NOM_DANS_LE_FICHIER" for nom in manquantes),
        )
    doubles = sorted({nom for nom in genre.colonnes if entete.count(nom) > 1})
    if doubles:
        raise ImportRefuse(f"Colonne en double : {', '.join(doubles)}.", "Gardez-en une seule.")
    lignes, defauts, vues = [], [], dict[tuple[str, ...], int]()
    for cellules in lecteur:
        if not any(c.strip() for c in cellules):
            continue
        numero = lecteur.line_num
        if len(cellules) != len(entete):
            defauts.append(f"ligne {numero} : {len(cellules)} colonnes au lieu de {len(entete)}")
            continue
        brute = dict(zip(entete, (c.strip() for c in cellules), strict=True))
        ligne = {nom: brute.get(nom, "") for nom in genre.colonnes}
        vides = [nom for nom, obligatoire in genre.colonnes.items() if obligatoire and not ligne[nom]]
        cle = tuple(ligne[nom] for nom in genre.cle)
        if vides:
            defauts.append(f"ligne {numero} : {', '.join(vides)} vide")
        elif cle in vues:
            defauts.append(f"ligne {numero} : « {' / '.join(cle)} » est déjà à la ligne {vues[cle]}")
        elif genre.verifier and (defaut := genre.verifier(ligne)):
            defauts.append(f"ligne {numero} : {defaut}")
        vues.setdefault(cle, numero)
        lignes.append(ligne)
    if defauts:
        suite = f"\n… et {len(defauts) - DEFAUTS_MONTRES} autres." if len(defauts) > DEFAUTS_MONTRES else ""
        raise ImportRefuse(
            f"{len(defauts)} défaut(s) dans le fichier :\n" + "\n".join(defauts[:DEFAUTS_MONTRES]) + suite,
            "Corrigez le fichier et relancez : rien n'a été importé.",
        )
    if not lignes:
        raise ImportRefuse("Le fichier n'a que son en-tête.", "Vérifiez le téléchargement et recommencez.")
    return lignes


def _normaliser(lignes: list[source_donnees.Ligne], genre: Genre) -> bytes:
    texte = io.StringIO()
    ecrivain = csv.DictWriter(texte, list(genre.colonnes), lineterminator="\n")
    ecrivain.writeheader()
    ecrivain.writerows(sorted(lignes, key=lambda li: tuple(li[nom] for nom in genre.cle)))
    return texte.getvalue().encode()


def _montrer(valeurs: tuple[str, ...]) -> str:
    return " · ".join(v for v in valeurs if v)


def _etat_en_vigueur(liste: str, genre: Genre, le: date) -> dict[str, tuple[str, ...]]:
    """What the list holds on `le`, by key, in the form that is compared and shown."""
    if liste == "communes":
        return {
            c.code: (c.nom, c.departement, c.region, c.epci, " ".join(c.codes_postaux))
            for c in territoires.communes(le)
        }
    if liste == "populations":
        jeu = source_donnees.jeu_en_vigueur(liste, le)
        return _comparables(liste, source_donnees.lire_csv(jeu.lire()), genre) if jeu else {}
    return {c.code: (c.libelle, c.groupe) for c in nomenclatures.table(liste) if c.valable(le)}


def _comparables(liste: str, lignes: list[source_donnees.Ligne], genre: Genre) -> dict[str, tuple[str, ...]]:
    noms = {
        "communes": ("nom", "departement", "region", "epci", "codes_postaux"),
        "populations": ("effectif", "champ", "source"),
    }.get(liste, ("libelle", "groupe"))
    return {" ".join(li[n] for n in genre.cle): tuple(li[n] for n in noms) for li in lignes}


def preparer(
    liste: str, contenu: bytes, debut: date, source: str, colonnes: Mapping[str, str] | None = None
) -> Preparation:
    """Read a file for a list taking over on `debut`, and compare it with what is in force that day.

    `colonnes` maps our column names to the file's. Raises ImportRefuse, with every defect found.
    """
    genre = genre_de_la_liste(liste)
    if debut < source_donnees.DEBUT_CONNU:
        raise ImportRefuse(
            f"La date {debut:%d/%m/%Y} précède le premier marché.",
            f"Donnez une date à partir du {source_donnees.DEBUT_CONNU:%d/%m/%Y}.",
        )
    if not source.strip():
        raise ImportRefuse(
            "La source de la liste manque.", "Dites d'où vient le fichier : --source « INSEE, COG 2026 »."
        )
    lignes = _lire(contenu, genre, colonnes or {})
    avant, apres = _etat_en_vigueur(liste, genre, debut), _comparables(liste, lignes, genre)
    return Preparation(
        liste=liste,
        debut=debut,
        source=source.strip(),
        contenu=_normaliser(lignes, genre),
        lignes=len(lignes),
        ajoutes=tuple(f"{c} : {_montrer(apres[c])}" for c in sorted(apres.keys() - avant.keys())),
        retires=tuple(f"{c} : {_montrer(avant[c])}" for c in sorted(avant.keys() - apres.keys())),
        modifies=tuple(
            f"{c} : {_montrer(avant[c])} → {_montrer(apres[c])}"
            for c in sorted(apres.keys() & avant.keys())
            if apres[c] != avant[c]
        ),
        en_vigueur=len(avant),
    )
