"""What pyftpdlib answers by itself, in French: what happened, and how to mend it where there is something to mend."""

import re

_PHRASES: tuple[tuple[str, str], ...] = (
    (r"331 .*", "331 Donnez le secret de la clé (PASS)."),
    (r"234 AUTH (\S+) successful\.", r"234 Chiffrement \1 : négociez."),
    (r"200 PBSZ=0 successful\.", "200 PBSZ=0."),
    (r"200 Protection set to Private", "200 Données chiffrées."),
    (r"200 Protection set to Clear", "200 Données en clair : les transferts seront refusés ; envoyez PROT P."),
    (r"200 Type set to: ASCII\.", "200 Mode texte (les transferts de fichiers demandent TYPE I)."),
    (r"200 Type set to: Binary\.", "200 Mode binaire."),
    (r"550 SSL/TLS required on the control channel\.", "550 Chiffrez d'abord la connexion : AUTH TLS."),
    (r"550 SSL/TLS required on the data channel\.", "550 Chiffrez aussi les données : PBSZ 0 puis PROT P."),
    (r"530 Log in with USER and PASS first\.", "530 Entrez d'abord : USER (identifiant de la clé), PASS (son secret)."),
    (r"550 Not enough privileges\.", "550 Pas permis ici. Déposez dans depot/, lisez dans retours/ et archives/."),
    (r"550 .* points to a path which is outside the user's root directory\.", "550 Ce chemin n'existe pas."),
    (r"550 No such file or directory\.", "550 Ce fichier ou ce dossier n'existe pas. Listez le dossier (LIST)."),
    (r"550 No such directory\.|501 No such directory\.", "550 Ce dossier n'existe pas."),
    (r"550 Not a directory\.", "550 Ce n'est pas un dossier."),
    (r"550 Is a directory\.", "550 C'est un dossier."),
    (r"550 (.*) is not retrievable\.?", "550 Ce fichier n'existe pas."),
    (r"550 SIZE not allowed in ASCII mode\.", "550 La taille se demande en mode binaire (TYPE I)."),
    (r"554 REST position \((\d+)\) > file size \((\d+)\)", r"554 Ce fichier n'a que \2 octets : reprenez avant."),
    (r"350 Restarting at position (\d+)\.", r"350 Reprise à l'octet \1."),
    (r"350 Ready for destination name\.", "350 Donnez le nouveau nom (RNTO)."),
    (r"250 File removed\.", "250 Fichier supprimé."),
    (r'250 "(.*)" is the current directory\.', r'250 "\1" est le dossier courant.'),
    (r'257 "(.*)" is the current directory\.', r'257 "\1" est le dossier courant.'),
    (r"226 Transfer complete\.", "226 Transfert terminé."),
    (r"426 Transfer aborted; (\d+) bytes transmitted\.", r"426 Transfert interrompu après \1 octets. Recommencez."),
    (r"426 Transfer aborted via ABOR\.", "426 Transfert arrêté à votre demande."),
    (r"225 No transfer to abort\.", "225 Aucun transfert à arrêter."),
    (r"22[56] ABOR command successful.*", "226 Transfert arrêté."),
    (r"421 Control connection timed out\.", "421 Session fermée : aucune commande depuis longtemps. Reconnectez-vous."),
    (r"421 Too many connections from the same IP address\.", "421 Trop de sessions de cette adresse. Fermez-en."),
    (r"42[15] Too many connections.*", "421 Trop de sessions ouvertes. Recommencez dans une minute."),
    (r"500 Command too long\.", "500 Cette commande est trop longue."),
    (r'500 Command "(.*)" not understood\.', "500 Cette commande n'existe pas ici."),
    (r"501 Syntax error: command needs an argument\.", "501 Cette commande demande un argument."),
    (r"501 Syntax error: command does not accept arguments\.", "501 Cette commande ne prend pas d'argument."),
    (r"501 Resuming transfers not allowed in ASCII mode\.", "501 La reprise demande le mode binaire (TYPE I)."),
    (r"501 Rejected data connection to foreign address.*", "501 La connexion de données doit aller à votre adresse."),
    (r"503 You must issue the PBSZ command prior to PROT\.", "503 Envoyez PBSZ 0 avant PROT."),
    (r"125 Data connection already open\. Transfer starting\.", "125 Connexion de données ouverte : envoi."),
    (r"150 File status okay\. About to open data connection\.", "150 Prêt à envoyer : ouvrez la connexion de données."),
    (r"200 I successfully did nothing'\.", "200 Oui."),
    (r"221 Goodbye\.", "221 Au revoir."),
)  # fmt: skip
_TABLE = tuple((re.compile(motif), phrase) for motif, phrase in _PHRASES)


def en_francais(reponse: str) -> str:
    """The same answer in French; one that has no translation is given as it is."""
    for motif, phrase in _TABLE:
        if lu := motif.fullmatch(reponse):
            return lu.expand(phrase)
    return reponse
