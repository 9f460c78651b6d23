"""From a planned course to fiches in the outbox."""

from collections import Counter
from datetime import date, timedelta
from random import Random

from demo.calendrier import UN_JOUR, decalage_paris, ouvre_precedent, ouvre_suivant
from demo.contenus import cloture_uo2, demande, duree_totale, orientation
from demo.depot import Depot, Erreur, Piece, ligne_csv
from demo.erreurs import fausser_aiguillage, fausser_cloture
from demo.lots import FUSEAUX_FIXES, Lot
from demo.marche import Carnet
from demo.parcours import Etape
from demo.personnes import au_premier_contact, fausser, telephone

MODES = ("PRESENTIEL", "TELEPHONE", "VISIO", "COURRIEL", "ATELIER", "CHAT")
POIDS_MODES = (46, 26, 18, 5, 4, 1)
MODES_AIGUILLAGE = (("TELEPHONE", "VISIO", "PRESENTIEL", "COURRIEL"), (82, 3, 11, 4))
MOTIFS_VOLONTAIRES = (("CV_OBJECTIF", "CV_SITUATION", "CV_AUTRE_OPERATEUR", "CV_AUTRE"), (78, 10, 6, 6))


class Engagement:
    """A unit waiting for its day of engagement, when it takes its numbers."""

    __slots__ = ("derogation", "etape", "identifiant", "statut")

    def __init__(self, etape: Etape, identifiant: str, statut: str, derogation: str) -> None:
        self.etape = etape
        self.identifiant = identifiant
        self.statut = statut
        self.derogation = derogation


class Emetteur:
    """Writes the fiches of one lot in its outbox; `statistiques` counts what the monthly indicators tell."""

    def __init__(self, lot: Lot, carnet: Carnet, depot: Depot, *, avec_pieces: bool) -> None:
        self._lot = lot
        self._carnet = carnet
        self._depot = depot
        self._avec_pieces = avec_pieces
        self._reclamations = 0
        self.statistiques: Counter[tuple[int, int, str]] = Counter()

    def horodatage(self, rng: Random, jour: date, *, soir: bool = False) -> str:
        """A moment of the working day, in the morning or, for what follows, in the afternoon."""
        heure = rng.randint(14, 18) if soir else rng.randint(8, 12)
        fuseau = FUSEAUX_FIXES.get(self._lot.code) or decalage_paris(jour)
        return f"{jour.isoformat()}T{heure:02}:{rng.randrange(60):02}:{rng.randrange(60):02}{fuseau}"

    def personne(self, rng: Random, fiche: dict[str, str], etapes: list[Etape]) -> None:
        """Queue the fiches of a beneficiary: creation, completion at the first level, later changes."""
        entree = etapes[0]
        depart = self._depot.depart(entree.engagement, entree.plancher)
        suite = etapes[1] if len(etapes) > 1 else None
        suite_depart = self._depot.depart(suite.engagement, suite.plancher) if suite else None
        partielle = entree.uo == "00" and depart != suite_depart
        premiere = au_premier_contact(fiche) if partielle else dict(fiche)
        erreur = None
        if entree.erreur and entree.erreur[0] == "beneficiaire":
            nature = entree.erreur[1]
            champ = fausser(premiere, nature)
            erreur = Erreur(fiche["identifiant_beneficiaire"], champ, nature, entrainees=2)
        premiere.update(nature="C", horodatage=self.horodatage(rng, entree.engagement))
        self._depot.ajouter(depart, "beneficiaire", ligne_csv("beneficiaire", premiere), erreur)
        if suite is None and (partielle or erreur or (entree.erreur and entree.erreur[0] == "unite_oeuvre")):
            return
        complete = dict(fiche)
        if partielle and suite is not None:
            complete.update(nature="M", horodatage=self.horodatage(rng, suite.engagement))
            self._depot.ajouter(suite_depart, "beneficiaire", ligne_csv("beneficiaire", complete))
        self._changement(rng, complete, etapes)

    def _changement(self, rng: Random, fiche: dict[str, str], etapes: list[Etape]) -> None:
        """Loss of employment during the last unit, or new contact details."""
        derniere = etapes[-1]
        duree = (derniere.cloture - derniere.engagement).days
        if duree < 15 or derniere.erreur:
            return
        tirage = rng.random()
        if tirage < 0.03:
            fiche["statut"] = rng.choice(("DE_INSCRIT", "DE_INSCRIT", "DEMISSIONNAIRE"))
        elif tirage < 0.08:
            fiche["telephone"] = telephone(rng)
        else:
            return
        jour = ouvre_precedent(derniere.engagement + timedelta(days=rng.randint(10, duree)))
        fiche.update(nature="M", horodatage=self.horodatage(rng, jour, soir=True))
        self._depot.ajouter(
            self._depot.depart(jour, derniere.plancher), "beneficiaire", ligne_csv("beneficiaire", fiche)
        )

    def unite(self, rng: Random, engagement: Engagement) -> None:
        """Queue everything of one unit on its day of engagement."""
        etape = engagement.etape
        fiche, nature = etape.erreur or ("", "")
        uo = "22" if nature == "uo22_sans_uo21" else etape.uo
        numero, reference = self._carnet.engager(uo, etape.engagement)
        valeurs = {
            "numero_dossier": numero,
            "identifiant_beneficiaire": engagement.identifiant,
            "lot": self._lot.code,
            "uo": uo,
            "date_engagement": etape.engagement.isoformat(),
            "reference_bon_commande": reference,
            "derogation_territoriale": "" if nature == "hors_territoire" else engagement.derogation,
            **demande(rng),
        }
        if uo in ("21", "22"):
            valeurs["referent"] = f"{self._lot.operateur}-CONS{rng.randint(1, 60):03}"
        if uo == "22":
            valeurs["alea_uo22"] = rng.choice(("REFUS_FINANCEMENT", "ENTREE_FORMATION", "PERSONNE"))
        depart = self._depot.depart(etape.engagement, etape.plancher)
        if etape.uo == "00":
            self._aiguillage(rng, engagement, valeurs, depart)
        elif fiche == "unite_oeuvre":
            champ = {
                "agent_public_uo1": "identifiant_beneficiaire",
                "hors_territoire": "derogation_territoriale",
            }
            erreur = Erreur(numero, champ.get(nature, "uo"), nature)
            self._fiche(rng, depart, valeurs, "C", etape.engagement, erreur=erreur)
        else:
            self._accompagnement(rng, engagement, valeurs, depart)

    def _fiche(
        self, rng: Random, depart: date | None, valeurs: dict[str, str], nature: str, jour: date, *,
        erreur: Erreur | None = None, soir: bool = False,
    ) -> str:  # fmt: skip
        ligne = ligne_csv(
            "unite_oeuvre", {**valeurs, "nature": nature, "horodatage": self.horodatage(rng, jour, soir=soir)}
        )
        self._depot.ajouter(depart, "unite_oeuvre", ligne, erreur)
        return ligne

    def _aiguillage(self, rng: Random, engagement: Engagement, valeurs: dict[str, str], depart: date | None) -> None:
        etape = engagement.etape
        numero, jour = valeurs["numero_dossier"], etape.engagement
        suivi = etape.issue == "aiguillage"
        valeurs["aiguillage"] = "RDV_INTERNE" if suivi else orientation(rng, engagement.statut)
        valeurs["date_cloture"] = jour.isoformat()
        valeurs["numero_decompte"] = self._carnet.decompte("00", jour)
        erreur, enfant = None, None
        if etape.erreur:
            fiche, nature = etape.erreur
            enfant = Erreur(numero, "numero_dossier", "parent_refuse")
            if fiche == "unite_oeuvre":
                champ = fausser_aiguillage(rng, self._carnet, valeurs, nature, jour)
                erreur = Erreur(valeurs["numero_dossier"], champ, nature, entrainees=1)
                enfant = Erreur(valeurs["numero_dossier"], "numero_dossier", "parent_refuse")
            else:
                erreur = Erreur(numero, "identifiant_beneficiaire", "parent_refuse")
        self._fiche(rng, depart, valeurs, "C", jour, erreur=erreur)
        modes, poids = MODES_AIGUILLAGE
        ligne = (
            f"C;{self.horodatage(rng, jour)};{valeurs['numero_dossier']};{jour.isoformat()};"
            f"{rng.choices(modes, poids)[0]};{min(60, max(3, round(rng.gauss(10.5, 3))))}"
        )
        self._depot.ajouter(depart, "interaction", ligne, enfant)

    def _accompagnement(
        self, rng: Random, engagement: Engagement, ouverte: dict[str, str], depart: date | None
    ) -> None:
        etape, numero = engagement.etape, ouverte["numero_dossier"]
        fiche, nature = etape.erreur or ("", "")
        sortie = self._depot.depart(etape.cloture, etape.plancher)
        if etape.annulee:
            self._fiche(rng, depart, ouverte, "C", etape.engagement)
            jour = ouvre_suivant(etape.engagement + timedelta(days=rng.randint(1, 5)))
            self._fiche(rng, self._depot.depart(jour, etape.plancher), ouverte, "A", jour, soir=True)
            return
        unique = depart == sortie
        close = self._close(rng, etape, ouverte)
        erreur = None
        if fiche == "cloture":
            erreur = Erreur(numero, fausser_cloture(rng, self._carnet, close, etape, nature), nature)
        entrainees = self._interactions(rng, etape, numero, sortie, unique=unique, refusee=erreur is not None)
        if erreur:
            erreur.entrainees = entrainees
        if unique:
            creation = self._fiche(rng, depart, close, "C", etape.cloture, erreur=erreur, soir=True)
        else:
            creation = self._fiche(rng, depart, ouverte, "C", etape.engagement)
            self._fiche(rng, sortie, close, "M", etape.cloture, erreur=erreur, soir=True)
        if erreur:
            return
        if sortie is not None:
            self._compter(etape)
        if etape.issue in ("volontaire", "poursuite") and self._avec_pieces:
            self._pieces(rng, etape, numero, depart, sortie)
        if not etape.erreur:
            self._vie(rng, etape, ouverte, close, creation, depart, sortie)

    def _close(self, rng: Random, etape: Etape, ouverte: dict[str, str]) -> dict[str, str]:
        close = dict(ouverte)
        close["date_cloture"] = etape.cloture.isoformat()
        close["numero_decompte"] = self._carnet.decompte(etape.uo, etape.cloture)
        motifs, poids = MOTIFS_VOLONTAIRES
        close["motif_cloture"] = {
            "abandon": "ABANDON",
            "annulation": "ANNULATION",
            "poursuite": "CV_POURSUITE",
        }.get(etape.issue) or rng.choices(motifs, poids)[0]
        if etape.uo in ("21", "22"):
            close.update(cloture_uo2(rng, etape.uo, abandon=etape.issue == "abandon"))
        return close

    def _interactions(
        self, rng: Random, etape: Etape, numero: str, sortie: date | None, *, unique: bool, refusee: bool
    ) -> int:
        """Queue the interactions; returns how many are refused with a unit refused in the same envoi."""
        duree = (etape.cloture - etape.engagement).days
        presents = etape.issue in ("volontaire", "poursuite")
        total = duree_totale(rng, etape.uo)
        nombre = {"01": rng.choice((2, 2, 3)), "21": rng.choice((3, 4, 4, 5)), "22": rng.choice((2, 3))}[etape.uo]
        if not presents:
            nombre = 1 if etape.issue == "annulation" else rng.choice((1, 1, 2))
            total = total * nombre // 4
        horizon = duree if presents else duree // 2
        decalages = [0] + [rng.randint(0, horizon) for _ in range(nombre - 1)]
        if presents:
            decalages[-1] = duree
        vues: set[tuple[date, str]] = set()
        entrainees = 0
        for rang, decalage in enumerate(sorted(decalages)):
            jour = max(etape.engagement, ouvre_precedent(etape.engagement + timedelta(days=decalage)))
            mode = rng.choices(MODES, POIDS_MODES)[0]
            while (jour, mode) in vues:
                mode = MODES[(MODES.index(mode) + 1) % len(MODES)]
            vues.add((jour, mode))
            depart = self._depot.depart(jour, etape.plancher)
            enfant = None
            if refusee and depart == sortie:
                if not unique:
                    continue
                entrainees += 1
                enfant = Erreur(numero, "numero_dossier", "parent_refuse")
            minutes = total // nombre + (total % nombre if rang == 0 else 0)
            ligne = f"C;{self.horodatage(rng, jour)};{numero};{jour.isoformat()};{mode};{minutes}"
            self._depot.ajouter(depart, "interaction", ligne, enfant)
        if etape.erreur and etape.erreur[0] == "interaction":
            self._interaction_fausse(rng, etape, numero)
        return entrainees

    def _interaction_fausse(self, rng: Random, etape: Etape, numero: str) -> None:
        nature = etape.erreur[1] if etape.erreur else ""
        hors = (etape.engagement - timedelta(days=rng.randint(2, 20))).isoformat()
        jour, mode, champ = {
            "interaction_hors_unite": (hors, "TELEPHONE", "date_interaction"),
            "champ_obligatoire_absent": (etape.engagement.isoformat(), "", "mode_contact"),
            "code_inconnu": (etape.engagement.isoformat(), "PIGEON_VOYAGEUR", "mode_contact"),
            "date_invalide": (f"{etape.engagement:%d/%m/%Y}", "TELEPHONE", "date_interaction"),
        }[nature]
        depart = self._depot.depart(etape.engagement, etape.plancher)
        ligne = f"C;{self.horodatage(rng, etape.engagement, soir=True)};{numero};{jour};{mode};20"
        self._depot.ajouter(depart, "interaction", ligne, Erreur(numero, champ, nature))

    def _pieces(self, rng: Random, etape: Etape, numero: str, depart: date | None, sortie: date | None) -> None:
        nature = etape.erreur[1] if etape.erreur and etape.erreur[0] == "livrable" else ""
        if not nature and rng.random() < 0.005:
            return
        if sortie is not None and not nature and rng.random() < 0.02:
            sortie = self._depot.depart(
                etape.cloture, max(etape.plancher, etape.cloture + timedelta(days=rng.randint(2, 20)))
            )
        moment, jour = self.horodatage(rng, etape.cloture, soir=True), etape.cloture.isoformat()
        mode = rng.choice(("MANUSCRITE", "ELECTRONIQUE", "ELECTRONIQUE"))
        if etape.uo == "22":
            engagement = etape.engagement.isoformat()
            matin = self.horodatage(rng, etape.engagement)
            for type_livrable in ("COURRIEL_ENGAGEMENT", "REPONSE_BENEFICIAIRE"):
                self._depot.ajouter(depart, "livrable", Piece(matin, numero, type_livrable, engagement, engagement, ""))
        type_livrable = {"01": "ELP", "21": "PP", "22": "COURRIEL_CLOTURE"}[etape.uo]
        erreur = None
        signature = jour
        if nature == "signature_differente_cloture":
            signature = (etape.cloture + timedelta(days=rng.randint(1, 9))).isoformat()
            erreur = Erreur(numero, "date_signature_beneficiaire", nature)
        elif nature:
            erreur = Erreur(numero, "empreinte_sha256", nature)
        piece = Piece(
            moment,
            numero,
            type_livrable,
            jour,
            signature,
            mode,
            empreinte_fausse=nature == "empreinte_fausse",
        )
        self._depot.ajouter(sortie, "livrable", piece, erreur)

    def _vie(
        self, rng: Random, etape: Etape, ouverte: dict[str, str], close: dict[str, str], creation: str,
        depart: date | None, sortie: date | None,
    ) -> None:  # fmt: skip
        """What happens to some units afterwards: sent again, corrected, late old versions, complaints."""
        tirage = rng.random()
        apres = etape.cloture + timedelta(days=rng.randint(1, 20))
        plus_tard = self._depot.depart(apres, max(etape.plancher, apres))
        if sortie is None or plus_tard is None or depart is None:
            return
        if 0.018 <= tirage < 0.022:
            self._reclamation(rng, ouverte["numero_dossier"], ouvre_suivant(apres), etape)
        if plus_tard <= sortie:
            return
        if tirage < 0.004:
            self._depot.ajouter(plus_tard, "unite_oeuvre", creation)
        elif tirage < 0.014:
            corrigee = {**close, **demande(rng)}
            self._fiche(rng, plus_tard, corrigee, "M", apres, soir=True)
        elif tirage < 0.018 and depart != sortie and (etape.cloture - etape.engagement).days > 3:
            ancienne = {**ouverte, **demande(rng)}
            self._fiche(rng, plus_tard, ancienne, "M", etape.engagement + UN_JOUR)

    def _reclamation(self, rng: Random, numero: str, jour: date, etape: Etape) -> None:
        self._reclamations += 1
        accuse = jour + timedelta(days=rng.randint(0, 7))
        reponse = jour + timedelta(days=rng.randint(8, 45))
        valeurs = {
            "identifiant_reclamation": f"{self._lot.operateur}-R{self._reclamations:06}",
            "lot": self._lot.code,
            "numero_dossier": numero,
            "date_reception": jour.isoformat(),
            "motif": rng.choice(
                ("DELAI_RDV", "ACCES", "QUALITE_CONSEIL", "NEUTRALITE", "LIVRABLE", "RELATION", "AUTRE")
            ),
        }
        creation = self._depot.depart(jour, max(jour, etape.plancher))
        valeurs.update(nature="C", horodatage=self.horodatage(rng, jour))
        self._depot.ajouter(creation, "reclamation", ligne_csv("reclamation", valeurs))
        valeurs.update(date_accuse_reception=accuse.isoformat(), date_reponse=reponse.isoformat())
        if rng.random() < 0.05:
            valeurs["date_saisine_mediateur"] = (reponse + timedelta(days=5)).isoformat()
        fin = reponse + timedelta(days=5)
        valeurs.update(nature="M", horodatage=self.horodatage(rng, fin, soir=True))
        self._depot.ajouter(
            self._depot.depart(fin, max(fin, etape.plancher)),
            "reclamation",
            ligne_csv("reclamation", valeurs),
        )

    def _compter(self, etape: Etape) -> None:
        cle = (etape.cloture.year, etape.cloture.month)
        if etape.issue == "abandon":
            self.statistiques[(*cle, f"abandons_{etape.uo}")] += 1
        elif etape.issue in ("volontaire", "poursuite"):
            self.statistiques[(*cle, f"volontaires_{etape.uo}")] += 1
            self.statistiques[(*cle, f"jours_{etape.uo}")] += (etape.cloture - etape.engagement).days
