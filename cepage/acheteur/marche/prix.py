"""Prices per lot and unit, and their revisions by index: importing them, and the price of a day.

A price holds from its first to its last day, both included in the file; no two prices of a lot and unit, and no two
revisions of a lot, share a day (the database refuses it too). The price paid is the price of the day times the
coefficient of the day, rounded half up to the cent.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import DatabaseError, connection, transaction

from cepage.acheteur.marche.lecture import UO, FichierRefuse, Ligne, jour, lot, verifier_les_bornes
from cepage.acheteur.marche.models import Prix, Revision
from cepage.fondations.socle.montant import Montant
from cepage.fondations.socle.periodes import Periode
from cepage.fondations.socle.portee import portee_totale

PRIX = ("lot", "uo", "debut", "fin", "prix_ht")
REVISIONS = ("lot", "debut", "fin", "indice", "coefficient")
_MONTANT = re.compile(r"\d{1,8}([.,]\d{1,2})?")
_COEFFICIENT = re.compile(r"\d([.,]\d{1,4})?")
_UO_LIBRE = re.compile(r"[0-9A-Z]{2}")


@dataclass(frozen=True)
class PrixDuJour:
    """What a unit is worth on a day: the price of the lot, the coefficient, and their product to the cent."""

    prix: Decimal
    coefficient: Decimal
    revise: Decimal
    indice: str = ""


def reviser(prix_ht: Decimal, coefficient: Decimal) -> Decimal:
    """The price times its coefficient, rounded half up to the cent."""
    return (Montant(prix_ht) * coefficient).valeur


def prix_le(code_lot: str, uo: str, le: date) -> PrixDuJour | None:
    """The price of a unit in a lot on the day `le`; None when no price holds that day."""
    trouve = Prix.objects.filter(lot=code_lot, uo=uo, periode__contains=le).first()
    if trouve is None:
        return None
    revision = Revision.objects.filter(lot=code_lot, periode__contains=le).first()
    coefficient = revision.coefficient if revision else Decimal(1)
    return PrixDuJour(
        trouve.prix_ht, coefficient, reviser(trouve.prix_ht, coefficient), revision.indice if revision else ""
    )


def importer_les_prix(lignes: list[Ligne], source: str) -> tuple[int, int, int]:
    """Import `lot;uo;debut;fin;prix_ht` (empty `fin`: still). Raises FichierRefuse; nothing is then written."""
    lues = []
    for numero, ligne in lignes:
        if not _MONTANT.fullmatch(ligne["prix_ht"]):
            raise FichierRefuse(
                f"Ligne {numero} : le prix HT s'écrit en euros, deux décimales au plus (ex. 300.00), "
                f"« {ligne['prix_ht']} » reçu."
            )
        valeur = Decimal(ligne["prix_ht"].replace(",", "."))
        lues.append((numero, (lot(numero, ligne["lot"]), _uo(numero, ligne["uo"])), _periode(numero, ligne), valeur))
    with portee_totale():
        connus = {(p.lot, p.uo, p.periode.lower): p for p in Prix.objects.all()}
        _refuser_les_chevauchements(
            [(n, cle, periode) for n, cle, periode, _ in lues],
            [((p.lot, p.uo), Periode(p.periode.lower, p.periode.upper)) for p in connus.values()],
            "le prix du lot {} UO {}",
        )
        comptes = [0, 0, 0]
        for _, (code_lot, uo), periode, valeur in lues:
            connu = connus.get((code_lot, uo, periode.debut))
            if connu is None:
                Prix.objects.create(lot=code_lot, uo=uo, periode=(periode.debut, periode.fin), prix_ht=valeur)
                comptes[0] += 1
            elif (connu.prix_ht, connu.periode.upper) == (valeur, periode.fin):
                comptes[2] += 1
            else:
                _changer(connu, periode, prix_ht=valeur)
                comptes[1] += 1
        _verifier_maintenant()
    return comptes[0], comptes[1], comptes[2]


def importer_les_revisions(lignes: list[Ligne], source: str) -> tuple[int, int, int]:
    """Import `lot;debut;fin;indice;coefficient`: the coefficient of every price of the lot. Raises FichierRefuse."""
    lues = []
    for numero, ligne in lignes:
        if not _COEFFICIENT.fullmatch(ligne["coefficient"]) or not ligne["indice"]:
            raise FichierRefuse(
                f"Ligne {numero} : donnez l'indice et un coefficient de quatre décimales au plus (ex. 0.9875)."
            )
        valeur = Decimal(ligne["coefficient"].replace(",", "."))
        cle = (lot(numero, ligne["lot"]),)
        lues.append((numero, cle, _periode(numero, ligne), ligne["indice"], valeur))
    with portee_totale():
        connues = {(r.lot, r.periode.lower): r for r in Revision.objects.all()}
        _refuser_les_chevauchements(
            [(n, cle, periode) for n, cle, periode, _, _ in lues],
            [((r.lot,), Periode(r.periode.lower, r.periode.upper)) for r in connues.values()],
            "la révision du lot {}",
        )
        comptes = [0, 0, 0]
        for _, (code_lot,), periode, indice, valeur in lues:
            connue = connues.get((code_lot, periode.debut))
            if connue is None:
                Revision.objects.create(
                    lot=code_lot, periode=(periode.debut, periode.fin), indice=indice, coefficient=valeur
                )
                comptes[0] += 1
            elif (connue.indice, connue.coefficient, connue.periode.upper) == (indice, valeur, periode.fin):
                comptes[2] += 1
            else:
                _changer(connue, periode, indice=indice, coefficient=valeur)
                comptes[1] += 1
        _verifier_maintenant()
    return comptes[0], comptes[1], comptes[2]


def _uo(numero: int, texte: str) -> str:
    code = texte.removeprefix("UO")
    trouve = UO.get(code) or (code if _UO_LIBRE.fullmatch(code) else None)
    if trouve is None:
        raise FichierRefuse(f"Ligne {numero} : l'unité d'œuvre s'écrit 00, 01, 2.1 ou 2.2, « {texte} » reçu.")
    return trouve


def _periode(numero: int, ligne: dict[str, str]) -> Periode:
    debut = jour(numero, ligne["debut"])
    fin = jour(numero, ligne["fin"]) if ligne["fin"] else None
    verifier_les_bornes(numero, debut, fin)
    return Periode.du_au(debut, fin) if fin else Periode(debut)


def _refuser_les_chevauchements(
    lues: Sequence[tuple[int, tuple[str, ...], Periode]],
    connues: Sequence[tuple[tuple[str, ...], Periode]],
    nom: str,
) -> None:
    """Refuse two lines, or a line and a known period, that share a day; a line replaces the one of same first day."""
    remplacees = {(cle, periode.debut) for _, cle, periode in lues}
    gardees = [(cle, p, "déjà enregistré") for cle, p in connues if (cle, p.debut) not in remplacees]
    for rang, (numero, cle, periode) in enumerate(lues):
        autres = gardees + [(c, p, f"ligne {n}") for n, c, p in lues[:rang]]
        for autre, deja, ou in autres:
            if autre == cle and periode.chevauche(deja):
                raise FichierRefuse(
                    f"Ligne {numero} : {nom.format(*cle)} {_dire(periode)} a des jours communs avec "
                    f"celui {_dire(deja)} ({ou}). « fin » est le dernier jour compris : "
                    "fermez le premier la veille du suivant."
                )


def _dire(periode: Periode) -> str:
    fin = periode.dernier_jour
    return f"du {periode.debut:%d/%m/%Y} au {fin:%d/%m/%Y}" if fin else f"à partir du {periode.debut:%d/%m/%Y}"


def _changer(objet: Prix | Revision, periode: Periode, **valeurs: object) -> None:
    objet.periode = (periode.debut, periode.fin)
    for nom, valeur in valeurs.items():
        setattr(objet, nom, valeur)
    try:
        with transaction.atomic():
            objet.save(update_fields=["periode", *valeurs])
    except DatabaseError as erreur:
        # The guard of the décomptes: a price that served under a signed PV stays as it was.
        raise FichierRefuse(f"{objet} : {str(erreur).splitlines()[0]}") from erreur


def _verifier_maintenant() -> None:
    """The database checks the overlaps now, while the transaction can still say it."""
    with connection.cursor() as curseur:
        curseur.execute("SET CONSTRAINTS prix_sans_chevauchement, revision_sans_chevauchement IMMEDIATE")
