"""Slots opened by plages: days, holidays by territory, time zones, absences; and the first ones found."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from cepage.fondations.comptes.models import Personne
from cepage.operateur.agenda import horaires, services
from cepage.operateur.agenda.enums import Mode
from cepage.operateur.agenda.models import Site
from cepage.operateur.agenda.selectors.creneaux import retrouver
from cepage.operateur.agenda.selectors.recherche import Voulu, au_plus_tard, distance, origine, premiers
from cepage.operateur.dossiers.selectors.regard import Regard
from cepage.operateur.dossiers.services import ActeRefuse
from tests.operateur.agenda.accueil import LE, A, conseiller, creneaux, plage, reserver, site
from tests.operateur.dossiers.atelier import personne

pytestmark = pytest.mark.usefixtures("operateur_ab")


def _regard(qui: Personne, lots: tuple[str, ...] = ("08",)) -> Regard:
    return Regard(qui, "AB", lots, None, False)


def test_une_plage_donne_ses_creneaux_chaque_semaine() -> None:
    trouves = creneaux(plage(site(), conseiller(), fin=date(2020, 3, 17)))
    jours = [(c.debut_sur_place.day, c.debut_sur_place.hour) for c in trouves]
    assert jours == [(3, 9), (3, 10), (3, 11), (10, 9), (10, 10), (10, 11)]


def test_une_plage_ne_donne_que_des_rendez_vous_entiers() -> None:
    trouves = creneaux(plage(site(), conseiller(), duree_minutes=75), au=date(2020, 3, 3))
    assert [f"{c.debut_sur_place:%H:%M}" for c in trouves] == ["09:00", "10:15"]


@pytest.mark.parametrize(
    ("code_postal", "commune", "vendredi_saint"), [("44000", "Nantes", True), ("67000", "Strasbourg", False)]
)
def test_les_jours_feries_sont_ceux_du_territoire(code_postal: str, commune: str, vendredi_saint: bool) -> None:
    ici = site(code_postal=code_postal, commune=commune)
    vendredi = plage(ici, conseiller(), jour=5)
    jours = {c.debut_sur_place.date() for c in creneaux(vendredi, au=date(2020, 4, 30))}
    assert (date(2020, 4, 10) in jours) is vendredi_saint
    assert date(2020, 5, 1) not in jours


def test_l_heure_est_celle_du_site() -> None:
    saint_denis = site(code_postal="97400", commune="Saint-Denis")
    premier = creneaux(plage(saint_denis, conseiller()))[0]
    assert premier.debut.astimezone(UTC) == datetime(2020, 3, 3, 5, tzinfo=UTC)
    assert premier.debut_sur_place.hour == 9


def test_le_changement_d_heure_garde_l_heure_du_mur() -> None:
    trouves = creneaux(plage(site(), conseiller(), jour=1), le=date(2020, 3, 23), au=date(2020, 3, 30))
    heures = [(c.debut.astimezone(UTC).hour, c.debut_sur_place.hour) for c in trouves if c.debut_sur_place.hour == 9]
    assert heures == [(8, 9), (7, 9)]


def test_les_absences_et_les_fermetures_retirent_leurs_creneaux() -> None:
    ici, qui = site(), conseiller()
    ouverte = plage(ici, qui)
    conge = services.poser_absence(
        emetteur="AB",
        conseiller=qui,
        debut=datetime(2020, 3, 3, 9, 30, tzinfo=UTC),
        fin=datetime(2020, 3, 3, 17, tzinfo=UTC),
        motif="CONGE",
    )
    services.poser_absence(
        emetteur="AB",
        site=ici,
        debut=datetime(2020, 3, 10, 0, tzinfo=UTC),
        fin=datetime(2020, 3, 11, 0, tzinfo=UTC),
        motif="FERMETURE",
    )
    jours = [(c.debut_sur_place.day, c.debut_sur_place.hour) for c in creneaux(ouverte, au=date(2020, 3, 17))]
    assert jours == [(3, 9), (17, 9), (17, 10), (17, 11)]
    services.lever_absence(conge)
    assert len(creneaux(ouverte, au=date(2020, 3, 3))) == 3


@pytest.mark.parametrize(
    ("valeurs", "raison"),
    [
        ({"heure_fin": time(9, 30)}, "La plage dure 30 minutes"),
        ({"heure_debut": time(18), "heure_fin": time(20)}, "n'est pas ouvert le mardi"),
        ({"heure_debut": time(11), "heure_fin": time(13)}, "déjà une plage à ces heures-là"),
        ({"jour": 3, "heure_fin": time(8)}, "finit après son début"),
        ({"jour": 3, "modes": ["VISIO"]}, "a un lien"),
    ],
)
def test_une_plage_impossible_est_refusee(valeurs: dict[str, object], raison: str) -> None:
    ici, qui = site(), conseiller()
    plage(ici, qui)
    with pytest.raises(ActeRefuse, match=raison):
        plage(ici, qui, **valeurs)


def test_a_distance_le_soir_le_site_peut_etre_ferme() -> None:
    tardive = plage(
        site(), conseiller(), heure_debut=time(19), heure_fin=time(21), modes=[Mode.TELEPHONE.value, Mode.VISIO.value],
        lien="https://visio.example/salle",
    )  # fmt: skip
    assert len(creneaux(tardive, au=date(2020, 3, 3))) == 2


def test_finir_une_plage_la_laisse_lisible_ou_l_efface() -> None:
    ici, qui = site(), conseiller()
    finie = services.finir_plage(plage(ici, qui), le=date(2020, 3, 10))
    assert finie is not None
    assert {c.debut_sur_place.day for c in creneaux(finie)} == {3}
    assert services.finir_plage(plage(ici, qui, debut=date(2020, 3, 10)), le=date(2020, 3, 10)) is None


def test_le_plus_tot_d_abord_puis_le_plus_proche() -> None:
    diane, eva, zoe = conseiller(), conseiller("Eva"), conseiller("Zoe")
    plage(site(), diane, jour=3)
    saint_nazaire = site(code_implantation="S2", code_postal="44600", commune="Saint-Nazaire")
    plage(saint_nazaire, eva, jour=3, heure_debut=time(8), heure_fin=time(9))
    plage(saint_nazaire, zoe, jour=2, heure_debut=time(8), heure_fin=time(9))
    nantaise = personne()
    voulu = Voulu(Mode.PRESENTIEL, LE, origine(nantaise))
    trouves = premiers(_regard(diane), voulu, apres=A, combien=3)
    assert [(c.conseiller.prenom, c.debut_sur_place.day) for c in trouves] == [("Zoe", 3), ("Diane", 4), ("Diane", 4)]
    assert trouves[1].distance == pytest.approx(0, abs=5)
    assert trouves[0].distance == pytest.approx(52, abs=8)
    pres = premiers(_regard(diane), Voulu(Mode.PRESENTIEL, LE, origine(nantaise), rayon=30), apres=A, combien=9)
    assert {c.conseiller.prenom for c in pres} == {"Diane"}


def test_la_recherche_regarde_assez_loin_en_peu_de_requetes(django_assert_max_num_queries: object) -> None:
    diane = conseiller()
    plage(site(), diane, debut=date(2020, 4, 20))
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        trouves = premiers(_regard(diane), Voulu(Mode.PRESENTIEL, LE), apres=A, combien=1)
    assert trouves[0].debut_sur_place.date() == date(2020, 4, 21)


def test_rien_d_un_autre_lot() -> None:
    diane = conseiller()
    plage(site(), diane)
    assert premiers(_regard(diane, ("02",)), Voulu(Mode.PRESENTIEL, LE), apres=A, combien=1) == []


def test_un_creneau_se_retrouve_tel_qu_il_est_devenu() -> None:
    ouverte = plage(site(), conseiller())
    premier = creneaux(ouverte)[0]
    reserver(premier, personne())
    retrouve = retrouver([ouverte], premier.cle, apres=A)
    assert retrouve is not None
    assert retrouve.pris
    for fausse in (
        "",
        "x@y",
        f"{ouverte.pk}@20200303T0801@",
        f"0@{premier.cle.partition('@')[2]}",
        f"{premier.cle}VISIO",
    ):
        assert retrouver([ouverte], fausse, apres=A) is None


def test_trente_jours_ouvres_dans_le_calendrier_du_site() -> None:
    # 2 mars 2020 + 30 jours ouvrés : 29 jours jusqu'au vendredi 10 avril, le lundi de Pâques saute, donc le 14.
    assert au_plus_tard(LE, site()) == date(2020, 4, 14)


def test_la_distance_de_nantes_a_paris() -> None:
    assert distance((47.2184, -1.5536), (48.8566, 2.3522)) == pytest.approx(343, abs=3)


def _journees(texte: str) -> tuple[int, ...]:
    return horaires.amplitude_de(texte, LE).journees


@pytest.mark.parametrize(
    ("texte", "journees"),
    [
        ("Mo-Fr 08:00-19:30", (1, 2, 3, 4, 5)),
        ("Mo,We 08:00-12:00,12:00-19:30; Tu 09:00-18:00", (1, 3)),
        ("Mo-Fr 09:00-12:00,14:00-18:00", ()),
        ("Tu 08:00-09:30,12:00-14:00,17:00-19:30", (2,)),
        ("Tu 08:00-09:30,12:00-14:00,17:00-19:29", ()),
    ],
)
def test_les_journees_d_horaires_elargis(texte: str, journees: tuple[int, ...]) -> None:
    assert _journees(texte) == journees


def test_deux_journees_suffisent() -> None:
    assert horaires.amplitude_de("Mo,We 08:00-19:30", LE).suffisante
    assert not horaires.amplitude_de("Mo 08:00-19:30", LE).suffisante


def test_les_horaires_se_disent_en_francais() -> None:
    dits = horaires.dire("Mo-Th 09:00-12:30,13:30-18:00; Fr 09:00-12:00", LE)
    assert [d.replace("\u202f", " ") for d in dits] == [
        "lundi à jeudi : 9 h – 12 h 30, 13 h 30 – 18 h",
        "vendredi : 9 h – 12 h",
        "samedi et dimanche : fermé",
    ]


def test_ouvert_tout_le_rendez_vous() -> None:
    lundi = datetime(2020, 3, 2, 18, 30)
    assert horaires.ouvert("Mo 08:00-19:30", lundi, lundi + timedelta(hours=1))
    assert not horaires.ouvert("Mo 08:00-19:00", lundi, lundi + timedelta(hours=1))


def test_un_site_sans_position_vient_apres() -> None:
    ici = site()
    Site.objects.filter(pk=ici.pk).update(latitude=None, longitude=None)
    plage(ici, conseiller())
    trouves = premiers(_regard(conseiller()), Voulu(Mode.PRESENTIEL, LE, (47.2, -1.5)), apres=A, combien=1)
    assert trouves[0].distance is None
