"""Reading of the contract for its pages: search in the dictionary and in the codes."""

from cepage.echanges.contrat.catalogue import Notice, notices
from cepage.echanges.contrat.exports.gabarits import ligne
from cepage.echanges.contrat.fiches import FICHES
from cepage.echanges.contrat.modele import Champ, Fiche
from cepage.fondations.socle.texte import cle_de_recherche


def chercher_champs(fiche: str = "", texte: str = "") -> list[tuple[Fiche, Champ]]:
    """The fields of a fiche (all when empty) whose dictionary line holds every word of `texte`."""
    mots = cle_de_recherche(texte).split()
    return [
        (declaree, champ)
        for declaree in FICHES.values()
        for champ in declaree.champs
        if fiche in ("", declaree.nom) and _contient([*ligne(declaree, champ).values()], mots)
    ]


def chercher_codes(fiche: str = "", gravite: str = "", texte: str = "") -> list[Notice]:
    """The codes of a fiche ("fichier": of none), of a severity, holding every word of `texte`."""
    mots = cle_de_recherche(texte).split()
    return [
        notice
        for notice in notices().values()
        if fiche in ("", notice.fiche.nom if notice.fiche else "fichier")
        and gravite in ("", notice.gravite.value)
        and _contient([notice.code, notice.message, notice.remede, notice.clause], mots)
    ]


def champs_de_la_liste(nom: str) -> list[tuple[Fiche, Champ]]:
    """The fields that take their values in a list; empty when the contract names no such list."""
    return [(f, champ) for f in FICHES.values() for champ in f.champs if champ.nomenclature == nom]


def jour_des_codes(fiche: Fiche, champ: Champ) -> str:
    """In words, the day at which a code of the field is judged."""
    return ", à défaut ".join(f"« {fiche.champ(nom).libelle} »" for nom in fiche.jours_du_code(champ))


def _contient(textes: list[str], mots: list[str]) -> bool:
    entier = cle_de_recherche(" ".join(textes))
    return all(mot in entier for mot in mots)
