"""The FTPS server in processes of its own, used by curl, lftp and Python's client."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cepage.echanges.conformite.ecriture import en_csv
from cepage.echanges.conformite.fiches import personne
from tests.echanges.canaux.instance_ftps import InstanceFtps, ouvrir_une_instance


@pytest.fixture(scope="module")
def instance() -> Iterator[InstanceFtps]:
    with ouvrir_une_instance() as reelle:
        yield reelle


def foule(prefixe: str, combien: int = 3) -> bytes:
    return en_csv("beneficiaire", [personne(identifiant_beneficiaire=f"{prefixe}{i}") for i in range(combien)])


def test_curl_depose_et_relit_son_accuse(instance: InstanceFtps, tmp_path: Path) -> None:
    (tmp_path / "beneficiaire.csv").write_bytes(foule("A"))
    dit = instance.curl("bac", "-T", str(tmp_path / "beneficiaire.csv"), instance.url("depot/08/"))
    assert "SSL re-using session ID" in dit
    assert "226 Fichier reçu entier. Son accusé viendra : /retours/08/beneficiaire.csv.json" in dit
    accuse = instance.accuse("08/beneficiaire.csv", bac=True)
    assert (accuse["statut"], accuse["emetteur"], accuse["lot"]) == ("accepte", "AB", "08")
    assert accuse["comptes"]["beneficiaire"] == {"acceptees": 3, "refusees": 0, "inchangees": 0}
    for fin, debut in (("json", '{\n "envoi"'), ("xml", "<?xml"), ("csv", "fichier;ligne;fiche")):
        assert debut in instance.curl("bac", instance.url(f"retours/08/beneficiaire.csv.{fin}"))
    # Nothing remains in depot/: what is there is still to be sent.
    assert "beneficiaire" not in instance.curl("bac", "--list-only", instance.url("depot/08/"))


@pytest.mark.parametrize("version", ["--tlsv1.2", "--tlsv1.3"])
def test_curl_parle_tls_1_2_et_1_3(instance: InstanceFtps, tmp_path: Path, version: str) -> None:
    (tmp_path / "f.csv").write_bytes(foule("B" + version[-1]))
    maximum = ["--tls-max", "1.2"] if version == "--tlsv1.2" else []
    lieu = instance.url(f"depot/08/essai/tls{version[-1]}.csv")
    dit = instance.curl("bac", version, *maximum, "-T", str(tmp_path / "f.csv"), lieu)
    assert f"SSL connection using TLSv1.{version[-1]}" in dit
    assert instance.accuse(f"08/essai/tls{version[-1]}.csv", bac=True)["mode"] == "essai"


def test_lftp_depose_sous_un_nom_provisoire_puis_renomme(instance: InstanceFtps, tmp_path: Path) -> None:
    (tmp_path / "local.csv").write_bytes(foule("L"))
    instance.lftp(
        "bac",
        f"put {tmp_path}/local.csv -o /depot/08/beneficiaire-lftp.csv.part",
        "mv /depot/08/beneficiaire-lftp.csv.part /depot/08/beneficiaire-lftp.csv",
    )
    assert instance.accuse("08/beneficiaire-lftp.csv", bac=True)["statut"] == "accepte"
    instance.lftp("bac", f"get /retours/08/beneficiaire-lftp.csv.json -o {tmp_path}/accuse.json")
    assert '"statut": "accepte"' in (tmp_path / "accuse.json").read_text()
    assert "beneficiaire-lftp.csv" in instance.lftp("bac", "find /archives")
