"""Controlling, contesting, arbitrating, signing: what each may do, when, and what is then frozen."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction

from cepage.acheteur.controle import proces_verbal, resultats, services
from cepage.acheteur.controle.enums import Etat, Partie, Verdict
from cepage.acheteur.controle.models import Controle, Lecture, OuvertureDossier, ProcesVerbal, SignaturePV, Surcontrole
from cepage.acheteur.controle.proces_verbal import ProcesVerbalRefuse
from cepage.acheteur.controle.selectors import non_conformites_definitives, pv_signe
from cepage.acheteur.registre.models import TABLES
from cepage.fondations.comptes.acces import attributions, perimetre
from cepage.fondations.comptes.enums import Role
from cepage.fondations.comptes.models import Personne
from cepage.fondations.socle.journal import verifier
from cepage.fondations.socle.models import TransitionJournal
from cepage.fondations.socle.portee import portee_totale
from cepage.fondations.socle.transitions import TransitionRefusee
from tests.acheteur.controle.fabrique import TRIMESTRE, numero, unite_close
from tests.acheteur.controle.travail import LE, controler, controleur, grille, superviseur, tirer
from tests.echanges.reception.fabrique import Facteur
from tests.personnes import alice, charlie

Envoyer = Callable[..., None]
GELE = r"rien de ce qu.il constate|ne s.efface ni ne se réécrit"
PDF = b"%PDF-1.4 piece"


@pytest.fixture
def tires(trimestre: Envoyer) -> list[Controle]:
    """Four files drawn, shared between two firms."""
    trimestre()
    controleur("Ines")
    controleur("Igor", "Cabinet Deux")
    with portee_totale():
        tirer()
        return list(Controle.objects.select_related("controleur", "cabinet", "tirage"))


def relu(controle: Controle) -> Controle:
    """The file as it stands."""
    with portee_totale():
        return Controle.objects.get(pk=controle.pk)


def test_les_dossiers_sont_partages(tires: list[Controle]) -> None:
    assert [c.etat for c in tires] == [Etat.TIREE] * 4
    par_cabinet = [sum(c.cabinet_id == pk for c in tires) for pk in {c.cabinet_id for c in tires}]
    assert par_cabinet == [2, 2]


def test_sans_cabinet_on_confie_plus_tard(trimestre: Envoyer) -> None:
    from cepage.acheteur.controle.tirages import repartir

    trimestre()
    with portee_totale():
        tirer()
        assert not Controle.objects.filter(controleur__isnull=False).exists()
        ines = controleur("Ines")
        assert repartir("08", LE) == 4
        assert repartir("08", LE) == 0
        assert set(Controle.objects.values_list("controleur_id", flat=True)) == {ines.pk}


def test_un_dossier_conforme(tires: list[Controle]) -> None:
    controle = controler(tires[0])
    assert (controle.etat, controle.resultat, controle.contestable_jusqu_a) == (Etat.CONFORME, "conforme", None)
    with portee_totale():
        lecture = Lecture.objects.get(controle=controle)
        assert lecture.verdict == Verdict.CONFORME
        moves = TransitionJournal.objects.filter(modele="controle.controle", objet=str(controle.pk))
        assert [(m.de, m.vers) for m in moves] == [("tiree", "en_controle"), ("en_controle", "conforme")]
        assert verifier().intacte


def test_un_autre_controleur_ne_decide_pas(tires: list[Controle]) -> None:
    autre = next(c.controleur for c in tires if c.controleur_id != tires[0].controleur_id)
    assert autre is not None
    for geste in (
        lambda: services.prendre(tires[0], autre, le=LE),
        lambda: services.decider(tires[0], autre, grille(tires[0]), le=LE),
    ):
        with pytest.raises(TransitionRefusee, match="autre contrôleur"):
            geste()


INCOMPLETES: list[tuple[Callable[[list[services.PointLu]], list[services.PointLu]], str]] = [
    (lambda points: points[1:], "point par point"),
    (lambda points: [*points, points[0]], "point par point"),
    (lambda points: [services.PointLu(points[0].code, ""), *points[1:]], "n'a pas de réponse"),
    (lambda points: [services.PointLu(points[0].code, "non_conforme", "NC-X", "a"), *points[1:]], "motif"),
    (lambda points: [services.PointLu(points[0].code, "non_conforme", "NC-IDE-1", " "), *points[1:]], "une phrase"),
]


def test_une_grille_incomplete_ne_decide_rien(tires: list[Controle]) -> None:
    ines = tires[0].controleur
    assert ines is not None
    services.prendre(tires[0], ines, le=LE)
    for defaut, message in INCOMPLETES:
        with pytest.raises(services.LectureIncomplete, match=message):
            services.decider(tires[0], ines, defaut(list(grille(tires[0]))), le=LE)
        assert relu(tires[0]).etat == Etat.EN_CONTROLE


def test_delai_de_contestation(tires: list[Controle]) -> None:
    """Decided on 7 June 2022: the tenth working day after is the 21st; the last day is included."""
    controle = controler(tires[0], "DATES")
    assert controle.contestable_jusqu_a == date(2022, 6, 21)
    autre = controler(tires[1], "DATES")
    dernier = datetime(2022, 6, 21, 21, 59, tzinfo=UTC)
    services.contester(controle, alice(), "Les dates sont justes.", le=dernier)
    with pytest.raises(TransitionRefusee, match="délai pour contester est passé"):
        services.contester(autre, _alice(), "Trop tard.", le=dernier + timedelta(minutes=1))
    assert services.echoir(dernier) == 0
    assert services.echoir(dernier + timedelta(minutes=1)) == 1
    assert relu(autre).etat == Etat.DEFINITIVE
    assert relu(controle).etat == Etat.CONTESTEE


def _alice() -> Personne:
    return Personne.objects.get(email="alice@exemple.test")


@pytest.mark.parametrize(("decision", "resultat"), [(Etat.MAINTENUE, "non_conforme"), (Etat.LEVEE, "conforme")])
def test_arbitrage(tires: list[Controle], decision: Etat, resultat: str) -> None:
    controle = controler(tires[0], "SIGNATURES")
    piece = SimpleUploadedFile("preuve.pdf", PDF)
    services.contester(controle, alice(), "La signature est au verso.", [piece], le=LE)
    services.arbitrer(controle, superviseur(), decision, "Vu le verso.", le=LE)
    fini = relu(controle)
    assert (fini.etat, fini.resultat, fini.definitif_le) == (Etat.DEFINITIVE, resultat, LE.date())
    with portee_totale():
        definitives = non_conformites_definitives("08", TRIMESTRE)
    assert [n.numero_dossier for n in definitives] == ([controle.numero_dossier] if decision == Etat.MAINTENUE else [])
    if definitives:
        assert (definitives[0].motifs, definitives[0].decide_le) == (("NC-SIG-1",), LE.date())


def test_une_piece_qui_n_est_pas_un_pdf(tires: list[Controle]) -> None:
    controle = controler(tires[0], "SIGNATURES")
    with pytest.raises(TransitionRefusee, match="PDF de 10 Mo"):
        services.contester(controle, alice(), "Voici.", [SimpleUploadedFile("x.pdf", b"MZ")], le=LE)
    assert relu(controle).etat == Etat.NON_CONFORME


def test_on_ne_conteste_que_ce_qui_n_est_pas_conforme(tires: list[Controle]) -> None:
    controle = controler(tires[0])
    with pytest.raises(TransitionRefusee, match="On ne passe pas"):
        services.contester(controle, alice(), "Pourquoi ?", le=LE)


# --- row level ---


def test_le_controleur_ne_voit_que_son_echantillon(tires: list[Controle]) -> None:
    """Set as a view sets it: his files in the controls and in the register, nothing else of the operator."""
    ines = tires[0].controleur
    assert ines is not None
    siens = {c.numero_dossier for c in tires if c.controleur_id == ines.pk}
    with transaction.atomic():
        atteint = perimetre(ines, "controle.controler", attributions(ines, LE.date()))
        assert atteint is not None
        atteint.fixer()
        assert set(Controle.objects.values_list("numero_dossier", flat=True)) == siens
        assert set(TABLES["unite_oeuvre"]._default_manager.values_list("cle", flat=True)) == siens
        assert TABLES["interaction"]._default_manager.count() == len(siens)
        assert TABLES["livrable"]._default_manager.count() == len(siens)
        assert TABLES["beneficiaire"]._default_manager.count() == len(siens)
        assert TABLES["implantation"]._default_manager.count() == 0
        with connection.cursor() as curseur:
            curseur.execute("UPDATE registre_unite_oeuvre SET connu_jusqu_a = now()")
            assert curseur.rowcount == 0
            curseur.execute("UPDATE controle_controle SET etat = 'conforme'")
            assert curseur.rowcount == 0
            curseur.execute("SELECT set_config('cepage.controleur', '', true)")
        assert Controle.objects.count() == 0


# --- surcontrôle ---


def test_surcontrole_a_l_aveugle(tires: list[Controle]) -> None:
    for rang, controle in enumerate(tires):
        controler(controle, *(["DATES"] if rang == 0 else []))
    sonia = superviseur()
    tires_au_sort = proces_verbal.tirer_le_surcontrole("2022-06", "graine", le=LE)
    assert len(tires_au_sort) == 1  # 5 % of four files, rounded up
    assert proces_verbal.tirer_le_surcontrole("2022-06", "autre", le=LE) == tires_au_sort
    vise = tires_au_sort[0].controle
    autre = next(c for c in tires if c.pk != vise.pk)
    with pytest.raises(TransitionRefusee, match="pas tiré"):
        services.relire(autre, sonia, grille(autre), le=LE)
    premiere = relu(vise)
    assert premiere.controleur is not None
    with pytest.raises(TransitionRefusee, match="autre personne"):
        services.relire(vise, premiere.controleur, grille(vise), le=LE)
    services.relire(vise, sonia, grille(vise, "INTERACTION"), le=LE)
    with pytest.raises(TransitionRefusee, match="déjà été relu"):
        services.relire(vise, sonia, grille(vise), le=LE)
    assert relu(vise).resultat == premiere.resultat
    with portee_totale():
        accord = resultats.accord("2022-06")
        assert (accord.relus, accord.identiques) == (1, int(premiere.resultat == "non_conforme"))
        assert Surcontrole.objects.count() == 1


# --- procès-verbal ---


def decider_tout(tires: list[Controle]) -> None:
    """Two files do not conform, two do."""
    for rang, controle in enumerate(tires):
        controler(controle, *(["DATES"] if rang < 2 else []))


APRES = datetime(2022, 7, 1, 8, tzinfo=UTC)


def test_le_pv_attend_que_tout_soit_decide(tires: list[Controle]) -> None:
    sonia = superviseur()
    tirage = tires[0].tirage
    with pytest.raises(ProcesVerbalRefuse, match="4 dossier"):
        proces_verbal.etablir(tirage, "AB", sonia, le=APRES)
    decider_tout(tires)
    with pytest.raises(ProcesVerbalRefuse, match="jusqu'au 21/06/2022"):
        proces_verbal.etablir(tirage, "AB", sonia, le=LE)
    services.contester(tires[0], alice(), "Non.", le=LE)
    with pytest.raises(ProcesVerbalRefuse, match="arbitrage"):
        proces_verbal.etablir(tirage, "AB", sonia, le=APRES)


def signe(tires: list[Controle]) -> ProcesVerbal:
    """The PV of the quarter, signed by both."""
    decider_tout(tires)
    sonia = superviseur()
    pv = proces_verbal.etablir(tires[0].tirage, "AB", sonia, le=APRES)
    with portee_totale():
        assert not pv_signe("08", TRIMESTRE)
    proces_verbal.signer(pv, sonia, Partie.ACHETEUR, le=APRES)
    with portee_totale():
        assert not pv_signe("08", TRIMESTRE)
    proces_verbal.signer(pv, alice(), Partie.OPERATEUR, le=APRES)
    return pv


def test_pv_signe_par_deux_parties(tires: list[Controle]) -> None:
    pv = signe(tires)
    with portee_totale():
        assert pv_signe("08", TRIMESTRE)
        assert not pv_signe("08", "2020-T3")
        assert [n.motifs for n in non_conformites_definitives("08", TRIMESTRE)] == [("NC-DAT-1",)] * 2
        assert {c.etat for c in Controle.objects.all()} == {Etat.DEFINITIVE}
        assert len(pv.contenu["dossiers"]) == 4
        assert verifier().intacte
    with pytest.raises(ProcesVerbalRefuse, match="déjà établi"):
        proces_verbal.etablir(pv.tirage, "AB", Personne.objects.get(email="sonia@exemple.test"), le=APRES)


def test_chacun_signe_pour_les_siens(tires: list[Controle]) -> None:
    decider_tout(tires)
    sonia = superviseur()
    pv = proces_verbal.etablir(tires[0].tirage, "AB", sonia, le=APRES)
    with pytest.raises(ProcesVerbalRefuse, match="Seul l'opérateur"):
        proces_verbal.signer(pv, charlie(), Partie.OPERATEUR, le=APRES)
    proces_verbal.signer(pv, sonia, Partie.ACHETEUR, le=APRES)
    with pytest.raises(ProcesVerbalRefuse, match="déjà signé"):
        proces_verbal.signer(pv, sonia, Partie.ACHETEUR, le=APRES)
    with pytest.raises(ProcesVerbalRefuse, match="déjà signé"):
        proces_verbal.signer(pv, superviseur("Simon"), Partie.ACHETEUR, le=APRES)
    with portee_totale():
        assert SignaturePV.objects.count() == 1


ORDRES = [
    "UPDATE controle_controle SET resultat = 'conforme'",
    "UPDATE controle_controle SET etat = 'contestee'",
    "DELETE FROM controle_controle",
    "UPDATE controle_procesverbal SET contenu = '{}'",
    "DELETE FROM controle_signaturepv",
    "INSERT INTO controle_contestation (controle_id, emetteur, auteur_id, deposee_le, argument) "
    "SELECT c.id, c.emetteur, (SELECT min(id) FROM comptes_personne), now(), 'x' FROM controle_controle c LIMIT 1",
    "INSERT INTO controle_lecture (controle_id, emetteur, genre, auteur_id, rendue_le, verdict, points, regles) "
    "SELECT c.id, c.emetteur, 'surcontrole', (SELECT min(id) FROM comptes_personne), now(), 'conforme', '[]', 'x' "
    "FROM controle_controle c LIMIT 1",
]


def test_sous_pv_rien_ne_bouge_meme_en_sql(tires: list[Controle]) -> None:
    signe(tires)
    for portee in ("*", "AB"):
        for ordre in ORDRES:
            with transaction.atomic(), connection.cursor() as curseur:
                curseur.execute("SELECT set_config('cepage.emetteurs', %s, true)", [portee])
                with pytest.raises(IntegrityError, match=GELE), transaction.atomic():
                    curseur.execute(ordre)
                curseur.execute("SELECT current_setting('cepage.emetteurs')")
                assert curseur.fetchone() == (portee,)


def test_les_ouvertures_sont_notees(tires: list[Controle]) -> None:
    ines = tires[0].controleur
    assert ines is not None
    services.noter_l_ouverture(tires[0], ines, Role.CONTROLEUR, "contrôle de service fait", le=LE)
    with portee_totale():
        assert OuvertureDossier.objects.get().numero_dossier == tires[0].numero_dossier


def test_resultats(tires: list[Controle]) -> None:
    decider_tout(tires)
    with portee_totale():
        controles = list(Controle.objects.select_related("cabinet", "controleur"))
        (ligne,) = resultats.resultats(controles, "uo")
        assert (ligne.cle, ligne.decides, ligne.non_conformes, ligne.total) == ("01", 4, 2, 4)
        # Wilson, 2 of 4 at 95 %: 0.150 to 0.850.
        assert (round(ligne.intervalle.bas or 0, 3), round(ligne.intervalle.haut or 0, 3)) == (0.15, 0.85)
        assert [r.total for r in resultats.resultats(controles, "cabinet")] == [2, 2]


def test_une_unite_sous_pv_signe_ne_s_annule_plus(tires: list[Controle], facteur: Facteur) -> None:
    """Drawn or not: the whole frame is counted by the procès-verbal."""
    annulee = unite_close(0, "S1")["unite_oeuvre"] | {"nature": "A", "horodatage": "2022-06-01T12:00:00+02:00"}
    non_tiree = next(n for n in (numero(r) for r in range(100, 117)) if n not in {c.numero_dossier for c in tires})
    annulee["numero_dossier"] = non_tiree
    signe(tires)
    accuse = facteur.envoyer({"unite_oeuvre": [annulee]})
    assert [a["code"] for a in accuse.anomalies] == ["E-UO-050"]
    etrangere = facteur.envoyer({"unite_oeuvre": [annulee | {"numero_dossier": "AB200301000999"}]})
    assert [a["code"] for a in etrangere.anomalies] == ["E-UO-006"]
