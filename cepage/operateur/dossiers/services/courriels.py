"""The three mails of an UO2.2: kept as they were written, made a PDF, and declared as its livrables."""

from datetime import date, datetime

from django.db import transaction

from cepage.echanges.envoi.boite import garder_piece
from cepage.fondations.regles import Refus
from cepage.fondations.socle.pdf import Document, Fiche, Paragraphe, produire
from cepage.operateur.dossiers.enums import UO, TypeCourriel
from cepage.operateur.dossiers.models import Beneficiaire, Courriel, UniteOeuvre
from cepage.operateur.dossiers.services import courrier, fiches
from cepage.operateur.dossiers.services.acteurs import ActeRefuse, Acteur

_CLAUSE = "CCTP §2.1.3"


@transaction.atomic
def consigner_courriel(
    beneficiaire: Beneficiaire,
    *,
    type_livrable: str,
    le: date,
    objet: str,
    texte: str,
    par: Acteur,
    a: datetime,
    unite: UniteOeuvre | None = None,
    envoyer: bool = False,
) -> Courriel:
    """Keep one of the three mails; `envoyer` also puts it in the outbox, from where it leaves to the person.

    The engagement mail and its answer come before the unit, which takes them when it is engaged; the closing mail
    goes to the open UO2.2 `unite`. Raises ActeRefuse.
    """
    if le > a.date():
        raise ActeRefuse(Refus("DATE_FUTURE", "Ce courriel est daté d'un jour à venir.", _CLAUSE, "Vérifiez la date."))
    cloture = type_livrable == TypeCourriel.CLOTURE
    if cloture and (unite is None or unite.uo != UO.UO22 or not unite.ouverte):
        raise ActeRefuse(
            Refus(
                "SANS_UO22",
                "Aucune UO2.2 n'est ouverte pour cette personne.",
                _CLAUSE,
                "Le courriel de clôture vient à la fin de l'UO2.2 : engagez-la d'abord.",
            )
        )
    if envoyer and not beneficiaire.email:
        raise ActeRefuse(
            Refus("SANS_ADRESSE", "La personne n'a pas d'adresse de courriel.", _CLAUSE, "Renseignez son adresse.")
        )
    octets = produire(_document(beneficiaire, type_livrable, le, objet, texte, par), le=a)
    courriel = Courriel.objects.create(
        emetteur=beneficiaire.emetteur,
        beneficiaire=beneficiaire,
        unite=unite if cloture else None,
        type_livrable=type_livrable,
        date_courriel=le,
        objet=objet,
        texte=texte,
        nom_fichier=f"{beneficiaire.identifiant_beneficiaire}_{type_livrable}_{le:%Y%m%d}.pdf",
        empreinte_sha256=garder_piece(octets),
        saisi_le=a,
        saisi_par=par.nom,
    )
    if cloture:
        fiches.declarer_courriel(courriel, a)
    if envoyer:
        courrier.poster(courriel, a=a)
    return courriel


def _document(
    beneficiaire: Beneficiaire, type_livrable: str, le: date, objet: str, texte: str, par: Acteur
) -> Document:
    couples = (("Date", f"{le:%d/%m/%Y}"), ("Objet", objet), ("Personne", beneficiaire.nom_complet))
    paragraphes = [Paragraphe(morceau) for morceau in texte.split("\n") if morceau.strip()]
    return Document(str(TypeCourriel(type_livrable).label), par.nom, [Fiche(couples), *paragraphes])
