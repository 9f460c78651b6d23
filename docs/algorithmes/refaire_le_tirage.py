"""Refaire un tirage du contrôle de service fait, sans rien d'autre que Python et la liste publiée.

    python refaire_le_tirage.py base.json TAUX GRAINE [tirage.json]

base.json : sortie de « cepage controle base --format json ». TAUX : 0.05, ou 0.05,22=0.15 si l'UO2.2 a le sien.
Écrit l'empreinte de la base et les dossiers tirés ; avec le tirage publié, dit en plus s'il est le même.
"""

import hashlib
import json
import math
import sys
from fractions import Fraction
from pathlib import Path

base = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
general, *propres = sys.argv[2].split(",")
taux = {uo: Fraction(part) for uo, part in (propre.split("=") for propre in propres)}
graine = sys.argv[3]
empreinte = hashlib.sha256("\n".join(sorted(base["dossiers"])).encode()).hexdigest()
strates: dict = {}
for unite in base["unites"]:
    strates.setdefault((unite["uo"], unite["structure"]), []).append(unite["numero_dossier"])
tires: list = []
for (uo, _), membres in strates.items():
    n = max(min(2, len(membres)), math.ceil(taux.get(uo, Fraction(general)) * len(membres)))
    tires += sorted(membres, key=lambda m: hashlib.sha256(f"{graine}|{m}".encode()).hexdigest())[:n]
print(empreinte, *sorted(tires), sep="\n")
if len(sys.argv) > 4:
    publie = json.loads(Path(sys.argv[4]).read_text(encoding="utf-8"))
    meme = publie["dossiers"] == sorted(tires) and publie["empreinte_base"] == empreinte
    sys.exit(print("Même tirage.") if meme else "Ce n'est pas le tirage publié.")
