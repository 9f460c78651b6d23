"""Writing what was found at each due date, telling a slot, keeping a document of the market."""

import hashlib
import io
import zipfile
import zlib
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from cepage.echanges.reception import preuves
from cepage.echanges.reception.controles.pieces import defaut_pdf
from cepage.echanges.suivi import situation
from cepage.echanges.suivi.enums import DOCUMENTS, Etat, Genre
from cepage.echanges.suivi.models import Constat, Creneau, DocumentDepose
from cepage.echanges.suivi.situation import Situation, Suivi
from cepage.fondations.comptes.models import Personne
from cepage.fondations.referentiels import territoires
from cepage.fondations.regles import charger_marche
from cepage.fondations.socle.formats import PARIS
from cepage.fondations.socle.journal import sceller
from cepage.fondations.socle.periodes import Periode
from cepage.fondations.socle.portee import portee_totale

TAILLE_MAXIMALE = 50 * 2**20
ODF = {
    ".odt": b"application/vnd.oasis.opendocument.text",
    ".ods": b"application/vnd.oasis.opendocument.spreadsheet",
    ".odp": b"application/vnd.oasis.opendocument.presentation",
}
Ecoute = Callable[[str, str, Suivi, datetime], None]
_ecoutes: list[Ecoute] = []


class DepotRefuse(Exception):
    """The document is not kept; the message says why and how to mend it."""


class CreneauRefuse(Exception):
    """The slot is not told; the message says why."""


def a_chaque_manque(ecoute: Ecoute) -> None:
    """Subscribe what must know, in the same transaction, that a sending is past its due date: (emitter, lot, suivi)."""
    if ecoute not in _ecoutes:
        _ecoutes.append(ecoute)


def constater(*, le: datetime, lots: Iterable[str] | None = None) -> int:
    """Write what has changed of everything due so far, by lot and operator, and seal it; gives how many lines.

    Run twice, it writes nothing the second time.
    """
    total = 0
    for lot in territoires.lots() if lots is None else lots:
        with portee_totale():
            for trouvee in situation.etablir(lot, depuis_le_debut(le), le=le):
                total += _constater(trouvee, le)
    return total


def depuis_le_debut(le: datetime) -> Periode:
    """From the first due date of the market to the day of `le`, included."""
    jour = le.astimezone(PARIS).date()
    debut = charger_marche("A").valeur_date("suivi.echeance_uo3", le=jour) - timedelta(days=1)
    return Periode.du_au(debut, max(jour, debut))


def _constater(trouvee: Situation, le: datetime) -> int:
    connus = derniers(trouvee.emetteur, trouvee.lot)
    nouveaux = []
    for suivi in trouvee.suivis:
        connu = connus.get(suivi.attendu.cle)
        if suivi.etat is not Etat.A_VENIR and (connu is None or connu.etat != suivi.etat):
            nouveaux.append(suivi)
    if not nouveaux:
        return 0
    entree = sceller(
        "constat",
        f"{trouvee.lot}-{trouvee.emetteur}",
        {"constats": [_en_dict(s) for s in nouveaux]},
        le=le,
        emetteur=trouvee.emetteur,
    )
    Constat.objects.bulk_create(
        Constat(
            emetteur=trouvee.emetteur,
            lot=trouvee.lot,
            cle=s.attendu.cle,
            genre=s.genre,
            echeance=s.attendu.echeance,
            etat=s.etat,
            recu_le=s.recu_le,
            detail=s.detail,
            constate_le=le,
            entree=entree.numero,
        )
        for s in nouveaux
    )
    for suivi in nouveaux:
        if suivi.etat.manque:
            for ecoute in _ecoutes:
                ecoute(trouvee.emetteur, trouvee.lot, suivi, le)
    return len(nouveaux)


def _en_dict(suivi: Suivi) -> dict[str, object]:
    return {
        "attendu": suivi.attendu.cle,
        "echeance": suivi.attendu.echeance.isoformat(),
        "etat": str(suivi.etat),
        "recu_le": suivi.recu_le.isoformat() if suivi.recu_le else None,
        "envois": list(suivi.envois),
    }


def derniers(emetteur: str, lot: str) -> dict[str, Constat]:
    """The last finding of each expected sending, by key."""
    lignes = Constat.objects.filter(emetteur=emetteur, lot=lot).order_by("cle", "-id").distinct("cle")
    return {c.cle: c for c in lignes}


def dire_le_creneau(
    *,
    emetteur: str,
    lot: str,
    debut: date,
    heure_donnees: int,
    jour_indicateurs: int,
    heure_indicateurs: int,
    par: Personne | None,
    le: datetime,
) -> Creneau:
    """Tell an operator its slot from a day on; the days before keep theirs. Raises CreneauRefuse."""
    if debut < le.astimezone(PARIS).date():
        raise CreneauRefuse("Un créneau commence aujourd'hui ou plus tard : ce qui est passé ne change pas.")
    reglage = {
        "heure_donnees": heure_donnees,
        "jour_indicateurs": jour_indicateurs,
        "heure_indicateurs": heure_indicateurs,
    }
    with portee_totale():
        try:
            with transaction.atomic():
                creneau = Creneau.objects.create(
                    emetteur=emetteur, lot=lot, debut=debut, saisi_le=le, saisi_par=par, **reglage
                )
        except IntegrityError:
            raise CreneauRefuse("Un créneau commence déjà ce jour-là. Choisissez un autre jour.") from None
        sceller("creneau", f"{lot}-{emetteur}", {"debut": debut.isoformat(), **reglage}, le=le, emetteur=emetteur)
    return creneau


def deposer(
    *,
    emetteur: str,
    lot: str,
    genre: Genre,
    periode: str,
    nom: str,
    octets: bytes,
    par: Personne | None,
    le: datetime,
) -> DocumentDepose:
    """Keep a document of the market and seal its hash. Raises DepotRefuse."""
    if genre not in DOCUMENTS:
        raise DepotRefuse("Ces données s'envoient par le point d'échange, non comme un document.")
    if defaut := defaut_du_document(nom, octets):
        raise DepotRefuse(f"« {nom} » ne se lit pas : {defaut}. Déposez un PDF ou un document ODF lisible.")
    empreinte = hashlib.sha256(octets).hexdigest()
    preuves.garder(io.BytesIO(octets), empreinte)
    document = DocumentDepose(
        emetteur=emetteur,
        lot=lot,
        genre=genre,
        periode=periode,
        nom_fichier=nom,
        empreinte=empreinte,
        taille=len(octets),
        depose_le=le,
        depose_par=par,
    )
    with portee_totale():
        try:
            with transaction.atomic():
                document.save()
        except IntegrityError:
            raise DepotRefuse("Ce même fichier est déjà déposé pour cette période : rien n'est à refaire.") from None
        contenu = {"genre": str(genre), "periode": periode, "empreinte": empreinte, "taille": len(octets)}
        sceller("document", f"{lot}-{emetteur}", contenu, le=le, emetteur=emetteur)
    return document


def defaut_du_document(nom: str, octets: bytes) -> str | None:
    """Why the bytes are neither a readable PDF nor an ODF document of that name; None when they are."""
    if len(octets) > TAILLE_MAXIMALE:
        return f"il dépasse {TAILLE_MAXIMALE // 2**20} Mo"
    extension = nom[nom.rfind(".") :].lower() if "." in nom else ""
    if extension == ".pdf":
        return defaut_pdf(octets)
    if extension not in ODF:
        return "les documents sont en PDF ou en ODF (.odt, .ods, .odp), CCTP annexe 3 §1"
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            genre = archive.read("mimetype")[:100]
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, RuntimeError, NotImplementedError, zlib.error):
        return "ce n'est pas un document ODF"
    return None if genre.startswith(ODF[extension]) else "son contenu n'est pas celui que dit son nom"
