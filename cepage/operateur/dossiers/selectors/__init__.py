"""Every read of the dossiers, inside the look of a professional."""
