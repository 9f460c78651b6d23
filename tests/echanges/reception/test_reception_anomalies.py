"""Every documented anomaly comes out where it should, alone, and limits fall on the right day."""

from datetime import date, timedelta

import polars as pl
import pytest
from pytest_django import Settings

from cepage.acheteur.marche.models import Titulaire
from cepage.echanges.conformite.changements import nir
from cepage.echanges.contrat.codes import CODES
from cepage.echanges.reception import protections, services
from cepage.echanges.reception.enums import Statut
from tests.echanges.reception.cas import CAS, LIMITES, Cas, Limite
from tests.echanges.reception.fabrique import PIECES, RECU, Facteur, codes, parcours, personne, regles_avec_le_nir

# What a refused person or unit brings down with it.
SUITES = {"E-UO-037", "E-INT-011", "E-LIV-011", "E-REC-014"}


def test_une_fiche_de_chaque_genre_entre_sans_anomalie(facteur: Facteur) -> None:
    accuse = facteur.envoyer(parcours())
    assert accuse.anomalies == []
    assert accuse.statut is Statut.ACCEPTE
    attendus = {nom: len(fiches) for nom, fiches in parcours().items()}
    assert {nom: compte["acceptees"] for nom, compte in accuse.comptes.items()} == attendus


@pytest.mark.parametrize("cas", CAS, ids=lambda c: f"{c.code}-{c.champ}")
def test_anomalie(cas: Cas, facteur: Facteur, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.CEPAGE_NIR = cas.nir
    if cas.nir:
        monkeypatch.setattr(services, "charger_marche", lambda _: regles_avec_le_nir(date(2022, 1, 1)))
    protege = pl.Series(cas.proteges, dtype=pl.String)
    monkeypatch.setattr(protections, "_protections", [lambda numeros: numeros.filter(numeros.is_in(protege))])
    if cas.tenu_jusqu_au:
        Titulaire.objects.filter(lot="08", operateur="AB").update(fin=cas.tenu_jusqu_au)
    for preparer in cas.avant:
        avant = preparer()
        lot = avant["unite_oeuvre"][0]["lot"] if "unite_oeuvre" in avant else "08"
        facteur.envoyer(avant, lot=lot, emetteur="CD" if lot == "02" else "AB")
    envoi = parcours()
    cas.changer(envoi)
    recu_le = RECU + timedelta(days=cas.jours)
    accuse = facteur.envoyer(envoi, pieces=PIECES | cas.pieces, recu_le=recu_le)

    recues = [a for a in accuse.anomalies if a["code"] == cas.code and a["ligne"] == cas.ligne]
    assert recues, codes(accuse)
    anomalie = recues[0]
    assert (anomalie["fiche"], anomalie["fichier"]) == (cas.fiche, f"{cas.fiche}.csv")
    assert anomalie["champ"] == cas.champ
    assert anomalie["gravite"] == ("bloquant" if cas.bloquant else "avertissement")
    assert "{" not in anomalie["message"] + anomalie["remede"]
    assert all(anomalie[nom] for nom in ("message", "remede", "clause"))
    assert set(codes(accuse)) - SUITES == ({cas.code} | cas.aussi) - SUITES
    if cas.bloquant:
        assert accuse.comptes[cas.fiche]["refusees"] >= 1
        assert accuse.statut in (Statut.PARTIEL, Statut.REFUSE)
    else:
        assert accuse.statut is Statut.ACCEPTE


@pytest.mark.parametrize("limite", LIMITES, ids=lambda limite: limite.nom)
def test_limite(limite: Limite, facteur: Facteur) -> None:
    envoi = parcours()
    limite.changer(envoi)
    accuse = facteur.envoyer(envoi)
    attendus = {limite.code} if limite.code else set()
    assert set(codes(accuse)) - SUITES == attendus


@pytest.mark.parametrize(
    ("depuis", "instance", "attendus"),
    [
        (None, True, ["E-BEN-013"]),
        (RECU.date() + timedelta(days=1), True, ["E-BEN-013"]),
        (RECU.date(), False, ["E-BEN-013"]),
        (RECU.date(), True, []),
    ],
    ids=["jamais demandé", "la veille", "instance fermée", "le jour même"],
)
def test_le_nir_entre_si_le_contrat_le_demande_ce_jour_la_et_si_l_instance_le_garde(
    depuis: date | None,
    instance: bool,
    attendus: list[str],
    facteur: Facteur,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.CEPAGE_NIR = instance
    if depuis is not None:
        monkeypatch.setattr(services, "charger_marche", lambda _: regles_avec_le_nir(depuis))
    accuse = facteur.envoyer({"beneficiaire": [personne(nir=nir(True))]})
    assert codes(accuse) == attendus


def test_chaque_code_documente_a_son_cas() -> None:
    assert set(CODES) == {cas.code for cas in CAS}
