"""Closed UO1 of lot 08, one person each, with their interaction and their livrable."""

from collections.abc import Mapping

from tests.echanges.reception.fabrique import UO1, Envoi, Fiche, implantation, interaction, livrable, personne, unite

TRIMESTRE = "2020-T2"


def numero(rang: int) -> str:
    """The number of the `rang`-th file."""
    return f"AB200301{rang:06d}"


def unite_close(rang: int, structure: str, *, premiere: int = 100) -> dict[str, Fiche]:
    """A person of `structure`, its UO1 closed on 14 April 2020, and what belongs to it."""
    code = f"{premiere + rang}"
    dossier = numero(premiere + rang)
    naissance = f"19{60 + rang % 40:02d}-{1 + rang % 12:02d}-{1 + rang % 28:02d}"
    return {
        "beneficiaire": personne(
            identifiant_beneficiaire=code,
            nom_naissance=f"Nom{'abcdefghij'[rang % 10]}{'klmnopqrst'[rang // 10 % 10]}".replace("Nom", "Nom "),
            date_naissance=naissance,
            structure=structure,
        ),
        "unite_oeuvre": unite(
            UO1,
            numero_dossier=dossier,
            identifiant_beneficiaire=code,
            reference_bon_commande=f"2020-Lot08-UO01-01-{1 + rang:05d}",
        ),
        "interaction": interaction(UO1, "2020-03-09", "PRESENTIEL", numero_dossier=dossier),
        "livrable": livrable(UO1, "ELP", "elp.pdf", "2020-04-14", numero_dossier=dossier),
    }


def unites_closes(structures: Mapping[str, int]) -> Envoi:
    """An envoi of so many closed units by structure, the structures declared with it."""
    envoi: Envoi = {
        "implantation": [implantation(code_implantation=s) for s in structures],
        **{nom: [] for nom in ("beneficiaire", "unite_oeuvre", "interaction", "livrable")},
    }
    rang = 0
    for structure, nombre in structures.items():
        for _ in range(nombre):
            for nom, fiche in unite_close(rang, structure).items():
                envoi[nom].append(fiche)
            rang += 1
    return envoi
