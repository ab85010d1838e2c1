"""Developers' tools: they import the bot, and the bot never imports them."""
