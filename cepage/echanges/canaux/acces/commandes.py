"""`cepage cles`: open, renew and revoke the keys of an operator from the command line."""

import argparse
import sys


def ajouter_commandes(sous_parseurs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `cles` on the command line."""
    parseur = sous_parseurs.add_parser("cles", help="ouvrir, renouveler et révoquer les clés d'accès")
    actions = parseur.add_subparsers(metavar="ACTION", required=True)
    creer = actions.add_parser("creer", help="ouvrir une clé ; elle est écrite une seule fois")
    creer.add_argument("--emetteur", required=True, metavar="CODE", help="code de l'opérateur")
    creer.add_argument("--nom", required=True, help="ce qui s'en servira")
    creer.add_argument("--bac-a-sable", action="store_true", help="n'atteindre que le bac à sable")
    creer.add_argument("--action", action="append", default=[], metavar="ACTION", help="action permise (répétable)")
    creer.add_argument("--adresse", action="append", default=[], metavar="RESEAU", help="adresse permise (répétable)")
    creer.add_argument("--jours", type=int, default=90, help="durée, en jours")
    creer.set_defaults(executer=_creer)
    for nom, aide, faire in (
        ("renouveler", "donner un nouveau secret", _renouveler),
        ("revoquer", "arrêter une clé", _revoquer),
    ):
        action = actions.add_parser(nom, help=aide)
        action.add_argument("identifiant")
        action.set_defaults(executer=faire)
    certificat = actions.add_parser("certificat", help="joindre à une clé le certificat qui signera ses messages SOAP")
    certificat.add_argument("identifiant")
    certificat.add_argument("fichier", help="certificat X.509, PEM ou DER")
    certificat.add_argument("--autorite", default="", metavar="NOM", help="autorité d'assertions InterOPS")
    certificat.set_defaults(executer=_certificat)


def _creer(args: argparse.Namespace) -> int:
    from datetime import timedelta

    from cepage.echanges.canaux.acces.actions import LIBELLES
    from cepage.echanges.canaux.acces.services import CleRefusee, creer
    from cepage.fondations.socle import horloge

    maintenant = horloge.maintenant()
    try:
        ouverte = creer(
            emetteur=args.emetteur,
            nom=args.nom,
            actions=args.action or list(LIBELLES),
            adresses=args.adresse,
            bac_a_sable=args.bac_a_sable,
            expire_le=maintenant + timedelta(days=args.jours),
            le=maintenant,
        )
    except CleRefusee as refus:
        print(refus, file=sys.stderr)
        return 2
    print(ouverte.texte)
    return 0


def _renouveler(args: argparse.Namespace) -> int:
    from cepage.echanges.canaux.acces.selectors import cles
    from cepage.echanges.canaux.acces.services import CleRefusee, renouveler
    from cepage.fondations.socle import horloge
    from cepage.fondations.socle.portee import portee_totale

    with portee_totale():
        cle = cles().filter(identifiant=args.identifiant).first()
    try:
        if cle is None:
            raise CleRefusee(f"Aucune clé ne porte l'identifiant « {args.identifiant} ».")
        print(renouveler(cle, le=horloge.maintenant(), par=None).texte)
    except CleRefusee as refus:
        print(refus, file=sys.stderr)
        return 2
    return 0


def _revoquer(args: argparse.Namespace) -> int:
    from cepage.echanges.canaux.acces.selectors import cles
    from cepage.echanges.canaux.acces.services import revoquer
    from cepage.fondations.socle import horloge
    from cepage.fondations.socle.portee import portee_totale

    with portee_totale():
        cle = cles().filter(identifiant=args.identifiant).first()
    if cle is None:
        print(f"Aucune clé ne porte l'identifiant « {args.identifiant} ».", file=sys.stderr)
        return 2
    revoquer(cle, le=horloge.maintenant(), par=None)
    print(f"La clé « {cle.nom} » est révoquée.")
    return 0


def _certificat(args: argparse.Namespace) -> int:
    from pathlib import Path

    from cepage.echanges.canaux.acces.certificats import CertificatRefuse, joindre
    from cepage.echanges.canaux.acces.enums import Usage
    from cepage.echanges.canaux.acces.selectors import cles
    from cepage.fondations.socle import horloge
    from cepage.fondations.socle.portee import portee_totale

    with portee_totale():
        cle = cles().filter(identifiant=args.identifiant).first()
    try:
        if cle is None:
            raise CertificatRefuse(f"Aucune clé ne porte l'identifiant « {args.identifiant} ».")
        joint = joindre(
            cle,
            Path(args.fichier).read_bytes(),
            le=horloge.maintenant(),
            usage=Usage.ASSERTION if args.autorite else Usage.MESSAGE,
            entite=args.autorite,
        )
    except OSError:
        print(f"Le fichier « {args.fichier} » ne se lit pas. Vérifiez le chemin.", file=sys.stderr)
        return 2
    except CertificatRefuse as refus:
        print(refus, file=sys.stderr)
        return 2
    print(f"Le certificat « {joint.sujet} » est joint à la clé « {cle.nom} ». Empreinte : {joint.empreinte}")
    return 0
