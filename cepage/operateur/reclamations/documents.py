"""The letters of a complaint: receipt and answer, with the mediator's mention."""

from datetime import datetime

from cepage.fondations.comptes.models import Organisation
from cepage.fondations.socle import formats
from cepage.fondations.socle.pdf import Bloc, Document, Paragraphe, produire
from cepage.operateur.reclamations.selectors import Suivi

_MEDIATEUR = (
    "Si cette réponse ne vous satisfait pas, vous pouvez saisir gratuitement le médiateur de France compétences, par "
    "courrier ou par le formulaire en ligne de France compétences."
)


def lettre(suivi: Suivi, *, le: datetime) -> bytes:
    """The receipt while the complaint is not answered, the answer afterwards."""
    reclamation = suivi.reclamation
    organisation = Organisation.objects.filter(code_emetteur=reclamation.emetteur).first()
    nom = organisation.nom if organisation else f"Opérateur {reclamation.emetteur}"
    recue = formats.jour(reclamation.date_reception)
    blocs: list[Bloc] = [Paragraphe(f"{reclamation.plaignant}\n{reclamation.contact}"), Paragraphe("Madame, Monsieur,")]
    if reclamation.repondue:
        titre = "Réponse à votre réclamation"
        textes = [
            f"Vous nous avez écrit, et nous avons reçu votre courrier le {recue}.",
            reclamation.reponse,
            _MEDIATEUR,
        ]
    else:
        titre = "Accusé de réception de votre réclamation"
        textes = [
            f"Nous avons bien reçu votre réclamation le {recue}. Elle porte la référence {reclamation.identifiant}.",
            f"Nous vous répondrons au plus tard le {formats.jour(suivi.reponse_au_plus_tard)}.",
        ]
    blocs += [Paragraphe(paragraphe) for texte in textes for paragraphe in texte.split("\n\n") if paragraphe.strip()]
    return produire(Document(titre, nom, blocs, entete=(nom, f"Référence {reclamation.identifiant}")), le=le)
