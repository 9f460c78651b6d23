"""2.1 to 2.4 and 3: how much the service is used (CCTP §4.3)."""

from cepage.acheteur.indicateurs.modele import Compte, Definition, Habitants, Mesure

_CEP = ("01", "21", "22")
_BENEFICIAIRES = {"service": ("CEP",)}
_ENGAGEMENTS = Compte("engagements", {"uo": _CEP})

RECOURS = (
    Definition(
        code="2.1",
        libelle="Taux de recours au service SPRO",
        titre="Quelle part des actifs est reçue au premier accueil ?",
        numerateur="personnes distinctes reçues en UO0",
        denominateur="population active régionale (INSEE)",
        maille="lot × mois",
        periodicite="mensuelle",
        interpretation="tous statuts ; mois seul et cumul annuel à fin de mois",
        source="CCTP §4.3",
        mesures=(
            Mesure("lot × mois", Compte("personnes", {"service": ("SPRO",)}), Habitants("active")),
            Mesure(
                "lot × mois (cumul annuel)",
                Compte("premieres_de_lannee", cumul="annee"),
                Habitants("active"),
            ),
        ),
    ),
    Definition(
        code="2.2",
        libelle="Taux de recours au CEP",
        titre="Quelle part de la population visée s'engage en CEP ?",
        numerateur="engagements UO1 + UO2.1 + UO2.2",
        denominateur=(
            "population CEP régionale = actifs en emploi − cadres (sauf DROM hors Martinique) − agents publics"
        ),
        maille="lot × mois",
        periodicite="mensuelle",
        interpretation="mois seul et cumul annuel ; année et champ de la source affichés à côté du taux",
        source="CCTP §4.3 note 36",
        mesures=(
            Mesure("lot × mois", _ENGAGEMENTS, Habitants("cep")),
            Mesure(
                "lot × mois (cumul annuel)",
                Compte("engagements", {"uo": _CEP}, cumul="annee"),
                Habitants("cep"),
            ),
        ),
    ),
    Definition(
        code="2.3",
        libelle="Taux de recours selon la catégorie sociale",
        titre="Quelles catégories sociales s'engagent en CEP ?",
        numerateur="bénéficiaires distincts par catégorie sociale, engagés dans le mois en UO1 ou UO2",
        denominateur="population CEP régionale (de la catégorie quand elle est connue, totale sinon)",
        maille="lot × mois × catégorie",
        periodicite="mensuelle",
        interpretation="les deux dénominateurs sont affichés ; une catégorie absente du mois vaut zéro",
        source="CCTP §4.3",
        mesures=(
            Mesure(
                "lot × mois × catégorie",
                Compte("personnes", _BENEFICIAIRES),
                Habitants("categorie"),
                ventilation="categorie",
            ),
            Mesure(
                "lot × mois × catégorie",
                Compte("personnes", _BENEFICIAIRES),
                Habitants("cep"),
                ventilation="categorie",
                precision="population CEP totale",
            ),
        ),
    ),
    Definition(
        code="2.4",
        libelle="Taux de recours selon le statut",
        titre="Quels statuts d'emploi s'engagent en CEP ?",
        numerateur="bénéficiaires distincts par statut, engagés dans le mois en UO1 ou UO2",
        denominateur="population CEP régionale",
        maille="lot × mois × statut",
        periodicite="mensuelle",
        interpretation=(
            "un bénéficiaire à plusieurs statuts compte dans chacun ; le total est distinct ; un statut "
            "absent du mois vaut zéro"
        ),
        source="CCTP §4.3",
        mesures=(
            Mesure("lot × mois", Compte("personnes", _BENEFICIAIRES), Habitants("cep")),
            Mesure(
                "lot × mois × statut",
                Compte("personnes", _BENEFICIAIRES),
                Habitants("cep"),
                ventilation="statut",
            ),
        ),
    ),
    Definition(
        code="3",
        libelle="Développement du recours",
        titre="Le recours progresse-t-il d'une année à l'autre ?",
        numerateur="engagements UO1 + UO2 du mois de l'année N+1",
        denominateur="mêmes engagements du même mois de l'année N",
        maille="lot × mois",
        periodicite="mensuelle",
        interpretation="évolution (0,25 = +25 %) ; sans valeur si N est nul",
        source="CCTP §4.3",
        mesures=(
            Mesure(
                "lot × mois",
                _ENGAGEMENTS,
                Compte("engagements", {"uo": _CEP}, decalage=-12),
                calcul="evolution",
            ),
        ),
    ),
)
