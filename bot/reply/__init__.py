"""What the bot says: answers, guided talks, the diary, and the question whether an answer helped."""
