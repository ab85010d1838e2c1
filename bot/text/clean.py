"""A text in one form: what cannot be seen, and marks without end, are left out."""

import unicodedata

import regex

INVISIBLE = regex.compile(r"\p{Cf}+")  # zero-width characters stand within words and within emoji
# The rest of what cannot be seen parts words, as do letters that are blank (Hangul's fillers, Braille's).
CONTROL = regex.compile(r"[[\p{C}--\n]\u115f\u1160\u2800\u3164]", regex.V1)
UNDERLINED = regex.compile(r"(?<=[A-Za-z'\u2019\s])\p{Mn}+")  # what NFKC has not made one letter of
# Accents and the like on one letter, more than Unicode's stream-safe text has (UAX #15): putting them into order takes
# the square of their number.
MARKS = regex.compile(r"(\p{M}{30})\p{M}+")


def clean(text: str) -> str:
    """Put a text into one form (NFKC); what cannot be seen is left out or becomes a blank."""
    return str(UNDERLINED.sub("", _legible(unicodedata.normalize("NFKC", _legible(text))))).strip()


def _legible(text: str) -> str:
    return str(MARKS.sub(r"\1", CONTROL.sub(" ", INVISIBLE.sub("", text))))
