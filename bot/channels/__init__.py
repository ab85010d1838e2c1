"""Ways in and out: the guard, and the channels behind it."""
