"""Which parts of a reply a channel says, and which it leaves out."""

import pytest

from bot.knowledge.base import KnowledgeBase
from bot.reply.check import ASKS
from bot.reply.reply import Kind, Part, Reply
from bot.reply.rows import rows
from bot.reply.versions import Version, versions

OWN: tuple[Kind, ...] = ("title", "lead", "words", "signs", "warning", "do", "more", "sources", "reminder")
ANSWER = Reply(
    (Part("before"), *(Part(f"own {kind}", kind) for kind in OWN)), answer="aids.brace", short="the short form"
)
QUESTION = Reply((Part("noted"), Part("1 of 6", "progress"), Part("ask")), asks="selfcheck_legs")
WARNINGS = ["own signs", "own warning", "own reminder"]


def said(version: Version) -> list[str]:
    """The texts that a version says."""
    return [part.text for part in version.said]


def left(version: Version) -> list[str]:
    """The texts that a version leaves out and can tell on demand."""
    return [part.text for part in version.left]


def test_short_channel(base: KnowledgeBase) -> None:
    """Where an answer must be short, it comes without its next step, and then as its short form; its warnings stay."""
    full, less, short = versions(ANSWER, rows()["sms"], base)

    assert said(full) == ["before", "own lead", "own words", "own signs", "own warning", "own do", "own reminder"]
    assert said(less) == ["before", "own lead", "own words", *WARNINGS]
    assert said(short) == ["before", "the short form", *WARNINGS]
    assert [left(one) for one in (full, less, short)] == [
        ["own more"],
        ["own do", "own more"],
        ["own words", "own do", "own more"],
    ]
    assert all(one.sources for one in (full, less, short))


def test_other_channels(base: KnowledgeBase) -> None:
    """Elsewhere an answer comes whole, or without what is folded on the website."""
    full, less = versions(ANSWER, rows()["slack"], base)

    assert said(full) == ["before", *(f"own {kind}" for kind in OWN)]
    assert said(less) == [text for text in said(full) if text != "own more"]
    assert (left(full), left(less), full.sources) == ([], ["own more"], False)


@pytest.mark.parametrize("row", ["sms", "slack"])
def test_before_a_check(base: KnowledgeBase, row: str) -> None:
    """Before a check an answer is its lead, with the reminder of an alarm; the rest is told on demand."""
    [only] = versions(ANSWER, rows()[row], base, before_check=True)

    assert said(only) == ["before", "own lead", "own reminder"]
    assert left(only) == ["own words", "own do", "own more"]


@pytest.mark.parametrize("row", ["sms", "slack"])
def test_question_after_an_answer(base: KnowledgeBase, row: str) -> None:
    """A talk's question stands whole behind the answer that came in between, and what is folded does not follow it."""
    found = versions(ANSWER.continued(QUESTION), rows()[row], base)

    assert [[part.text for part in one.after] for one in found] == [["noted", "1 of 6", "ask"]] * len(found)
    assert all("own more" in left(one) for one in found)


@pytest.mark.parametrize("row", ["sms", "slack"])
def test_folded_answer(base: KnowledgeBase, row: str) -> None:
    """The answer that starts a talk is told on demand; what is shown is the talk's first question."""
    found = versions(ANSWER.folded().continued(QUESTION), rows()[row], base)

    assert [said(one) for one in found] == [["own reminder", "noted", "1 of 6", "ask"]] * len(found)
    assert "own lead" in left(found[0])


@pytest.mark.parametrize("row", ["sms", "slack"])
@pytest.mark.parametrize("reply", [Reply(ANSWER.parts, urgent=True), Reply(ANSWER.parts, asks=ASKS)])
def test_whole(base: KnowledgeBase, row: str, reply: Reply) -> None:
    """An urgent reply and a check are never shortened."""
    [only] = versions(reply, rows()[row], base)

    assert only.said == reply.parts
    assert (only.left, only.sources) == ((), False)


@pytest.mark.parametrize(("answer", "kept"), [("aids.brace", False), ("decline.diagnosis", True), (None, True)])
def test_sources_that_cannot_be_asked_for(base: KnowledgeBase, answer: str | None, kept: bool) -> None:
    """Sources are left out on SMS only where "sources" can tell them: of an answer that teaches."""
    reply = Reply((Part("words"), Part("Source: a guide.", "sources")), answer=answer)

    found = versions(reply, rows()["sms"], base)[0]

    assert ("Source: a guide." in said(found), found.sources) == (kept, not kept)
