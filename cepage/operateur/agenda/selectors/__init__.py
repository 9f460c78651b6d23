"""Reading the agenda."""
