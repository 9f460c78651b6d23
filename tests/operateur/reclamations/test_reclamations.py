"""Complaints: the contract's delays on both sides of their last day, the fiches, the pages, who sees them."""

import io
from datetime import UTC, date, datetime

import pypdf
import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from cepage.echanges.envoi.models import FicheSortante
from cepage.fondations.comptes.enums import Role
from cepage.fondations.socle.portee import fixer_emetteurs
from cepage.operateur.dossiers.services import ActeRefuse, Acteur
from cepage.operateur.reclamations import selectors, services
from cepage.operateur.reclamations.models import Reclamation
from tests.echanges.reception.fabrique import ouvrir_le_marche
from tests.operateur.dossiers.atelier import engager, personne
from tests.personnes import alice, bob, charlie, diane, entrer

A = datetime(2021, 6, 1, 9, tzinfo=UTC)
RECUE = date(2021, 3, 1)
PAR = Acteur("Alice Martin", frozenset({Role.DIRECTEUR_PROJET}))


@pytest.fixture(autouse=True)
def _operateur_ab(db: None, settings: Settings) -> None:
    ouvrir_le_marche()
    fixer_emetteurs(["AB"])
    settings.CEPAGE_DATE = A.isoformat()


def _recevoir(**plus: object) -> Reclamation:
    champs: dict[str, object] = {
        "emetteur": "AB",
        "lot": "08",
        "plaignant": "Anne-Sophie Le Goff",
        "contact": "anne.legoff@example.com",
        "motif": "DELAI_RDV",
        "texte": "Six semaines d'attente.",
        "date_reception": RECUE,
        "par": PAR,
        "a": A,
    }
    return services.enregistrer(**(champs | plus))  # type: ignore[arg-type]


def _repondue() -> Reclamation:
    recue = services.accuser_reception(_recevoir(), le=date(2021, 3, 5), a=A)
    return services.repondre(
        recue, reponse="Un rendez-vous vous attend.", cause="Agenda plein", action="PP-12", le=date(2021, 4, 1), a=A
    )


# Received on 1 March: receipt due on 8 March (1 + 7), answer on 15 April (31 - 1 + 15 = 45 days).
@pytest.mark.parametrize(
    ("le", "accuse", "etape", "tard"),
    [
        (date(2021, 3, 8), None, "Accuser réception", False),
        (date(2021, 3, 9), None, "Accuser réception", True),
        (date(2021, 4, 15), date(2021, 3, 8), "Répondre", False),
        (date(2021, 4, 16), date(2021, 3, 8), "Répondre", True),
    ],
)
def test_les_delais_du_contrat(le: date, accuse: date | None, etape: str, tard: bool) -> None:
    reclamation = _recevoir()
    if accuse:
        reclamation = services.accuser_reception(reclamation, le=accuse, a=A)
    suivi = selectors.suivre(reclamation, le)
    assert (suivi.etape, suivi.tard) == (etape, tard)
    assert (suivi.accuse_au_plus_tard, suivi.reponse_au_plus_tard) == (date(2021, 3, 8), date(2021, 4, 15))


def test_chaque_etape_se_declare() -> None:
    reclamation = services.noter_la_saisine(_repondue(), le=date(2021, 5, 2), a=A)
    assert selectors.suivre(reclamation, date(2021, 6, 1)).etape == "Répondue"
    fiches = list(FicheSortante.objects.filter(fiche="reclamation"))
    assert [f.nature for f in fiches] == ["C", "M", "M", "M"]
    derniere = {cle: fiches[-1].contenu[cle] for cle in fiches[-1].contenu if cle.startswith("date")}
    assert derniere == {
        "date_reception": "2021-03-01",
        "date_accuse_reception": "2021-03-05",
        "date_reponse": "2021-04-01",
        "date_saisine_mediateur": "2021-05-02",
    }
    assert "Le Goff" not in str(fiches[-1].contenu)


@pytest.mark.parametrize(
    ("plus", "phrase"),
    [
        ({"date_reception": date(2021, 6, 2)}, "à venir"),
        ({"motif": "INCONNU"}, "pas dans la liste"),
    ],
)
def test_une_saisie_impossible_est_refusee(plus: dict[str, object], phrase: str) -> None:
    with pytest.raises(ActeRefuse, match=phrase):
        _recevoir(**plus)


def test_les_etapes_se_suivent() -> None:
    reclamation = _recevoir()
    options = {"reponse": "r", "cause": "c", "action": "", "a": A}
    with pytest.raises(ActeRefuse, match="n'est pas parti"):
        services.repondre(reclamation, le=date(2021, 3, 5), **options)  # type: ignore[arg-type]
    with pytest.raises(ActeRefuse, match="étape précédente"):
        services.accuser_reception(reclamation, le=date(2021, 2, 28), a=A)
    services.accuser_reception(reclamation, le=date(2021, 3, 5), a=A)
    with pytest.raises(ActeRefuse, match="déjà parti"):
        services.accuser_reception(reclamation, le=date(2021, 3, 5), a=A)
    with pytest.raises(ActeRefuse, match="étape précédente"):
        services.repondre(reclamation, le=date(2021, 3, 4), **options)  # type: ignore[arg-type]
    with pytest.raises(ActeRefuse, match="cause manque"):
        services.repondre(reclamation, reponse="r", cause=" ", action="", le=date(2021, 3, 6), a=A)
    services.repondre(reclamation, le=date(2021, 3, 6), **options)  # type: ignore[arg-type]
    with pytest.raises(ActeRefuse, match="déjà partie"):
        services.repondre(reclamation, le=date(2021, 3, 7), **options)  # type: ignore[arg-type]


def test_la_base_refuse_des_dates_qui_ne_se_suivent_pas() -> None:
    reclamation = _recevoir()
    with pytest.raises(IntegrityError), transaction.atomic():
        Reclamation.objects.filter(pk=reclamation.pk).update(date_accuse=date(2021, 2, 1))


def test_les_plus_pressees_d_abord() -> None:
    _recevoir(date_reception=date(2021, 5, 30))
    ancienne = _recevoir(date_reception=date(2021, 4, 1))
    directrice = alice()
    assert selectors.liste(directrice, "", A.date())[0].reclamation.pk == ancienne.pk
    assert [s.reclamation.pk for s in selectors.liste(directrice, "en_retard", A.date())] == [ancienne.pk]


def test_les_lettres_disent_le_mediateur() -> None:
    from cepage.operateur.reclamations.documents import lettre

    for reclamation, attendu in ((_recevoir(), "au plus tard le jeudi 15 avril 2021"), (_repondue(), "Un rendez-vous")):
        pdf = pypdf.PdfReader(io.BytesIO(lettre(selectors.suivre(reclamation, A.date()), le=A)))
        texte = " ".join(pdf.pages[0].extract_text().replace("\u202f", " ").split())
        assert attendu in texte
        assert "médiateur" in texte


def test_le_parcours_de_la_direction() -> None:
    unite = engager(personne(le=RECUE), "01", RECUE)
    client = entrer(alice())
    saisie = {
        "date_reception": "2021-03-05",
        "plaignant": "Anne-Sophie Le Goff",
        "lot": "08",
        "motif": "DELAI_RDV",
        "texte": "Six semaines.",
        "numero_dossier": "AB000000000000",
    }
    faux = client.post("/reclamations/nouvelle/", saisie)
    assert faux.status_code == 422
    assert "Six semaines." in faux.content.decode()
    reponse = client.post("/reclamations/nouvelle/", saisie | {"numero_dossier": unite.numero_dossier})
    page = reponse["Location"]
    assert "en retard" in client.get(page).content.decode()
    assert client.post(f"{page}accuser/", {"accuse-le": "2021-03-04"}).status_code == 422
    assert client.post(f"{page}accuser/", {"accuse-le": "2021-03-08"}).status_code == 302
    manque = client.post(f"{page}repondre/", {"reponse": "Voici", "le": "2021-03-10"})
    assert manque.status_code == 422
    assert "Voici" in manque.content.decode()
    saisie = {"reponse": "Voici", "cause": "Agenda", "le": "2021-03-10"}
    assert client.post(f"{page}repondre/", saisie).status_code == 302
    assert client.post(f"{page}mediateur/", {"saisine-le": "2021-04-10"}).status_code == 302
    assert client.get(f"{page}lettre.pdf").content.startswith(b"%PDF")
    assert "R-000001" in client.get("/reclamations/?etat=mediateur").content.decode()


def test_qui_voit_les_reclamations() -> None:
    reclamation = _recevoir()
    page = f"/reclamations/{reclamation.pk}/"
    assert entrer(charlie()).get(page).status_code == 404
    assert entrer(bob()).get(page).status_code == 403
    conseillere = entrer(diane())
    assert conseillere.get(page).status_code == 403
    assert conseillere.get("/reclamations/nouvelle/").status_code == 200
