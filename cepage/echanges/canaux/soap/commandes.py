"""`cepage soap`: an authority for trials, and the assertions that it issues for the sandbox."""

import argparse
import sys


def ajouter_commandes(sous_parseurs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `soap` on the command line."""
    parseur = sous_parseurs.add_parser("soap", help="essayer les assertions InterOPS au bac à sable")
    actions = parseur.add_subparsers(metavar="ACTION", required=True)
    autorite = actions.add_parser("autorite-essai", help="joindre une autorité d'essai à une clé du bac à sable")
    autorite.add_argument("identifiant", help="identifiant de la clé d'accès")
    autorite.set_defaults(executer=_autorite)
    assertion = actions.add_parser("assertion-essai", help="émettre une assertion d'essai, pour une heure")
    assertion.add_argument("identifiant", help="identifiant de la clé d'accès")
    assertion.add_argument("certificat", help="certificat qui signera les messages, PEM ou DER")
    assertion.add_argument("--profil", action="append", default=[], metavar="PAGM", help="profil (répétable)")
    assertion.set_defaults(executer=_assertion)


def _autorite(args: argparse.Namespace) -> int:
    from cepage.echanges.canaux.acces.certificats import CertificatRefuse, joindre
    from cepage.echanges.canaux.acces.enums import Usage
    from cepage.echanges.canaux.acces.selectors import cles
    from cepage.echanges.canaux.soap.interops.autorite_d_essai import autorite_d_essai
    from cepage.fondations.socle import horloge
    from cepage.fondations.socle.portee import portee_totale

    maintenant = horloge.maintenant()
    with portee_totale():
        cle = cles().filter(identifiant=args.identifiant).first()
    try:
        if cle is None:
            raise CertificatRefuse(f"Aucune clé ne porte l'identifiant « {args.identifiant} ».")
        autorite = autorite_d_essai(cle.identifiant, le=horloge.reelle())
        joindre(cle, autorite.pem, le=maintenant, usage=Usage.ASSERTION, entite=autorite.entite)
    except CertificatRefuse as refus:
        print(refus, file=sys.stderr)
        return 2
    print(f"L'autorité d'essai « {autorite.entite} » est jointe à la clé « {cle.nom} ».")
    return 0


def _assertion(args: argparse.Namespace) -> int:
    from pathlib import Path

    from lxml import etree

    from cepage.echanges.canaux.acces.certificats import ESSAI, CertificatRefuse, lire
    from cepage.echanges.canaux.acces.selectors import autorite
    from cepage.echanges.canaux.soap.interops.autorite_d_essai import autorite_d_essai
    from cepage.echanges.canaux.soap.interops.vecteur import PROFILS
    from cepage.fondations.socle import horloge

    profils = tuple(args.profil) or tuple(PROFILS)
    try:
        if inconnus := sorted(set(profils) - set(PROFILS)):
            raise CertificatRefuse(f"Profils inconnus : {', '.join(inconnus)}. Choisissez parmi {', '.join(PROFILS)}.")
        if autorite(f"{ESSAI}{args.identifiant}") is None:
            raise CertificatRefuse(f"Joignez d'abord l'autorité : cepage soap autorite-essai {args.identifiant}.")
        signataire = lire(Path(args.certificat).read_bytes())
    except OSError:
        print(f"Le fichier « {args.certificat} » ne se lit pas. Vérifiez le chemin.", file=sys.stderr)
        return 2
    except CertificatRefuse as refus:
        print(refus, file=sys.stderr)
        return 2
    # Assertions and their authority are judged by the machine's clock, like the message that carries them.
    emise = autorite_d_essai(args.identifiant, le=horloge.reelle()).emettre(signataire, profils, le=horloge.reelle())
    print(etree.tostring(emise, encoding="unicode"))
    return 0
