"""The night: who is closed, who is left, who is warned; run twice, nothing more."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from cepage.echanges.envoi.models import FicheSortante
from cepage.operateur.dossiers.avis import avertir
from cepage.operateur.dossiers.enums import Etat
from cepage.operateur.dossiers.models import CourrielSortant, UniteOeuvre
from cepage.operateur.dossiers.services import contester_l_abandon
from cepage.operateur.dossiers.services.cloture import clore_automatiquement, clotures
from cepage.operateur.dossiers.services.suivi import consigner_interaction
from tests.operateur.dossiers.atelier import CONSEILLERE, a, engager, personne

pytestmark = pytest.mark.usefixtures("operateur_ab")
MARS, FIN, LENDEMAIN = date(2020, 3, 2), date(2020, 5, 2), date(2020, 5, 3)


def _nuit(le: date) -> list[str]:
    return [str(c.decision.etat) for c in clore_automatiquement(le, a=a(le, 1))]


def test_le_dernier_jour_n_est_pas_clos_le_lendemain_l_est_une_seule_fois() -> None:
    engager(personne(), "01", MARS)
    assert _nuit(FIN) == []
    assert [str(c.decision.etat) for c in clotures(LENDEMAIN)] == ["à clore"]
    assert UniteOeuvre.objects.get().etat == Etat.OUVERTE
    assert _nuit(LENDEMAIN) == ["à clore"]
    fiches = FicheSortante.objects.count()
    assert _nuit(LENDEMAIN) == []
    assert FicheSortante.objects.count() == fiches
    unite = UniteOeuvre.objects.get()
    assert (unite.etat, unite.date_cloture, unite.motif_cloture) == (Etat.ABANDONNEE, FIN, "ABANDON")


def test_une_sollicitation_recente_ou_une_contestation_laissent_au_conseiller() -> None:
    unite = engager(personne(), "01", MARS)
    avril = date(2020, 4, 28)
    consigner_interaction(unite, le=avril, mode_contact="COURRIEL", duree_minutes=None, par=CONSEILLERE, a=a(avril))
    assert _nuit(LENDEMAIN) == ["à examiner"]
    autre = engager(personne(nom_naissance="Autre"), "01", MARS)
    _nuit(LENDEMAIN)
    autre.refresh_from_db()
    contester_l_abandon(autre, raison="Elle a appelé.", par=CONSEILLERE, a=a(LENDEMAIN))
    assert _nuit(date(2020, 5, 4)) == ["à examiner", "à examiner"]


@pytest.mark.parametrize(
    ("le", "mails"),
    [("2020-04-01", 0), ("2020-04-02", 1), ("2020-04-16", 1), ("2020-04-17", 1), ("2020-04-27", 1), ("2020-05-03", 0)],
)
def test_les_avertissements_partent_30_15_et_5_jours_avant(le: str, mails: int) -> None:
    engager(personne(), "01", MARS)
    jour = date.fromisoformat(le)
    assert avertir(jour, a=a(jour)) == mails
    ecrits = CourrielSortant.objects.all()
    assert [e.destinataire for e in ecrits] == ["anne.legoff@example.com"] * mails
    assert all("samedi 2 mai 2020" in e.texte for e in ecrits)


def test_une_personne_n_est_avertie_qu_une_fois_a_chaque_distance() -> None:
    """Every night of the two months, the job runs twice: 30, 15 and 5 days before, three mails in all."""
    engager(personne(), "01", MARS)
    for rang in range((FIN - MARS).days + 1):
        nuit = MARS + timedelta(days=rang)
        for _ in range(2):
            avertir(nuit, a=a(nuit))
    envoyes = CourrielSortant.objects.values_list("cree_le__date", flat=True)
    assert list(envoyes) == [date(2020, 4, 2), date(2020, 4, 17), date(2020, 4, 27)]


def test_une_nuit_manquee_se_rattrape_avec_le_reste_exact() -> None:
    engager(personne(), "01", MARS)
    retard = date(2020, 4, 4)
    assert avertir(retard, a=a(retard)) == 1
    assert "dans 28 jours" in CourrielSortant.objects.get().texte


def test_la_base_refuse_le_meme_avertissement() -> None:
    engager(personne(), "01", MARS)
    jour = date(2020, 4, 2)
    avertir(jour, a=a(jour))
    ecrit = CourrielSortant.objects.get()
    ecrit.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        ecrit.save()
