"""The alarm: warning signs as data, and a pure function that finds them."""
