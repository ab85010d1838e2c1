"""Reads messages that consist of emoji."""

from functools import cache
from pathlib import Path

from bot.datafile import Strict, read

FILE = Path(__file__).with_name("emoji.yml")


class EmojiFile(Strict):
    """The file `emoji.yml`: emoji by the word that they stand for."""

    __root__: dict[str, list[str]]


def in_words(text: str) -> str:
    """Return a message of emoji as the words that they stand for; one with words, or other signs alone, as it is."""
    if any(map(str.isalnum, text)):
        return text
    return " ".join(dict.fromkeys(word for sign in text if (word := _words().get(sign)))) or text


@cache
def _words() -> dict[str, str]:
    """Return the word of each emoji, read once per process."""
    return {sign: word for word, signs in read(FILE, EmojiFile).__root__.items() for sign in signs}
