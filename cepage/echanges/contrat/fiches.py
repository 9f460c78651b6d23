"""The contract's fields, declared once: every format, list, obligation and class of `dictionnaire.csv`.

Everything exchanged is generated from these declarations: the bulk validator, JSON Schema, XSD, CSV templates,
the dictionary page, the register's tables and their classification.
"""

from cepage.echanges.contrat.modele import Champ, Fiche, Niveau, Obligation, Sensibilite, TypeChamp

VERSION = "1.0"

OUI = Obligation("oui", Niveau.TOUJOURS)
NON = Obligation("non", Niveau.JAMAIS)
DES_UO0 = Obligation("dès UO0", Niveau.DES_UO0)
DES_UO1 = Obligation("dès UO1", Niveau.DES_UO1)

# fmt: off
BENEFICIAIRE = Fiche(
    "beneficiaire",
    "Bénéficiaire",
    cle=("lot", "identifiant_beneficiaire",),
    prefixe_code="BEN",
    champs=(
        Champ("nature", "Nature de la fiche : création, modification, annulation", TypeChamp.CODE, OUI, Sensibilite.TECHNIQUE, "décision : une fiche absente d'un envoi laisse l'état inchangé", contrainte="C|M|A", valeurs=("C", "M", "A")),
        Champ("horodatage", "Date, heure et fuseau de production de la fiche", TypeChamp.HORODATAGE, OUI, Sensibilite.TECHNIQUE, "CCTP annexe 3 §1 (lien par identifiant du dossier, date, heure, timestamp)", contrainte="ISO 8601 avec fuseau"),
        Champ("identifiant_beneficiaire", "Identifiant du bénéficiaire chez l'opérateur", TypeChamp.TEXTE, DES_UO0, Sensibilite.PSEUDONYME, "CCTP annexe 2 §1", contrainte="1 à 40 caractères imprimables", longueur_min=1, longueur_max=40, motif=r"[^\s\p{C}](?:[^\p{C}]*[^\s\p{C}])?"),
        Champ("nir", "Numéro d'inscription au répertoire", TypeChamp.TEXTE, Obligation("selon paramètre daté", Niveau.CONDITION), Sensibilite.NIR, "CCTP annexe 2 §1 note 37", contrainte="15 caractères, clé valide (Corse 2A/2B) ; désactivé par défaut", longueur_min=15, longueur_max=15, motif=r"[1-478]\d{2}(?:0[1-9]|1[0-2]|[2-9]\d)(?:\d{2}|2[AB])\d{8}"),
        Champ("nom_naissance", "Nom de naissance", TypeChamp.TEXTE, DES_UO0, Sensibilite.IDENTITE, "CCTP annexe 2 §1", contrainte="1 à 100", longueur_min=1, longueur_max=100),
        Champ("nom_usage", "Nom d'usage", TypeChamp.TEXTE, NON, Sensibilite.IDENTITE, "CCTP annexe 2 §1", contrainte="0 à 100", longueur_min=0, longueur_max=100),
        Champ("prenom", "Prénom", TypeChamp.TEXTE, DES_UO0, Sensibilite.IDENTITE, "CCTP annexe 2 §1", contrainte="1 à 100", longueur_min=1, longueur_max=100),
        Champ("sexe", "Sexe", TypeChamp.CODE, DES_UO1, Sensibilite.IDENTITE, "CCTP annexe 2 §1", nomenclature="sexe"),
        Champ("date_naissance", "Date de naissance", TypeChamp.DATE, DES_UO0, Sensibilite.IDENTITE, "CCTP annexe 2 §1", contrainte="AAAA-MM-JJ ; âge de 14 à 90 ans à l'engagement"),
        Champ("adresse_numero_voie", "Numéro de voie", TypeChamp.TEXTE, DES_UO1, Sensibilite.CONTACT, "CCTP annexe 2 §1", contrainte="0 à 100", longueur_min=0, longueur_max=100),
        Champ("adresse_type_voie", "Type de voie", TypeChamp.TEXTE, DES_UO1, Sensibilite.CONTACT, "CCTP annexe 2 §1", contrainte="0 à 100", nomenclature="type_voie", longueur_min=0, longueur_max=100),
        Champ("adresse_nom_voie", "Nom de la voie", TypeChamp.TEXTE, DES_UO1, Sensibilite.CONTACT, "CCTP annexe 2 §1", contrainte="0 à 100", longueur_min=0, longueur_max=100),
        Champ("adresse_commune", "Nom de la commune", TypeChamp.TEXTE, DES_UO1, Sensibilite.CONTACT, "CCTP annexe 2 §1", contrainte="0 à 100", longueur_min=0, longueur_max=100),
        Champ("adresse_code_postal", "Code postal", TypeChamp.TEXTE, DES_UO1, Sensibilite.CONTACT, "CCTP annexe 2 §1", contrainte="code postal connu", motif=r"\d{5}"),
        Champ("entreprise_departement", "Département de l'entreprise", TypeChamp.CODE, NON, Sensibilite.PROFESSIONNEL, "CCTP annexe 2 §1", contrainte="00 pour un frontalier", nomenclature="departement"),
        Champ("entreprise_code_postal", "Code postal de l'entreprise", TypeChamp.TEXTE, NON, Sensibilite.PROFESSIONNEL, "CCTP annexe 2 §1", contrainte="code postal connu", motif=r"\d{5}"),
        Champ("entreprise_commune", "Commune de l'entreprise", TypeChamp.TEXTE, NON, Sensibilite.PROFESSIONNEL, "CCTP annexe 2 §1", contrainte="0 à 100", longueur_min=0, longueur_max=100),
        Champ("structure", "Structure interne de rattachement (antenne, site)", TypeChamp.TEXTE, DES_UO1, Sensibilite.PROFESSIONNEL, "CCTP annexe 2 §1", contrainte="code d'une implantation déclarée", longueur_min=1, longueur_max=20),
        Champ("handicap", "Personne porteuse de handicap (obligation d'emploi)", TypeChamp.CODE, NON, Sensibilite.SANTE, "CCTP annexe 2 §1", nomenclature="handicap"),
        Champ("niveau_formation", "Niveau de formation à l'entrée", TypeChamp.CODE, DES_UO1, Sensibilite.PROFESSIONNEL, "CCTP annexe 2 §1", nomenclature="niveau_formation"),
        Champ("secteur_activite", "Secteur d'activité (section NAF)", TypeChamp.CODE, DES_UO1, Sensibilite.PROFESSIONNEL, "CCTP annexe 2 §1", nomenclature="section_naf"),
        Champ("taille_entreprise", "Taille de l'entreprise", TypeChamp.CODE, DES_UO1, Sensibilite.PROFESSIONNEL, "CCTP annexe 2 §1", nomenclature="taille_entreprise"),
        Champ("categorie_sociale", "Catégorie sociale", TypeChamp.CODE, DES_UO1, Sensibilite.PROFESSIONNEL, "CCTP annexe 2 §1", nomenclature="categorie_sociale"),
        Champ("libelle_secteur", "Libellé du secteur", TypeChamp.TEXTE, DES_UO1, Sensibilite.PROFESSIONNEL, "CCTP annexe 2 §1", contrainte="0 à 150", longueur_min=0, longueur_max=150),
        Champ("libelle_profession", "Libellé de la profession", TypeChamp.TEXTE, DES_UO1, Sensibilite.PROFESSIONNEL, "CCTP annexe 2 §1", contrainte="0 à 150", longueur_min=0, longueur_max=150),
        Champ("statut", "Statut au regard de l'emploi", TypeChamp.CODE, DES_UO0, Sensibilite.PROFESSIONNEL, "CCTP annexe 2 §1 ; bilan CNEFOP : un statut binaire fausse la mesure", contrainte="plusieurs statuts possibles (salarié et demandeur d'emploi…)", nomenclature="statut", multiple=True),
        Champ("entree_entreprise", "Mois et année d'entrée dans l'entreprise", TypeChamp.MOIS, DES_UO1, Sensibilite.PROFESSIONNEL, "CCTP annexe 2 §1", contrainte="AAAA-MM"),
        Champ("email", "Adresse électronique", TypeChamp.TEXTE, DES_UO1, Sensibilite.CONTACT, "CCTP annexe 2 §1", contrainte="adresse valide", longueur_max=254, motif=r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+"),
        Champ("telephone", "Numéro de téléphone", TypeChamp.TEXTE, DES_UO1, Sensibilite.CONTACT, "CCTP annexe 2 §1", contrainte="E.164 après normalisation", longueur_max=30, motif=r"(?:\+|00)?[0-9][0-9 .()-]{5,24}"),
    ),
)

UNITE_OEUVRE = Fiche(
    "unite_oeuvre",
    "Unité d'œuvre",
    cle=("numero_dossier",),
    prefixe_code="UO",
    jour_des_codes=("date_engagement",),
    champs=(
        Champ("nature", "Nature de la fiche : création, modification, annulation", TypeChamp.CODE, OUI, Sensibilite.TECHNIQUE, "décision : une fiche absente d'un envoi laisse l'état inchangé", contrainte="C|M|A", valeurs=("C", "M", "A")),
        Champ("horodatage", "Date, heure et fuseau de production de la fiche", TypeChamp.HORODATAGE, OUI, Sensibilite.TECHNIQUE, "CCTP annexe 3 §1 (lien par identifiant du dossier, date, heure, timestamp)", contrainte="ISO 8601 avec fuseau"),
        Champ("numero_dossier", "Numéro national de dossier", TypeChamp.TEXTE, OUI, Sensibilite.PSEUDONYME, "CCTP annexe 2 §2 note 38", contrainte="OOAAMMUUXXXXXX : 2 alphanumériques de l'opérateur, année, mois, UO (00,01,21,22), compteur à 6 chiffres remis à zéro chaque mois", motif=r"[0-9A-Z]{2}\d{2}(?:0[1-9]|1[0-2])(?:00|01|21|22)\d{6}"),
        Champ("identifiant_beneficiaire", "Bénéficiaire de l'unité d'œuvre", TypeChamp.TEXTE, OUI, Sensibilite.PSEUDONYME, "CCTP annexe 2 §2", contrainte="connu du registre ou présent dans l'envoi", longueur_min=1, longueur_max=40, motif=r"[^\s\p{C}](?:[^\p{C}]*[^\s\p{C}])?"),
        Champ("lot", "Lot de l'accord-cadre", TypeChamp.CODE, OUI, Sensibilite.MARCHE, "CCTP §1.2.2", contrainte="lot attribué à l'émetteur", nomenclature="lot"),
        Champ("uo", "Unité d'œuvre", TypeChamp.CODE, OUI, Sensibilite.MARCHE, "CCTP annexe 2 §2", contrainte="00, 01, 21, 22 (marché 2020-2023)", nomenclature="uo"),
        Champ("date_engagement", "Date d'engagement", TypeChamp.DATE, OUI, Sensibilite.PARCOURS, "CCTP annexe 2 §2", contrainte="AAAA-MM-JJ"),
        Champ("date_cloture", "Date de clôture", TypeChamp.DATE, Obligation("UO00 ; sinon à la clôture", Niveau.CONDITION, uos=frozenset({"00"})), Sensibilite.PARCOURS, "CCTP annexe 2 §2", contrainte="AAAA-MM-JJ ; au plus tôt la date d'engagement"),
        Champ("numero_decompte", "Numéro de décompte de consommation", TypeChamp.TEXTE, Obligation("si clôture", Niveau.CONDITION, a_la_cloture=True), Sensibilite.MARCHE, "CCTP annexe 2 §2 (format laissé à l'acheteur : décision)", contrainte="AAAA-Lotww-Tn-UOxx du trimestre de clôture", motif=r"\d{4}-Lot\d{2}-T[1-4]-UO(?:00|01|2\.?1|2\.?2)"),
        Champ("reference_bon_commande", "Référence du bon de commande rattaché à l'engagement", TypeChamp.TEXTE, OUI, Sensibilite.MARCHE, "CCTP annexe 2 §2", contrainte="AAAA-Lotww-UOxx-yy-zzzzz ; UOxx parmi UO00, UO01, UO2.1, UO2.2", motif=r"\d{4}-Lot(?:0[1-9]|1[0-9])-UO(?:00|01|2\.1|2\.2)-\d{2}-\d{5}"),
        Champ("origine_demarche", "Origine de la démarche", TypeChamp.CODE, OUI, Sensibilite.PARCOURS, "CCTP annexe 2 §2", nomenclature="origine_demarche"),
        Champ("motif_sollicitation", "Motif de sollicitation", TypeChamp.CODE, OUI, Sensibilite.PARCOURS, "CCTP annexe 2 §2", nomenclature="motif_sollicitation"),
        Champ("motif_sollicitation_detaille", "Motif de sollicitation détaillé", TypeChamp.CODE, OUI, Sensibilite.PARCOURS, "CCTP annexe 2 §2", contrainte="cohérent avec le motif", nomenclature="motif_sollicitation_detaille", multiple=True),
        Champ("aiguillage", "Suite donnée à l'aiguillage", TypeChamp.CODE, Obligation("UO00", Niveau.CONDITION, uos=frozenset({"00"})), Sensibilite.PARCOURS, "CCTP annexe 2 §2", nomenclature="aiguillage"),
        Champ("motif_cloture", "Motif de clôture", TypeChamp.CODE, Obligation("UO01, UO21, UO22 à la clôture", Niveau.CONDITION, uos=frozenset({"01", "21", "22"}), a_la_cloture=True), Sensibilite.PARCOURS, "CCTP annexe 2 §2", contrainte="abandon réservé à l'échéance du délai", nomenclature="motif_cloture"),
        Champ("types_service", "Types de service mobilisés", TypeChamp.CODE, Obligation("UO21, UO22 à la clôture", Niveau.CONDITION, uos=frozenset({"21", "22"}), a_la_cloture=True), Sensibilite.PARCOURS, "CCTP annexe 2 §2", nomenclature="type_service", multiple=True),
        Champ("description_service", "Description du service rendu", TypeChamp.TEXTE, Obligation("UO22 à la clôture", Niveau.CONDITION, uos=frozenset({"22"}), a_la_cloture=True), Sensibilite.PARCOURS_LIBRE, "CCTP annexe 2 §2", contrainte="0 à 4000", longueur_max=4000),
        Champ("prestations_complementaires", "Prestations complémentaires réalisées", TypeChamp.CODE, Obligation("UO21, UO22 à la clôture", Niveau.CONDITION, uos=frozenset({"21", "22"}), a_la_cloture=True), Sensibilite.PARCOURS, "CCTP annexe 2 §2", contrainte="AUCUNE exclusif", nomenclature="prestation_complementaire", multiple=True),
        Champ("autoprescription", "Prestation complémentaire réalisée par le titulaire", TypeChamp.BOOLEEN, Obligation("UO21, UO22 s'il y a prestation", Niveau.CONDITION, uos=frozenset({"21", "22"})), Sensibilite.PARCOURS, "CCTP annexe 2 §2", contrainte="par prestation", multiple=True),
        Champ("financements_formation", "Financements de formation mobilisés", TypeChamp.CODE, Obligation("UO21, UO22 à la clôture", Niveau.CONDITION, uos=frozenset({"21", "22"}), a_la_cloture=True), Sensibilite.PARCOURS, "CCTP annexe 2 §2", contrainte="AUCUN exclusif", nomenclature="financement_formation", multiple=True),
        Champ("decouvertes_metiers", "Découvertes métiers, AFEST, expériences d'emploi", TypeChamp.CODE, Obligation("UO21, UO22 à la clôture", Niveau.CONDITION, uos=frozenset({"21", "22"}), a_la_cloture=True), Sensibilite.PARCOURS, "CCTP annexe 2 §2", contrainte="AUCUNE exclusif", nomenclature="decouverte_metier", multiple=True),
        Champ("projet_reconversion_cpir", "Projet de reconversion déposé à la CPIR (démissionnaire)", TypeChamp.BOOLEEN, NON, Sensibilite.PARCOURS, "CCTP annexe 2 §2"),
        Champ("etat_projet", "État du projet à la clôture", TypeChamp.CODE, Obligation("UO22 à la clôture", Niveau.CONDITION, uos=frozenset({"22"}), a_la_cloture=True), Sensibilite.PARCOURS, "CCTP annexe 2 §2", nomenclature="etat_projet", multiple=True),
        Champ("alea_uo22", "Aléa justifiant l'ouverture de l'UO2.2", TypeChamp.CODE, Obligation("UO22", Niveau.CONDITION, uos=frozenset({"22"})), Sensibilite.PARCOURS, "évaluation 2020-2023, chapitre sur l'UO2.2", nomenclature="alea_uo22"),
        Champ("derogation_territoriale", "Justification d'un lieu de vie et d'emploi hors du lot", TypeChamp.CODE, Obligation("si domicile et emploi hors région", Niveau.CONDITION), Sensibilite.PARCOURS, "CCTP §1.2.4", nomenclature="derogation_territoriale"),
        Champ("referent", "Conseiller référent (code interne)", TypeChamp.TEXTE, Obligation("UO21, UO22", Niveau.CONDITION, uos=frozenset({"21", "22"})), Sensibilite.PSEUDONYME, "CCTP §2.1.3 (référent unique)", contrainte="0 à 40", longueur_max=40),
    ),
)

INTERACTION = Fiche(
    "interaction",
    "Interaction",
    cle=("numero_dossier", "date_interaction", "mode_contact",),
    prefixe_code="INT",
    jour_des_codes=("date_interaction",),
    champs=(
        Champ("nature", "Nature de la fiche : création, modification, annulation", TypeChamp.CODE, OUI, Sensibilite.TECHNIQUE, "décision : une fiche absente d'un envoi laisse l'état inchangé", contrainte="C|M|A", valeurs=("C", "M", "A")),
        Champ("horodatage", "Date, heure et fuseau de production de la fiche", TypeChamp.HORODATAGE, OUI, Sensibilite.TECHNIQUE, "CCTP annexe 3 §1 (lien par identifiant du dossier, date, heure, timestamp)", contrainte="ISO 8601 avec fuseau"),
        Champ("numero_dossier", "Dossier", TypeChamp.TEXTE, OUI, Sensibilite.PSEUDONYME, "CCTP annexe 2 §2", contrainte="connu", motif=r"[0-9A-Z]{2}\d{2}(?:0[1-9]|1[0-2])(?:00|01|21|22)\d{6}"),
        Champ("date_interaction", "Date d'interaction", TypeChamp.DATE, OUI, Sensibilite.PARCOURS, "CCTP annexe 2 §2", contrainte="entre engagement et clôture"),
        Champ("mode_contact", "Mode de contact", TypeChamp.CODE, OUI, Sensibilite.PARCOURS, "CCTP annexe 2 §2", nomenclature="mode_contact"),
        Champ("duree_minutes", "Durée en minutes", TypeChamp.ENTIER, NON, Sensibilite.PARCOURS, "évaluation 2020-2023 (durée réelle moyenne des UO)", contrainte="0 à 600", minimum=0, maximum=600),
    ),
)

LIVRABLE = Fiche(
    "livrable",
    "Livrable",
    cle=("numero_dossier", "type_livrable",),
    prefixe_code="LIV",
    jour_des_codes=("date_signature_beneficiaire", "date_signature_conseiller"),
    champs=(
        Champ("nature", "Nature de la fiche : création, modification, annulation", TypeChamp.CODE, OUI, Sensibilite.TECHNIQUE, "décision : une fiche absente d'un envoi laisse l'état inchangé", contrainte="C|M|A", valeurs=("C", "M", "A")),
        Champ("horodatage", "Date, heure et fuseau de production de la fiche", TypeChamp.HORODATAGE, OUI, Sensibilite.TECHNIQUE, "CCTP annexe 3 §1 (lien par identifiant du dossier, date, heure, timestamp)", contrainte="ISO 8601 avec fuseau"),
        Champ("numero_dossier", "Dossier", TypeChamp.TEXTE, OUI, Sensibilite.PSEUDONYME, "CCTP §2.1", contrainte="connu", motif=r"[0-9A-Z]{2}\d{2}(?:0[1-9]|1[0-2])(?:00|01|21|22)\d{6}"),
        Champ("type_livrable", "Type de livrable", TypeChamp.CODE, OUI, Sensibilite.PARCOURS, "CCTP §2.1 ; évaluation (preuves UO2.2)", contrainte="ELP, PP, COURRIEL_ENGAGEMENT, REPONSE_BENEFICIAIRE, COURRIEL_CLOTURE", nomenclature="type_livrable"),
        Champ("nom_fichier", "Nom du fichier joint", TypeChamp.TEXTE, OUI, Sensibilite.PARCOURS, "CCTP annexe 3 §1", contrainte="PDF ou ODF ; présent dans l'envoi", longueur_min=1, longueur_max=255, motif=r"(?i)[^/\\]+\.(?:pdf|odt)"),
        Champ("empreinte_sha256", "Empreinte SHA-256 du fichier", TypeChamp.TEXTE, OUI, Sensibilite.TECHNIQUE, "décision", contrainte="64 hexadécimaux, vérifiée", motif=r"[0-9a-fA-F]{64}"),
        Champ("date_signature_conseiller", "Date de signature du conseiller", TypeChamp.DATE, Obligation("ELP, PP", Niveau.CONDITION, types=frozenset({"ELP", "PP"})), Sensibilite.PARCOURS, "CCTP §2.1"),
        Champ("date_signature_beneficiaire", "Date de signature du bénéficiaire", TypeChamp.DATE, Obligation("ELP, PP", Niveau.CONDITION, types=frozenset({"ELP", "PP"})), Sensibilite.PARCOURS, "CCTP §1.2.6, §2.1", contrainte="= clôture de l'UO"),
        Champ("mode_signature", "Signature manuscrite ou électronique", TypeChamp.CODE, Obligation("ELP, PP", Niveau.CONDITION, types=frozenset({"ELP", "PP"})), Sensibilite.PARCOURS, "CCTP §2.1 (art. 1367 C. civ.)", nomenclature="mode_signature"),
    ),
)

RECLAMATION = Fiche(
    "reclamation",
    "Réclamation",
    cle=("lot", "identifiant_reclamation",),
    prefixe_code="REC",
    jour_des_codes=("date_reception",),
    champs=(
        Champ("nature", "Nature de la fiche : création, modification, annulation", TypeChamp.CODE, OUI, Sensibilite.TECHNIQUE, "décision : une fiche absente d'un envoi laisse l'état inchangé", contrainte="C|M|A", valeurs=("C", "M", "A")),
        Champ("horodatage", "Date, heure et fuseau de production de la fiche", TypeChamp.HORODATAGE, OUI, Sensibilite.TECHNIQUE, "CCTP annexe 3 §1 (lien par identifiant du dossier, date, heure, timestamp)", contrainte="ISO 8601 avec fuseau"),
        Champ("identifiant_reclamation", "Identifiant chez l'opérateur", TypeChamp.TEXTE, OUI, Sensibilite.PSEUDONYME, "CCTP annexe 2 §3 ; §3.7", contrainte="1 à 40", longueur_min=1, longueur_max=40),
        Champ("lot", "Lot", TypeChamp.CODE, OUI, Sensibilite.MARCHE, "CCTP annexe 2 §3 ; §3.7", nomenclature="lot"),
        Champ("numero_dossier", "Dossier concerné", TypeChamp.TEXTE, NON, Sensibilite.PSEUDONYME, "CCTP annexe 2 §3 ; §3.7", contrainte="connu", motif=r"[0-9A-Z]{2}\d{2}(?:0[1-9]|1[0-2])(?:00|01|21|22)\d{6}"),
        Champ("date_reception", "Date de réception", TypeChamp.DATE, OUI, Sensibilite.PARCOURS, "CCTP annexe 2 §3 ; §3.7"),
        Champ("motif", "Motif", TypeChamp.CODE, OUI, Sensibilite.PARCOURS, "CCTP annexe 2 §3 ; §3.7", nomenclature="motif_reclamation"),
        Champ("date_accuse_reception", "Date de l'accusé de réception (7 jours)", TypeChamp.DATE, NON, Sensibilite.PARCOURS, "CCTP annexe 2 §3 ; §3.7"),
        Champ("date_reponse", "Date de réponse (45 jours)", TypeChamp.DATE, NON, Sensibilite.PARCOURS, "CCTP annexe 2 §3 ; §3.7"),
        Champ("date_saisine_mediateur", "Date de demande d'accès par le médiateur", TypeChamp.DATE, NON, Sensibilite.PARCOURS, "CCTP annexe 2 §3 ; §3.7"),
    ),
)

IMPLANTATION = Fiche(
    "implantation",
    "Implantation",
    cle=("lot", "code_implantation",),
    prefixe_code="IMP",
    champs=(
        Champ("nature", "Nature de la fiche : création, modification, annulation", TypeChamp.CODE, OUI, Sensibilite.TECHNIQUE, "décision : une fiche absente d'un envoi laisse l'état inchangé", contrainte="C|M|A", valeurs=("C", "M", "A")),
        Champ("horodatage", "Date, heure et fuseau de production de la fiche", TypeChamp.HORODATAGE, OUI, Sensibilite.TECHNIQUE, "CCTP annexe 3 §1 (lien par identifiant du dossier, date, heure, timestamp)", contrainte="ISO 8601 avec fuseau"),
        Champ("code_implantation", "Code de l'implantation", TypeChamp.TEXTE, OUI, Sensibilite.MARCHE, "CCTP annexe 2 §4.1", contrainte="1 à 20, unique par lot", longueur_min=1, longueur_max=20),
        Champ("lot", "Lot", TypeChamp.CODE, OUI, Sensibilite.MARCHE, "CCTP annexe 2 §4.1", nomenclature="lot"),
        Champ("libelle", "Libellé", TypeChamp.TEXTE, OUI, Sensibilite.MARCHE, "CCTP annexe 2 §4.1", contrainte="1 à 150", longueur_min=1, longueur_max=150),
        Champ("type_implantation", "Permanente, antenne, relais, itinérante, point d'accès", TypeChamp.CODE, OUI, Sensibilite.MARCHE, "évaluation (typologie des sites)", nomenclature="type_implantation"),
        Champ("code_postal", "Code postal", TypeChamp.TEXTE, OUI, Sensibilite.MARCHE, "CCTP annexe 2 §4.1", contrainte="connu", motif=r"\d{5}"),
        Champ("commune", "Commune", TypeChamp.TEXTE, OUI, Sensibilite.MARCHE, "CCTP annexe 2 §4.1", longueur_min=1, longueur_max=100),
        Champ("effectif_etp", "Effectif (ETP)", TypeChamp.DECIMAL, NON, Sensibilite.MARCHE, "CCTP annexe 2 §4.1", contrainte="≥ 0", minimum=0),
        Champ("date_ouverture", "Ouverture", TypeChamp.DATE, OUI, Sensibilite.MARCHE, "évaluation"),
        Champ("date_fermeture", "Fermeture", TypeChamp.DATE, NON, Sensibilite.MARCHE, "évaluation", contrainte="après l'ouverture ; accord préalable de l'acheteur"),
        Champ("horaires", "Plages d'ouverture (jours, heures)", TypeChamp.TEXTE, OUI, Sensibilite.MARCHE, "CCTP §3.3 (horaires élargis)", contrainte="grammaire OpenStreetMap opening_hours", longueur_min=1, longueur_max=1000),
    ),
)

MOYENS_COUTS = Fiche(
    "moyens_couts",
    "Moyens et coûts",
    cle=("lot", "periode",),
    prefixe_code="MOY",
    jour_des_codes=("periode",),
    champs=(
        Champ("etp_uo00", "ETP sur l'UO0", TypeChamp.DECIMAL, OUI, Sensibilite.MARCHE, "CCTP annexe 2 §4.1", contrainte="≥ 0", minimum=0),
        Champ("etp_uo01", "ETP sur l'UO1", TypeChamp.DECIMAL, OUI, Sensibilite.MARCHE, "CCTP annexe 2 §4.1", contrainte="≥ 0", minimum=0),
        Champ("etp_uo21", "ETP sur l'UO2.1", TypeChamp.DECIMAL, OUI, Sensibilite.MARCHE, "CCTP annexe 2 §4.1", contrainte="≥ 0", minimum=0),
        Champ("etp_uo22", "ETP sur l'UO2.2", TypeChamp.DECIMAL, OUI, Sensibilite.MARCHE, "CCTP annexe 2 §4.1", contrainte="≥ 0", minimum=0),
        Champ("nombre_implantations", "Nombre d'implantations avec locaux", TypeChamp.DECIMAL, OUI, Sensibilite.MARCHE, "CCTP annexe 2 §4.1", contrainte="≥ 0", minimum=0),
        Champ("cout_jour_uo00", "Coût jour moyen d'un ETP UO0", TypeChamp.MONTANT, OUI, Sensibilite.MARCHE, "CCTP annexe 2 §4.2", contrainte="euros, 2 décimales", minimum=0),
        Champ("cout_jour_uo01", "Coût jour moyen d'un ETP UO1", TypeChamp.MONTANT, OUI, Sensibilite.MARCHE, "CCTP annexe 2 §4.2", contrainte="euros, 2 décimales", minimum=0),
        Champ("cout_jour_uo21", "Coût jour moyen d'un ETP UO2.1", TypeChamp.MONTANT, OUI, Sensibilite.MARCHE, "CCTP annexe 2 §4.2", contrainte="euros, 2 décimales", minimum=0),
        Champ("cout_jour_uo22", "Coût jour moyen d'un ETP UO2.2", TypeChamp.MONTANT, OUI, Sensibilite.MARCHE, "CCTP annexe 2 §4.2", contrainte="euros, 2 décimales", minimum=0),
        Champ("masse_salariale", "Masse salariale CEP", TypeChamp.MONTANT, OUI, Sensibilite.MARCHE, "CCTP annexe 2 §4.2", contrainte="euros, 2 décimales", minimum=0),
        Champ("frais_immobiliers", "Frais immobiliers", TypeChamp.MONTANT, OUI, Sensibilite.MARCHE, "CCTP annexe 2 §4.2", contrainte="euros, 2 décimales", minimum=0),
        Champ("frais_si", "Ressources logicielles et développement SI", TypeChamp.MONTANT, OUI, Sensibilite.MARCHE, "CCTP annexe 2 §4.2", contrainte="euros, 2 décimales", minimum=0),
        Champ("frais_promotion", "Promotion du service", TypeChamp.MONTANT, OUI, Sensibilite.MARCHE, "CCTP annexe 2 §4.2", contrainte="euros, 2 décimales", minimum=0),
        Champ("frais_partenariats", "Développement de partenariats", TypeChamp.MONTANT, OUI, Sensibilite.MARCHE, "CCTP annexe 2 §4.2", contrainte="euros, 2 décimales", minimum=0),
        Champ("autres_frais", "Autres frais", TypeChamp.MONTANT, OUI, Sensibilite.MARCHE, "CCTP annexe 2 §4.2", contrainte="euros, 2 décimales", minimum=0),
        Champ("lot", "Lot", TypeChamp.CODE, OUI, Sensibilite.MARCHE, "CCTP annexe 2 §4", nomenclature="lot"),
        Champ("periode", "Période", TypeChamp.TEXTE, OUI, Sensibilite.MARCHE, "CCTP annexe 2 (contradiction interne relevée)", contrainte="AAAA-S1, AAAA-S2 (texte du §) ou AAAA (titre du §4) : les deux acceptés", motif=r"\d{4}(?:-S[12])?"),
    ),
)

INDICATEUR = Fiche(
    "indicateur",
    "Indicateur",
    cle=("lot", "periode", "code",),
    prefixe_code="IND",
    champs=(
        Champ("lot", "Lot", TypeChamp.CODE, OUI, Sensibilite.MARCHE, "CCTP §3.2 (transmission mensuelle des indicateurs), §4.3", motif=r"0[1-9]|1[0-9]"),
        Champ("periode", "Mois (AAAA-MM) ou semestre (AAAA-Sn)", TypeChamp.TEXTE, OUI, Sensibilite.MARCHE, "CCTP §3.2 (transmission mensuelle des indicateurs), §4.3", motif=r"\d{4}-(?:S[12]|0[1-9]|1[0-2])"),
        Champ("code", "Code de l'indicateur", TypeChamp.CODE, OUI, Sensibilite.MARCHE, "CCTP §3.2 (transmission mensuelle des indicateurs), §4.3", motif=r"(?:[1-8]|A|S)(?:\.\d{1,2})?"),
        Champ("valeur", "Valeur calculée par l'opérateur", TypeChamp.DECIMAL, OUI, Sensibilite.MARCHE, "CCTP §3.2 (transmission mensuelle des indicateurs), §4.3"),
    ),
)
# fmt: on

FICHES: dict[str, Fiche] = {
    fiche.nom: fiche
    for fiche in (
        BENEFICIAIRE,
        UNITE_OEUVRE,
        INTERACTION,
        LIVRABLE,
        RECLAMATION,
        IMPLANTATION,
        MOYENS_COUTS,
        INDICATEUR,
    )
}
