"""Emoji in place of words."""

import pytest

from bot.text.clean import clean


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("👍", "this helped"),
        ("👍🏽", "this helped"),
        (" 👍👍 \n", "this helped"),
        ("🙂 👍!", "this helped"),
        ("👎🏿", "this did not help"),
        ("🆘", "sos help"),
        ("🆘🆘🚑", "sos help"),
        ("❗\ufe0f❗\ufe0f", "sos help"),
    ],
)
def test_emoji_alone_are_read(text: str, words: str) -> None:
    """A message of emoji stands for words, whatever their skin, style and number."""
    assert clean(text) == words


@pytest.mark.parametrize("text", ["thanks 👍", "it hurts❗", "🆘 my legs", "😀😀", "?!", "5 👎", ""])
def test_all_else_stays(text: str) -> None:
    """Words beside an emoji are read as they are, and emoji that stand for no words are none."""
    assert clean(text) == text
