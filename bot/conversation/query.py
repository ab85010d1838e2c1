"""Queries, the limits by which they are resolved, and the results."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.conversation.lexicon import Mentions
from bot.conversation.topics import Side

Ranking = Sequence[tuple[str, float]]  # answer ids with their probabilities, likeliest first


@dataclass(frozen=True)
class Thresholds:
    """Limits at which rules fit. config.yml sets them; `stride thresholds` shows what other limits would achieve.

    Attributes:
        few: Words of meaning that a follow-up may hold besides its topic and side.
        long: Words of a message that says by itself what it is about; names and numbers in it are part of a story.
        brief: Words of a message that hardly says more than its topic.
        choice: Words of a message that chooses from a list.
        bare: Words of a message that only names a topic.
        certain: The classifier's probability from which on its answer to a message with words of its own stands.
        doubtless: The same where nothing says what the message is about.
        likely: The same in a conversation, unless `clearly` is enough.
        clearly: So many times the probability of the next answer are as good as `likely`.
        witnessed: The probability that is enough for an answer that something else speaks for.
        among: The probability that puts an answer among the classifier's first.
        walk: The probability from which on a message reports a walk for the diary.
    """

    few: int = 1
    long: int = 30
    brief: int = 8
    choice: int = 5
    bare: int = 3
    certain: float = 0.9
    doubtless: float = 0.97
    likely: float = 0.6
    clearly: float = 3.0
    witnessed: float = 0.3
    among: float = 0.1
    walk: float = 0.6


USUAL = Thresholds()


@dataclass(frozen=True)
class Query:
    """A message, or one question of it.

    Attributes:
        text: Its words.
        mentions: What it says of topics.
        ranking: What the classifier makes of it alone, the alarm's replies left out.
        threshold: The probability from which on the classifier is sure.
        trusted: Whether it may be sure at all; not where it only knows that something is to be asked back.
        walk: How likely it reports a walk that was done.
        again: What the classifier makes of it together with the name of the topic in focus; empty without focus.
    """

    text: str
    mentions: Mentions
    ranking: Ranking
    threshold: float
    again: Ranking = ()
    trusted: bool = True
    walk: float = 0.0

    def is_long(self, limits: Thresholds) -> bool:
        """Return whether it is so long that it says by itself what it is about."""
        return self.mentions.words > limits.long

    @property
    def first(self) -> str:
        """The classifier's first answer."""
        return self.ranking[0][0]

    @property
    def sure(self) -> bool:
        """Whether the classifier is sure of it."""
        return self.heard(self.ranking[0][1])

    def heard(self, probability: float) -> bool:
        """Return whether a probability is enough for an answer."""
        return self.trusted and probability >= self.threshold


@dataclass(frozen=True)
class Resolved:
    """What a message means in its conversation.

    Attributes:
        answer: The answer's id; None if the bot must ask back.
        topic: What it is about.
        side: The side asked for.
        unsaid: Whether the sources say nothing about that side, so that the answer is only the nearest one.
        choices: Answers to offer when asking back.
        rule: The name of the rule that resolved it.
    """

    answer: str | None
    topic: str | None = None
    side: Side | None = None
    unsaid: bool = False
    choices: tuple[str, ...] = ()
    rule: str | None = field(default=None, compare=False)
