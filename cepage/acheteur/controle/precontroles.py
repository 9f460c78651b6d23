"""The automatic checks shown beside each point of the grid: a finding and its evidence. The person decides."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from cepage.acheteur.controle.enums import Verdict
from cepage.acheteur.controle.pieces import Livrable, Pieces
from cepage.fondations.referentiels import nomenclatures
from cepage.fondations.regles import charger_marche, eligibilite
from cepage.fondations.socle import formats

DU_LIVRABLE = {"01": "ELP", "21": "PP", "22": "COURRIEL_CLOTURE"}
COURRIELS = ("COURRIEL_ENGAGEMENT", "REPONSE_BENEFICIAIRE", "COURRIEL_CLOTURE")
_RUBRIQUES = {
    "ELP": ("situation", "information", "suite|poursuivre|accompagnement", "etape|prochain"),
    "PP": ("projet", "situation", "information|marche du travail", "plan d.action|actions", "appui|mise en oeuvre"),
}


@dataclass(frozen=True)
class Constat:
    """What the machine finds: a suggested verdict (None: to be read by the person) and the evidence in a sentence."""

    avis: Verdict | None
    phrase: str


def _ok(phrase: str) -> Constat:
    return Constat(Verdict.CONFORME, phrase)


def _nc(phrase: str) -> Constat:
    return Constat(Verdict.NON_CONFORME, phrase)


def _lire(phrase: str) -> Constat:
    return Constat(None, phrase)


def identite(pieces: Pieces) -> Constat:
    """Birth name, first name, birth date, a plausible age at engagement."""
    manquants = [c for c in ("nom_naissance", "prenom", "date_naissance") if not pieces.personne.get(c)]
    if manquants:
        return _nc(f"Absent : {', '.join(c.replace('_', ' de ', 1) for c in manquants)}.")
    naissance, jour = date.fromisoformat(pieces.personne["date_naissance"]), pieces.engagement
    age = jour.year - naissance.year - ((jour.month, jour.day) < (naissance.month, naissance.day))
    phrase = f"Nom, prénom et date de naissance présents ; {age} ans à l'engagement."
    regles = charger_marche("A")
    bornes = regles.entier("personne.age_minimum", le=jour), regles.entier("personne.age_maximum", le=jour)
    return _ok(phrase) if bornes[0] <= age <= bornes[1] else _nc(phrase)


def droit(pieces: Pieces) -> Constat:
    """The rule of eligibility applied to the status known at engagement."""
    statuts = pieces.personne.get("statut") or []
    if not statuts:
        return _lire("Aucun statut d'emploi n'est connu.")
    groupes = frozenset(nomenclatures.groupe("statut", s) for s in statuts)
    libelles = ", ".join(nomenclatures.libelle("statut", s) for s in statuts)
    refus = eligibilite(pieces.unite["uo"], groupes, le=pieces.engagement, regles=charger_marche("A"))
    if refus is None:
        return _ok(f"Statut à l'engagement : {libelles}.")
    phrase = f"Statut à l'engagement : {libelles}. {refus.raison}"
    return _nc(phrase) if refus.code == "AGENT_PUBLIC" else _lire(f"{phrase} Cherchez une continuité de service.")


def dates(pieces: Pieces) -> Constat:
    """Engagement ≤ interactions ≤ signatures = closure ≤ deadline."""
    debut, fin = pieces.engagement, pieces.cloture
    if fin is None:
        return _nc("L'unité n'est plus close au registre.")
    fautes = []
    for interaction in pieces.interactions:
        jour = date.fromisoformat(interaction["date_interaction"])
        if not debut <= jour <= fin:
            fautes.append(f"interaction du {formats.jour_court(jour)} hors de l'unité")
    livrable = pieces.livrable(DU_LIVRABLE.get(pieces.unite["uo"], ""))
    signature = livrable.contenu.get("date_signature_beneficiaire") if livrable else None
    if signature and date.fromisoformat(signature) != fin:
        fautes.append(f"signature de la personne le {formats.jour_court(date.fromisoformat(signature))}")
    if pieces.echeance is not None and fin > pieces.echeance:
        fautes.append(f"clôture après l'échéance du {formats.jour_court(pieces.echeance)}")
    cadre = f"Engagée le {formats.jour_court(debut)}, close le {formats.jour_court(fin)}"
    if pieces.echeance is not None:
        cadre += f", échéance le {formats.jour_court(pieces.echeance)}"
    return _nc(f"{cadre} : {' ; '.join(fautes)}.") if fautes else _ok(f"{cadre}.")


def interaction(pieces: Pieces) -> Constat:
    """At least one interaction."""
    nombre = len(pieces.interactions)
    return _ok(formats.accorder(nombre, "interaction") + ".") if nombre else _nc("Aucune interaction déclarée.")


def signatures(pieces: Pieces) -> Constat:
    """Both dates of signature declared; the person looks at the document itself."""
    livrable = _du_dossier(pieces)
    if livrable is None:
        return _nc("Le livrable n'est pas arrivé.")
    qui = {"date_signature_conseiller": "conseiller", "date_signature_beneficiaire": "personne"}
    absentes = [nom for champ, nom in qui.items() if not livrable.contenu.get(champ)]
    if absentes:
        return _nc(f"Date de signature absente : {', '.join(absentes)}.")
    mode = nomenclatures.libelle("mode_signature", livrable.contenu.get("mode_signature") or "")
    jours = ", ".join(
        f"{nom} le {formats.jour_court(date.fromisoformat(livrable.contenu[champ]))}" for champ, nom in qui.items()
    )
    return _ok(f"Déclarées : {jours} ({mode.lower()}). Vérifiez-les sur le document.")


def lu_et_approuve(pieces: Pieces) -> Constat:
    """The mention found in the text; a scanned or handwritten one is to be read."""
    livrable = _du_dossier(pieces)
    if livrable is None:
        return _nc("Le livrable n'est pas arrivé.")
    if livrable.texte is None:
        return _lire("Le document n'a pas de texte lisible par la machine : regardez-le.")
    if re.search(r"lu\s+et\s+approuve", sans_accent(livrable.texte)):
        return _ok("La mention est dans le texte du document.")
    return _lire("La mention n'est pas dans le texte : elle peut être manuscrite.")


def rubriques(pieces: Pieces) -> Constat:
    """The words of each section looked for in the text."""
    livrable = _du_dossier(pieces)
    if livrable is None:
        return _nc("Le livrable n'est pas arrivé.")
    if livrable.texte is None:
        return _lire("Le document n'a pas de texte lisible par la machine : regardez-le.")
    texte = sans_accent(livrable.texte)
    motifs = _RUBRIQUES[livrable.genre]
    trouvees = sum(bool(re.search(motif, texte)) for motif in motifs)
    longueur = formats.nombre(len(livrable.texte))
    phrase = f"Mots de {trouvees} rubriques sur {len(motifs)}, dans un texte de {longueur} caractères."
    return _ok(phrase) if trouvees == len(motifs) else _lire(phrase)


def courriels(pieces: Pieces) -> Constat:
    """The three mails of the UO2.2."""
    absents = [c for c in COURRIELS if pieces.livrable(c) is None]
    if absents:
        return _nc("Absent : " + ", ".join(nomenclatures.libelle("type_livrable", c).lower() for c in absents) + ".")
    return _ok("Les trois courriels sont là. Lisez ce qu'ils disent.")


def alea(pieces: Pieces) -> Constat:
    """The declared aléa."""
    code = pieces.unite.get("alea_uo22")
    return _ok(f"Déclaré : {nomenclatures.libelle('alea_uo22', code)}.") if code else _nc("Aucun aléa déclaré.")


def doublon(pieces: Pieces) -> Constat:
    """Same unit for the same person at the same time, or the same file as livrable elsewhere."""
    if pieces.doublons:
        return _nc(f"Même unité, mêmes jours, même personne : {', '.join(pieces.doublons)}.")
    if pieces.livrables_ailleurs:
        return _nc(f"Le même fichier est le livrable d'un autre dossier : {', '.join(pieces.livrables_ailleurs[:5])}.")
    return _ok("Aucune autre unité de ce genre pour cette personne à ces dates, aucun livrable partagé.")


PRECONTROLES: dict[str, Callable[[Pieces], Constat]] = {
    "identite": identite,
    "eligibilite": droit,
    "dates": dates,
    "interaction": interaction,
    "signatures": signatures,
    "lu_et_approuve": lu_et_approuve,
    "rubriques": rubriques,
    "courriels": courriels,
    "alea": alea,
    "doublon": doublon,
}


def sans_accent(texte: str) -> str:
    """Lower case, without accents."""
    decompose = unicodedata.normalize("NFD", texte.lower().replace("œ", "oe"))
    return "".join(c for c in decompose if not unicodedata.combining(c))


def _du_dossier(pieces: Pieces) -> Livrable | None:
    return pieces.livrable(DU_LIVRABLE.get(pieces.unite["uo"], ""))
