"""Every anomaly code of the exchange point: stable code, severity, sentence, mend and clause.

A code is never renumbered nor reused. `{champ}`, `{valeur}` and `{detail}` are filled in when the receipt is written.
"""

from dataclasses import dataclass
from enum import StrEnum

from cepage.echanges.contrat.fiches import FICHES
from cepage.echanges.contrat.modele import Fiche, TypeChamp


class Gravite(StrEnum):
    """A blocking anomaly refuses the fiche; a warning lets it in."""

    BLOQUANT = "bloquant"
    AVERTISSEMENT = "avertissement"


@dataclass(frozen=True)
class CodeAnomalie:
    """One documented anomaly."""

    code: str
    gravite: Gravite
    message: str
    remede: str
    clause: str


_B, _A = Gravite.BLOQUANT, Gravite.AVERTISSEMENT
_ANNEXE = "CCTP annexe 2"

# number, severity, sentence, mend: the same on every fiche where they can happen.
# fmt: off
_COMMUNS = [
    ("001", _B, "Le champ « {champ} » est obligatoire et il est vide.", "Renseignez « {champ} », puis renvoyez la fiche."),
    ("002", _B, "La valeur de « {champ} » n'a pas la forme attendue : {detail}.", "Corrigez la valeur selon la forme indiquée."),
    ("003", _B, "Le code donné dans « {champ} » n'est pas dans la liste {detail}.", "Choisissez un code de cette liste, en vigueur le jour dont parle la fiche (page Dictionnaire)."),
    ("004", _B, "Deux fiches de même clé et de même horodatage se contredisent dans cet envoi.", "Gardez la bonne fiche, ou donnez à la plus récente un horodatage plus tardif."),
    ("005", _A, "Une fiche plus récente est déjà connue : celle-ci est gardée dans l'historique sans devenir l'état courant.", "Rien à faire si l'ordre est voulu ; sinon renvoyez la fiche avec un horodatage plus récent."),
    ("006", _B, "Cette annulation ne vise aucune fiche connue.", "Vérifiez la clé de la fiche à annuler."),
    ("008", _B, "L'horodatage de la fiche est dans l'avenir ({detail} à la réception).", "Réglez l'horloge de votre système, puis renvoyez la fiche."),
    ("007", _A, "La valeur de « {champ} » n'est pas dans la liste {detail}.", "Choisissez de préférence un libellé de cette liste, en vigueur le jour dont parle la fiche."),
]
# fmt: on

# fmt: off
_PROPRES: list[tuple[str, Gravite, str, str, str]] = [
    ("E-BEN-010", _B, "La date de naissance donne un âge de {detail} à l'engagement ; il doit être compris entre 14 et 90 ans.", "Vérifiez la date de naissance.", _ANNEXE + " §1"),
    ("E-BEN-011", _B, "Le champ « {champ} » ne ressemble pas à un nom : il contient un chiffre ou aucun caractère de nom.", "Saisissez le nom tel qu'il figure à l'état civil.", _ANNEXE + " §1"),
    ("E-BEN-012", _B, "Le code postal donné dans « {champ} » n'existe pas.", "Vérifiez le code postal (sans CEDEX).", _ANNEXE + " §1"),
    ("E-BEN-013", _A, "Le NIR n'est pas autorisé à ce jour : il a été écarté et n'est pas conservé.", "N'envoyez plus le NIR tant que France compétences ne l'a pas demandé.", _ANNEXE + " §1 note 37 ; décret 2019-341"),
    ("E-BEN-014", _B, "La clé du NIR ne correspond pas au numéro.", "Vérifiez les quinze caractères du NIR.", _ANNEXE + " §1 note 37"),
    ("E-BEN-015", _B, "Le champ « {champ} » est obligatoire dès l'UO1 et cette personne a une unité au-delà de l'UO0.", "Renseignez « {champ} », puis renvoyez la fiche et les unités refusées avec elle.", _ANNEXE + " §1"),
    ("E-BEN-016", _B, "La structure {detail} n'est pas une implantation déclarée de ce lot.", "Déclarez l'implantation ou corrigez le code de la structure.", _ANNEXE + " §1 et §4.1"),
    ("E-UO-010", _B, "La clôture précède l'engagement ({detail}).", "Vérifiez les deux dates.", "CCTP §1.2.6"),
    ("E-UO-011", _B, "L'UO0 se clôt le jour même de son engagement ({detail}).", "Donnez à l'UO0 la même date d'engagement et de clôture.", "CCTP §1.2.6"),
    ("E-UO-012", _A, "L'unité est close après son délai, dont le dernier jour était le {detail}.", "Vérifiez la date ; l'unité est comptée parmi les clôtures hors délai.", "CCTP §1.2.6"),
    ("E-UO-013", _B, "Un abandon se prononce à la fin du délai, le {detail} : la clôture est trop tôt.", "Attendez la fin du délai, ou donnez le motif d'une clôture volontaire.", "CCTP §1.2.6"),
    ("E-UO-014", _A, "L'abandon est prononcé après la fin du délai, le {detail}.", "Clôturez automatiquement le dernier jour du délai.", "CCTP §1.2.6"),
    ("E-UO-015", _B, "L'UO2.2 s'ouvre après une UO2.1 : aucune UO2.1 de cette personne n'est connue à cette date.", "Envoyez d'abord l'UO2.1 de cette personne.", "CCTP §1.2.6"),
    ("E-UO-016", _B, "L'UO2.2 est engagée après les dix-huit mois qui suivent l'UO2.1 (dernier jour : {detail}).", "Engagez une nouvelle UO2.1.", "CCTP §1.2.6"),
    ("E-UO-017", _B, "La référence du bon de commande n'est pas celle de ce lot et de cette unité ({detail}).", "Prenez une référence du bon de cette unité.", _ANNEXE + " §2"),
    ("E-UO-018", _B, "Le bon de commande {detail} n'existe pas.", "Vérifiez la référence du bon de commande.", _ANNEXE + " §2"),
    ("E-UO-019", _B, "L'engagement est hors de la période du bon de commande ({detail}).", "Rattachez l'unité au bon de commande en cours à l'engagement.", _ANNEXE + " §2"),
    ("E-UO-020", _B, "Cette référence de consommation est déjà prise par une autre unité.", "Prenez le numéro de consommation suivant.", _ANNEXE + " §2"),
    ("E-UO-021", _B, "Le numéro de consommation dépasse le volume du bon ({detail}).", "Attendez un nouveau bon de commande ou son avenant.", "CCTP §1.2.5 ; annexe 2 §2"),
    ("E-UO-022", _B, "Le numéro de décompte n'est pas celui du trimestre de clôture : {detail} attendu.", "Corrigez le numéro de décompte.", _ANNEXE + " §2 (format : décision)"),
    ("E-UO-023", _B, "Le numéro de dossier ne dit pas l'opérateur, le mois et l'unité de l'engagement : il devrait commencer par {detail}.", "Formez le numéro selon OOAAMMUUXXXXXX.", _ANNEXE + " §2 note 38"),
    ("E-UO-024", _B, "Ce numéro de dossier est déjà celui d'un autre bénéficiaire ou d'un autre engagement.", "Donnez à l'unité un numéro de dossier neuf.", _ANNEXE + " §2 note 38"),
    ("E-UO-025", _B, "Un agent public ne peut être accompagné au-delà de l'UO0.", "Orientez la personne vers le service de son employeur public.", "CCTP §1.2.4"),
    ("E-UO-026", _A, "Aucun statut d'emploi n'est connu pour cette personne à l'engagement.", "Vérifiez le statut ; la continuité du service reste possible.", "CCTP §1.2.4"),
    ("E-UO-027", _B, "Ni le domicile ni l'emploi connus ne sont dans la région du lot et aucune dérogation n'est donnée.", "Renseignez « derogation_territoriale » ou corrigez les lieux.", "CCTP §1.2.4"),
    ("E-UO-028", _B, "Cette personne est déjà accompagnée par un opérateur du CEP sur cette période.", "Voyez avec la personne l'accompagnement qu'elle souhaite poursuivre.", "CCTP §1.2.4"),
    ("E-UO-029", _B, "Le motif de clôture est donné sans date de clôture.", "Renseignez la date de clôture ou retirez le motif.", "CCTP §1.2.6"),
    ("E-UO-030", _B, "« {detail} » exclut toute autre valeur dans « {champ} ».", "Retirez « {detail} » ou les autres valeurs.", _ANNEXE + " §2"),
    ("E-UO-031", _B, "« autoprescription » compte {detail} ; il en faut une par prestation complémentaire, dans le même ordre.", "Donnez O ou N pour chaque prestation.", _ANNEXE + " §2"),
    ("E-UO-033", _A, "La clôture est volontaire mais le livrable {detail} n'est pas encore venu : l'unité n'est pas payable avant.", "Envoyez le livrable dans un prochain envoi.", "CCTP §2.1"),
    ("E-UO-034", _B, "Le motif détaillé ne va pas avec le motif de sollicitation.", "Choisissez un motif détaillé du même groupe.", _ANNEXE + " §2"),
    ("E-UO-035", _A, "Une date de l'unité est postérieure à la production de la fiche.", "Vérifiez les dates et l'horloge de votre système.", "CCTP annexe 3 §1"),
    ("E-UO-036", _B, "Le bénéficiaire de cette unité n'est ni connu ni présent dans l'envoi.", "Envoyez la fiche du bénéficiaire avec l'unité ou avant elle.", _ANNEXE + " §2"),
    ("E-UO-037", _B, "Dossier refusé : la fiche du bénéficiaire est refusée dans cet envoi.", "Corrigez la fiche du bénéficiaire, puis renvoyez les deux.", _ANNEXE + " §2"),
    ("E-UO-038", _B, "La fiche connue du bénéficiaire n'a pas les champs dus dès l'UO1 ({detail}).", "Envoyez la fiche complète du bénéficiaire avec l'unité.", _ANNEXE + " §1"),
    ("E-UO-039", _B, "La personne avait {detail} à l'engagement ; l'âge doit être compris entre 14 et 90 ans.", "Vérifiez la date de naissance du bénéficiaire.", _ANNEXE + " §1"),
    ("E-UO-040", _B, "Le lot de la fiche n'est pas celui de l'envoi ({detail}).", "Envoyez cette unité dans l'envoi de son lot.", "CCTP §1.2.2"),
    ("E-UO-041", _B, "L'engagement précède l'ouverture du service ({detail}).", "Vérifiez la date d'engagement.", "CCTP §1.2 ; 3-rules, marché 2020-2023"),
    ("E-UO-042", _A, "L'UO2.1 dont dépend cette UO2.2 n'est pas close à son engagement.", "Clôturez l'UO2.1 par la signature du projet professionnel.", "CCTP §1.2.6"),
    ("E-UO-043", _B, "La structure de la personne n'était pas ouverte le jour de l'engagement ({detail}).", "Corrigez la structure, ou déclarez les dates d'ouverture et de fermeture de l'implantation.", _ANNEXE + " §1 et §4.1"),
    ("E-UO-044", _B, "L'opérateur {detail} ne tenait pas ce lot le jour de l'engagement.", "Vérifiez la date d'engagement ; les périodes des titulaires s'importent par « cepage marche importer ».", "CCTP §1.2.2"),
    ("E-UO-045", _B, "La clôture n'est pas la date de signature du livrable déjà reçu ({detail}).", "Corrigez la date de clôture, ou renvoyez le livrable corrigé dans le même envoi.", "CCTP §1.2.6"),
    ("E-UO-046", _B, "Une interaction déjà reçue tombe hors de l'unité ({detail}).", "Corrigez les dates de l'unité, ou annulez l'interaction avant elle.", _ANNEXE + " §2"),
    ("E-UO-050", _B, "Cette unité est sous un procès-verbal signé : elle ne s'annule plus.", "Demandez à France compétences une correction au décompte suivant.", "CCTP §2 ; contrôle de service fait"),
    ("E-INT-010", _B, "Le dossier de cette interaction n'est ni connu ni présent dans l'envoi.", "Envoyez l'unité d'œuvre avec l'interaction ou avant elle.", _ANNEXE + " §2"),
    ("E-INT-011", _B, "Dossier refusé : l'unité d'œuvre de cette interaction est refusée dans cet envoi.", "Corrigez l'unité, puis renvoyez les deux.", _ANNEXE + " §2"),
    ("E-INT-012", _B, "L'interaction est hors de l'unité ({detail}).", "Vérifiez la date ou le numéro de dossier.", _ANNEXE + " §2"),
    ("E-LIV-010", _B, "Le dossier de ce livrable n'est ni connu ni présent dans l'envoi.", "Envoyez l'unité d'œuvre avec le livrable ou avant lui.", "CCTP §2.1"),
    ("E-LIV-011", _B, "Dossier refusé : l'unité d'œuvre de ce livrable est refusée dans cet envoi.", "Corrigez l'unité, puis renvoyez les deux.", "CCTP §2.1"),
    ("E-LIV-012", _B, "Ce type de livrable n'est pas celui de cette unité ({detail}).", "UO1 : ELP ; UO2.1 : PP ; UO2.2 : les trois courriels.", "CCTP §2.1"),
    ("E-LIV-013", _B, "La signature du bénéficiaire n'est pas la date de clôture de l'unité ({detail}).", "La signature clôt l'unité : donnez la même date.", "CCTP §1.2.6"),
    ("E-LIV-014", _B, "La signature du conseiller est hors de l'unité ({detail}).", "Le conseiller signe entre l'engagement et la clôture.", "CCTP §2.1"),
    ("E-LIV-015", _B, "Le fichier du livrable n'est pas dans l'envoi.", "Joignez le fichier dans livrables/ sous le nom indiqué.", "CCTP annexe 3 §1"),
    ("E-LIV-016", _B, "L'empreinte du fichier reçu n'est pas celle qui est annoncée.", "Renvoyez le fichier d'origine ou corrigez son empreinte.", "CCTP annexe 3 §1 (décision)"),
    ("E-LIV-017", _B, "Le fichier du livrable ne s'ouvre pas : {detail}.", "Produisez à nouveau le PDF ou l'ODT et renvoyez-le.", "CCTP annexe 3 §1"),
    ("E-LIV-018", _A, "L'unité de ce livrable signé n'est pas encore close.", "Envoyez la clôture de l'unité.", "CCTP §1.2.6"),
    ("E-REC-010", _B, "Les dates de la réclamation ne se suivent pas ({detail}).", "L'accusé, la réponse et la saisine suivent la réception.", "CCTP §3.7"),
    ("E-REC-011", _A, "L'accusé de réception est parti plus de 7 jours après la réception.", "Accusez réception sous 7 jours.", "CCTP §3.7"),
    ("E-REC-012", _A, "La réponse est partie plus de 45 jours après la réception.", "Répondez sous 45 jours.", "CCTP §3.7"),
    ("E-REC-013", _B, "Le dossier de cette réclamation n'est pas connu.", "Vérifiez le numéro de dossier ou laissez-le vide.", "CCTP annexe 2 §3"),
    ("E-REC-014", _B, "Dossier refusé : l'unité d'œuvre de cette réclamation est refusée dans cet envoi.", "Corrigez l'unité, puis renvoyez les deux.", "CCTP annexe 2 §3"),
    ("E-IMP-010", _B, "La fermeture précède l'ouverture ({detail}).", "Vérifiez les deux dates.", "CCTP annexe 2 §4.1"),
    ("E-IMP-011", _B, "Les horaires ne se lisent pas.", "Écrivez-les comme « Mo-Fr 08:00-19:30; PH off ».", "CCTP §3.3"),
    ("E-IMP-012", _B, "Le code postal de l'implantation n'existe pas.", "Vérifiez le code postal (sans CEDEX).", "CCTP annexe 2 §4.1"),
    ("E-IMP-013", _A, "L'implantation est hors de la région du lot.", "Vérifiez le code postal.", "CCTP §3.3"),
    ("E-IND-010", _A, "La valeur envoyée n'est pas celle que donne le registre ({detail}).", "Comparez les dossiers du mois avec ceux du registre ; la valeur envoyée est gardée telle quelle.", "CCTP §3.2 et §4.3"),
    ("E-MOY-010", _A, "Aucun ETP n'est déclaré alors qu'une masse salariale l'est.", "Vérifiez les ETP par unité.", "CCTP annexe 2 §4"),
]
# fmt: on


def _possible(fiche: Fiche, numero: str) -> bool:
    """False for what cannot befall a fiche: cancelling one without nature, a list it does not have."""
    des_listes = [champ for champ in fiche.champs if champ.nomenclature or champ.valeurs]
    if numero in ("006", "008"):
        return "nature" in fiche.noms
    if numero == "007":
        return any(champ.type is TypeChamp.TEXTE for champ in des_listes)
    if numero == "003":
        return any(champ.type is not TypeChamp.TEXTE for champ in des_listes)
    return True


def _catalogue() -> dict[str, CodeAnomalie]:
    catalogue: dict[str, CodeAnomalie] = {}
    for fiche in FICHES.values():
        for numero, gravite, message, remede in _COMMUNS:
            if not _possible(fiche, numero):
                continue
            code = f"E-{fiche.prefixe_code}-{numero}"
            catalogue[code] = CodeAnomalie(code, gravite, message, remede, fiche.champs[-1].source)
    for propre in _PROPRES:
        catalogue[propre[0]] = CodeAnomalie(*propre)
    lot_etranger = CodeAnomalie(
        "E-LOT-001",
        _B,
        "Le lot de la fiche n'est pas celui de l'envoi ({detail}).",
        "Envoyez cette fiche dans l'envoi de son lot.",
        "CCTP §1.2.2",
    )
    catalogue[lot_etranger.code] = lot_etranger
    return catalogue


CODES: dict[str, CodeAnomalie] = _catalogue()


def bloquants() -> list[str]:
    """Codes that refuse a fiche."""
    return [code for code, anomalie in CODES.items() if anomalie.gravite is Gravite.BLOQUANT]
