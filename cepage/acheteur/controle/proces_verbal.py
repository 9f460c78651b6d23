"""The procès-verbal of a quarter, and the blind surcontrôle of a month."""

import hashlib
import json
import math
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db import IntegrityError, transaction

from cepage.acheteur.controle.enums import Etat, Genre, Partie, Verdict
from cepage.acheteur.controle.models import Controle, Lecture, ProcesVerbal, SignaturePV, Surcontrole, Tirage
from cepage.acheteur.controle.services import rendre_definitif
from cepage.fondations.comptes.models import Personne
from cepage.fondations.regles import charger_marche
from cepage.fondations.regles.tirage import cle_de_tirage
from cepage.fondations.socle.horloge import PARIS
from cepage.fondations.socle.journal import sceller
from cepage.fondations.socle.portee import portee_totale


class ProcesVerbalRefuse(ValueError):
    """The PV cannot be drawn up or signed; the message says why and what to do. Nothing was written."""


def etablir(tirage: Tirage, emetteur: str, personne: Personne, *, le: datetime) -> ProcesVerbal:
    """Draw up the PV of an operator: every one of its files becomes definitive, and nothing under it moves any more.

    Raises ProcesVerbalRefuse while a file is not decided, or may still be contested.
    """
    with portee_totale():
        Tirage.objects.select_for_update().get(pk=tirage.pk)
        if ProcesVerbal.objects.filter(tirage=tirage, emetteur=emetteur).exists():
            raise ProcesVerbalRefuse("Le procès-verbal de ce trimestre est déjà établi.")
        controles = list(Controle.objects.select_for_update().filter(tirage=tirage, emetteur=emetteur))
        _verifier(controles, le)
        for controle in controles:
            if controle.etat != Etat.DEFINITIVE:
                rendre_definitif(controle, personne.nom_complet, le)
        contenu = _contenu(tirage, emetteur, controles)
        pv = ProcesVerbal.objects.create(
            tirage=tirage,
            emetteur=emetteur,
            lot=tirage.lot,
            trimestre=tirage.trimestre,
            etabli_le=le,
            auteur=personne,
            contenu=contenu,
            empreinte=empreinte_du_contenu(contenu),
        )
        sceller("controle.pv", _objet(pv), {"empreinte": pv.empreinte}, le=le, emetteur=emetteur)
        return pv


def signer(pv: ProcesVerbal, personne: Personne, partie: Partie, *, le: datetime) -> SignaturePV:
    """Sign a PV for one party; with the second signature it is in force. Raises ProcesVerbalRefuse."""
    with portee_totale():
        pv = ProcesVerbal.objects.select_for_update().get(pk=pv.pk)
        if partie == Partie.OPERATEUR and personne.organisation.code_emetteur != pv.emetteur:
            raise ProcesVerbalRefuse("Seul l'opérateur de ce procès-verbal le signe.")
        if empreinte_du_contenu(pv.contenu) != pv.empreinte:
            raise ProcesVerbalRefuse("Le contenu de ce procès-verbal n'est plus celui qui fut établi.")
        if pv.signatures.filter(personne=personne).exists():
            raise ProcesVerbalRefuse("Vous avez déjà signé ce procès-verbal : l'autre partie signe à son tour.")
        try:
            with transaction.atomic():
                signature = SignaturePV.objects.create(
                    pv=pv, emetteur=pv.emetteur, partie=partie, personne=personne, le=le
                )
        except IntegrityError as erreur:
            raise ProcesVerbalRefuse("Cette partie a déjà signé ce procès-verbal.") from erreur
        contenu = {"empreinte": pv.empreinte, "partie": partie.value}
        sceller("controle.pv.signature", _objet(pv), contenu, le=le, emetteur=pv.emetteur)
        return signature


def empreinte_du_contenu(contenu: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON of a PV: what the signatures cover."""
    texte = json.dumps(contenu, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(texte.encode()).hexdigest()


def tirer_le_surcontrole(mois: str, graine: str, *, le: datetime) -> list[Surcontrole]:
    """Draw a share of the files decided in a month for a blind second reading; the same month twice adds nothing.

    The files with the smallest hashes of `seed|number`, as in the quarter's draw; at least one when any was decided.
    """
    annee, rang = int(mois[:4]), int(mois[5:])
    with portee_totale():
        deja = list(Surcontrole.objects.filter(mois=mois))
        if deja:
            return deja
        lectures = Lecture.objects.filter(
            genre=Genre.CONTROLE, controle__decide_le__year=annee, controle__decide_le__month=rang
        ).select_related("controle")
        # A PV freezes what it constates: its files are no longer read again.
        etablis = set(ProcesVerbal.objects.values_list("tirage_id", "emetteur"))
        controles = [
            lecture.controle
            for lecture in lectures
            if (lecture.controle.tirage_id, lecture.controle.emetteur) not in etablis
        ]
        part = charger_marche("A").decimal("controle.surcontrole.part", le=le.astimezone(PARIS).date())
        nombre = math.ceil(Fraction(part) / 100 * len(controles))
        choisis = sorted(controles, key=lambda c: cle_de_tirage(graine, c.numero_dossier))[:nombre]
        tires = Surcontrole.objects.bulk_create(
            Surcontrole(controle=c, emetteur=c.emetteur, mois=mois, graine=graine, tire_le=le) for c in choisis
        )
        numeros = sorted(c.numero_dossier for c in choisis)
        sceller("controle.surcontrole", mois, {"graine": graine, "dossiers": numeros}, le=le, emetteur=None)
        return tires


def _verifier(controles: list[Controle], le: datetime) -> None:
    jour = le.astimezone(PARIS).date()
    non_decides = [c for c in controles if c.etat in (Etat.TIREE, Etat.EN_CONTROLE)]
    if non_decides:
        raise ProcesVerbalRefuse(
            f"{len(non_decides)} dossier(s) ne sont pas décidés, dont {non_decides[0]}. "
            "Le procès-verbal s'établit quand tout l'échantillon l'est."
        )
    contestes = [c for c in controles if c.etat == Etat.CONTESTEE]
    if contestes:
        raise ProcesVerbalRefuse(f"{len(contestes)} contestation(s) attendent leur arbitrage, dont {contestes[0]}.")
    ouverts = [
        c.contestable_jusqu_a
        for c in controles
        if c.etat == Etat.NON_CONFORME and c.contestable_jusqu_a is not None and jour <= c.contestable_jusqu_a
    ]
    if ouverts:
        raise ProcesVerbalRefuse(
            f"{len(ouverts)} non-conformité(s) peuvent encore être contestées, jusqu'au {max(ouverts):%d/%m/%Y}."
        )


def _contenu(tirage: Tirage, emetteur: str, controles: list[Controle]) -> dict[str, Any]:
    lectures = {
        lecture.controle_id: lecture for lecture in Lecture.objects.filter(controle__in=controles, genre=Genre.CONTROLE)
    }
    return {
        "lot": tirage.lot,
        "trimestre": tirage.trimestre,
        "tirage": tirage.rang,
        "operateur": emetteur,
        "graine": tirage.graine,
        "empreinte_base": tirage.empreinte_base,
        "base": tirage.base.filter(emetteur=emetteur).count(),
        "dossiers": [
            {
                "numero_dossier": c.numero_dossier,
                "uo": c.uo,
                "structure": c.structure,
                "resultat": str(c.resultat),
                "motifs": [
                    p["motif"]
                    for p in lectures[c.pk].points
                    if c.resultat == Verdict.NON_CONFORME and p["verdict"] == Verdict.NON_CONFORME
                ],
            }
            for c in sorted(controles, key=lambda c: c.numero_dossier)
        ],
    }


def _objet(pv: ProcesVerbal) -> str:
    return f"{pv.lot} {pv.trimestre} {pv.contenu['tirage']} {pv.emetteur}"
