"""The screen of one fiche, section by section, and the small forms around it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.datastructures import MultiValueDict

from cepage.echanges.canaux.saisie.champs import BARRE, champ_de_saisie, ecrire, lire, options
from cepage.echanges.canaux.saisie.sections import ECRANS, JAMAIS_SAISIS, Section, libelle
from cepage.echanges.contrat.fiches import FICHES
from cepage.echanges.contrat.modele import Champ, TypeChamp
from cepage.fondations.referentiels import nomenclatures

PRESTATIONS = "prestations_complementaires"
SIENNES = "autoprescription"
NUMEROS = frozenset({"numero_dossier", "reference_bon_commande", "numero_decompte"})
DETAILS = "motif_sollicitation_detaille"
_SANS_PRESTATION = "AUCUNE"
CLOSE = "close"
_LIBELLES_SITUATION = (("en_cours", "Elle est en cours"), (CLOSE, "Elle est close"))


@dataclass(frozen=True)
class Groupe:
    """Boxes to tick together; `code` is the reason they belong to, when they depend on one."""

    code: str
    libelle: str
    options: list[Any]


@dataclass(frozen=True)
class Element:
    """One field on the screen; `garde`: it stays shown whatever was chosen, for it is filled or refused."""

    champ: BoundField
    declare: Champ | None
    groupes: list[Groupe]
    garde: bool
    lisible: str

    @property
    def uos(self) -> str:
        """The units it concerns, for the style sheet; empty: all."""
        return " ".join(sorted(self.declare.obligation.uos)) if self.declare else ""

    @property
    def types(self) -> str:
        """The kinds of livrable it concerns; empty: all."""
        return " ".join(sorted(self.declare.obligation.types)) if self.declare else ""

    @property
    def a_la_cloture(self) -> bool:
        """True when it is due once the unit is closed."""
        return self.declare is not None and self.declare.obligation.a_la_cloture

    @property
    def large(self) -> bool:
        """True when it takes the whole width."""
        return bool(self.groupes) or isinstance(self.champ.field.widget, (forms.Textarea, forms.FileInput))


class FicheForm(forms.Form):
    """One fiche: always bound, to what is kept or to what was just typed; it accepts whatever comes."""

    def __init__(
        self, fiche: str, donnees: Mapping[str, Any], *, aujourd_hui: date, bloques: Iterable[str] = ()
    ) -> None:
        self.declaree = FICHES[fiche]
        self.ecran = ECRANS[fiche]
        self.recues: MultiValueDict[str, Any] = (
            donnees if isinstance(donnees, MultiValueDict) else _en_listes(fiche, donnees)
        )
        super().__init__(self.recues)
        self.bloques = frozenset(bloques)
        contenu = self.contenu() if isinstance(donnees, MultiValueDict) else donnees
        for nom in _noms(fiche):
            self.fields[nom] = champ_de_saisie(self.declaree, self.declaree.champ(nom), contenu, aujourd_hui)
            if nom in self.bloques:
                liste = isinstance(self.fields[nom].widget, forms.Select)
                self.fields[nom].widget.attrs["disabled" if liste else "readonly"] = True
        if fiche == "unite_oeuvre":
            self._preparer_l_unite(contenu, aujourd_hui)
        if fiche == "livrable":
            self.fields["fichier"] = forms.FileField(
                label="Fichier de l'écrit", required=False, help_text="PDF ou ODT, 10 Mo au plus."
            )
        self.is_valid()

    def _preparer_l_unite(self, contenu: Mapping[str, str], aujourd_hui: date) -> None:
        champ = self.declaree.champ(PRESTATIONS)
        choix = [
            c
            for c in options(champ, aujourd_hui, contenu.get(PRESTATIONS, "").split(BARRE))
            if c[0] != _SANS_PRESTATION
        ]
        self.fields[SIENNES] = forms.MultipleChoiceField(
            label=libelle("unite_oeuvre", SIENNES, ""),
            help_text="Cochez d'abord la prestation elle-même.",
            choices=choix,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    def contenu(self) -> dict[str, str]:
        """What is typed, in the contract's writing; empty fields left out."""
        textes = {nom: self._texte(nom) for nom in _noms(self.declaree.nom)}
        if SIENNES in textes:
            prestations = [p for p in textes[PRESTATIONS].split(BARRE) if p and p != _SANS_PRESTATION]
            siennes = set(self.recues.getlist(SIENNES))
            textes[SIENNES] = BARRE.join("O" if p in siennes else "N" for p in prestations)
        return {nom: texte for nom, texte in textes.items() if texte}

    def _texte(self, nom: str) -> str:
        champ = self.declaree.champ(nom)
        return BARRE.join(t for v in self.recues.getlist(nom) if (t := ecrire(champ, str(v))))

    def signaler(self, constats: Iterable[Mapping[str, Any]]) -> None:
        """Put what the exchange point refuses beside the fields it names."""
        for constat in constats:
            nom = constat["champ"] if constat["champ"] in self.fields else None
            if not (nom in NUMEROS and self._sans_reperes()):
                self.add_error(nom, phrase(constat))

    def _sans_reperes(self) -> bool:
        """True while the numbers cannot be given yet: saying that they lack would help nobody."""
        return self.declaree.nom == "unite_oeuvre" and not all(self.recues.get(n) for n in ("uo", "date_engagement"))

    @property
    def erreurs(self) -> list[tuple[str, str, str]]:
        """What to mend, in the order of the screen: anchor, label, sentence."""
        rangs = [e.champ for _, elements in self.sections for e in elements]
        return [(ancre(c), str(c.label), str(e)) for c in rangs for e in c.errors]

    @property
    def sections(self) -> list[tuple[Section, list[Element]]]:
        """The screen, from top to bottom."""
        return [(section, list(self._elements(section))) for section in self.ecran.sections]

    @property
    def sections_remplies(self) -> list[tuple[Section, list[Element]]]:
        """What is filled, to be read."""
        remplies = [(section, [e for e in elements if e.lisible]) for section, elements in self.sections]
        return [(section, elements) for section, elements in remplies if elements]

    def _elements(self, section: Section) -> Iterator[Element]:
        noms = list(section.champs)
        if "fichier" in self.fields and section is self.ecran.sections[0]:
            noms.append("fichier")
        for nom in noms:
            if nom not in self.fields:
                continue
            lie = self[nom]
            declare = self.declaree.champ(nom) if nom in self.declaree.noms else None
            rempli = bool(any(self.recues.getlist(nom)))
            lisible = lire(declare, self.recues.getlist(nom)) if declare else ""
            yield Element(lie, declare, _groupes(nom, lie), rempli or bool(lie.errors), lisible)

    @property
    def close(self) -> bool:
        """True when the unit is said closed."""
        return self.recues.get("situation") == CLOSE or bool(self.recues.get("date_cloture"))

    @property
    def close_sans_date(self) -> bool:
        """True when the unit is said closed, on no day."""
        return self.close and "date_cloture" in self.fields and not self.recues.get("date_cloture")

    def dire_close(self) -> None:
        """The person said the unit closed: ask for the day."""
        self.recues["situation"] = CLOSE
        if self.close_sans_date:
            self.add_error("date_cloture", "Vous dites que l'unité est close : donnez le jour de sa clôture.")

    @property
    def situations(self) -> list[tuple[str, str, bool]]:
        """The choice that opens the fields of the closure; it is not a field of the contract."""
        return [(valeur, texte, (valeur == CLOSE) == self.close) for valeur, texte in _LIBELLES_SITUATION]


def _noms(fiche: str) -> list[str]:
    return [nom for section in ECRANS[fiche].sections for nom in section.champs if nom not in JAMAIS_SAISIS]


def phrase(constat: Mapping[str, Any]) -> str:
    """What the screen says of a finding; a missing answer needs no long sentence beside its own field."""
    if str(constat["code"]).endswith("-001"):
        return "À remplir : le contrat demande cette réponse."
    return f"{constat['message']} {constat['remede']}"


def ancre(champ: BoundField) -> str:
    """The identifier of a field in the page."""
    return champ.id_for_label or champ.auto_id


def _en_listes(fiche: str, contenu: Mapping[str, str]) -> "MultiValueDict[str, str]":
    """What is kept, as a browser would send it."""
    donnees: MultiValueDict[str, str] = MultiValueDict()
    for champ in FICHES[fiche].champs:
        texte = contenu.get(champ.nom, "")
        if champ.nom == SIENNES:
            prestations = [p for p in contenu.get(PRESTATIONS, "").split(BARRE) if p != _SANS_PRESTATION]
            donnees.setlist(SIENNES, [p for p, oui in zip(prestations, texte.split(BARRE), strict=False) if oui == "O"])
        elif texte:
            coupe = champ.multiple and champ.type is TypeChamp.CODE
            donnees.setlist(champ.nom, texte.split(BARRE) if coupe else [texte])
    return donnees


def _groupes(nom: str, lie: BoundField) -> list[Groupe]:
    if not isinstance(lie.field.widget, forms.CheckboxSelectMultiple):
        return []
    cases = list(lie)
    if nom != DETAILS:
        return [Groupe("", "", cases)]
    par_motif: dict[str, list[Any]] = {}
    for case in cases:
        try:
            motif = nomenclatures.groupe(nom, str(case.data["value"]))
        except KeyError:
            motif = ""
        par_motif.setdefault(motif, []).append(case)
    return [
        Groupe(motif, nomenclatures.libelle("motif_sollicitation", motif) if motif else "Autre", siennes)
        for motif, siennes in par_motif.items()
    ]
