"""Rasa graph components: from a patient's words to an answer id."""
