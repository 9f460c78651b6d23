"""What every export reads the same way: lists, fields due, sentences, and patterns any engine understands."""

from cepage.echanges.contrat.fiches import FICHES
from cepage.echanges.contrat.modele import Champ, Fiche, TypeChamp
from cepage.fondations.referentiels import nomenclatures

# Characters a text never holds, written so that engines without Unicode classes read them too.
CONTROLES = r"\u0000-\u001f\u007f-\u009f"
INVISIBLES = CONTROLES + r"\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\uf8ff\ufeff"


def codes_de(champ: Champ) -> dict[str, str]:
    """The codes a field admits, with their labels; empty without a list or with a recommended one."""
    if champ.valeurs:
        return dict.fromkeys(champ.valeurs, "")
    if not champ.nomenclature or champ.type is TypeChamp.TEXTE:
        return {}
    return liste(champ.nomenclature)


def liste(nom: str) -> dict[str, str]:
    """The codes of a list with their last labels, ended ones included: they serve for the days they were in force,
    which a schema cannot tell."""
    return {code.code: code.libelle for code in nomenclatures.table(nom)}


def listes_liees() -> dict[str, dict[str, str]]:
    """Every list that binds a field of the contract, by name."""
    noms = {c.nomenclature for f in FICHES.values() for c in f.champs if c.nomenclature and codes_de(c)}
    return {nom: liste(nom) for nom in sorted(noms)}


def dus_partout(fiche: Fiche) -> tuple[str, ...]:
    """The fields due on every fiche, a cancellation included: it names what it cancels and nothing more."""
    if "nature" not in fiche.noms:
        return tuple(champ.nom for champ in fiche.champs if champ.toujours_obligatoire)
    return tuple(nom for nom in fiche.noms if nom in ("nature", "horodatage") or nom in fiche.cle)


def dus_hors_annulation(fiche: Fiche) -> tuple[str, ...]:
    """The fields due on every fiche but a cancellation, beside those due everywhere."""
    partout = dus_partout(fiche)
    return tuple(c.nom for c in fiche.champs if c.toujours_obligatoire and c.nom not in partout)


def notice(champ: Champ) -> str:
    """What a person needs to fill the field in: label, constraint, list, when due, source."""
    morceaux = [champ.libelle + "."]
    if champ.contrainte:
        morceaux.append(f"Contrainte : {champ.contrainte}.")
    if champ.nomenclature:
        recommandee = "" if codes_de(champ) else " (recommandée)"
        morceaux.append(f"Liste{recommandee} : {champ.nomenclature}.")
    if champ.multiple:
        morceaux.append("Plusieurs valeurs possibles.")
    morceaux += [f"Obligatoire : {champ.obligation.texte}.", f"Source : {champ.source}."]
    return " ".join(morceaux)


def motif_json(champ: Champ) -> str | None:
    """The pattern of a text field, in the regular expressions common to ECMA 262, Python and Java."""
    if not champ.motif:
        return f"^[^{CONTROLES}]*$" if _sans_controle(champ) else None
    motif = (
        _portable(champ.motif).replace(r"[^\s\p{C}]", rf"[^\s{INVISIBLES}]").replace(r"[^\p{C}]", f"[^{INVISIBLES}]")
    )
    return f"^(?:{motif.replace(_NI_BARRE, f'[^/{_BARRE}{CONTROLES}]')})$"


def motif_xsd(champ: Champ) -> str | None:
    """The pattern of a text field, in the regular expressions of XML Schema 1.0 (anchored by nature)."""
    if not champ.motif:
        return r"[^\p{Cc}]*" if _sans_controle(champ) else None
    motif = _portable(champ.motif).replace(r"[^\s\p{C}]", r"[^\p{Z}\p{C}]").replace("(?:", "(")
    return motif.replace(_NI_BARRE, rf"[^/{_BARRE}\p{{Cc}}]")


_BARRE = "\\" * 2
_NI_BARRE = f"[^/{_BARRE}]"


def _portable(motif: str) -> str:
    if motif.startswith("(?i)"):
        motif = motif.removeprefix("(?i)").replace("pdf", "[pP][dD][fF]").replace("odt", "[oO][dD][tT]")
    return motif.replace(r"\d", "[0-9]")


def _sans_controle(champ: Champ) -> bool:
    return champ.type is TypeChamp.TEXTE and champ.nom != "description_service"
