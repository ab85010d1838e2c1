"""Splits a message into its questions."""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from bot.datafile import Strict, read

FILE = Path(__file__).with_name("parts.yml")
SENTENCE = re.compile(r"(?<=[.?!…])\s+|\n+")
SHORTEST = 2  # minimum words of a question
MOST = 4  # maximum parts


class PartsFile(Strict):
    """The file `parts.yml`."""

    starts: list[str]
    words: list[str]
    joins: list[str]
    after_a_join: list[str]


class _Patterns(NamedTuple):
    """The start of a question, the start of a question that is no reply, and the join before the next question."""

    start: re.Pattern[str]
    word: re.Pattern[str]
    join: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    file = read(FILE, PartsFile)
    starts, words, inner = (_any(some) for some in (file.starts, file.words, file.after_a_join))
    joins = _any(sorted(file.joins, key=len, reverse=True))
    return _Patterns(
        re.compile(rf"\s*(?:{joins}\s+)?{starts}", re.IGNORECASE),
        re.compile(rf"\s*{words}", re.IGNORECASE),
        re.compile(rf"[\s,;]+{joins}\s+(?={inner})|[,;]\s+(?={inner})", re.IGNORECASE),
    )


def _any(words: list[str]) -> str:
    # "can" does not match in "can't".
    return rf"(?:{'|'.join(map(re.escape, words))})(?![\w'\u2019])"


def questions(text: str) -> list[str]:
    """Return the questions in a message.

    Args:
        text: A patient's message.

    Returns:
        The questions, at most MOST, without the rest of the message; none if the whole message is one question.
    """
    start, _, join = _patterns()
    found = []
    for sentence in SENTENCE.split(text):
        pieces = join.split(sentence)
        asked = sentence.rstrip().endswith("?")
        for number, piece in enumerate(pieces):
            last = number == len(pieces) - 1
            if len(piece.split()) >= SHORTEST and (start.match(piece) or (asked and last)):
                found.append(piece.strip())
    return found[:MOST] if found != [text.strip()] else []


def is_question(text: str) -> bool:
    """Return whether a message looks like a question: by its mark, or by its start."""
    return text.rstrip().endswith("?") or bool(_patterns().start.match(text))


def is_surely_a_question(text: str) -> bool:
    """Return whether a message starts like questions only ("why", not "can"), or has both a mark and a start."""
    patterns = _patterns()
    marked = text.rstrip().endswith("?")
    return bool(patterns.word.match(text) or (marked and patterns.start.match(text)))
