"""The curated answers and replies: data, its schema, and the look-up."""
