"""The control connection: one client, its key checked again at each transfer, its answers in French."""

import json
import logging
from pathlib import Path
from typing import Any

from pyftpdlib.handlers import TLS_FTPHandler

from cepage.echanges.canaux import milieux
from cepage.echanges.canaux.acces.authentification import Acces
from cepage.echanges.canaux.ftps import attente, entree, fichiers, racines, reponses
from cepage.echanges.canaux.ftps.donnees import Donnees
from cepage.echanges.canaux.ftps.racines import Destination
from cepage.echanges.canaux.ftps.refus import Refus, de_l_ecriture

journal = logging.getLogger("cepage.ftps")
_RETIREES = ("STOU", "MKD", "XMKD", "RMD", "XRMD", "MFMT", "SITE CHMOD")
_BINAIRE = Refus(
    550,
    "Un transfert en mode texte changerait le contenu du fichier.",
    "Passez en mode binaire (TYPE I) et recommencez.",
)


class Session(TLS_FTPHandler):  # type: ignore[misc]  # pyftpdlib carries no types
    """What differs from pyftpdlib: who enters, what a whole file becomes, and the language."""

    banner = "Cépage, point d'échange. Chiffrez la connexion : AUTH TLS."
    dtp_handler = Donnees
    abstracted_fs = fichiers.Systeme
    tls_control_required = True
    tls_data_required = True
    proto_cmds = {nom: regle for nom, regle in TLS_FTPHandler.proto_cmds.items() if nom not in _RETIREES}
    auth_failed_timeout = 1
    reprise_exigee = True
    acces: Acces
    racine: Path
    _restart_position: int
    _rnfr: str | None

    # --- entering ---

    def ftp_PASS(self, line: str) -> None:
        """Let in the key whose identifier was given by USER."""
        if self.authenticated or not self.username:
            self.respond("503 Donnez d'abord l'identifiant de la clé (USER).")
            return
        try:
            with entree.base():
                acces = entree.entrer(self.username, line, adresse=self.remote_ip)
                racine = racines.preparer(acces)
        except Refus as refus:
            self._econduire(refus)
            return
        except OSError as erreur:
            self._econduire(de_l_ecriture(erreur))
            return
        self.acces, self.racine = acces, racine
        self.authorizer = fichiers.Droits(acces, racine)
        lieu = "du bac à sable" if acces.bac_a_sable else "du registre"
        self.handle_auth_success(str(racine), line, f"Bienvenue, opérateur {acces.emetteur} : point d'échange {lieu}.")

    def _econduire(self, refus: Refus) -> None:
        """Answer after a delay, which slows down whoever guesses; after a few times, hang up."""

        def repondre() -> None:
            self.add_channel()
            if self._closed:
                return
            self.attempted_logins += 1
            self.respond(refus.reponse)
            if refus.code == 421 or self.attempted_logins >= self.max_login_attempts:
                self.close_when_done()

        self._noter("entree", refus.code)
        self.username = ""
        self.del_channel()
        self.ioloop.call_later(self.auth_failed_timeout, repondre, _errback=self.handle_error)

    def _verifier(self, action: str) -> Acces:
        """The entry as it stands now: a key revoked since the login is refused. Raises Refus."""
        with entree.base():
            return self._admettre(action)

    def _admettre(self, action: str) -> Acces:
        acces = entree.entrer(self.username, self.password, adresse=self.remote_ip)
        entree.exiger(acces, action)
        return acces

    # --- transfers ---

    def ftp_STOR(self, file: str, mode: str = "w") -> str | None:
        """Receive a file: from its beginning, from where it stopped (REST), or from its end (APPE)."""
        position, self._restart_position = self._restart_position, 0
        chemin = Path(file)
        try:
            self._exiger_binaire()
            acces = self._verifier("envoi.deposer")
            attente.exiger_libre(acces, self._destination(chemin))
            ecriture = self._ouvrir(chemin, None if "a" in mode else position)
        except Refus as refus:
            self._refuser("depot", refus)
            return None
        except OSError as erreur:
            self._refuser("depot", de_l_ecriture(erreur))
            return None
        cmd = "APPE" if "a" in mode else "STOR"
        if self.data_channel is not None:
            self.respond("125 Connexion de données ouverte : envoyez.")
            self.data_channel.file_obj = ecriture
            self.data_channel.enable_receiving("i", cmd)
        else:
            self.respond("150 Prêt à recevoir : ouvrez la connexion de données.")
            self._in_dtp_queue = (ecriture, cmd)
        return file

    def _ouvrir(self, chemin: Path, position: int | None) -> fichiers.Ecriture:
        if chemin.is_dir() or not chemin.parent.is_dir():
            raise Refus(
                553,
                "Ce dossier n'existe pas.",
                f"Déposez pour un lot que vous tenez ; vos dossiers : {', '.join(self._dossiers())}.",
            )
        limite = self._place(chemin)
        if limite <= (position or 0):
            raise Refus(
                452,
                "Il n'y a plus de place pour ce fichier : votre quota ou le disque du serveur est plein.",
                "Supprimez de depot/ les fichiers inachevés, attendez les accusés en cours, puis recommencez.",
            )
        return fichiers.Ecriture(chemin, position=position, limite=limite)

    def _place(self, chemin: Path) -> int:
        return fichiers.place(self.racine, chemin, en_attente=attente.taille(self.acces))

    def _dossiers(self) -> list[str]:
        depot = self.racine / racines.DEPOT
        return sorted(f"{racines.DEPOT}/{dossier.name}/" for dossier in depot.iterdir() if dossier.is_dir())

    def _destination(self, chemin: Path) -> Destination:
        relatif = self.fs.relatif(str(chemin))
        if relatif.parts[:1] != (racines.DEPOT,):
            raise Refus(550, "Ce dossier se lit seulement.", "Déposez dans depot/.")
        return racines.destination(relatif.relative_to(racines.DEPOT))

    def conclure(self, ecriture: fichiers.Ecriture) -> str:
        """The answer to a file received to its end: taken at once, or kept until it is renamed."""
        chemin = Path(ecriture.name)
        try:
            ecriture.vider()
            if racines.provisoire(chemin.name):
                return "226 Fichier reçu entier sous son nom provisoire : renommez-le pour qu'il soit contrôlé."
            return "226 " + self._prendre(chemin, chemin)
        except Refus as refus:
            self._noter("depot", refus.code)
            return refus.reponse
        except OSError as erreur:
            return de_l_ecriture(erreur).reponse

    def _prendre(self, fichier: Path, nomme: Path) -> str:
        destination = self._destination(nomme)
        with entree.base():
            acces = self._admettre("envoi.deposer")
            le = milieux.maintenant(acces)
        bordereau = attente.entrer(acces, fichier, destination, le=le)
        self.server.prevenir()
        self._noter("depot", 226, trace=bordereau.trace)
        return (
            f"Fichier reçu entier. Son accusé viendra : /retours/{destination.chemin}.json (trace {bordereau.trace})."
        )

    def ftp_RNTO(self, path: str) -> tuple[str, str] | None:
        """Give a file its name; a final name hands it over to the judgement."""
        source, self._rnfr = self._rnfr, None
        if not source:
            self.respond("503 Dites d'abord quel fichier renommer (RNFR).")
            return None
        try:
            self._destination(Path(path))
            if not Path(path).parent.is_dir():
                raise Refus(553, "Ce dossier n'existe pas.", f"Vos dossiers : {', '.join(self._dossiers())}.")
            with fichiers.seul(Path(source)):
                self.respond("250 " + self._renommer(Path(source), Path(path)))
        except Refus as refus:
            self._refuser("renommage", refus)
            return None
        except OSError as erreur:
            self._refuser("renommage", de_l_ecriture(erreur))
            return None
        return source, path

    def _renommer(self, source: Path, cible: Path) -> str:
        if not racines.provisoire(cible.name):
            return self._prendre(source, cible)
        self._verifier("envoi.deposer")
        source.rename(cible)
        return "Fichier renommé."

    def ftp_RETR(self, file: str) -> str | None:
        """Send a receipt or a past file, byte for byte."""
        try:
            self._exiger_binaire()
            self._verifier("envoi.lire")
        except Refus as refus:
            self._refuser("lecture", refus)
            return None
        lu: str | None = super().ftp_RETR(file)
        return lu

    def ftp_ALLO(self, line: str) -> None:
        """Say ahead whether a file of that size has room."""
        taille = line.split(" ")[0]
        if not taille.isdecimal():
            self.respond("501 Donnez la taille en octets : ALLO 1048576.")
        elif int(taille) > self._place(self.racine / racines.DEPOT / ".nouveau"):
            self.respond(
                "452 Il n'y a pas la place de ce fichier : au-delà de la taille permise, de votre quota ou du disque. "
                "Coupez-le en plusieurs envois, ou recommencez plus tard."
            )
        else:
            self.respond("200 La place est là.")

    def _exiger_binaire(self) -> None:
        if self._current_type != "i":
            raise _BINAIRE

    # --- answers and traces ---

    def _refuser(self, acte: str, refus: Refus) -> None:
        self._noter(acte, refus.code)
        self.respond(refus.reponse)

    def respond(self, resp: str, logfun: Any = journal.debug) -> None:
        """Answer, in French."""
        super().respond(reponses.en_francais(resp), logfun)

    def _noter(self, acte: str, code: int, **suite: str) -> None:
        acces: Acces | None = getattr(self, "acces", None)
        entree_du_journal = {"canal": "ftps", "acte": acte, "code": code, "cle": acces.identifiant if acces else None}
        journal.info(json.dumps(entree_du_journal | suite))

    def log(self, msg: str, logfun: Any = None) -> None:
        """Nothing: paths and addresses stay out of the logs, `_noter` says what is needed."""

    def log_exception(self, instance: Any) -> None:
        """The kind of an error and nothing of the data."""
        import sys

        genre = sys.exc_info()[0]
        journal.error(json.dumps({"canal": "ftps", "erreur": genre.__name__ if genre else "inconnue"}))
