"""`cepage conformite`: play the kit against an instance, or take its files."""

import argparse
import json
import os
import sys
from pathlib import Path


def ajouter_commandes(sous_parseurs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `conformite` on the command line."""
    parseur = sous_parseurs.add_parser("conformite", help="vérifier qu'une instance suit le contrat d'échange")
    actions = parseur.add_subparsers(metavar="ACTION", required=True)
    lancer = actions.add_parser("lancer", help="jouer les scénarios contre une instance, par HTTP")
    lancer.add_argument("--url", required=True, metavar="URL", help="racine du site, comme https://exemple.fr")
    lancer.add_argument("--cle", metavar="CLE", help="clé du bac à sable ; à défaut, la variable CEPAGE_CLE")
    lancer.add_argument("--famille", action="append", default=[], metavar="NOM", help="ne jouer que cette famille")
    lancer.add_argument("--scenario", action="append", default=[], metavar="ID", help="ne jouer que ce scénario")
    lancer.add_argument("--sortie", type=Path, default=Path("conformite"), metavar="DIR", help="où écrire le rapport")
    lancer.set_defaults(executer=_lancer)
    exporter = actions.add_parser("exporter", help="écrire les fichiers des scénarios et ce qu'ils doivent recevoir")
    exporter.add_argument("--sortie", type=Path, required=True, metavar="DIR")
    exporter.add_argument("--emetteur", default="AB", metavar="CODE", help="code de l'opérateur qui enverra")
    exporter.set_defaults(executer=_exporter)


def _lancer(args: argparse.Namespace) -> int:
    """Exit code: 0 all passed, 1 some did not, 3 could not play."""
    from datetime import UTC, datetime

    from cepage.echanges.conformite.campagne import Rapport, Resultat, ecrire, jouer
    from cepage.echanges.conformite.catalogue import FAMILLES, scenarios
    from cepage.echanges.conformite.client import Instance, InstanceInjoignable
    from cepage.echanges.conformite.scenarios import choisir

    cle = args.cle or os.environ.get("CEPAGE_CLE", "")
    if not cle or (inconnues := set(args.famille) - set(FAMILLES)):
        manque = "Donnez une clé du bac à sable (--cle ou CEPAGE_CLE)."
        print(f"Familles : {', '.join(FAMILLES)} (inconnues : {inconnues})." if cle else manque, file=sys.stderr)
        return 3

    def suivre(resultat: Resultat) -> None:
        if not resultat.reussi:
            print(f"✗ {resultat.scenario.identifiant} : {' '.join(resultat.ecarts)}", flush=True)

    instance = Instance(args.url.rstrip("/"), cle)
    try:
        emetteur = instance.emetteur()
        choisis = choisir(scenarios(emetteur), args.famille)
        if args.scenario:
            choisis = [s for s in choisis if s.identifiant in args.scenario]
        resultats = jouer(instance, choisis, emetteur=emetteur, suivre=suivre)
    except InstanceInjoignable as erreur:
        print(erreur, file=sys.stderr)
        return 3
    rapport = Rapport(args.url, emetteur, datetime.now(UTC).replace(microsecond=0), resultats)
    ecrits = ecrire(rapport, args.sortie)
    print(f"{rapport.reussis} scénarios réussis sur {len(resultats)}. Écrits : {', '.join(map(str, ecrits))}")
    return 0 if rapport.conforme else 1


def _exporter(args: argparse.Namespace) -> int:
    from cepage.echanges.conformite.catalogue import scenarios

    sommaire = []
    for scenario in scenarios(args.emetteur):
        dossier = args.sortie / scenario.famille / scenario.identifiant
        dossier.mkdir(parents=True, exist_ok=True)
        etapes = []
        for rang, etape in enumerate(scenario.etapes, start=1):
            nom = f"{rang}_{etape.nom}"
            (dossier / nom).write_bytes(etape.octets)
            etapes.append(
                {
                    "fichier": nom,
                    "nom": etape.nom,
                    "lot": etape.lot,
                    "mode": etape.mode,
                    "voie": etape.voie,
                    "maintenant": etape.maintenant.isoformat() if etape.maintenant else None,
                    "cle_idempotence": etape.cle_idempotence or None,
                    "attendu": etape.attendu.en_dict(),
                }
            )
        decrit = {
            "identifiant": scenario.identifiant,
            "famille": scenario.famille,
            "titre": scenario.titre,
            "bac_a_sable": {
                "maintenant": scenario.maintenant.isoformat(),
                "nir_autorise": scenario.nir,
                "tenu_jusqu_au": scenario.tenu_jusqu_au.isoformat() if scenario.tenu_jusqu_au else None,
            },
            "etapes": etapes,
        }
        (dossier / "scenario.json").write_text(json.dumps(decrit, ensure_ascii=False, indent=1), encoding="utf-8")
        sommaire.append({n: decrit[n] for n in ("identifiant", "famille", "titre")})
    (args.sortie / "sommaire.json").write_text(json.dumps(sommaire, ensure_ascii=False, indent=1), encoding="utf-8")
    print(f"{len(sommaire)} scénarios écrits dans {args.sortie}.")
    return 0
