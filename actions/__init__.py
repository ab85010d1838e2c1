"""Rasa SDK actions: from the tracker to a curated reply."""
