"""Storage of conversations, and its deletion."""
