"""1.1 to 1.4: engagements compared with the order in progress (CCTP §4.3)."""

from cepage.acheteur.indicateurs.modele import Compte, Definition, Mesure, Volume

_UNITES = (("1.1", "00", "UO0"), ("1.2", "01", "UO1"), ("1.3", "21", "UO2.1"), ("1.4", "22", "UO2.2"))

ENGAGEMENTS = tuple(
    Definition(
        code=code,
        libelle=f"Engagements {nom}",
        titre=f"Où en est le bon de commande {nom} ?",
        numerateur=(
            f"personnes distinctes actives occupées engagées en {nom} et rattachées au bon de commande en cours"
        ),
        denominateur=f"volume ciblé par le bon de commande {nom} en cours",
        maille="lot × mois (cumul du bon)",
        periodicite="mensuelle",
        interpretation=(
            "actif occupé = au moins un statut d'emploi ; le bon en cours est celui dont la période contient "
            "le dernier jour du mois ; si plusieurs bons le contiennent, leurs volumes s'ajoutent et une "
            "personne y compte une fois"
        ),
        source="CCTP §4.3",
        mesures=(
            Mesure(
                maille="lot × mois (cumul du bon)",
                numerateur=Compte("premieres_du_bon", {"uo": (uo,)}, cumul="bon"),
                denominateur=Volume(uo),
            ),
        ),
    )
    for code, uo, nom in _UNITES
)
