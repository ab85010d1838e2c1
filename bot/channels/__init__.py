"""Input and output: the guard, and the channels behind it."""
