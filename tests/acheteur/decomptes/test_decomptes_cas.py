"""Every worked money case of `cas/*.yaml`, each with its hand calculation; and what always holds."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cepage.acheteur.decomptes.enums import Nature
from cepage.acheteur.decomptes.models import Decompte, Ligne, Poste
from cepage.acheteur.decomptes.selectors import Totaux, totaux
from cepage.acheteur.marche.models import Revision
from cepage.acheteur.marche.prix import reviser
from cepage.fondations.regles import Regles, charger_marche
from cepage.fondations.regles.lecture_yaml import lire_yaml
from cepage.fondations.regles.prime import Reponses, juger_la_prime
from tests.acheteur.decomptes.fabrique import ControleFictif, clore, commander, decompter, figer, tarifer, tenir

DOSSIER = Path(__file__).parent / "cas"


def _reviser(e: dict[str, Any]) -> str:
    return str(reviser(Decimal(e["prix"]), Decimal(e["coefficient"])))


def _tva(e: dict[str, Any]) -> dict[str, str]:
    zero = Decimal(0)
    bilan = Totaux(0, 0, zero, zero, zero, Decimal(e["net_ht"]), Decimal(e["taux"]))
    return {"tva": f"{bilan.tva:.2f}", "ttc": f"{bilan.ttc:.2f}"}


def _prime(e: dict[str, Any]) -> dict[str, str]:
    reponses = Reponses(e["uo"], e["envoyes"], e["repondants"], e["satisfaits"], e.get("profil", {}))
    verdict = juger_la_prime(
        reponses,
        e.get("population", {}),
        Decimal(e["montant"]),
        le=date(2021, 6, 30),
        regles=charger_marche("A"),
    )
    assert verdict.explication.startswith("Prime due" if verdict.due else "Pas de prime")
    return {"due": "oui" if verdict.due else "non", "prime_ht": f"{verdict.prime_ht:.2f}"}


PURES: dict[str, Callable[[dict[str, Any]], Any]] = {"reviser": _reviser, "tva": _tva, "prime": _prime}


def _cas(*fonctions: str) -> list[Any]:
    return list(_lire(fonctions))


def _lire(fonctions: tuple[str, ...]) -> Iterator[Any]:
    for chemin in sorted(DOSSIER.glob("*.yaml")):
        contenu = lire_yaml(chemin)
        if contenu["fonction"] in fonctions:
            for cas in contenu["cas"]:
                yield pytest.param(contenu["fonction"], cas, id=f"{chemin.stem} {cas['titre']}")


def test_il_y_en_a_deux_cents() -> None:
    tous = _cas("reviser", "tva", "prime", "decompte", "refaction")
    assert len(tous) >= 200
    assert all(cas.values[1]["calcul"] for cas in tous)


@pytest.mark.parametrize(("fonction", "cas"), _cas(*PURES))
def test_cas_pur(fonction: str, cas: dict[str, Any]) -> None:
    attendu = cas["attendu"]
    assert PURES[fonction](cas["entrees"]) == attendu


@pytest.mark.parametrize(("fonction", "cas"), _cas("decompte"))
def test_cas_de_decompte(tout: None, controle: ControleFictif, fonction: str, cas: dict[str, Any]) -> None:
    e = cas["entrees"]
    tenir()
    for uo in sorted({unite[1] for unite in e["unites"]} or {"21"}):
        commander(uo, e["volume"])
        tarifer(uo, e["prix"])
    if "coefficient" in e:
        Revision.objects.create(
            lot="08", periode=(date(2020, 1, 2), None), indice="Indice", coefficient=Decimal(e["coefficient"])
        )
    numeros = [
        clore(rang, jour, uo=uo, motif=motif, livrable=livrable == "oui", engagement="2021-01-01")
        for rang, (jour, uo, motif, livrable) in enumerate(e["unites"], 1)
    ]
    controle.rejets["2021-T1"] = [numeros[int(rang) - 1] for rang in e.get("rejets", [])]
    controle.contestes["2021-T1"] = [numeros[int(rang) - 1] for rang in e.get("contestes", [])]
    bilan = totaux(decompter())
    assert {"closes": bilan.closes, "payables": bilan.payables, "net": f"{bilan.net_ht:.2f}"} == cas["attendu"]


@pytest.mark.parametrize(("fonction", "cas"), _cas("refaction"))
def test_cas_de_refaction(
    tout: None, controle: ControleFictif, monkeypatch: pytest.MonkeyPatch, fonction: str, cas: dict[str, Any]
) -> None:
    vraie = Regles.decimal

    def part(self: Regles, cle: str, *, le: date) -> Decimal:
        return Decimal(cas["entrees"]["part"]) if cle == "decompte.refaction_part" else vraie(self, cle, le=le)

    monkeypatch.setattr(Regles, "decimal", part)
    tenir()
    commander()
    tarifer(prix=cas["entrees"]["prix"])
    controle.rejets["2021-T1"] = [clore(1)]
    decompte = decompter()
    assert f"{sum(p.refactions_ht for p in decompte.postes.all()):.2f}" == cas["attendu"]


UNITE = st.tuples(
    st.sampled_from(["2021-01-01", "2021-02-28", "2021-03-31", "2021-04-01", "2021-08-15"]),
    st.sampled_from(["CV_OBJECTIF", "CV_OBJECTIF", "ABANDON", "ANNULATION"]),
    st.booleans(),
)
GESTE = st.tuples(
    st.integers(1, 6), st.sampled_from(["annuler", "rouvrir", "livrer", "reporter", "abandonner", "rejeter"])
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    unites=st.lists(UNITE, min_size=1, max_size=6),
    gestes=st.lists(GESTE, max_size=5),
    volume=st.integers(1, 6),
    prix=st.integers(0, 40_000),
)
def test_ce_qui_tient_toujours(
    tout: None, controle: ControleFictif, unites: list[Any], gestes: list[Any], volume: int, prix: int
) -> None:
    """Whatever happens between two quarters: totals are sums of lines, nothing is paid twice nor beyond its order."""
    point = transaction.savepoint()
    controle.rejets.clear()
    controle.signes.clear()
    tenir()
    commander(volume=volume)
    tarifer(prix=f"{prix / 100:.2f}")
    try:
        _derouler(controle, unites, gestes, volume, Decimal(prix) / 100)
    finally:
        transaction.savepoint_rollback(point)


def _derouler(controle: ControleFictif, unites: list[Any], gestes: list[Any], volume: int, prix: Decimal) -> None:
    numeros = {
        rang: clore(rang, jour, motif=motif, livrable=livrable, engagement="2021-01-01")
        for rang, (jour, motif, livrable) in enumerate(unites, 1)
    }
    figes: dict[int, list[Any]] = {}
    for trimestre in ("2021-T1", "2021-T2", "2021-T3"):
        decompte = decompter(trimestre)
        _verifier_les_sommes(decompte)
        figer(decompte, controle)
        figes[decompte.pk] = _contenu(decompte)
        for rang, geste in gestes:
            if rang in numeros:
                _faire(controle, rang, numeros[rang], geste, unites[rang - 1])
    for decompte in Decompte.objects.filter(pk__in=figes):
        assert _contenu(decompte) == figes[decompte.pk]
    dernier = decompter("2021-T4")
    _verifier_les_sommes(dernier)
    payes = {numero: Decimal(0) for numero in numeros.values()}
    for ligne in Ligne.objects.exclude(nature=Nature.REFACTION):
        payes[ligne.acte] += ligne.montant_ht
    assert set(payes.values()) <= {Decimal(0), prix}
    assert sum(bool(montant) for montant in payes.values()) <= volume
    retenus = sum((ligne.montant_ht for ligne in Ligne.objects.filter(nature=Nature.REFACTION)), start=Decimal(0))
    rejetes = set(controle.rejets.get("2021-T1", []))
    assert -retenus == sum((montant for numero, montant in payes.items() if numero in rejetes), start=Decimal(0))


def _faire(controle: ControleFictif, rang: int, numero: str, geste: str, unite: Any) -> None:
    jour, motif, livrable = unite
    commun: dict[str, Any] = {"engagement": "2021-01-01", "motif": motif, "livrable": livrable}
    match geste:
        case "annuler":
            clore(rang, jour, nature="A", **commun)
        case "rouvrir":
            clore(rang, None, **commun)
        case "livrer":
            clore(rang, jour, **{**commun, "livrable": True})
        case "reporter":
            clore(rang, "2021-10-10", **commun)
        case "abandonner":
            clore(rang, jour, **{**commun, "motif": "ABANDON"})
        case "rejeter":
            controle.rejets.setdefault("2021-T1", [])
            if numero not in controle.rejets["2021-T1"]:
                controle.rejets["2021-T1"].append(numero)


def _contenu(decompte: Decompte) -> list[Any]:
    return [
        sorted(table.objects.filter(decompte=decompte).values_list(*champs))
        for table, champs in ((Poste, ("commande", "net_ht")), (Ligne, ("acte", "nature", "montant_ht")))
    ]


def _verifier_les_sommes(decompte: Decompte) -> None:
    lignes = list(Ligne.objects.filter(decompte=decompte))
    assert sum((ligne.montant_ht for ligne in lignes), start=Decimal(0)) == totaux(decompte).net_ht
    assert totaux(decompte).closes == sum(ligne.nature == Nature.UNITE for ligne in lignes)
    for poste in decompte.postes.all():
        siennes = [li for li in lignes if (li.commande, li.prix_ht) == (poste.commande, poste.prix_ht)]
        assert poste.net_ht == sum((ligne.montant_ht for ligne in siennes), start=Decimal(0))
