"""Splitting a text into parts."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.text.splitting import CLUSTER, split

LONGEST = 20
# Pieces of many scripts, with clusters of several characters, and with blanks of several kinds.
PIECES = [
    "Word",
    "sit. ",
    "Is it? ",
    "\n",
    "\n\n",
    " ",
    "“Yes.” ",
    "👨‍👩‍👧",
    "🇪🇸",
    "é",
    "नमस्ते",
    "你好。",
    "السلام ",
    "ก็",
    "x" * 30,
    "\u00a0",
]


def short(text: str) -> bool:
    """Whether a text has at most `LONGEST` characters."""
    return len(text) <= LONGEST


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Short enough.", ["Short enough."]),
        ("  Short enough.\n", ["Short enough."]),
        ("", []),
        (" \n ", []),
        ("One paragraph.\n\nAnother one.", ["One paragraph.", "Another one."]),
        ("A line of words\nand another one", ["A line of words", "and another one"]),
        ("First it ends. Then it goes on.", ["First it ends.", "Then it goes on."]),
        ("It ends? “So it does.” Good.", ["It ends?", "“So it does.” Good."]),
        ("Sit. Rest e.g. a bit on.", ["Sit.", "Rest e.g. a bit on."]),
        ("one sentence that is too long", ["one sentence that is", "too long"]),
        ("x" * 45, ["x" * 20, "x" * 20, "x" * 5]),
        ("你好吗今天天气很好。" * 3, ["你好吗今天天气很好。" * 2, "你好吗今天天气很好。"]),
        ("👨‍👩‍👧" * 5, ["👨‍👩‍👧" * 4, "👨‍👩‍👧"]),
    ],
)
def test_best_place(text: str, parts: list[str]) -> None:
    """A text is split at the end of a paragraph, else of a line, a sentence or a word, else between clusters."""
    assert split(text, short) == parts


def test_fewest_parts() -> None:
    """Where whole paragraphs would need more parts, a paragraph is split at the end of a sentence."""
    text = "One two.\n\nThree. Four five.\n\nSix seven."

    parts = split(text, lambda part: len(part) <= 24)

    assert parts == ["One two.\n\nThree.", "Four five.\n\nSix seven."]


@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map("".join)))
@example("e" + "\u0301" * 50)
def test_nothing_is_lost(text: str) -> None:
    """Whatever the script, no part is too long, nothing but blanks is lost, and no cluster that fits is split."""
    parts = split(text, short)

    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(short(part) and part == part.strip() != "" for part in parts)
    whole = [one for one in CLUSTER.findall(text.strip()) if not one.isspace()]
    if all(map(short, whole)):
        split_up = [one for part in parts for one in CLUSTER.findall(part) if not one.isspace()]
        assert [one.strip() for one in split_up] == [one.strip() for one in whole]
