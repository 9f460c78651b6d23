"""What the pages of the controls show: tables, evidence in words, the history of a file."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, IntegerField, QuerySet, Value, When
from django.urls import reverse

from cepage.acheteur.controle.enums import SIGNES, Etat, Verdict
from cepage.acheteur.controle.models import Controle, Lecture, Tirage
from cepage.acheteur.controle.pieces import Pieces
from cepage.acheteur.controle.resultats import AXES, Resultat, resultats
from cepage.acheteur.controle.services import grille_du_dossier
from cepage.acheteur.registre.histoire import libelle
from cepage.fondations.regles.numeros import uo_affichee
from cepage.fondations.socle import formats
from cepage.fondations.socle.composants.tableau import Colonne, Tableau
from cepage.fondations.socle.models import TransitionJournal

_ORDRE = (Etat.EN_CONTROLE, Etat.TIREE)


def file_triee(controles: "QuerySet[Controle]", etat: str) -> "QuerySet[Controle]":
    """A queue: begun files first, then those that wait, then the rest; of one state when asked."""
    if etat in Etat.values:
        controles = controles.filter(etat=etat)
    rang = Case(
        *(When(etat=e, then=Value(n)) for n, e in enumerate(_ORDRE)), default=Value(9), output_field=IntegerField()
    )
    return controles.annotate(rang=rang).order_by("rang", "trimestre", "numero_dossier")


def comptes_par_etat(controles: "QuerySet[Controle]") -> list[dict[str, Any]]:
    """How many files in each state, in the order of the states, empty ones left out."""
    return _en_ordre(dict(controles.order_by().values_list("etat").annotate(n=Count("pk"))))


def comptes_par_tirage(tirages: "QuerySet[Tirage]") -> list[tuple[Tirage, list[dict[str, Any]]]]:
    """Each draw with its counts by state, the latest quarter first; two queries."""
    par_tirage: dict[int, dict[str, int]] = {}
    lignes = Controle.objects.filter(tirage__in=tirages).order_by().values_list("tirage_id", "etat")
    for pk, etat, nombre in lignes.annotate(n=Count("pk")):
        par_tirage.setdefault(pk, {})[etat] = nombre
    return [(t, _en_ordre(par_tirage.get(t.pk, {}))) for t in tirages.order_by("-trimestre", "lot", "rang")]


def _en_ordre(comptes: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {"etat": e.value, "libelle": e.label, "nombre": comptes[e], "signe": SIGNES[e][0]} for e in Etat if e in comptes
    ]


def etat_en_mots(controle: Controle) -> str:
    """The state with its sign; once definitive, what was found."""
    signe = SIGNES[controle.etat][0]
    mot = Etat(controle.etat).label
    if controle.etat == Etat.DEFINITIVE and controle.resultat:
        mot += " : " + Verdict(controle.resultat).label.lower()
    return f"{signe} {mot}"


def _uo(controle: Controle) -> str:
    return f"UO{uo_affichee(controle.uo).removeprefix('0') or '0'}"


def tableau_de_file(controles: Iterable[Controle]) -> Tableau:
    """The rows of a queue."""
    return Tableau(
        "Dossiers qui vous sont confiés",
        (
            Colonne("numero_dossier", "Dossier", lien=lambda c: reverse("controle:grille", args=[c.pk]), entete=True),
            Colonne("uo", "Unité", valeur=_uo),
            Colonne("lot", "Lot"),
            Colonne("trimestre", "Trimestre"),
            Colonne("etat", "État", valeur=etat_en_mots),
        ),
        controles,
        legende_visible=False,
    )


def tableau_des_controles(controles: Iterable[Controle], legende: str) -> Tableau:
    """The rows of a sample."""
    return Tableau(
        legende,
        (
            Colonne("numero_dossier", "Dossier", lien=lambda c: reverse("controle:dossier", args=[c.pk]), entete=True),
            Colonne("uo", "Unité", valeur=_uo),
            Colonne("structure", "Site"),
            Colonne("etat", "État", valeur=etat_en_mots),
            Colonne("contestable_jusqu_a", "Contestable jusqu'au", format="jour"),
        ),
        controles,
    )


def tableau_de_resultats(controles: list[Controle], axe: str) -> Tableau:
    """The results along one axis, each share with its interval."""
    titre = AXES[axe][0]
    return Tableau(
        f"Non-conformités par {titre.lower()}",
        (
            Colonne("cle", titre, entete=True),
            Colonne("total", "Tirés", format="nombre"),
            Colonne("decides", "Décidés", format="nombre"),
            Colonne("non_conformes", "Non conformes", format="nombre"),
            Colonne("part", "Part et intervalle de confiance", valeur=part_et_intervalle),
        ),
        resultats(controles, axe),
    )


def part_et_intervalle(resultat: Resultat) -> str:
    """« 4,0 % (1,1 % à 13,5 %) », or nothing while none is decided."""
    i = resultat.intervalle
    if i.part is None or i.bas is None or i.haut is None:
        return ""
    return f"{formats.pourcentage(i.part)} ({formats.pourcentage(i.bas)} à {formats.pourcentage(i.haut)})"


def points_lus(controle: Controle, lecture: Lecture) -> list[dict[str, Any]]:
    """The answers of a reading, with the sentences of the grid; faults first."""
    points = {p.code: p for p in grille_du_dossier(controle).points}
    lus = []
    for lu in lecture.points:
        point = points[lu["code"]]
        faute = lu["verdict"] == Verdict.NON_CONFORME
        lus.append(
            {
                "libelle": point.libelle,
                "clause": point.clause,
                "faute": faute,
                "verdict": Verdict(lu["verdict"]).label,
                "motif": f"{lu['motif']} : {point.motifs[lu['motif']]}" if faute else "",
                "commentaire": lu["commentaire"],
            }
        )
    return sorted(lus, key=lambda p: not p["faute"])


def historique(controle: Controle) -> list[dict[str, Any]]:
    """Every move of a file: to what, when, by whom, why."""
    moves = TransitionJournal.objects.filter(modele=controle._meta.label_lower, objet=str(controle.pk))
    return [
        {"etat": Etat(m.vers).label, "signe": SIGNES[m.vers][0], "le": m.saisie, "auteur": m.auteur, "motif": m.motif}
        for m in moves.order_by("saisie", "pk")
    ]


@dataclass(frozen=True)
class Evidence:
    """The evidence of a file ready to be read: couples (label, value), rows, livrables with their text."""

    personne: list[tuple[str, str]]
    unite: list[tuple[str, str]]
    interactions: list[str]
    livrables: list[dict[str, Any]]


_PERSONNE = {
    "nom_naissance": "Nom de naissance",
    "prenom": "Prénom",
    "date_naissance": "Date de naissance",
    "statut": "Statut",
    "structure": "Site",
    "adresse_code_postal": "Code postal",
}
_UNITE = {
    "uo": "Unité",
    "date_engagement": "Engagement",
    "date_cloture": "Clôture",
    "motif_cloture": "Motif de clôture",
    "alea_uo22": "Aléa",
    "reference_bon_commande": "Bon de commande",
    "description_service": "Service rendu",
}


def evidence(pieces: Pieces) -> Evidence:
    """The evidence in words: only what the grid needs, of the person as of the unit."""
    livrables = [
        {
            "genre": livrable.genre,
            "titre": libelle("type_livrable", livrable.genre),
            "signatures": [
                (nom, _valeur(champ, livrable.contenu[champ]))
                for champ, nom in (
                    ("date_signature_conseiller", "Signature du conseiller"),
                    ("date_signature_beneficiaire", "Signature de la personne"),
                    ("mode_signature", "Procédé"),
                )
                if livrable.contenu.get(champ)
            ],
            "present": livrable.present,
            "texte": livrable.texte or "",
        }
        for livrable in pieces.livrables
    ]
    interactions = [
        f"{_valeur('date', i['date_interaction'])}, {libelle('mode_contact', i.get('mode_contact', '')).lower()}"
        + (f", {formats.duree(int(i['duree_minutes']))}" if i.get("duree_minutes") is not None else "")
        for i in pieces.interactions
    ]
    unite = _couples(_UNITE, pieces.unite)
    if pieces.echeance is not None:
        unite.append(("Échéance", formats.jour(pieces.echeance)))
    return Evidence(_couples(_PERSONNE, pieces.personne), unite, interactions, livrables)


def _couples(champs: dict[str, str], contenu: Any) -> list[tuple[str, str]]:
    return [(nom, _valeur(champ, contenu[champ])) for champ, nom in champs.items() if contenu.get(champ)]


def _valeur(champ: str, valeur: Any) -> str:
    if isinstance(valeur, list):
        return ", ".join(_valeur(champ, v) for v in valeur)
    if champ.startswith("date"):
        return formats.jour(date.fromisoformat(valeur))
    listes = {"statut", "motif_cloture", "alea_uo22", "mode_signature", "uo"}
    return libelle(champ, valeur) if champ in listes else str(valeur)
