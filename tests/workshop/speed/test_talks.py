"""What patients of a benchmark do."""

import pytest

from bot.clinic import clinic
from bot.knowledge.base import KnowledgeBase
from workshop.speed import servers, talks


def test_takes_turns() -> None:
    """Two ways of sending have a block each by turns, with the same messages, each in a conversation of its own."""
    sent: list[tuple[str, str, str]] = []
    ways = [lambda name, text, way=way: sent.append((way, name, text)) for way in "AB"]

    times = talks.in_turns(ways, ["a", "b", "c", "d"], 2)

    assert "".join(way for way, _, _ in sent) == "AABBAABB"
    assert "".join(text for _, _, text in sent) == "ababcdcd"
    assert len({name for _, name, _ in sent}) == 8
    assert [[len(block) for block in one.blocks] for one in times] == [[2, 2], [2, 2]]


def test_one_conversation_for_each_way() -> None:
    """Where a way has one conversation, all its messages belong to it."""
    sent: list[tuple[str, str]] = []
    ways = [lambda name, _, way=way: sent.append((way, name)) for way in "AB"]

    talks.in_turns(ways, ["a", "b", "c", "d"], 2, talks=["one", "other"])

    assert sent == [*[("A", "one")] * 2, *[("B", "other")] * 2] * 2


def test_long_talk_ends_as_it_begins() -> None:
    """The turns that are held against the first ten say the same."""
    texts = talks.long_talk(1000)

    assert texts[:10] == texts[90:100] == texts[990:]
    assert len(set(texts)) == talks.ROUND


def test_questions_are_the_same_in_every_run() -> None:
    """The sample is drawn with a seed, and holds no message twice."""
    some = talks.questions()

    assert some == talks.questions()
    assert len(set(some)) == len(some) == talks.SAMPLE


def test_silence_is_an_answer_and_a_refusal_is_none(base: KnowledgeBase) -> None:
    """A reply or none is well; a patient who is told to wait was not answered, and the measurement ends."""
    talks.answered("hello", [])
    talks.answered("hello", [{"text": "I can tell you that."}])

    with pytest.raises(RuntimeError, match="'hello' was not answered but refused"):
        talks.answered("hello", [{"text": clinic().fill(base.notices.busy)}])


def test_many_write_to_the_floor() -> None:
    """Each message is sent once, however many patients there are; the bare handler answers them."""
    with servers.floor() as floor:
        rate, times = talks.at_once(floor, 4, ["a message"] * 12)
        talks.rest(floor)("conversation", "hello")

        assert floor.peak > 1
        assert 0 < floor.seconds < servers.START
    assert rate > 0
    assert [len(block) for block in times.blocks] == [12]
