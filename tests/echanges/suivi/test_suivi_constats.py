"""What came and what did not: states, findings sealed once, silence, reminders sent once."""

import io
import smtplib
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from odfdo import Document

from cepage.acheteur.marche.models import Titulaire as TitulaireDuLot
from cepage.echanges.reception.contexte import Titulaire
from cepage.echanges.suivi import relances, services, situation
from cepage.echanges.suivi.enums import Etat, EtatRelance, Genre
from cepage.echanges.suivi.models import Constat, Relance
from cepage.fondations.socle.journal import verifier
from cepage.fondations.socle.models import EntreeJournal
from cepage.fondations.socle.periodes import Periode
from cepage.fondations.socle.portee import portee_totale
from tests.echanges.reception.fabrique import Facteur, en_csv, indicateur, parcours, personne
from tests.personnes import alice, bob, charlie

MARS = Periode(date(2021, 3, 1), date(2021, 4, 1))
Postes = dict[str, situation.Suivi]


def utc(*instant: int) -> datetime:
    return datetime(*instant, tzinfo=UTC)  # type: ignore[misc,arg-type]


def envoyer_le_jour(facteur: Facteur, jour: date, recu_le: datetime, rang: int = 1) -> str:
    """AB's data of a day, received at an instant; gives the identifier of the receipt."""
    fiche = personne(identifiant_beneficiaire=f"J{jour:%m%d}{rang}", horodatage=f"{jour.isoformat()}T18:00:00Z")
    octets = en_csv("beneficiaire", [fiche])
    nom = f"CEP_08_AB_{jour:%Y%m%d}_{rang}.csv"
    return facteur.deposer(nom, octets, recu_le=recu_le, emetteur="AB").envoi


def situation_de(le: datetime, periode: Periode = MARS, emetteur: str = "AB", lot: str = "08") -> Postes:
    with portee_totale():
        (trouvee,) = situation.etablir(lot, periode, le=le, emetteur=emetteur)
    return {s.attendu.cle: s for s in trouvee.suivis}


def test_a_l_heure_en_retard_refuse_manquant_a_venir(facteur: Facteur) -> None:
    a_l_heure = envoyer_le_jour(facteur, date(2021, 3, 1), utc(2021, 3, 2, 5, 0))
    envoyer_le_jour(facteur, date(2021, 3, 2), utc(2021, 3, 3, 5, 0, 1))
    refuse = facteur.deposer("CEP_08_AB_20210303_1.csv", b"rien", recu_le=utc(2021, 3, 3, 20), emetteur="AB")
    postes = situation_de(utc(2021, 3, 5, 12))
    etats = {jour: postes[f"donnees:2021-03-0{jour}"].etat for jour in range(1, 6)}
    # Six o'clock in Paris is five in UTC: a second later is late.
    assert etats == {1: Etat.RECU, 2: Etat.RETARD, 3: Etat.REFUSE, 4: Etat.MANQUANT, 5: Etat.A_VENIR}
    assert postes["donnees:2021-03-01"].envois == (a_l_heure,)
    assert postes["donnees:2021-03-03"].envois == (refuse.envoi,)
    assert "donnees:2021-03-06" not in postes
    assert "donnees:2021-03-07" not in postes


def test_ce_qui_n_est_pas_encore_recu_n_est_pas_connu(facteur: Facteur) -> None:
    envoyer_le_jour(facteur, date(2021, 3, 1), utc(2021, 3, 20))
    assert situation_de(utc(2021, 3, 10))["donnees:2021-03-01"].etat is Etat.MANQUANT
    assert situation_de(utc(2021, 3, 20))["donnees:2021-03-01"].etat is Etat.RETARD


def test_les_indicateurs_du_mois(facteur: Facteur) -> None:
    lignes = [indicateur(code="1.1", periode="2021-01", valeur="12")]
    facteur.deposer("indicateur.csv", en_csv("indicateur", lignes), recu_le=utc(2021, 2, 8), emetteur="AB")
    corriges = [indicateur(code="1.1", periode="2021-01", valeur="13")]
    facteur.deposer("indicateur.csv", en_csv("indicateur", corriges), recu_le=utc(2021, 2, 25), emetteur="AB")
    postes = situation_de(utc(2021, 3, 11), Periode(date(2021, 2, 1), date(2021, 4, 1)))
    # A correction that comes later does not make the month late.
    assert postes["indicateurs:2021-01"].etat is Etat.RECU
    assert postes["indicateurs:2021-01"].recu_le == utc(2021, 2, 8)
    assert postes["indicateurs:2021-02"].etat is Etat.MANQUANT


def test_les_livrables_des_clotures(facteur: Facteur) -> None:
    envoi = parcours()
    livrables = envoi.pop("livrable")
    facteur.envoyer(envoi)
    cloture = min(date.fromisoformat(u["date_cloture"]) for u in envoi["unite_oeuvre"] if u["uo"] == "01")
    attente = f"livrables:{cloture:%Y-%m}"
    periode = Periode(date(2020, 1, 1), date(2022, 7, 1))
    avant = situation_de(utc(2022, 6, 2), periode)[attente]
    assert avant.etat is Etat.MANQUANT
    assert "1 livrable sur" in avant.detail
    facteur.envoyer({"livrable": livrables})
    assert situation_de(utc(2022, 6, 3), periode)[attente].etat is Etat.RECU


def test_chacun_son_lot_et_sa_tenue(facteur: Facteur) -> None:
    TitulaireDuLot.objects.filter(lot="02").update(fin=date(2021, 3, 10))
    TitulaireDuLot.objects.create(lot="02", operateur="EF", nom="Repreneur", debut=date(2021, 3, 11))
    sortant = situation_de(utc(2021, 4, 1), emetteur="CD", lot="02")
    entrant = situation_de(utc(2021, 4, 1), emetteur="EF", lot="02")
    assert "donnees:2021-03-10" in sortant
    assert "donnees:2021-03-11" not in sortant
    assert "donnees:2021-03-11" in entrant
    assert "donnees:2021-03-10" not in entrant


def test_constater_ecrit_et_scelle_ce_qui_change_une_fois(facteur: Facteur) -> None:
    envoyer_le_jour(facteur, date(2021, 3, 1), utc(2021, 3, 1, 21))
    le = utc(2021, 3, 4, 12)
    assert services.constater(le=le, lots=["08"]) > 0
    assert services.constater(le=le, lots=["08"]) == 0
    with portee_totale():
        assert Constat.objects.get(cle="donnees:2021-03-01").etat == Etat.RECU
        manque = Constat.objects.get(cle="donnees:2021-03-02")
        assert manque.etat == Etat.MANQUANT
        entree = EntreeJournal.objects.get(numero=manque.entree)
    scelles = {c["attendu"]: c["etat"] for c in entree.contenu["constats"]}
    assert scelles["donnees:2021-03-02"] == "manquant"
    envoyer_le_jour(facteur, date(2021, 3, 2), utc(2021, 3, 5, 9))
    assert services.constater(le=utc(2021, 3, 5, 10), lots=["08"]) == 2
    with portee_totale():
        suite = list(Constat.objects.filter(cle="donnees:2021-03-02").order_by("id").values_list("etat", flat=True))
        assert suite == ["manquant", "retard"]
        assert verifier().intacte


def test_le_manque_est_annonce_a_qui_ecoute(facteur: Facteur) -> None:
    entendus: list[str] = []

    def ecoute(emetteur: str, lot: str, suivi: situation.Suivi, le: datetime) -> None:
        entendus.append(f"{emetteur} {lot} {suivi.attendu.cle}")

    services.a_chaque_manque(ecoute)
    try:
        services.constater(le=utc(2020, 1, 4, 12), lots=["08"])
        services.constater(le=utc(2020, 1, 4, 12), lots=["08"])
    finally:
        services._ecoutes.remove(ecoute)
    assert sorted(entendus) == ["AB 08 donnees:2020-01-02", "AB 08 donnees:2020-01-03", "AB 08 uo3"]


@pytest.mark.parametrize(
    ("le", "alerte", "rompu"),
    [
        (date(2021, 2, 9), False, False),
        (date(2021, 2, 10), True, False),
        (date(2021, 7, 10), True, False),
        (date(2021, 7, 11), True, True),
    ],
)
def test_le_silence_a_ses_deux_seuils(le: date, alerte: bool, rompu: bool) -> None:
    # Last envoi on 10 January 2021: warned after 30 days, six months on 10 July included.
    tenue = Titulaire("AB", "Opérateur AB", date(2020, 1, 2), None)
    muet = situation.silence(utc(2021, 1, 10, 20), tenue, le)
    assert muet is not None
    assert (muet.alerte, muet.rompu, muet.seuil) == (alerte, rompu, date(2021, 7, 10))
    assert "2019-657" in muet.clause


def test_pas_de_silence_hors_de_la_tenue() -> None:
    finie = Titulaire("AB", "Opérateur AB", date(2020, 1, 2), date(2020, 12, 31))
    assert situation.silence(None, finie, date(2021, 1, 1)) is None
    jamais = situation.silence(None, Titulaire("AB", "", date(2020, 1, 2), None), date(2020, 1, 20))
    assert jamais is not None
    assert jamais.jamais
    assert jamais.depuis == date(2020, 1, 2)


def test_relancer_deux_fois_n_ecrit_qu_une_fois(facteur: Facteur) -> None:
    alice()
    charlie()
    envoyer_le_jour(facteur, date(2021, 3, 1), utc(2021, 3, 1, 21))
    le = utc(2021, 3, 4, 8, 30)
    assert relances.relancer(le=le, lots=["08"])["envoyees"] == 1
    assert relances.relancer(le=le, lots=["08"]) == {"preparees": 0, "envoyees": 0, "en_echec": 0}
    (courriel,) = mail.outbox
    assert courriel.to == ["alice@exemple.test"]
    assert "Données du mardi 2 mars 2021" in courriel.body
    assert "lundi 1er mars" not in courriel.body
    # The next step is four days later, and no sooner.
    assert "mardi 2 mars" not in _corps_suivant(utc(2021, 3, 5, 8, 30))
    assert "mardi 2 mars" in _corps_suivant(utc(2021, 3, 7, 8, 30))


def _corps_suivant(le: datetime) -> str:
    mail.outbox.clear()
    relances.relancer(le=le, lots=["08"])
    return "".join(str(c.body) for c in mail.outbox)


def test_un_serveur_de_courriel_arrete_ne_perd_aucune_relance(
    facteur: Facteur, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice()

    def refuser(*arguments: Any, **options: Any) -> int:
        raise smtplib.SMTPServerDisconnected("arrêté")

    with monkeypatch.context() as panne:
        panne.setattr(EmailMessage, "send", refuser)
        assert relances.relancer(le=utc(2020, 1, 6, 8), lots=["08"])["en_echec"] == 1
    with portee_totale():
        assert set(Relance.objects.values_list("etat", flat=True)) == {EtatRelance.A_ENVOYER}
    assert relances.relancer(le=utc(2020, 1, 6, 9), lots=["08"]) == {"preparees": 0, "envoyees": 1, "en_echec": 0}
    assert len(mail.outbox) == 1


def test_sans_destinataire_la_relance_le_dit(facteur: Facteur) -> None:
    relances.relancer(le=utc(2020, 1, 6, 8), lots=["08"])
    with portee_totale():
        assert set(Relance.objects.values_list("etat", flat=True)) == {EtatRelance.SANS_DESTINATAIRE}
    assert mail.outbox == []


def test_le_silence_est_dit_aussi_a_l_acheteur(facteur: Facteur) -> None:
    alice()
    bob()
    envoyer_le_jour(facteur, date(2020, 1, 10), utc(2020, 1, 10, 21))
    relances.relancer(le=utc(2020, 3, 2, 8), lots=["08"])
    silences = [c for c in mail.outbox if "seuil de six mois" in c.body]
    assert [sorted(c.to) for c in silences] == [["alice@exemple.test", "bob@exemple.test"]]
    mail.outbox.clear()
    relances.relancer(le=utc(2020, 7, 15, 8), lots=["08"])
    assert any("est passé" in c.body for c in mail.outbox)


def test_une_echeance_ancienne_n_est_plus_relancee(facteur: Facteur) -> None:
    alice()
    relances.relancer(le=utc(2021, 6, 1, 8), lots=["08"])
    with portee_totale():
        anciennes = Relance.objects.exclude(cle__startswith="silence")
        assert anciennes.exists()
        assert min(anciennes.values_list("echeance", flat=True)) > utc(2021, 6, 1) - timedelta(days=47)


def test_un_document_de_l_uo3_est_attendu_puis_recu(facteur: Facteur) -> None:
    periode = Periode(date(2020, 1, 1), date(2020, 2, 1))
    assert situation_de(utc(2020, 1, 10), periode)["uo3"].etat is Etat.MANQUANT
    octets = _odt()
    depot = {"emetteur": "AB", "lot": "08", "genre": Genre.UO3, "periode": "", "par": None}
    services.deposer(nom="plan.odt", octets=octets, le=utc(2020, 1, 9), **depot)  # type: ignore[arg-type]
    assert situation_de(utc(2020, 1, 10), periode)["uo3"].etat is Etat.RETARD
    with pytest.raises(services.DepotRefuse, match="déjà déposé"):
        services.deposer(nom="plan.odt", octets=octets, le=utc(2020, 1, 9), **depot)  # type: ignore[arg-type]


def _odt() -> bytes:
    tampon = io.BytesIO()
    Document("text").save(tampon)
    return tampon.getvalue()


@pytest.mark.parametrize(
    ("nom", "octets", "raison"),
    [
        ("plan.docx", b"PK", "PDF ou en ODF"),
        ("plan", b"", "PDF ou en ODF"),
        ("plan.pdf", b"PK", "pas un PDF"),
        ("plan.odt", b"PK\x03\x04 coupe", "pas un document ODF"),
    ],
)
def test_un_document_illisible_est_refuse_avec_sa_raison(nom: str, octets: bytes, raison: str) -> None:
    defaut = services.defaut_du_document(nom, octets)
    assert defaut is not None
    assert raison in defaut


def test_un_tableur_renomme_en_texte_est_refuse() -> None:
    assert services.defaut_du_document("plan.odt", _odt()) is None
    assert services.defaut_du_document("plan.ods", _odt()) == "son contenu n'est pas celui que dit son nom"
