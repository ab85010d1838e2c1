"""Developers' tools: they use the bot, and the bot never imports them."""
