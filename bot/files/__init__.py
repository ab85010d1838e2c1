"""Files on disk: written whole, kept private, their keys and databases."""
