"""Reading a message as words with normal forms."""

import pytest

from bot.text.terms import term_reader


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Does Lyrica help?", ["does", "gabapentin", "help"]),
        ("gabapenten?", ["gabapentin"]),
        ("a nerve block, or surgery", ["a", "epidural steroid injection", "or", "surgery"]),
        ("anti-inflammatories", ["ibuprofen"]),
        ("paracetamol/ibuprofen", ["acetaminophen", "ibuprofen"]),
        ("I can't walk", ["i", "can", "not", "walk"]),
        ("spondylolysthesis", ["slipped vertebra"]),
        ("ladder", ["ladder"]),
        ("?!", ["?!"]),
        ("", [""]),
    ],
)
def test_brings_words_to_their_normal_form(text: str, expected: list[str]) -> None:
    """Brands, colloquial words and misspellings of topic terms are read as one; other words in lower case."""
    assert [form for _, _, form in term_reader()(text)] == expected


def test_keeps_places() -> None:
    """Each word tells where it begins in the text."""
    text = "The  nerve-block helped"

    assert all(text[start : start + len(word)] == word for word, start, _ in term_reader()(text))
