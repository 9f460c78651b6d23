"""A sous-traitant's people see its dossiers only, in the pages and in the database: own, shared, nothing."""

from datetime import date
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import DatabaseError, connection, transaction

from cepage.fondations.comptes.enums import Role
from cepage.fondations.comptes.models import Personne
from cepage.fondations.comptes.services import attribuer, ouvrir_compte
from cepage.fondations.socle import portee
from cepage.operateur.dossiers.models import Beneficiaire, UniteOeuvre
from cepage.operateur.equipe.models import Membre, Rattachement
from tests.operateur.dossiers.atelier import personne
from tests.operateur.reversibilite.activite import TABLES, faire_vivre
from tests.personnes import DEBUT, alice, charlie, diane, entrer, operateur

pytestmark = pytest.mark.usefixtures("operateur_ab")
TABLES_DES_DOSSIERS = [t for t in TABLES if t not in ("equipe_membre", "dossiers_compteur")]


def _membre(code: str, qualite: str) -> Membre:
    return Membre.objects.create(
        emetteur="AB", code=code, nom=f"Membre {code}", qualite=qualite, debut=date(2020, 1, 2)
    )


def _gens(prenom: str, membre: Membre, role: Role = Role.CONSEILLER) -> Personne:
    qui = ouvrir_compte(
        email=f"{prenom.lower()}@exemple.test", prenom=prenom, nom="Petit", organisation=operateur("AB", "08")
    )
    attribuer(qui, role, debut=DEBUT)
    TOTP.activate(qui, generate_totp_secret())
    Rattachement.objects.create(emetteur="AB", personne=qui, membre=membre)
    return qui


@pytest.fixture
def membres() -> tuple[Membre, Membre]:
    """A life of the operator in which half the people are a sous-traitant's, and one person is shared."""
    faire_vivre(12, diane())
    sien, autre = _membre("ST", "sous_traitant"), _membre("ST2", "sous_traitant")
    for rang, tenue in enumerate(Beneficiaire.objects.order_by("pk")):
        choisi = sien if rang % 2 else autre
        Beneficiaire.objects.filter(pk=tenue.pk).update(membre=choisi)
        UniteOeuvre.objects.filter(beneficiaire=tenue).update(membre=choisi)
    partagee = Beneficiaire.objects.filter(membre=autre).order_by("pk")[2]
    UniteOeuvre.objects.filter(pk=partagee.unites.order_by("pk")[1].pk).update(membre=sien)
    return sien, autre


def _compter(table: str) -> int:
    with connection.cursor() as curseur:
        curseur.execute(f"SELECT count(*) FROM {table}")
        return int(curseur.fetchone()[0])


def test_la_base_ne_montre_que_les_dossiers_du_membre(membres: tuple[Membre, Membre]) -> None:
    tout = {table: _compter(table) for table in TABLES_DES_DOSSIERS}
    assert all(tout.values()), tout
    vus = {}
    for membre in membres:
        portee.fixer_membre(membre.pk)
        vus[membre.code] = {table: _compter(table) for table in TABLES_DES_DOSSIERS}
        assert {u.membre_id for u in UniteOeuvre.objects.all()} == {membre.pk}
    for table in TABLES_DES_DOSSIERS:
        assert vus["ST"][table] < tout[table] or vus["ST2"][table] < tout[table], table
    # The shared person is seen by both, each with its own units.
    unites = "dossiers_uniteoeuvre"
    assert vus["ST"][unites] + vus["ST2"][unites] == tout[unites]
    assert vus["ST"]["dossiers_beneficiaire"] + vus["ST2"]["dossiers_beneficiaire"] == tout["dossiers_beneficiaire"] + 1
    portee.fixer_membre(999_999)
    assert {
        table: _compter(table) for table in TABLES_DES_DOSSIERS if table != "reclamations_reclamation"
    } == dict.fromkeys((t for t in TABLES_DES_DOSSIERS if t != "reclamations_reclamation"), 0)
    portee.fixer_emetteurs(["AB"])
    assert {table: _compter(table) for table in TABLES_DES_DOSSIERS} == tout


def test_la_base_refuse_d_ecrire_chez_un_autre(membres: tuple[Membre, Membre]) -> None:
    sien, autre = membres
    chez_l_autre = UniteOeuvre.objects.filter(membre=autre)[0]
    portee.fixer_membre(sien.pk)
    assert UniteOeuvre.objects.filter(pk=chez_l_autre.pk).update(version=99) == 0
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        UniteOeuvre.objects.filter(membre=sien).update(membre=autre)


def test_les_pages_suivent(membres: tuple[Membre, Membre]) -> None:
    sien, autre = membres
    a_soi = Beneficiaire.objects.filter(membre=sien).order_by("pk")[0]
    aux_autres = Beneficiaire.objects.filter(membre=autre).order_by("pk")[0]
    client = entrer(_gens("Sonia", sien))
    assert client.get(f"/dossiers/{a_soi.pk}/").status_code == 200
    assert client.get(f"/dossiers/{aux_autres.pk}/").status_code == 404
    assert entrer(alice()).get(f"/dossiers/{aux_autres.pk}/").status_code == 200
    assert entrer(charlie()).get(f"/dossiers/{a_soi.pk}/").status_code == 404


def test_sans_les_selecteurs_la_base_tient_encore(membres: tuple[Membre, Membre], monkeypatch: Any) -> None:
    """Negative control of the pages: the selectors forget the member, the database does not."""
    from cepage.operateur.dossiers.selectors.regard import Regard

    sien, autre = membres
    aux_autres = Beneficiaire.objects.filter(membre=autre).order_by("pk")[0]
    monkeypatch.setattr(Regard, "beneficiaires", lambda self: Beneficiaire.objects.all())
    client = entrer(_gens("Sonia", sien))
    assert client.get(f"/dossiers/{aux_autres.pk}/").status_code == 404
    monkeypatch.setattr(portee, "fixer_membre", lambda membre: None)
    assert client.get(f"/dossiers/{aux_autres.pk}/").status_code == 200


def test_ce_qui_montre_tout_l_operateur_est_au_titulaire(membres: tuple[Membre, Membre]) -> None:
    client = entrer(_gens("Sacha", membres[0], Role.DIRECTEUR_PROJET))
    for adresse in ("/registre/", "/envois/", "/indicateurs/", "/decomptes/", "/dossiers/ce-soir/", "/reversibilite/"):
        assert client.get(adresse).status_code == 403, adresse
    page = client.get("/equipe/")
    assert page.status_code == 200
    assert "/registre/" not in page.content.decode()
    cotraitant = _membre("CO", "cotraitant")
    assert entrer(_gens("Claire", cotraitant, Role.DIRECTEUR_PROJET)).get("/registre/").status_code == 200


def test_un_sous_traitant_engage_pour_lui_et_les_regles_voient_tout(membres: tuple[Membre, Membre]) -> None:
    sien, autre = membres
    seule = personne(nom_naissance="Partagée", prenom="Lou")
    Beneficiaire.objects.filter(pk=seule.pk).update(membre=sien)
    seule.refresh_from_db()
    from tests.operateur.dossiers.atelier import engager

    ouverte = engager(seule, "01", date(2021, 5, 3))
    UniteOeuvre.objects.filter(pk=ouverte.pk).update(membre=autre)
    client = entrer(_gens("Sonia", sien))
    demande = {
        "date_engagement": "2021-06-01",
        "origine_demarche": "INDIVIDUELLE",
        "motif_sollicitation": "PROJET",
        "motif_sollicitation_detaille": "CHANGER_METIER",
    }
    # An UO1 is open with another member: the rules know it, the page tells it, nothing fails.
    refuse = client.post(f"/dossiers/{seule.pk}/engager/01/", demande)
    assert refuse.status_code == 200
    assert "déjà" in refuse.content.decode()
    assert client.post(f"/dossiers/{seule.pk}/engager/21/", demande).status_code == 302
    portee.fixer_emetteurs(["AB"])
    assert UniteOeuvre.objects.get(beneficiaire=seule, uo="21").membre_id == sien.pk
