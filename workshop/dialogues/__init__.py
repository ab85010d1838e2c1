"""Scripted dialogues: what a patient says, and what the bot must do with it, as nurses write it."""
