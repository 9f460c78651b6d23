"""Keys: who enters with what, from where, until when; each act sealed; no secret kept."""

from datetime import timedelta

import pytest
from django.db import connection

from cepage.echanges.canaux.acces import cadence
from cepage.echanges.canaux.acces.authentification import (
    DUREE_JETON,
    Acces,
    AccesRefuse,
    Motif,
    authentifier,
    authentifier_secret,
    emettre_jeton,
)
from cepage.echanges.canaux.acces.models import Cle, Secret
from cepage.echanges.canaux.acces.services import CleRefusee, creer, renouveler, revoquer
from cepage.fondations.socle.journal import verifier
from cepage.fondations.socle.models import EntreeJournal
from cepage.fondations.socle.portee import portee_emetteurs, portee_totale
from tests.echanges.canaux.conftest import LE, Serrurier
from tests.personnes import operateur

ICI = "203.0.113.7"


def entrer(texte: str, *, adresse: str = ICI, apres: timedelta = timedelta()) -> Acces:
    return authentifier(texte, adresse=adresse, le=LE + apres)


def motif(texte: str, *, adresse: str = ICI, apres: timedelta = timedelta()) -> Motif:
    with pytest.raises(AccesRefuse) as refus:
        entrer(texte, adresse=adresse, apres=apres)
    assert refus.value.message
    assert refus.value.remede
    return refus.value.motif


def test_une_cle_ouvre_ce_qu_elle_porte(ouvrir: Serrurier) -> None:
    acces = entrer(ouvrir("envoi.deposer", "envoi.lire").texte)
    assert (acces.emetteur, acces.actions, acces.bac_a_sable) == ("AB", {"envoi.deposer", "envoi.lire"}, False)
    acces.exiger("envoi.lire")
    with pytest.raises(AccesRefuse, match="ne permet pas"):
        acces.exiger("registre.lire")


def test_rien_du_secret_n_est_garde(ouvrir: Serrurier) -> None:
    ouverte = ouvrir()
    with portee_totale(), connection.cursor() as curseur:
        for table in ("acces_cle", "acces_secret", "socle_entreejournal"):
            curseur.execute(f"SELECT count(*), count(*) FILTER (WHERE t::text LIKE %s) FROM {table} t", [
                f"%{ouverte.secret}%"
            ])  # fmt: skip
            lignes, fuites = curseur.fetchone()
            assert lignes >= 1
            assert fuites == 0


@pytest.mark.parametrize(
    "abimer",
    [
        lambda t: t[:-1],
        lambda t: t + "x",
        lambda t: t.replace("cepage_", "bac_", 1),
        lambda t: t.replace("cepage_", "", 1),
        lambda t: "",
        lambda t: "cepage_é_é",
        lambda t: "cepage_" + "0" * 12 + "_" + t.split("_", 2)[2],
        lambda t: "jeton_" + t,
        lambda t: "jeton_",
    ],
)
def test_une_cle_fausse_n_ouvre_rien(abimer: object, ouvrir: Serrurier) -> None:
    assert motif(abimer(ouvrir().texte)) is Motif.INCONNUE  # type: ignore[operator]


def test_l_expiration_tombe_a_l_instant_dit(ouvrir: Serrurier) -> None:
    texte = ouvrir(expire_le=LE + timedelta(days=1)).texte
    assert entrer(texte, apres=timedelta(days=1, microseconds=-1))
    assert motif(texte, apres=timedelta(days=1)) is Motif.EXPIREE


@pytest.mark.parametrize(
    ("adresse", "entre"),
    [
        ("203.0.113.7", True),
        ("203.0.113.8", False),
        ("198.51.100.200", True),
        ("::ffff:203.0.113.7", True),
        ("2001:db8::1", False),
        ("", False),
        ("inconnue", False),
    ],
)
def test_la_cle_ne_sert_que_depuis_ses_adresses(adresse: str, entre: bool, ouvrir: Serrurier) -> None:
    texte = ouvrir(adresses=["203.0.113.7", "198.51.100.0/24"]).texte
    if entre:
        assert entrer(texte, adresse=adresse)
    else:
        assert motif(texte, adresse=adresse) is Motif.ADRESSE


def test_un_renouvellement_laisse_deux_secrets_le_temps_du_recouvrement(ouvrir: Serrurier) -> None:
    premiere = ouvrir()
    deuxieme = renouveler(premiere.cle, le=LE, recouvrement=timedelta(days=7), par=None)
    assert entrer(premiere.texte)
    assert entrer(deuxieme.texte)
    assert motif(premiere.texte, apres=timedelta(days=7)) is Motif.EXPIREE
    troisieme = renouveler(premiere.cle, le=LE + timedelta(days=1), par=None)
    apres = timedelta(days=1)
    assert motif(premiere.texte, apres=apres) is Motif.EXPIREE
    assert entrer(deuxieme.texte, apres=apres)
    assert entrer(troisieme.texte, apres=apres)


def test_une_cle_revoquee_tombe_avec_ses_jetons(ouvrir: Serrurier) -> None:
    ouverte = ouvrir()
    jeton = emettre_jeton(entrer(ouverte.texte), le=LE)
    assert entrer(jeton).emetteur == "AB"
    revoquer(ouverte.cle, le=LE, par=None)
    revoquer(ouverte.cle, le=LE + timedelta(days=1), par=None)
    assert motif(ouverte.texte) is Motif.REVOQUEE
    assert motif(jeton) is Motif.REVOQUEE
    with pytest.raises(CleRefusee, match="révoquée"):
        renouveler(ouverte.cle, le=LE, par=None)


def test_un_jeton_dure_une_heure_et_ne_donne_jamais_plus_que_la_cle(ouvrir: Serrurier) -> None:
    acces = entrer(ouvrir("envoi.deposer", "envoi.lire").texte)
    jeton = emettre_jeton(acces, le=LE, actions=frozenset({"envoi.lire", "registre.lire_nomme"}))
    assert entrer(jeton).actions == {"envoi.lire"}
    assert entrer(jeton, apres=DUREE_JETON - timedelta(seconds=11))
    assert motif(jeton, apres=DUREE_JETON) is Motif.EXPIREE
    assert motif(jeton[:-2]) is Motif.INCONNUE


def test_chaque_acte_est_scelle(ouvrir: Serrurier) -> None:
    ouverte = ouvrir()
    renouveler(ouverte.cle, le=LE, par=None)
    revoquer(ouverte.cle, le=LE, par=None)
    revoquer(ouverte.cle, le=LE, par=None)
    with portee_totale():
        entrees = EntreeJournal.objects.filter(genre="cle_acces").order_by("numero")
        assert [e.contenu["acte"] for e in entrees] == ["création", "renouvellement", "révocation"]
        assert {(e.objet, e.emetteur) for e in entrees} == {(ouverte.cle.identifiant, "AB")}
        assert verifier().intacte


@pytest.mark.parametrize(
    ("change", "phrase"),
    [
        ({"emetteur": "ZZ"}, "ZZ"),
        ({"actions": ()}, "au moins une action"),
        ({"actions": ("comptes.administrer",)}, "comptes.administrer"),
        ({"expire_le": LE}, "un an"),
        ({"expire_le": LE + timedelta(days=400)}, "un an"),
        ({"adresses": ["203.0.113.300"]}, "203.0.113.300"),
    ],
)
def test_une_cle_mal_demandee_est_refusee(change: dict[str, object], phrase: str, ouvrir: Serrurier) -> None:
    with pytest.raises(CleRefusee, match=phrase):
        ouvrir(**({"actions": ("envoi.lire",)} | change))
    with portee_totale():
        assert not Cle.objects.exists()


def test_les_cles_sont_cloisonnees(ouvrir: Serrurier) -> None:
    ouvrir()
    operateur("CD", "02")
    creer(emetteur="CD", nom="Autre", actions=["envoi.lire"], expire_le=LE + timedelta(days=1), le=LE)
    with portee_emetteurs(["CD"]):
        assert [c.emetteur for c in Cle.objects.all()] == ["CD"]
        assert [s.emetteur for s in Secret.objects.all()] == ["CD"]


def test_l_usage_est_note_une_fois_par_minute(ouvrir: Serrurier) -> None:
    ouverte = ouvrir()
    for secondes in (0, 30, 59, 61):
        entrer(ouverte.texte, apres=timedelta(seconds=secondes))
    with portee_totale():
        assert Cle.objects.get().dernier_usage_le == LE + timedelta(seconds=61)


def test_le_secret_sert_de_mot_de_passe(ouvrir: Serrurier) -> None:
    ouverte = ouvrir()
    identifiant = ouverte.cle.identifiant
    assert authentifier_secret(identifiant, ouverte.secret, adresse=ICI, le=LE).emetteur == "AB"
    with pytest.raises(AccesRefuse):
        authentifier_secret(identifiant, "", adresse=ICI, le=LE)


@pytest.mark.django_db
def test_la_cadence_se_compte_par_sujet_et_par_minute() -> None:
    etats = [cadence.compter("cle:1", 2, le=LE) for _ in range(3)]
    assert [(e.reste, e.depassee) for e in etats] == [(1, False), (0, False), (-1, True)]
    assert etats[0].entetes() == {"RateLimit-Limit": "2", "RateLimit-Remaining": "1", "RateLimit-Reset": "50"}
    assert etats[2].entetes()["Retry-After"] == "50"
    assert not cadence.compter("cle:2", 2, le=LE).depassee
    assert cadence.consulter("cle:1", 2, le=LE).depassee
    assert not cadence.compter("cle:1", 2, le=LE + timedelta(seconds=50)).depassee
