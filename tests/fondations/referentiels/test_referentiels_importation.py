import re
from datetime import date

import pytest

from cepage.fondations.referentiels import importation, nomenclatures, territoires
from cepage.fondations.referentiels.importation import ImportRefuse, preparer

DEBUT = date(2027, 1, 1)
NAF = b"code,libelle\n" + "".join(f'{c.code},"{c.libelle}"\n' for c in nomenclatures.livree("section_naf")).encode()
COMMUNES = "code,nom,departement,region,epci,population,codes_postaux,latitude,longitude\n"


def _refus(liste: str, contenu: bytes, **options: object) -> ImportRefuse:
    with pytest.raises(ImportRefuse) as refus:
        preparer(liste, contenu, options.pop("debut", DEBUT), options.pop("source", "essai"))  # type: ignore[arg-type]
    assert refus.value.remede
    return refus.value


def test_un_fichier_identique_ne_change_rien() -> None:
    prepare = preparer("section_naf", NAF, DEBUT, "INSEE")
    assert (prepare.ajoutes, prepare.retires, prepare.modifies) == ((), (), ())
    assert prepare.lignes == 21
    assert len(prepare.empreinte) == 64


def test_ajouts_retraits_changements_sont_montres() -> None:
    contenu = NAF.replace(b'"Construction"', b'"Travaux"').replace(b"\nU,", b"\nV,")
    prepare = preparer("section_naf", contenu, DEBUT, "INSEE")
    assert prepare.modifies == ("F : Construction → Travaux",)
    assert [a[0] for a in prepare.ajoutes] == ["V"]
    assert [r[0] for r in prepare.retires] == ["U"]
    assert not prepare.retraits_suspects


def test_point_virgule_marque_d_ordre_et_correspondance_de_colonnes() -> None:
    contenu = "\ufeffCode NAF;Intitulé;Autre\nA;Agriculture;x\n".encode()
    prepare = preparer("section_naf", contenu, DEBUT, "INSEE", {"code": "Code NAF", "libelle": "Intitulé"})
    assert prepare.contenu == b"code,libelle,groupe\nA,Agriculture,\n"
    assert prepare.retraits_suspects


def test_l_ordre_des_lignes_ne_change_pas_l_empreinte() -> None:
    une = preparer("sexe", b"code,libelle\nF,Femme\nM,Homme\n", DEBUT, "essai")
    autre = preparer("sexe", b"code;libelle\r\nM;Homme\r\nF;Femme\r\n", DEBUT, "essai")
    assert une.empreinte == autre.empreinte


@pytest.mark.parametrize(
    ("contenu", "message"),
    [
        (b"", "Le fichier est vide"),
        (b"code,libelle\n", "n'a que son en-tête"),
        (b"code,nom\nA,b\n", r"Colonne manquante : libelle\. Colonnes du fichier : code, nom"),
        (b"code,code,libelle\nA,B,c\n", "Colonne en double : code"),
        (b"code,libelle\n,Agriculture\n", "ligne 2 : code vide"),
        (b"code,libelle\nA, \n", "ligne 2 : libelle vide"),
        (b"code,libelle\nA,x\nB,y\nA,z\n", "ligne 4 : « A » est déjà à la ligne 2"),
        (b"code,libelle\nA,x,y\n", "ligne 2 : 3 colonnes au lieu de 2"),
        ("code,libelle\nA,Pêche\n".encode("cp1252"), r"n'est pas en UTF-8 \(octet 0xEA à la ligne 2\)"),
    ],
)
def test_un_fichier_casse_est_refuse_avec_sa_raison(contenu: bytes, message: str) -> None:
    refus = _refus("section_naf", contenu)
    assert re.search(message, refus.message)


def test_tous_les_defauts_sont_dits_d_un_coup() -> None:
    refus = _refus("sexe", b"code,libelle\n" + b",x\n" * 14)
    assert refus.message.startswith("14 défaut(s)")
    assert "… et 4 autres." in refus.message


@pytest.mark.parametrize(
    ("ligne", "message"),
    [
        ("1001,X,01,84,,10,01400,,", "n'a pas cinq caractères ; le fichier a-t-il perdu ses zéros"),
        ("01001,X,01,84,,10,1400,,", "n'a pas cinq chiffres"),
        ("01001,X,20,94,,10,20000,,", "le département « 20 » n'existe pas"),
        ("01001,X,01,11,,10,01400,,", "est dans la région 84, pas « 11 »"),
        ("01001,X,01,84,,dix,01400,,", "n'est pas un nombre entier"),
        ('01001,X,01,84,,10,01400,"46,1",5.2', "n'est pas un nombre de degrés"),
        ("01001,X,01,84,,10,01400,46.1,", "latitude et longitude vont ensemble"),
    ],
)
def test_communes_cassees(ligne: str, message: str) -> None:
    assert message in _refus("communes", (COMMUNES + ligne + "\n").encode()).message


@pytest.mark.parametrize(
    ("ligne", "message"),
    [
        ("19,actifs,2022,10,c,s", "n'est pas un lot régional"),
        ("08,inconnue,2022,10,c,s", "la mesure « inconnue » n'existe pas ; mesures connues : actifs"),
        ("08,actifs,22,10,c,s", "quatre chiffres"),
        ("08,actifs,2022,1.5,c,s", "n'est pas un nombre entier"),
    ],
)
def test_populations_cassees(ligne: str, message: str) -> None:
    contenu = f"lot,mesure,annee,effectif,champ,source\n{ligne}\n".encode()
    assert message in _refus("populations", contenu).message


def test_les_communes_livrees_se_relisent_par_l_import() -> None:
    from cepage.fondations.referentiels.source import octets_livres

    prepare = preparer("communes", octets_livres("communes.csv.gz"), DEBUT, "essai")
    assert prepare.lignes == len(territoires.communes())
    assert (prepare.ajoutes, prepare.retires, prepare.modifies) == ((), (), ())


def test_listes_et_dates_refusees() -> None:
    assert "liée aux lots" in _refus("lot", NAF).message
    assert "n'existe pas" in _refus("inconnue", NAF).message
    assert "précède le premier marché" in _refus("section_naf", NAF, debut=date(2019, 12, 31)).message
    assert "source" in _refus("section_naf", NAF, source=" ").message
    assert "communes" in importation.listes_importables()
