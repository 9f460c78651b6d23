"""Every worked case of `cepage/fondations/regles/cas/*.yaml`, each with its hand calculation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cepage.fondations import regles as r
from cepage.fondations.regles import numeros
from cepage.fondations.regles.lecture_yaml import lire_yaml
from cepage.fondations.regles.ligne_de_commande import cas_aiguillage

DOSSIER = Path(r.__file__).parent / "cas"


def jour(texte: str | None) -> date | None:
    return date.fromisoformat(texte) if texte is not None else None


def jouer_ajouter_mois(e: dict[str, Any], regles: r.Regles) -> Any:
    return r.ajouter_mois(jour(e["d"]), e["n"]).isoformat()


def jouer_echeance(e: dict[str, Any], regles: r.Regles) -> Any:
    fin = r.echeance(e["uo"], jour(e["engagement"]), regles=regles, date_engagement_uo21=jour(e.get("uo21")))
    return fin and fin.isoformat()


def jouer_avertissements(e: dict[str, Any], regles: r.Regles) -> Any:
    debut = jour(e["engagement"])
    fin = r.echeance(e["uo"], debut, regles=regles, date_engagement_uo21=jour(e.get("uo21")))
    return [a.le.isoformat() for a in r.avertissements(fin, date_engagement=debut, regles=regles)]


def jouer_cloture_automatique(e: dict[str, Any], regles: r.Regles) -> Any:
    decision = r.cloture_automatique(
        e["uo"],
        jour(e["engagement"]),
        le=jour(e["le"]),
        regles=regles,
        date_engagement_uo21=jour(e.get("uo21")),
        date_signature=jour(e.get("signature")),
        derniere_sollicitation=jour(e.get("sollicitation")),
    )
    assert decision.raison
    assert decision.clause
    assert decision.a_clore is (decision.date_cloture is not None)
    return {**asdict(decision), "date_cloture": decision.date_cloture and decision.date_cloture.isoformat()}


def jouer_date_rdv_au_plus_tard(e: dict[str, Any], regles: r.Regles) -> Any:
    feries = {jour(f) for f in e.get("feries", [])}
    return r.date_rdv_au_plus_tard(jour(e["demande"]), regles=regles, est_ferie=lambda d: d in feries).isoformat()


def jouer_valeur(e: dict[str, Any], regles: r.Regles) -> Any:
    return str(regles.valeur(e["cle"], le=jour(e["le"])))


ECRIRE = {
    "dossier": lambda e: numeros.numero_dossier(e["operateur"], jour(e["date"]), e["uo"], e["compteur"]),
    "reference": lambda e: numeros.reference_bon_commande(e["annee"], e["lot"], e["uo"], e["ordre"], e["rang"]),
    "commande": lambda e: numeros.reference_commande(e["annee"], e["lot"], e["uo"], e["ordre"]),
    "decompte": lambda e: numeros.numero_decompte(e["lot"], e["uo"], jour(e["date"])),
}
LIRE = {
    "dossier": numeros.lire_numero_dossier,
    "reference": numeros.lire_reference_bon_commande,
    "commande": numeros.lire_reference_commande,
    "decompte": numeros.lire_numero_decompte,
}


def jouer_numeros(e: dict[str, Any], regles: r.Regles) -> Any:
    return ECRIRE[e["ecrire"]](e) if "ecrire" in e else asdict(LIRE[e["lire"]](e["texte"]))


def jouer_eligibilite(e: dict[str, Any], regles: r.Regles) -> Any:
    refus = r.eligibilite(
        e["uo"], e["groupes"], le=date(2020, 3, 2), regles=regles, continuite=e.get("continuite", False)
    )
    return refus and refus.code


def jouer_ouverture(e: dict[str, Any], regles: r.Regles) -> Any:
    entrees = {cle: jour(v) if cle.startswith("date_") else v for cle, v in e.items()}
    entrees["groupes"] = frozenset(entrees["groupes"])
    reponse = r.ouverture(r.DemandeOuverture(**entrees), regles=regles)
    assert reponse.possible is (not reponse.refus)
    for refus in reponse.refus:
        assert refus.raison
        assert refus.clause
        assert refus.suite
    obtenu: dict[str, Any] = {"refus": [refus.code for refus in reponse.refus]}
    if reponse.echeance:
        obtenu["echeance"] = reponse.echeance.isoformat()
    return obtenu


def jouer_aiguillage(e: dict[str, Any], regles: r.Regles) -> Any:
    faits = {"categorie_sociale": "5", "handicap": "NON", "lot": "08", "date": "2021-03-01"}
    if "date_naissance" not in e:
        faits["age"] = 40
    reponse = cas_aiguillage({**faits, **e})
    assert reponse["phrase"]
    assert reponse["raison"]
    return {"operateur": reponse["operateur"], "autres": [a["operateur"] for a in reponse["autres"]]}


def jouer_taux_de_controle(e: dict[str, Any], regles: r.Regles) -> Any:
    """`adaptatif` plays the same market with the adaptation switched on from its first quarter."""
    from cepage.fondations.regles.controle import taux_de_controle

    if e.get("adaptatif"):
        regles = avec_valeur(regles, "controle.adaptatif.actif", valeur=True, debut=jour(e["adaptatif"]))
    rejets = {jour(t): Decimal(part) for t, part in e.get("rejets", {}).items()}
    trouve = taux_de_controle(e["uo"], jour(e["debut"]), regles=regles, rejets=rejets, entree=jour(e.get("entree")))
    assert trouve.raison
    assert trouve.clause
    return format(trouve.taux.normalize(), "f")


def jouer_chiffrer(e: dict[str, Any], regles: r.Regles) -> Any:
    from cepage.fondations.regles.penalites import chiffrer

    trouve = chiffrer(e["fait"], e["constates"], le=jour(e["le"]), regles=regles)
    assert trouve.clause
    assert trouve.confiance == "hypothèse"
    assert f"{trouve.montant:.2f}".replace(".", ",") in trouve.explication
    plafonne = "oui" if trouve.plafonne else "non"
    return {"retenus": trouve.retenus, "montant": str(trouve.montant), "plafonne": plafonne}


def jouer_plafonner(e: dict[str, Any], regles: r.Regles) -> Any:
    from cepage.fondations.regles.penalites import plafonner

    montants = (Decimal(e[nom]) for nom in ("montant", "deja", "commande"))
    trouve = plafonner(*montants, le=jour(e["le"]), regles=regles)
    return {"plafond": str(trouve.plafond), "montant": str(trouve.montant)}


def avec_valeur(regles: r.Regles, cle: str, *, valeur: Any, debut: date | None) -> r.Regles:
    """The same rules with one parameter given another value from a day."""
    parametres = {p.cle: p for p in regles}
    ancien = parametres[cle]
    assert debut is not None
    nouvelle = replace(ancien.valeurs[-1], valeur=valeur, debut=debut, fin=None)
    parametres[cle] = replace(ancien, valeurs=(nouvelle,))
    return r.Regles(regles.marche, parametres, regles.empreinte, Path())


JOUEURS: dict[str, Callable[[dict[str, Any], r.Regles], Any]] = {
    nom.removeprefix("jouer_"): joueur for nom, joueur in globals().items() if nom.startswith("jouer_")
}


def tous_les_cas() -> Iterator[Any]:
    for chemin in sorted(DOSSIER.glob("*.yaml")):
        contenu = lire_yaml(chemin)
        for cas in contenu["cas"]:
            yield pytest.param(contenu["fonction"], cas, id=f"{chemin.stem}: {cas['titre']}")


@pytest.mark.parametrize(("fonction", "cas"), list(tous_les_cas()))
def test_cas(fonction: str, cas: dict[str, Any]) -> None:
    regles = r.charger_marche("A")
    assert cas["calcul"], "a case without its hand calculation proves nothing"
    if "erreur" in cas:
        with pytest.raises(r.ErreurRegles) as capture:
            JOUEURS[fonction](cas["entrees"], regles)
        assert cas["erreur"] in str(capture.value)
        assert capture.value.remede
        return
    obtenu = JOUEURS[fonction](cas["entrees"], regles)
    if isinstance(cas["attendu"], dict):
        obtenu = {cle: v for cle, v in obtenu.items() if cle in cas["attendu"] or fonction == "ouverture"}
    assert obtenu == cas["attendu"]


def test_les_cas_sont_assez_nombreux_et_distincts() -> None:
    cas = [p.id for p in tous_les_cas()]
    assert len(cas) >= 150
    assert len(set(cas)) == len(cas)
