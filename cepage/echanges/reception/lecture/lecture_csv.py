"""CSV of the contract: parsed by the engine in slices cut at record boundaries, in constant memory.

A slice that the engine does not account for to the last separator and line end is read again carefully,
so that a wrong line is told with its number and the others enter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath

import polars as pl

from cepage.echanges.reception.lecture.enregistrements import lire_enregistrement
from cepage.echanges.reception.lecture.modeles import (
    Anomalies,
    Limites,
    Schema,
    Source,
    illisible,
)

_BOM = b"\xef\xbb\xbf"
_TRANCHE = 8 * 2**20
_TRANCHE_MINIMALE = 64 * 2**10


class LecteurCsv:
    """One CSV file of one type of fiche; its header is read and checked when it is built."""

    def __init__(
        self,
        source: Source,
        *,
        schema: Schema,
        champs_obligatoires: Mapping[str, frozenset[str]],
        limites: Limites,
        anomalies: Anomalies,
    ) -> None:
        self._source = source
        self._limites = limites
        self._anomalies = anomalies
        with source.ouvrir() as flux:
            tete = _lire(flux.read, limites.longueur_enregistrement + 4)
        self._debut = len(_BOM) if tete.startswith(_BOM) else 0
        tete = tete[self._debut :]
        if not tete.strip():
            raise illisible("E-FIC-001", fichier=source.nom)
        entete = lire_enregistrement(tete if b"\n" in tete else tete + b"\n", 0)
        if entete is None or entete.champs is None:
            raise illisible("E-FIC-007", fichier=source.nom, detail=" (en-tête illisible)")
        self._debut += min(entete.fin, len(tete))
        self._premiere_ligne = 1 + entete.lignes
        colonnes = [champ.decode("utf-8", "replace").strip() for champ in entete.champs]
        while len(colonnes) > 1 and not colonnes[-1]:
            colonnes.pop()
        self.colonnes = colonnes
        self.fiche = _reconnaitre(source.nom, colonnes, schema, champs_obligatoires)
        self._controler_entete(schema[self.fiche], champs_obligatoires.get(self.fiche, frozenset()))
        self._champs = list(schema[self.fiche])
        self._largeur = len(entete.champs)

    def _controler_entete(self, champs: Mapping[str, bool], obligatoires: frozenset[str]) -> None:
        nom = self._source.nom
        doubles = sorted({c for c in self.colonnes if self.colonnes.count(c) > 1})
        if doubles:
            raise illisible("E-FIC-009", fichier=nom, colonnes=", ".join(doubles))
        absentes = sorted(obligatoires - set(self.colonnes))
        if absentes:
            raise illisible(
                "E-FIC-008",
                fichier=nom,
                fiche=self.fiche,
                colonnes=", ".join(absentes),
                detail=_indice_separateur(self.colonnes),
            )
        for colonne in self.colonnes:
            if colonne not in champs:
                self._anomalies.ajouter("W-FIC-001", fichier=nom, fiche=self.fiche, champ=colonne)

    def lots(self, progres: Callable[[int], None]) -> Iterator[pl.DataFrame]:
        """Frames of the file in its order; `progres` receives the number of bytes read so far."""
        marge = self._limites.longueur_enregistrement + 2
        ligne = self._premiere_ligne
        taille = _TRANCHE
        tampon, position, lus, fini = b"", 0, 0, False
        with self._source.ouvrir() as flux:
            lus += len(_lire(flux.read, self._debut))
            while True:
                if not fini and len(tampon) - position < taille + marge:
                    bloc = _lire(flux.read, _TRANCHE + marge)
                    lus += len(bloc)
                    tampon = tampon[position:] + bloc
                    position = 0
                    if len(bloc) < _TRANCHE + marge:
                        fini = True
                        if tampon and not tampon.endswith(b"\n"):
                            tampon += b"\n"
                    progres(lus)
                if position >= len(tampon):
                    return
                fin = self._couper(tampon, position, min(len(tampon), position + taille))
                if fin > position:
                    morceau = tampon[position:fin]
                    lot = (
                        self._avec_guillemets(morceau, ligne)
                        if b'"' in morceau
                        else self._sans_guillemets(morceau, ligne)
                    )
                    if lot is not None:
                        if lot.height:
                            yield lot
                        ligne += morceau.count(b"\n")
                        position = fin
                        taille = min(_TRANCHE, taille * 2)
                        continue
                if taille > _TRANCHE_MINIMALE:
                    taille = max(_TRANCHE_MINIMALE, taille // 8)
                    continue
                lot, position, ligne = self._avec_soin(tampon, position, ligne)
                if lot.height:
                    yield lot
                taille *= 2

    @staticmethod
    def _couper(tampon: bytes, debut: int, fin: int) -> int:
        """Last record boundary before `fin`, or `debut` when none is found quickly."""
        coupe = tampon.rfind(b"\n", debut, fin) + 1
        if coupe <= debut:
            return debut
        guillemets = tampon.count(b'"', debut, coupe)
        for _ in range(200):
            if guillemets % 2 == 0:
                return coupe
            precedente = tampon.rfind(b"\n", debut, coupe - 1) + 1
            if precedente <= debut:
                return debut
            guillemets -= tampon.count(b'"', precedente, coupe)
            coupe = precedente
        return debut

    def _sans_guillemets(self, morceau: bytes, ligne: int) -> pl.DataFrame | None:
        lignes = morceau.count(b"\n")
        if morceau.count(b";") == (self._largeur - 1) * lignes:
            lu = self._moteur(morceau, guillemets=False)
            if lu is not None and lu.height == lignes:
                return self._cadre(lu, pl.int_range(ligne, ligne + lignes, dtype=pl.Int64, eager=True))
        bonnes: list[bytes] = []
        numeros: list[int] = []
        for numero, texte in enumerate(morceau.split(b"\n")[:-1], ligne):
            nombre = texte.count(b";") + 1
            if nombre == self._largeur and texte not in (b"", b"\r"):
                bonnes.append(texte)
                numeros.append(numero)
            elif texte not in (b"", b"\r"):
                self._refuser(numero, nombre, texte)
        if not bonnes:
            return self._cadre(self._vide(), pl.Series([], dtype=pl.Int64))
        lu = self._moteur(b"\n".join(bonnes) + b"\n", guillemets=False)
        if lu is None or lu.height != len(numeros):
            return None
        return self._cadre(lu, pl.Series(numeros, dtype=pl.Int64))

    def _avec_guillemets(self, morceau: bytes, ligne: int) -> pl.DataFrame | None:
        lu = self._moteur(morceau, guillemets=True)
        if lu is None:
            return None
        lignes = morceau.count(b"\n")
        internes: pl.Series | None = None
        if lignes != lu.height:
            internes = lu.select(
                pl.sum_horizontal(pl.all().str.count_matches("\n", literal=True).fill_null(0))
            ).to_series()
            if lignes != lu.height + int(internes.sum()):
                return None
        separateurs = morceau.count(b";") - (self._largeur - 1) * lu.height
        if separateurs < 0 or (separateurs and separateurs != _compter(lu, ";")):
            return None
        numeros = pl.int_range(ligne, ligne + lu.height, dtype=pl.Int64, eager=True)
        if internes is not None:
            numeros = numeros + internes.cast(pl.Int64).cum_sum().shift(1, fill_value=0)
        return self._cadre(lu, numeros)

    def _avec_soin(self, tampon: bytes, position: int, ligne: int) -> tuple[pl.DataFrame, int, int]:
        """Read records one by one over the smallest slice; gives the frame, where to go on and its line."""
        valeurs: list[list[str | None]] = []
        numeros: list[int] = []
        limite = position + _TRANCHE_MINIMALE
        while position < min(limite, len(tampon)):
            lu = lire_enregistrement(tampon, position)
            if lu is None or lu.fin - position > self._limites.longueur_enregistrement:
                raise illisible(
                    "E-FIC-006",
                    fichier=self._source.nom,
                    ligne=ligne,
                    limite=self._limites.longueur_enregistrement,
                )
            if lu.champs is None:
                texte = tampon[position : lu.fin].decode("utf-8", "replace").strip()
                self._anomalies.ajouter(
                    "E-FIC-103", fichier=self._source.nom, fiche=self.fiche, ligne=ligne, valeur=texte
                )
            elif len(lu.champs) == self._largeur and tampon[position : lu.fin].strip():
                valeurs.append([c.decode("utf-8") or None for c in lu.champs])
                numeros.append(ligne)
            elif tampon[position : lu.fin].strip():
                self._refuser(ligne, len(lu.champs), tampon[position : lu.fin])
            position = lu.fin
            ligne += lu.lignes
        noms = [str(i) for i in range(self._largeur)]
        lot = pl.DataFrame(valeurs, schema=dict.fromkeys(noms, pl.String), orient="row")
        return self._cadre(lot, pl.Series(numeros, dtype=pl.Int64)), position, ligne

    def _refuser(self, ligne: int, nombre: int, texte: bytes) -> None:
        self._anomalies.ajouter(
            "E-FIC-101" if nombre > self._largeur else "E-FIC-102",
            fichier=self._source.nom,
            fiche=self.fiche,
            ligne=ligne,
            valeur=texte[:1200].decode("utf-8", "replace").strip(),
            nombre=nombre,
            attendu=self._largeur,
        )

    def _vide(self) -> pl.DataFrame:
        return pl.DataFrame(schema={str(i): pl.String for i in range(self._largeur)})

    def _moteur(self, morceau: bytes, *, guillemets: bool) -> pl.DataFrame | None:
        """Columns "0", "1"… of a slice as the engine reads them; None when a line is not of that width."""
        noms = [str(i) for i in range(self._largeur + 1)]
        try:
            lu = pl.read_csv(
                ";".join(noms).encode() + b"\n" + morceau,
                separator=";",
                quote_char='"' if guillemets else None,
                infer_schema=False,
                truncate_ragged_lines=True,
            )
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
            return None
        surplus = lu.to_series(self._largeur)
        if surplus.null_count() != lu.height:
            return None
        lu = lu.drop(noms[-1])
        if guillemets and b'""' in morceau:
            lu = lu.with_columns(pl.when(pl.all() != "").then(pl.all()))
        return lu

    def _cadre(self, lu: pl.DataFrame, numeros: pl.Series) -> pl.DataFrame:
        rang = {nom: str(i) for i, nom in enumerate(self.colonnes)}
        return lu.select(
            numeros.alias("_ligne"),
            pl.lit(self._source.nom).alias("_fichier"),
            *(
                pl.col(rang[champ]).alias(champ) if champ in rang else pl.lit(None, pl.String).alias(champ)
                for champ in self._champs
            ),
        )


def _compter(lot: pl.DataFrame, motif: str) -> int:
    return int(lot.select(pl.sum_horizontal(pl.all().str.count_matches(motif, literal=True).sum())).item())


def _lire(lire: Callable[[int], bytes], taille: int) -> bytes:
    """Read exactly `taille` bytes, fewer only at the end of the stream."""
    blocs: list[bytes] = []
    while taille > 0 and (bloc := lire(taille)):
        blocs.append(bloc)
        taille -= len(bloc)
    return blocs[0] if len(blocs) == 1 else b"".join(blocs)


def _indice_separateur(colonnes: list[str]) -> str:
    if len(colonnes) == 1 and ("," in colonnes[0] or "\t" in colonnes[0]):
        return " ; le séparateur doit être le point-virgule"
    return ""


def fiche_du_nom(nom: str, schema: Schema) -> str | None:
    """Type of fiche told by a file name: `unite_oeuvre.csv`, or a name ending with it after a separator."""
    tronc = PurePosixPath(nom.replace("\\", "/")).stem.lower()
    for fiche in sorted(schema, key=len, reverse=True):
        if tronc == fiche or any(tronc.endswith(s + fiche) for s in "_-. "):
            return fiche
    return None


def _reconnaitre(nom: str, colonnes: list[str], schema: Schema, obligatoires: Mapping[str, frozenset[str]]) -> str:
    par_nom = fiche_du_nom(nom, schema)
    if par_nom is not None:
        return par_nom
    presentes = set(colonnes)
    candidates = [f for f in schema if obligatoires.get(f, frozenset()) <= presentes & set(schema[f])]
    notes = sorted(((len(presentes & set(schema[f])), f) for f in candidates), reverse=True)
    if not notes or notes[0][0] == 0 or (len(notes) > 1 and notes[0][0] == notes[1][0]):
        raise illisible("E-FIC-007", fichier=nom, detail=_indice_separateur(colonnes))
    return notes[0][1]
