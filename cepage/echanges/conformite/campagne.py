"""Playing the scenarios against an instance, and what comes of it: a report, a page, an attestation."""

from __future__ import annotations

import hashlib
import html
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cepage.echanges.conformite.catalogue import FAMILLES
from cepage.echanges.conformite.client import Instance
from cepage.echanges.conformite.scenarios import Scenario
from cepage.echanges.conformite.verification import Reponse, ecarts
from cepage.echanges.contrat.fiches import VERSION


@dataclass(frozen=True)
class Resultat:
    """What a scenario gave: nothing wrong, or what."""

    scenario: Scenario
    ecarts: list[str]
    duree: float

    @property
    def reussi(self) -> bool:
        """True when every answer was the one it must be."""
        return not self.ecarts


@dataclass(frozen=True)
class Rapport:
    """The results of a campaign against an instance."""

    url: str
    emetteur: str
    joue_le: datetime
    resultats: list[Resultat]

    @property
    def reussis(self) -> int:
        """How many scenarios passed."""
        return sum(r.reussi for r in self.resultats)

    @property
    def conforme(self) -> bool:
        """True when something was played and all of it passed."""
        return bool(self.resultats) and self.reussis == len(self.resultats)

    def en_dict(self) -> dict[str, Any]:
        """The report as its file writes it."""
        return {
            "instance": self.url,
            "emetteur": self.emetteur,
            "contrat": VERSION,
            "joue_le": self.joue_le.isoformat(),
            "scenarios": len(self.resultats),
            "reussis": self.reussis,
            "conforme": self.conforme,
            "resultats": [
                {
                    "identifiant": r.scenario.identifiant,
                    "famille": r.scenario.famille,
                    "titre": r.scenario.titre,
                    "reussi": r.reussi,
                    "duree_ms": round(r.duree * 1000),
                    "ecarts": r.ecarts,
                }
                for r in self.resultats
            ],
        }


def jouer(
    instance: Instance, scenarios: Sequence[Scenario], *, emetteur: str, suivre: Callable[[Resultat], None]
) -> list[Resultat]:
    """Play each scenario in a sandbox emptied for it. Raises InstanceInjoignable."""
    resultats = []
    for scenario in scenarios:
        debut = time.perf_counter()
        instance.preparer(scenario)
        reponses: list[Reponse] = []
        trouves: list[str] = []
        for rang, etape in enumerate(scenario.etapes, start=1):
            if etape.maintenant is not None:
                instance.regler(scenario, etape.maintenant)
            reponse = instance.jouer(etape)
            for ecart in ecarts(etape, reponse, reponses, emetteur) if _verifiable(scenario, rang) else ():
                trouves.append(f"Étape {rang} : {ecart}" if len(scenario.etapes) > 1 else ecart)
            reponses.append(reponse)
        resultat = Resultat(scenario, trouves, time.perf_counter() - debut)
        suivre(resultat)
        resultats.append(resultat)
    return resultats


def _verifiable(scenario: Scenario, rang: int) -> bool:
    """In a case of a code, the envois before the last only set the scene: their receipts may say anything."""
    return scenario.famille != "code" or rang == len(scenario.etapes)


def ecrire(rapport: Rapport, sortie: Path) -> list[Path]:
    """Write the report, its page and, when everything passed, the attestation."""
    sortie.mkdir(parents=True, exist_ok=True)
    octets = json.dumps(rapport.en_dict(), ensure_ascii=False, indent=1).encode()
    fichiers = {"rapport.json": octets, "rapport.html": _page(rapport).encode()}
    if rapport.conforme:
        fichiers["attestation.json"] = _attestation(rapport, octets)
    for nom, contenu in fichiers.items():
        (sortie / nom).write_bytes(contenu)
    if not rapport.conforme:
        (sortie / "attestation.json").unlink(missing_ok=True)
    return [sortie / nom for nom in fichiers]


def _attestation(rapport: Rapport, octets: bytes) -> bytes:
    contenu = {
        "objet": "Conformité au contrat d'échange du conseil en évolution professionnelle",
        "contrat": VERSION,
        "instance": rapport.url,
        "emetteur": rapport.emetteur,
        "joue_le": rapport.joue_le.isoformat(),
        "scenarios": len(rapport.resultats),
        "familles": sorted({r.scenario.famille for r in rapport.resultats}),
        "complete": {r.scenario.famille for r in rapport.resultats} == set(FAMILLES),
        "empreinte_du_rapport": hashlib.sha256(octets).hexdigest(),
        "portee": "Atteste que chaque scénario joué a reçu la réponse attendue ; n'est pas signée.",
    }
    return json.dumps(contenu, ensure_ascii=False, indent=1).encode()


_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#161616}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.4rem;border-bottom:1px solid #ddd;"
    "vertical-align:top;overflow-wrap:break-word}.bon{color:#18753c}.faux{color:#ce0500}"
)


def _page(rapport: Rapport) -> str:
    """The report to be read: the verdict first, what failed next, then everything by family."""
    verdict = "Conforme" if rapport.conforme else "Non conforme"
    total = len(rapport.resultats)
    morceaux = [
        '<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{verdict} : rapport de conformité</title><style>{_STYLE}</style></head><body><main>",
        f"<h1>{verdict}</h1><p>{rapport.reussis} scénarios réussis sur {total}, joués contre ",
        f"{html.escape(rapport.url)} le {rapport.joue_le:%d/%m/%Y à %H:%M} (UTC) par l'opérateur ",
        f"{html.escape(rapport.emetteur)}, contrat d'échange {VERSION}.</p>",
    ]
    for famille, libelle in FAMILLES.items():
        siens = [r for r in rapport.resultats if r.scenario.famille == famille]
        if siens:
            lignes = "".join(_ligne(r) for r in sorted(siens, key=lambda r: r.reussi))
            bons = sum(r.reussi for r in siens)
            morceaux.append(
                f"<h2>{libelle}</h2><p>{bons} sur {len(siens)}</p><table><thead><tr><th scope='col'>Scénario</th>"
                f"<th scope='col'>Résultat</th></tr></thead><tbody>{lignes}</tbody></table>"
            )
    return "".join([*morceaux, "</main></body></html>"])


def _ligne(resultat: Resultat) -> str:
    issue = "<span class='bon'>✓ réussi</span>"
    if not resultat.reussi:
        ecarts_ = "".join(f"<li>{html.escape(e)}</li>" for e in resultat.ecarts)
        issue = f"<span class='faux'>✗ à corriger</span><ul>{ecarts_}</ul>"
    titre = html.escape(resultat.scenario.titre)
    return f"<tr><th scope='row'>{titre}<br><small>{resultat.scenario.identifiant}</small></th><td>{issue}</td></tr>"
