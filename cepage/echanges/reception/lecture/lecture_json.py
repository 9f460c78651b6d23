"""JSON document and JSON Lines of the contract, streamed into the scratch store in constant memory."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

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

_TRANCHE = 8 * 2**20
_TRANCHE_MINIMALE = 128 * 2**10
_BLANCS = re.compile(r"[ \t\r\n]*")
_CLES_ENTETE = 100
_ECHECS = 6
_ATTENTE = 200
_JOINTURE = re.compile(r"\}[ \t\r\n]*,[ \t\r\n]*\{")


class _ObjetDouble(dict[str, Any]):
    """A JSON object in which a key comes twice."""

    doublons: list[str]


def _objet(paires: list[tuple[str, Any]]) -> dict[str, Any]:
    objet = dict(paires)
    if len(objet) == len(paires):
        return objet
    double = _ObjetDouble(objet)
    noms = [nom for nom, _ in paires]
    double.doublons = sorted({nom for nom in noms if noms.count(nom) > 1})
    return double


_DECODEUR = json.JSONDecoder(object_pairs_hook=_objet, parse_float=str, parse_int=str, parse_constant=str)


def _profond(valeur: object, reste: int) -> bool:
    """Does `valeur` nest more than `reste` levels of objects and lists."""
    if isinstance(valeur, dict):
        contenu: Iterable[object] = valeur.values()
    elif isinstance(valeur, list):
        contenu = valeur
    else:
        return False
    if reste == 0:
        return True
    return any(type(element) is not str and _profond(element, reste - 1) for element in contenu)


def lire_lignes(
    source: Source,
    schema: Schema,
    limites: Limites,
    anomalies: Anomalies,
    reserve: Reserve,
    progres: Progres | None = None,
) -> Manifeste | None:
    """Read JSON Lines; a line that is not a fiche is refused alone (E-FIC-104, 105, 107). No heading."""
    rangees = Rangees(source.nom, schema, anomalies, reserve)
    rapide = ConversionRapide(source.nom, schema, anomalies, reserve)
    numero, lus, taille = 1, 0, _TRANCHE
    tampon, position, fini = b"", 0, False
    echecs = pause = 0
    with source.ouvrir() as flux:
        while True:
            while not fini and len(tampon) - position < taille + limites.longueur_enregistrement:
                bloc = flux.read(_TRANCHE)
                fini = not bloc
                tampon = tampon[position:] + bloc
                position = 0
                if lus == 0:
                    tampon = tampon.removeprefix(b"\xef\xbb\xbf")
                lus += len(bloc)
                if fini and tampon and not tampon.endswith(b"\n"):
                    tampon += b"\n"
            if progres is not None:
                progres(min(lus, source.taille), source.taille)
            if position >= len(tampon):
                break
            fin = tampon.rfind(b"\n", position, position + taille) + 1
            if fin <= position:
                fin = tampon.find(b"\n", position) + 1
            morceau = tampon[position:fin]
            lignes = morceau.count(b"\n")
            if not pause and rapide.convertir(morceau, lignes, numero):
                echecs = 0
                taille = min(_TRANCHE, taille * 2)
            elif not pause and taille > _TRANCHE_MINIMALE:
                taille = max(_TRANCHE_MINIMALE, taille // 8)
                continue
            else:
                # After failures in a row, the engine is tried again less and less often.
                if not pause:
                    echecs = min(echecs + 1, _ECHECS)
                pause = pause - 1 if pause else 2**echecs - 1
                rangees.vider()
                for rang, ligne in enumerate(morceau.split(b"\n")[:-1], numero):
                    _lire_ligne(ligne, rang, source.nom, limites, anomalies, rangees)
                rangees.vider()
            numero += lignes
            position = fin
    return None


def _lire_ligne(ligne: bytes, rang: int, nom: str, limites: Limites, anomalies: Anomalies, rangees: Rangees) -> None:
    texte = ligne.decode("utf-8").strip(" \t\r\n")
    if not texte:
        return
    detail = "JSON mal formé"
    try:
        objet, fin = _DECODEUR.raw_decode(texte)
        if fin != len(texte):
            raise ValueError
        if _profond(objet, limites.profondeur):
            raise RecursionError
    except RecursionError:
        detail = "trop de niveaux imbriqués"
    except ValueError:
        pass
    else:
        rangees.ajouter_objet(rang, objet)
        return
    anomalies.ajouter("E-FIC-104", fichier=nom, ligne=rang, valeur=texte[:300], detail=detail)


def lire_document(
    source: Source,
    schema: Schema,
    limites: Limites,
    anomalies: Anomalies,
    reserve: Reserve,
    progres: Progres | None = None,
) -> Manifeste | None:
    """Read `{"version", "lot", "emetteur", "sequence", "fiches": […]}`, in any order; give its heading."""
    return _Document(source, schema, limites, anomalies, reserve, progres).lire()


class _Document:
    def __init__(
        self,
        source: Source,
        schema: Schema,
        limites: Limites,
        anomalies: Anomalies,
        reserve: Reserve,
        progres: Progres | None,
    ) -> None:
        self._source = source
        self._limites = limites
        self._rangees = Rangees(source.nom, schema, anomalies, reserve)
        self._rapide = ConversionRapide(source.nom, schema, anomalies, reserve)
        self._progres = progres
        self._texte = ""
        self._position = 0
        self._lus = 0
        self._fini = False
        self._rang = 0
        self._decodeur = codecs.getincrementaldecoder("utf-8-sig")()

    def lire(self) -> Manifeste:
        with self._source.ouvrir() as flux:
            self._lire_flux: Callable[[int], bytes] = flux.read
            valeurs: dict[str, Any] = {}
            fiches_lues = False
            self._attendre("{")
            while True:
                if not valeurs and not fiches_lues and self._suivant() == "}":
                    break
                cle = self._valeur() if self._suivant() == '"' else self._refuser("nom de champ attendu")
                self._attendre(":")
                if cle in valeurs or (cle == "fiches" and fiches_lues) or len(valeurs) > _CLES_ENTETE:
                    raise illisible(
                        "E-FIC-028",
                        fichier=self._source.nom,
                        detail=f"« {str(cle)[:50]} » y figure deux fois",
                    )
                if cle == "fiches":
                    fiches_lues = True
                    self._tableau()
                else:
                    self._suivant()
                    valeurs[str(cle)] = self._valeur()
                if self._suivant() != ",":
                    break
                self._position += 1
            self._attendre("}")
            if self._suivant():
                self._refuser("texte après la fin du document")
        if not fiches_lues:
            detail = "« fiches » est absent" + (" ; une fiche seule s'envoie en .jsonl" if "fiche" in valeurs else "")
            raise illisible("E-FIC-028", fichier=self._source.nom, detail=detail)
        self._rangees.vider()
        return entete(self._source.nom, valeurs)

    def _remplir(self) -> None:
        bloc = self._lire_flux(_TRANCHE)
        self._lus += len(bloc)
        self._fini = not bloc
        self._texte = self._texte[self._position :] + self._decodeur.decode(bloc, self._fini)
        self._position = 0
        if self._progres is not None:
            self._progres(min(self._lus, self._source.taille), self._source.taille)

    def _suivant(self) -> str:
        """Next character that is not white space, without taking it; empty at the end."""
        while True:
            trouve = _BLANCS.match(self._texte, self._position)
            self._position = trouve.end() if trouve else self._position
            if self._position < len(self._texte):
                return self._texte[self._position]
            if self._fini:
                return ""
            self._remplir()

    def _attendre(self, signe: str) -> None:
        if self._suivant() != signe:
            self._refuser(f"« {signe} » attendu")
        self._position += 1

    def _refuser(self, detail: str) -> NoReturn:
        if self._fini and self._position >= len(self._texte):
            detail += ", le document s'arrête là"
        octet = self._lus - len(self._texte[self._position :].encode("utf-8", "replace")) + 1
        raise illisible("E-FIC-024", fichier=self._source.nom, ligne=max(self._rang, 1), octet=octet, detail=detail)

    def _valeur(self) -> Any:
        limite = self._limites.longueur_enregistrement
        while True:
            try:
                valeur, fin = _DECODEUR.raw_decode(self._texte, self._position)
            except RecursionError:
                self._trop_profond()
            except ValueError as erreur:
                if not self._fini and len(self._texte) - self._position <= limite:
                    self._remplir()
                    continue
                loin = getattr(erreur, "pos", 0) - self._position > limite
                if loin or (not self._fini and "Unterminated" in str(erreur)):
                    self._trop_long()
                self._refuser("valeur mal formée")
            if fin - self._position > limite:
                self._trop_long()
            if fin == len(self._texte) and not self._fini:
                self._remplir()
                continue
            if _profond(valeur, self._limites.profondeur):
                self._trop_profond()
            self._position = fin
            return valeur

    def _trop_profond(self) -> NoReturn:
        raise illisible(
            "E-FIC-025",
            fichier=self._source.nom,
            ligne=max(self._rang, 1),
            limite=self._limites.profondeur,
        )

    def _trop_long(self) -> NoReturn:
        raise illisible(
            "E-FIC-006",
            fichier=self._source.nom,
            ligne=max(self._rang, 1),
            limite=self._limites.longueur_enregistrement,
        )

    def _tableau(self) -> None:
        if self._suivant() != "[":
            raise illisible("E-FIC-028", fichier=self._source.nom, detail="« fiches » n'est pas une liste")
        self._position += 1
        if self._suivant() == "]":
            self._position += 1
            return
        attente, duree = 0, _ATTENTE
        while True:
            if not self._suivant():
                self._refuser("fin de liste attendue")
            if attente == 0:
                if self._tranche_rapide():
                    duree = _ATTENTE
                    continue
                attente, duree = duree, min(duree * 2, _ATTENTE * 2**_ECHECS)
            attente -= 1
            self._rang += 1
            objet = self._valeur()
            self._rangees.ajouter_objet(self._rang, objet)
            signe = self._suivant()
            if signe not in (",", "]"):
                self._refuser("« , » ou « ] » attendu")
            self._position += 1
            if signe == "]":
                return

    def _tranche_rapide(self) -> bool:
        """Give the engine all whole fiches at hand; False when it cannot take them."""
        if not self._fini and len(self._texte) - self._position < _TRANCHE:
            self._remplir()
        fin = len(self._texte)
        for fenetre in (16 * 1024, self._limites.longueur_enregistrement):
            jointures = list(_JOINTURE.finditer(self._texte, max(self._position, fin - fenetre)))
            dernier = jointures[-1] if jointures else None
            if dernier is not None:
                break
        if dernier is None:
            return False
        coupe = dernier.start() + 1
        morceau = self._texte[self._position : coupe].replace("\n", " ").replace("\r", " ")
        lignes, nombre = _JOINTURE.subn("}\n{", morceau)
        self._rangees.vider()
        if not self._rapide.convertir((lignes + "\n").encode("utf-8"), nombre + 1, self._rang + 1):
            return False
        self._rang += nombre + 1
        self._position = dernier.end() - 1
        return True
