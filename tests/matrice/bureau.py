"""The operator's desk, for either operator: people, units, who works for whom."""

from datetime import UTC, date, datetime

from cepage.fondations.comptes.enums import Role
from cepage.fondations.comptes.models import Personne
from cepage.operateur.dossiers.models import Beneficiaire, UniteOeuvre
from cepage.operateur.dossiers.services import Acteur, Engagement, creer_beneficiaire, engager_uo
from tests.matrice.objets import Cote
from tests.matrice.parcours import LIEUX
from tests.matrice.personnes import personne_de
from tests.operateur.dossiers.atelier import PERSONNE

JOUR = date(2021, 3, 1)
A = datetime(2021, 3, 1, 9, tzinfo=UTC)


def professionnel(cote: Cote) -> Personne:
    """AB's counsellor; CD has its director alone."""
    return personne_de(Role.CONSEILLER if cote.emetteur == "AB" else Role.DIRECTEUR_PROJET, cote.emetteur)


def acteur(cote: Cote) -> Acteur:
    """The same, acting as a counsellor."""
    return Acteur.de(professionnel(cote), {Role.CONSEILLER})


def recevoir(cote: Cote, genre: str) -> Beneficiaire:
    """A new person of this operator; each of their names is a canary."""
    code_postal, commune = LIEUX[cote.emetteur]
    nom, prenom = f"Canari{genre}{cote.emetteur}", f"Prenom{genre}{cote.emetteur}"
    courriel = f"{genre}.{cote.emetteur}@exemple.test".lower()
    cote.canaris |= {nom, prenom, courriel}
    return creer_beneficiaire(
        PERSONNE
        | {"nom_naissance": nom, "prenom": prenom, "email": courriel, "telephone": ""}
        | {"adresse_code_postal": code_postal, "adresse_commune": commune},
        emetteur=cote.emetteur,
        lot=cote.lot,
        par=acteur(cote),
        a=A,
    )


def engager(cote: Cote, beneficiaire: Beneficiaire) -> UniteOeuvre:
    """Their UO1, engaged; its number is a canary."""
    demande = Engagement(
        beneficiaire=beneficiaire,
        uo="01",
        date_engagement=JOUR,
        origine_demarche="INDIVIDUELLE",
        motif_sollicitation="PROJET",
        motif_sollicitation_detaille=["CHANGER_METIER"],
        referent=professionnel(cote),
    )
    unite = engager_uo(demande, par=acteur(cote), a=A)
    cote.canaris.add(str(unite.numero_dossier))
    return unite
