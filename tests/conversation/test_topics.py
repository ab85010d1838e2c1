"""What a conversation can be about."""

from pathlib import Path

import pytest

from bot.conversation.topics import FILE, TopicsFile, topics
from bot.datafile import DataError, read
from bot.knowledge.base import KnowledgeBase


@pytest.mark.parametrize("name", topics().topics)
def test_answers_exist(base: KnowledgeBase, name: str) -> None:
    """Every answer of a topic stands in the knowledge base."""
    topic = topics().topics[name]

    assert {*topic.answers.values(), *topic.unsaid.values(), *topic.also} <= set(base.replies)


@pytest.mark.parametrize("name", topics().topics)
def test_side_is_said_or_unsaid(name: str) -> None:
    """No side of a topic is both one that the sources speak of and one that they do not."""
    topic = topics().topics[name]

    assert not topic.answers.keys() & topic.unsaid.keys()


def test_comparisons_exist(base: KnowledgeBase) -> None:
    """A comparison names topics that there are, and an answer that there is."""
    known = {*topics().topics, "*"}

    assert all({line.one, *line.other} <= known and line.answer in base.replies for line in topics().compare)


def test_last_comparison_fits_anything() -> None:
    """Whatever is compared has an answer."""
    last = topics().compare[-1]

    assert (last.one, last.other) == ("*", ["*"])


@pytest.mark.parametrize(
    ("answer", "topic", "side"),
    [
        ("injections.overview", "injections", "what"),
        ("injections.effect", "injections", "evidence"),
        ("injections.mechanism", "injections", "how"),
        ("condition.mechanism", "pattern", "why"),
        ("condition.pattern", "pattern", "what"),
        ("condition.symptoms", "condition", "feel"),
        ("medicines.nsaids", "ibuprofen", "what"),
        ("surgery.fusion", "fusion", "what"),
        ("surgery.outcomes", "surgery", "evidence"),
        ("exercise.kinds", "exercise", "what"),
        ("exercise.safety", "exercise", "risks"),
        ("decline.dosing", None, None),
        ("no.such_answer", None, None),
    ],
)
def test_answer_brings_a_topic_into_focus(answer: str, topic: str | None, side: str | None) -> None:
    """An answer belongs to the topic that it is the overview of, before others, and to its first side of it."""
    assert (topics().topic_of(answer), topics().side_of(answer)) == (topic, side)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    name: shopping cart sign\n", "", "topics.pattern.name: field required"),
        ("{what: condition.pattern, why:", "{why:", "topics.pattern.answers: a topic needs an answer to `what`"),
        ("{what: condition.pattern, why:", "{what: condition.pattern, wy:", "topics.pattern.answers"),
        ("{what: condition.pattern, why:", "{what: Condition Pattern, why:", "topics.pattern.answers.what"),
        ("    name: shopping cart sign\n", "    nam: shopping cart sign\n", "topics.pattern.nam: extra fields"),
        ("answer: treatment.overview}", "reply: treatment.overview}", "answer: field required"),
    ],
)
def test_tells_what_is_wrong(tmp_path: Path, old: str, new: str, said: str) -> None:
    """A file that is wrong is told with its line and key."""
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "topics.yml"
    file.write_text(text.replace(old, new), encoding="utf-8")

    with pytest.raises(DataError, match=rf"^{file}:[1-9]\d+: ") as error:
        read(file, TopicsFile)

    assert said in str(error.value)
