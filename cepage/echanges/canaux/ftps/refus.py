"""A refusal of this channel: the code of the protocol, what happened, and how to mend it, in French."""

import errno


class Refus(Exception):
    """What was asked is refused; nothing has changed."""

    def __init__(self, code: int, message: str, remede: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.reponse = f"{code} {message} {remede}".strip()


def de_l_ecriture(erreur: OSError) -> Refus:
    """What to say of a write that the disk refused."""
    if erreur.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return Refus(
            452,
            "Il n'y a plus assez de place sur le serveur pour ce fichier ; ce qui est arrivé est gardé.",
            "Reprenez l'envoi plus tard là où il s'est arrêté ; prévenez l'exploitation si cela dure.",
        )
    return Refus(
        451,
        "Le disque du serveur a refusé l'écriture ; rien n'est entré.",
        "Recommencez dans quelques minutes ; prévenez l'exploitation si cela dure.",
    )
