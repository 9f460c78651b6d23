"""What a professional may look at: the rows of their operator, their lots, and their own when a sous-traitant."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest

from cepage.fondations.comptes.acces import Perimetre
from cepage.fondations.comptes.models import Personne
from cepage.operateur.dossiers.models import Beneficiaire, CourrielRecu, CourrielSortant, UniteOeuvre
from cepage.operateur.equipe.models import Membre
from cepage.operateur.equipe.restriction import membre_du_groupement


@dataclass(frozen=True)
class Regard:
    """The scope of one professional; `membre` is who they work for, `restreint` when they see its dossiers only."""

    personne: Personne
    emetteur: str
    lots: tuple[str, ...]
    membre: Membre | None
    restreint: bool

    def beneficiaires(self) -> "QuerySet[Beneficiaire]":
        """People this professional may look at: received by their member, or with a unit of it."""
        vus = Beneficiaire.objects.filter(lot__in=self.lots)
        if self.restreint:
            siens = UniteOeuvre.objects.filter(membre=self.membre).values("beneficiaire")
            vus = vus.filter(Q(membre=self.membre) | Q(pk__in=siens))
        return vus

    def unites(self) -> "QuerySet[UniteOeuvre]":
        """Units this professional may look at."""
        vues = UniteOeuvre.objects.filter(lot__in=self.lots)
        return vues.filter(membre=self.membre) if self.restreint else vues

    def recus(self) -> "QuerySet[CourrielRecu]":
        """Messages this professional may read: a sous-traitant's, once their person is known."""
        vus = CourrielRecu.objects.filter(Q(beneficiaire__isnull=True) | Q(beneficiaire__in=self.beneficiaires()))
        return vus.exclude(beneficiaire__isnull=True) if self.restreint else vus

    def sortants(self) -> "QuerySet[CourrielSortant]":
        """Mails of the people this professional may look at that did not leave yet."""
        vus = CourrielSortant.objects.filter(envoye_le__isnull=True)
        return vus.filter(courriel__beneficiaire__in=self.beneficiaires()) if self.restreint else vus

    def lot(self) -> str:
        """The lot in which this professional opens a dossier: their first."""
        return self.lots[0]


def regard(request: HttpRequest) -> Regard:
    """The look of the person asking. Raises Http404 without an operator or a lot."""
    perimetre: Perimetre = request.perimetre  # type: ignore[attr-defined]
    personne = request.user
    if not isinstance(personne, Personne) or not perimetre.lots or not personne.organisation.code_emetteur:
        raise Http404
    membre = membre_du_groupement(request)
    restreint = membre is not None and membre.qualite == "sous_traitant"
    lots = tuple(sorted(perimetre.lots))
    return Regard(personne, personne.organisation.code_emetteur, lots, membre, restreint)
