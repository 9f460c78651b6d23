"""What the screens read, inside the scope under way."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from cepage.echanges.canaux.saisie.champs import SUGGERES
from cepage.echanges.canaux.saisie.enums import Etat
from cepage.echanges.canaux.saisie.models import EnvoiSaisi, FicheSaisie
from cepage.echanges.canaux.saisie.sections import ECRANS, libelle
from cepage.echanges.contrat.fiches import FICHES
from cepage.echanges.reception.contexte import registre
from cepage.fondations.referentiels import nomenclatures

_SUGGESTIONS = 300


def fiches(lots: Iterable[str]) -> "QuerySet[FicheSaisie]":
    """The fiches of these lots."""
    return FicheSaisie.objects.filter(lot__in=list(lots)).select_related("modifie_par", "envoi")


def envois(lots: Iterable[str]) -> "QuerySet[EnvoiSaisi]":
    """The envois of these lots, most recent first."""
    return EnvoiSaisi.objects.filter(lot__in=list(lots)).select_related("envoye_par")


def acceptees(lots: Iterable[str], *, sorte: str = "", texte: str = "") -> "QuerySet[FicheSaisie]":
    """The accepted fiches, one a key (its last), whose key or name holds `texte`."""
    lignes = fiches(lots).filter(etat=Etat.ACCEPTEE)
    if sorte:
        lignes = lignes.filter(fiche=sorte)
    if texte:
        lignes = lignes.filter(
            Q(cle__icontains=texte)
            | Q(contenu__nom_naissance__icontains=texte)
            | Q(contenu__prenom__icontains=texte)
            | Q(contenu__identifiant_beneficiaire__icontains=texte)
        )
    dernieres = lignes.order_by("lot", "fiche", "cle", "-horodatage").distinct("lot", "fiche", "cle").values("pk")
    return fiches(lots).filter(pk__in=dernieres).order_by("-horodatage")


def par_etat(lots: Iterable[str]) -> dict[str, int]:
    """How many fiches in each state."""
    lignes = FicheSaisie.objects.filter(lot__in=list(lots)).order_by().values("etat").annotate(n=Count("pk"))
    return dict.fromkeys(Etat.values, 0) | {li["etat"]: li["n"] for li in lignes}


def intitule(fiche: FicheSaisie) -> str:
    """What a person recognises a fiche by."""
    contenu: Mapping[str, str] = fiche.contenu
    match fiche.fiche:
        case "beneficiaire":
            nom = " ".join(filter(None, (contenu.get("prenom"), contenu.get("nom_naissance"))))
            texte = ", ".join(filter(None, (nom, contenu.get("identifiant_beneficiaire"))))
        case "unite_oeuvre":
            uo = _code("uo", contenu.get("uo", "")).split(" ")[0]
            pour = contenu.get("identifiant_beneficiaire", "")
            texte = " ".join(filter(None, (uo, pour and f"de {pour}", contenu.get("numero_dossier"))))
        case "interaction":
            le, numero = contenu.get("date_interaction", ""), contenu.get("numero_dossier", "")
            texte = " ".join(filter(None, (le and f"du {_jour(le)}", numero)))
        case "livrable":
            genre = _code("type_livrable", contenu.get("type_livrable", ""))
            texte = " ".join(filter(None, (genre, contenu.get("numero_dossier"))))
        case _:
            texte = " ".join(contenu[n] for n in FICHES[fiche.fiche].cle if n != "lot" and contenu.get(n))
    return texte or "sans nom pour l'instant"


def _code(liste: str, code: str) -> str:
    try:
        return nomenclatures.libelle(liste, code) if code else ""
    except KeyError:
        return code


def _jour(texte: str) -> str:
    annee, _, reste = texte.partition("-")
    mois, _, jour = reste.partition("-")
    return f"{jour}/{mois}/{annee}" if jour else texte


def suggestions(fiche: str, lot: str) -> dict[str, list[tuple[str, str]]]:
    """Known values for the fields where they are suggested: (value, what helps to recognise it)."""
    noms = SUGGERES & set(FICHES[fiche].noms)
    trouvees: dict[str, list[tuple[str, str]]] = {}
    if "identifiant_beneficiaire" in noms and fiche != "beneficiaire":
        trouvees["identifiant_beneficiaire"] = _connues("beneficiaire", lot, "identifiant_beneficiaire")
    if "numero_dossier" in noms and fiche != "unite_oeuvre":
        trouvees["numero_dossier"] = _connues("unite_oeuvre", lot, "numero_dossier")
    if "structure" in noms:
        trouvees["structure"] = [(code, "") for code in sorted(registre().implantations(lot))]
    if "adresse_type_voie" in noms:
        trouvees["adresse_type_voie"] = [(c.libelle, "") for c in nomenclatures.table("type_voie") if c.valable(None)]
    return trouvees


def _connues(sorte: str, lot: str, champ: str) -> list[tuple[str, str]]:
    lignes = FicheSaisie.objects.filter(lot=lot, fiche=sorte, contenu__has_key=champ).order_by("-modifie_le")
    return list({f.contenu[champ]: intitule(f) for f in lignes[:_SUGGESTIONS]}.items())


@dataclass(frozen=True)
class Difference:
    """A field that two people filled differently: what one typed, what the other saved."""

    champ: str
    libelle: str
    sienne: str
    autre: str


def differences(fiche: FicheSaisie, saisi: Mapping[str, str]) -> list[Difference]:
    """The fields in which what is typed differs from what is kept, in the order of the screen."""
    noms = [nom for section in ECRANS[fiche.fiche].sections for nom in section.champs]
    return [
        Difference(
            nom,
            libelle(fiche.fiche, nom, FICHES[fiche.fiche].champ(nom).libelle),
            saisi.get(nom, ""),
            fiche.contenu.get(nom, ""),
        )
        for nom in noms
        if saisi.get(nom, "") != fiche.contenu.get(nom, "")
    ]
