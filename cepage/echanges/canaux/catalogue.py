"""The channels of the exchange point: one folder each, no rule inside, all listed here.

A channel turns what its protocol brings into an entry (`acces`) and a deposit (`depots`), and a receipt into what its
protocol gives back. Whatever it cannot say of itself here stays in its own folder.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Canal:
    """One channel: the word kept with each envoi, its name on pages, and what it is for, in a sentence."""

    nom: str
    libelle: str
    usage: str


COMMANDE = Canal("commande", "Ligne de commande", "pour l'administration de l'instance")
PAGE = Canal("page", "Page de dépôt", "pour une personne, un fichier à la fois")
REST = Canal("rest", "API REST", "pour un logiciel, fichier par fichier ou fiche par fiche")
FTPS = Canal("ftps", "FTPS", "pour un logiciel qui dépose des fichiers dans un dossier distant")
SAISIE = Canal("saisie", "Saisie en ligne", "pour une personne sans logiciel, fiche par fiche ou par tableur")
SOAP = Canal("soap", "Service SOAP", "pour un logiciel qui suit un WSDL, signé message par message")

CANAUX: dict[str, Canal] = {canal.nom: canal for canal in (COMMANDE, PAGE, REST, FTPS, SAISIE, SOAP)}
