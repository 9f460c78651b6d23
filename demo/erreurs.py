"""The seeded errors of the units."""

from datetime import date, timedelta
from random import Random

from demo.calendrier import UN_JOUR
from demo.marche import Carnet
from demo.parcours import Etape

_PREFIXES = {"beneficiaire": "BEN", "unite_oeuvre": "UO", "interaction": "INT", "livrable": "LIV"}
_COMMUNES = {"champ_obligatoire_absent": "001", "date_invalide": "002", "code_inconnu": "003"}
_CODES = {
    ("beneficiaire", "age_invraisemblable"): "E-BEN-010",
    ("unite_oeuvre", "reference_mal_formee"): "E-UO-002",
    ("unite_oeuvre", "cloture_avant_engagement"): "E-UO-010",
    ("unite_oeuvre", "uo0_pas_le_meme_jour"): "E-UO-011",
    ("unite_oeuvre", "abandon_avant_echeance"): "E-UO-013",
    ("unite_oeuvre", "uo22_sans_uo21"): "E-UO-015",
    ("unite_oeuvre", "reference_inconnue"): "E-UO-018",
    ("unite_oeuvre", "decompte_mauvais_trimestre"): "E-UO-022",
    ("unite_oeuvre", "numero_dossier_incoherent"): "E-UO-023",
    ("unite_oeuvre", "agent_public_uo1"): "E-UO-025",
    ("unite_oeuvre", "hors_territoire"): "E-UO-027",
    ("unite_oeuvre", "aucune_avec_autre"): "E-UO-030",
    ("unite_oeuvre", "autoprescription_nombre"): "E-UO-031",
    ("unite_oeuvre", "beneficiaire_inconnu"): "E-UO-036",
    ("unite_oeuvre", "parent_refuse"): "E-UO-037",
    ("interaction", "parent_refuse"): "E-INT-011",
    ("interaction", "interaction_hors_unite"): "E-INT-012",
    ("livrable", "signature_differente_cloture"): "E-LIV-013",
    ("livrable", "empreinte_fausse"): "E-LIV-016",
}


def code_attendu(fiche: str, nature: str) -> str:
    """Code of the anomaly that an error `nature` brings out on a fiche; KeyError when there is none."""
    if nature in _COMMUNES:
        return f"E-{_PREFIXES[fiche]}-{_COMMUNES[nature]}"
    return _CODES[fiche, nature]


def fausser_aiguillage(rng: Random, carnet: Carnet, valeurs: dict[str, str], nature: str, jour: date) -> str:
    """Put the error `nature` in a UO0; returns the name of the field made wrong."""
    trimestre = f"-T{(jour.month + 2) // 3}-"
    autre = f"-T{(jour.month + 2) // 3 % 4 + 1}-"
    lendemain = jour + UN_JOUR
    numero = valeurs["numero_dossier"]
    if nature == "uo0_pas_le_meme_jour":
        valeurs["numero_decompte"] = carnet.decompte("00", lendemain)
    changements = {
        "champ_obligatoire_absent": (rng.choice(("origine_demarche", "motif_sollicitation")), ""),
        "code_inconnu": ("origine_demarche", "RESEAU_SOCIAL"),
        "date_invalide": ("date_engagement", f"{jour.year}-02-30"),
        "decompte_mauvais_trimestre": (
            "numero_decompte",
            valeurs["numero_decompte"].replace(trimestre, autre),
        ),
        "reference_mal_formee": (
            "reference_bon_commande",
            valeurs["reference_bon_commande"].replace("Lot", "lot "),
        ),
        "reference_inconnue": (
            "reference_bon_commande",
            f"{jour.year}-Lot{carnet.lot}-UO00-97-00001",
        ),
        "beneficiaire_inconnu": (
            "identifiant_beneficiaire",
            f"{carnet.operateur}-INCONNU-{numero[-6:]}",
        ),
        "uo0_pas_le_meme_jour": ("date_cloture", lendemain.isoformat()),
        "numero_dossier_incoherent": (
            "numero_dossier",
            f"{numero[:4]}{int(numero[4:6]) % 12 + 1:02}009{numero[9:]}",
        ),
    }
    champ, valeurs[champ] = changements[nature]
    return champ


def fausser_cloture(rng: Random, carnet: Carnet, close: dict[str, str], etape: Etape, nature: str) -> str:
    """Put the error `nature` in a closed unit; returns the name of the field made wrong."""
    if nature == "abandon_avant_echeance":
        return "motif_cloture"
    if nature == "cloture_avant_engagement":
        avant = etape.engagement - timedelta(days=rng.randint(1, 10))
        close["date_cloture"], close["numero_decompte"] = (
            avant.isoformat(),
            carnet.decompte(etape.uo, avant),
        )
        return "date_cloture"
    if nature == "decompte_mauvais_trimestre":
        rang = (etape.cloture.month + 2) // 3
        close["numero_decompte"] = close["numero_decompte"].replace(f"-T{rang}-", f"-T{rang % 4 + 1}-")
        return "numero_decompte"
    if nature == "aucune_avec_autre":
        champ, valeur = rng.choice((("decouvertes_metiers", "AUCUNE|PMSMP"), ("financements_formation", "AUCUN|CPF")))
        close[champ] = valeur
        return champ
    if nature == "autoprescription_nombre":
        close["prestations_complementaires"], close["autoprescription"] = "BILAN_COMPETENCES|VAE", "N"
        return "autoprescription"
    close["types_service"] = ""
    return "types_service"
