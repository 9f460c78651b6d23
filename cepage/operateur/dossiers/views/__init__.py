"""The pages of the dossiers."""
