"""Every write of the team and of the groupement."""
