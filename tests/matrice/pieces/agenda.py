"""The agenda: a site, slots, an absence, appointments to come and gone by, a workshop and who waits."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from cepage.fondations.comptes.enums import Role
from cepage.fondations.socle import horloge
from cepage.fondations.socle.portee import portee_emetteurs
from cepage.operateur.agenda import services
from cepage.operateur.agenda.enums import Jour, Mode
from cepage.operateur.dossiers.services import Acteur, creer_beneficiaire
from tests.matrice.objets import Cote, Etat, Piece, commun, objet
from tests.matrice.personnes import personne_de
from tests.operateur.agenda.accueil import PLAGE, SITE
from tests.operateur.dossiers.atelier import PERSONNE

LONG = "Espace de conseil et d'accompagnement des personnes actives occupées, antenne du pays de"


def _preparer(cote: Cote, dossier: Path) -> None:
    a = horloge.maintenant()
    # CD has its director alone: whoever holds the slots is nothing to the rights.
    qui = personne_de(Role.CONSEILLER if cote.emetteur == "AB" else Role.DIRECTEUR_PROJET, cote.emetteur)
    par = Acteur.de(qui, {Role.CONSEILLER})
    with portee_emetteurs([cote.emetteur]):
        identite = {"nom_naissance": f"Agenda{cote.emetteur}", "date_naissance": PERSONNE["date_naissance"]}
        gens = [
            creer_beneficiaire(
                {**PERSONNE, **identite, "prenom": f"Prénom{rang}"}, emetteur=cote.emetteur, lot=cote.lot, par=par, a=a
            )
            for rang in range(3)
        ]
        site = services.creer_site(
            {**SITE, "libelle": f"{LONG} {cote.emetteur}"}, emetteur=cote.emetteur, lot=cote.lot, par=par, a=a
        )
        plages = [
            services.ouvrir_plage(qui, site, {**PLAGE, "jour": jour, "debut": a.date()})
            for jour in (Jour.MARDI, Jour.JEUDI)
        ]
        commun_: dict[str, Any] = {"mode": Mode.TELEPHONE, "demande_le": a.date(), "par": par}
        # Around noon on no holiday: a fixed far Wednesday would do as well, were the site not to answer for today.
        debut = _jour_ouvre(a + timedelta(days=20))
        prevue = services.fixer(qui, site, gens[0], debut=debut, fin=debut + timedelta(hours=1), a=a, **commun_)
        passee = services.fixer(
            qui,
            site,
            gens[1],
            debut=_jour_ouvre(a - timedelta(days=20)),
            fin=_jour_ouvre(a - timedelta(days=20)) + timedelta(hours=1),
            a=a - timedelta(days=40),
            **commun_,
        )
        atelier = services.planifier_atelier(
            qui,
            site,
            titre=f"Atelier {cote.emetteur}",
            debut=debut + timedelta(hours=2),
            fin=debut + timedelta(hours=4),
            capacite=1,
            mode=Mode.PRESENTIEL,
            par=par,
            a=a,
        )
        services.inscrire(atelier, gens[1], demande_le=a.date(), par=par, a=a)
        atelier.refresh_from_db()
        services.attendre(gens[2], site=site, rendez_vous=atelier, demande_le=a.date(), a=a)
        attente = services.attendre(gens[2], site=site, demande_le=a.date(), a=a)
        absence = services.poser_absence(
            emetteur=cote.emetteur,
            conseiller=qui,
            debut=debut - timedelta(hours=1),
            fin=debut + timedelta(hours=1),
            motif="FORMATION",
        )
    cote.objets |= {
        "agenda personne": str(gens[0].pk),
        "agenda site": str(site.pk),
        "agenda plage": str(plages[0].pk),
        "agenda absence": str(absence.pk),
        "agenda rendez-vous": str(prevue.rendez_vous_id),
        "agenda place": str(prevue.pk),
        "agenda place passée": str(passee.pk),
        "agenda atelier": str(atelier.pk),
        "agenda attente": str(attente.pk),
    }
    cote.canaris |= {f"Agenda{cote.emetteur}", f"{LONG} {cote.emetteur}"}


def _jour_ouvre(vers: Any) -> Any:
    """Eleven o'clock, the first day from there that no calendar closes."""
    from cepage.fondations.referentiels.calendrier import est_ouvre

    jour = vers.replace(hour=11, minute=0, second=0, microsecond=0)
    while not est_ouvre(jour.date()):
        jour += timedelta(days=1)
    return jour


_MANQUANT = 999_999_999
PIECE = Piece(
    "agenda",
    rang=60,
    preparer=_preparer,
    arguments={
        "pk": objet("agenda site", manquant=_MANQUANT),
        "personne": objet("agenda personne", manquant=_MANQUANT),
        "horizon": commun(7, manquant=8),
        "agenda:prendre/pk": objet("agenda personne", manquant=_MANQUANT),
        "agenda:autre_horaire/pk": objet("agenda personne", manquant=_MANQUANT),
        "agenda:retirer_attente/pk": objet("agenda attente", manquant=_MANQUANT),
        "agenda:finir_plage/pk": objet("agenda plage", manquant=_MANQUANT),
        "agenda:lever_absence/pk": objet("agenda absence", manquant=_MANQUANT),
        "agenda:rendez_vous/pk": objet("agenda rendez-vous", manquant=_MANQUANT),
        "agenda:deplacer/pk": objet("agenda rendez-vous", manquant=_MANQUANT),
        "agenda:annuler_atelier/pk": objet("agenda atelier", manquant=_MANQUANT),
        "agenda:inscrire/pk": objet("agenda atelier", manquant=_MANQUANT),
        "agenda:annuler/pk": objet("agenda place", manquant=_MANQUANT),
        "agenda:venue/pk": objet("agenda place passée", manquant=_MANQUANT),
        "agenda:absence/pk": objet("agenda place passée", manquant=_MANQUANT),
    },
    etats=[
        Etat("agenda:nouveau_site", "formulaire vide", donnees={"libelle": ""}),
        Etat("agenda:ouvrir_plage", "formulaire vide", donnees={"jour": "1"}),
        Etat("agenda:prendre", "sans créneau choisi", donnees={"creneau": ""}),
        Etat("agenda:prendre", "par visioconférence", {"mode": "VISIO"}),
        Etat("agenda:semaine", "semaine illisible", {"semaine": "hier"}),
    ],
)
