"""The checked fiches of one kind, kept on disk batch by batch until the whole envoi is judged."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from cepage.echanges.contrat.modele import Fiche

META = ("_fichier", "_ligne", "_cle", "_empreinte")
_A_ECHAPPER = r'["\\\x00-\x1f]'


class Reserve:
    """Accepted-or-not fiches: columns on disk, and the mask of the refused ones in memory."""

    def __init__(self, fiche: Fiche, repertoire: Path) -> None:
        self.fiche = fiche
        self._repertoire = repertoire / f"fiches_{fiche.nom}"
        self._repertoire.mkdir(parents=True, exist_ok=True)
        self._lots: list[Path] = []
        self._masques: list[pl.Series] = []
        self._cles: pl.Series | None = None

    def definir_cles(self, cles: pl.Series) -> None:
        """Replace the keys of the whole reserve, in the order in which the fiches were added."""
        self._cles = cles

    def ajouter(self, lues: pl.DataFrame, refusees: pl.Series) -> None:
        """Keep one batch of fiches (text columns and `META`) with those a rule already refuses."""
        chemin = self._repertoire / f"{len(self._lots):06d}.arrow"
        lues.write_ipc(chemin, compression="lz4")
        self._lots.append(chemin)
        self._masques.append(refusees)

    @property
    def refusees(self) -> pl.Series:
        """Mask of the refused fiches, in the order in which they were added."""
        if not self._masques:
            return pl.Series("_refusee", [], dtype=pl.Boolean)
        return pl.concat(self._masques).rename("_refusee")

    def refuser(self, masque: pl.Series) -> None:
        """Refuse more fiches: a mask as long as the whole reserve."""
        debut = 0
        for i, actuel in enumerate(self._masques):
            self._masques[i] = actuel | masque.slice(debut, actuel.len())
            debut += actuel.len()

    def lots(self) -> Iterator[pl.DataFrame]:
        """All the fiches, batch by batch, with `_refusee`."""
        debut = 0
        for chemin, masque in zip(self._lots, self._masques, strict=True):
            lot = pl.read_ipc(chemin).with_columns(masque.alias("_refusee"))
            if self._cles is not None:
                lot = lot.with_columns(self._cles.slice(debut, lot.height).alias("_cle"))
            debut += lot.height
            yield lot

    def acceptees(self) -> Iterator[pl.DataFrame]:
        """The fiches that no rule refuses, batch by batch."""
        for lot in self.lots():
            yield lot.filter(~pl.col("_refusee")).drop("_refusee")

    def comptes(self) -> tuple[int, int]:
        """How many fiches, and how many of them are refused."""
        return sum(m.len() for m in self._masques), sum(int(m.sum()) for m in self._masques)


def empreintes(lues: pl.DataFrame, fiche: Fiche) -> pl.Series:
    """SHA-256 hex of each fiche: its JSON with sorted keys, absent fields left out, instants in UTC."""
    hacher = hashlib.sha256
    hachees = [hacher(texte.encode()).hexdigest() for texte in textes_canoniques(lues, fiche)]
    return pl.Series("_empreinte", hachees, dtype=pl.String)


def textes_canoniques(lues: pl.DataFrame, fiche: Fiche) -> pl.Series:
    """The JSON of each fiche, keys sorted, absent fields left out, instants in UTC: what its hash is taken on."""
    noms = sorted(fiche.noms)
    instant = pl.col("horodatage").dt.to_string("%Y-%m-%dT%H:%M:%S%.6fZ")
    textes = lues.select(instant if nom == "horodatage" else pl.col(nom) for nom in noms)
    a_echapper = textes.select(pl.all().str.contains(_A_ECHAPPER).any()).row(0, named=True)
    membres = [_membre(nom, echapper=bool(a_echapper[nom])) for nom in noms]
    objet = pl.concat_str(membres, ignore_nulls=True).str.slice(1)
    return textes.select(pl.concat_str(pl.lit("{"), objet, pl.lit("}"))).to_series()


def _membre(nom: str, *, echapper: bool) -> pl.Expr:
    """`,"nom":"value"`, null where the field is absent; only a column that needs it pays for being escaped."""
    if echapper:
        objet = pl.struct(pl.col(nom)).struct.json_encode()
        return pl.when(pl.col(nom).is_not_null()).then(pl.concat_str(pl.lit(","), objet.str.slice(1).str.head(-1)))
    return pl.concat_str(pl.lit(f',"{nom}":"'), pl.col(nom), pl.lit('"'))
