"""Orders: issuing one with a gap-free reference, changing it by a numbered amendment."""

from datetime import date, datetime

from django.db import connection, transaction

from cepage.acheteur.marche.models import Avenant, Commande
from cepage.fondations.regles import numeros
from cepage.fondations.socle import journal

_VERROU = 20190409


class BonRefuse(ValueError):
    """The order cannot be issued or changed so; the message says why and what to do."""


@transaction.atomic
def emettre(lot: str, uo: str, debut: date, fin: date, volume: int, *, auteur: str, saisi_le: datetime) -> Commande:
    """Issue an order of `volume` units for the days `debut` to `fin`; its rank in the year follows the last one.

    Two people issuing at once never get the same rank, and no rank is skipped. Raises BonRefuse.
    """
    if fin < debut:
        raise BonRefuse("La fin du bon précède son début : corrigez l'une des deux dates.")
    if volume < 1:
        raise BonRefuse("Un bon commande au moins une unité.")
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_advisory_xact_lock(%s)", [_VERROU])
    prefixe = numeros.reference_commande(debut.year, lot, uo, 1)[:-2]
    dernieres = Commande.objects.filter(reference__startswith=prefixe).values_list("reference", flat=True)
    rang = max((int(r[-2:]) for r in dernieres), default=0) + 1
    if rang > 99:
        raise BonRefuse("Quatre-vingt-dix-neuf bons ont déjà été émis cette année pour cette unité.")
    bon = Commande.objects.create(
        reference=numeros.reference_commande(debut.year, lot, uo, rang),
        lot=lot,
        uo=uo,
        debut=debut,
        fin=fin,
        volume=volume,
    )
    contenu = {"volume": volume, "debut": debut.isoformat(), "fin": fin.isoformat(), "auteur": auteur}
    journal.sceller("bon_commande", bon.reference, contenu, le=saisi_le, emetteur=None)
    return bon


@transaction.atomic
def amender(
    bon: Commande,
    *,
    volume: int,
    fin: date,
    debut: date | None = None,
    motif: str,
    auteur: str,
    effet: date,
    saisi_le: datetime,
) -> Avenant | None:
    """Change the period or the volume of an order by a numbered amendment; None when nothing changes.

    The order keeps its reference; what it was before stays in the amendment. Raises BonRefuse.
    """
    courant = Commande.objects.select_for_update().get(pk=bon.pk)
    nouveau_debut = debut or courant.debut
    if fin < nouveau_debut:
        raise BonRefuse("La fin du bon précède son début : corrigez l'une des deux dates.")
    if not motif.strip():
        raise BonRefuse("Dites pourquoi ce bon change : l'avenant garde ce motif.")
    if (courant.debut, courant.fin, courant.volume) == (nouveau_debut, fin, volume):
        return None
    avenant = Avenant.objects.create(
        commande=courant,
        numero=courant.avenants.count() + 1,
        effet=effet,
        debut_avant=courant.debut,
        fin_avant=courant.fin,
        volume_avant=courant.volume,
        debut_apres=nouveau_debut,
        fin_apres=fin,
        volume_apres=volume,
        motif=motif.strip(),
        auteur=auteur,
        saisi_le=saisi_le,
    )
    courant.debut, courant.fin, courant.volume = nouveau_debut, fin, volume
    courant.save(update_fields=["debut", "fin", "volume"])
    contenu = {"numero": avenant.numero, "volume": volume, "fin": fin.isoformat(), "motif": motif, "auteur": auteur}
    journal.sceller("avenant", courant.reference, contenu, le=saisi_le, emetteur=None)
    return avenant
