"""Playing a control from its draw: people of the firms and of the buyer, the services in their order."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from cepage.acheteur.controle import services, tirages
from cepage.acheteur.controle.enums import Verdict
from cepage.acheteur.controle.models import Controle, Tirage
from cepage.acheteur.controle.services import PointLu
from cepage.fondations.comptes.enums import Nature, Role
from cepage.fondations.comptes.models import Organisation, Personne
from cepage.fondations.comptes.services import attribuer, ouvrir_compte
from tests.acheteur.controle.fabrique import TRIMESTRE
from tests.personnes import DEBUT

TIRE_LE = datetime(2022, 6, 3, 8, tzinfo=UTC)
LE = datetime(2022, 6, 7, 8, tzinfo=UTC)
TAUX = {uo: Decimal("0.15") for uo in ("00", "01", "21", "22")}


def compte(prenom: str, role: Role, nature: Nature, organisation: str) -> Personne:
    """Someone of that role, second factor set."""
    siege = Organisation.objects.get_or_create(nom=organisation, defaults={"nature": nature})[0]
    personne = ouvrir_compte(email=f"{prenom.lower()}@exemple.test", prenom=prenom, nom="Durand", organisation=siege)
    attribuer(personne, role, debut=DEBUT)
    TOTP.activate(personne, generate_totp_secret())
    return personne


def controleur(prenom: str, cabinet: str = "Cabinet Un") -> Personne:
    """A controller of a firm."""
    return compte(prenom, Role.CONTROLEUR, Nature.CABINET, cabinet)


def superviseur(prenom: str = "Sonia") -> Personne:
    """The buyer's Superviseur."""
    return compte(prenom, Role.SUPERVISEUR, Nature.ACHETEUR, "Acheteur")


def tirer(graine: str = "graine publiée") -> Tirage:
    """Freeze the draw of the quarter; must run in the whole scope."""
    tirage = tirages.figer("08", TRIMESTRE, TAUX, graine, le=TIRE_LE, auteur="test").tirage
    assert tirage is not None
    return tirage


def grille(controle: Controle, *fautes: str) -> Sequence[PointLu]:
    """The grid filled: conforming but for the points named."""
    points = []
    for point in services.grille_du_dossier(controle).de(controle.uo):
        if point.code in fautes:
            motif = next(iter(point.motifs))
            points.append(PointLu(point.code, Verdict.NON_CONFORME, motif, f"Constaté : {motif}"))
        else:
            points.append(PointLu(point.code, Verdict.CONFORME))
    return points


def controler(controle: Controle, *fautes: str, le: datetime = LE) -> Controle:
    """Take the file and decide it, by its own controller."""
    assert controle.controleur is not None
    services.prendre(controle, controle.controleur, le=le)
    return services.decider(controle, controle.controleur, grille(controle, *fautes), le=le)
