"""Opening, changing and closing a site; each is declared to the buyer (annexe 2 §4.1)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from cepage.echanges.envoi.boite import emettre
from cepage.fondations.referentiels import territoires
from cepage.fondations.referentiels.territoires import Commune
from cepage.operateur.agenda import horaires
from cepage.operateur.agenda.models import Site
from cepage.operateur.agenda.services.commun import contraintes, refuser
from cepage.operateur.dossiers.colonnes import texte
from cepage.operateur.dossiers.recherche import mots
from cepage.operateur.dossiers.services import Acteur
from cepage.operateur.equipe.models import Membre

CHAMPS = (
    *("code_implantation", "libelle", "type_implantation", "adresse", "code_postal", "commune", "date_ouverture"),
    *("date_fermeture", "accord_fermeture", "horaires", "acces", "precisions", "telephone"),
)
_DECLARES = (
    *("code_implantation", "lot", "libelle", "type_implantation", "code_postal", "commune", "date_ouverture"),
    *("date_fermeture", "horaires"),
)
_ANNEXE = "CCTP annexe 2 §4.1"


@transaction.atomic
def creer_site(
    valeurs: Mapping[str, Any],
    *,
    emetteur: str,
    lot: str,
    par: Acteur,
    a: datetime,
    membre: Membre | None = None,
    deja_declare: bool = False,
) -> Site:
    """Open a site and declare it, unless the exchange point knows it already.

    `valeurs` gives `CHAMPS`. Raises ActeRefuse (hours unreadable, commune unknown, code taken).
    """
    site = Site(emetteur=emetteur, lot=lot, membre=membre)
    _ecrire(site, valeurs, par, a)
    if not deja_declare:
        _declarer(site, "C", a)
    return site


@transaction.atomic
def modifier_site(site: Site, valeurs: Mapping[str, Any], *, par: Acteur, a: datetime) -> Site:
    """Change a site and declare it again; its code stays. Raises ActeRefuse."""
    courant = Site.objects.select_for_update().get(pk=site.pk)
    _ecrire(courant, {**valeurs, "code_implantation": courant.code_implantation}, par, a)
    _declarer(courant, "M", a)
    return courant


def _ecrire(site: Site, valeurs: Mapping[str, Any], par: Acteur, a: datetime) -> None:
    for nom in CHAMPS:
        if nom in valeurs:
            setattr(site, nom, valeurs[nom])
    try:
        horaires.lire(site.horaires)
    except horaires.HorairesIllisibles as illisibles:
        raise refuser("HORAIRES", str(illisibles), "Corrigez les horaires.") from None
    _situer(site, commune_du_site(site.code_postal, site.commune))
    site.modifie_le, site.modifie_par = a, par.nom
    with contraintes(Site, "Corrigez le site."):
        site.save()


def commune_du_site(code_postal: str, nom: str) -> Commune:
    """The commune of that postal code and name. Raises ActeRefuse, with the communes that the code serves."""
    communes = territoires.communes_du_code_postal(code_postal)
    if not communes:
        raise refuser("CODE_POSTAL", "Ce code postal n'existe pas.", "Vérifiez-le (sans CEDEX).", _ANNEXE)
    memes = [c for c in communes if mots(c.nom) == mots(nom)]
    if memes:
        return memes[0]
    possibles = ", ".join(c.nom for c in communes[:10])
    raise refuser(
        "COMMUNE", f"« {nom} » n'est pas une commune du {code_postal}.", f"Ce code dessert : {possibles}.", _ANNEXE
    )


def _situer(site: Site, commune: Commune) -> None:
    site.commune, site.code_commune, site.departement = commune.nom, commune.code, commune.departement
    position = territoires.position(commune)
    site.latitude, site.longitude = (position.latitude, position.longitude) if position else (None, None)


def _declarer(site: Site, nature: str, a: datetime) -> None:
    contenu = {nom: _texte(getattr(site, nom)) for nom in _DECLARES}
    emettre("implantation", contenu, emetteur=site.emetteur, lot=site.lot, nature=nature, a=a)


def _texte(valeur: object) -> str:
    return valeur.isoformat() if isinstance(valeur, date) else texte(valeur)
