"""XML of the contract, read fiche by fiche: no DTD, no entity, no network, bounded memory."""

from __future__ import annotations

import re
from typing import Any, NoReturn

from lxml import etree

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

_BLOC = 64 * 1024
_DOCTYPE = re.compile(rb"\A(?:\xef\xbb\xbf)?(?:\s+|<\?.*?\?>|<!--.*?-->)*<!(?:DOCTYPE|ENTITY)", re.DOTALL)
_ENCODAGE = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']+)[\"']")
_PROFOND = "Excessive depth"


def lire_xml(
    source: Source,
    schema: Schema,
    limites: Limites,
    anomalies: Anomalies,
    reserve: Reserve,
    progres: Progres | None = None,
) -> Manifeste | None:
    """Read `<envoi version lot emetteur sequence><fiche>…` and give its heading; raises EnvoiIllisible."""
    return _LectureXml(source, schema, limites, Rangees(source.nom, schema, anomalies, reserve)).lire(progres)


class _LectureXml:
    def __init__(self, source: Source, schema: Schema, limites: Limites, rangees: Rangees) -> None:
        self._source = source
        self._schema = schema
        self._limites = limites
        self._rangees = rangees
        self._rang = 0
        self._racine: Any = None
        self._analyseur = etree.XMLPullParser(
            events=("end",),
            tag=[f"{{*}}{fiche}" for fiche in schema],
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            dtd_validation=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )

    def lire(self, progres: Progres | None) -> Manifeste:
        lus = depuis_fiche = 0
        with self._source.ouvrir() as flux:
            while bloc := flux.read(_BLOC):
                if lus == 0:
                    self._controler_debut(bloc)
                lus += len(bloc)
                avant = self._rang
                try:
                    self._analyseur.feed(bloc)
                except etree.XMLSyntaxError as erreur:
                    self._prendre()
                    self._refuser(erreur)
                self._prendre()
                depuis_fiche = 0 if self._rang != avant else depuis_fiche + len(bloc)
                if depuis_fiche > self._limites.longueur_enregistrement + _BLOC:
                    raise illisible(
                        "E-FIC-006",
                        fichier=self._source.nom,
                        ligne=self._rang + 1,
                        limite=self._limites.longueur_enregistrement,
                    )
                if progres is not None:
                    progres(min(lus, self._source.taille), self._source.taille)
        try:
            racine = self._analyseur.close()
        except etree.XMLSyntaxError as erreur:
            self._refuser(erreur)
        self._prendre()
        self._controler_racine(racine)
        for element in racine:
            if element.tag is not etree.Entity:
                self._rang += 1
                self._rangees.fiche_inconnue(self._rang, etree.QName(element).localname)
        self._rangees.vider()
        return entete(self._source.nom, {str(nom): str(valeur) for nom, valeur in racine.attrib.items()})

    def _controler_debut(self, bloc: bytes) -> None:
        encodage = _ENCODAGE.match(bloc)
        if encodage and encodage[1].lower().replace(b"_", b"-") not in (b"utf-8", b"utf8", b"us-ascii"):
            detail = f" ; il déclare l'encodage {encodage[1].decode('ascii', 'replace')}"
            raise illisible("E-FIC-004", fichier=self._source.nom, octet=1, ligne=1, detail=detail)
        if _DOCTYPE.match(bloc):
            raise illisible("E-FIC-027", fichier=self._source.nom)

    def _refuser(self, erreur: etree.XMLSyntaxError) -> NoReturn:
        texte = str(erreur.msg or "")
        if _PROFOND in texte or "depth" in texte.lower():
            raise illisible(
                "E-FIC-025", fichier=self._source.nom, ligne=self._rang + 1, limite=self._limites.profondeur
            )
        raise illisible(
            "E-FIC-026",
            fichier=self._source.nom,
            detail=f"ligne {erreur.lineno or 1}, colonne {erreur.offset or 1}, après {self._rang} fiche(s)",
        ) from None

    def _controler_racine(self, racine: Any) -> None:
        if racine.getroottree().docinfo.doctype:
            raise illisible("E-FIC-027", fichier=self._source.nom)
        nom = etree.QName(racine).localname
        if nom != "envoi":
            raise illisible("E-FIC-029", fichier=self._source.nom, detail=nom)

    def _prendre(self) -> None:
        """Take the fiches completed so far and free them."""
        for _, element in self._analyseur.read_events():
            racine = element.getparent()
            if self._racine is None:
                sommet = element.getroottree().getroot()
                self._controler_racine(sommet)
                self._racine = sommet
            if racine is not self._racine:
                continue
            while (premier := racine[0]) is not element:
                self._rang += 1
                self._rangees.fiche_inconnue(self._rang, etree.QName(premier).localname)
                racine.remove(premier)
            self._rang += 1
            self._fiche(element)
            racine.remove(element)

    def _fiche(self, element: Any) -> None:
        balise: str = element.tag
        fiche = balise.rpartition("}")[2]
        textes: dict[str, str | None] = {}
        for enfant in element:
            champ = enfant.tag
            texte = enfant.text
            if len(enfant) or champ in textes or champ[0] == "{":
                textes = self._avec_soin(fiche, element)
                break
            textes[champ] = texte
        self._rangees.ajouter(fiche, self._rang, textes)

    def _avec_soin(self, fiche: str, element: Any) -> dict[str, str | None]:
        """Repeated elements, nested elements, names with a namespace."""
        champs = self._schema[fiche]
        valeurs: dict[str, list[str]] = {}
        imbriques: dict[str, str] = {}
        for enfant in element:
            champ = str(enfant.tag).rpartition("}")[2]
            if len(enfant):
                imbriques[champ] = etree.tostring(enfant, encoding="unicode", with_tail=False)
            valeurs.setdefault(champ, []).append(enfant.text or "")
        textes: dict[str, str | None] = {}
        for champ, liste in valeurs.items():
            texte = "|".join(liste)
            if champ in champs:
                if champ in imbriques:
                    texte = self._rangees.forme_fausse(
                        fiche, self._rang, champ, imbriques[champ], "valeur imbriquée"
                    )
                elif len(liste) > 1 and not champs[champ]:
                    texte = self._rangees.forme_fausse(
                        fiche, self._rang, champ, texte, "élément répété pour un champ simple"
                    )
            textes[champ] = texte
        return textes
