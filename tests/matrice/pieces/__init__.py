"""One file a room; see `tests/matrice/objets.py`."""
