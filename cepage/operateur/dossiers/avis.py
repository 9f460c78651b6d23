"""Mails that tell of a deadline: to the person, and to the counsellor who follows them."""

from collections.abc import Iterator
from datetime import date, datetime

from cepage.fondations.socle.formats import jour
from cepage.operateur.dossiers.models import CourrielSortant, UniteOeuvre
from cepage.operateur.dossiers.services.cloture import Avertissement, avertissements
from cepage.operateur.dossiers.services.courrier import ecrire_une_fois

_A_LA_PERSONNE = (
    "Bonjour,\n\nVotre accompagnement ({uo}) prend fin le {echeance}, {reste}. Pour le terminer ou "
    "demander un rendez-vous, répondez à ce message ou appelez votre conseiller.\n\nSans nouvelle de votre part, "
    "il sera clos ce jour-là ; vous pourrez toujours revenir."
)
_AU_CONSEILLER = "Le dossier {numero} ({uo}) arrive à son échéance le {echeance}, {reste}."


def avertir(le: date, *, a: datetime) -> int:
    """Write the warnings due on `le`; gives how many. Run twice, the second writes none.

    A unit is warned once for each distance, even if the night's work did not run that very day.
    """
    return ecrire_une_fois(
        CourrielSortant(
            emetteur=du.unite.emetteur,
            cle=f"echeance:{du.unite.pk}:{du.unite.echeance}:{du.distance}:{qui}",
            destinataire=adresse,
            objet="Votre accompagnement",
            texte=_texte(modele, du, le),
            cree_le=a,
        )
        for du in avertissements(le)
        for qui, adresse, modele in _destinataires(du.unite)
    )


def _texte(modele: str, du: Avertissement, le: date) -> str:
    assert du.unite.echeance is not None
    jours = (du.unite.echeance - le).days
    return modele.format(
        uo=du.unite.libelle,
        numero=du.unite.numero_dossier,
        echeance=jour(du.unite.echeance),
        reste="aujourd'hui" if jours == 0 else "demain" if jours == 1 else f"dans {jours} jours",
    )


def _destinataires(unite: UniteOeuvre) -> Iterator[tuple[str, str, str]]:
    if unite.beneficiaire.email:
        yield "personne", unite.beneficiaire.email, _A_LA_PERSONNE
    if unite.referent is not None:
        yield "conseiller", unite.referent.email, _AU_CONSEILLER
