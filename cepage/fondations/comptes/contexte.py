"""What every page knows: the navigation the person's rights open, the theme, the demonstration."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve

from cepage.fondations.comptes.acces import peut, roles_de
from cepage.fondations.comptes.enums import Role


@dataclass(frozen=True)
class Entree:
    """One entry of the navigation; `explication` and `geste` (what one does there) are for the home page."""

    chemin: str
    libelle: str
    action: str
    explication: str
    geste: str


ENTREES = (
    Entree(
        "/dossiers/journee/",
        "Ma journée",
        "dossiers.lire",
        "Les dossiers à clore, à corriger, à relancer, et la recherche d'une personne.",
        "Voir ma journée",
    ),
    Entree(
        "/dossiers/aiguillage/",
        "Aiguillage",
        "dossiers.aiguiller",
        "Chercher une personne qui appelle, lui proposer le bon interlocuteur, garder la trace.",
        "Aiguiller une personne",
    ),
    Entree(
        "/agenda/",
        "Agenda",
        "agenda.lire",
        "La semaine, les créneaux libres, les sites et leur saturation, les ateliers.",
        "Voir l'agenda",
    ),
    Entree(
        "/equipe/",
        "Mon équipe",
        "equipe.lire",
        "Ce qui est dû, en retard ou refusé, la charge, la qualification et la formation de chacun.",
        "Voir mon équipe",
    ),
    Entree(
        "/equipe/groupement/",
        "Mon groupement",
        "groupement.tenir",
        "Chaque membre : ses sites, ses dossiers, ses résultats de l'année ; les entrées et les sorties.",
        "Voir mon groupement",
    ),
    Entree(
        "/dossiers/ce-soir/",
        "Envoi du soir",
        "dossiers.transmettre",
        "Ce que le point d'échange refuserait ce soir, et le bouton pour transmettre.",
        "Contrôler l'envoi du soir",
    ),
    Entree(
        "/saisie/",
        "Saisie",
        "saisie.saisir",
        "Déclarer sans logiciel : saisir les fiches du jour, les vérifier, les envoyer, corriger ce qui est refusé.",
        "Saisir une fiche",
    ),
    Entree(
        "/envois/",
        "Envois",
        "envoi.lire",
        "Les fiches déclarées par les opérateurs, et l'accusé qui dit ce qui est accepté ou à corriger.",
        "Voir les envois",
    ),
    Entree(
        "/suivi/",
        "Suivi des envois",
        "suivi.lire",
        "Ce qui est attendu de chaque opérateur, ce qui est venu, en retard ou pas, et ce qui manque.",
        "Voir ce qui manque",
    ),
    Entree(
        "/registre/",
        "Registre",
        "registre.lire",
        "Toutes les versions de toutes les fiches reçues : la source de chaque chiffre.",
        "Chercher un dossier",
    ),
    Entree(
        "/indicateurs/",
        "Indicateurs",
        "indicateurs.lire",
        "Ce que disent les chiffres, à la date que vous choisissez, avec leur définition.",
        "Lire les indicateurs",
    ),
    Entree(
        "/marche/",
        "Marché",
        "marche.lire",
        "Les lots et leurs titulaires, les prix, les bons de commande et ce qui en est consommé.",
        "Voir le marché",
    ),
    Entree(
        "/decomptes/",
        "Décomptes",
        "decompte.lire",
        "Ce qui est dû pour chaque trimestre, jusqu'à l'unité, et où en est le paiement.",
        "Voir les décomptes",
    ),
    Entree(
        "/penalites/",
        "Pénalités",
        "penalite.lire",
        "Les manquements sanctionnés : proposés par l'un, décidés par d'autres, contestés, retenus.",
        "Voir les pénalités",
    ),
    Entree(
        "/controle/file/",
        "Mes contrôles",
        "controle.controler",
        "Les dossiers de votre échantillon, leurs pièces et la grille à remplir.",
        "Contrôler mes dossiers",
    ),
    Entree(
        "/controle/",
        "Contrôle",
        "controle.suivre",
        "Les échantillons tirés au sort, ce qui y fut trouvé, contesté et arbitré, et les procès-verbaux.",
        "Suivre le contrôle",
    ),
    Entree(
        "/enquetes/",
        "Enquêtes",
        "enquetes.lire",
        "Ce que les bénéficiaires disent du service, par lot, unité et semestre.",
        "Lire les enquêtes",
    ),
    Entree(
        "/livrables/",
        "Livrables",
        "livrable.lire",
        "Les états des lieux partagés et les projets professionnels : à écrire, à faire signer, signés.",
        "Écrire et faire signer",
    ),
    Entree(
        "/reclamations/",
        "Réclamations",
        "reclamation.traiter",
        "Ce que les personnes reprochent au service : l'accusé sous 7 jours, la réponse sous 45.",
        "Répondre",
    ),
    Entree(
        "/moyens/",
        "Moyens et coûts",
        "moyens.lire",
        "Les ETP et les coûts de chaque lot, à transmettre chaque année.",
        "Voir les moyens et les coûts",
    ),
    Entree(
        "/reversibilite/",
        "Réversibilité",
        "reversibilite.tenir",
        "Le plan, le planning et les incidents à transmettre à un successeur, et les dossiers portables.",
        "Tenir le dossier de réversibilité",
    ),
    Entree(
        "/contrat/",
        "Contrat d'échange",
        "contrat.lire",
        "Chaque fiche, chaque champ et chaque règle de contrôle, avec sa clause.",
        "Consulter le contrat",
    ),
    Entree(
        "/journal/",
        "Journal",
        "journal.verifier",
        "Ce qui fut déclaré et décidé, scellé : vérifiez que rien n'y a changé.",
        "Vérifier le journal",
    ),
    Entree(
        "/acces/",
        "Clés d'accès",
        "acces.gerer",
        "Ce qui laisse entrer vos logiciels au point d'échange : actions, adresses, durée, révocation.",
        "Gérer les clés",
    ),
    Entree(
        "/exploitation/",
        "Exploitation",
        "exploitation.lire",
        "Ce qui est en retard ou en défaut sur cette instance, et ce qu'il faut faire.",
        "Surveiller l'instance",
    ),
    Entree(
        "/comptes/",
        "Comptes",
        "comptes.administrer",
        "Qui se connecte, avec quel rôle, sur quels lots et jusqu'à quand ; les organisations du marché.",
        "Gérer les comptes",
    ),
)


PREMIERES_PAGES = {
    Role.CONSEILLER: "/dossiers/journee/",
    Role.CHARGE_INFORMATION: "/dossiers/aiguillage/",
    Role.MANAGER: "/equipe/",
    Role.DIRECTEUR_PROJET: "/equipe/groupement/",
}
"""The page a role begins its day on; the others begin on the home page."""


def premiere_page(role: Role) -> str:
    """Where someone of this role begins, on this instance."""
    chemin = PREMIERES_PAGES.get(role, "/")
    return chemin if _existe(chemin) else "/"


def navigation(request: HttpRequest) -> list[Entree]:
    """The entries that exist on this instance and that the person may open."""
    if not request.user.is_authenticated:
        return []
    return [e for e in ENTREES if peut(request, e.action) and _existe(e.chemin)]


def _existe(chemin: str) -> bool:
    try:
        resolve(chemin)
    except Resolver404:
        return False
    return True


def mise_en_page(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `navigation`, `roles_personne`, `theme`, `demonstration`, `raccourci_recherche`."""
    personne = getattr(request, "user", None)
    connecte = personne is not None and personne.is_authenticated
    return {
        "navigation": navigation(request) if connecte else [],
        "roles_personne": [Role(a.role).label for a in roles_de(request)] if connecte else [],
        "theme": settings.CEPAGE_THEME,
        "demonstration": settings.CEPAGE_DEMO,
        "raccourci_recherche": request.COOKIES.get("raccourci") != "non",
    }
