"""The pages of the team and of the groupement."""
