"""`cepage envoi construire`, `cepage envoi transmettre`: send what the operator's acts put in the outbox."""

import argparse
from pathlib import Path


def ajouter_commandes(sous_parseurs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `envoi` on the command line."""
    parseur = sous_parseurs.add_parser("envoi", help="construire et transmettre les envois de cet opérateur")
    actions = parseur.add_subparsers(title="actions", metavar="ACTION", required=True)
    construction = actions.add_parser("construire", help="fixer l'envoi des fiches en attente")
    construction.add_argument("--simuler", action="store_true", help="dire ce qui serait refusé, sans rien changer")
    construction.set_defaults(executer=_construire)
    indicateurs = actions.add_parser("indicateurs", help="mettre des indicateurs dans le prochain envoi")
    indicateurs.add_argument("fichier", type=Path, help="CSV du contrat : lot;periode;code;valeur…")
    indicateurs.add_argument("--emetteur", required=True, help="code de l'opérateur, deux caractères")
    indicateurs.set_defaults(executer=_indicateurs)
    transmission = actions.add_parser("transmettre", help="transmettre les envois construits et lire leurs accusés")
    transmission.add_argument("--simuler", action="store_true", help="dire ce qui partirait, sans rien transmettre")
    transmission.set_defaults(executer=_transmettre)


def _construire(args: argparse.Namespace) -> int:
    from cepage.echanges.envoi.services import construire, essayer, lots_en_attente
    from cepage.echanges.envoi.transports import TransportIndisponible
    from cepage.fondations.socle import horloge

    maintenant, refusees = horloge.maintenant(), 0
    for emetteur, lot in lots_en_attente():
        if not args.simuler:
            envoi = construire(emetteur, lot, le=maintenant)
            if envoi is not None:
                print(f"{envoi.nom_fichier} : {envoi.fiches_envoyees} fiche(s), à transmettre.")
            continue
        try:
            essai = essayer(emetteur, lot, le=maintenant)
        except TransportIndisponible as erreur:
            print(f"Lot {lot}, opérateur {emetteur} : {erreur}")
            return 3
        print(f"Lot {lot}, opérateur {emetteur} : {essai.examinees} fiche(s), {essai.refusees} refusée(s).")
        for fiche, anomalie in essai.anomalies:
            print(f"  {anomalie['code']} {fiche.cle} : {anomalie['message']} {anomalie['remede']}")
        refusees += essai.refusees
    return 1 if refusees else 0


def _indicateurs(args: argparse.Namespace) -> int:
    from cepage.echanges.envoi.indicateurs import IndicateursIllisibles, mettre_dans_la_boite
    from cepage.fondations.socle import horloge

    try:
        combien = mettre_dans_la_boite(args.fichier, emetteur=args.emetteur, a=horloge.maintenant())
    except IndicateursIllisibles as erreur:
        print(erreur)
        return 2
    print(f"{combien} indicateur(s) dans le prochain envoi.")
    return 0


def _transmettre(args: argparse.Namespace) -> int:
    from cepage.echanges.envoi.enums import EtatEnvoi
    from cepage.echanges.envoi.models import EnvoiSortant
    from cepage.echanges.envoi.services import lots_en_attente, transmettre
    from cepage.fondations.socle import horloge
    from cepage.fondations.socle.portee import portee_totale

    if args.simuler:
        with portee_totale():
            for envoi in EnvoiSortant.objects.filter(etat=EtatEnvoi.CONSTRUIT).order_by("lot", "sequence"):
                print(f"{envoi.nom_fichier} : {envoi.fiches_envoyees} fiche(s), serait transmis.")
        return 0
    maintenant, code = horloge.maintenant(), 0
    for emetteur, lot in lots_en_attente():
        for resultat in transmettre(emetteur, lot, le=maintenant):
            suite = resultat.erreur or f"{resultat.acceptees} acceptée(s), {resultat.refusees} refusée(s)"
            print(f"{resultat.envoi.nom_fichier} : {suite}")
            code = max(code, 3 if resultat.erreur else 1 if resultat.refusees else 0)
    return code
