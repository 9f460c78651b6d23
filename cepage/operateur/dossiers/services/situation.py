"""What is known of a person on a day, put as the rules ask it."""

from datetime import date
from itertools import pairwise

from cepage.fondations.referentiels import nomenclatures, territoires
from cepage.operateur.dossiers.enums import UO, Etat
from cepage.operateur.dossiers.models import Beneficiaire, UniteOeuvre

_ACCOMPAGNEMENT = (UO.UO1, UO.UO21, UO.UO22)


def famille(beneficiaire: Beneficiaire) -> list[int]:
    """Identifiers of all the records brought together for this person."""
    principale = beneficiaire.principale
    return [principale.pk, *principale.doublons.values_list("pk", flat=True)]


def unites(beneficiaire: Beneficiaire) -> list[UniteOeuvre]:
    """Every unit of the person, cancelled ones left out, oldest first."""
    siennes = UniteOeuvre.objects.filter(beneficiaire__in=famille(beneficiaire)).exclude(etat=Etat.ANNULEE)
    return list(siennes.select_related("beneficiaire").order_by("date_engagement", "id"))


def statut_le(beneficiaire: Beneficiaire, le: date) -> list[str]:
    """The statuses held on a day; those known now when nothing was noted before it."""
    dernier = beneficiaire.changements.filter(date_changement__lte=le).order_by("date_changement").last()
    return list(dernier.statut if dernier else beneficiaire.statut)


def groupes(statuts: list[str]) -> frozenset[str]:
    """Groups of these statuses: occupé, non occupé, agent public."""
    return frozenset(nomenclatures.groupe("statut", statut) for statut in statuts)


def en_continuite(beneficiaire: Beneficiaire, siennes: list[UniteOeuvre], le: date) -> bool:
    """True when the person lost their job while being advised, and the advice goes on (CCTP §1.2.4)."""
    changements = list(beneficiaire.changements.filter(date_changement__lte=le).order_by("date_changement"))
    for avant, apres in pairwise(changements):
        perdu = "occupé" in groupes(avant.statut) and "occupé" not in groupes(apres.statut)
        if perdu and any(_ouverte_le(u, apres.date_changement) for u in siennes if u.uo in _ACCOMPAGNEMENT):
            return True
    return False


def _ouverte_le(unite: UniteOeuvre, jour: date) -> bool:
    return bool(unite.date_engagement <= jour and (unite.date_cloture is None or unite.date_cloture >= jour))


def dans_le_lot(beneficiaire: Beneficiaire) -> bool:
    """True when home or workplace is in the region of the lot, or when neither is known yet (CCTP §1.2.4)."""
    lieux: list[frozenset[str]] = []
    for code_postal in (beneficiaire.adresse_code_postal, beneficiaire.entreprise_code_postal):
        if code_postal:
            lieux.append(territoires.lots_du_code_postal(code_postal))
    if beneficiaire.entreprise_departement and beneficiaire.entreprise_departement != "00":
        lieux.append(territoires.lots_du_departement(beneficiaire.entreprise_departement))
    return not lieux or any(beneficiaire.lot in lots for lots in lieux)


def derniere_uo21(siennes: list[UniteOeuvre], le: date) -> UniteOeuvre | None:
    """The UO2.1 an UO2.2 engaged that day would follow: the last engaged by then."""
    candidates = [u for u in siennes if u.uo == UO.UO21 and u.date_engagement <= le]
    return candidates[-1] if candidates else None
