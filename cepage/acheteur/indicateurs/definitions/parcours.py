"""6.1 to 6.8: what happens along the course of the advice (CCTP §4.3)."""

from cepage.acheteur.indicateurs.modele import MOIS_DE_REENGAGEMENT, Compte, Definition, Mesure

_UO2 = ("21", "22")
_NIVEAUX = (("01", "UO1"), ("21", "UO2.1"), ("22", "UO2.2"))


def _volontaires(uo: str, *, jours: bool = False) -> Compte:
    return Compte("clotures", {"uo": (uo,), "groupe": ("volontaire",)}, jours=jours)


def _delai(code: str, uo: str, nom: str) -> Definition:
    effectif = _volontaires(uo)
    return Definition(
        code=code,
        libelle=f"Délai {nom}",
        titre=f"Combien de jours dure une {nom} close avec l'accord de la personne ?",
        numerateur="somme des jours entre engagement et clôture volontaire",
        denominateur="clôtures volontaires du mois",
        maille="lot × mois",
        periodicite="mensuelle",
        interpretation=(
            "moyenne, médiane et 9e décile (interpolation linéaire) ; pour l'UO2.2 l'engagement est celui de "
            "l'UO2.2, le délai contractuel celui de l'UO2.1"
        ),
        source="CCTP §4.3",
        unite="jours",
        mesures=(
            Mesure("lot × mois", _volontaires(uo, jours=True), effectif),
            Mesure("lot × mois (médiane)", effectif, effectif, calcul="quantile", ordre=0.5),
            Mesure("lot × mois (9e décile)", effectif, effectif, calcul="quantile", ordre=0.9),
        ),
    )


def _abandon(code: str, uo: str, nom: str) -> Definition:
    abandons = Compte("clotures", {"uo": (uo,), "groupe": ("abandon",)})
    return Definition(
        code=code,
        libelle=f"Abandons {nom}",
        titre=f"Combien d'{nom} se ferment sans l'accord de la personne ?",
        numerateur=f"{nom} clôturées à la fin du délai sans accord de la personne",
        denominateur="(effectif) ; le taux sur les clôtures du mois est donné à côté",
        maille="lot × mois",
        periodicite="mensuelle",
        interpretation="les unités ouvertes par erreur (annulation) ne comptent nulle part",
        source="CCTP §4.3",
        unite="effectif",
        mesures=(
            Mesure("lot × mois", abandons, calcul="effectif"),
            Mesure("lot × mois (taux)", abandons, Compte("clotures", {"uo": (uo,)})),
        ),
    )


PARCOURS = (
    Definition(
        code="6.1",
        libelle="Ingénierie de parcours",
        titre="Quelle part des UO2 mobilise une prestation complémentaire ?",
        numerateur="UO2 clôturées avec au moins une prestation complémentaire",
        denominateur="UO2 clôturées",
        maille="lot × mois",
        periodicite="mensuelle",
        interpretation="UO2 = UO2.1 et UO2.2 ; le code AUCUNE n'est pas une prestation",
        source="CCTP §4.3",
        mesures=(
            Mesure(
                "lot × mois",
                Compte("clotures", {"uo": _UO2, "prestation": ("O",)}),
                Compte("clotures", {"uo": _UO2}),
            ),
        ),
    ),
    *(_delai(f"6.{rang}", uo, nom) for rang, (uo, nom) in enumerate(_NIVEAUX, start=2)),
    *(_abandon(f"6.{rang}", uo, nom) for rang, (uo, nom) in enumerate(_NIVEAUX, start=5)),
    Definition(
        code="6.8",
        libelle="Réengagements quasi immédiats",
        titre="Quelle part des personnes se réengage moins de trois mois après une UO2 ?",
        numerateur="bénéficiaires ayant clos une UO2 et réengagés moins de trois mois après",
        denominateur="bénéficiaires ayant clos une UO2 dans le mois",
        maille="lot × mois de clôture",
        periodicite="mensuelle",
        interpretation=(
            "trois mois calendaires à partir de la clôture, le jour de la clôture compris ; réengagement en "
            "UO1, UO2.1 ou UO2.2, jamais en UO0 ; le passage UO2.1 → UO2.2 n'est pas un réengagement ; "
            "provisoire tant que trois mois ne sont pas écoulés"
        ),
        source="CCTP §4.3",
        recul=MOIS_DE_REENGAGEMENT,
        mesures=(Mesure("lot × mois de clôture", Compte("reengagements"), Compte("fins_duo2")),),
    ),
)
