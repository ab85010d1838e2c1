"""The alarm: signs as data, and a pure function that finds them."""
