"""The reversibility file: a plan, a step, an incident and an archive of each operator."""

from datetime import UTC, date, datetime
from pathlib import Path

from cepage.fondations.socle.portee import portee_emetteurs
from cepage.operateur.reversibilite.services import dossier as services
from tests.matrice.objets import Cote, Etat, Piece, objet

LE = datetime(2020, 2, 3, 9, tzinfo=UTC)


def _preparer(cote: Cote, dossier: Path) -> None:
    canari = f"Canariplan{cote.emetteur}"
    with portee_emetteurs([cote.emetteur]):
        plan = {"processus": canari, "contacts": canari, "vigilance": canari, "date_notification": date(2020, 2, 3)}
        services.tenir_le_plan(cote.emetteur, plan, version=0, par="Essai", a=LE)
        etape = services.ajouter_une_etape(cote.emetteur, libelle=canari, responsable="Moi", du_jour=1, au_jour=40)
        incident = services.noter_un_incident(
            cote.emetteur, debut=LE.date(), fin=None, description=canari, effet=canari, remede="", a=LE.date()
        )
        export = services.demander_un_export(cote.emetteur, [cote.lot], par="Essai", a=LE)
    services.preparer(export.pk, cote.emetteur, a=LE)
    cote.objets |= {"etape": str(etape.pk), "incident": str(incident.pk), "export": str(export.pk)}
    cote.canaris.add(canari)


PIECE = Piece(
    "reversibilite",
    rang=45,
    preparer=_preparer,
    arguments={nom: objet(nom, manquant=999_999) for nom in ("etape", "incident", "export")},
    etats=[
        Etat("reversibilite:plan", "formulaire vide", donnees={"processus": ""}),
        Etat("reversibilite:etape", "formulaire vide", donnees={"libelle": ""}),
    ],
)
