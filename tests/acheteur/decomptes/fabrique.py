"""A register written directly: closed units of lot 08 held by AB, their livrables, orders, prices, and a control."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count

from django.db import connection

from cepage.acheteur.decomptes.calcul import calculer
from cepage.acheteur.decomptes.enums import Etat
from cepage.acheteur.decomptes.models import Decompte
from cepage.acheteur.decomptes.services import accepter, deplacer
from cepage.acheteur.decomptes.trimestres import Trimestre
from cepage.acheteur.marche.models import Commande, Prix, Titulaire
from cepage.acheteur.registre.models import TABLES
from cepage.fondations.regles import numeros

INSTANT = datetime(2022, 1, 5, 9, tzinfo=UTC)
LIVRABLES = {"00": None, "01": "ELP", "21": "PP", "22": "COURRIEL_CLOTURE"}
UO_AFFICHEES = {"00": "00", "01": "01", "21": "2.1", "22": "2.2"}
_versions = count(1)


@dataclass
class ControleFictif:
    """A control whose answers a test writes."""

    rejets: dict[str, list[str]] = field(default_factory=dict)
    contestes: dict[str, list[str]] = field(default_factory=dict)
    signes: set[str] = field(default_factory=set)

    def definitives(self, lot: str, trimestre: Trimestre) -> Sequence[str]:
        return self.rejets.get(str(trimestre), [])

    def en_cours(self, lot: str, trimestre: Trimestre) -> Sequence[str]:
        return self.contestes.get(str(trimestre), [])

    def pv_signe(self, lot: str, trimestre: Trimestre) -> bool:
        return str(trimestre) in self.signes


def tenir(lot: str = "08", operateur: str = "AB") -> None:
    """An operator holds the lot from the first day of the service."""
    Titulaire.objects.create(lot=lot, operateur=operateur, nom=f"Opérateur {operateur}", debut=date(2020, 1, 2))


def commander(uo: str = "21", volume: int = 100, annee: int = 2021, ordre: int = 1, lot: str = "08") -> Commande:
    """An order for the whole year."""
    return Commande.objects.create(
        reference=numeros.reference_commande(annee, lot, uo, ordre),
        lot=lot,
        uo=uo,
        debut=date(annee, 1, 1),
        fin=date(annee, 12, 31),
        volume=volume,
    )


def tarifer(uo: str = "21", prix: str = "300.00", debut: str = "2020-01-02", fin: str | None = None) -> None:
    """The price of a unit of lot 08; `fin` is excluded."""
    Prix.objects.create(
        lot="08", uo=uo, periode=(date.fromisoformat(debut), fin and date.fromisoformat(fin)), prix_ht=Decimal(prix)
    )


def clore(
    rang: int,
    jour: str | None = "2021-02-10",
    *,
    uo: str = "21",
    motif: str | None = "CV_OBJECTIF",
    livrable: bool = True,
    engagement: str = "2021-01-11",
    ordre: int = 1,
    nature: str = "C",
    lot: str = "08",
    emetteur: str = "AB",
    rang_commande: int | None = None,
) -> str:
    """A unit of that rank on the year's order, closed on `jour` (None: still open); returns its number.

    Called again for the same rank, it is a new version of the same unit.
    """
    debut = date.fromisoformat(engagement)
    numero = numeros.numero_dossier(emetteur, debut, uo, rang)
    reference = numeros.reference_bon_commande(debut.year, lot, uo, ordre, rang_commande or rang)
    _ecrire(
        "unite_oeuvre",
        numero,
        nature,
        lot,
        emetteur,
        numero_dossier=numero,
        identifiant_beneficiaire=f"P{rang}",
        uo=uo,
        date_engagement=debut,
        date_cloture=jour and date.fromisoformat(jour),
        reference_bon_commande=reference,
        motif_cloture=None if uo == "00" or jour is None else motif,
    )
    if livrable and jour and LIVRABLES[uo]:
        recevoir_livrable(numero, str(LIVRABLES[uo]), lot=lot, emetteur=emetteur)
    return numero


def recevoir_livrable(numero: str, genre: str, nature: str = "C", *, lot: str = "08", emetteur: str = "AB") -> None:
    """A livrable of that dossier has come."""
    _ecrire("livrable", f"{numero}|{genre}", nature, lot, emetteur, numero_dossier=numero, type_livrable=genre)


def rencontrer(numero: str, jour: str, mode: str = "PRESENTIEL", *, lot: str = "08", emetteur: str = "AB") -> None:
    """An interaction of that dossier."""
    _ecrire(
        "interaction",
        f"{numero}|{jour}|{mode}",
        "C",
        lot,
        emetteur,
        numero_dossier=numero,
        date_interaction=date.fromisoformat(jour),
        mode_contact=mode,
    )


def _ecrire(fiche: str, cle: str, nature: str, lot: str, emetteur: str, **champs: object) -> None:
    table = TABLES[fiche]
    instant = datetime.fromtimestamp(1_640_000_000 + next(_versions), tz=UTC)
    with connection.cursor() as curseur:
        curseur.execute(
            f"UPDATE registre_{fiche} SET connu_jusqu_a = %s "
            "WHERE cle = %s AND connu_de IS NOT NULL AND connu_jusqu_a IS NULL",
            [instant, cle],
        )
    table._default_manager.create(
        cle=cle,
        nature=nature,
        lot=lot,
        emetteur=emetteur,
        horodatage=instant,
        recu_le=instant,
        envoi="essai",
        fichier="essai.csv",
        ligne=1,
        empreinte=f"{next(_versions):064d}",
        connu_de=instant,
        **champs,
    )


def decompter(trimestre: str = "2021-T1", lot: str = "08") -> Decompte:
    """The décompte of AB for that quarter."""
    return calculer(lot, Trimestre.lire(trimestre), maintenant=INSTANT)[0]


def figer(decompte: Decompte, controle: ControleFictif) -> None:
    """Propose, accept and freeze a décompte, its PV being signed."""
    commun = {"effet": INSTANT.date(), "saisi_le": INSTANT}
    deplacer(decompte, Etat.PROPOSE, roles=["gestionnaire"], auteur="Lucie", **commun)
    accepter(Decompte.objects.get(pk=decompte.pk), roles=["directeur_projet"], auteur="Alice", **commun)
    controle.signes.add(str(decompte.periode))
    deplacer(decompte, Etat.FIGE, roles=["gestionnaire"], auteur="Lucie", **commun)
