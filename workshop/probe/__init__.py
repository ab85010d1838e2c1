"""Attacks one's own server to see what holds."""
