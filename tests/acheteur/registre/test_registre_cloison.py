"""The register only grows and each operator sees its rows alone: checked at SQL level, under both roles."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.conf import settings
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.backends.utils import CursorWrapper

from cepage.acheteur.registre.models import META, TABLES
from cepage.fondations.socle.portee import portee_emetteurs, portee_totale
from tests.echanges.reception.fabrique import Facteur, parcours, personne, unite

DU_REGISTRE = [f"registre_{nom}" for nom in TABLES]
AJOUT_SEUL = [*DU_REGISTRE, "reception_envoi", "reception_anomalie", "socle_entreejournal"]
CLOISONNEES = [*AJOUT_SEUL, "reception_progression", "socle_transitionjournal"]


def compter(table: str, condition: str = "true") -> int:
    """Rows of the table that the current scope sees."""
    with connection.cursor() as curseur:
        curseur.execute(f"SELECT count(*) FROM {table} WHERE {condition}")
        return int(curseur.fetchone()[0])


def fixer(valeur: str) -> None:
    """Set the scope by hand, as the middleware would."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT set_config('cepage.emetteurs', %s, true)", [valeur])


@contextmanager
def refuse(erreur: type[Exception], motif: str) -> Iterator[CursorWrapper]:
    """A cursor on which the database must raise this error."""
    with pytest.raises(erreur, match=motif), transaction.atomic(), connection.cursor() as curseur:
        yield curseur


@pytest.fixture
def deux_operateurs(facteur: Facteur) -> None:
    """AB and CD have sent one fiche of each kind, and each a refused one."""
    envoi = parcours()
    envoi["reclamation"].append({"nature": "C"})
    facteur.envoyer(envoi)
    voisin = {
        "beneficiaire": [personne(identifiant_beneficiaire="Q1", adresse_code_postal="69001", prenom="Inès")],
        "unite_oeuvre": [
            unite(
                0,
                lot="02",
                numero_dossier="CD200300000001",
                identifiant_beneficiaire="Q1",
                reference_bon_commande="2020-Lot02-UO00-01-00001",
                numero_decompte="2020-Lot02-T1-UO00",
            )
        ],
        "reclamation": [{"nature": "C"}],
    }
    facteur.envoyer(voisin, lot="02", emetteur="CD")


@pytest.fixture
def proprietaire(db: None) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A connection of the owner's role, rolled back."""
    base = settings.DATABASES["proprietaire"]
    with psycopg.connect(host=base["HOST"], dbname=base["NAME"], user=base["USER"]) as connexion:
        connexion.execute("SELECT set_config('cepage.emetteurs', '*', true)")
        yield connexion
        connexion.rollback()


def _inserer(nom: str, emetteur: str = "AB") -> str:
    valeurs = f"'k', '08', '{emetteur}', 'C', now(), now(), 'e', 'f', 2, repeat('0', 64)"
    return f"INSERT INTO registre_{nom} ({', '.join(META)}, connu_de) VALUES ({valeurs}, now())"


# --- append only ---


@pytest.mark.parametrize("table", AJOUT_SEUL)
@pytest.mark.parametrize("ordre", ["UPDATE {t} SET emetteur = 'ZZ'", "DELETE FROM {t}"])
def test_l_application_ne_peut_ni_effacer_ni_reecrire(deux_operateurs: None, table: str, ordre: str) -> None:
    with portee_totale():
        assert compter(table) > 0
        with refuse(IntegrityError, "ne s'efface ni ne se réécrit") as curseur:
            curseur.execute(ordre.format(t=table))


@pytest.mark.parametrize("table", AJOUT_SEUL)
def test_l_application_ne_peut_pas_vider(deux_operateurs: None, table: str) -> None:
    with portee_totale(), refuse(ProgrammingError, "permission denied|must be owner") as curseur:
        curseur.execute(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("nom", list(TABLES))
@pytest.mark.parametrize(
    "ordre",
    [
        "UPDATE {t} SET empreinte = repeat('1', 64)",
        "UPDATE {t} SET connu_de = NULL",
        "DELETE FROM {t}",
        "TRUNCATE {t}",
    ],
)
def test_le_proprietaire_non_plus(proprietaire: "psycopg.Connection[tuple[object, ...]]", nom: str, ordre: str) -> None:
    proprietaire.execute(_inserer(nom))
    with pytest.raises(psycopg.errors.IntegrityError, match="ne s'efface ni ne se réécrit"):
        proprietaire.execute(ordre.format(t=f"registre_{nom}"))


@pytest.mark.parametrize("nom", list(TABLES))
def test_un_etat_ne_se_ferme_qu_une_fois(deux_operateurs: None, nom: str) -> None:
    ouverte, fermer = (
        "connu_de IS NOT NULL AND connu_jusqu_a IS NULL",
        "UPDATE registre_{} SET connu_jusqu_a = {}",
    )
    with portee_totale(), connection.cursor() as curseur:
        curseur.execute(fermer.format(nom, "now()") + f" WHERE {ouverte}")
        assert curseur.rowcount > 0
        for valeur in ("NULL", "now() + interval '1 day'"):
            with pytest.raises(IntegrityError), transaction.atomic():
                curseur.execute(fermer.format(nom, valeur))


# --- one operator at a time ---


@pytest.mark.parametrize("table", CLOISONNEES)
def test_la_cloison_est_imposee_meme_au_proprietaire(db: None, table: str) -> None:
    with connection.cursor() as curseur:
        curseur.execute("SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = %s", [table])
        assert curseur.fetchone() == (True, True)


def test_toute_table_qui_porte_un_emetteur_est_cloisonnee(db: None) -> None:
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
            "WHERE a.attname = 'emetteur' AND NOT a.attisdropped AND c.relkind IN ('r', 'p') "
            "AND c.relnamespace = 'public'::regnamespace AND NOT (c.relrowsecurity AND c.relforcerowsecurity)"
        )
        assert curseur.fetchall() == []


@pytest.mark.parametrize("table", AJOUT_SEUL)
def test_un_operateur_ne_voit_que_ses_lignes(deux_operateurs: None, table: str) -> None:
    with portee_totale():
        total = compter(table)
        de_ab = compter(table, "emetteur = 'AB'")
    assert de_ab > 0
    with portee_emetteurs(["AB"]):
        assert compter(table) == de_ab
        assert compter(table, "emetteur <> 'AB'") == 0
    with portee_emetteurs(["CD"]):
        assert compter(table) == total - de_ab
    with portee_emetteurs(["AB", "CD"]):
        assert compter(table) == total
    for etranger in ("EF", "A", "ab", "%", "A%"):
        fixer(etranger)
        assert compter(table) == 0


@pytest.mark.parametrize("table", AJOUT_SEUL)
def test_sans_portee_on_ne_voit_rien(deux_operateurs: None, table: str) -> None:
    fixer("")
    assert compter(table) == 0


@pytest.mark.parametrize("nom", list(TABLES))
def test_on_n_ecrit_pas_pour_un_autre(deux_operateurs: None, nom: str) -> None:
    with portee_emetteurs(["CD"]):
        for emetteur in ("AB", "EF"):
            with refuse(ProgrammingError, "row-level security") as curseur:
                curseur.execute(_inserer(nom, emetteur))
        with connection.cursor() as curseur:
            curseur.execute(_inserer(nom, "CD"))
    fixer("")
    with refuse(ProgrammingError, "row-level security") as curseur:
        curseur.execute(_inserer(nom, "CD"))


@pytest.mark.parametrize("nom", list(TABLES))
def test_on_ne_ferme_pas_l_etat_d_un_autre(deux_operateurs: None, nom: str) -> None:
    with portee_emetteurs(["EF"]), connection.cursor() as curseur:
        curseur.execute(f"UPDATE registre_{nom} SET connu_jusqu_a = now()")
        assert curseur.rowcount == 0


def test_la_portee_rend_celle_d_avant(deux_operateurs: None) -> None:
    with portee_emetteurs(["CD"]):
        vues = compter("registre_beneficiaire")
        with portee_totale():
            assert compter("registre_beneficiaire") > vues
        assert compter("registre_beneficiaire") == vues


def test_la_portee_rend_celle_d_avant_apres_une_erreur(deux_operateurs: None) -> None:
    with portee_emetteurs(["CD"]):
        vues = compter("registre_beneficiaire")
        with pytest.raises(ZeroDivisionError), portee_totale():
            raise ZeroDivisionError
        assert compter("registre_beneficiaire") == vues


def test_le_role_de_l_application_ne_possede_rien(db: None) -> None:
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        )
        assert curseur.fetchone() == (False, False, False, False)
        curseur.execute(
            "SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner "
            "WHERE r.rolname = current_user AND c.relnamespace = 'public'::regnamespace"
        )
        assert curseur.fetchone() == (0,)
        curseur.execute("SELECT pg_has_role(current_user, %s, 'member')", [settings.DATABASES["proprietaire"]["USER"]])
        assert curseur.fetchone() == (False,)


@pytest.mark.parametrize(
    "ordre",
    [
        "ALTER TABLE registre_unite_oeuvre DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE registre_unite_oeuvre DISABLE TRIGGER ajout_seul",
        "DROP POLICY cloison ON registre_unite_oeuvre",
        "DROP TABLE registre_unite_oeuvre",
        "SET ROLE cepage_proprietaire",
        "SET session_replication_role = replica",
    ],
)
def test_l_application_ne_peut_lever_aucune_garde(db: None, ordre: str) -> None:
    with refuse(ProgrammingError, "must be owner|permission denied") as curseur:
        curseur.execute(ordre)
