"""The last answer in fewer words, and the passages that it was written from."""

import datetime
from dataclasses import replace

import pytest

from bot.clinic import Clinic
from bot.datafile import read
from bot.knowledge.base import KnowledgeBase
from bot.knowledge.schema import Answer
from bot.reply.last_answer import FILE, PassagesFile, passages, shorter
from workshop.review.sign import signed
from workshop.style import grade, style


@pytest.fixture(scope="module")
def answer(base: KnowledgeBase) -> Answer:
    """An answer from two documents, one of which names works of some years."""
    found = base["warning_signs.list"]
    assert isinstance(found, Answer)
    return found


def test_every_answer_can_be_shorter(base: KnowledgeBase, clinic: Clinic) -> None:
    """The short form of an answer names the same documents, and is shorter than the answer."""
    for one in base.answers:
        reply = shorter(base, clinic, one)

        assert reply.answer == one.id
        assert reply.text.startswith(clinic.fill(one.short))
        assert [source["document"] for source in reply.sources] == [use.document for use in one.sources]
        assert len(clinic.fill(one.short)) < len(clinic.fill(" ".join(one.texts)))


def test_passages_of_every_answer(base: KnowledgeBase, clinic: Clinic) -> None:
    """Each document that an answer draws on is named with its title and its passages."""
    for one in base.answers:
        reply = passages(base, clinic, one)

        assert reply.text.count("\n• ") == len(one.sources)
        for use in one.sources:
            assert base.sources[use.document].title in reply.text
            assert all(f"“{section}”" in reply.text for section in use.sections)


def test_years_of_what_a_document_names(base: KnowledgeBase, clinic: Clinic, answer: Answer) -> None:
    """The years are those of the works that a document names; one that names none has no such sentence."""
    reply = passages(base, clinic, answer)
    [post] = [line for line in reply.text.splitlines() if base.sources["D"].title in line]
    [guide] = [line for line in reply.text.splitlines() if base.sources["A"].title in line]

    assert post.endswith("It refers to texts from 2021 and 2024.")
    assert "works of" not in guide


def test_who_has_signed(base: KnowledgeBase, clinic: Clinic, answer: Answer) -> None:
    """An unsigned answer says so; a signed one names who signed it and when."""
    signatures = signed(base, [answer.id], "A. Nurse", "spine nurse", "2026-11-20", datetime.date(2026, 11, 21))
    told = passages(replace(base, signatures=signatures), clinic, answer).text

    assert "No clinician has signed my words for it yet." in passages(base, clinic, answer).text
    assert told.endswith("A. Nurse, spine nurse, signed my words for it on 20 November 2026.")


def test_words_around_the_passages_are_plain(clinic: Clinic) -> None:
    """What is said around the documents' own headings is as easy to read as the answers."""
    words = read(FILE, PassagesFile)

    for text in (words.intro, words.undated, words.undated_one, words.unsigned, words.signed):
        assert grade(text.format(date="1 May 2026", by="A. Nurse", role="spine nurse")) <= style().grades.answer
