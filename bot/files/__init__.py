"""Files on disk: atomic writes, private folders, keys and databases."""
