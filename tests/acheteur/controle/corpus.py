"""A labelled set of livrables: texts written apart under the same headings, and texts made from another one.

Each text is drawn from a seed. A pair is `proche` when one was made from the other: names, dates and figures replaced,
a share of its words changed, sentences moved or dropped, as a filled-in template would give.
"""

from dataclasses import dataclass
from random import Random

TITRES = (
    "Votre situation professionnelle",
    "Vos atouts et vos contraintes",
    "Les informations qui vous ont été données",
    "Votre projet et son plan d'action",
    "Les prochaines étapes",
)
_QUI = (
    *("Vous occupez", "Vous exercez", "Depuis six ans, vous tenez", "Après un congé, vous avez repris"),
    *("Vous partagez avec un collègue", "Vous venez de quitter"),
)
_QUOI = (
    *("un poste de préparatrice de commandes", "un emploi d'aide-soignant", "une place de vendeuse en boulangerie"),
    *("un atelier de menuiserie", "la comptabilité d'une association", "la conduite d'un bus scolaire"),
    *("un rayon de jardinerie", "un guichet de banque", "la maintenance d'ascenseurs", "un accueil de mairie"),
)
_MAIS = (
    *("et les horaires de nuit vous pèsent", "mais le dos ne suit plus", "et l'ennui s'est installé"),
    *("mais le site ferme au printemps", "et la route est longue", "mais votre équipe vous retient"),
    *("et le salaire ne bouge pas", "mais vous aimez le contact du public"),
)
_VERBES = (
    *("Nous avons regardé", "Vous souhaitez comprendre", "Il vous reste à vérifier", "Vous avez déjà rencontré"),
    *("Une enquête vous a montré", "Vous hésitez encore devant", "Votre conjointe soutient", "Vous écartez"),
)
_OBJETS = (
    *("la formation de tisaneur à Nyons", "le concours d'éducatrice", "le bilan de compétences", "la reprise du fonds"),
    *("le métier de géomètre", "une validation des acquis", "un temps partiel", "la fonction publique territoriale"),
    *("le marché des drones agricoles", "l'apprentissage à trente ans", "un associé de confiance", "le télétravail"),
)
_COMPLEMENTS = (
    *("avant la fin de l'été", "si le financement suit", "avec l'accord de votre employeur", "sans quitter la vallée"),
    *("pour garder vos soirées", "quand les enfants seront grands", "dès la prochaine session", "à un rythme choisi"),
    *("malgré la distance", "en gardant une porte ouverte"),
)
NOMS = ("Garance", "Ismaël", "Perrine", "Tancrède", "Oumou", "Basile", "Solveig", "Anatole")


@dataclass(frozen=True)
class Paire:
    """Two keys of the set, and whether one text was made from the other."""

    un: str
    autre: str
    proche: bool


def _phrase(hasard: Random) -> str:
    if hasard.random() < 0.3:
        return f"{hasard.choice(_QUI)} {hasard.choice(_QUOI)}, {hasard.choice(_MAIS)}."
    return f"{hasard.choice(_VERBES)} {hasard.choice(_OBJETS)} {hasard.choice(_COMPLEMENTS)}."


def texte(hasard: Random) -> str:
    """A livrable of its own: the contract's headings, four to seven sentences under each."""
    corps = [f"État des lieux de {hasard.choice(NOMS)}, le {hasard.randint(1, 28)}/{hasard.randint(1, 12)}/2021."]
    for titre in TITRES:
        corps += [titre, *(_phrase(hasard) for _ in range(hasard.randint(4, 7)))]
    return "\n".join(corps)


def derive(source: str, hasard: Random, part: float) -> str:
    """A text made from another: another name and date, `part` of the words changed, a sentence dropped, two swapped."""
    lignes = source.split("\n")
    lignes[0] = texte(hasard).split("\n")[0]
    if len(lignes) > 8:
        lignes.pop(hasard.randrange(2, len(lignes)))
        i, j = hasard.sample(range(2, len(lignes)), 2)
        lignes[i], lignes[j] = lignes[j], lignes[i]
    autres = texte(hasard).split()
    return "\n".join(
        " ".join(hasard.choice(autres) if hasard.random() < part else mot for mot in ligne.split()) for ligne in lignes
    )


def jeu(graine: int, independants: int, derives: int, part: float) -> tuple[dict[str, str], set[frozenset[str]]]:
    """The texts by key, and the pairs that are near: `derives` of the `independants` have a text made from them."""
    hasard = Random(graine)
    textes = {f"ELP|{rang:04d}": texte(hasard) for rang in range(independants)}
    proches = set()
    for rang in range(derives):
        source, cle = f"ELP|{rang:04d}", f"ELP|{independants + rang:04d}"
        textes[cle] = derive(textes[source], hasard, part)
        proches.add(frozenset((source, cle)))
    return textes, proches
