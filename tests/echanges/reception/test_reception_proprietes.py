"""What must hold whatever the order, the splitting, the repetition or the format of the envois."""

import random
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection

from cepage.acheteur.marche.models import Commande, Titulaire
from cepage.acheteur.registre.models import TABLES
from cepage.acheteur.registre.selectors import empreinte as empreinte_du_registre
from cepage.acheteur.registre.selectors import versions_de_la_personne, versions_du_dossier
from cepage.echanges.contrat.fiches import FICHES
from cepage.echanges.reception.enums import Mode, Statut
from cepage.echanges.reception.models import Anomalie
from cepage.echanges.reception.models import Envoi as EnvoiRecu
from cepage.echanges.reception.services import CleReutilisee
from cepage.fondations.socle.models import EntreeJournal
from cepage.fondations.socle.portee import portee_totale
from tests.echanges.reception.fabrique import (
    NUMEROS,
    PIECES,
    RECU,
    UO0,
    UO1,
    UO21,
    UO22,
    Envoi,
    Facteur,
    codes,
    en_csv,
    en_json,
    en_jsonl,
    en_xml,
    en_zip,
    moyens,
    parcours,
    personne,
    rouvrir,
    unite,
)

TARD, TOT = "2022-06-01T11:00:00+02:00", "2022-06-01T09:00:00+02:00"


def contenu() -> tuple[str, dict[str, int], int, int]:
    """Hash of the register, versions by kind, envois and journal entries."""
    with portee_totale():
        versions = {nom: table._default_manager.count() for nom, table in TABLES.items()}
        return empreinte_du_registre(), versions, EnvoiRecu.objects.count(), EntreeJournal.objects.count()


def registre() -> str:
    """Hash of the register alone."""
    with portee_totale():
        return empreinte_du_registre()


def troupe(combien: int) -> Envoi:
    """Several people with their UO0 and UO1, in one envoi."""
    envoi: Envoi = {"beneficiaire": [], "unite_oeuvre": [], "interaction": []}
    for i in range(1, combien + 1):
        envoi["beneficiaire"].append(personne(identifiant_beneficiaire=f"P{i}", email=f"p{i}@example.com"))
        for rang, uo in ((UO0, "00"), (UO1, "01")):
            numero = f"AB2003{uo}{i:06}"
            reference = f"2020-Lot08-UO{uo}-01-{i:05}"
            fiche = unite(
                rang,
                numero_dossier=numero,
                identifiant_beneficiaire=f"P{i}",
                reference_bon_commande=reference,
            )
            if rang == UO1:
                rouvrir(fiche)
            envoi["unite_oeuvre"].append(fiche)
        for jour in ("2020-03-09", "2020-03-09", "2020-04-01"):
            envoi["interaction"].append(
                {
                    "nature": "C",
                    "horodatage": "2022-06-01T10:00:00+02:00",
                    "numero_dossier": f"AB200301{i:06}",
                    "date_interaction": jour,
                    "mode_contact": "VISIO",
                    "duree_minutes": str(30 + i),
                }
            )
    return envoi


def un_aiguillage() -> Envoi:
    """One person and its UO0."""
    return {"beneficiaire": [personne()], "unite_oeuvre": [unite(UO0)]}


# --- the same envoi again ---


def test_le_meme_envoi_trois_fois_donne_le_meme_accuse(facteur: Facteur) -> None:
    octets = en_zip(parcours() | {"reclamation": [{"nature": "C"}]}, 9001)
    nom = "CEP_08_AB_20220601_9001.zip"
    premier = facteur.deposer(nom, octets)
    etat = contenu()
    assert premier.anomalies
    for heures in (1, 2):
        suivant = facteur.deposer(nom, octets, recu_le=RECU + timedelta(hours=heures))
        assert suivant.en_dict() == premier.en_dict()
        assert suivant.en_xml() == premier.en_xml()
        assert contenu() == etat


def test_les_memes_fiches_dans_un_autre_fichier_sont_deja_connues(facteur: Facteur) -> None:
    facteur.envoyer(troupe(3))
    avant = contenu()
    accuse = facteur.envoyer(troupe(3))
    assert accuse.statut is Statut.ACCEPTE
    assert accuse.comptes["unite_oeuvre"] == {"acceptees": 0, "refusees": 0, "inchangees": 6}
    assert accuse.comptes["interaction"] == {"acceptees": 0, "refusees": 0, "inchangees": 9}
    assert contenu()[:2] == avant[:2]


def test_une_fiche_deux_fois_dans_l_envoi_compte_une_fois(facteur: Facteur) -> None:
    envoi = parcours()
    for nom in ("beneficiaire", "unite_oeuvre", "livrable"):
        envoi[nom].append(dict(envoi[nom][0]))
    accuse = facteur.envoyer(envoi)
    assert accuse.anomalies == []
    assert accuse.comptes["beneficiaire"] == {"acceptees": 1, "refusees": 0, "inchangees": 1}
    assert accuse.comptes["unite_oeuvre"] == {"acceptees": 4, "refusees": 0, "inchangees": 1}


# --- order and splitting ---


@pytest.mark.parametrize("graine", range(3))
def test_l_ordre_des_lignes_et_des_fichiers_n_a_pas_d_effet(facteur: Facteur, graine: int) -> None:
    hasard = random.Random(graine)
    point = _avec_et_sans(facteur, troupe(4))
    melange = troupe(4)
    noms = list(melange)
    hasard.shuffle(noms)
    for fiches in melange.values():
        hasard.shuffle(fiches)
    assert facteur.envoyer({nom: melange[nom] for nom in noms}).anomalies == []
    assert registre() == point


@pytest.mark.parametrize("graine", range(3))
def test_le_decoupage_en_envois_n_a_pas_d_effet(facteur: Facteur, graine: int) -> None:
    hasard = random.Random(graine)
    entier = troupe(4)
    point = _avec_et_sans(facteur, entier)
    ordre = [f"P{i}" for i in range(1, 5)]
    hasard.shuffle(ordre)
    for i in ordre:
        dossiers = {u["numero_dossier"] for u in entier["unite_oeuvre"] if u["identifiant_beneficiaire"] == i}
        partie = {
            "beneficiaire": [b for b in entier["beneficiaire"] if b["identifiant_beneficiaire"] == i],
            "unite_oeuvre": [u for u in entier["unite_oeuvre"] if u["numero_dossier"] in dossiers],
            "interaction": [x for x in entier["interaction"] if x["numero_dossier"] in dossiers],
        }
        assert facteur.envoyer(partie).statut is Statut.ACCEPTE
    assert registre() == point


def test_l_unite_peut_venir_apres_sa_personne_et_le_livrable_apres_l_unite(facteur: Facteur) -> None:
    point = _avec_et_sans(facteur, parcours())
    entier = parcours()
    for nom in ("implantation", "beneficiaire", "unite_oeuvre", "interaction", "livrable"):
        accuse = facteur.envoyer({nom: entier[nom]})
        attendus = {"E-UO-033"} if nom == "unite_oeuvre" else set()
        assert set(codes(accuse)) == attendus
        assert accuse.statut is Statut.ACCEPTE
    facteur.envoyer({nom: entier[nom] for nom in ("reclamation", "moyens_couts", "indicateur")})
    assert registre() == point


def _avec_et_sans(facteur: Facteur, envoi: Envoi) -> str:
    """Hash of the register after this envoi, then the register as it was before."""
    from django.db import transaction

    point = transaction.savepoint()
    assert facteur.envoyer(envoi).statut is Statut.ACCEPTE
    valeur = registre()
    transaction.savepoint_rollback(point)
    return valeur


# --- versions ---


def test_une_version_plus_recente_devient_l_etat_courant(facteur: Facteur) -> None:
    facteur.envoyer(parcours())
    accuse = facteur.envoyer(
        {"unite_oeuvre": [unite(UO0, nature="M", horodatage=TARD, aiguillage="APEC")]},
        recu_le=RECU + timedelta(days=1),
    )
    assert accuse.anomalies == []
    with portee_totale():
        versions = [v for v in versions_du_dossier(NUMEROS[UO0]) if v.fiche == "unite_oeuvre"]
        hier = versions_du_dossier(NUMEROS[UO0], connu_le=RECU.date())
    assert [(v.contenu["aiguillage"], v.courante) for v in versions] == [
        ("RDV_INTERNE", False),
        ("APEC", True),
    ]
    assert versions[1].changements == {"aiguillage": ("RDV_INTERNE", "APEC")}
    assert [(v.contenu["aiguillage"], v.courante) for v in hier if v.fiche == "unite_oeuvre"] == [("RDV_INTERNE", True)]


def test_une_version_plus_ancienne_arrivee_tard_reste_de_l_histoire(facteur: Facteur) -> None:
    facteur.envoyer(parcours())
    point = registre()
    accuse = facteur.envoyer({"unite_oeuvre": [unite(UO0, horodatage=TOT, aiguillage="APEC")]})
    assert codes(accuse) == ["E-UO-005"]
    assert accuse.anomalies[0]["cle"] == NUMEROS[UO0]
    assert accuse.statut is Statut.ACCEPTE
    assert registre() == point
    with portee_totale():
        versions = [v for v in versions_du_dossier(NUMEROS[UO0]) if v.fiche == "unite_oeuvre"]
    assert [(v.contenu["aiguillage"], v.courante) for v in versions] == [
        ("APEC", False),
        ("RDV_INTERNE", True),
    ]


@pytest.mark.parametrize("ensemble", [True, False])
def test_une_fiche_incomplete_d_avant_l_uo1_entre_encore_dans_l_histoire(facteur: Facteur, ensemble: bool) -> None:
    complete = personne(horodatage=TARD)
    incomplete = {nom: v for nom, v in complete.items() if nom not in ("email", "telephone")} | {"horodatage": TOT}
    ouverte = unite(UO1)
    rouvrir(ouverte)
    envoi = {"beneficiaire": [complete], "unite_oeuvre": [ouverte]}
    if ensemble:
        envoi["beneficiaire"].append(incomplete)
        assert facteur.envoyer(envoi).anomalies == []
    else:
        facteur.envoyer(envoi)
        assert codes(facteur.envoyer({"beneficiaire": [incomplete]})) == ["E-BEN-005"]


@pytest.mark.parametrize("ordre", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1)])
def test_l_ordre_d_arrivee_des_versions_n_a_pas_d_effet(facteur: Facteur, ordre: tuple[int, ...]) -> None:
    versions = [personne(horodatage=f"2022-06-01T1{i}:00:00+02:00", prenom=f"Prénom {'abc'[i]}") for i in range(3)]
    for i in ordre:
        facteur.envoyer({"beneficiaire": [versions[i]]})
    with portee_totale():
        lues = versions_de_la_personne("08", "P1")
    assert [(v.contenu["prenom"], v.courante) for v in lues] == [
        ("Prénom a", False),
        ("Prénom b", False),
        ("Prénom c", True),
    ]


def test_trois_versions_dans_un_envoi_la_derniere_est_courante(facteur: Facteur) -> None:
    versions = [personne(horodatage=f"2022-06-01T1{i}:00:00+02:00", prenom=f"Prénom {'abc'[i]}") for i in (2, 0, 1)]
    accuse = facteur.envoyer({"beneficiaire": versions})
    assert accuse.anomalies == []
    with portee_totale():
        courantes = [v.contenu["prenom"] for v in versions_de_la_personne("08", "P1") if v.courante]
    assert courantes == ["Prénom c"]


def test_une_fiche_absente_reste_au_registre(facteur: Facteur) -> None:
    facteur.envoyer(troupe(3))
    point = registre()
    facteur.envoyer({nom: fiches[:1] for nom, fiches in troupe(3).items()})
    assert registre() == point


def test_une_annulation_libere_la_reference_et_garde_l_histoire(facteur: Facteur) -> None:
    facteur.envoyer({"beneficiaire": [personne()], "unite_oeuvre": [unite(UO0)]})
    accuse = facteur.envoyer({"unite_oeuvre": [unite(UO0, nature="A", horodatage=TARD)]})
    assert (accuse.anomalies, accuse.statut) == ([], Statut.ACCEPTE)
    with portee_totale():
        versions = versions_du_dossier(NUMEROS[UO0])
    assert [(v.nature, v.courante) for v in versions] == [("C", False), ("A", True)]
    autre = facteur.envoyer({"unite_oeuvre": [unite(UO0, numero_dossier="AB200300000002")]})
    assert autre.anomalies == []


def test_une_reference_liberee_sert_dans_le_meme_envoi(facteur: Facteur) -> None:
    facteur.envoyer(un_aiguillage())
    autre = unite(UO0, numero_dossier="AB200300000002", horodatage=TARD)
    annulee = unite(UO0, nature="A", horodatage=TARD)
    accuse = facteur.envoyer({"unite_oeuvre": [autre, annulee]})
    assert accuse.anomalies == []
    assert accuse.comptes["unite_oeuvre"]["acceptees"] == 2


def test_une_annulation_trop_ancienne_ne_libere_pas_la_reference(facteur: Facteur) -> None:
    facteur.envoyer(un_aiguillage())
    autre = unite(UO0, numero_dossier="AB200300000002", horodatage=TARD)
    accuse = facteur.envoyer({"unite_oeuvre": [autre, unite(UO0, nature="A", horodatage=TOT)]})
    assert codes(accuse) == ["E-UO-020", "E-UO-005"]


DEUXIEME = "AB200300000002"
PREMIERE_REFERENCE, DEUXIEME_REFERENCE = "2020-Lot08-UO00-01-00001", "2020-Lot08-UO00-01-00002"


def deux_aiguillages() -> Envoi:
    """Two closed UO0 of the same person, each with its reference."""
    envoi = un_aiguillage()
    envoi["unite_oeuvre"].append(unite(UO0, numero_dossier=DEUXIEME, reference_bon_commande=DEUXIEME_REFERENCE))
    return envoi


def echange(**seconde: str) -> Envoi:
    """Each of the two takes the reference of the other."""
    return {
        "unite_oeuvre": [
            unite(UO0, nature="M", horodatage=TARD, reference_bon_commande=DEUXIEME_REFERENCE),
            unite(UO0, nature="M", horodatage=TARD, numero_dossier=DEUXIEME) | seconde,
        ]
    }


def references() -> dict[str, str]:
    with portee_totale():
        return dict(
            TABLES["unite_oeuvre"]
            ._default_manager.filter(connu_de__isnull=False, connu_jusqu_a__isnull=True)
            .values_list("numero_dossier", "reference_bon_commande")
        )


def test_deux_unites_echangent_leurs_references_dans_le_meme_envoi(facteur: Facteur) -> None:
    facteur.envoyer(deux_aiguillages())
    accuse = facteur.envoyer(echange())
    assert (accuse.anomalies, accuse.statut) == ([], Statut.ACCEPTE)
    assert references() == {NUMEROS[UO0]: DEUXIEME_REFERENCE, DEUXIEME: PREMIERE_REFERENCE}


def test_un_echange_dont_une_fiche_est_refusee_ne_se_fait_pas(facteur: Facteur) -> None:
    facteur.envoyer(deux_aiguillages())
    accuse = facteur.envoyer(echange(date_engagement="2020-03-03"))
    assert "E-UO-010" in codes(accuse)
    assert [a["cle"] for a in accuse.anomalies if a["code"] == "E-UO-020"] == [NUMEROS[UO0]]
    assert references() == {NUMEROS[UO0]: PREMIERE_REFERENCE, DEUXIEME: DEUXIEME_REFERENCE}


def test_une_reference_quittee_par_une_fiche_trop_ancienne_reste_prise(facteur: Facteur) -> None:
    facteur.envoyer(deux_aiguillages())
    accuse = facteur.envoyer(echange(horodatage=TOT))
    assert "E-UO-020" in codes(accuse)
    assert references()[NUMEROS[UO0]] == PREMIERE_REFERENCE


def test_une_unite_creee_puis_annulee_dans_l_envoi_laisse_sa_reference(facteur: Facteur) -> None:
    envoi = un_aiguillage()
    envoi["unite_oeuvre"] += [
        unite(UO0, nature="A", horodatage="2022-06-01T10:30:00+02:00"),
        unite(UO0, numero_dossier="AB200300000002", horodatage=TARD),
    ]
    assert facteur.envoyer(envoi).anomalies == []


def test_un_ancien_titulaire_envoie_encore_ce_qu_il_a_engage(facteur: Facteur) -> None:
    Titulaire.objects.filter(lot="08", operateur="AB").update(fin=date(2020, 3, 9))
    Titulaire.objects.create(lot="08", operateur="EF", nom="Opérateur EF", debut=date(2020, 3, 10))
    envoi = parcours()
    envoi["unite_oeuvre"] = [unite(UO0), unite(UO1), unite(UO21)]
    for fiche in ("interaction", "livrable"):
        envoi[fiche] = [f for f in envoi[fiche] if f["numero_dossier"] in NUMEROS[:2]]
    accuse = facteur.envoyer(envoi)
    refusees = [(a["code"], a["cle"]) for a in accuse.anomalies if a["gravite"] == "bloquant"]
    assert refusees == [("E-UO-044", NUMEROS[UO21])]
    assert accuse.comptes["unite_oeuvre"] == {"acceptees": 2, "refusees": 1, "inchangees": 0}


def test_un_montant_a_la_meme_empreinte_avec_ou_sans_zeros(facteur: Facteur) -> None:
    facteur.envoyer({"moyens_couts": [moyens(frais_si="12.50", etp_uo00="3.0")]})
    avant = registre()
    accuse = facteur.envoyer(
        {"moyens_couts": [moyens(frais_si="12.5", etp_uo00="3")]}, recu_le=RECU + timedelta(hours=1)
    )
    assert accuse.anomalies == []
    assert registre() == avant


def test_une_annulation_ne_demande_que_la_cle(facteur: Facteur) -> None:
    facteur.envoyer({"beneficiaire": [personne()], "unite_oeuvre": [unite(UO0)]})
    annulation = {"nature": "A", "horodatage": TARD, "numero_dossier": NUMEROS[UO0]}
    accuse = facteur.envoyer({"unite_oeuvre": [annulation]})
    assert (accuse.anomalies, accuse.statut) == ([], Statut.ACCEPTE)


def test_une_interaction_annulee_l_est_seule(facteur: Facteur) -> None:
    envoi = troupe(1)
    facteur.envoyer(envoi)
    annulee = envoi["interaction"][0] | {"nature": "A", "horodatage": TARD}
    accuse = facteur.envoyer({"interaction": [annulee]})
    assert accuse.anomalies == []
    with portee_totale():
        interactions = [v for v in versions_du_dossier("AB200301000001") if v.fiche == "interaction" and v.courante]
    assert sorted(v.nature for v in interactions) == ["A", "C", "C"]


def test_rien_ne_s_attache_a_une_unite_annulee(facteur: Facteur) -> None:
    facteur.envoyer(parcours())
    facteur.envoyer({"unite_oeuvre": [unite(UO0, nature="A", horodatage=TARD)]})
    accuse = facteur.envoyer({"interaction": [parcours()["interaction"][0] | {"duree_minutes": "12"}]})
    assert codes(accuse) == ["E-INT-010"]


# --- modes ---


def test_un_essai_n_ecrit_rien_et_dit_ce_qui_serait_dit(facteur: Facteur) -> None:
    from cepage.echanges.reception import preuves

    avant = contenu()
    envoi = parcours() | {"reclamation": [{"nature": "C"}]}
    octets = en_zip(envoi, 9101)
    nom = "CEP_08_AB_20220601_9101.zip"
    essai = facteur.deposer(nom, octets, mode=Mode.ESSAI)
    assert contenu() == avant
    assert not preuves.presente(essai.empreinte)
    vrai = facteur.deposer(nom, octets)
    assert essai.en_dict() == vrai.en_dict() | {"mode": "essai"}


def test_tout_ou_rien_refuse_tout_pour_une_fiche(facteur: Facteur) -> None:
    avant = contenu()
    envoi = parcours()
    envoi["interaction"][0]["mode_contact"] = "PIGEON"
    accuse = facteur.envoyer(envoi, mode=Mode.TOUT_OU_RIEN)
    apres = contenu()
    assert accuse.statut is Statut.REFUSE
    assert codes(accuse) == ["E-INT-003"]
    assert apres[:2] == avant[:2]
    assert (apres[2], apres[3]) == (avant[2] + 1, avant[3] + 1)


def test_tout_ou_rien_accepte_un_envoi_juste_et_des_avertissements(facteur: Facteur) -> None:
    envoi = parcours()
    envoi["livrable"].pop(0)
    accuse = facteur.envoyer(envoi, mode=Mode.TOUT_OU_RIEN)
    assert (accuse.statut, codes(accuse)) == (Statut.ACCEPTE, ["E-UO-033"])
    assert accuse.comptes["unite_oeuvre"]["acceptees"] == 4


def test_une_fiche_fausse_laisse_entrer_les_autres(facteur: Facteur) -> None:
    envoi = troupe(3)
    envoi["unite_oeuvre"][1]["origine_demarche"] = "HASARD"
    accuse = facteur.envoyer(envoi)
    assert accuse.statut is Statut.PARTIEL
    assert accuse.comptes["unite_oeuvre"] == {"acceptees": 5, "refusees": 1, "inchangees": 0}
    assert sorted(codes(accuse)) == ["E-INT-011"] * 3 + ["E-UO-003"]


def test_la_cle_d_idempotence_ne_sert_qu_a_un_fichier(facteur: Facteur) -> None:
    cle = {"cle_idempotence": "cle-1"}
    premier = facteur.envoyer(parcours(), **cle)
    etat = contenu()
    with pytest.raises(CleReutilisee, match="déjà servi"):
        facteur.envoyer(troupe(1), **cle)
    with pytest.raises(CleReutilisee, match="déjà servi"):
        facteur.deposer("CEP_08_AB_20220601_9202.zip", en_zip(troupe(1), 9202), emetteur="AB", **cle)
    assert contenu() == etat
    assert premier.statut is Statut.ACCEPTE


def test_la_meme_cle_pour_les_memes_octets_rend_le_meme_accuse(facteur: Facteur) -> None:
    cle = {"emetteur": "AB", "cle_idempotence": "cle-2"}
    octets = en_zip(parcours(), 9201)
    accuses = [facteur.deposer("CEP_08_AB_20220601_9201.zip", octets, **cle).en_dict() for _ in range(3)]
    assert accuses[0] == accuses[1] == accuses[2]


def test_un_envoi_refuse_se_rejuge_quand_sa_raison_a_disparu(facteur: Facteur) -> None:
    octets, nom = en_zip(parcours(), 9203), "CEP_08_AB_20220601_9203.zip"
    depot = {"mode": Mode.TOUT_OU_RIEN, "cle_idempotence": "cle-3", "emetteur": "AB"}
    Commande.objects.filter(reference="2020-Lot08-UO00-01").update(reference="2020-Lot08-UO00-09")
    refuse = facteur.deposer(nom, octets, **depot)
    etat = contenu()
    assert refuse.statut is Statut.REFUSE
    assert facteur.deposer(nom, octets, **depot).en_dict() == refuse.en_dict()
    assert contenu() == etat
    Commande.objects.filter(reference="2020-Lot08-UO00-09").update(reference="2020-Lot08-UO00-01")
    accepte = facteur.deposer(nom, octets, **depot)
    assert (accepte.statut, accepte.anomalies) == (Statut.ACCEPTE, [])
    assert facteur.deposer(nom, octets, **depot).en_dict() == accepte.en_dict()


# --- formats ---

FORMATS: dict[str, Callable[[Envoi, int], bytes]] = {
    "zip": en_zip,
    "json": en_json,
    "jsonl": lambda envoi, sequence: en_jsonl(envoi),
    "xml": en_xml,
}


def test_tous_les_formats_donnent_le_meme_registre(facteur: Facteur) -> None:
    from django.db import transaction

    empreintes = {}
    # The livrables' files come first, once: only an archive can carry them.
    facteur.envoyer(parcours())
    with portee_totale(), connection.cursor() as curseur:
        curseur.execute("SELECT 1")
    entier = troupe(3)
    for extension, ecrire in FORMATS.items():
        point = transaction.savepoint()
        accuse = facteur.deposer(f"CEP_08_AB_20220601_9301.{extension}", ecrire(_decale(entier), 9301))
        assert accuse.anomalies == [], extension
        empreintes[extension] = registre()
        transaction.savepoint_rollback(point)
    point = transaction.savepoint()
    for nom, fiches in _decale(entier).items():
        assert facteur.deposer(f"{nom}.csv", en_csv(nom, fiches)).anomalies == []
    empreintes["csv"] = registre()
    transaction.savepoint_rollback(point)
    assert len(set(empreintes.values())) == 1, empreintes


def _decale(envoi: Envoi) -> Envoi:
    """The same people under other identifiers and numbers, so that they meet none already known."""
    ancres = {"P": "Z"}
    sortie: Envoi = {}
    for nom, fiches in envoi.items():
        sortie[nom] = []
        for fiche in fiches:
            copie = dict(fiche)
            if "identifiant_beneficiaire" in copie:
                copie["identifiant_beneficiaire"] = ancres["P"] + copie["identifiant_beneficiaire"][1:]
            if "numero_dossier" in copie:
                copie["numero_dossier"] = copie["numero_dossier"][:8] + f"{int(copie['numero_dossier'][8:]) + 50:06}"
            if "reference_bon_commande" in copie:
                reference = copie["reference_bon_commande"]
                copie["reference_bon_commande"] = reference[:-5] + f"{int(reference[-5:]) + 50:05}"
            sortie[nom].append(copie)
    return sortie


def test_les_textes_difficiles_traversent_chaque_format(facteur: Facteur) -> None:
    from django.db import transaction

    texte = "Projet « L'Été » ; 50 % \"réussi\" \\N et œuvre — ﬁn, 𝄞 <b>&amp;</b> '{a,b}'"
    envoi = {"beneficiaire": [personne()], "unite_oeuvre": parcours()["unite_oeuvre"]}
    envoi["unite_oeuvre"][UO22]["description_service"] = texte
    empreintes = set()
    for extension, ecrire in FORMATS.items():
        point = transaction.savepoint()
        accuse = facteur.deposer(f"CEP_08_AB_20220601_9401.{extension}", ecrire(envoi, 9401))
        assert set(codes(accuse)) == {"E-UO-033"}, accuse.en_phrases()
        with portee_totale():
            lue = versions_du_dossier(NUMEROS[UO22])[0].contenu
        assert lue["description_service"] == texte, extension
        assert lue["types_service"] == ["ELABORATION_PROJET", "INGENIERIE_FINANCIERE"]
        assert lue["autoprescription"] == [False, True]
        empreintes.add(registre())
        transaction.savepoint_rollback(point)
    assert len(empreintes) == 1


# --- who may send ---


def test_un_operateur_qui_ne_tient_pas_le_lot_est_refuse_en_entier(facteur: Facteur) -> None:
    avant = contenu()
    accuse = facteur.envoyer(parcours(), emetteur="CD")
    assert (accuse.statut, codes(accuse), accuse.comptes) == (Statut.REFUSE, ["E-ENV-004"], {})
    assert contenu()[:2] == avant[:2]


@pytest.mark.parametrize(
    ("nom", "depot", "code"),
    [
        ("CEP_02_AB_20220601_9501.zip", {"lot": "02"}, "E-FIC-023"),
        ("envoi.zip", {"lot": "02"}, "E-ENV-001"),
        ("envoi.zip", {"emetteur": "CD"}, "E-ENV-002"),
    ],
)
def test_l_emetteur_et_le_lot_doivent_etre_les_memes_partout(
    facteur: Facteur, nom: str, depot: dict[str, str], code: str
) -> None:
    accuse = facteur.deposer(nom, en_zip(parcours(), 9501), **depot)
    assert (accuse.statut, codes(accuse)) == (Statut.REFUSE, [code])


def test_l_emetteur_inconnu_d_un_lot_sans_titulaire(facteur: Facteur) -> None:
    accuse = facteur.deposer("beneficiaire.csv", en_csv("beneficiaire", [personne()]), lot="03")
    assert (accuse.statut, codes(accuse)) == (Statut.REFUSE, ["E-ENV-003"])


def test_le_numero_d_un_autre_operateur_ne_se_prend_pas(facteur: Facteur) -> None:
    facteur.envoyer(parcours())
    unite_volee = unite(UO0, lot="02", identifiant_beneficiaire="Q1", horodatage=TARD)
    accuse = facteur.envoyer(
        {
            "beneficiaire": [personne(identifiant_beneficiaire="Q1", adresse_code_postal="69001")],
            "unite_oeuvre": [unite_volee],
        },
        lot="02",
        emetteur="CD",
    )
    assert "E-UO-024" in codes(accuse)
    with portee_totale():
        versions = [v for v in versions_du_dossier(NUMEROS[UO0]) if v.fiche == "unite_oeuvre"]
    assert [(v.contenu["identifiant_beneficiaire"], v.courante) for v in versions] == [("P1", True)]


@pytest.mark.parametrize("nom", ["unite_oeuvre", "interaction", "livrable"])
def test_on_n_annule_ni_ne_modifie_la_fiche_d_un_autre_operateur(facteur: Facteur, nom: str) -> None:
    facteur.envoyer(parcours())
    point = registre()
    for nature in ("A", "M"):
        fiche = parcours()[nom][0] | {"nature": nature, "horodatage": TARD}
        accuse = facteur.envoyer({nom: [fiche]}, lot="02", emetteur="CD")
        assert accuse.statut is Statut.REFUSE, accuse.en_phrases()
        assert registre() == point


def test_les_anomalies_de_l_accuse_sont_celles_de_la_base(facteur: Facteur) -> None:
    envoi = parcours()
    envoi["unite_oeuvre"][UO21]["financements_formation"] = "CPF|AUCUN"
    accuse = facteur.envoyer(envoi)
    with portee_totale():
        gardees = list(
            Anomalie.objects.filter(envoi__identifiant=accuse.envoi).order_by("rang").values_list("code", "ligne")
        )
    assert gardees == [(a["code"], a["ligne"]) for a in accuse.anomalies]


def test_chaque_fiche_du_contrat_a_sa_table() -> None:
    assert set(TABLES) == set(FICHES)
    assert set(PIECES)
