"""The contrôle de service fait: a file to read, one contested, one constated, for each operator and its controller."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from cepage.acheteur.controle import proces_verbal, services, tirages
from cepage.acheteur.controle.models import Controle, Tirage
from cepage.fondations.comptes.enums import Role
from cepage.fondations.socle import horloge
from cepage.fondations.socle.portee import portee_totale
from tests.acheteur.controle.travail import controler
from tests.matrice.objets import Argument, Cote, Etat, Piece, commun, objet
from tests.matrice.personnes import personne_de

TIRE_LE = datetime(2022, 6, 3, 8, tzinfo=UTC)
ABSENT = 999_999_999
DES_TIRAGES, DES_PV, DE_LA_LECTURE = ("tirage", "base", "etablir"), ("pv", "signer"), ("grille",)


def _tirer(cote: Cote, trimestre: str) -> tuple[Tirage, Controle]:
    """The draw of a quarter, which holds one file; its controller is this operator's."""
    taux = dict.fromkeys(("00", "01", "21", "22"), Decimal(1))
    tirage = tirages.figer(cote.lot, trimestre, taux, f"graine {cote.lot}", le=TIRE_LE, auteur="Auteur").tirage
    assert tirage is not None
    return tirage, tirage.controles.select_related("controleur", "tirage").get()


def _preparer(cote: Cote, dossier: Path) -> None:
    le = horloge.maintenant()
    directeur = personne_de(Role.DIRECTEUR_PROJET, cote.emetteur)
    superviseur = personne_de(Role.SUPERVISEUR)
    argument = f"argument-canari-{cote.emetteur}"
    # Each operator's own month: the surcontrôle of a month is drawn once, over every operator.
    constate_le = le - timedelta(days=32 if cote.emetteur == "AB" else 64)
    piece = SimpleUploadedFile(f"piece-canari-{cote.emetteur}.pdf", b"%PDF-1.4 piece")
    with portee_totale():
        _, a_lire = _tirer(cote, "2020-T1")
        tirage, conteste = _tirer(cote, "2020-T2")
        constate, conforme = _tirer(cote, "2020-T3")
        point = services.grille_du_dossier(conteste).de(conteste.uo)[0].code
        decide = controler(conteste, point, le=le)
        services.contester(decide, directeur, argument, [piece], le=le)
        controler(conforme, le=constate_le)
        proces_verbal.tirer_le_surcontrole(f"{constate_le.astimezone(horloge.PARIS):%Y-%m}", "graine", le=le)
        pv = proces_verbal.etablir(constate, cote.emetteur, superviseur, le=le)
        jointe = decide.contestation.pieces.get()
    cote.objets |= {
        "tirage": str(tirage.pk),
        "dossier à lire": str(a_lire.pk),
        "dossier contesté": str(conteste.pk),
        "dossier constaté": str(conforme.pk),
        "pièce": str(jointe.pk),
        "procès-verbal": str(pv.pk),
    }
    cote.canaris |= {argument, str(piece.name)}


PIECE = Piece(
    "controle",
    rang=70,
    preparer=_preparer,
    arguments={
        "pk": objet("dossier contesté", manquant=ABSENT),
        **{f"controle:{route}/pk": objet("tirage", manquant=ABSENT) for route in DES_TIRAGES},
        **{f"controle:{route}/pk": objet("procès-verbal", manquant=ABSENT) for route in DES_PV},
        **{f"controle:{route}/pk": objet("dossier à lire", manquant=ABSENT) for route in DE_LA_LECTURE},
        "controle:relire/pk": objet("dossier constaté", manquant=ABSENT),
        "emetteur": Argument(lambda cote: cote.emetteur, "ZZ", possede=True),
        "genre": commun("ELP", manquant="RIEN"),
        "piece": objet("pièce", manquant=ABSENT),
    },
    etats=[
        Etat("controle:tirer", "formulaire vide", donnees={}),
        Etat("controle:surcontrole", "formulaire vide", donnees={}),
        Etat("controle:grille", "formulaire vide", donnees={}),
        Etat("controle:contester", "formulaire vide", donnees={}),
        Etat("controle:arbitrer", "formulaire vide", donnees={}),
        Etat("controle:tirage", "par contrôleur", {"axe": "controleur", "etat": "tiree"}),
    ],
)
