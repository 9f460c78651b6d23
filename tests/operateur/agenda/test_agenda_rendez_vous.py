"""Booking, moving, cancelling, workshops, waiting list, comings: what is allowed, what is refused and why."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cepage.echanges.envoi.models import FicheSortante
from cepage.fondations.socle.models import TransitionJournal
from cepage.fondations.socle.transitions import TransitionRefusee
from cepage.operateur.agenda import services
from cepage.operateur.agenda.enums import EtatParticipation, EtatRendezVous, Mode, MotifAnnulation
from cepage.operateur.agenda.models import Attente, Participation, RendezVous, Site
from cepage.operateur.dossiers.models import Beneficiaire, Interaction
from cepage.operateur.dossiers.services import ActeRefuse
from tests.operateur.agenda.accueil import CONSEILLERE, LE, A, atelier, conseiller, creneaux, plage, reserver, site
from tests.operateur.dossiers.atelier import engager, personne

pytestmark = pytest.mark.usefixtures("operateur_ab")
PERSONNE = MotifAnnulation.PERSONNE


def _gens(combien: int) -> list[Beneficiaire]:
    return [
        personne(nom_naissance=f"Martin{chr(65 + rang)}", telephone=f"06 39 98 88 {rang:02d}")
        for rang in range(combien)
    ]


def test_un_creneau_reserve_n_est_plus_libre() -> None:
    ouverte = plage(site(), conseiller())
    libre = creneaux(ouverte)[0]
    participation = reserver(libre, personne())
    assert participation.rendez_vous.debut == datetime(2020, 3, 3, 8, tzinfo=UTC)
    assert participation.rendez_vous.inscrits == 1
    repris = creneaux(ouverte)[0]
    assert repris.pris
    with pytest.raises(ActeRefuse, match="vient d'être pris"):
        reserver(repris, _gens(1)[0])


def test_la_base_refuse_ce_que_la_page_croyait_libre() -> None:
    libre = creneaux(plage(site(), conseiller()))[0]
    premiere, seconde = _gens(2)
    reserver(libre, premiere)
    with pytest.raises(ActeRefuse, match="déjà un rendez-vous à cette heure-là"):
        reserver(libre, seconde)
    assert RendezVous.objects.count() == 1


def test_meme_sans_le_service_la_base_refuse_le_chevauchement() -> None:
    ici, qui = site(), conseiller()
    communs: dict[str, Any] = {"emetteur": "AB", "site": ici, "conseiller": qui, "mode": Mode.PRESENTIEL}
    communs |= {"modifie_le": A, "modifie_par": "x"}
    RendezVous.objects.create(debut=A, fin=A + timedelta(hours=1), **communs)
    RendezVous.objects.create(debut=A + timedelta(hours=1), fin=A + timedelta(hours=2), **communs)
    with pytest.raises(IntegrityError, match="rendez_vous_sans_chevauchement"), transaction.atomic():
        RendezVous.objects.create(debut=A + timedelta(minutes=59), fin=A + timedelta(hours=3), **communs)


def test_une_personne_est_a_un_seul_endroit() -> None:
    ici = site()
    matin, aussi = plage(ici, conseiller()), plage(ici, conseiller("Eva"))
    quelqu_un = personne()
    reserver(creneaux(matin)[0], quelqu_un)
    with pytest.raises(ActeRefuse, match="a déjà un rendez-vous le mardi 3 mars 2020 à 9"):
        reserver(creneaux(aussi)[0], quelqu_un)


@pytest.mark.parametrize(
    ("debut", "raison"),
    [
        (A - timedelta(hours=1), "déjà passé"),
        (datetime(2020, 4, 13, 9, tzinfo=UTC), "Le lundi 13 avril 2020 est férié à Nantes"),
        (datetime(2020, 9, 1, 9, tzinfo=UTC), "ne reçoit pas ce jour-là"),
    ],
)
def test_un_moment_impossible_est_refuse_avec_sa_raison(debut: datetime, raison: str) -> None:
    ici = site(date_fermeture=date(2020, 9, 1), accord_fermeture="FC 2020-12")
    with pytest.raises(ActeRefuse, match=raison):
        services.fixer(
            conseiller(),
            ici,
            personne(),
            debut=debut,
            fin=debut + timedelta(hours=1),
            mode=Mode.TELEPHONE,
            demande_le=LE,
            par=CONSEILLERE,
            a=A,
        )
    assert not RendezVous.objects.exists()


def test_deplacer_garde_l_identifiant_et_libere_l_ancienne_heure() -> None:
    ouverte = plage(site(), conseiller())
    premier, second = creneaux(ouverte)[:2]
    rendez_vous = reserver(premier, personne()).rendez_vous
    deplace = _deplacer(rendez_vous, second)
    assert (deplace.uid, deplace.sequence) == (rendez_vous.uid, 1)
    assert [c.pris for c in creneaux(ouverte)[:2]] == [False, True]


def _deplacer(rendez_vous: RendezVous, vers: Any) -> RendezVous:
    return services.deplacer(
        rendez_vous,
        conseiller=vers.conseiller,
        site=vers.site,
        debut=vers.debut,
        fin=vers.fin,
        mode=Mode.PRESENTIEL,
        par=CONSEILLERE,
        a=A,
    )


def test_deplacer_sur_un_creneau_pris_ne_change_rien() -> None:
    premier, second = creneaux(plage(site(), conseiller()))[:2]
    une, autre = _gens(2)
    rendez_vous = reserver(premier, une).rendez_vous
    reserver(second, autre)
    with pytest.raises(ActeRefuse, match="déjà un rendez-vous"):
        _deplacer(rendez_vous, second)
    rendez_vous.refresh_from_db()
    assert (rendez_vous.debut, rendez_vous.sequence) == (premier.debut, 0)


def test_annuler_libere_l_heure_et_dit_qui_et_pourquoi() -> None:
    ouverte = plage(site(), conseiller())
    participation = reserver(creneaux(ouverte)[0], personne())
    services.retirer(participation, motif=PERSONNE, par=CONSEILLERE, a=A)
    participation.refresh_from_db()
    assert (participation.etat, participation.motif) == (EtatParticipation.ANNULEE, PERSONNE)
    assert participation.rendez_vous.etat == EtatRendezVous.ANNULE
    assert not creneaux(ouverte)[0].pris
    trace = TransitionJournal.objects.get(modele="agenda.participation")
    assert (trace.auteur, trace.motif) == ("Diane Martin", PERSONNE)
    with pytest.raises(ActeRefuse, match="est annulé"):
        services.retirer(participation, motif=PERSONNE, par=CONSEILLERE, a=A)


def test_un_atelier_ne_prend_pas_plus_de_monde_que_de_places() -> None:
    seance = atelier(site(), conseiller(), capacite=2)
    gens = _gens(3)
    for quelqu_un in gens[:2]:
        services.inscrire(seance, quelqu_un, demande_le=LE, par=CONSEILLERE, a=A)
    with pytest.raises(ActeRefuse, match="reste plus de place"):
        services.inscrire(seance, gens[2], demande_le=LE, par=CONSEILLERE, a=A)
    with pytest.raises(IntegrityError, match="rendez_vous_places"), transaction.atomic():
        RendezVous.objects.filter(pk=seance.pk).update(inscrits=3)


def test_une_place_rendue_va_a_la_premiere_qui_attend() -> None:
    seance = atelier(site(), conseiller(), capacite=1)
    tenue, premiere, seconde = _gens(3)
    place = services.inscrire(seance, tenue, demande_le=LE, par=CONSEILLERE, a=A)
    seance.refresh_from_db()
    for rang, quelqu_un in enumerate((premiere, seconde)):
        quand = A + timedelta(minutes=rang)
        services.attendre(quelqu_un, site=seance.site, rendez_vous=seance, demande_le=LE, a=quand)
    with pytest.raises(ActeRefuse, match="attend déjà"):
        services.attendre(premiere, site=seance.site, rendez_vous=seance, demande_le=LE, a=A)
    services.retirer(place, motif=PERSONNE, par=CONSEILLERE, a=A)
    seance.refresh_from_db()
    assert seance.inscrits == 1
    assert Participation.objects.get(etat=EtatParticipation.PREVUE).beneficiaire == premiere
    assert Attente.objects.get(finie_le__isnull=True).beneficiaire == seconde


def test_annuler_un_atelier_previent_tout_le_monde_et_vide_l_attente() -> None:
    seance = atelier(site(), conseiller(), capacite=1)
    tenue, attendant = _gens(2)
    services.inscrire(seance, tenue, demande_le=LE, par=CONSEILLERE, a=A)
    seance.refresh_from_db()
    services.attendre(attendant, site=seance.site, rendez_vous=seance, demande_le=LE, a=A)
    services.annuler_rendez_vous(seance, motif=MotifAnnulation.CONSEILLER, par=CONSEILLERE, a=A)
    assert set(Participation.objects.values_list("etat", flat=True)) == {EtatParticipation.ANNULEE}
    assert not Attente.objects.filter(finie_le__isnull=True).exists()


def test_la_venue_est_le_contact_du_dossier_une_seule_fois() -> None:
    quelqu_un = personne()
    engager(quelqu_un, "00", LE)
    unite = engager(quelqu_un, "01", LE)
    participation = reserver(creneaux(plage(site(), conseiller()))[0], quelqu_un)
    soir = datetime(2020, 3, 3, 18, tzinfo=UTC)
    with pytest.raises(ActeRefuse, match="n'a pas commencé"):
        services.noter_la_venue(participation, unite=unite, minutes=50, par=CONSEILLERE, a=A)
    services.noter_la_venue(participation, unite=unite, minutes=50, par=CONSEILLERE, a=soir)
    contact = Interaction.objects.get()
    assert (contact.date_interaction, contact.mode_contact, contact.duree_minutes) == (
        date(2020, 3, 3),
        "PRESENTIEL",
        50,
    )
    assert FicheSortante.objects.filter(fiche="interaction").count() == 1
    with pytest.raises(TransitionRefusee):
        services.noter_la_venue(participation, unite=unite, minutes=50, par=CONSEILLERE, a=soir)
    assert Interaction.objects.count() == 1
    with pytest.raises(TransitionRefusee, match="contact est déjà noté"):
        services.noter_l_absence(participation, motif="SANS_NOUVELLES", par=CONSEILLERE, a=soir)


def test_une_absence_dit_pourquoi_et_se_corrige() -> None:
    participation = reserver(creneaux(plage(site(), conseiller()))[0], personne())
    soir = datetime(2020, 3, 3, 18, tzinfo=UTC)
    with pytest.raises(ActeRefuse, match="motif"):
        services.noter_l_absence(participation, motif="MALADIE", par=CONSEILLERE, a=soir)
    services.noter_l_absence(participation, motif="SANS_NOUVELLES", par=CONSEILLERE, a=soir)
    participation.refresh_from_db()
    assert participation.etat == EtatParticipation.MANQUEE
    services.noter_la_venue(participation, unite=None, minutes=None, par=CONSEILLERE, a=soir)
    participation.refresh_from_db()
    assert (participation.etat, participation.motif) == (EtatParticipation.HONOREE, "")


def test_une_visio_a_un_lien() -> None:
    debut = datetime(2020, 3, 4, 9, tzinfo=UTC)
    with pytest.raises(ActeRefuse, match="a un lien"):
        services.fixer(
            conseiller(),
            site(),
            personne(),
            debut=debut,
            fin=debut + timedelta(hours=1),
            mode=Mode.VISIO,
            demande_le=LE,
            par=CONSEILLERE,
            a=A,
        )


def test_un_site_est_declare_a_l_acheteur() -> None:
    ici = site()
    fiche = FicheSortante.objects.get(fiche="implantation")
    assert fiche.contenu["code_implantation"] == "S1"
    assert fiche.contenu["horaires"] == "Mo-Fr 08:00-19:30"
    valeurs = {"date_fermeture": date(2020, 12, 31), "accord_fermeture": ""}
    with pytest.raises(ActeRefuse, match="accord préalable"):
        services.modifier_site(ici, valeurs, par=CONSEILLERE, a=A)
    services.modifier_site(ici, valeurs | {"accord_fermeture": "FC-2020-31"}, par=CONSEILLERE, a=A)
    assert FicheSortante.objects.filter(fiche="implantation", nature="M").count() == 1
    assert Site.objects.get().departement == "44"


@pytest.mark.parametrize(
    ("valeurs", "raison"),
    [
        ({"horaires": "lundi 9h-18h"}, "ne se lit pas comme des horaires"),
        ({"commune": "Rezé"}, "n'est pas une commune du 44000"),
        ({"code_postal": "00000"}, "n'existe pas"),
    ],
)
def test_un_site_mal_ecrit_est_refuse(valeurs: dict[str, str], raison: str) -> None:
    with pytest.raises(ActeRefuse, match=raison):
        site(**valeurs)
