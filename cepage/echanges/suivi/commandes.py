"""`cepage suivi constater`, `cepage suivi relancer`: the jobs of the calendar of sendings, by hand."""

import argparse


def ajouter_commandes(sous_parseurs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `suivi` on the command line."""
    parseur = sous_parseurs.add_parser("suivi", help="constater ce qui est reçu ou manque, relancer")
    actions = parseur.add_subparsers(title="actions", metavar="ACTION", required=True)
    constat = actions.add_parser("constater", help="écrire et sceller ce qui a changé depuis le dernier constat")
    constat.add_argument("--lot", help="un seul lot")
    constat.set_defaults(executer=_constater)
    relance = actions.add_parser("relancer", help="envoyer les relances dues, une seule fois chacune")
    relance.add_argument("--lot", help="un seul lot")
    relance.set_defaults(executer=_relancer)


def _lots(args: argparse.Namespace) -> list[str] | None:
    return [args.lot] if args.lot else None


def _constater(args: argparse.Namespace) -> int:
    from cepage.echanges.suivi.services import constater
    from cepage.fondations.socle import horloge

    print(f"{constater(le=horloge.maintenant(), lots=_lots(args))} constat(s) écrit(s) et scellé(s).")
    return 0


def _relancer(args: argparse.Namespace) -> int:
    from cepage.echanges.suivi.relances import relancer
    from cepage.fondations.socle import horloge

    comptes = relancer(le=horloge.maintenant(), lots=_lots(args))
    print(
        f"{comptes['preparees']} relance(s) préparée(s), {comptes['envoyees']} courriel(s) envoyé(s), "
        f"{comptes['en_echec']} en échec."
    )
    return 1 if comptes["en_echec"] else 0
