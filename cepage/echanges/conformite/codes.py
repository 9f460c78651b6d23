"""A case for each documented code: what is changed in the valid envoi, and the anomaly that must come out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from cepage.echanges.conformite.changements import (
    TARD,
    TOT,
    Changement,
    abandon,
    ailleurs,
    ben,
    close_le,
    connue,
    doubler,
    engager,
    engager_uo0,
    mettre,
    nir,
    ouverte,
    peu_connue,
    puis,
    recloture,
    reference_doublee,
    sans_livrable_de_l_uo1,
    sans_personne,
    sans_rattaches,
    second_beneficiaire,
    seulement,
    seules_interactions,
    unites,
    uo,
)
from cepage.echanges.conformite.fiches import (
    NUMEROS,
    UO0,
    UO1,
    UO21,
    UO22,
    Envoi,
    empreinte,
    implantation,
    interaction,
    livrable,
    parcours,
    personne,
    unite,
)

FICHE_DU_PREFIXE = {
    "BEN": "beneficiaire",
    "UO": "unite_oeuvre",
    "INT": "interaction",
    "LIV": "livrable",
    "REC": "reclamation",
    "IMP": "implantation",
    "MOY": "moyens_couts",
    "IND": "indicateur",
    "LOT": "reclamation",
}
ABSENTE = empreinte(b"jamais recu")


@dataclass(frozen=True)
class Cas:
    """`changer` spoils the valid envoi; `code` comes out on line `ligne` and field `champ` of its fiche.

    `aussi`: other codes that the same fault rightly brings out. `avant`: envois received before. `bloquant`:
    the fiche is refused, else it enters with a warning. `jours`: received so many days later than usual.
    `tenu_jusqu_au`: last day on which the emitter holds the lot. `proteges`: numbers under a signed procès-verbal.
    """

    code: str
    champ: str | None
    changer: Changement
    ligne: int = 2
    bloquant: bool = True
    aussi: frozenset[str] = frozenset()
    avant: tuple[Callable[[], Envoi], ...] = ()
    nir: bool = False
    jours: int = 0
    tenu_jusqu_au: date | None = None
    pieces: dict[str, bytes] = field(default_factory=dict)
    proteges: tuple[str, ...] = ()

    @property
    def fiche(self) -> str:
        """Kind of the faulty fiche."""
        return FICHE_DU_PREFIXE[self.code.split("-")[1]]


def site_seul() -> Envoi:
    """Only the site of the person, declared before."""
    return {"implantation": [implantation()]}


FUTUR = "2022-06-03T08:00:01+02:00"
_UO_FERMEES = frozenset({"E-UO-015"})
_LECTURE_LIV = frozenset({"E-UO-033"})
_I0 = interaction(UO0, "2020-03-02", "TELEPHONE")

CAS: list[Cas] = [
    # Beneficiaries
    Cas("E-BEN-001", "nom_naissance", ben(nom_naissance=None)),
    Cas("E-BEN-002", "date_naissance", ben(date_naissance="1985-02-30")),
    Cas("E-BEN-003", "sexe", ben(sexe="X")),
    Cas("E-BEN-004", None, doubler("beneficiaire", prenom="Maëlle"), ligne=3),
    Cas("E-BEN-005", None, seulement("beneficiaire", horodatage=TOT), bloquant=False, avant=(connue(),)),
    Cas("E-BEN-006", None, seulement("beneficiaire", nature="A")),
    Cas("E-BEN-007", "adresse_type_voie", ben(adresse_type_voie="SENTE PERDUE"), bloquant=False),
    Cas("E-BEN-008", "horodatage", ben(horodatage=FUTUR)),
    Cas("E-BEN-010", "date_naissance", ben(date_naissance="2006-03-03")),
    Cas("E-BEN-011", "prenom", ben(prenom="Ann3")),
    Cas("E-BEN-012", "adresse_code_postal", ben(adresse_code_postal="00000")),
    Cas("E-BEN-013", "nir", ben(nir=nir(True)), bloquant=False),
    Cas("E-BEN-014", "nir", ben(nir=nir(False)), nir=True),
    Cas("E-BEN-015", "email", ben(email=None)),
    Cas("E-BEN-016", "structure", ben(structure="S9")),
    # Units: formats and order
    Cas("E-UO-001", "origine_demarche", uo(UO0, origine_demarche=None)),
    Cas("E-UO-002", "date_cloture", uo(UO1, date_cloture="2020-04-31"), ligne=3),
    Cas("E-UO-003", "origine_demarche", uo(UO0, origine_demarche="HASARD")),
    Cas("E-UO-004", None, doubler("unite_oeuvre", aiguillage="APEC"), ligne=6),
    Cas("E-UO-005", None, seulement("unite_oeuvre", horodatage=TOT), bloquant=False, avant=(connue(),)),
    Cas("E-UO-006", None, seulement("unite_oeuvre", nature="A")),
    Cas("E-UO-008", "horodatage", puis(unites(UO0), uo(UO0, horodatage=FUTUR))),
    # Units: dates
    Cas("E-UO-010", "date_cloture", close_le("2020-03-08", "2020-Lot08-T1-UO01"), ligne=3),
    Cas("E-UO-011", "date_cloture", uo(UO0, date_cloture="2020-03-03")),
    Cas("E-UO-012", "date_cloture", close_le("2020-05-10", "2020-Lot08-T2-UO01"), ligne=3, bloquant=False),
    Cas("E-UO-013", "motif_cloture", abandon(UO1, "2020-05-08", "2020-Lot08-T2-UO01"), ligne=3),
    Cas("E-UO-014", "date_cloture", abandon(UO1, "2020-05-10", "2020-Lot08-T2-UO01"), ligne=3, bloquant=False),
    Cas("E-UO-015", "uo", unites(UO0, UO1, UO22), ligne=4),
    Cas(
        "E-UO-016",
        "date_engagement",
        engager(UO22, "2021-10-21", "AB211022000001", "2021-Lot08-UO2.2-01-00001"),
        ligne=5,
    ),
    # Units: orders and numbers
    Cas(
        "E-UO-017",
        "reference_bon_commande",
        uo(UO1, reference_bon_commande="2020-Lot08-UO00-01-00002"),
        ligne=3,
    ),
    Cas(
        "E-UO-017",
        "reference_bon_commande",
        uo(UO1, reference_bon_commande="2020-Lot02-UO01-01-00002"),
        ligne=3,
    ),
    Cas(
        "E-UO-018",
        "reference_bon_commande",
        uo(UO1, reference_bon_commande="2020-Lot08-UO01-07-00001"),
        ligne=3,
    ),
    Cas(
        "E-UO-019",
        "reference_bon_commande",
        uo(UO1, reference_bon_commande="2021-Lot08-UO01-01-00001"),
        ligne=3,
    ),
    Cas("E-UO-020", "reference_bon_commande", reference_doublee, ligne=6),
    Cas(
        "E-UO-020",
        "reference_bon_commande",
        puis(unites(UO0), sans_rattaches(UO0), uo(UO0, numero_dossier="AB200300000002")),
        avant=(connue(),),
    ),
    Cas("E-UO-021", "reference_bon_commande", uo(UO0, reference_bon_commande="2020-Lot08-UO00-01-00101")),
    Cas("E-UO-022", "numero_decompte", uo(UO0, numero_decompte="2020-Lot08-T2-UO00")),
    Cas("E-UO-023", "numero_dossier", puis(sans_rattaches(UO0), uo(UO0, numero_dossier="AB200400000001"))),
    Cas("E-UO-023", "numero_dossier", puis(sans_rattaches(UO0), uo(UO0, numero_dossier="CD200300000001"))),
    Cas("E-UO-024", "numero_dossier", puis(unites(UO0), second_beneficiaire), ligne=3),
    # Units: people
    Cas("E-UO-025", "statut", puis(unites(UO0, UO1), ben(statut="AGENT_TITULAIRE")), ligne=3),
    Cas("E-UO-026", "statut", puis(unites(UO0, UO1), ben(statut="DE_INSCRIT")), ligne=3, bloquant=False),
    Cas("E-UO-027", "derogation_territoriale", puis(unites(UO1), ben(adresse_code_postal="69001"))),
    Cas("E-UO-028", "identifiant_beneficiaire", unites(UO1), avant=(ailleurs,)),
    # Units: what they say
    Cas("E-UO-029", "motif_cloture", puis(ouverte(UO1), uo(UO1, motif_cloture="CV_POURSUITE")), ligne=3),
    Cas(
        "E-UO-030",
        "financements_formation",
        uo(UO21, financements_formation="CPF|AUCUN"),
        ligne=4,
        aussi=_UO_FERMEES,
    ),
    Cas("E-UO-030", "decouvertes_metiers", uo(UO22, decouvertes_metiers="AUCUNE|AFEST"), ligne=5),
    Cas("E-UO-031", "autoprescription", uo(UO22, autoprescription="N"), ligne=5),
    Cas("E-UO-033", "date_cloture", lambda e: e["livrable"].pop(0), ligne=3, bloquant=False),  # type: ignore[arg-type]
    Cas("E-UO-034", "motif_sollicitation_detaille", uo(UO0, motif_sollicitation_detaille="VAE")),
    Cas("E-UO-035", "horodatage", uo(UO1, horodatage="2020-04-13T18:00:00+02:00"), ligne=3, bloquant=False),
    Cas("E-UO-036", "identifiant_beneficiaire", uo(UO0, identifiant_beneficiaire="P9")),
    Cas("E-UO-037", "identifiant_beneficiaire", ben(sexe="X"), aussi=frozenset({"E-BEN-003"})),
    Cas("E-UO-038", "identifiant_beneficiaire", sans_personne(UO1), avant=(peu_connue,)),
    Cas(
        "E-UO-039",
        "identifiant_beneficiaire",
        sans_personne(UO0),
        avant=(lambda: {"beneficiaire": [personne(date_naissance="2007-05-01", horodatage=TOT)]},),
    ),
    Cas("E-UO-040", "lot", uo(UO0, lot="07", numero_decompte="2020-Lot07-T1-UO00")),
    Cas(
        "E-UO-041",
        "date_engagement",
        engager_uo0("2020-01-01", "AB200100000001", "2020-Lot08-UO00-01-00001", "2020-Lot08-T1-UO00"),
    ),
    Cas("E-UO-042", "uo", ouverte(UO21), ligne=5, bloquant=False),
    Cas(
        "E-UO-050",
        "nature",
        lambda envoi: envoi["unite_oeuvre"].append(unite(UO0, nature="A", horodatage=TARD)),
        ligne=6,
        proteges=(NUMEROS[UO0],),
    ),
    Cas(
        "E-UO-043",
        "date_engagement",
        puis(unites(UO0, UO1), mettre("implantation", 0, date_fermeture="2020-03-08")),
        ligne=3,
    ),
    Cas("E-UO-044", "date_engagement", unites(UO0, UO1), ligne=3, avant=(site_seul,), tenu_jusqu_au=date(2020, 3, 8)),
    Cas("E-UO-045", "date_cloture", recloture("2020-04-15"), avant=(parcours,)),
    Cas(
        "E-UO-046",
        "date_cloture",
        recloture("2020-04-13"),
        aussi=frozenset({"E-UO-033"}),
        avant=(sans_livrable_de_l_uo1,),
    ),
    # Interactions
    Cas("E-INT-001", "mode_contact", mettre("interaction", 0, mode_contact=None)),
    Cas("E-INT-002", "duree_minutes", mettre("interaction", 0, duree_minutes="601")),
    Cas("E-INT-003", "mode_contact", mettre("interaction", 1, mode_contact="PIGEON"), ligne=3),
    Cas(
        "E-INT-004",
        None,
        seules_interactions(
            _I0 | {"nature": "M", "horodatage": TARD, "duree_minutes": "30"},
            _I0 | {"nature": "M", "horodatage": TARD, "duree_minutes": "31"},
        ),
        avant=(parcours,),
    ),
    Cas(
        "E-INT-005",
        None,
        seules_interactions(_I0 | {"nature": "M", "horodatage": TARD, "duree_minutes": "30"}),
        bloquant=False,
        avant=(
            parcours,
            lambda: {
                "interaction": [_I0 | {"nature": "M", "horodatage": "2022-06-01T12:00:00Z", "duree_minutes": "50"}]
            },
        ),
    ),
    Cas("E-INT-006", None, mettre("interaction", 1, nature="A"), ligne=3),
    Cas("E-INT-008", "horodatage", mettre("interaction", 0, horodatage=FUTUR)),
    Cas("E-INT-010", "numero_dossier", mettre("interaction", 0, numero_dossier="AB200300000999")),
    Cas("E-INT-011", "numero_dossier", uo(UO0, origine_demarche=None), aussi=frozenset({"E-UO-001"})),
    Cas("E-INT-012", "date_interaction", mettre("interaction", 1, date_interaction="2020-03-08"), ligne=3),
    # Livrables
    Cas("E-LIV-001", "mode_signature", mettre("livrable", 0, mode_signature=None), aussi=_LECTURE_LIV),
    Cas("E-LIV-002", "empreinte_sha256", mettre("livrable", 0, empreinte_sha256="abc"), aussi=_LECTURE_LIV),
    Cas("E-LIV-003", "mode_signature", mettre("livrable", 0, mode_signature="CROIX"), aussi=_LECTURE_LIV),
    Cas("E-LIV-004", None, doubler("livrable", mode_signature="MANUSCRITE"), ligne=7, aussi=_LECTURE_LIV),
    Cas("E-LIV-005", None, seulement("livrable", horodatage=TOT), bloquant=False, avant=(parcours,)),
    Cas("E-LIV-006", None, seulement("livrable", nature="A"), avant=(connue(),)),
    Cas("E-LIV-008", "horodatage", mettre("livrable", 0, horodatage=FUTUR), aussi=_LECTURE_LIV),
    Cas("E-LIV-010", "numero_dossier", mettre("livrable", 2, numero_dossier="AB201022000999"), ligne=4),
    Cas(
        "E-LIV-011",
        "numero_dossier",
        uo(UO1, origine_demarche=None),
        aussi=frozenset({"E-UO-001"}),
    ),
    Cas("E-LIV-012", "type_livrable", mettre("livrable", 2, numero_dossier=NUMEROS[UO1]), ligne=4),
    Cas(
        "E-LIV-013",
        "date_signature_beneficiaire",
        mettre("livrable", 0, date_signature_beneficiaire="2020-04-13"),
    ),
    Cas(
        "E-LIV-014",
        "date_signature_conseiller",
        mettre("livrable", 0, date_signature_conseiller="2020-04-15"),
    ),
    Cas("E-LIV-015", "nom_fichier", mettre("livrable", 0, nom_fichier="absent.pdf", empreinte_sha256=ABSENTE)),
    Cas("E-LIV-016", "empreinte_sha256", mettre("livrable", 0, empreinte_sha256=ABSENTE)),
    Cas(
        "E-LIV-017",
        "nom_fichier",
        mettre("livrable", 0, nom_fichier="casse.pdf", empreinte_sha256=empreinte(b"%PDF-1.4\ncasse")),
        pieces={"casse.pdf": b"%PDF-1.4\ncasse"},
    ),
    Cas(
        "E-LIV-018",
        "date_signature_beneficiaire",
        puis(ouverte(UO1), lambda e: e["livrable"].insert(0, livrable(UO1, "ELP", "elp.pdf", "2020-04-14"))),
        bloquant=False,
    ),
    # Complaints
    Cas("E-REC-001", "motif", mettre("reclamation", 0, motif=None)),
    Cas("E-REC-002", "date_reception", mettre("reclamation", 0, date_reception="04/05/2020")),
    Cas("E-REC-003", "motif", mettre("reclamation", 0, motif="HUMEUR")),
    Cas("E-REC-004", None, doubler("reclamation", motif="ACCES"), ligne=3),
    Cas("E-REC-005", None, seulement("reclamation", horodatage=TOT), bloquant=False, avant=(parcours,)),
    Cas("E-REC-006", None, seulement("reclamation", nature="A")),
    Cas("E-REC-008", "horodatage", mettre("reclamation", 0, horodatage=FUTUR)),
    Cas("E-REC-010", "date_accuse_reception", mettre("reclamation", 0, date_accuse_reception="2020-05-03")),
    Cas("E-REC-010", "date_reponse", mettre("reclamation", 0, date_reponse="2020-05-03")),
    Cas("E-REC-010", "date_saisine_mediateur", mettre("reclamation", 0, date_saisine_mediateur="2020-05-03")),
    Cas("E-REC-010", "date_reponse", mettre("reclamation", 0, date_reponse="2020-05-10")),
    Cas("E-REC-010", "date_saisine_mediateur", mettre("reclamation", 0, date_saisine_mediateur="2020-06-17")),
    Cas(
        "E-REC-011",
        "date_accuse_reception",
        mettre("reclamation", 0, date_accuse_reception="2020-05-12"),
        bloquant=False,
    ),
    Cas("E-REC-012", "date_reponse", mettre("reclamation", 0, date_reponse="2020-06-19"), bloquant=False),
    Cas("E-REC-013", "numero_dossier", mettre("reclamation", 0, numero_dossier="AB200301000999")),
    Cas("E-REC-014", "numero_dossier", uo(UO1, origine_demarche=None), aussi=frozenset({"E-UO-001"})),
    Cas("E-LOT-001", "lot", mettre("reclamation", 0, lot="07")),
    # Sites
    Cas("E-IMP-001", "libelle", mettre("implantation", 0, libelle=None), aussi=frozenset()),
    Cas("E-IMP-002", "effectif_etp", mettre("implantation", 0, effectif_etp="-1")),
    Cas("E-IMP-003", "type_implantation", mettre("implantation", 0, type_implantation="PENICHE")),
    Cas("E-IMP-004", None, doubler("implantation", commune="Rezé"), ligne=3),
    Cas("E-IMP-005", None, seulement("implantation", horodatage=TOT), bloquant=False, avant=(parcours,)),
    Cas("E-IMP-006", None, seulement("implantation", nature="A")),
    Cas("E-IMP-008", "horodatage", mettre("implantation", 0, horodatage=FUTUR)),
    Cas("E-IMP-010", "date_fermeture", mettre("implantation", 0, date_fermeture="2020-01-01")),
    Cas("E-IMP-011", "horaires", mettre("implantation", 0, horaires="le matin")),
    Cas("E-IMP-012", "code_postal", mettre("implantation", 0, code_postal="00000")),
    Cas("E-IMP-013", "code_postal", mettre("implantation", 0, code_postal="69001"), bloquant=False),
    # Means and indicators
    Cas("E-MOY-001", "frais_si", mettre("moyens_couts", 0, frais_si=None)),
    Cas("E-MOY-002", "frais_si", mettre("moyens_couts", 0, frais_si="10.005")),
    Cas("E-MOY-003", "lot", mettre("moyens_couts", 0, lot="99"), aussi=frozenset({"E-LOT-001"})),
    Cas("E-MOY-004", None, doubler("moyens_couts", frais_si="11"), ligne=3),
    Cas(
        "E-MOY-005",
        None,
        seulement("moyens_couts", frais_si="9"),
        bloquant=False,
        avant=(parcours,),
        jours=-1,
    ),
    Cas(
        "E-MOY-010",
        "masse_salariale",
        mettre("moyens_couts", 0, etp_uo00="0", etp_uo01="0", etp_uo21="0", etp_uo22="0"),
        bloquant=False,
    ),
    Cas("E-IND-001", "valeur", mettre("indicateur", 0, valeur=None)),
    Cas("E-IND-002", "periode", mettre("indicateur", 0, periode="2020-13")),
    Cas("E-IND-002", "lot", mettre("indicateur", 0, lot="99"), aussi=frozenset({"E-LOT-001"})),
    Cas("E-IND-004", None, doubler("indicateur", valeur="13"), ligne=3),
    Cas("E-IND-005", None, seulement("indicateur", valeur="9"), bloquant=False, avant=(parcours,), jours=-1),
    # The one UO1 closed by signature in April took 36 days.
    Cas("E-IND-010", "valeur", mettre("indicateur", 0, periode="2020-04", code="6.2", valeur="35"), bloquant=False),
]
