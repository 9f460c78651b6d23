"""XML of the contract, slice by slice: no DTD, no entity, no network, bounded memory.

Slices are cut after a fiche. Each must be well formed alone under the root's start tag; from the first that
is not (a comment or a CDATA section astride two slices, a fault), the rest is read as one stream.
"""

from __future__ import annotations

import re
from typing import Any, BinaryIO, NoReturn

from lxml import etree

from cepage.echanges.reception.lecture.json_rapide import ConversionRapide
from cepage.echanges.reception.lecture.manifeste import entete
from cepage.echanges.reception.lecture.modeles import (
    Anomalies,
    Limites,
    Manifeste,
    Progres,
    Schema,
    Source,
    illisible,
)
from cepage.echanges.reception.lecture.rangees import Rangees
from cepage.echanges.reception.lecture.reserve import Reserve
from cepage.echanges.reception.lecture.xml_rapide import EnLignesJson

_BLOC = 64 * 1024
_TRANCHE = 4 * 2**20
_ECHECS = 6
_AVANT_RACINE = rb"(?:\xef\xbb\xbf)?(?:[ \t\r\n]+|<\?.*?\?>|<!--.*?-->)*+"
_DOCTYPE = re.compile(rb"\A" + _AVANT_RACINE + rb"<!(?:DOCTYPE|ENTITY)", re.DOTALL)
_RACINE = re.compile(
    rb"\A" + _AVANT_RACINE + rb"(<([^\s<>/!?]++)(?:\s++[^\s=<>/]++\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+'))*+\s*+>)",
    re.DOTALL,
)
_ENCODAGE = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']+)[\"']")
_OPTIONS: dict[str, Any] = {
    "resolve_entities": False,
    "load_dtd": False,
    "no_network": True,
    "dtd_validation": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}


def lire_xml(
    source: Source,
    schema: Schema,
    limites: Limites,
    anomalies: Anomalies,
    reserve: Reserve,
    progres: Progres | None = None,
) -> Manifeste | None:
    """Read `<envoi version lot emetteur sequence><fiche>…` and give its heading; raises EnvoiIllisible."""
    lecture = _LectureXml(source, schema, limites, Rangees(source.nom, schema, anomalies, reserve), progres)
    with source.ouvrir() as flux:
        return lecture.lire(flux, ConversionRapide(source.nom, schema, anomalies, reserve))


class _LectureXml:
    def __init__(
        self, source: Source, schema: Schema, limites: Limites, rangees: Rangees, progres: Progres | None
    ) -> None:
        self._source = source
        self._schema = schema
        self._limites = limites
        self._rangees = rangees
        self._progres = progres
        self._rang = 0
        self._lus = 0
        self._lignes = 0
        self._racine: Any = None
        self._finales = [f"</{fiche}>".encode() for fiche in schema]

    def lire(self, flux: BinaryIO, rapide: ConversionRapide) -> Manifeste:
        tampon = self._lire(flux, _TRANCHE)
        self._controler_debut(tampon)
        ouvrante = _RACINE.match(tampon)
        if ouvrante is None:
            return self._en_flux(flux, b"", tampon)
        balise = ouvrante[1]
        fermante = b"</" + ouvrante[2] + b">"
        try:
            self._controler_racine(etree.fromstring(balise + fermante, _analyseur()))
        except etree.XMLSyntaxError:
            return self._en_flux(flux, b"", tampon)
        en_json = EnLignesJson(self._schema, balise, fermante)
        self._lignes = tampon.count(b"\n", 0, ouvrante.end())
        position = ouvrante.end()
        echecs = pause = 0
        while (fin := self._couper(tampon, position)) > position:
            morceau = tampon[position:fin]
            converti = None if pause else en_json.convertir(morceau)
            if self._trop_long(morceau, converti):
                break
            if converti is not None and rapide.convertir(*converti, self._rang + 1, textes=True):
                self._rang += converti[1]
                echecs = 0
            else:
                if not pause:
                    echecs = min(echecs + 1, _ECHECS)
                pause = pause - 1 if pause else 2**echecs - 1
                try:
                    arbre = etree.fromstring(balise + morceau + fermante, _analyseur())
                except etree.XMLSyntaxError:
                    break
                for element in arbre:
                    self._prendre_element(element)
                self._rangees.vider()
            self._lignes += morceau.count(b"\n")
            tampon = tampon[fin:] + self._lire(flux, _TRANCHE)
            position = 0
        return self._en_flux(flux, balise, tampon[position:])

    def _trop_long(self, morceau: bytes, converti: tuple[bytes, int] | None) -> bool:
        """May one fiche exceed the limit; the reading as one stream then tells which."""
        limite = self._limites.longueur_enregistrement
        if converti is not None:
            return any(len(ligne) > limite for ligne in converti[0].split(b"\n"))
        debut = 0
        for finale in re.finditer(b"|".join(map(re.escape, self._finales)), morceau):
            if finale.end() - debut > limite:
                return True
            debut = finale.end()
        return False

    def _lire(self, flux: BinaryIO, taille: int) -> bytes:
        bloc = flux.read(taille)
        self._lus += len(bloc)
        if self._progres is not None:
            self._progres(min(self._lus, self._source.taille), self._source.taille)
        return bloc

    def _couper(self, tampon: bytes, debut: int) -> int:
        """End of the last whole fiche, looked for in the last bytes; `debut` when there is none."""
        depuis = max(debut, len(tampon) - self._limites.longueur_enregistrement - _BLOC)
        fin = debut
        for finale in self._finales:
            trouve = tampon.rfind(finale, max(depuis, fin))
            if trouve >= 0:
                fin = trouve + len(finale)
        return fin

    def _en_flux(self, flux: BinaryIO, balise: bytes, tampon: bytes) -> Manifeste:
        """Read what remains as one stream, the root's start tag being given again first."""
        analyseur = etree.XMLPullParser(events=("end",), tag=[f"{{*}}{fiche}" for fiche in self._schema], **_OPTIONS)
        depuis_fiche = 0
        try:
            if balise:
                analyseur.feed(balise)
            for debut in range(0, len(tampon), _BLOC):
                depuis_fiche = self._donner(analyseur, tampon[debut : debut + _BLOC], depuis_fiche)
            while bloc := self._lire(flux, _BLOC):
                depuis_fiche = self._donner(analyseur, bloc, depuis_fiche)
            racine = analyseur.close()
        except etree.XMLSyntaxError as erreur:
            self._prendre(analyseur)
            self._refuser(erreur)
        self._prendre(analyseur)
        self._controler_racine(racine)
        for element in racine:
            self._prendre_element(element)
        self._rangees.vider()
        return entete(self._source.nom, {str(nom): str(valeur) for nom, valeur in racine.attrib.items()})

    def _donner(self, analyseur: Any, bloc: bytes, depuis_fiche: int) -> int:
        avant = self._rang
        analyseur.feed(bloc)
        self._prendre(analyseur)
        depuis_fiche = 0 if self._rang != avant else depuis_fiche + len(bloc)
        if depuis_fiche > self._limites.longueur_enregistrement + _BLOC:
            raise illisible(
                "E-FIC-006",
                fichier=self._source.nom,
                ligne=self._rang + 1,
                limite=self._limites.longueur_enregistrement,
            )
        return depuis_fiche

    def _controler_debut(self, bloc: bytes) -> None:
        encodage = _ENCODAGE.match(bloc)
        if encodage and encodage[1].lower().replace(b"_", b"-") not in (b"utf-8", b"utf8", b"us-ascii"):
            detail = f" ; il déclare l'encodage {encodage[1].decode('ascii', 'replace')}"
            raise illisible("E-FIC-004", fichier=self._source.nom, octet=1, ligne=1, detail=detail)
        if _DOCTYPE.match(bloc):
            raise illisible("E-FIC-027", fichier=self._source.nom)

    def _refuser(self, erreur: etree.XMLSyntaxError) -> NoReturn:
        if "depth" in str(erreur.msg or "").lower():
            raise illisible(
                "E-FIC-025", fichier=self._source.nom, ligne=self._rang + 1, limite=self._limites.profondeur
            )
        ligne = (erreur.lineno or 1) + self._lignes
        raise illisible(
            "E-FIC-026",
            fichier=self._source.nom,
            detail=f"ligne {ligne}, colonne {erreur.offset or 1}, après {self._rang} fiche(s)",
        ) from None

    def _controler_racine(self, racine: Any) -> None:
        if racine.getroottree().docinfo.doctype:
            raise illisible("E-FIC-027", fichier=self._source.nom)
        nom = etree.QName(racine).localname
        if nom != "envoi":
            raise illisible("E-FIC-029", fichier=self._source.nom, detail=nom)

    def _prendre(self, analyseur: Any) -> None:
        """Take the fiches completed so far and free them."""
        for _, element in analyseur.read_events():
            if self._racine is None:
                self._racine = element.getroottree().getroot()
                self._controler_racine(self._racine)
            if element.getparent() is not self._racine:
                continue
            while (premier := self._racine[0]) is not element:
                self._prendre_element(premier)
                self._racine.remove(premier)
            self._prendre_element(element)
            self._racine.remove(element)

    def _prendre_element(self, element: Any) -> None:
        """Take one child of the root, a fiche or not; its rank is counted."""
        if element.tag is etree.Entity:
            return
        self._rang += 1
        fiche = str(element.tag).rpartition("}")[2]
        champs = self._schema.get(fiche)
        if champs is None:
            self._rangees.fiche_inconnue(self._rang, fiche)
            return
        textes: dict[str, str | None] = {}
        for enfant in element:
            champ = enfant.tag
            if champ.__class__ is not str or champ[0] == "{" or len(enfant):
                textes = self._avec_soin(fiche, element)
                break
            if champ not in textes:
                textes[champ] = enfant.text
            elif champs.get(champ):
                textes[champ] = f"{textes[champ] or ''}|{enfant.text or ''}"
            else:
                textes = self._avec_soin(fiche, element)
                break
        self._rangees.ajouter(fiche, self._rang, textes)

    def _avec_soin(self, fiche: str, element: Any) -> dict[str, str | None]:
        """Repeated simple fields, nested elements, names with a namespace."""
        champs = self._schema[fiche]
        valeurs: dict[str, list[str]] = {}
        imbriques: dict[str, str] = {}
        for enfant in element.iterchildren(tag=etree.Element):
            champ = str(enfant.tag).rpartition("}")[2]
            if len(enfant):
                imbriques[champ] = etree.tostring(enfant, encoding="unicode", with_tail=False)
            valeurs.setdefault(champ, []).append(enfant.text or "")
        textes: dict[str, str | None] = {}
        for champ, liste in valeurs.items():
            texte = "|".join(liste)
            if champ in champs and champ in imbriques:
                texte = self._rangees.forme_fausse(fiche, self._rang, champ, imbriques[champ], "valeur imbriquée")
            elif champ in champs and len(liste) > 1 and not champs[champ]:
                detail = "élément répété pour un champ simple"
                texte = self._rangees.forme_fausse(fiche, self._rang, champ, texte, detail)
            textes[champ] = texte
        return textes


def _analyseur() -> etree.XMLParser:
    return etree.XMLParser(**_OPTIONS)
