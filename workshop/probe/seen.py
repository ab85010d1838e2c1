"""What an attack came to."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Seen:
    """What was seen, and whether what must hold held."""

    what: str
    held: bool
