"""Two questions in one message."""

import pytest

from bot.text.parts import MOST, is_question, questions


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What is stenosis and how is it treated?", ["What is stenosis", "how is it treated?"]),
        ("What is it? Does it hurt?", ["What is it?", "Does it hurt?"]),
        (
            "Does gabapentin work, and what are the side effects?",
            ["Does gabapentin work", "what are the side effects?"],
        ),
        ("what is physio and does it help", ["what is physio", "does it help"]),
        ("what is stenosis\nhow long does it last", ["what is stenosis", "how long does it last"]),
        (
            "tell me about surgery and also how long is recovery",
            ["tell me about surgery", "how long is recovery"],
        ),
        # What is no question is left out.
        ("My legs hurt. What is it?", ["What is it?"]),
        ("My mum has stenosis, can she fly?", ["can she fly?"]),
        ("I took ibuprofen but what else is there", ["what else is there"]),
        # The whole message is one question.
        ("What is stenosis?", []),
        ("Can I walk and cycle?", []),
        ("does it hurt or is it fine", []),
        ("Is it the disc, or the bone?", []),
        # None.
        ("Hello", []),
        ("I sat down. It helped.", []),
        ("Why?", []),
        ("?", []),
        ("", []),
    ],
)
def test_finds_the_questions(text: str, expected: list[str]) -> None:
    """A message with more than one question, or with something else besides one, is cut into its questions."""
    assert questions(text) == expected


def test_looks_at_a_few_only() -> None:
    """Of many questions the first ones count."""
    assert len(questions("Is it safe? " * 10)) == MOST


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("is it safe", True),
        ("And what is it", True),
        ("Tell me about surgery", True),
        ("sitting helps?", True),
        ("Is it? ", True),
        ("island walks", False),
        ("10 minutes", False),
        ("I wonder", False),
        ("", False),
    ],
)
def test_tells_a_question(text: str, expected: bool) -> None:
    """A question is told by its mark or by the word that it begins with."""
    assert is_question(text) is expected
