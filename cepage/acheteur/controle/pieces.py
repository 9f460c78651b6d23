"""The evidence of a sampled file, read in the register as it stands, and the text of its livrables."""

import hashlib
import io
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from cepage.acheteur.controle.models import Controle
from cepage.acheteur.registre.models import TABLES
from cepage.acheteur.registre.selectors import contenu_de, fin_de_journee
from cepage.echanges.reception import preuves
from cepage.fondations.regles import ErreurRegles, charger_marche, echeance
from cepage.fondations.socle.portee import portee_totale

_COURANTES = {"connu_de__isnull": False, "connu_jusqu_a__isnull": True}


@dataclass(frozen=True)
class Livrable:
    """A livrable received, its fields and the text its file holds (None: not readable as text, or not kept)."""

    genre: str
    contenu: Mapping[str, Any]
    empreinte: str
    present: bool
    texte: str | None


@dataclass(frozen=True)
class Pieces:
    """Everything a controller reads beside the grid; `doublons` are numbers of other files, nothing of them."""

    unite: Mapping[str, Any]
    personne: Mapping[str, Any]
    interactions: list[Mapping[str, Any]]
    livrables: list[Livrable]
    echeance: date | None
    doublons: list[str] = field(default_factory=list)
    livrables_ailleurs: list[str] = field(default_factory=list)

    def livrable(self, genre: str) -> Livrable | None:
        """The livrable of that kind."""
        return next((p for p in self.livrables if p.genre == genre), None)

    @property
    def engagement(self) -> date:
        """Day of engagement."""
        return date.fromisoformat(self.unite["date_engagement"])

    @property
    def cloture(self) -> date | None:
        """Closing day."""
        jour = self.unite.get("date_cloture")
        return date.fromisoformat(jour) if jour else None


def pieces_du_dossier(controle: Controle) -> Pieces:
    """The evidence of a file, in the scope under way; what lies outside it is only counted. At most nine queries."""
    numero = controle.numero_dossier
    unite = _courante("unite_oeuvre", cle=numero)
    rattaches = {"cle__gte": f"{numero}|", "cle__lt": f"{numero}}}"}
    interactions = _courantes("interaction", **rattaches)
    livrables = [_livrable(v) for v in _courantes("livrable", **rattaches)]
    contenu = contenu_de(unite, "unite_oeuvre") if unite is not None else {}
    with portee_totale():
        doublons = _doublons(unite) if unite is not None else []
        ailleurs = _livrables_ailleurs(numero, [p.empreinte for p in livrables])
        fin = _echeance(unite) if unite is not None else None
    return Pieces(
        contenu,
        _personne(unite) if unite is not None else {},
        sorted((contenu_de(v, "interaction") for v in interactions), key=lambda i: str(i["date_interaction"])),
        livrables,
        fin,
        doublons,
        ailleurs,
    )


def _versions(fiche: str) -> "QuerySet[Any, Any]":
    return TABLES[fiche]._default_manager.all()


def _courantes(fiche: str, **filtre: Any) -> list[Any]:
    lignes = _versions(fiche).filter(**_COURANTES, **filtre).exclude(nature="A")
    return list(lignes.order_by("cle"))


def _courante(fiche: str, **filtre: Any) -> Any:
    return next(iter(_courantes(fiche, **filtre)), None)


def _personne(unite: Any) -> dict[str, Any]:
    """The beneficiary as in force at the end of the day of engagement; before any, the first one produced."""
    versions = _versions("beneficiaire").filter(cle=f"{unite.lot}|{unite.identifiant_beneficiaire}")
    versions = versions.exclude(nature="A")
    limite = fin_de_journee(unite.date_engagement)
    trouvee = versions.filter(horodatage__lt=limite).order_by("-horodatage", "-id").first()
    trouvee = trouvee or versions.order_by("horodatage", "id").first()
    return contenu_de(trouvee, "beneficiaire") if trouvee is not None else {}


def _livrable(version: Any) -> Livrable:
    empreinte = version.empreinte_sha256 or ""
    present = bool(empreinte) and preuves.presente(empreinte)
    return Livrable(
        version.type_livrable,
        contenu_de(version, "livrable"),
        empreinte,
        present,
        texte_du_fichier(empreinte) if present else None,
    )


@lru_cache(maxsize=512)
def texte_du_fichier(empreinte: str) -> str | None:
    """The text of a kept PDF, None when it has none or is not a PDF; a file never changes under its hash."""
    import pypdf
    from pypdf.errors import PyPdfError

    octets = preuves.chemin(empreinte).read_bytes()
    if hashlib.sha256(octets).hexdigest() != empreinte or not octets.startswith(b"%PDF"):
        return None
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        texte = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(octets)).pages)
    except (PyPdfError, ValueError, KeyError, RecursionError):
        return None
    return texte.strip() or None


def _doublons(unite: Any) -> list[str]:
    """Other units of the same kind of this person that share a day with this one."""
    autres = _versions("unite_oeuvre").filter(
        **_COURANTES, lot=unite.lot, identifiant_beneficiaire=unite.identifiant_beneficiaire, uo=unite.uo
    )
    autres = autres.exclude(nature="A").exclude(cle=unite.cle)
    fin = unite.date_cloture or date.max
    return sorted(
        autre.cle
        for autre in autres
        if autre.date_engagement <= fin and unite.date_engagement <= (autre.date_cloture or date.max)
    )


def _livrables_ailleurs(numero: str, empreintes: list[str]) -> list[str]:
    memes = _versions("livrable").filter(**_COURANTES, empreinte_sha256__in=[e for e in empreintes if e])
    return sorted(
        set(memes.exclude(numero_dossier=numero).exclude(nature="A").values_list("numero_dossier", flat=True))
    )


def _echeance(unite: Any) -> date | None:
    origine = None
    if unite.uo == "22":
        precedentes = _versions("unite_oeuvre").filter(
            **_COURANTES,
            lot=unite.lot,
            identifiant_beneficiaire=unite.identifiant_beneficiaire,
            uo="21",
            date_engagement__lte=unite.date_engagement,
        )
        origine = (
            precedentes.exclude(nature="A")
            .order_by("-date_engagement")
            .values_list("date_engagement", flat=True)
            .first()
        )
    try:
        return echeance(unite.uo, unite.date_engagement, regles=charger_marche("A"), date_engagement_uo21=origine)
    except ErreurRegles:
        return None
