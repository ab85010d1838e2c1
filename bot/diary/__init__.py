"""The walking diary: what a patient walked, kept only with consent, and deleted when asked."""
