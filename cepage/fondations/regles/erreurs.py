"""Errors of the rules: each one says in French what is wrong, where, and how to mend it."""

from __future__ import annotations

from datetime import date


class ErreurRegles(ValueError):
    """A rule cannot be applied to what was given (unknown unit, missing date, incoherent dates...)."""

    def __init__(self, message: str, *, remede: str = "", clause: str = "") -> None:
        self.message = message
        self.remede = remede
        self.clause = clause
        super().__init__(" ".join(p for p in (message, remede, f"({clause})" if clause else "") if p))


class ParametreInconnu(ErreurRegles):
    """No parameter of this name exists in the market's files."""


class ValeurAbsente(ErreurRegles):
    """The parameter exists but holds no value at the date asked for: never a silent None."""

    def __init__(self, cle: str, le: date, message: str, *, remede: str) -> None:
        self.cle = cle
        self.le = le
        super().__init__(message, remede=remede)


class FichierCasse(ErreurRegles):
    """A YAML file of rules is refused: names the file, the key, the date, and the mend."""

    def __init__(
        self,
        fichier: str,
        message: str,
        *,
        remede: str,
        cle: str = "",
        le: str = "",
        ligne: int | None = None,
    ) -> None:
        self.fichier = fichier
        self.cle = cle
        self.le = le
        self.ligne = ligne
        self.defaut = message
        lieu = f"Fichier « {fichier} »"
        if ligne is not None:
            lieu += f", ligne {ligne}"
        if cle:
            lieu += f", clé « {cle} »"
        if le:
            lieu += f", valeur du {le}"
        super().__init__(f"{lieu} : {message}", remede=remede)
