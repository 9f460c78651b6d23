"""What the agenda shows on the pages of the dossiers: appointments of a person, of the day, first slots of a call."""

from datetime import datetime, time, timedelta

from django.http import HttpRequest

from cepage.fondations.comptes.acces import peut
from cepage.fondations.regles import Refus
from cepage.fondations.socle import horloge
from cepage.operateur.agenda.enums import EtatParticipation, Mode
from cepage.operateur.agenda.models import Participation
from cepage.operateur.agenda.selectors import acces, semaine
from cepage.operateur.agenda.selectors.recherche import Voulu, au_plus_tard, origine, premiers
from cepage.operateur.agenda.services import reserver
from cepage.operateur.agenda.views.reservation import creneau_choisi, par_jour
from cepage.operateur.dossiers.encarts import Encart, abonner
from cepage.operateur.dossiers.models import Beneficiaire
from cepage.operateur.dossiers.selectors.regard import Regard
from cepage.operateur.dossiers.services import ActeRefuse
from cepage.operateur.dossiers.views.commun import acteur

SUITE_INTERNE = "RDV_INTERNE"
PROPOSES, RAYON = 6, 30


def abonner_l_agenda() -> None:
    """Put the agenda on the pages of the dossiers."""
    abonner(dossier=du_dossier, appel=de_l_appel, journee=de_la_journee, apres_aiguillage=apres_aiguillage)


def du_dossier(request: HttpRequest, vue: Regard, personne: Beneficiaire) -> Encart:
    """A person's appointments: those to come, then those gone by."""
    maintenant = horloge.maintenant()
    toutes = semaine.de_la_personne(personne)
    a_venir = [p for p in toutes if p.rendez_vous.fin > maintenant and p.etat == EtatParticipation.PREVUE]
    autres = [p for p in toutes if p not in a_venir]
    return Encart(
        "agenda/encart_dossier.html",
        {
            "personne": personne,
            "a_venir": [_ligne(vue, p) for p in reversed(a_venir)],
            "autres": [_ligne(vue, p) for p in autres],
            "peut_reserver": peut(request, "agenda.reserver"),
        },
    )


def _ligne(vue: Regard, participation: Participation) -> dict[str, object]:
    """A place, and whether its page opens: a sous-traitant sees the sites of its member only."""
    return {"place": participation, "ouvrable": acces.site_visible(vue, participation.rendez_vous.site)}


def de_la_journee(request: HttpRequest, vue: Regard) -> Encart | None:
    """Today's appointments of who receives, and those whose coming is not noted."""
    maintenant = horloge.maintenant()
    plage = acces.plages(vue).filter(conseiller=vue.personne).first()
    fuseau = plage.fuseau if plage else horloge.PARIS
    minuit = datetime.combine(maintenant.astimezone(fuseau).date(), time.min, fuseau)
    prevus = semaine.du_jour(vue, vue.personne, minuit, minuit + timedelta(days=1))
    en_retard = [p for p in semaine.a_noter(vue, vue.personne, maintenant) if p.rendez_vous.debut < minuit]
    if plage is None and not prevus and not en_retard:
        return None
    return Encart(
        "agenda/encart_journee.html",
        {
            "prevus": prevus,
            "en_retard": en_retard,
            "maintenant": maintenant,
            "peut_recevoir": peut(request, "agenda.recevoir"),
        },
    )


def de_l_appel(request: HttpRequest, vue: Regard, personne: Beneficiaire) -> Encart | None:
    """The first slots near the person who calls; nothing when the operator opens none."""
    if not peut(request, "agenda.reserver"):
        return None
    maintenant, le = horloge.maintenant(), horloge.aujourd_hui()
    voulu = Voulu(Mode.PRESENTIEL, le, origine(personne), RAYON)
    trouves = premiers(vue, voulu, apres=maintenant, combien=PROPOSES)
    if not trouves:
        trouves = premiers(vue, Voulu(Mode.PRESENTIEL, le, origine(personne)), apres=maintenant, combien=PROPOSES)
    a_distance = premiers(vue, Voulu(Mode.TELEPHONE, le), apres=maintenant, combien=2)
    if not trouves and not a_distance:
        return None
    return Encart(
        "agenda/encart_appel.html",
        {
            "jours": par_jour(trouves),
            "a_distance": par_jour(a_distance),
            "limite": au_plus_tard(le, None),
            "choisi": request.POST.get("creneau", ""),
        },
    )


def apres_aiguillage(request: HttpRequest, vue: Regard, personne: Beneficiaire, suite: str) -> None:
    """Book the slot chosen during the call; a slot taken meanwhile refuses the whole, and nothing typed is lost."""
    choix = request.POST.get("creneau", "")
    if not choix:
        return
    if suite != SUITE_INTERNE:
        raise ActeRefuse(
            Refus(
                "SUITE",
                "Un créneau est choisi, mais la suite donnée n'est pas un rendez-vous chez vous.",
                "CCTP §2.1.1",
                "Choisissez la suite qui mène chez vous, ou « Pas de rendez-vous maintenant ».",
            )
        )
    reserver(
        creneau_choisi(vue, request),
        personne,
        demande_le=horloge.aujourd_hui(),
        par=acteur(request),
        a=horloge.maintenant(),
    )
