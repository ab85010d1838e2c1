"""Measures how fast the bot is, beside stock Rasa: measured in pairs, reported as ratios."""
