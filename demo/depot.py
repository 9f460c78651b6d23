"""The operator's outbox: fiches wait for their sending day, then leave in one ZIP with its manifest."""

import json
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TextIO

from cepage.echanges.conformite.pdf import pdf
from cepage.echanges.contrat.fiches import FICHES, VERSION
from demo.calendrier import Envois
from demo.erreurs import code_attendu

COLONNES: dict[str, tuple[str, ...]] = {
    nom: tuple(champ.nom for champ in fiche.champs) for nom, fiche in FICHES.items()
}
ENTETE_ERREURS = "envoi;fichier;ligne;fiche;cle;champ;nature_erreur;fiches_entrainees;code\n"
RENVOI_TOUS_LES = {False: 50, True: 12}


@dataclass(slots=True)
class Erreur:
    """A seeded error, or a line refused with its parent; `entrainees` counts the lines refused with it."""

    cle: str
    champ: str
    nature: str
    entrainees: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """A livrable to send: its fiche is written with its file, when it leaves."""

    horodatage: str
    numero_dossier: str
    type: str
    date_conseiller: str
    date_beneficiaire: str
    mode: str
    empreinte_fausse: bool = False


@dataclass(slots=True)
class Bilan:
    """What a run wrote."""

    envois: int = 0
    renvois: int = 0
    octets: int = 0
    fiches: Counter[str] = field(default_factory=Counter)
    natures: Counter[str] = field(default_factory=Counter)
    erreurs: Counter[str] = field(default_factory=Counter)


def ligne_csv(fiche: str, valeurs: dict[str, str]) -> str:
    """CSV line of a fiche, quoted only where needed; KeyError for a name unknown to the contract."""
    colonnes = COLONNES[fiche]
    if not valeurs.keys() <= set(colonnes):
        raise KeyError(f"{fiche} : champ inconnu du contrat {sorted(valeurs.keys() - set(colonnes))}")
    return ";".join(
        '"' + valeur.replace('"', '""') + '"' if ";" in valeur or '"' in valeur else valeur
        for valeur in (valeurs.get(colonne, "") for colonne in colonnes)
    )


TITRES = {
    "ELP": "État des lieux partagé",
    "PP": "Projet professionnel",
    "COURRIEL_ENGAGEMENT": "Courriel d'engagement",
    "REPONSE_BENEFICIAIRE": "Réponse du bénéficiaire",
    "COURRIEL_CLOTURE": "Courriel de clôture",
}


class Depot:
    """Outbox of one lot. `ajouter` queues; `partir` writes the envoi of a day and forgets it."""

    def __init__(
        self, repertoire: Path, lot: str, operateur: str, envois: Envois, bilan: Bilan, erreurs: TextIO
    ) -> None:
        self._repertoire = repertoire
        self._lot = lot
        self._operateur = operateur
        self._envois = envois
        self._bilan = bilan
        self._erreurs = erreurs
        self._attente: dict[date, dict[str, list[tuple[str | Piece, Erreur | None]]]] = {}
        self._sequence = 0

    def depart(self, evenement: date, plancher: date) -> date | None:
        """Sending day of an event that may not leave before `plancher`; None when beyond the run."""
        jour = self._envois.jour(evenement)
        if jour is None:
            return None
        return max(jour, self._envois.jour(plancher) or self._envois.dernier)

    def ajouter(self, depart: date | None, fiche: str, contenu: str | Piece, erreur: Erreur | None = None) -> None:
        """Queue a line (or a livrable and its file) for the sending day `depart`; nothing when None."""
        if depart is not None:
            self._attente.setdefault(depart, {}).setdefault(fiche, []).append((contenu, erreur))

    def partir(self, jour: date) -> None:
        """Write the envoi of `jour`."""
        attente = self._attente.pop(jour, {})
        self._sequence += 1
        nom = f"CEP_{self._lot}_{self._operateur}_{jour:%Y%m%d}_{self._sequence:04}.zip"
        membres: dict[str, bytes] = {}
        comptes: dict[str, int] = {}
        for fiche in COLONNES:
            entrees = attente.get(fiche)
            if not entrees and not (fiche == "unite_oeuvre" and not attente):
                continue
            lignes = [";".join(COLONNES[fiche])]
            for contenu, erreur in entrees or ():
                lignes.append(contenu if isinstance(contenu, str) else self._livrable(contenu, membres))
                if erreur is not None:
                    self._noter(nom, fiche, len(lignes), erreur)
            comptes[fiche] = len(lignes) - 1
            if "nature" in COLONNES[fiche]:
                for ligne in lignes[1:]:
                    self._bilan.natures[ligne[:1] or "absente"] += 1
            membres[f"{fiche}.csv"] = ("\n".join(lignes) + "\n").encode()
        self._bilan.fiches.update(comptes)
        manifeste = {
            "version": VERSION,
            "lot": self._lot,
            "emetteur": self._operateur,
            "sequence": self._sequence,
            "comptes": comptes,
            "empreintes": {membre: sha256(octets).hexdigest() for membre, octets in membres.items()},
        }
        self._ecrire(
            nom,
            {"manifeste.json": json.dumps(manifeste, ensure_ascii=False, indent=1).encode(), **membres},
            jour,
        )

    def _livrable(self, piece: Piece, membres: dict[str, bytes]) -> str:
        nom = f"{piece.numero_dossier}_{piece.type}.pdf"
        octets = pdf(
            TITRES[piece.type],
            (
                f"Dossier {piece.numero_dossier}",
                f"Fait le {piece.date_conseiller}",
                "Lu et approuvé. Document fictif.",
            ),
        )
        membres[f"livrables/{nom}"] = octets
        empreinte = sha256(b"autre fichier" + octets if piece.empreinte_fausse else octets).hexdigest()
        signatures = ";;"
        if piece.type in ("ELP", "PP"):
            signatures = f"{piece.date_conseiller};{piece.date_beneficiaire};{piece.mode}"
        return f"C;{piece.horodatage};{piece.numero_dossier};{piece.type};{nom};{empreinte};{signatures}"

    def _noter(self, envoi: str, fiche: str, ligne: int, erreur: Erreur) -> None:
        self._bilan.erreurs[erreur.nature] += 1
        self._erreurs.write(
            f"{envoi};{fiche}.csv;{ligne};{fiche};{erreur.cle};{erreur.champ};{erreur.nature};"
            f"{erreur.entrainees};{code_attendu(fiche, erreur.nature)}\n"
        )

    def _ecrire(self, nom: str, membres: dict[str, bytes], jour: date) -> None:
        chemin = self._repertoire / nom
        moment = (jour.year, jour.month, jour.day, 20, 0, 0)
        with zipfile.ZipFile(chemin, "w") as archive:
            for membre, octets in membres.items():
                info = zipfile.ZipInfo(membre, moment)
                info.compress_type = zipfile.ZIP_DEFLATED
                info.external_attr = 0o644 << 16
                info.create_system = 3
                archive.writestr(info, octets)
        self._bilan.envois += 1
        self._bilan.octets += chemin.stat().st_size
        if self._sequence % RENVOI_TOUS_LES[self._envois.mensuel] == 0:
            renvois = self._repertoire / "renvois"
            renvois.mkdir(exist_ok=True)
            (renvois / nom).write_bytes(chemin.read_bytes())
            self._bilan.renvois += 1
