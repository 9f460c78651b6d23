"""`cepage agenda rappeler`: the reminders due, for an instance without a worker."""

import argparse


def ajouter_commandes(sous_parseurs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `agenda` on the command line."""
    parseur = sous_parseurs.add_parser("agenda", help="rappeler les rendez-vous qui approchent")
    actions = parseur.add_subparsers(title="actions", metavar="ACTION", required=True)
    rappeler = actions.add_parser("rappeler", help="écrire les rappels dus et envoyer les messages en attente")
    rappeler.add_argument(
        "--simuler", action="store_true", help="dire combien de rappels seraient dus, sans rien écrire"
    )
    rappeler.set_defaults(executer=_rappeler)


def _rappeler(args: argparse.Namespace) -> int:
    from cepage.fondations.socle import horloge
    from cepage.fondations.socle.portee import portee_totale
    from cepage.operateur.agenda.services import envois
    from cepage.operateur.agenda.sms import passerelle

    a = horloge.maintenant()
    if args.simuler:
        with portee_totale():
            dus = [sum(1 for _ in envois.a_rappeler(a, avance)) for avance in envois.avances(a.date())]
        print(f"{dus[0]} personne(s) à rappeler par courriel, {dus[1]} par SMS (déjà rappelées comprises).")
        return 0
    courriels, sms = envois.rappeler(a)
    print(f"{courriels} rappel(s) par courriel et {sms} par SMS écrits.")
    if passerelle() is None:
        print("Aucune passerelle de SMS n'est réglée (CEPAGE_SMS) : aucun SMS n'est envoyé.")
    try:
        print(f"{envois.envoyer(a)} message(s) parti(s).")
    except OSError as erreur:
        print(f"Le serveur ne répond pas ({erreur}) : les messages attendent, rien n'est perdu.")
        return 1
    return 0
