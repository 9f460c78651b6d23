"""The controls of the demonstration: a quarter under its signed procès-verbal, another in the controllers' hands."""

from collections.abc import Sequence
from datetime import UTC, datetime

from cepage.acheteur.controle import proces_verbal, rapprochements, services, tirages
from cepage.acheteur.controle.enums import Etat, Partie, Verdict
from cepage.acheteur.controle.models import Controle, Tirage
from cepage.acheteur.controle.services import PointLu
from cepage.fondations.comptes.demonstration import adresse
from cepage.fondations.comptes.enums import Role
from cepage.fondations.comptes.models import Personne
from cepage.fondations.regles.grille import PointDeGrille
from cepage.fondations.socle.portee import portee_totale

SIGNE, OUVERT = "2021-T1", "2021-T3"
LEVEE, REFUSEE = 3, 8
"""Ranks, in a sample, of the file found wrong and contested, and of the one found wrong that nobody contests."""


def preparer(lot: str) -> int:
    """Draw two quarters of a lot that the demonstration's operator holds; returns how many files were drawn."""
    with portee_totale():
        signe, ouvert = _tirer(lot, SIGNE, _le(2021, 4, 12)), _tirer(lot, OUVERT, _le(2021, 10, 11))
        _signer(signe)
        _commencer(ouvert)
        rapprochements.rapprocher(ouvert, le=_le(2021, 10, 12))
        return Controle.objects.filter(tirage__in=(signe, ouvert)).count()


def _tirer(lot: str, trimestre: str, le: datetime) -> Tirage:
    taux = tirages.taux_du_trimestre(lot, trimestre)
    graine = f"Loto du {le:%d/%m/%Y} (fictif)"
    fait = tirages.figer(lot, trimestre, taux, graine, le=le, auteur=_qui(Role.SUPERVISEUR).nom_complet)
    assert fait.tirage is not None
    return fait.tirage


def _signer(tirage: Tirage) -> None:
    dossiers = _dossiers(tirage)
    for rang, controle in enumerate(dossiers):
        _decider(controle, faute=rang in (LEVEE, REFUSEE), le=_le(2021, 4, 26))
    if len(dossiers) > LEVEE:
        _contester(dossiers[LEVEE], _le(2021, 5, 4))
        services.arbitrer(
            dossiers[LEVEE],
            _qui(Role.SUPERVISEUR),
            Etat.LEVEE,
            "La pièce jointe à la contestation montre ce que la grille demande.",
            le=_le(2021, 5, 11),
        )
    pv = proces_verbal.etablir(tirage, tirage.emetteur, _qui(Role.SUPERVISEUR), le=_le(2021, 6, 1))
    proces_verbal.signer(pv, _qui(Role.SUPERVISEUR), Partie.ACHETEUR, le=_le(2021, 6, 2))
    proces_verbal.signer(pv, _qui(Role.DIRECTEUR_PROJET), Partie.OPERATEUR, le=_le(2021, 6, 3))


def _commencer(tirage: Tirage) -> None:
    """Half the sample decided: one file contested, one that may still be, the rest waiting."""
    dossiers = _dossiers(tirage)
    for rang, controle in enumerate(dossiers[: len(dossiers) // 2]):
        le = _le(2021, 12, 30) if rang == REFUSEE else _le(2021, 12, 20)
        _decider(controle, faute=rang in (LEVEE, REFUSEE), le=le)
    if len(dossiers) > 2 * LEVEE + 1:
        _contester(dossiers[LEVEE], _le(2021, 12, 28))
    proces_verbal.tirer_le_surcontrole("2021-12", "Loto du 31/12/2021 (fictif)", le=_le(2021, 12, 31))


def _dossiers(tirage: Tirage) -> Sequence[Controle]:
    return list(tirage.controles.select_related("controleur", "tirage").order_by("numero_dossier"))


def _decider(controle: Controle, *, faute: bool, le: datetime) -> None:
    assert controle.controleur is not None
    points = services.grille_du_dossier(controle).de(controle.uo)
    lus = [_point(point, faute=faute and rang == 0) for rang, point in enumerate(points)]
    services.prendre(controle, controle.controleur, le=le)
    services.decider(controle, controle.controleur, lus, le=le)


def _point(point: PointDeGrille, *, faute: bool) -> PointLu:
    if not faute:
        return PointLu(point.code, Verdict.CONFORME)
    motif, libelle = next(iter(point.motifs.items()))
    return PointLu(point.code, Verdict.NON_CONFORME, motif, f"{libelle} : la pièce ne le montre pas.")


def _contester(controle: Controle, le: datetime) -> None:
    argument = "L'information figure au dossier, sous un autre intitulé : nous joignons l'extrait."
    services.contester(controle, _qui(Role.DIRECTEUR_PROJET), argument, le=le)


def _qui(role: Role) -> Personne:
    return Personne.objects.select_related("organisation").get(email=adresse(role))


def _le(annee: int, mois: int, jour: int) -> datetime:
    return datetime(annee, mois, jour, 9, tzinfo=UTC)
