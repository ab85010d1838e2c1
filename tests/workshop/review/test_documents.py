"""The documents' own text, by section."""

import hashlib
from dataclasses import replace
from pathlib import Path

from bot.knowledge.base import KnowledgeBase
from workshop.review.documents import copies, missing, sections

TEXT = """Hello.
2. See 1. First of all, in a sentence.
1. First of
all
Its words.

• A point.
2. It\u2019s second
More words.

The end.
"""
NAMES = ["opening paragraph", "1. First of all", "2. It's second", "3. Not there", "closing paragraph"]


def test_a_section_goes_on_to_the_next(base: KnowledgeBase) -> None:
    """Headings begin a line, whatever their apostrophes and breaks; what has none stands first or last."""
    source = base.sources["A"].copy(update={"sections": NAMES})

    assert sections(source, TEXT) == {
        "opening paragraph": "Hello.\n2. See 1. First of all, in a sentence.",
        "1. First of all": "Its words.\n• A point.",
        "2. It's second": "More words.",
        "closing paragraph": "The end.",
    }


def test_knows_the_reviewed_copies(base: KnowledgeBase, tmp_path: Path) -> None:
    """A document is known by what is in it, and one that is not there is told."""
    (tmp_path / "any.txt").write_text(TEXT, encoding="utf-8")
    source = base.sources["A"].copy(update={"sha256": hashlib.sha256(TEXT.encode()).hexdigest()})
    known = replace(base, sources={"A": source, "B": base.sources["B"]})

    assert copies(known, tmp_path) == {"A": TEXT}
    assert [line.partition(" has ")[0] for line in missing(known, tmp_path)] == [
        f"sources.yml: B: no file in {tmp_path}"
    ]
