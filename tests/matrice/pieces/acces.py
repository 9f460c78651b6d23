"""The access keys of the operators' software."""

from datetime import timedelta
from pathlib import Path

from cepage.echanges.canaux.acces.actions import LIBELLES
from cepage.echanges.canaux.acces.certificats import joindre
from cepage.echanges.canaux.acces.services import creer
from cepage.fondations.socle import horloge
from tests.echanges.canaux.signataire import identite
from tests.matrice.objets import Cote, Etat, Piece, objet


def _preparer(cote: Cote, dossier: Path) -> None:
    le = horloge.maintenant()
    nom = f"Logiciel canari {cote.emetteur}"
    ouverte = creer(
        emetteur=cote.emetteur, nom=nom, actions=list(LIBELLES)[:1], le=le, expire_le=le + timedelta(days=30)
    )
    cote.objets["cle d'accès"] = ouverte.cle.identifiant
    certificat = joindre(ouverte.cle, identite(f"Certificat canari {cote.emetteur}").pem, le=le)
    cote.objets["certificat"] = str(certificat.pk)
    cote.canaris |= {nom, certificat.sujet, certificat.empreinte, ouverte.cle.identifiant, ouverte.secret}


PIECE = Piece(
    "acces",
    rang=15,
    preparer=_preparer,
    arguments={
        "identifiant": objet("cle d'accès", manquant="000000000000"),
        "certificat": objet("certificat", manquant="999999999"),
    },
    etats=[Etat("acces:creer", "formulaire vide", donnees={})],
)
