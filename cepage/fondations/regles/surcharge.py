"""Rules changed on paper: the parameters of a market with some values replaced from a day on, to see before deciding.

A file of changes has the shape of a parameter file, lightened: what a value does not say is that of the parameter
it changes. With `marche`, the rules of another market are taken whole, then changed.

    marche: B                           # optional
    parametres:
      paiement.abandon_payable:
        valeurs:
          - {valeur: oui, debut: 2022-01-01}
    prix:                               # optional
      - {lot: "08", uo: "21", debut: 2022-01-01, prix_ht: "310.00"}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from cepage.fondations.regles.erreurs import FichierCasse
from cepage.fondations.regles.lecture_yaml import lire_yaml
from cepage.fondations.regles.parametres import Parametre, Regles, ValeurDatee, charger_marche
from cepage.fondations.regles.unites import UNITES, ValeurMalFormee, lire_date

_CLES = {"marche", "parametres", "prix"}


@dataclass(frozen=True)
class PrixSuppose:
    """The price of a unit in a lot from a day on."""

    lot: str
    uo: str
    debut: date
    prix_ht: Decimal


@dataclass(frozen=True)
class Changements:
    """What a file changes: another market's rules or None, values by parameter, prices."""

    nom: str
    marche: str | None
    valeurs: Mapping[str, Sequence[Mapping[str, Any]]]
    prix: tuple[PrixSuppose, ...]

    def appliquer(self, regles: Regles, depuis: date) -> Regles:
        """These rules, or those of the market named as if begun by `depuis`, with the values replaced.

        Raises `ErreurRegles`.
        """
        base = _commence(charger_marche(self.marche), depuis) if self.marche else regles
        remplaces = {cle: _remplacer(self.nom, base.parametre(cle), v) for cle, v in self.valeurs.items()}
        return base.avec(remplaces)


def _commence(regles: Regles, depuis: date) -> Regles:
    """The rules of a market whose first values would already have held on `depuis`."""
    avancees = {
        p.cle: replace(p, valeurs=(replace(p.valeurs[0], debut=min(p.valeurs[0].debut, depuis)), *p.valeurs[1:]))
        for p in regles
    }
    return regles.avec(avancees)


def lire_changements(chemin: Path) -> Changements:
    """The changes a file asks for. Raises `FichierCasse` with the mend."""
    contenu = lire_yaml(chemin)
    nom = chemin.name
    if not isinstance(contenu, dict) or not contenu:
        raise FichierCasse(nom, "le fichier ne demande aucun changement.", remede="Écrivez parametres, marche ou prix.")
    if inconnues := set(contenu) - _CLES:
        raise FichierCasse(
            nom,
            f"la clé « {sorted(inconnues)[0]} » n'est pas connue ici.",
            remede=f"Clés admises : {', '.join(sorted(_CLES))}.",
        )
    parametres = contenu.get("parametres") or {}
    valeurs = {}
    for cle, corps in parametres.items():
        lues = corps.get("valeurs") if isinstance(corps, dict) else None
        if not isinstance(lues, list) or not lues or not all(isinstance(v, dict) for v in lues):
            raise FichierCasse(
                nom,
                "la liste des valeurs manque.",
                remede="Écrivez « valeurs: [{valeur: …, debut: AAAA-MM-JJ}] ».",
                cle=cle,
            )
        valeurs[cle] = lues
    marche = contenu.get("marche")
    prix = tuple(_prix(nom, p) for p in contenu.get("prix") or [])
    return Changements(nom, str(marche).upper() if marche else None, valeurs, prix)


def _prix(nom: str, brut: Any) -> PrixSuppose:
    try:
        montant = UNITES["euros_ht"](brut["prix_ht"])
        assert isinstance(montant, Decimal)
        return PrixSuppose(str(brut["lot"]), str(brut["uo"]), lire_date(brut["debut"]), montant)
    except (KeyError, TypeError):
        raise FichierCasse(
            nom, "un prix est incomplet.", remede="Donnez lot, uo, debut et prix_ht.", cle="prix"
        ) from None
    except ValeurMalFormee as erreur:
        raise FichierCasse(nom, erreur.message, remede=erreur.remede, cle="prix") from None


def _remplacer(nom: str, parametre: Parametre, nouvelles: Sequence[Mapping[str, Any]]) -> Parametre:
    """The parameter whose old values stop where the first new one begins."""
    modele = parametre.valeurs[-1]
    lues = sorted((_valeur(nom, parametre.cle, modele, v) for v in nouvelles), key=lambda v: v.debut)
    premier = lues[0].debut
    gardees = [
        replace(v, fin=premier if v.fin is None or v.fin > premier else v.fin)
        for v in parametre.valeurs
        if v.debut < premier
    ]
    suivantes = [*(v.debut for v in lues[1:]), None]
    datees = [replace(v, fin=v.fin or fin) for v, fin in zip(lues, suivantes, strict=True)]
    return replace(parametre, valeurs=(*gardees, *datees))


def _valeur(nom: str, cle: str, modele: ValeurDatee, brute: Mapping[str, Any]) -> ValeurDatee:
    try:
        unite = str(brute.get("unite", modele.unite))
        return ValeurDatee(
            valeur=UNITES[unite](brute["valeur"]),
            unite=unite,
            debut=lire_date(brute["debut"]),
            fin=lire_date(brute["fin"]) if brute.get("fin") else None,
            clause=str(brute.get("clause", "simulation")),
            source=str(brute.get("source", nom)),
            confiance=str(brute.get("confiance", "hypothèse")),
        )
    except KeyError as erreur:
        raise FichierCasse(nom, f"« {erreur.args[0]} » manque.", remede="Donnez valeur et debut.", cle=cle) from None
    except ValeurMalFormee as erreur:
        raise FichierCasse(nom, erreur.message, remede=erreur.remede, cle=cle) from None
