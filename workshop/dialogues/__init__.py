"""Scripted dialogues, written by nurses: what a patient says, and what the bot must do."""
