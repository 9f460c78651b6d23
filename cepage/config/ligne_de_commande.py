"""`cepage`: the command line. Each room brings its own commands; only the one called is imported."""

import argparse
import importlib
import os
import sys
from dataclasses import dataclass
from typing import NoReturn

REUSSI, EN_PARTIE, REFUSE, IMPOSSIBLE = 0, 1, 2, 3


@dataclass(frozen=True)
class Commande:
    """A command: the module that declares it, its one-line help, whether it needs the database."""

    module: str
    aide: str
    base: bool = True


COMMANDES = {
    "servir": Commande("cepage.config.service", "servir le site et traiter les tâches", base=False),
    "demo": Commande("cepage.config.service", "préparer la démonstration et la servir", base=False),
    "migrer": Commande("cepage.config.service", "mettre la base à jour", base=False),
    "recevoir": Commande("cepage.echanges.reception.commandes", "recevoir un ou plusieurs envois"),
    "envoi": Commande("cepage.echanges.envoi.commandes", "construire et transmettre les envois de cet opérateur"),
    "suivi": Commande("cepage.echanges.suivi.commandes", "constater ce qui est reçu ou manque, relancer"),
    "partage": Commande("cepage.echanges.partage.commandes", "exporter les parcours pour AGORA ou le SI CPF"),
    "dossiers": Commande("cepage.operateur.dossiers.commandes", "clore les unités dont le délai est passé"),
    "agenda": Commande("cepage.operateur.agenda.commandes", "rappeler les rendez-vous qui approchent"),
    "reversibilite": Commande(
        "cepage.operateur.reversibilite.commandes", "exporter et reprendre des dossiers complets (UO5)"
    ),
    "registre": Commande("cepage.acheteur.registre.commandes", "lire le registre"),
    "indicateurs": Commande("cepage.acheteur.indicateurs.commandes", "calculer les indicateurs d'un mois"),
    "regles": Commande("cepage.fondations.regles.ligne_de_commande", "interroger les règles du contrat", base=False),
    "referentiels": Commande("cepage.fondations.referentiels.ligne_de_commande", "lister et importer les référentiels"),
    "journal": Commande("cepage.fondations.journal.commandes", "vérifier et ancrer le journal scellé"),
    "comptes": Commande("cepage.fondations.comptes.commandes", "ouvrir le compte du premier administrateur"),
    "contrat": Commande("cepage.echanges.contrat.commandes", "exporter le contrat d'échange", base=False),
    "conformite": Commande(
        "cepage.echanges.conformite.commandes", "vérifier une instance avec le kit de conformité", base=False
    ),
    "cles": Commande("cepage.echanges.canaux.acces.commandes", "ouvrir, renouveler et révoquer les clés d'accès"),
    "soap": Commande("cepage.echanges.canaux.soap.commandes", "essayer les assertions InterOPS au bac à sable"),
    "ftps": Commande("cepage.echanges.canaux.ftps.commandes", "recevoir les fichiers des opérateurs par FTPS"),
    "marche": Commande("cepage.acheteur.marche.commandes", "importer titulaires, bons de commande et prix"),
    "enquetes": Commande("cepage.acheteur.qualite.commandes", "interroger les bénéficiaires"),
    "controle": Commande("cepage.acheteur.controle.commandes", "tirer l'échantillon du contrôle de service fait"),
    "decomptes": Commande("cepage.acheteur.decomptes.commandes", "calculer le décompte d'un lot pour un trimestre"),
    "prime": Commande("cepage.acheteur.decomptes.commandes", "calculer la prime qualité d'un lot pour un semestre"),
    "jeu": Commande("demo.ligne_de_commande", "fabriquer un jeu de données fictif", base=False),
}


class Parseur(argparse.ArgumentParser):
    """A command written wrong could not run: exit code 3, since 2 says that an envoi is refused."""

    def error(self, message: str) -> NoReturn:
        """Say how the command is written, then leave."""
        self.print_usage(sys.stderr)
        self.exit(IMPOSSIBLE, f"{self.prog} : {message}\n")


def principal(arguments: list[str] | None = None) -> int:
    """Run `cepage`; returns the exit code (0 done, 1 partly, 2 refused, 3 could not run)."""
    arguments = sys.argv[1:] if arguments is None else arguments
    parseur = Parseur(prog="cepage", description="Le système d'information du CEP.")
    sous_parseurs = parseur.add_subparsers(title="commandes", metavar="COMMANDE", required=True)
    demandee = COMMANDES.get(arguments[0]) if arguments else None
    if demandee is None:
        for nom, commande in COMMANDES.items():
            sous_parseurs.add_parser(nom, help=commande.aide)
        parseur.parse_args(arguments)
        return IMPOSSIBLE
    module = importlib.import_module(demandee.module)
    module.ajouter_commandes(sous_parseurs)
    args = parseur.parse_args(arguments)
    if not demandee.base:
        return int(args.executer(args))
    return _avec_la_base(args)


def _avec_la_base(args: argparse.Namespace) -> int:
    from cepage.fondations.socle.base_embarquee import BaseIndisponible

    try:
        preparer()
    except BaseIndisponible as erreur:
        print(erreur, file=sys.stderr)
        return IMPOSSIBLE
    from django.db import DatabaseError, connections

    try:
        return int(args.executer(args))
    except DatabaseError as erreur:
        print(f"La base de données a refusé l'opération : {erreur}. Rien n'a été écrit.", file=sys.stderr)
        return IMPOSSIBLE
    finally:
        connections.close_all()


def preparer() -> None:
    """Set Django up and bring the database up to date. Raises BaseIndisponible."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cepage.config.settings")
    import django

    django.setup()
    from django.db import OperationalError

    from cepage.fondations.socle.base import mettre_a_jour
    from cepage.fondations.socle.base_embarquee import BaseIndisponible

    try:
        mettre_a_jour()
    except OperationalError as erreur:
        raise BaseIndisponible(
            f"La base de données ne répond pas : {erreur}. Vérifiez DATABASE_URL et que le serveur est démarré."
        ) from erreur


def lancer() -> int:
    """Entry point of the installed command: a reader that closes the pipe early (`| head`) is not an error."""
    try:
        return principal()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return REUSSI


if __name__ == "__main__":
    sys.exit(lancer())
