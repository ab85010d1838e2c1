"""The topics of conversations, and the answer to each side of a topic."""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, validator

from bot.datafile import Strict, read
from bot.knowledge.ids import DECLINE
from bot.knowledge.values import AnswerId

FILE = Path(__file__).with_name("topics.yml")
Side = Literal[
    "what", "feel", "pattern", "why", "cause", "how", "fix", "evidence", "course", "duration", "pain", "risks", "when",
    "often", "alternatives", "kinds", "who", "find", "do", "signs", "mean", "goals", "first", "after", "wait", "early",
    "mix", "dose",
]  # fmt: skip


class Topic(Strict):
    """A topic of conversation.

    Attributes:
        name: The name that replaces "it".
        words: What patients call it.
        answers: The answer to each side that the sources cover.
        unsaid: The nearest answer to each side that they do not cover.
        also: Further answers that bring it into focus.
    """

    name: str
    words: list[str] = Field(min_items=1)
    answers: dict[Side, AnswerId]
    unsaid: dict[Side, AnswerId] = {}
    also: list[AnswerId] = []

    @validator("answers")
    def _has_overview(cls, answers: dict[Side, str]) -> dict[Side, str]:
        if "what" not in answers:
            raise ValueError("a topic needs an answer to `what`")
        return answers


class Comparison(Strict):
    """The answer to a comparison of a topic with others."""

    one: str
    other: list[str]
    answer: AnswerId


class TopicsFile(Strict):
    """The file `topics.yml`."""

    topics: dict[str, Topic]
    compare: list[Comparison] = Field(min_items=1)

    def topic_of(self, answer: str) -> str | None:
        """Return the topic that an answer brings into focus, first of all the one whose overview it is."""
        if answer.startswith(DECLINE):
            return None
        ways = (
            lambda topic: [topic.answers["what"]],
            lambda topic: topic.also,
            lambda topic: topic.answers.values(),
        )
        return next((name for way in ways for name, topic in self.topics.items() if answer in way(topic)), None)

    def side_of(self, answer: str) -> Side | None:
        """Return the first side of its topic that an answer covers."""
        topic = self.topics.get(self.topic_of(answer) or "")
        return next((side for side, one in topic.answers.items() if one == answer), None) if topic else None


@cache
def topics() -> TopicsFile:
    """Return the project's topics, read once per process; raise DataError if the file is wrong."""
    return read(FILE, TopicsFile)
