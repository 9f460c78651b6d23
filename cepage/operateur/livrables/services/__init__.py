"""Every write of the livrables: writing, signing, handing over."""

from cepage.operateur.livrables.services.distance import envoyer_un_code, essayer_le_code, par_lien
from cepage.operateur.livrables.services.redaction import (
    TexteModifie,
    commencer,
    enregistrer,
    peut_reprendre,
    reprendre,
)
from cepage.operateur.livrables.services.signature import (
    annuler,
    demander,
    deposer_le_papier,
    refuser,
    remettre_la_copie,
    signer_a_l_ecran,
)

__all__ = [
    "TexteModifie",
    "annuler",
    "commencer",
    "demander",
    "deposer_le_papier",
    "enregistrer",
    "envoyer_un_code",
    "essayer_le_code",
    "par_lien",
    "peut_reprendre",
    "refuser",
    "remettre_la_copie",
    "reprendre",
    "signer_a_l_ecran",
]
