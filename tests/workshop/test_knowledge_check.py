"""The checks of length, reading grade, reviews and ids."""

import dataclasses
import datetime
import hashlib
from pathlib import Path

import pytest

from bot.knowledge.base import KnowledgeBase
from bot.knowledge.schema import Answer, Curated
from workshop.knowledge_check import beyond_sources, compare, problems

TODAY = datetime.date(2026, 11, 21)


def changed(base: KnowledgeBase, name: str, **fields: object) -> KnowledgeBase:
    """Return the base with one reply changed."""
    replies: dict[str, Curated] = {**base.replies, name: base[name].copy(update=fields)}
    return dataclasses.replace(base, replies=replies)


def test_own_base_has_no_problems(base: KnowledgeBase) -> None:
    """The knowledge base that ships keeps all the rules."""
    assert list(problems(base, TODAY)) == []


@pytest.mark.parametrize(
    ("name", "fields", "said"),
    [
        ("aids.brace", {"lead": "word " * 21}, "lead: 21 words, more than 20"),
        ("aids.brace", {"review_due": "2026-11-20"}, "its review was due on 2026-11-20"),
        ("aids.brace", {"title": "Hello"}, "has the same title as aids.brace"),
    ],
)
def test_tells_a_breach(base: KnowledgeBase, name: str, fields: dict[str, object], said: str) -> None:
    """A breach is told with file and id."""
    told = list(problems(changed(base, name, **fields), TODAY))

    assert any(said in line and name in line for line in told)


def test_lists_what_no_document_carries(base: KnowledgeBase) -> None:
    """Who signs sees each sentence that goes beyond the documents, or that no native speaker has checked, and where."""
    checked = base.languages["es"].copy(update={"checked": "A. Speaker, 2026-11-30"})
    listed = dict(beyond_sources(dataclasses.replace(base, languages={**base.languages, "es": checked})))

    assert "do not stop or change it on your own" in listed["boxes.yml: medicine"]
    assert listed["physio.when_it_hurts"] == "if that is safe for you"
    assert listed["languages.yml: French"].startswith("unchecked by a native speaker: C'est")
    assert "languages.yml: Spanish" not in listed


def test_compares_with_the_documents(base: KnowledgeBase, tmp_path: Path) -> None:
    """Copied words, lacking headings and other copies than the reviewed ones are told."""
    answer = base["aids.brace"]
    assert isinstance(answer, Answer)
    text = f"Headings that nobody knows. {answer.lead} {answer.points[0]}"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    source = base.sources["A"].copy(update={"sha256": hashlib.sha256(text.encode()).hexdigest()})

    told = "\n".join(compare(dataclasses.replace(base, sources={**base.sources, "A": source}), tmp_path))

    assert "aids.brace: has the words of document A" in told
    assert "A: the document has no heading 'What Is Neurogenic Claudication?'" in told
    assert f"B: no file in {tmp_path} has SHA-256" in told
