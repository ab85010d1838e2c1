"""The result of an attack."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Seen:
    """What was seen, and whether the requirement held."""

    what: str
    held: bool
