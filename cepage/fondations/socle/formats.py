"""How numbers, dates, durations and amounts are written in French; pure functions, no Django.

Thousands, units and double signs take a narrow no-break space (U+202F).
"""

from datetime import date, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

ESPACE = "\u202f"
MOINS = "\u2212"
PARIS = ZoneInfo("Europe/Paris")
JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MOIS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
_FORMULES = ("=", "+", "-", "@", "\t", "\r", "\x00")


def nombre(valeur: int | float | Decimal, decimales: int | None = None) -> str:
    """1234567.5 → « 1 234 567,5 »; `decimales` fixes the digits after the comma, rounded half up."""
    exact = Decimal(str(valeur))
    if decimales is not None:
        exact = exact.quantize(Decimal(1).scaleb(-decimales), rounding=ROUND_HALF_UP)
    signe = MOINS if exact < 0 else ""
    entier, _, fraction = f"{abs(exact):f}".partition(".")
    return signe + f"{int(entier):,}".replace(",", ESPACE) + (f",{fraction}" if fraction else "")


def montant(valeur: int | Decimal) -> str:
    """1234.5 → « 1 234,50 € »; refuses floats, which are not exact."""
    if isinstance(valeur, float):
        raise TypeError("Un montant est un Decimal, jamais un nombre à virgule flottante.")
    return f"{nombre(valeur, 2)}{ESPACE}€"


def pourcentage(fraction: int | float | Decimal, decimales: int = 1) -> str:
    """0.1234 → « 12,3 % »."""
    return f"{nombre(Decimal(str(fraction)) * 100, decimales)}{ESPACE}%"


def duree(minutes: int) -> str:
    """125 → « 2 h 05 »; under an hour « 45 min »."""
    heures, reste = divmod(abs(minutes), 60)
    signe = MOINS if minutes < 0 else ""
    return signe + (f"{heures}{ESPACE}h{ESPACE}{reste:02d}" if heures else f"{reste}{ESPACE}min")


def jour(valeur: date) -> str:
    """« mardi 12 mars 2021 »; the first of a month is « 1er »."""
    valeur = _jour_de_paris(valeur)
    quantieme = "1er" if valeur.day == 1 else str(valeur.day)
    return f"{JOURS[valeur.weekday()]} {quantieme} {MOIS[valeur.month - 1]} {valeur.year}"


def jour_court(valeur: date) -> str:
    """« 12/03/2021 », for tables."""
    return f"{_jour_de_paris(valeur):%d/%m/%Y}"


def mois(valeur: date) -> str:
    """« mars 2021 »."""
    return f"{MOIS[valeur.month - 1]} {valeur.year}"


def instant(valeur: datetime, fuseau: tzinfo = PARIS) -> str:
    """« mardi 12 mars 2021 à 14 h 05 », Paris time unless another zone is given."""
    local = valeur.astimezone(fuseau)
    return f"{jour(local.date())} à {heure(local, fuseau)}"


def heure(valeur: datetime, fuseau: tzinfo = PARIS) -> str:
    """« 14 h 05 », Paris time unless another zone is given."""
    local = valeur.astimezone(fuseau)
    return f"{local.hour}{ESPACE}h{ESPACE}{local.minute:02d}"


def il_y_a(valeur: date, aujourd_hui: date) -> str:
    """How far `valeur` is from `aujourd_hui`: « il y a 3 jours », « hier », « dans 2 mois »."""
    ecart = (_jour_de_paris(valeur) - aujourd_hui).days
    proches = {-1: "hier", 0: "aujourd'hui", 1: "demain"}
    if ecart in proches:
        return proches[ecart]
    return f"{'il y a' if ecart < 0 else 'dans'} {_distance(abs(ecart))}"


def _distance(jours: int) -> str:
    if jours < 61:
        return f"{jours} jours"
    if jours < 730:
        return "1 an" if 365 <= jours < 396 else f"{jours * 12 // 365} mois"
    return f"{jours // 365} ans"


def accorder(combien: int, singulier: str, pluriel: str | None = None) -> str:
    """« 0 envoi », « 1 envoi », « 2 envois »: French plural starts at two."""
    mot = singulier if abs(combien) < 2 else (pluriel or f"{singulier}s")
    return f"{nombre(combien)}{ESPACE if combien >= 1000 else ' '}{mot}"


def taille(octets: int) -> str:
    """Size of a file: « 512 o », « 1,4 Mo » (decimal units)."""
    valeur, unites = Decimal(octets), ["o", "ko", "Mo", "Go", "To"]
    while valeur >= 1000 and len(unites) > 1:
        valeur, unites = valeur / 1000, unites[1:]
    return f"{nombre(valeur, 0 if unites[0] == 'o' else 1)}{ESPACE}{unites[0]}"


def delai(ecart: timedelta) -> str:
    """A stretch of time in its two largest units: « 2 h 05 », « 3 jours », « 12 s »."""
    secondes = int(ecart.total_seconds())
    if secondes < 60:
        return f"{secondes}{ESPACE}s"
    return duree(secondes // 60) if secondes < 86_400 else accorder(secondes // 86_400, "jour")


def _jour_de_paris(valeur: date) -> date:
    if isinstance(valeur, datetime):
        return (valeur.astimezone(PARIS) if valeur.tzinfo else valeur).date()
    return valeur


def neutraliser(valeur: object) -> object:
    """A cell that a spreadsheet cannot take for a formula."""
    if isinstance(valeur, str) and valeur.startswith(_FORMULES):
        return "'" + valeur
    return valeur
