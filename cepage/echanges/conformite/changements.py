"""What spoils a valid envoi: each change makes one fault, or sets the scene for one."""

from __future__ import annotations

from collections.abc import Callable

from cepage.echanges.conformite.fiches import (
    NUMEROS,
    UO0,
    UO1,
    UO21,
    UO22,
    Envoi,
    parcours,
    personne,
    rouvrir,
    unite,
)
from cepage.echanges.reception.controles.beneficiaires import DUS_DES_UO1

Changement = Callable[[Envoi], None]
TARD, TOT = "2022-06-01T11:00:00+02:00", "2022-06-01T09:00:00+02:00"


def mettre(fiche: str, rang: int = 0, /, **valeurs: str | None) -> Changement:
    """Change fields of one fiche; None removes the value."""

    def changer(envoi: Envoi) -> None:
        for nom, valeur in valeurs.items():
            if valeur is None:
                envoi[fiche][rang].pop(nom, None)
            else:
                envoi[fiche][rang][nom] = valeur

    return changer


def puis(*changements: Changement) -> Changement:
    """Several changes in turn."""

    def changer(envoi: Envoi) -> None:
        for changement in changements:
            changement(envoi)

    return changer


def ben(**valeurs: str | None) -> Changement:
    """Change the beneficiary."""
    return mettre("beneficiaire", 0, **valeurs)


def uo(rang: int, **valeurs: str | None) -> Changement:
    """Change one unit."""
    return mettre("unite_oeuvre", rang, **valeurs)


def doubler(fiche: str, **valeurs: str) -> Changement:
    """Add a second fiche, the first one with other values."""
    return lambda envoi: envoi[fiche].append(envoi[fiche][0] | valeurs)


def seulement(fiche: str, **valeurs: str) -> Changement:
    """Send only the first fiche of that kind, with other values."""

    def changer(envoi: Envoi) -> None:
        gardee = envoi[fiche][0] | valeurs
        envoi.clear()
        envoi[fiche] = [gardee]

    return changer


def sans_rattaches(rang: int) -> Changement:
    """Remove what belongs to a unit."""

    def changer(envoi: Envoi) -> None:
        for fiche in ("interaction", "livrable", "reclamation"):
            envoi[fiche] = [f for f in envoi[fiche] if f["numero_dossier"] != NUMEROS[rang]]

    return changer


def unites(*rangs: int) -> Changement:
    """Keep only these units, and what belongs to them."""

    def changer(envoi: Envoi) -> None:
        for rang in (UO0, UO1, UO21, UO22):
            if rang not in rangs:
                sans_rattaches(rang)(envoi)
        envoi["unite_oeuvre"] = [envoi["unite_oeuvre"][rang] for rang in rangs]

    return changer


def ouverte(rang: int) -> Changement:
    """Reopen a unit and remove what belongs to it."""
    return puis(lambda envoi: rouvrir(envoi["unite_oeuvre"][rang]), sans_rattaches(rang))


def close_le(jour: str, decompte: str) -> Changement:
    """Close the UO1 by signature on that day."""
    return puis(
        uo(UO1, date_cloture=jour, numero_decompte=decompte),
        mettre("livrable", 0, date_signature_beneficiaire=jour),
    )


def abandon(rang: int, jour: str, decompte: str) -> Changement:
    """Close a unit by abandon on that day."""
    return puis(sans_rattaches(rang), uo(rang, date_cloture=jour, numero_decompte=decompte, motif_cloture="ABANDON"))


def engager(rang: int, jour: str, numero: str, reference: str) -> Changement:
    """An open unit engaged on that day."""
    return puis(ouverte(rang), uo(rang, date_engagement=jour, numero_dossier=numero, reference_bon_commande=reference))


def engager_uo0(jour: str, numero: str, reference: str, decompte: str) -> Changement:
    """The UO0 alone, on that day."""
    return puis(
        unites(UO0),
        sans_rattaches(UO0),
        uo(
            UO0,
            date_engagement=jour,
            date_cloture=jour,
            numero_dossier=numero,
            reference_bon_commande=reference,
            numero_decompte=decompte,
        ),
    )


def connue(**valeurs: str) -> Callable[[], Envoi]:
    """An envoi received before: the beneficiary, with other values, and the UO0."""
    return lambda: {"beneficiaire": [personne(**valeurs)], "unite_oeuvre": [unite(UO0)]}


def peu_connue() -> Envoi:
    """A beneficiary known by what the UO0 asks only."""
    beneficiaire = {nom: v for nom, v in personne().items() if nom not in DUS_DES_UO1}
    return {"beneficiaire": [beneficiaire], "unite_oeuvre": [unite(UO0)]}


def sans_personne(*rangs: int) -> Changement:
    """Send units without their beneficiary."""

    def changer(envoi: Envoi) -> None:
        unites(*rangs)(envoi)
        envoi.pop("beneficiaire")

    return changer


def ailleurs() -> Envoi:
    """The same person followed in lot 02 by CD, from April 2020 on."""
    personne_du_02 = personne(identifiant_beneficiaire="Q1", adresse_code_postal="69001", nom_naissance="LE GOFF")
    suivi = unite(
        UO1,
        numero_dossier="CD200401000001",
        lot="02",
        identifiant_beneficiaire="Q1",
        date_engagement="2020-04-01",
        reference_bon_commande="2020-Lot02-UO01-01-00001",
    )
    rouvrir(suivi)
    return {"beneficiaire": [personne_du_02], "unite_oeuvre": [suivi]}


def second_beneficiaire(envoi: Envoi) -> None:
    """Another person takes the number of the UO0, later."""
    envoi["beneficiaire"].append(personne(identifiant_beneficiaire="P2", nom_naissance="Marty"))
    envoi["unite_oeuvre"].append(unite(UO0, identifiant_beneficiaire="P2", horodatage=TARD))


def reference_doublee(envoi: Envoi) -> None:
    """Another unit takes the consumption reference of the UO0."""
    envoi["unite_oeuvre"].append(unite(UO0, numero_dossier="AB200300000002"))


def nir(cle_juste: bool) -> str:
    """A Corsican NIR, with or without its right key."""
    corps = "285052A109123"
    cle = 97 - int(corps.replace("2A", "19")) % 97
    return f"{corps}{cle if cle_juste else cle % 97 + 1:02}"


def seules_interactions(*fiches: dict[str, str]) -> Changement:
    """Send only these interactions."""

    def changer(envoi: Envoi) -> None:
        envoi.clear()
        envoi["interaction"] = [dict(f) for f in fiches]

    return changer


def sans_livrable_de_l_uo1() -> Envoi:
    """The valid envoi, the livrable of the UO1 left for later."""
    envoi = parcours()
    envoi["livrable"].pop(0)
    return envoi


def recloture(jour: str) -> Changement:
    """Send only the UO1, closed on another day of the same quarter."""

    def changer(envoi: Envoi) -> None:
        envoi.clear()
        envoi["unite_oeuvre"] = [unite(UO1, nature="M", horodatage=TARD, date_cloture=jour)]

    return changer
