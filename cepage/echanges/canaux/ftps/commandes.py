"""`cepage ftps`: receive the operators' files over FTPS until interrupted."""

import argparse
import signal
import sys
from types import FrameType


def ajouter_commandes(sous_parseurs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `ftps` on the command line."""
    parseur = sous_parseurs.add_parser("ftps", help="recevoir les fichiers des opérateurs par FTPS")
    parseur.add_argument("--port", type=int, default=2121, help="port de la connexion de commande (0 : un port libre)")
    parseur.add_argument("--adresse", default="127.0.0.1", help="adresse d'écoute")
    parseur.set_defaults(executer=_servir)


def _servir(args: argparse.Namespace) -> int:
    from django.db import connections

    from cepage.echanges.canaux.ftps import certificat
    from cepage.echanges.canaux.ftps.serveur import PortsMalDits, ouvrir

    connections.close_all()
    try:
        serveur, releve = ouvrir(args.adresse, args.port)
    except (certificat.CertificatMalConfigure, PortsMalDits) as erreur:
        print(erreur, file=sys.stderr)
        return 3
    except OSError as erreur:
        print(
            f"Le port {args.port} de {args.adresse} ne peut pas être ouvert : {erreur.strerror}. "
            "Prenez-en un autre avec --port, ou arrêtez ce qui l'occupe.",
            file=sys.stderr,
        )
        return 3

    def arreter(numero: int, cadre: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, arreter)
    with releve, serveur:
        adresse, port = serveur.address
        if certificat.d_essai():
            chemin, _ = certificat.fichiers()
            print(f"Certificat d'essai, que personne ne garantit : {chemin}. En service, CEPAGE_FTPS_CERTIFICAT.")
        print(f"FTPS est prêt : ftp://{adresse}:{port}, chiffrement explicite (Ctrl+C pour arrêter).", flush=True)
        try:
            serveur.serve_forever(handle_exit=False)
        except KeyboardInterrupt:
            return 0
    return 0
