"""The chat page's files."""
