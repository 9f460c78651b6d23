"""The sentences of a signature that cannot go on: why, by which clause, and the way on."""

from cepage.fondations.regles import Refus
from cepage.fondations.socle.antivirus import FichierDouteux

_CLAUSE = "CCTP §2.1.2, §2.1.3"

MENTION = Refus(
    "MENTION",
    "Les mots « lu et approuvé » ne sont pas écrits en entier.",
    _CLAUSE,
    "Écrivez-les vous-même, tels quels : lu et approuvé.",
)
SANS_COURRIEL = Refus(
    "SANS_COURRIEL",
    "Pour signer à distance, il faut l'adresse de courriel de la personne.",
    _CLAUSE,
    "Demandez-lui son adresse, ou proposez la signature sur place ou sur papier.",
)
DEJA_FINIE = Refus(
    "DEJA_FINIE",
    "Cette demande de signature est terminée.",
    _CLAUSE,
    "S'il faut signer encore, demandez à votre conseiller de vous envoyer un nouveau lien.",
)
LIEN_EXPIRE = Refus(
    "LIEN_EXPIRE",
    "Ce lien n'est plus valable : il a expiré.",
    _CLAUSE,
    "Demandez à votre conseiller de vous en envoyer un nouveau, ou de signer sur place ou sur papier.",
)
TEXTE_CHANGE = Refus(
    "TEXTE_CHANGE",
    "Le texte n'est plus celui qui vous a été présenté.",
    _CLAUSE,
    "Relisez-le, puis demandez une nouvelle signature.",
)
CODE_ABSENT = Refus(
    "CODE_ABSENT",
    "Aucun code valable n'est en cours : il a expiré, ou n'a pas été demandé.",
    _CLAUSE,
    "Demandez un nouveau code : il arrive par courriel.",
)
TROP_D_ESSAIS = Refus(
    "TROP_D_ESSAIS",
    "Trop d'essais pour ce code : il ne sert plus.",
    _CLAUSE,
    "Demandez un nouveau code : il arrive par courriel.",
)
TROP_DE_CODES = Refus(
    "TROP_DE_CODES",
    "Trop de codes ont été demandés pour ce lien : il ne peut plus en envoyer.",
    _CLAUSE,
    "Demandez à votre conseiller un nouveau lien, ou une signature sur papier.",
)
CODE_TROP_TOT = Refus(
    "CODE_TROP_TOT",
    "Un code vient de vous être envoyé.",
    _CLAUSE,
    "Attendez une minute, regardez aussi dans les indésirables, puis redemandez-en un.",
)
CODE_FAUX = Refus(
    "CODE_FAUX",
    "Ce code n'est pas celui du dernier courriel.",
    _CLAUSE,
    "Recopiez les six chiffres du dernier courriel reçu.",
)
SANS_RAISON = Refus(
    "SANS_RAISON",
    "Une annulation dit pourquoi.",
    _CLAUSE,
    "Écrivez ce qui s'est passé.",
)
FICHIER_ILLISIBLE = Refus(
    "FICHIER_ILLISIBLE",
    "Ce fichier n'est pas un PDF lisible.",
    "CCTP annexe 3 §1",
    "Numérisez le document signé en PDF, vérifiez qu'il s'ouvre, et déposez-le de nouveau.",
)
FICHIER_ACTIF = Refus(
    "FICHIER_ACTIF",
    "Ce PDF contient un programme ou est protégé : il ne peut pas être gardé comme preuve.",
    "CCTP annexe 3 §1",
    "Numérisez le papier de nouveau, sans mot de passe, et déposez ce fichier.",
)
JOUR_IMPOSSIBLE = Refus(
    "JOUR_IMPOSSIBLE",
    "La personne ne peut pas avoir signé ce jour-là.",
    "CCTP §1.2.6",
    "Donnez le jour écrit sur le papier : après l'engagement, et pas à venir.",
)


def fichier_douteux(doute: FichierDouteux) -> Refus:
    """What the antivirus says of a file, as a refusal."""
    return Refus("FICHIER_DOUTEUX", doute.raison, _CLAUSE, doute.suite)
