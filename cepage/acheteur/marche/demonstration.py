"""The notes of the demonstration: one in force and acknowledged, the one that replaces it not yet."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from cepage.acheteur.marche import notes
from cepage.fondations.socle.horloge import PARIS
from cepage.fondations.socle.portee import portee_emetteurs, portee_totale

AUTEUR = "Service des marchés (fictif)"


def publier_des_notes(titulaires: Mapping[str, Sequence[str]], a: datetime) -> None:
    """Publish two fictitious notes before the instant `a`; the operators (with their lots) have read the first."""
    jadis, naguere = a - timedelta(days=200), a - timedelta(days=3)
    with portee_totale():
        premiere = notes.publier(
            objet="Entretiens à distance : ce que la fiche d'interaction doit dire",
            texte=(
                "Un entretien mené par téléphone ou par visioconférence se déclare comme un entretien, avec son mode "
                "de contact et sa durée.\n\nUn message laissé sans réponse n'est pas un entretien."
            ),
            lots=[],
            effet=_effet(jadis),
            auteur=AUTEUR,
            publiee_le=jadis,
        )
    for emetteur in titulaires:
        with portee_emetteurs([emetteur]):
            notes.attester(premiere, emetteur, auteur="Direction de projet", le=jadis + timedelta(days=4))
    with portee_totale():
        notes.publier(
            objet="Entretiens à distance : la durée peut être arrondie au quart d'heure",
            texte="La durée d'un entretien à distance s'arrondit au quart d'heure.\n\nLe reste ne change pas.",
            lots=[],
            effet=_effet(naguere),
            auteur=AUTEUR,
            publiee_le=naguere,
            remplace=premiere,
        )


def _effet(publiee_le: datetime) -> date:
    jour = publiee_le.astimezone(PARIS).date()
    return jour + timedelta(days=notes.preavis(jour))
