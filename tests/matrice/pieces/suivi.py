"""The calendar of sendings: a document deposited and findings sealed, for each operator."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from odfdo import Document

from cepage.echanges.suivi.enums import Genre
from cepage.echanges.suivi.services import constater, deposer
from tests.matrice.objets import Cote, Etat, Piece, Requete, commun, objet

LE = datetime(2020, 3, 2, 12, tzinfo=UTC)


def _preparer(cote: Cote, dossier: Path) -> None:
    tampon = BytesIO()
    Document("text").save(tampon)
    octets = tampon.getvalue()
    nom = f"plan-canari-{cote.emetteur}.odt"
    depose = deposer(
        emetteur=cote.emetteur, lot=cote.lot, genre=Genre.UO3, periode="", nom=nom, octets=octets, par=None, le=LE
    )
    constater(le=LE, lots=[cote.lot])
    cote.objets |= {"document du marché": str(depose.pk), "tenue": cote.emetteur, "lot suivi": cote.lot}
    cote.canaris.add(nom)


PIECE = Piece(
    "suivi",
    rang=20,
    preparer=_preparer,
    arguments={
        "lot": objet("lot suivi", manquant="99"),
        "emetteur": objet("tenue", manquant="ZZ"),
        "mois": commun("2020-02", manquant="fevrier"),
        "document": objet("document du marché", manquant=999999),
        "extension": commun("ods", manquant="exe"),
    },
    requetes={"suivi:operateur": Requete(lambda _: {"annee": "2020"})},
    etats=[
        Etat("suivi:operateur", "douze derniers mois"),
        Etat("suivi:attendus", "filtre faux", {"annee": "hier"}),
        Etat("suivi:attendus", "rien ne répond", {"annee": "2020", "genre": "uo5", "etat": "retard"}),
        Etat("suivi:deposer", "formulaire vide", donnees={}),
        Etat("suivi:creneau", "formulaire vide", donnees={}),
    ],
)
