"""What a field and a fiche are: the vocabulary in which the contract is declared once."""

from dataclasses import dataclass
from enum import StrEnum


class TypeChamp(StrEnum):
    """How the text of a field is read."""

    TEXTE = "texte"
    CODE = "code"
    DATE = "date"
    MOIS = "mois"
    HORODATAGE = "horodatage"
    ENTIER = "entier"
    DECIMAL = "décimal"
    MONTANT = "montant"
    BOOLEEN = "booléen"


class Sensibilite(StrEnum):
    """Class of a field, from which come masking, rights and retention."""

    TECHNIQUE = "technique"
    PSEUDONYME = "pseudonyme"
    NIR = "NIR"
    IDENTITE = "identité"
    CONTACT = "contact"
    PROFESSIONNEL = "professionnel"
    SANTE = "santé"
    MARCHE = "marché"
    PARCOURS = "parcours"
    PARCOURS_LIBRE = "parcours (texte libre)"

    @property
    def masquee(self) -> bool:
        """True when a received value must not be repeated in clear in a receipt."""
        return self in {
            Sensibilite.NIR,
            Sensibilite.IDENTITE,
            Sensibilite.CONTACT,
            Sensibilite.SANTE,
            Sensibilite.PARCOURS_LIBRE,
        }


class Niveau(StrEnum):
    """From which unit a beneficiary's field is due."""

    TOUJOURS = "oui"
    JAMAIS = "non"
    DES_UO0 = "dès UO0"
    DES_UO1 = "dès UO1"
    CONDITION = "condition"


@dataclass(frozen=True)
class Obligation:
    """When a field is due. `texte` is the contract's wording; the rest is what the validator reads.

    `uos`: units concerned; `a_la_cloture`: due only once the unit is closed; `types`: livrables concerned.
    """

    texte: str
    niveau: Niveau
    uos: frozenset[str] = frozenset()
    a_la_cloture: bool = False
    types: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Champ:
    """One exchanged field, with its format and everything that is generated from it."""

    nom: str
    libelle: str
    type: TypeChamp
    obligation: Obligation
    sensibilite: Sensibilite
    source: str
    contrainte: str = ""
    nomenclature: str = ""
    multiple: bool = False
    longueur_min: int = 0
    longueur_max: int | None = None
    motif: str = ""
    minimum: int | None = None
    maximum: int | None = None
    valeurs: tuple[str, ...] = ()

    @property
    def toujours_obligatoire(self) -> bool:
        """True when the field is due on every fiche, whatever the unit."""
        return self.obligation.niveau in {Niveau.TOUJOURS, Niveau.DES_UO0}


@dataclass(frozen=True)
class Fiche:
    """One kind of record: its fields in the order of the CSV header, and the fields that make its key.

    `jour_des_codes`: the fields that say the day its codes are judged at, the first one given being taken.
    """

    nom: str
    libelle: str
    cle: tuple[str, ...]
    champs: tuple[Champ, ...]
    prefixe_code: str
    jour_des_codes: tuple[str, ...] = ()

    def jours_du_code(self, champ: Champ) -> tuple[str, ...]:
        """The fields that give, the first one present being taken, the day at which a code of `champ` must be in
        force: its closure for what is known at the closure, the day the fiche speaks of for the rest, else the day
        it was produced."""
        jours = ("date_cloture",) if champ.obligation.a_la_cloture else self.jour_des_codes
        return tuple(nom for nom in (*jours, "horodatage") if nom in self.noms)

    def champ(self, nom: str) -> Champ:
        """The field of that name; KeyError when the fiche has none."""
        for champ in self.champs:
            if champ.nom == nom:
                return champ
        raise KeyError(nom)

    @property
    def noms(self) -> tuple[str, ...]:
        """Names of the fields, in order."""
        return tuple(champ.nom for champ in self.champs)
