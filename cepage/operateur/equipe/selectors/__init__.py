"""Reading the team; the dossiers read here who works for whom."""

from cepage.operateur.equipe.selectors.rattachement import membre_de, sous_traitant_de

__all__ = ["membre_de", "sous_traitant_de"]
