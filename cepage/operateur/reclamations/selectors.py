"""Reading the complaints: what is due, by when, what is late."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, QuerySet

from cepage.fondations.comptes.models import Personne
from cepage.fondations.referentiels import nomenclatures
from cepage.fondations.regles import charger_marche
from cepage.operateur.equipe.selectors import sous_traitant_de
from cepage.operateur.reclamations.models import Reclamation

MARCHE = "A"
ETATS = (("a_traiter", "À traiter"), ("en_retard", "En retard"), ("repondues", "Répondues"), ("mediateur", "Médiateur"))


@dataclass(frozen=True)
class Suivi:
    """A complaint, the next step due and its last day; `tard` when that day is passed."""

    reclamation: Reclamation
    motif: str
    etape: str
    au_plus_tard: date | None
    tard: bool
    accuse_au_plus_tard: date
    reponse_au_plus_tard: date


@dataclass(frozen=True)
class Delais:
    """How many days a complaint waits at most for its receipt, then for its answer."""

    accuse: int
    reponse: int


def delais(recue: date) -> Delais:
    """The delays of a complaint received that day (CCTP §3.7)."""
    regles = charger_marche(MARCHE)
    return Delais(regles.entier("reclamations.accuse", le=recue), regles.entier("reclamations.reponse", le=recue))


def visibles(personne: Personne) -> QuerySet[Reclamation]:
    """The complaints this professional may open: those of its dossiers for a sous-traitant."""
    toutes = Reclamation.objects.select_related("unite")
    membre = sous_traitant_de(personne)
    return toutes if membre is None else toutes.filter(unite__membre=membre)


def suivre(reclamation: Reclamation, le: date) -> Suivi:
    """Where a complaint is on the day `le`."""
    recue = reclamation.date_reception
    permis = delais(recue)
    accuse, reponse = recue + timedelta(days=permis.accuse), recue + timedelta(days=permis.reponse)
    if reclamation.date_accuse is None:
        etape, limite = "Accuser réception", accuse
    elif not reclamation.repondue:
        etape, limite = "Répondre", reponse
    else:
        etape, limite = "Répondue", None
    motif = nomenclatures.libelle("motif_reclamation", reclamation.motif)
    return Suivi(reclamation, motif, etape, limite, limite is not None and limite < le, accuse, reponse)


def liste(personne: Personne, etat: str, le: date) -> list[Suivi]:
    """The complaints in that state, the nearest deadline first; those to treat when `etat` is empty."""
    toutes = visibles(personne)
    match etat:
        case "repondues":
            choisies = toutes.filter(date_reponse__isnull=False).order_by("-date_reponse")
        case "mediateur":
            choisies = toutes.filter(date_saisine__isnull=False).order_by("-date_saisine")
        case _:
            choisies = toutes.filter(date_reponse__isnull=True).order_by(F("date_reception"))
    suivis = [suivre(r, le) for r in choisies]
    if etat == "en_retard":
        suivis = [s for s in suivis if s.tard]
    return suivis if etat in ("repondues", "mediateur") else sorted(suivis, key=lambda s: s.au_plus_tard or date.max)
