"""Removes noise from a text before spaCy's tokenizer gets it."""

import re

SIGNS = re.compile(r"([^\w\s]{4})[^\w\s]+")  # more in a row than make sense
LONG = re.compile(r"\S{41,}")  # no word is so long
EXCESS = re.compile(r"([\w'\u2019]{40})[\w'\u2019]+|[^\w'\u2019]")  # within a match of LONG


def without_noise(text: str) -> str:
    """Blank what no rule reads and what slows the tokenizer; every other character stays in its place.

    spaCy's tokenizer strips the signs around a word one by one, and looks at the whole word each time.
    """
    text = SIGNS.sub(_blanked, text)
    return LONG.sub(lambda long: EXCESS.sub(_blanked, long[0]), text)


def _blanked(found: re.Match[str]) -> str:
    """Return a match with blanks for all but its first group."""
    return (found[1] or "").ljust(len(found[0]))
