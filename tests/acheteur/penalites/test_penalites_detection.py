"""Each breach seen on its day and not on the day before; nothing seen when the contract was kept."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from cepage.acheteur.marche.models import Titulaire
from cepage.acheteur.penalites.detection import Constat, constater
from cepage.acheteur.penalites.enums import Fait
from cepage.acheteur.registre.models import TABLES
from cepage.echanges.reception.models import Envoi
from cepage.fondations.socle.portee import portee_totale
from tests.acheteur.decomptes.fabrique import clore, tenir

T1_MUR = date(2021, 8, 1)


@pytest.fixture(autouse=True)
def lot(db: None) -> Iterator[None]:
    """AB holds lot 08."""
    with portee_totale():
        tenir()
        yield


def voir(fait: Fait, *, trimestre: str = "2021-T1", le: date = T1_MUR) -> list[Constat]:
    return [c for c in constater("08", trimestre, le=le) if c.fait is fait]


def envoyer(jour: date) -> None:
    nom = f"CEP_08_AB_{jour:%Y%m%d}_1.zip"
    recu = datetime(jour.year, jour.month, jour.day, 20, tzinfo=UTC)
    Envoi.objects.create(
        identifiant=nom, lot="08", emetteur="AB", nom_fichier=nom, empreinte=nom.ljust(64, "0"), taille=1,
        canal="essai", mode="normal", statut="accepte", recu_le=recu,
    )  # fmt: skip


def recevoir(fiche: str, cle: str, recu: str, **champs: object) -> None:
    instant = datetime.fromisoformat(f"{recu}T10:00:00+02:00")
    TABLES[fiche]._default_manager.create(
        cle=cle, nature="C", lot="08", emetteur="AB", horodatage=instant, recu_le=instant, envoi="e",
        fichier="f", ligne=1, empreinte=f"{cle}{recu}"[:64].ljust(64, "0"), connu_de=instant, **champs,
    )  # fmt: skip


def test_les_jours_ouvres_sans_envoi_du_mois() -> None:
    jour = date(2021, 3, 1)
    while jour.month == 3:
        if jour.weekday() < 5 and jour not in (date(2021, 3, 9), date(2021, 3, 30)):
            envoyer(jour)
        jour += timedelta(days=1)
    mars = [c for c in voir(Fait.JOUR_SANS_ENVOI) if c.debut.month == 3]
    assert [(c.fin, c.preuves) for c in mars] == [(date(2021, 3, 31), ("2021-03-09", "2021-03-30"))]
    assert (mars[0].chiffrer().retenus, mars[0].chiffrer().montant) == (0, 0)


def test_le_mois_en_cours_ne_se_propose_pas() -> None:
    (mars,) = [c for c in voir(Fait.JOUR_SANS_ENVOI, le=date(2021, 3, 10)) if c.debut.month == 3]
    assert mars.preuves == ("2021-03-01", "2021-03-02", *(f"2021-03-{n:02d}" for n in (3, 4, 5, 8, 9)))
    assert mars.proposable_des == date(2021, 4, 1)


@pytest.mark.parametrize(("recu", "absents"), [("2021-04-15", 0), ("2021-04-16", 1)])
def test_les_indicateurs_du_mois_ont_quinze_jours(recu: str, absents: int) -> None:
    recevoir("indicateur", f"08|2021-03|1.1|{recu}", recu, periode="2021-03", code="1.1")
    assert len([c for c in voir(Fait.INDICATEURS_ABSENTS) if c.debut.month == 3]) == absents


@pytest.mark.parametrize(("le", "absents"), [(date(2021, 4, 15), 0), (date(2021, 4, 16), 1)])
def test_des_indicateurs_peuvent_encore_venir(le: date, absents: int) -> None:
    assert len([c for c in voir(Fait.INDICATEURS_ABSENTS, le=le) if c.debut.month == 3]) == absents


@pytest.mark.parametrize(("recu", "absents"), [("2021-03-12", 0), ("2021-03-13", 1)])
def test_un_livrable_a_trente_jours_apres_la_cloture(recu: str, absents: int) -> None:
    numero = clore(1, "2021-02-10", livrable=False)
    recevoir("livrable", f"{numero}|PP", recu, numero_dossier=numero, type_livrable="PP")
    vus = voir(Fait.LIVRABLE_ABSENT)
    assert [c.preuves for c in vus] == [(numero,)] * absents


def test_ni_abandon_ni_livrable_d_une_autre_unite_ni_trimestre_voisin() -> None:
    clore(1, "2021-02-10", livrable=False, motif="ABANDON")
    clore(2, "2021-04-01", livrable=False)
    clore(1, "2021-02-10", uo="00", livrable=False)
    autre = clore(3, "2021-02-10", livrable=False)
    recevoir("livrable", f"{autre}|ELP", "2021-02-11", numero_dossier=autre, type_livrable="ELP")
    (vu,) = voir(Fait.LIVRABLE_ABSENT)
    assert vu.preuves == (autre,)
    assert vu.proposable_des == date(2021, 5, 1)


@pytest.mark.parametrize(
    ("accuse", "reponse", "attendus"),
    [
        ("2021-02-08", "2021-03-18", []),
        ("2021-02-09", "2021-03-18", [Fait.ACCUSE_TARDIF]),
        ("2021-02-08", "2021-03-19", [Fait.REPONSE_TARDIVE]),
        (None, None, [Fait.ACCUSE_TARDIF, Fait.REPONSE_TARDIVE]),
    ],
    ids=["à temps", "accusé au huitième jour", "réponse au quarante-sixième", "ni l'un ni l'autre"],
)
def test_les_delais_d_une_reclamation(accuse: str | None, reponse: str | None, attendus: list[Fait]) -> None:
    recevoir(
        "reclamation", "08|R1", "2021-02-02", identifiant_reclamation="R1", date_reception=date(2021, 2, 1),
        date_accuse_reception=accuse and date.fromisoformat(accuse),
        date_reponse=reponse and date.fromisoformat(reponse),
    )  # fmt: skip
    vus = [c for f in (Fait.ACCUSE_TARDIF, Fait.REPONSE_TARDIVE) for c in voir(f)]
    assert [c.fait for c in vus] == attendus
    assert all(c.preuves == ("R1",) for c in vus)


@pytest.mark.parametrize(
    ("periodes", "absents"),
    [([], 1), (["2021"], 0), (["2021-S1"], 1), (["2021-S1", "2021-S2"], 0), (["2020"], 1)],
    ids=["rien", "l'année", "un semestre", "deux semestres", "l'année d'avant"],
)
def test_les_moyens_et_les_couts_de_l_annee(periodes: list[str], absents: int) -> None:
    for periode in periodes:
        recevoir("moyens_couts", f"08|{periode}", "2022-03-31", periode=periode)
    apres = date(2022, 4, 1)
    assert len(voir(Fait.MOYENS_COUTS_ABSENTS, trimestre="2021-T4", le=apres)) == absents
    assert voir(Fait.MOYENS_COUTS_ABSENTS, trimestre="2021-T4", le=date(2022, 3, 31)) == []
    assert voir(Fait.MOYENS_COUTS_ABSENTS, trimestre="2021-T3", le=apres) == []


def test_un_titulaire_ne_repond_que_de_ses_jours() -> None:
    Titulaire.objects.update(fin=date(2021, 3, 15))
    (mars,) = [c for c in voir(Fait.JOUR_SANS_ENVOI) if c.debut.month == 3]
    assert (mars.fin, mars.preuves[-1]) == (date(2021, 3, 15), "2021-03-15")


def test_un_marche_sans_grille_ne_sanctionne_rien() -> None:
    assert constater("08", "2024-T2", le=date(2025, 1, 1)) == []


def test_un_trimestre_mal_ecrit() -> None:
    with pytest.raises(ValueError, match="2021-T1"):
        constater("08", "2021-T5", le=T1_MUR)
