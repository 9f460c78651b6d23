"""What a key may be allowed: a choice among the actions of the table of rights, as its owner reads them."""

from cepage.fondations.comptes.droits import ACTIONS

LIBELLES = {
    "envoi.deposer": "Envoyer des fiches et des fichiers",
    "envoi.lire": "Lire ses envois et leurs accusés",
    "registre.lire": "Relire son registre, personnes pseudonymisées",
    "registre.lire_nomme": "Relire son registre, personnes nommées",
    "avis.gerer": "S'abonner aux avis signés, les relire et les rejouer",
    "contrat.lire": "Lire le contrat d'échange et les nomenclatures",
}
PAR_DEFAUT = ("envoi.deposer", "envoi.lire", "contrat.lire")

if inconnues := set(LIBELLES) - set(ACTIONS):
    raise KeyError(f"Actions absentes de la table des droits : {sorted(inconnues)}.")
