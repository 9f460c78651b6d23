"""The workbook to fill offline: one sheet for each kind of fiche, drop-down lists, help on each cell.

On each sheet, line 1 is for people, line 2 names the contract's fields for the reading; the fiches follow.
"""

import io
from collections.abc import Iterable, Iterator
from datetime import date
from xml.sax.saxutils import escape, quoteattr

from cepage.echanges.canaux.saisie.champs import a_une_liste, options
from cepage.echanges.canaux.saisie.sections import ECRANS, JAMAIS_SAISIS, aide, libelle
from cepage.echanges.contrat.fiches import FICHES
from cepage.echanges.contrat.modele import Champ, Fiche, TypeChamp

NOM = "saisie-cep.ods"
LIGNES = 500
"""How many fiches of a kind one workbook carries."""
PREMIERE = 3
_LISTES = "Listes"
_SANS_STYLE = (TypeChamp.DATE, TypeChamp.ENTIER, TypeChamp.DECIMAL, TypeChamp.MONTANT)
_STYLES = (
    '<number:text-style style:name="N100"><number:text-content/></number:text-style>',
    '<style:style style:name="texte" style:family="table-cell" style:data-style-name="N100"/>',
    '<style:style style:name="titre" style:family="table-cell">'
    '<style:table-cell-properties fo:background-color="#e3e3fd" fo:wrap-option="wrap"/>'
    '<style:text-properties fo:font-weight="bold"/></style:style>',
    '<style:style style:name="nom" style:family="table-cell">'
    '<style:text-properties fo:color="#666666" fo:font-size="8pt"/></style:style>',
    '<style:style style:name="large" style:family="table-column">'
    '<style:table-column-properties style:column-width="5cm"/></style:style>',
)
_MODE_D_EMPLOI = (
    "Remplissez une feuille par sorte de fiche, à partir de la ligne 3 ; laissez vides les feuilles inutiles.",
    "Ne changez ni la ligne 2, ni le nom des colonnes : c'est à eux que le site reconnaît les champs.",
    "Quand plusieurs réponses sont possibles, séparez-les par une barre verticale : CDI|Frontalier.",
    "Laissez vides les numéros que vous n'avez pas : le site les attribue quand il le peut.",
    "Enregistrez au format ODS (ou chaque feuille en CSV), puis déposez le fichier sur la page « Saisie ».",
    "Le lot se choisit au dépôt. Les fichiers des livrables se déposent avec le tableur, sous le nom que vous écrivez.",
)


def champs_du_tableur(sorte: str) -> list[Champ]:
    """The columns of a sheet, in the order of the screen; a livrable also names its file."""
    noms = [nom for section in ECRANS[sorte].sections for nom in section.champs if nom not in JAMAIS_SAISIS]
    if sorte == "livrable":
        noms.append("nom_fichier")
    return [FICHES[sorte].champ(nom) for nom in noms]


def classeur(le: date) -> bytes:
    """The workbook, its lists as in force on that day."""
    from odfdo import Document, Element

    document = Document("spreadsheet")
    corps = document.body
    corps.clear()
    for style in _STYLES:
        document.insert_style(Element.from_tag(style), automatic=True)  # type: ignore[arg-type]
    listes = _Listes(le)
    validations, feuilles = [], []
    for sorte in FICHES:
        titre = ECRANS[sorte].titre
        colonnes = champs_du_tableur(sorte)
        for rang, champ in enumerate(colonnes):
            validations.append(_validation(FICHES[sorte], champ, f"{_cite(titre)}.{_lettre(rang)}{PREMIERE}", listes))
        feuilles.append(_feuille(titre, FICHES[sorte], colonnes))
    corps.append(Element.from_tag(f"<table:content-validations>{''.join(validations)}</table:content-validations>"))
    for feuille in (_notice(), *feuilles, listes.feuille()):
        corps.append(Element.from_tag(feuille))
    tampon = io.BytesIO()
    document.save(tampon)
    return tampon.getvalue()


class _Listes:
    """The sheet of the lists: one a column, its name on line 1."""

    def __init__(self, le: date) -> None:
        self._le = le
        self._colonnes: dict[str, list[str]] = {}

    def plage(self, champ: Champ) -> str:
        """The cells that hold the choices of a field."""
        nom = champ.nomenclature or "oui_non"
        if nom not in self._colonnes:
            self._colonnes[nom] = [texte for _, texte in options(champ, self._le, [])]
        colonne = _lettre(list(self._colonnes).index(nom))
        return f"${_LISTES}.${colonne}$2:.${colonne}${len(self._colonnes[nom]) + 1}"

    def feuille(self) -> str:
        """The sheet, once every field has asked for its choices."""
        hauteur = max(len(textes) for textes in self._colonnes.values())
        rangees = [list(self._colonnes)] + [
            [textes[i] if i < len(textes) else "" for textes in self._colonnes.values()] for i in range(hauteur)
        ]
        lignes = "".join(_ligne(_cellules(rangee)) for rangee in rangees)
        return f'<table:table table:name="{_LISTES}">{_colonnes(len(self._colonnes))}{lignes}</table:table>'


def _validation(fiche: Fiche, champ: Champ, base: str, listes: _Listes) -> str:
    """The drop-down list of a column and the help shown on its cells; several answers cannot be forced."""
    titre = libelle(fiche.nom, champ.nom, champ.libelle)
    texte = " ".join(filter(None, (aide(fiche.nom, champ.nom), f"Obligatoire : {champ.obligation.texte}.")))
    condition = f"of:cell-content-is-in-list([{listes.plage(champ)}])" if a_une_liste(champ) else ""
    stricte = "true" if condition and not champ.multiple else "false"
    return (
        f"<table:content-validation table:name={quoteattr(_nom(fiche, champ))} "
        + (f'table:condition={quoteattr(condition)} table:display-list="unsorted" ' if condition else "")
        + f'table:allow-empty-cell="true" table:base-cell-address={quoteattr(base)}>'
        f'<table:help-message table:title={quoteattr(titre)} table:display="true">'
        f"<text:p>{escape(texte)}</text:p></table:help-message>"
        f'<table:error-message table:display="{stricte}" table:message-type="stop" '
        f'table:title="Réponse inconnue"><text:p>Choisissez une réponse de la liste.</text:p></table:error-message>'
        f"</table:content-validation>"
    )


def _feuille(titre: str, fiche: Fiche, colonnes: list[Champ]) -> str:
    tetes = [libelle(fiche.nom, c.nom, c.libelle) for c in colonnes]
    vides = "".join(
        f"<table:table-cell table:content-validation-name={quoteattr(_nom(fiche, c))}"
        + ("/>" if c.type in _SANS_STYLE else ' table:style-name="texte"/>')
        for c in colonnes
    )
    return (
        f"<table:table table:name={quoteattr(titre)}>{_colonnes(len(colonnes))}"
        f"{_ligne(_cellules(tetes, 'titre'))}{_ligne(_cellules((c.nom for c in colonnes), 'nom'))}"
        f'<table:table-row table:number-rows-repeated="{LIGNES}">{vides}</table:table-row></table:table>'
    )


def _notice() -> str:
    lignes = "".join(_ligne(_cellules([texte])) for texte in _MODE_D_EMPLOI)
    return f'<table:table table:name="Mode d\'emploi"><table:table-column/>{lignes}</table:table>'


def _colonnes(combien: int) -> str:
    return f'<table:table-column table:style-name="large" table:number-columns-repeated="{combien}"/>'


def _ligne(cellules: Iterator[str]) -> str:
    return f"<table:table-row>{''.join(cellules)}</table:table-row>"


def _cellules(textes: Iterable[str], style: str = "texte") -> Iterator[str]:
    for texte in textes:
        yield (
            f'<table:table-cell table:style-name="{style}" office:value-type="string">'
            f"<text:p>{escape(texte)}</text:p></table:table-cell>"
        )


def _nom(fiche: Fiche, champ: Champ) -> str:
    return f"{fiche.nom}.{champ.nom}"


def _cite(feuille: str) -> str:
    return "'" + feuille.replace("'", "''") + "'"


def _lettre(rang: int) -> str:
    """The name of a column: A, B… Z, AA."""
    lettres = ""
    rang += 1
    while rang:
        rang, reste = divmod(rang - 1, 26)
        lettres = chr(ord("A") + reste) + lettres
    return lettres
