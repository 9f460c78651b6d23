"""The cases of the conformance kit, which the tests play first."""

from cepage.echanges.conformite.codes import CAS, Cas
from cepage.echanges.conformite.limites import LIMITES, Limite

__all__ = ["CAS", "LIMITES", "Cas", "Limite"]
