"""`cepage decomptes` and `cepage prime`: what a lot is due for a quarter, and its prime for a half-year."""

import argparse
import json
import sys


def ajouter_commandes(sous_parseurs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `decomptes` on the command line."""
    parseur = sous_parseurs.add_parser("decomptes", help="calculer le décompte d'un lot pour un trimestre")
    parseur.add_argument("--lot", required=True, metavar="NN")
    parseur.add_argument("--trimestre", required=True, metavar="AAAA-Tn", help="par exemple 2021-T1")
    parseur.add_argument("--lignes", action="store_true", help="donner chaque unité, avec la version de sa fiche")
    parseur.add_argument("--format", choices=("texte", "json"), default="texte")
    parseur.set_defaults(executer=executer)
    prime = sous_parseurs.add_parser("prime", help="calculer la prime qualité d'un lot pour un semestre")
    prime.add_argument("--lot", required=True, metavar="NN")
    prime.add_argument("--semestre", required=True, metavar="AAAA-Sn", help="par exemple 2021-S1")
    prime.add_argument("--format", choices=("texte", "json"), default="texte")
    prime.set_defaults(executer=executer_prime)


def executer(args: argparse.Namespace) -> int:
    """Print the posts; 0 done, 2 refused with the reason."""
    from cepage.acheteur.decomptes.calcul import DecompteImpossible, calculer
    from cepage.acheteur.decomptes.selectors import en_lignes, penalites
    from cepage.acheteur.decomptes.trimestres import PeriodeMalEcrite, Trimestre
    from cepage.fondations.regles import ErreurRegles
    from cepage.fondations.socle import horloge
    from cepage.fondations.socle.portee import portee_totale

    try:
        trimestre = Trimestre.lire(args.trimestre)
        with portee_totale():
            calcules = calculer(args.lot, trimestre, maintenant=horloge.maintenant())
            postes = en_lignes(calcules, avec_lignes=args.lignes)
            retenues = [p for decompte in calcules for p in penalites(decompte)]
    except (PeriodeMalEcrite, DecompteImpossible, ErreurRegles) as refus:
        print(refus, file=sys.stderr)
        return 2
    if args.format == "json":
        print(json.dumps(postes, ensure_ascii=False))
        return 0
    for poste in postes:
        print(
            f"UO {poste['uo']}  {poste['commande']}  {poste['unites_payables']} payable(s) sur "
            f"{poste['unites_closes']} close(s) × {poste['prix_ht'] or '—'} € = {poste['montant_ht']} €, "
            f"corrections {poste['corrections_ht']} €, réfactions {poste['refactions_ht']} €, "
            f"net {poste['net_ht']} € HT"
        )
    for retenue in retenues:
        print(f"Pénalité {retenue.penalite} : {retenue.montant} € retenus, hors TVA. {retenue.libelle}")
    return 0


def executer_prime(args: argparse.Namespace) -> int:
    """Print the verdict on each unit; 0 done, 2 refused with the reason."""
    from cepage.acheteur.decomptes.calcul import DecompteImpossible
    from cepage.acheteur.decomptes.primes import prime_du_lot
    from cepage.acheteur.decomptes.trimestres import PeriodeMalEcrite, Semestre
    from cepage.fondations.regles import ErreurRegles
    from cepage.fondations.socle import horloge
    from cepage.fondations.socle.portee import portee_totale

    try:
        semestre = Semestre.lire(args.semestre)
        with portee_totale():
            prime = prime_du_lot(args.lot, semestre, maintenant=horloge.maintenant())
    except (PeriodeMalEcrite, DecompteImpossible, ErreurRegles) as refus:
        print(refus, file=sys.stderr)
        return 2
    if args.format == "json":
        print(json.dumps(prime.en_lignes(), ensure_ascii=False))
        return 0
    for ligne in prime.en_lignes():
        print(f"UO {ligne['uo']}  {ligne['prime_ht']} € HT  {ligne['explication']}")
    if prime.provisoire:
        print("Provisoire : un décompte du semestre au moins n'est pas figé.")
    return 0
