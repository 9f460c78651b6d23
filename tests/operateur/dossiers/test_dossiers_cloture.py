"""The night: who is closed, who is left, who is warned; run twice, nothing more."""

from datetime import date

import pytest
from django.core import mail

from cepage.echanges.envoi.models import FicheSortante
from cepage.operateur.dossiers.avis import avertir
from cepage.operateur.dossiers.enums import Etat
from cepage.operateur.dossiers.models import UniteOeuvre
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


@pytest.mark.parametrize(("le", "mails"), [("2020-04-01", 0), ("2020-04-02", 1), ("2020-04-17", 1), ("2020-04-27", 1)])
def test_les_avertissements_partent_30_15_et_5_jours_avant(le: str, mails: int) -> None:
    engager(personne(), "01", MARS)
    assert avertir(date.fromisoformat(le)) == mails
    assert len(mail.outbox) == mails
    if mails:
        assert mail.outbox[0].to == ["anne.legoff@example.com"]
        assert "samedi 2 mai 2020" in mail.outbox[0].body
