"""`cepage dossiers cloturer`, the night's closures and warnings; `cepage dossiers courrier`, the mails."""

import argparse
from datetime import date


def ajouter_commandes(sous_parseurs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `dossiers` on the command line."""
    parseur = sous_parseurs.add_parser("dossiers", help="clore les unités dont le délai est passé")
    actions = parseur.add_subparsers(title="actions", metavar="ACTION", required=True)
    cloturer = actions.add_parser("cloturer", help="prononcer les abandons et avertir avant l'échéance")
    cloturer.add_argument("--simuler", action="store_true", help="dire ce qui serait clos, sans rien changer")
    cloturer.add_argument("--le", type=date.fromisoformat, metavar="AAAA-MM-JJ", help="le jour (aujourd'hui sinon)")
    cloturer.set_defaults(executer=_cloturer)
    courrier = actions.add_parser("courrier", help="envoyer les courriels qui attendent et relever les réponses")
    courrier.set_defaults(executer=_courrier)


def _cloturer(args: argparse.Namespace) -> int:
    from cepage.fondations.socle import horloge
    from cepage.fondations.socle.portee import portee_totale
    from cepage.operateur.dossiers.avis import avertir
    from cepage.operateur.dossiers.services import cloture

    le = args.le or horloge.aujourd_hui()
    with portee_totale():
        decidees = cloture.clotures(le) if args.simuler else cloture.clore_automatiquement(le, a=horloge.maintenant())
        for decidee in decidees:
            print(f"{decidee.unite.numero_dossier} : {decidee.decision.etat}. {decidee.decision.raison}")
        closes = sum(d.decision.a_clore for d in decidees)
        print(f"{closes} unité(s) {'à clore' if args.simuler else 'close(s)'}, {len(decidees) - closes} laissée(s).")
        if not args.simuler:
            print(f"{avertir(le, a=horloge.maintenant())} avertissement(s) à envoyer.")
    return 0


def _courrier(args: argparse.Namespace) -> int:
    import sys

    from cepage.fondations.socle import horloge
    from cepage.operateur.dossiers.boite_aux_lettres import boite_configuree
    from cepage.operateur.dossiers.services import courrier, reponses

    a, boite = horloge.maintenant(), boite_configuree()
    try:
        print(f"{courrier.envoyer_tout(a)} courriel(s) envoyé(s).")
        if boite is not None:
            with boite:
                releve = reponses.relever(boite, reponses.emetteur_de_la_boite(), a=a)
            print(f"{releve.rattaches} réponse(s) jointe(s) à leur dossier, {releve.a_rattacher} à rattacher.")
    except OSError as erreur:
        print(f"Le courrier attend : {erreur} Rien n'est perdu ; relancez plus tard.", file=sys.stderr)
        return 3
    return 0
