"""Normalises a text, removes invisible characters and excess marks, and reads emoji."""

import unicodedata

import regex

from bot.text.emoji import in_words

INVISIBLE = regex.compile(r"\p{Cf}+")  # zero-width characters occur within words and emoji
# Other invisible characters separate words, as do blank letters (Hangul's fillers, Braille's).
CONTROL = regex.compile(r"[[\p{C}--\n]\u115f\u1160\u2800\u3164]", regex.V1)
UNDERLINED = regex.compile(r"(?<=[A-Za-z'\u2019\s])\p{Mn}+")  # marks that NFKC did not merge into a letter
# More marks on one letter than Unicode's stream-safe text has (UAX #15): the time to sort them grows with the square
# of their number.
MARKS = regex.compile(r"(\p{M}{30})\p{M}+")


def clean(text: str) -> str:
    """Return a text in NFKC; invisible characters are removed or become a blank, emoji alone become their words."""
    legible = _legible(unicodedata.normalize("NFKC", _legible(text)))
    return in_words(UNDERLINED.sub("", legible).strip())


def _legible(text: str) -> str:
    return str(MARKS.sub(r"\1", CONTROL.sub(" ", INVISIBLE.sub("", text))))
