"""Reading the livrables, inside the row-level scope; a sous-traitant's people see its dossiers only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from cepage.fondations.comptes.models import Personne
from cepage.fondations.socle.portee import portee_totale
from cepage.operateur.dossiers.enums import Etat
from cepage.operateur.dossiers.models import UniteOeuvre
from cepage.operateur.equipe.selectors import sous_traitant_de
from cepage.operateur.livrables.enums import EtatLivrable, EtatSignature, TypeLivrable
from cepage.operateur.livrables.models import Livrable, Signature
from cepage.operateur.livrables.services.redaction import TYPES
from cepage.operateur.livrables.trame import Section, trame

A_COMMENCER = "a_commencer"


def unites_visibles(personne: Personne) -> QuerySet[UniteOeuvre]:
    """The units this professional may open."""
    unites = UniteOeuvre.objects.select_related("beneficiaire", "referent", "livrable")
    membre = sous_traitant_de(personne)
    return unites if membre is None else unites.filter(membre=membre)


def livrables_visibles(personne: Personne) -> QuerySet[Livrable]:
    """The livrables this professional may open."""
    livrables = Livrable.objects.select_related("unite__beneficiaire", "unite__referent")
    membre = sous_traitant_de(personne)
    return livrables if membre is None else livrables.filter(unite__membre=membre)


def a_suivre(personne: Personne, *, etat: str = "", miens: bool = False) -> QuerySet[UniteOeuvre]:
    """The units that have a livrable to write or have one, the nearest deadline first, then the signed ones."""
    unites = unites_visibles(personne).filter(uo__in=[str(uo) for uo in TYPES])
    unites = unites.filter(Q(etat=Etat.OUVERTE) | Q(livrable__isnull=False))
    if miens:
        unites = unites.filter(Q(referent=personne) | Q(delegue=personne))
    if etat == A_COMMENCER:
        unites = unites.filter(livrable__isnull=True)
    elif etat:
        unites = unites.filter(livrable__etat=etat)
    return unites.order_by("-etat", "echeance", "id")


@dataclass(frozen=True)
class Ligne:
    """One line of the list: the unit, its livrable if any, and how many due sections are empty."""

    unite: UniteOeuvre
    livrable: Livrable | None
    type_libelle: str
    manquantes: int
    etat: str
    etat_libelle: str
    echue: bool


def ligne(unite: UniteOeuvre, le: date) -> Ligne:
    """What the list says of a unit on the day `le`."""
    livrable = getattr(unite, "livrable", None)
    type_livrable = TypeLivrable(TYPES[unite.uo])  # type: ignore[index]
    manquantes = len(trame(type_livrable).manquantes(livrable.textes if livrable else {}))
    etat = livrable.etat if livrable else A_COMMENCER
    libelle = livrable.get_etat_display() if livrable else "À commencer"
    echue = bool(unite.ouverte and unite.echeance and unite.echeance < le)
    return Ligne(unite, livrable, type_livrable.label, manquantes, etat, libelle, echue)


def signature_en_cours(livrable: Livrable) -> Signature | None:
    """The request that waits, or the one that holds."""
    vivantes = livrable.signatures.filter(etat__in=[EtatSignature.EN_ATTENTE, EtatSignature.SIGNEE])
    return vivantes.select_related("demandee_par").first()


def dernier_refus(livrable: Livrable) -> Signature | None:
    """The last request, when the person refused it and nothing was asked since."""
    derniere = livrable.signatures.first()
    refusee = derniere is not None and derniere.etat == EtatSignature.REFUSEE
    return derniere if refusee and livrable.etat == EtatLivrable.REDACTION else None


@dataclass(frozen=True)
class Ecart:
    """A section that two people wrote differently: theirs is saved, mine is not."""

    section: Section
    le_leur: str
    le_mien: str


def ecarts(livrable: Livrable, textes: Mapping[str, str]) -> list[Ecart]:
    """The sections where `textes` differ from what is saved."""
    sections = trame(livrable.type_livrable).sections
    saisis = trame(livrable.type_livrable).nettoyer(textes)
    return [
        Ecart(s, s.lisible(livrable.textes.get(s.code, "")), s.lisible(saisis[s.code]))
        for s in sections
        if livrable.textes.get(s.code, "") != saisis[s.code]
    ]


@dataclass(frozen=True)
class Connue:
    """What anybody may know of a signed document, from its reference or its bytes: nothing about the person."""

    reference: str
    type_libelle: str
    date_signature: date | None
    moyen: str
    empreinte: str


def document_connu(*, reference: str = "", empreinte: str = "") -> Connue | None:
    """The signed document of that reference or of exactly these bytes, whoever its operator is; None: unknown."""
    critere: dict[str, Any] = {"reference": reference} if reference else {"empreinte_document": empreinte}
    if not reference and not empreinte:
        return None
    with portee_totale():
        trouvee = Signature.objects.filter(etat=EtatSignature.SIGNEE, **critere).select_related("livrable").first()
        if trouvee is None:
            return None
        return Connue(
            trouvee.reference,
            trouvee.livrable.get_type_livrable_display(),
            trouvee.date_signature,
            trouvee.get_moyen_display(),
            trouvee.empreinte_document,
        )
