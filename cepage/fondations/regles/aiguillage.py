"""Orientation at the UO0: which operator fits, which others may receive the person, and what to tell them.

The person's choice prevails among the operators that may receive them (CCTP §1.2.4).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date

from cepage.fondations.regles.erreurs import ErreurRegles
from cepage.fondations.regles.parametres import Regles


@dataclass(frozen=True, slots=True, kw_only=True)
class Faits:
    """What the orientation looks at; every fact is stated, none is guessed."""

    date: date
    """Day of the request: the rules in force that day apply."""
    agent_public: bool
    demandeur_sans_activite: bool
    demandeur_activite_reduite: bool
    cadre: bool
    drom_hors_martinique: bool
    """The lot is an overseas one other than Martinique, where the Apec does not take cadres."""
    handicap: bool
    moins_de_26: bool
    salarie: bool
    independant: bool
    etudiant_ou_retraite_en_emploi: bool
    frontalier: bool

    def booleens(self) -> dict[str, bool]:
        """The facts without the date, by name."""
        faits = asdict(self)
        del faits["date"]
        return faits


@dataclass(frozen=True, slots=True)
class Possibilite:
    """An operator that may receive the person, with the reason."""

    operateur: str
    libelle: str
    raison: str


@dataclass(frozen=True, slots=True)
class Orientation:
    """Result of the UO0: the recommended operator (code of the list `aiguillage`), the others, the words."""

    operateur: str
    libelle: str
    raison: str
    phrase: str
    autres: tuple[Possibilite, ...]
    clause: str
    confiance: str
    ligne: str
    """Row of the decision table that was hit."""
    choix_de_la_personne: bool = False

    def possibles(self) -> tuple[str, ...]:
        """Codes of all the operators that may receive the person, the recommended one first."""
        return (self.operateur, *(a.operateur for a in self.autres))


def orienter(faits: Faits, *, regles: Regles) -> Orientation:
    """The recommendation for these facts; raises `ErreurRegles` when the table has not exactly one row."""
    table = regles.table_aiguillage()
    booleens = faits.booleens()
    lignes = table.lignes_touchees(booleens)
    if len(lignes) != 1:
        raise ErreurRegles(
            f"La table d'aiguillage a {len(lignes)} lignes pour ces faits, il en faut une.",
            remede="Corrigez parametres/marche_*/tables/aiguillage.yaml.",
        )
    ligne = lignes[0]
    service = regles.texte("aiguillage.service_emploi", le=faits.date)

    def dire(texte: str) -> str:
        return texte.replace("{service_emploi}", service)

    autres = tuple(
        Possibilite(o.code, dire(o.libelle), dire(o.raison))
        for o in table.operateurs_possibles(booleens)
        if o.code != ligne.operateur
    )
    return Orientation(
        operateur=ligne.operateur,
        libelle=dire(table.operateurs[ligne.operateur].libelle),
        raison=dire(ligne.raison),
        phrase=dire(ligne.phrase),
        autres=autres,
        clause=ligne.clause,
        confiance=ligne.confiance,
        ligne=ligne.code,
    )


def choisir(orientation: Orientation, operateur: str) -> Orientation:
    """The orientation once the person has chosen; refuses an operator that may not receive them."""
    if operateur == orientation.operateur:
        return orientation
    for possible in orientation.autres:
        if possible.operateur == operateur:
            recommande = Possibilite(orientation.operateur, orientation.libelle, orientation.raison)
            autres = (recommande, *(a for a in orientation.autres if a.operateur != operateur))
            return Orientation(
                operateur=operateur,
                libelle=possible.libelle,
                raison=possible.raison,
                phrase=f"Vous choisissez {possible.libelle} : votre choix l'emporte.",
                autres=autres,
                clause=orientation.clause,
                confiance=orientation.confiance,
                ligne=orientation.ligne,
                choix_de_la_personne=True,
            )
    raise ErreurRegles(
        f"« {operateur} » ne peut pas recevoir cette personne.",
        remede=f"La personne choisit parmi : {', '.join(orientation.possibles())}.",
        clause="CCTP §1.2.4",
    )


def age_le(naissance: date, le: date) -> int:
    """Age in completed years on `le` (someone born on 29 February ages on 1 March of common years)."""
    return le.year - naissance.year - ((le.month, le.day) < (naissance.month, naissance.day))


def faits_des_codes(
    *,
    statuts: Collection[str],
    categorie_sociale: str,
    handicap: str,
    age: int,
    lot: str,
    le: date,
    regles: Regles,
) -> Faits:
    """Facts read from the codes of the nomenclatures; raises `ErreurRegles` for an unknown status or lot.

    `age` in completed years on `le`; "NSP" for the social category or the handicap counts as no.
    """
    par_statut = regles.table("aiguillage.faits_par_statut", le=le)
    if not statuts:
        raise ErreurRegles("Aucun statut n'est donné.", remede=f"Codes admis : {', '.join(par_statut)}.")
    vrais: set[str] = set()
    for statut in statuts:
        if statut not in par_statut:
            raise ErreurRegles(
                f"Le statut « {statut} » n'est pas connu.", remede=f"Codes admis : {', '.join(par_statut)}."
            )
        faits = par_statut[statut]
        if not isinstance(faits, str):
            vrais.update(faits)
    lots = regles.table("lots.libelles", le=le)
    if lot not in lots:
        raise ErreurRegles(f"Le lot « {lot} » n'est pas connu.", remede=f"Lots admis : {', '.join(lots)}.")
    return Faits(
        date=le,
        agent_public="agent_public" in vrais,
        demandeur_sans_activite="demandeur_sans_activite" in vrais,
        demandeur_activite_reduite="demandeur_activite_reduite" in vrais,
        cadre=categorie_sociale in regles.liste("aiguillage.categorie_cadre", le=le),
        drom_hors_martinique=lot in regles.liste("lots.drom_hors_martinique", le=le),
        handicap=handicap in regles.liste("aiguillage.handicap", le=le),
        moins_de_26=age < regles.entier("aiguillage.age_jeune", le=le),
        salarie="salarie" in vrais,
        independant="independant" in vrais,
        etudiant_ou_retraite_en_emploi="etudiant_ou_retraite_en_emploi" in vrais,
        frontalier="frontalier" in vrais,
    )
