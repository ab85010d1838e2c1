"""What is taken out of a text before spaCy's tokenizer gets it."""

import re

SIGNS = re.compile(r"([^\w\s]{4})[^\w\s]+")  # more than make sense in a row
LONG = re.compile(r"\S{41,}")  # no word is so long
EXCESS = re.compile(r"([\w'\u2019]{40})[\w'\u2019]+|[^\w'\u2019]")  # in what is so long


def without_noise(text: str) -> str:
    """Blank what no rule reads and what takes the tokenizer long, every character staying in its place.

    spaCy's tokenizer takes the signs around a word off one by one, and looks at the whole of the word each time.
    """
    text = SIGNS.sub(_blanked, text)
    return LONG.sub(lambda long: EXCESS.sub(_blanked, long[0]), text)


def _blanked(found: re.Match[str]) -> str:
    """Return what was found with blanks for all but its first group."""
    return (found[1] or "").ljust(len(found[0]))
