"""The people of the matrix: one for each role on AB's side; on CD's, its director and the controller of its files."""

from collections.abc import Iterable
from datetime import date

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from cepage.fondations.comptes.enums import NATURES_DU_ROLE, Nature, Role
from cepage.fondations.comptes.models import Organisation, Personne
from cepage.fondations.comptes.services import attribuer, ouvrir_compte
from tests.matrice.objets import Cote

LONG = "Groupement momentané d'entreprises pour le conseil en évolution professionnelle des personnes actives occupées"


def adresse(role: Role, emetteur: str) -> str:
    """The address by which a person of the matrix is found."""
    return f"{role}.{emetteur.lower()}@exemple.test".replace("_", "-")


def personne_de(role: Role, emetteur: str = "AB") -> Personne:
    """The person who holds this role."""
    return Personne.objects.get(email=adresse(role, emetteur))


def creer(cotes: Iterable[Cote]) -> None:
    """Everyone, second factor set; the référent and the controller have AB's lot alone."""
    acheteur = Organisation.objects.create(nom=f"{LONG}, acheteur", nature=Nature.ACHETEUR)
    autres = {
        nature: Organisation.objects.create(nom=f"Organisation {nature.label}", nature=nature)
        for nature in (Nature.CABINET, Nature.MEDIATEUR)
    }
    for rang, cote in enumerate(cotes):
        nom = f"{LONG} ({cote.emetteur})"
        operateur = Organisation.objects.create(
            nom=nom, nature=Nature.OPERATEUR, code_emetteur=cote.emetteur, lots=[cote.lot]
        )
        organisations = {Nature.OPERATEUR: operateur, Nature.ACHETEUR: acheteur, **autres}
        for role in Role if rang == 0 else [Role.DIRECTEUR_PROJET, Role.CONTROLEUR]:
            personne = ouvrir_compte(
                email=adresse(role, cote.emetteur),
                prenom="Marie-Antoinette-Joséphine",
                nom=f"de la Tour-Prends-Garde {role.label}",
                organisation=organisations[NATURES_DU_ROLE[role]],
            )
            lots = [cote.lot] if role in (Role.REFERENT, Role.CONTROLEUR) else []
            attribuer(personne, role, debut=date(2020, 1, 1), lots=lots)
            TOTP.activate(personne, generate_totp_secret())
