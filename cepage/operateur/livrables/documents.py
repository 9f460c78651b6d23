"""The livrable as a document: PDF to read, print, sign; ODT to take away; evidence file of its signature."""

import hashlib
import io
import json
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from odfdo import Document as DocumentOdf
from odfdo import Header, Paragraph

from cepage.fondations.comptes.models import Organisation
from cepage.fondations.socle import formats
from cepage.fondations.socle.pdf import (
    MENTION_MEDIATEUR,
    Bloc,
    Document,
    Encadre,
    Fiche,
    Paragraphe,
    PieceJointe,
    Rubrique,
    produire,
)
from cepage.operateur.livrables.models import Livrable, Signature
from cepage.operateur.livrables.trame import trame

SCEAU_N_EST_PAS_SIGNATURE = (
    "Le sceau électronique de ce fichier est celui de l'opérateur : il garantit d'où il vient et qu'il n'a pas changé. "
    "Il n'est pas la signature de la personne, que prouve le dossier gardé sous la référence ci-dessus."
)
_VIDE = "(non renseigné)"


def empreinte_des_textes(livrable: Livrable) -> str:
    """SHA-256 (hex) of what is signed: the kind, the dossier, the version and each text, as canonical JSON."""
    contenu = [livrable.type_livrable, livrable.unite.numero_dossier, livrable.version, livrable.textes]
    canonique = json.dumps(contenu, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonique.encode()).hexdigest()


def organisme(emetteur: str) -> str:
    """The name of the operator, as its documents show it."""
    organisation = Organisation.objects.filter(code_emetteur=emetteur).first()
    return organisation.nom if organisation else f"Opérateur {emetteur}"


def en_pdf(livrable: Livrable, *, le: datetime, signature: Signature | None = None, a_la_main: bool = False) -> bytes:
    """The PDF of the livrable, with the signatures of `signature`, or room for handwritten ones."""
    unite = livrable.unite
    nom = organisme(livrable.emetteur)
    document = Document(
        titre=livrable.get_type_livrable_display(),
        auteur=nom,
        sous_titre=unite.beneficiaire.nom_complet,
        entete=(nom, f"Dossier {unite.numero_dossier}, version {livrable.version}"),
        blocs=[*_rubriques(livrable), *_signatures(signature, a_la_main)],
    )
    return produire(document, le=le)


def _rubriques(livrable: Livrable) -> list[Bloc]:
    blocs: list[Bloc] = []
    for section in trame(livrable.type_livrable).sections:
        texte = section.lisible(livrable.textes.get(section.code, "")).strip()
        blocs.append(Rubrique(section.libelle))
        blocs += [Paragraphe(p.strip("\n")) for p in (texte or _VIDE).replace("\r\n", "\n").split("\n\n") if p.strip()]
    return blocs


def _signatures(signature: Signature | None, a_la_main: bool) -> list[Bloc]:
    if signature is not None and signature.signee_le is not None:
        return [
            Rubrique("Signatures"),
            Fiche(
                (
                    ("Conseiller", f"{signature.demandee_par.nom_complet}, {formats.instant(signature.demandee_le)}"),
                    ("Personne", f"« {signature.mention} », {formats.instant(signature.signee_le)}"),
                    ("Moyen", signature.get_moyen_display()),
                    ("Identification", signature.get_identification_display()),
                    ("Référence", signature.reference),
                    ("Empreinte du texte", signature.empreinte_texte),
                )
            ),
            Encadre(SCEAU_N_EST_PAS_SIGNATURE),
        ]
    if a_la_main:
        return [
            Rubrique("Signatures"),
            Paragraphe("Conseiller : nom, date et signature\n\n\n\n"),
            Paragraphe("Personne : date, mention « lu et approuvé » de votre main, et signature\n\n\n\n\n"),
        ]
    return []


def en_odt(livrable: Livrable) -> bytes:
    """The livrable as an OpenDocument text."""
    document = DocumentOdf("text")
    document.body.clear()
    document.body.append(Header(1, livrable.get_type_livrable_display()))
    unite = livrable.unite
    document.body.append(Paragraph(f"{organisme(livrable.emetteur)}, dossier {unite.numero_dossier}"))
    document.body.append(Paragraph(unite.beneficiaire.nom_complet))
    for bloc in _rubriques(livrable):
        if isinstance(bloc, Rubrique):
            document.body.append(Header(2, bloc.texte))
        elif isinstance(bloc, Paragraphe):
            for ligne in bloc.texte.split("\n"):
                document.body.append(Paragraph(_sans_controle(ligne)))
    document.body.append(Paragraph(MENTION_MEDIATEUR))
    sortie = io.BytesIO()
    document.save(sortie)
    return sortie.getvalue()


def _sans_controle(ligne: str) -> str:
    """XML refuses control characters."""
    return "".join(c for c in ligne if unicodedata.category(c) not in ("Cc", "Cs", "Cn"))


def preuve_en_pdf(signature: Signature, *, le: datetime) -> bytes:
    """The evidence file, readable by anybody, with the same evidence as data inside (JSON)."""
    donnees = json.dumps(signature.preuve, ensure_ascii=False, indent=1, sort_keys=True).encode()
    nom = organisme(signature.emetteur)
    document = Document(
        titre="Dossier de preuve d'une signature",
        auteur=nom,
        sous_titre=f"Référence {signature.reference}",
        entete=(nom,),
        blocs=[
            Fiche([(cle, str(valeur)) for cle, valeur in _a_plat(signature.preuve)]),
            Encadre(SCEAU_N_EST_PAS_SIGNATURE),
        ],
        pieces=(PieceJointe("preuve.json", donnees, "application/json", "Le dossier de preuve en données", "data"),),
    )
    return produire(document, le=le)


def _a_plat(preuve: Mapping[str, Any], prefixe: str = "") -> list[tuple[str, Any]]:
    couples: list[tuple[str, Any]] = []
    for cle, valeur in preuve.items():
        nom = f"{prefixe}{cle}".replace("_", " ")
        couples += _a_plat(valeur, f"{nom}, ") if isinstance(valeur, Mapping) else [(nom, valeur)]
    return couples
