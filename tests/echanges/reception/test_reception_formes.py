"""Every field of the contract, one line per fault: the right code on the right line, all in one envoi."""

from collections.abc import Iterator

import pytest

from cepage.echanges.contrat.fiches import FICHES
from cepage.echanges.contrat.formats import regles_de_forme
from cepage.echanges.contrat.modele import Champ, TypeChamp
from cepage.echanges.reception.validation import codes_de_liste
from tests.echanges.reception import fabrique
from tests.echanges.reception.fabrique import UO22, Envoi, Facteur, Fiche

MODELES = {
    "beneficiaire": fabrique.personne(),
    "unite_oeuvre": fabrique.unite(UO22),
    "interaction": fabrique.interaction(UO22, "2020-10-02", "VISIO"),
    "livrable": fabrique.livrable(1, "ELP", "elp.pdf", "2020-04-14"),
    "reclamation": fabrique.reclamation(),
    "implantation": fabrique.implantation(),
    "moyens_couts": fabrique.moyens(),
    "indicateur": fabrique.indicateur(),
}
FAUSSES = {
    TypeChamp.DATE: ["2020-02-30", "20200229", "2020-2-9", "hier"],
    TypeChamp.HORODATAGE: ["2020-03-01T18:05:00", "2020-03-01", "2020-03-01T25:00:00Z"],
    TypeChamp.MOIS: ["2020-13", "2020", "2020-1"],
    TypeChamp.ENTIER: ["1.5", "douze", "-1", "601"],
    TypeChamp.DECIMAL: ["1,5", "abc", "-1"],
    TypeChamp.MONTANT: ["1,50", "1.505", "-1"],
    TypeChamp.BOOLEEN: ["oui", "1"],
}


def fautes(nom: str) -> Iterator[tuple[Fiche, str, str]]:
    """Faulty fiches of that kind, with the expected code and field."""
    fiche = FICHES[nom]
    for champ in fiche.champs:
        if champ.toujours_obligatoire:
            yield {k: v for k, v in MODELES[nom].items() if k != champ.nom}, "001", champ.nom
        for valeur in _fausses(champ):
            yield MODELES[nom] | {champ.nom: valeur}, "002", champ.nom
        if champ.valeurs or (champ.nomenclature and codes_de_liste(champ.nomenclature)):
            numero = "007" if champ.type is TypeChamp.TEXTE else "003"
            yield MODELES[nom] | {champ.nom: "CODE_INCONNU"}, numero, champ.nom


def _fausses(champ: Champ) -> list[str]:
    if champ.multiple:
        return [] if champ.type is TypeChamp.BOOLEEN else ["|", "A|"]
    if champ.type is TypeChamp.DECIMAL and champ.minimum is None:
        return ["1,5", "abc"]
    if champ.type is TypeChamp.TEXTE and champ.longueur_max and champ.nom != "nir":
        return ["x" * (champ.longueur_max + 1)]
    if champ.type is TypeChamp.TEXTE and champ.motif:
        return ["???"]
    return FAUSSES.get(champ.type, [])


@pytest.mark.parametrize("nom", list(FICHES))
def test_chaque_champ_a_ses_anomalies_de_forme(nom: str, facteur: Facteur) -> None:
    attendues = list(fautes(nom))
    envoi: Envoi = {nom: [faussee for faussee, _, _ in attendues]}
    accuse = facteur.envoyer(envoi)
    prefixe = FICHES[nom].prefixe_code
    recues = {(a["ligne"], a["code"], a["champ"]) for a in accuse.anomalies}
    for ligne, (_, numero, champ) in enumerate(attendues, start=2):
        assert (ligne, f"E-{prefixe}-{numero}", champ) in recues, (ligne, numero, champ)
    assert len(attendues) >= len(FICHES[nom].champs)


@pytest.mark.parametrize("nom", list(FICHES))
def test_la_valeur_d_une_personne_ne_revient_pas_dans_l_accuse(nom: str, facteur: Facteur) -> None:
    temoin = "SECRET42"
    masques = [c for c in FICHES[nom].champs if c.sensibilite.masquee]
    for champ in masques:
        accuse = facteur.envoyer({nom: [MODELES[nom] | {champ.nom: temoin * 600}]})
        assert accuse.anomalies or champ.nom == "nir"
        for texte in (
            str(accuse.en_dict()),
            accuse.en_xml().decode(),
            accuse.en_csv(),
            accuse.en_phrases(1000),
        ):
            assert temoin not in texte


def test_un_modele_juste_n_a_pas_d_anomalie_de_forme() -> None:
    import polars as pl

    for nom, modele in MODELES.items():
        lignes = pl.DataFrame(
            {c: [modele.get(c)] for c in FICHES[nom].noms}, schema=dict.fromkeys(FICHES[nom].noms, pl.String)
        )
        for regle in regles_de_forme(nom, codes_de_liste):
            assert not lignes.select(regle.fautif.fill_null(False)).item(), (nom, regle.code, regle.champ)
