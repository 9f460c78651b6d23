"""The statement of regularity: what was due, what came, on time or late, what did not; PDF to keep, ODS to compute."""

from datetime import datetime

from cepage.echanges.suivi.enums import Etat
from cepage.echanges.suivi.models import Constat
from cepage.echanges.suivi.situation import Situation
from cepage.fondations.socle import formats
from cepage.fondations.socle.models import EntreeJournal
from cepage.fondations.socle.pdf import Bloc, Document, Fiche, Paragraphe, Rubrique, Tableau, produire
from cepage.fondations.socle.periodes import Periode
from cepage.fondations.socle.tableur import classeur


def preuve(trouvee: Situation) -> str:
    """The last entry of the sealed journal that carries a finding of this operator and lot."""
    dernier = Constat.objects.filter(lot=trouvee.lot, emetteur=trouvee.emetteur).order_by("-entree").first()
    entree = EntreeJournal.objects.filter(numero=dernier.entree).first() if dernier else None
    if entree is None:
        return "aucun constat n'est encore scellé"
    return f"entrée {entree.numero} du journal scellé, empreinte {entree.empreinte}"


def pdf(trouvee: Situation, periode: Periode, *, le: datetime) -> bytes:
    """The statement as an accessible, archivable PDF."""
    return produire(document(trouvee, periode, le=le), le=le)


def document(trouvee: Situation, periode: Periode, *, le: datetime) -> Document:
    """What the statement says."""
    fin = periode.dernier_jour or periode.debut
    return Document(
        titre="Attestation de régularité des envois",
        auteur="France compétences",
        sous_titre=f"{trouvee.nom} ({trouvee.emetteur}), lot {trouvee.lot}",
        entete=("Conseil en évolution professionnelle", f"Établie le {formats.jour(le)}"),
        pied=f"Régularité des envois, lot {trouvee.lot}, opérateur {trouvee.emetteur}",
        blocs=_blocs(trouvee, periode.debut, fin, le),
    )


def _blocs(trouvee: Situation, debut: object, fin: object, le: datetime) -> list[Bloc]:
    du, au = formats.jour_court(debut), formats.jour_court(fin)  # type: ignore[arg-type]
    manquants = trouvee.manquants
    blocs: list[Bloc] = [
        Fiche(
            [
                ("Échéances", f"du {du} au {au}"),
                ("Situation connue", formats.instant(le)),
                ("Preuve", preuve(trouvee)),
            ]
        ),
        Rubrique("Ce qui était attendu"),
        Tableau(
            "Par sorte d'envoi",
            ("Envoi", "Attendus", "À l'heure", "En retard", "Manquants", "Part à l'heure"),
            [
                (
                    str(c.genre.label),
                    *(formats.nombre(n) for n in (c.dus, c.a_l_heure, c.en_retard, c.manquants)),
                    "—" if c.taux is None else formats.pourcentage(c.taux),
                )
                for c in trouvee.comptes
            ]
            or [("Rien n'était dû", "0", "0", "0", "0", "—")],
            alignements=("gauche", "droite", "droite", "droite", "droite", "droite"),
            largeurs=(1, 0, 0, 0, 0, 0),
        ),
        Rubrique("Ce qui manque"),
    ]
    if manquants:
        blocs.append(
            Tableau(
                "Envois manquants",
                ("Envoi", "Attendu pour le", "Constat"),
                [(s.attendu.libelle, formats.instant(s.attendu.echeance), s.detail or s.etat.label) for s in manquants],
            )
        )
    else:
        blocs.append(Paragraphe("Rien ne manque : tout ce qui était attendu sur la période est reçu."))
    hypotheses = sorted({s.attendu.clause for s in trouvee.suivis if s.attendu.confiance == "hypothèse"})
    if hypotheses:
        blocs.append(
            Paragraphe(
                "Échéances par hypothèse, en attendant que l'acheteur précise le créneau : " + " ; ".join(hypotheses)
            )
        )
    return blocs


def ods(trouvee: Situation) -> bytes:
    """The counts on one sheet, every expected sending on another."""
    comptes: list[list[object]] = [["Envoi", "Attendus", "À l'heure", "En retard", "Manquants"]]
    for c in trouvee.comptes:
        comptes.append([str(c.genre.label), c.dus, c.a_l_heure, c.en_retard, c.manquants])
    detail: list[list[object]] = [["Envoi", "Clé", "Attendu pour le", "État", "Reçu le", "Précision", "Accusés"]]
    for s in trouvee.suivis:
        if s.etat is not Etat.A_VENIR:
            recu = s.recu_le.isoformat() if s.recu_le else None
            echeance = s.attendu.echeance.isoformat()
            etat, accuses = str(s.etat.label), " ".join(s.envois)
            detail.append([s.attendu.libelle, s.attendu.cle, echeance, etat, recu, s.detail, accuses])
    return classeur({"Régularité": comptes, "Détail": detail})
