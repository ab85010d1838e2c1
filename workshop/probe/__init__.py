"""Attacks a server of one's own, to see what holds."""
