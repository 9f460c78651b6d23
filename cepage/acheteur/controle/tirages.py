"""Drawing the sample of a quarter: simulated, or frozen and sealed. Whoever redoes it gets the same list."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from cepage.acheteur.controle.affectation import Charges, affecter, equipes
from cepage.acheteur.controle.base import Base, base_du_trimestre, unites_en_dict
from cepage.acheteur.controle.enums import Etat, Verdict
from cepage.acheteur.controle.models import Controle, DossierBase, Tirage
from cepage.acheteur.marche.models import Titulaire
from cepage.fondations.regles import charger_marche
from cepage.fondations.regles.controle import TauxControle, taux_de_controle
from cepage.fondations.regles.tirage import DossierDeBase, Echantillon, Strate, tirer
from cepage.fondations.socle.horloge import PARIS
from cepage.fondations.socle.journal import sceller
from cepage.fondations.socle.periodes import Periode

_VERROU = 20190411


class TirageRefuse(ValueError):
    """The draw cannot be frozen; the message says why and what to do. Nothing was written."""


@dataclass(frozen=True)
class TirageFait:
    """A draw: what was drawn; `tirage` is null when simulated; `deja` when it had been frozen before.

    `arrives_depuis`: files that entered the frame of the quarter after that frozen draw.
    """

    empreinte_base: str
    graine: str
    echantillon: Echantillon
    tirage: Tirage | None = None
    deja: bool = False
    arrives_depuis: int = 0

    def en_dict(self) -> dict[str, Any]:
        """As the command prints it."""
        return {
            "empreinte_base": self.empreinte_base,
            "graine": self.graine,
            "strates": [_strate(s) for s in self.echantillon.strates],
            "dossiers": sorted(d.numero_dossier for d in self.echantillon.dossiers),
            "unites": unites_en_dict(self.echantillon.dossiers),
        }


def _strate(strate: Strate) -> dict[str, Any]:
    return {
        "uo": strate.uo,
        "structure": strate.structure,
        "effectif": strate.base,
        "taux": format(strate.taux.normalize(), "f"),
        "tires": strate.tires,
    }


def simuler(lot: str, trimestre: str, taux: Mapping[str, Decimal], graine: str) -> TirageFait:
    """What a draw would give now; nothing is written. The same inputs as a frozen draw give back that draw.

    Raises ErreurRegles (rate, seed) and ValueError (quarter).
    """
    base = base_du_trimestre(lot, trimestre)
    if (fait := _deja_fait(lot, trimestre, taux, graine, base)) is not None:
        return fait
    minimum = _minimum(trimestre)
    return TirageFait(base.empreinte, graine, tirer(base.dossiers, taux, graine, minimum=minimum))


def figer(
    lot: str, trimestre: str, taux: Mapping[str, Decimal], graine: str, *, le: datetime, auteur: str
) -> TirageFait:
    """Draw the sample, freeze frame, seed and result, seal them and hand the files out, in one transaction.

    The same inputs again give the same result and write nothing. With another seed, only what was completed since the
    last draw of the quarter is drawn. Raises TirageRefuse, ErreurRegles and ValueError.
    """
    _verrouiller(lot)
    base = base_du_trimestre(lot, trimestre)
    if (fait := _deja_fait(lot, trimestre, taux, graine, base)) is not None:
        return fait
    rang = Tirage.objects.filter(lot=lot, trimestre=trimestre).count() + 1
    _verifier(base, rang, le)
    minimum = _minimum(trimestre)
    echantillon = tirer(base.dossiers, taux, graine, minimum=minimum)
    tirage = Tirage.objects.create(
        lot=lot,
        trimestre=trimestre,
        rang=rang,
        emetteur=_titulaire(lot, trimestre),
        graine=graine,
        taux=_en_texte(taux),
        minimum=minimum,
        empreinte_base=base.empreinte,
        effectif=len(base.lignes),
        strates=[_strate(s) for s in echantillon.strates],
        tire_le=le,
        auteur=auteur,
        regles=charger_marche("A").empreinte,
    )
    _garder(tirage, base, echantillon)
    _repartir(tirage, le)
    fait = TirageFait(base.empreinte, graine, echantillon, tirage)
    contenu = {**fait.en_dict(), "rang": rang, "minimum": minimum, "effectif": tirage.effectif}
    sceller("controle.tirage", f"{lot} {trimestre} {rang}", contenu, le=le, emetteur=tirage.emetteur)
    return fait


def taux_du_trimestre(lot: str, trimestre: str) -> dict[str, Decimal]:
    """The rate of each unit for the lot's holder, in the scope under way (5 % is 0.05)."""
    return {uo: trouve.taux for uo, trouve in taux_expliques(lot, trimestre).items()}


def taux_expliques(lot: str, trimestre: str) -> dict[str, TauxControle]:
    """The rate of each unit for the lot's holder, with its reason and its clause."""
    regles, le = charger_marche("A"), _jour_des_regles(trimestre)
    unites = regles.liste("unites.interaction", le=le)
    service = regles.valeur_date("marche.service_debut", le=le)
    titulaires = Titulaire.objects.filter(lot=lot, debut__lte=le).order_by("-debut")
    premier_jour = titulaires.values_list("debut", flat=True).first()
    entree = premier_jour if premier_jour is not None and premier_jour > service else None
    rejets = parts_de_rejet(lot)
    return {uo: taux_de_controle(uo, le, regles=regles, rejets=rejets.get(uo, {}), entree=entree) for uo in unites}


def parts_de_rejet(lot: str) -> dict[str, dict[date, Decimal]]:
    """The share of definitive files found not conforming, by unit and first day of quarter."""
    lignes = (
        Controle.objects.filter(lot=lot, etat=Etat.DEFINITIVE)
        .values_list("uo", "trimestre")
        .annotate(total=Count("id"), rejets=Count("id", filter=Q(resultat=Verdict.NON_CONFORME)))
    )
    parts: dict[str, dict[date, Decimal]] = {}
    for uo, trimestre, total, rejets in lignes:
        parts.setdefault(uo, {})[Periode.du_trimestre(trimestre).debut] = Decimal(rejets) / Decimal(total)
    return parts


def taux_unique(taux: Decimal, trimestre: str) -> dict[str, Decimal]:
    """The same rate for every unit."""
    le = _jour_des_regles(trimestre)
    return dict.fromkeys(charger_marche("A").liste("unites.interaction", le=le), taux)


def echantillon_fige(tirage: Tirage) -> Echantillon:
    """The frozen result of a draw."""
    strates = [Strate(s["uo"], s["structure"], s["effectif"], Decimal(s["taux"]), s["tires"]) for s in tirage.strates]
    dossiers = [DossierDeBase(c.numero_dossier, c.uo, c.structure) for c in tirage.controles.all()]
    return Echantillon(tuple(strates), tuple(sorted(dossiers)))


def _deja_fait(lot: str, trimestre: str, taux: Mapping[str, Decimal], graine: str, base: Base) -> TirageFait | None:
    for tirage in Tirage.objects.filter(lot=lot, trimestre=trimestre, graine=graine):
        if {uo: Decimal(t) for uo, t in tirage.taux.items()} == dict(taux):
            figee = echantillon_fige(tirage)
            return TirageFait(tirage.empreinte_base, graine, figee, tirage, True, len(base.lignes))
    return None


def _verifier(base: Base, rang: int, le: datetime) -> None:
    periode = Periode.du_trimestre(base.trimestre)
    if periode.fin is not None and le.astimezone(PARIS).date() < periode.fin:
        raise TirageRefuse(
            f"Le trimestre {base.trimestre} n'est pas fini : sa base n'est pas complète. "
            "Simulez le tirage, ou attendez le lendemain de son dernier jour."
        )
    if rang > 1 and not base.lignes:
        raise TirageRefuse(
            f"Toutes les unités closes du lot {base.lot} au {base.trimestre} sont déjà dans la base d'un tirage. "
            "Un nouveau tirage n'aura d'objet que si d'autres unités se complètent."
        )


def _garder(tirage: Tirage, base: Base, echantillon: Echantillon) -> None:
    DossierBase.objects.bulk_create(
        DossierBase(
            tirage=tirage,
            emetteur=ligne.emetteur,
            numero_dossier=ligne.dossier.numero_dossier,
            uo=ligne.dossier.uo,
            structure=ligne.dossier.structure,
            version=ligne.version,
        )
        for ligne in base.lignes
    )
    emetteurs = {ligne.dossier.numero_dossier: ligne.emetteur for ligne in base.lignes}
    Controle.objects.bulk_create(
        Controle(
            tirage=tirage,
            emetteur=emetteurs[d.numero_dossier],
            lot=tirage.lot,
            trimestre=tirage.trimestre,
            numero_dossier=d.numero_dossier,
            uo=d.uo,
            structure=d.structure,
        )
        for d in echantillon.dossiers
    )


def repartir(lot: str, le: datetime) -> int:
    """Hand out the files of the lot that have no controller yet; returns how many were."""
    _verrouiller(lot)
    total = 0
    for tirage in Tirage.objects.filter(lot=lot, controles__controleur__isnull=True).distinct():
        total += _repartir(tirage, le)
    return total


def _repartir(tirage: Tirage, le: datetime) -> int:
    charges = Charges()
    en_cours = Controle.objects.exclude(controleur=None).exclude(decide_le__isnull=False)
    for cabinet, controleur, uo in en_cours.values_list("cabinet_id", "controleur_id", "uo"):
        charges.ajouter(cabinet, controleur, uo)
    sans = list(tirage.controles.filter(controleur=None).order_by("uo", "structure", "numero_dossier"))
    choisis = affecter(
        [(c.numero_dossier, c.uo) for c in sans], equipes(tirage.lot, le.astimezone(PARIS).date()), charges
    )
    for controle in sans:
        if controle.numero_dossier in choisis:
            controle.cabinet_id, controle.controleur_id = choisis[controle.numero_dossier]
    Controle.objects.bulk_update(sans, ["cabinet", "controleur"], batch_size=500)
    return len(choisis)


def _titulaire(lot: str, trimestre: str) -> str:
    fin = Periode.du_trimestre(trimestre).dernier_jour
    tenues = Titulaire.objects.filter(lot=lot, debut__lte=fin).order_by("-debut", "-id")
    titulaire = next((t for t in tenues if t.fin is None or (fin is not None and t.fin >= fin)), None)
    if titulaire is None:
        raise TirageRefuse(
            f"Aucun titulaire ne tenait le lot {lot} à la fin du {trimestre}. "
            "Importez les titulaires (cepage marche importer)."
        )
    return titulaire.operateur


def _jour_des_regles(trimestre: str) -> date:
    """The day whose parameters rule a quarter: its first, or the first of the service (2 January 2020)."""
    periode = Periode.du_trimestre(trimestre)
    dernier = periode.dernier_jour
    assert dernier is not None
    return max(periode.debut, charger_marche("A").valeur_date("marche.service_debut", le=dernier))


def _minimum(trimestre: str) -> int:
    return charger_marche("A").entier("controle.minimum_par_strate", le=_jour_des_regles(trimestre))


def _en_texte(taux: Mapping[str, Decimal]) -> dict[str, str]:
    return {uo: format(t.normalize(), "f") for uo, t in sorted(taux.items())}


def _verrouiller(lot: str) -> None:
    """One draw at a time per lot: the next one sees the frame of this one."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_VERROU, int(lot) if lot.isdigit() else 0])
