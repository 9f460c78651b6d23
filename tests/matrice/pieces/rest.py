"""The API: for each operator, a key of every action with its subscription, a narrow key, a revoked one, a deposit."""

from datetime import timedelta
from pathlib import Path

from cepage.echanges.canaux.acces.actions import LIBELLES
from cepage.echanges.canaux.acces.authentification import authentifier
from cepage.echanges.canaux.acces.services import CleOuverte, creer, revoquer
from cepage.echanges.canaux.avis import services
from cepage.echanges.canaux.avis.enums import SOUSCRITS
from cepage.echanges.canaux.depots.services import Ouverture, ouvrir
from cepage.echanges.reception.enums import Mode
from cepage.fondations.socle import horloge
from tests.matrice.objets import Cote, Piece, Requete, commun, objet
from tests.matrice.pieces.reception import ABSENT

ENTIERE, ETROITE, REVOQUEE = "clé entière", "clé étroite", "clé révoquée"
ETROIT = "contrat.lire"


def _preparer(cote: Cote, dossier: Path) -> None:
    le = horloge.maintenant()
    for nom, actions in ((ENTIERE, list(LIBELLES)), (ETROITE, [ETROIT]), (REVOQUEE, list(LIBELLES))):
        ouverte = creer(
            emetteur=cote.emetteur, nom=f"{nom} {cote.emetteur}", actions=actions, le=le, expire_le=le + timedelta(1)
        )
        cote.objets[nom] = ouverte.texte
        cote.canaris |= {ouverte.cle.identifiant, ouverte.secret, f"{nom} {cote.emetteur}"}
        if nom == REVOQUEE:
            revoquer(ouverte.cle, le=le, par=None)
        if nom == ENTIERE:
            _abonner(cote, ouverte)
    acces = authentifier(cote.objets[ENTIERE], adresse="127.0.0.1", le=le)
    depot = ouvrir(acces, Ouverture("rest", cote.lot, Mode.NORMAL, "attente.zip", 10, "0" * 31 + "1"), le=le)
    cote.objets["dépôt de l'API"] = str(depot.identifiant)
    cote.canaris.add(str(depot.identifiant))


def _abonner(cote: Cote, ouverte: CleOuverte) -> None:
    """A subscription of this key, with one notice: another key of the same operator does not find it."""
    le = horloge.maintenant()
    url = f"https://api-{cote.emetteur.lower()}.exemple.invalid/avis"
    abonnement = services.souscrire(ouverte.cle, url=url, evenements=SOUSCRITS, le=le)
    avis = services.essayer(abonnement, le=le)
    cote.objets |= {"abonnement de l'API": abonnement.identifiant, "avis de l'API": str(avis.identifiant)}
    cote.canaris |= {url, abonnement.identifiant, str(avis.identifiant)}


PIECE = Piece(
    "rest",
    rang=16,
    preparer=_preparer,
    arguments={
        "identifiant": objet("envoi", manquant="08-0000000000000000"),
        "depot": objet("dépôt de l'API", manquant=ABSENT),
        "abonnement": objet("abonnement de l'API", manquant="000000000000"),
        "avis": objet("avis de l'API", manquant=ABSENT),
        "fiche": commun("beneficiaire", manquant="rien"),
        "nom": commun("statut", manquant="rien"),
        "reste": commun("rien/du/tout"),
    },
    requetes={
        "rest:envois": Requete(lambda cote: {"lot": cote.lot}),
        "rest:registre": Requete(lambda cote: {"lot": cote.lot}),
        "rest:fiches": Requete(lambda cote: {"lot": cote.lot}),
        "rest:bons": Requete(lambda cote: {"lot": cote.lot}, objet=True),
    },
)
