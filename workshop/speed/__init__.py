"""How fast the bot is, beside Rasa as it comes: measured in pairs, told as ratios."""
