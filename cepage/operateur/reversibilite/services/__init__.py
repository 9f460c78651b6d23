"""Writing and reading the archives, keeping the reversibility file."""
