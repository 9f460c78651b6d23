"""Time a livrable of three pages: PDF/UA-1 and PDF/A-2a, then sealed and time-stamped, against WeasyPrint.

    python bench/pdf.py --documents 100

Each subject runs alone in its own process, on one core, over the same text. WeasyPrint (which needs Pango, on Debian
`apt-get install libpango-1.0-0 libpangoft2-1.0-0`) writes a plain PDF/UA, without a seal. Prints a table and writes
bench/resultats/pdf.json.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from html import escape
from pathlib import Path

RACINE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(RACINE))
RESULTATS = RACINE / "bench" / "resultats"
SUJETS = ("weasyprint", "cepage", "cepage scellé")
LE = datetime(2021, 3, 12, 14, 5, tzinfo=UTC)
RUBRIQUES = (
    "Le projet d'évolution professionnelle",
    "L'analyse de la situation au regard du projet",
    "Les informations partagées",
    "Le plan d'actions",
    "Le souhait d'un appui à la mise en œuvre",
)
PHRASE = (
    "La personne souhaite évoluer vers un métier du soin, après douze ans dans la logistique ; elle a rencontré deux "
    "professionnelles, comparé trois formations et chiffré le financement avec son conseiller. "
)


def textes(rang: int) -> list[tuple[str, list[str]]]:
    """The sections of document `rang`: each its own, so that nothing can be kept from one to the next."""
    return [(r, [f"Dossier {rang}. " + PHRASE * 3] * 3) for r in RUBRIQUES]


def avec_cepage(rang: int, *, scelle: bool) -> bytes:
    """Our document."""
    from cepage.fondations.socle.pdf import Bloc, Document, Paragraphe, Rubrique, produire
    from cepage.fondations.socle.sceau import sceller_pdf

    blocs: list[Bloc] = []
    for titre, paragraphes in textes(rang):
        blocs += [Rubrique(titre), *(Paragraphe(p) for p in paragraphes)]
    octets = produire(Document("Projet professionnel", "Opérateur AB", blocs), le=LE)
    return sceller_pdf(octets, motif="Livrable signé", le=LE).octets if scelle else octets


def avec_weasyprint(rang: int) -> bytes:
    """The same text by WeasyPrint, with the same running foot."""
    from weasyprint import HTML

    from cepage.fondations.socle.pdf import MENTION_MEDIATEUR

    style = (
        "@page { size: A4; margin: 2.2cm 2.2cm 2.8cm;"
        f' @bottom-left {{ content: "{MENTION_MEDIATEUR}"; font-size: 7.5pt }}'
        ' @bottom-right { content: "Page " counter(page) " sur " counter(pages); font-size: 7.5pt } }'
        " body { font: 9.5pt/1.6 'DejaVu Sans'; }"
    )
    corps = "".join(
        f"<h2>{escape(titre)}</h2>" + "".join(f"<p>{escape(p)}</p>" for p in paragraphes)
        for titre, paragraphes in textes(rang)
    )
    page = (
        f"<html lang='fr'><head><title>Projet professionnel</title><style>{style}</style></head>"
        f"<body><h1>Projet professionnel</h1>{corps}</body></html>"
    )
    return bytes(HTML(string=page).write_pdf(pdf_variant="pdf/ua-1") or b"")


def executer(sujet: str, documents: int) -> None:
    """Run one subject in this process: seconds a document after the first, peak in MiB, pages, first document."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    if sujet.startswith("cepage"):
        os.environ.setdefault("DATABASE_URL", "postgresql://bench/bench")
        os.environ["DJANGO_SETTINGS_MODULE"] = "cepage.config.settings"
        import django

        django.setup()

    def produire(rang: int) -> bytes:
        return avec_weasyprint(rang) if sujet == "weasyprint" else avec_cepage(rang, scelle="scellé" in sujet)

    debut = time.perf_counter()
    premier = produire(0)
    froid = time.perf_counter() - debut
    debut = time.perf_counter()
    for rang in range(1, documents + 1):
        produire(rang)
    duree = (time.perf_counter() - debut) / documents
    import io

    import pypdf

    pages = len(pypdf.PdfReader(io.BytesIO(premier)).pages)
    pic = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"duree": duree, "froid": froid, "pic": pic, "pages": pages, "octets": len(premier)}))


def mesurer(documents: int) -> dict[str, dict[str, float]]:
    """Each subject alone in its process; one that cannot run is said and left out."""
    mesures: dict[str, dict[str, float]] = {}
    for sujet in SUJETS:
        # WeasyPrint is slow: fewer documents give the same mean.
        combien = max(3, documents // 10) if sujet == "weasyprint" else documents
        with tempfile.TemporaryDirectory() as donnees:
            fait = subprocess.run(
                [sys.executable, __file__, "--sujet", sujet, "--documents", str(combien)],
                env={**os.environ, "CEPAGE_DONNEES": donnees},
                capture_output=True,
                text=True,
                check=False,
            )
        if fait.returncode:
            dernieres = "\n    ".join(fait.stderr.strip().splitlines()[-3:])
            print(f"{sujet} n'a pas pu être mesuré :\n    {dernieres}")
        else:
            mesures[sujet] = json.loads(fait.stdout.splitlines()[-1])
    return mesures


def principal() -> int:
    """Measure, print the table, say which targets hold; 1 when one is missed or could not be compared."""
    parseur = argparse.ArgumentParser(description=__doc__)
    parseur.add_argument("--documents", type=int, default=100)
    parseur.add_argument("--sujet", choices=SUJETS)
    args = parseur.parse_args()
    if args.sujet:
        executer(args.sujet, args.documents)
        return 0
    mesures = mesurer(args.documents)
    print(f"{'sujet':<16}{'ms/document':>14}{'par seconde':>14}{'premier (ms)':>14}{'pic (Mio)':>12}{'pages':>8}")
    for sujet, m in mesures.items():
        print(
            f"{sujet:<16}{m['duree'] * 1000:>14.1f}{1 / m['duree']:>14.1f}{m['froid'] * 1000:>14.0f}"
            f"{m['pic']:>12.0f}{m['pages']:>8.0f}"
        )
    RESULTATS.mkdir(parents=True, exist_ok=True)
    (RESULTATS / "pdf.json").write_text(json.dumps(mesures, indent=1), encoding="utf-8")
    return juger(mesures)


def juger(mesures: dict[str, dict[str, float]]) -> int:
    """Print each target and whether it holds."""
    tenus = []
    if "weasyprint" in mesures and "cepage" in mesures:
        rapport = mesures["weasyprint"]["duree"] / mesures["cepage"]["duree"]
        tenus.append(rapport >= 10)
        print(f"sans sceau, {rapport:.1f} × plus vite que WeasyPrint (visé : ≥ 10 ×) : {_dire(tenus[-1])}")
    else:
        tenus.append(False)
        print("WeasyPrint manque : la comparaison n'est pas faite.")
    if "cepage scellé" in mesures:
        scelle = mesures["cepage scellé"]
        tenus += [1 / scelle["duree"] >= 8, scelle["pic"] <= 300]
        print(
            f"scellé et horodaté, {1 / scelle['duree']:.1f} par seconde et par cœur (visé : ≥ 8) : {_dire(tenus[-2])}"
        )
        print(f"pic {scelle['pic']:.0f} Mio (visé : ≤ 300) : {_dire(tenus[-1])}")
    return 0 if all(tenus) else 1


def _dire(tenu: bool) -> str:
    return "tenu" if tenu else "manqué"


if __name__ == "__main__":
    sys.exit(principal())
