"""What the bot says in a conversation: answers, guided talks, the diary, and asking whether an answer helped."""
