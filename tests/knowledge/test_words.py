"""The words that a clinician signs, and how long a signature holds."""

import datetime
from dataclasses import replace
from typing import Any

import pytest

from bot.knowledge.base import KnowledgeBase, knowledge
from bot.knowledge.ids import NOTICES, OUTSIDE, REFLECTION
from bot.knowledge.schema import Said
from bot.knowledge.words import signature, words
from workshop.review.sign import signed

TODAY = datetime.date(2026, 11, 21)


def all_words(base: KnowledgeBase, name: str) -> str:
    """The words of a text as one."""
    return "\n".join(words(base, name).values())


@pytest.mark.parametrize("name", knowledge().texts)
def test_every_text_can_be_signed(base: KnowledgeBase, name: str) -> None:
    """No field of a text that is signed is empty, or would be read otherwise from a file."""
    assert all(text and text == text.strip() for text in words(base, name).values())


@pytest.mark.parametrize("name", knowledge().replies)
def test_a_signature_is_for_all_that_patients_read(base: KnowledgeBase, name: str) -> None:
    """The words of a reply hold its texts, its short form, its variants and reasons, and its canonical warnings."""
    reply = base[name]
    said = [*reply.variants.values(), *reply.reasons.values(), reply.banner or ""] if isinstance(reply, Said) else []
    boxes = [base.boxes[box].lines for box in reply.warning]
    table = getattr(reply, "table", None)
    cells = [cell for row in table.rows for cell in row] if table else []

    found = all_words(base, name)

    texts = [reply.title, *reply.texts, reply.short or "", *said, *boxes, *cells]
    assert [text for text in texts if text not in found] == []


def test_sentences_around_answers_are_signed_too(base: KnowledgeBase) -> None:
    """What is said around answers has ids of its own: boxes, languages, notices, the reflection, who can answer."""
    assert base.languages["es"].urgent in all_words(base, "languages.es")
    assert base.boxes["signs"].short in all_words(base, "boxes.signs")
    assert base.notices.unsaid["risks"] in all_words(base, NOTICES)
    assert base.reflection.link in all_words(base, REFLECTION)
    assert base.outside.who["lawyer"] in all_words(base, OUTSIDE)


def test_canonical_sentences_are_part_of_what_refers_to_them(base: KnowledgeBase) -> None:
    """Who signs a text that stands for the warning signs signs those signs."""
    assert words(base, NOTICES)["{warning_signs}"] == base.boxes["signs"].lines


BOX = {"signs": knowledge().boxes["signs"].copy(update={"sentence": "Wait and see."})}
PICTURE = {"walker": knowledge().pictures["walker"].copy(update={"alt": "A cat."})}


@pytest.mark.parametrize(
    ("name", "changed", "holds"),
    [
        ("aids.falls", {}, True),
        ("aids.falls", {"boxes": {**knowledge().boxes, **BOX}}, False),
        ("aids.brace", {"boxes": {**knowledge().boxes, **BOX}}, True),
        ("aids.walkers_canes", {"pictures": {**knowledge().pictures, **PICTURE}}, False),
        (NOTICES, {"boxes": {**knowledge().boxes, **BOX}}, False),
        ("aids.brace", {"replies": {"aids.brace": knowledge()["aids.brace"].copy(update={"short": "No."})}}, False),
        ("aids.brace", {"replies": {"aids.brace": knowledge()["aids.brace"].copy(update={"follow_ups": []})}}, True),
    ],
)
def test_holds_until_a_word_changes(base: KnowledgeBase, name: str, changed: dict[str, Any], holds: bool) -> None:
    """A signature holds while no word changes that patients read of the text, those of its box and pictures too."""
    signatures = signed(base, [name], "A. Nurse", "spine nurse", "2026-11-20", TODAY)

    found = signature(replace(base, signatures=signatures, **changed), name)

    assert (found is not None) is holds
