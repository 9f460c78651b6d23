"""The team of the fictitious operator: its members, who is qualified and how, what each one learns."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from cepage.fondations.comptes.models import Organisation, Personne
from cepage.fondations.socle.portee import portee_emetteurs
from cepage.operateur.dossiers.models import Beneficiaire, UniteOeuvre
from cepage.operateur.equipe.models import Conseiller, Membre
from cepage.operateur.equipe.services import conseillers as services
from cepage.operateur.equipe.services.groupement import rattacher, tenir_un_membre

_CERTIFICATION = {
    "certification": "Conseiller en insertion professionnelle",
    "certification_niveau": 5,
    "certification_du_domaine": True,
    "certification_le": date(2017, 7, 1),
}
_PAR = "Direction"


def peupler(emetteur: str, le: date) -> None:
    """Two members beside the mandataire, three counsellors in three situations. Done once."""
    with portee_emetteurs([emetteur]):
        if Conseiller.objects.exists():
            return
        organisation = Organisation.objects.get(code_emetteur=emetteur)
        gens = list(
            Personne.objects.filter(organisation=organisation, attributions__role="conseiller")
            .distinct()
            .order_by("pk")
        )
        cotraitant, sous_traitant = _membres(emetteur)
        for rang, personne in enumerate(gens):
            fiche = _fiche(personne, rang, le)
            _progres(fiche, rang, le)
        rattacher(gens[-1], sous_traitant, le=le)
        _confier(gens[-1], sous_traitant, cotraitant)


def _membres(emetteur: str) -> tuple[Membre, Membre]:
    communs = {"emetteur": emetteur, "debut": date(2020, 1, 2), "fin": None}
    return (
        tenir_un_membre(None, code="NORD", nom="Mission Avenir Nord", qualite="cotraitant", **communs),  # type: ignore[arg-type]
        tenir_un_membre(None, code="LITTORAL", nom="Cap Littoral", qualite="sous_traitant", **communs),  # type: ignore[arg-type]
    )


def _fiche(personne: Personne, rang: int, le: date) -> Conseiller:
    """The first by certification, the second by experience, the others under a dérogation."""
    valeurs: dict[str, object] = {"profil": "expert" if rang == 1 else "conseiller", "quotite": Decimal("1.00")}
    valeurs |= {"entree": date(2020, 1, 2) if rang < 2 else le - timedelta(days=120)}
    valeurs |= _CERTIFICATION if rang == 0 else {}
    a = datetime.combine(le, time(8), UTC)
    fiche = services.tenir_la_fiche(personne, valeurs, version=0, par=_PAR, a=a)
    debut = {0: date(2017, 9, 1), 1: date(2014, 3, 1)}.get(rang, le - timedelta(days=120))
    services.ajouter_une_experience(
        fiche,
        poste="Conseiller en évolution professionnelle",
        domaine="transitions" if rang else "insertion",
        debut=debut,
        fin=None,
    )
    if rang > 1:
        services.noter_une_derogation(
            fiche,
            debut=le - timedelta(days=120),
            fin=le + timedelta(days=240),
            motif="Recruté pour ouvrir un site ; certification en cours.",
            reference="Relevé du comité de suivi",
        )
    return fiche


def _progres(fiche: Conseiller, rang: int, le: date) -> None:
    for code, degre in (("C1", "tenue"), ("C4", "tenue"), ("C17", "a_developper" if rang else "transmise")):
        services.evaluer(fiche, code=code, degre=degre, le=le - timedelta(days=30), par=_PAR, a=le)
    plan = {"annee": le.year, "organisme": "Organisme de formation", "competences": ["C17"]}
    suivie = services.prevoir_une_formation(
        fiche,
        intitule="Ingénierie financière d'un projet",
        heures_prevues=Decimal(14),
        **plan,  # type: ignore[arg-type]
    )
    services.prevoir_une_formation(fiche, intitule="Analyse de pratiques", heures_prevues=Decimal(21), **plan)  # type: ignore[arg-type]
    if rang != 1:
        services.noter_le_suivi(suivie, date_realisation=le - timedelta(days=10), heures_realisees=Decimal(14), a=le)


def _confier(conseiller: Personne, sous_traitant: Membre, cotraitant: Membre) -> None:
    """The dossiers of the last counsellor are the sous-traitant's, a few others the cotraitant's."""
    siennes = UniteOeuvre.objects.filter(referent=conseiller)
    Beneficiaire.objects.filter(unites__in=siennes).update(membre=sous_traitant)
    UniteOeuvre.objects.filter(beneficiaire__membre=sous_traitant).update(membre=sous_traitant)
    libres = list(Beneficiaire.objects.filter(membre__isnull=True).order_by("pk").values_list("pk", flat=True)[:5])
    Beneficiaire.objects.filter(pk__in=libres).update(membre=cotraitant)
    UniteOeuvre.objects.filter(beneficiaire__in=libres).update(membre=cotraitant)
