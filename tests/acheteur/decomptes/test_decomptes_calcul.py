"""What a décompte pays: each reason, each boundary, late units, corrections, réfactions, and what nobody can change."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from cepage.acheteur.decomptes.calcul import DecompteImpossible, calculer
from cepage.acheteur.decomptes.enums import Etat, Motif, Nature
from cepage.acheteur.decomptes.models import Decompte, Ligne, Poste
from cepage.acheteur.decomptes.selectors import en_lignes, totaux
from cepage.acheteur.decomptes.services import deplacer
from cepage.acheteur.decomptes.trimestres import PeriodeMalEcrite, Semestre, Trimestre
from cepage.acheteur.marche.models import Commande, Prix, Revision
from cepage.fondations.socle.transitions import TransitionRefusee
from tests.acheteur.decomptes.fabrique import (
    INSTANT,
    ControleFictif,
    clore,
    commander,
    decompter,
    figer,
    recevoir_livrable,
    tarifer,
    tenir,
)

pytestmark = pytest.mark.usefixtures("tout", "controle")


@pytest.fixture(autouse=True)
def marche(tout: None) -> None:
    tenir()
    commander()
    tarifer()


def _motif(numero: str) -> str:
    return Ligne.objects.get(acte=numero).motif


def _net(decompte: Decompte) -> Decimal:
    return totaux(decompte).net_ht


def test_une_unite_close_avec_son_livrable_est_payee_au_prix_du_lot() -> None:
    numero = clore(1)
    assert en_lignes([decompter()], avec_lignes=True) == [
        {
            "uo": "21",
            "commande": "2021-Lot08-UO2.1-01",
            "unites_closes": 1,
            "unites_payables": 1,
            "prix_ht": "300.00",
            "montant_ht": "300.00",
            "corrections_ht": "0.00",
            "refactions_ht": "0.00",
            "net_ht": "300.00",
            "titulaire": "AB",
            "etat": "provisoire",
            "lignes": [
                {
                    "numero_dossier": numero,
                    "version": Ligne.objects.get().version,
                    "date": "2021-02-10",
                    "nature": "unite",
                    "motif": "payable",
                    "montant_ht": "300.00",
                }
            ],
        }
    ]


@pytest.mark.parametrize(
    ("jour", "compte"),
    [("2020-12-31", 0), ("2021-01-01", 1), ("2021-03-31", 1), ("2021-04-01", 0)],
)
def test_les_bornes_du_trimestre(jour: str, compte: int) -> None:
    commander(annee=2020)
    clore(1, jour, engagement="2020-12-01")
    assert totaux(decompter()).closes == compte


def test_un_trimestre_vide_a_son_decompte() -> None:
    (poste,) = en_lignes([decompter()])
    assert (poste["unites_closes"], poste["prix_ht"], poste["net_ht"]) == (0, "300.00", "0.00")


def test_les_raisons_de_ne_pas_payer(controle: ControleFictif) -> None:
    Commande.objects.update(volume=6)
    commander("22")
    abandon = clore(1, motif="ABANDON", livrable=False)
    attendu = clore(2, livrable=False)
    conteste = clore(3)
    sans_bon = clore(4, ordre=9)
    hors_volume = clore(7)
    sans_prix = clore(1, uo="22")
    payee = clore(6)
    controle.contestes["2021-T1"] = [conteste]
    erreur = clore(8, motif="ANNULATION")
    decompte = decompter()
    attendus = {
        abandon: Motif.ABANDON,
        attendu: Motif.LIVRABLE_ATTENDU,
        conteste: Motif.EN_CONTROLE,
        sans_bon: Motif.SANS_COMMANDE,
        hors_volume: Motif.HORS_VOLUME,
        sans_prix: Motif.SANS_PRIX,
        payee: Motif.PAYABLE,
    }
    assert {numero: _motif(numero) for numero in attendus} == attendus
    assert not Ligne.objects.filter(acte=erreur).exists()
    assert (totaux(decompte).closes, totaux(decompte).payables, _net(decompte)) == (7, 1, Decimal("300.00"))


def test_l_uo0_est_payee_tout_de_suite_et_l_uo22_a_son_courriel() -> None:
    for uo, prix in (("00", "12.50"), ("22", "150.00")):
        commander(uo)
        tarifer(uo, prix)
    clore(1, uo="00")
    sans_courriel = clore(1, uo="22", livrable=False)
    recevoir_livrable(sans_courriel, "COURRIEL_ENGAGEMENT")
    assert _net(decompter()) == Decimal("12.50")
    recevoir_livrable(sans_courriel, "COURRIEL_CLOTURE")
    assert _net(decompter()) == Decimal("162.50")


def test_un_livrable_annule_ne_compte_plus() -> None:
    numero = clore(1)
    recevoir_livrable(numero, "PP", "A")
    decompter()
    assert _motif(numero) == Motif.LIVRABLE_ATTENDU


def test_une_unite_annulee_ou_encore_ouverte_ne_compte_pas() -> None:
    clore(1)
    clore(1, nature="A")
    clore(2, None)
    assert totaux(decompter()).closes == 0


def test_le_prix_est_celui_de_la_cloture_revision_comprise() -> None:
    Prix.objects.all().delete()
    tarifer(prix="300.00", fin="2021-02-15")
    tarifer(prix="310.00", debut="2021-02-15")
    Revision.objects.create(lot="08", periode=(date(2021, 3, 1), None), indice="Indice", coefficient=Decimal("0.9933"))
    for rang, jour in enumerate(("2021-02-14", "2021-02-15", "2021-02-28", "2021-03-01"), 1):
        clore(rang, jour)
    lues = {(p["prix_ht"], p["unites_payables"], p["montant_ht"]) for p in en_lignes([decompter()])}
    # 310 × 0.9933 = 307.923 → 307.92
    assert lues == {("300.00", 1, "300.00"), ("310.00", 2, "620.00"), ("307.92", 1, "307.92")}


def test_recalculer_remplace_et_ne_double_rien() -> None:
    clore(1)
    premier = decompter()
    clore(2)
    second = decompter()
    assert premier.pk == second.pk
    assert (totaux(second).payables, Ligne.objects.count(), Poste.objects.count()) == (2, 2, 1)


def test_une_unite_tardive_vient_au_premier_decompte_qui_n_est_pas_fige(controle: ControleFictif) -> None:
    clore(1, "2021-02-10")
    figer(decompter("2021-T1"), controle)
    tardive = clore(2, "2021-03-20")
    clore(3, "2021-05-02")
    deuxieme = decompter("2021-T2")
    assert totaux(deuxieme).payables == 2
    assert Ligne.objects.get(acte=tardive).decompte_id == deuxieme.pk
    figer(deuxieme, controle)
    assert totaux(decompter("2021-T3")).closes == 0


def test_tant_que_le_trimestre_n_est_pas_fige_ses_unites_sont_a_lui() -> None:
    clore(1, "2021-02-10")
    assert totaux(decompter("2021-T2")).closes == 0
    assert totaux(decompter("2021-T1")).closes == 1


def test_une_unite_non_payee_l_est_quand_son_livrable_arrive(controle: ControleFictif) -> None:
    numero = clore(1, livrable=False)
    premier = decompter("2021-T1")
    assert _net(premier) == 0
    figer(premier, controle)
    assert totaux(decompter("2021-T2")).closes == 0
    recevoir_livrable(numero, "PP")
    assert _net(decompter("2021-T2")) == Decimal("300.00")


def test_un_avenant_rend_payables_les_unites_au_dela_du_volume(controle: ControleFictif) -> None:
    Commande.objects.update(volume=1)
    clore(1)
    clore(2)
    premier = decompter("2021-T1")
    assert (totaux(premier).closes, totaux(premier).payables) == (2, 1)
    figer(premier, controle)
    Commande.objects.update(volume=2)
    assert _net(decompter("2021-T2")) == Decimal("300.00")


@pytest.mark.parametrize(
    ("apres", "attendu"),
    [
        ({"nature": "A"}, "-300.00"),
        ({"jour": None}, "-300.00"),
        ({"motif": "ABANDON"}, "-300.00"),
        ({"motif": "ANNULATION"}, "-300.00"),
        ({"jour": "2021-03-30"}, "0.00"),
        ({"jour": "2021-04-02"}, "10.00"),
        ({"jour": "2021-07-02"}, "-300.00"),
    ],
)
def test_une_correction_vient_au_suivant(controle: ControleFictif, apres: dict[str, str], attendu: str) -> None:
    Prix.objects.all().delete()
    tarifer(prix="300.00", fin="2021-04-01")
    tarifer(prix="310.00", debut="2021-04-01")
    clore(1, "2021-02-10")
    figer(decompter("2021-T1"), controle)
    clore(1, **{"jour": "2021-02-10", **apres})
    deuxieme = decompter("2021-T2")
    assert f"{_net(deuxieme):.2f}" == attendu
    figer(deuxieme, controle)
    suite = "310.00" if apres.get("jour") == "2021-07-02" else "0.00"
    assert f"{_net(decompter('2021-T3')):.2f}" == suite


def test_une_refaction_pour_chaque_non_conformite_definitive(controle: ControleFictif) -> None:
    rejetee = clore(1)
    clore(2)
    controle.rejets["2021-T1"] = [rejetee]
    (poste,) = en_lignes([decompter()])
    assert (poste["unites_payables"], poste["montant_ht"], poste["refactions_ht"], poste["net_ht"]) == (
        2,
        "600.00",
        "300.00",
        "300.00",
    )


def test_une_refaction_decidee_apres_le_gel_vient_au_suivant_et_se_rend(controle: ControleFictif) -> None:
    rejetee = clore(1)
    figer(decompter("2021-T1"), controle)
    controle.rejets["2021-T1"] = [rejetee]
    deuxieme = decompter("2021-T2")
    assert _net(deuxieme) == Decimal("-300.00")
    figer(deuxieme, controle)
    assert _net(decompter("2021-T3")) == 0
    controle.rejets["2021-T1"] = []
    assert _net(decompter("2021-T3")) == Decimal("300.00")


def test_ce_qui_n_est_pas_paye_ne_se_retient_pas(controle: ControleFictif) -> None:
    abandon = clore(1, motif="ABANDON")
    controle.rejets["2021-T1"] = [abandon]
    assert _net(decompter()) == 0


def test_deux_titulaires_dans_le_trimestre_ont_chacun_le_leur() -> None:
    tenir("08", "CD")
    clore(1)
    clore(2, emetteur="CD")
    calcules = calculer("08", Trimestre(2021, 1), maintenant=INSTANT)
    assert [(d.emetteur, _net(d)) for d in calcules] == [("AB", Decimal(300)), ("CD", Decimal(300))]


def test_un_lot_que_personne_ne_tient() -> None:
    with pytest.raises(DecompteImpossible, match="Personne ne tient le lot 05"):
        decompter(lot="05")


def test_le_gel_demande_le_pv_et_l_accord(controle: ControleFictif) -> None:
    decompte = decompter()
    commun = {"auteur": "Lucie", "effet": INSTANT.date(), "saisi_le": INSTANT}
    with pytest.raises(TransitionRefusee):
        deplacer(decompte, Etat.FIGE, roles=["gestionnaire"], **commun)
    with pytest.raises(TransitionRefusee, match="rôle"):
        deplacer(decompte, Etat.PROPOSE, roles=["directeur_projet"], **commun)
    deplacer(decompte, Etat.PROPOSE, roles=["gestionnaire"], **commun)
    with pytest.raises(TransitionRefusee, match="pourquoi"):
        deplacer(decompte, Etat.PROVISOIRE, roles=["gestionnaire"], **commun)
    deplacer(decompte, Etat.ACCEPTE, roles=["directeur_projet"], **commun)
    with pytest.raises(TransitionRefusee, match="procès-verbal"):
        deplacer(decompte, Etat.FIGE, roles=["gestionnaire"], **commun)
    controle.signes.add("2021-T1")
    deplacer(decompte, Etat.FIGE, roles=["gestionnaire"], **commun)


def test_on_ne_propose_pas_sans_prix() -> None:
    Prix.objects.all().delete()
    clore(1)
    with pytest.raises(TransitionRefusee, match="importez les prix"):
        deplacer(decompter(), Etat.PROPOSE, roles=["gestionnaire"], auteur="L", effet=INSTANT.date(), saisi_le=INSTANT)


def test_un_decompte_propose_ne_se_recalcule_plus() -> None:
    clore(1)
    decompte = decompter()
    deplacer(decompte, Etat.PROPOSE, roles=["gestionnaire"], auteur="L", effet=INSTANT.date(), saisi_le=INSTANT)
    clore(2)
    assert totaux(decompter()).payables == 1


@pytest.mark.parametrize("table", [Ligne, Poste])
def test_la_base_refuse_de_changer_un_decompte_fige(controle: ControleFictif, table: type[Ligne | Poste]) -> None:
    clore(1)
    decompte = decompter()
    figer(decompte, controle)
    lignes = table._default_manager.filter(decompte=decompte)
    with pytest.raises(DatabaseError, match="ne changent plus"), transaction.atomic():
        lignes.update(emetteur="ZZ")
    with pytest.raises(DatabaseError, match="ne changent plus"), transaction.atomic():
        lignes.delete()
    copie = lignes.first()
    assert copie
    copie.pk = None
    copie.commande = "autre"
    if isinstance(copie, Ligne):
        copie.acte = "autre"
    with pytest.raises(DatabaseError, match="ne changent plus"), transaction.atomic():
        copie.save(force_insert=True)


def test_la_base_refuse_de_degeler(controle: ControleFictif) -> None:
    decompte = decompter()
    figer(decompte, controle)
    for geste in (
        lambda: Decompte.objects.filter(pk=decompte.pk).update(etat=Etat.PROVISOIRE),
        lambda: Decompte.objects.filter(pk=decompte.pk)._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="ne change plus"), transaction.atomic():
            geste()


def test_la_base_refuse_de_payer_deux_fois() -> None:
    numero = clore(1)
    decompte = decompter()
    autre = decompter("2021-T3")
    ligne = Ligne.objects.get(acte=numero, nature=Nature.UNITE, decompte=decompte)
    ligne.pk, ligne.decompte = None, autre
    with pytest.raises(IntegrityError, match="ligne_payee_une_fois"), transaction.atomic():
        ligne.save(force_insert=True)


def test_un_prix_qui_a_servi_ne_change_plus(controle: ControleFictif) -> None:
    figer(decompter(), controle)
    prix = Prix.objects.get()
    with pytest.raises(DatabaseError, match="a servi"), transaction.atomic():
        Prix.objects.filter(pk=prix.pk).update(prix_ht=Decimal(1))
    with pytest.raises(DatabaseError, match="a servi"), transaction.atomic():
        Prix.objects.filter(pk=prix.pk).update(periode=(date(2020, 1, 2), date(2021, 3, 31)))
    Prix.objects.filter(pk=prix.pk).update(periode=(date(2020, 1, 2), date(2021, 4, 1)))


def test_la_tva_se_calcule_une_fois_sur_le_total() -> None:
    Prix.objects.update(prix_ht=Decimal("100.03"))
    for rang in (1, 2, 3):
        clore(rang)
    bilan = totaux(decompter())
    # 300.09 × 20 % = 60.018 → 60.02
    assert (bilan.net_ht, bilan.tva, bilan.ttc) == (Decimal("300.09"), Decimal("60.02"), Decimal("360.11"))


@pytest.mark.parametrize("texte", ["2021-T5", "2021T1", "T1-2021", "2021-1", ""])
def test_un_trimestre_mal_ecrit(texte: str) -> None:
    with pytest.raises(PeriodeMalEcrite, match="2021-T1"):
        Trimestre.lire(texte)


def test_les_trimestres_se_suivent() -> None:
    assert Trimestre(2020, 4).suivant == Trimestre(2021, 1)
    assert Trimestre(2021, 1).precedent == Trimestre(2020, 4)
    assert (Trimestre(2021, 4).debut, Trimestre(2021, 4).fin) == (date(2021, 10, 1), date(2022, 1, 1))
    assert Semestre.lire("2021-S2").trimestres == (Trimestre(2021, 3), Trimestre(2021, 4))
