"""Resolves a message that leans on the conversation: "does it work?", "the other one?", "no, I meant the injection".

The topic in focus, the list that was offered and the side that was asked for last decide, not a guess from the words
alone. Topics with their sides follow the object-and-attribute convention of rasa_sdk's knowledge-base actions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from bot.conversation.focus import Focus
from bot.conversation.lexicon import Lexicon, Mentions
from bot.conversation.topics import Side

Ranking = Sequence[tuple[str, float]]  # answer ids with their probabilities, the likeliest first
FEW = 1  # words of meaning that a follow-up may hold besides its topic and side
BRIEF = 8  # words of a message that hardly says more than its topic
CHOICE = 5  # words of one that chooses from a list
BARE = 3  # words of one that only names it
CERTAIN = 0.9  # probability from which on the classifier's answer to a message with words of its own stands
LIKELY, CLEARLY = 0.6, 3.0  # and that is enough in a conversation, if so many times that of the next answer
DOUBTLESS = 0.97  # and that it takes when nothing says what the message is about
WITNESSED = 0.3  # and that is enough for an answer that something else speaks for
AMONG = 0.1  # and that puts an answer among the first
OFFERED = 4
LEADS_ON = ("alternatives", "do")


@dataclass(frozen=True)
class Query:
    """A message, or one question of it.

    Attributes:
        text: Its words.
        mentions: What it says of topics.
        ranking: What the classifier makes of it alone, the alarm's replies left out.
        threshold: The probability from which on the classifier is sure.
        again: What the classifier makes of it together with the name of the topic in focus; empty without focus.
    """

    text: str
    mentions: Mentions
    ranking: Ranking
    threshold: float
    again: Ranking = ()

    @property
    def first(self) -> str:
        """The classifier's first answer."""
        return self.ranking[0][0]

    @property
    def sure(self) -> bool:
        """Whether the classifier is sure of it."""
        return self.ranking[0][1] >= self.threshold

    @property
    def certain(self) -> bool:
        """Whether it is so sure that nothing else counts."""
        return self.ranking[0][1] >= max(CERTAIN, self.threshold)


@dataclass(frozen=True)
class Resolved:
    """What a message means in its conversation.

    Attributes:
        answer: The answer's id; None when it must be asked back.
        topic: What it is about.
        side: The side that was asked for.
        unsaid: Whether the sources say nothing of that side, so that the answer is only the nearest.
        choices: Answers to offer when asking back.
    """

    answer: str | None
    topic: str | None = None
    side: Side | None = None
    unsaid: bool = False
    choices: tuple[str, ...] = ()


class FollowUps:
    """Resolves messages in their conversation."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._topics = lexicon.topics
        self._nothing_in_focus = lexicon.nothing_in_focus
        self._wider = lexicon.wider

    def __call__(self, query: Query, focus: Focus) -> Resolved | None:
        """Resolve a message; None when it stands by itself and the classifier should have its way."""
        mentions = query.mentions
        few = len(mentions.content) <= FEW
        if chosen := self._chosen(mentions, focus):
            return chosen
        pointing = mentions.leans and (mentions.pronoun or mentions.sides)
        # "How many hours a day do I keep it on" is surer of a brace than of a dose, once the talk is of braces.
        again, probability = query.again[0] if query.again else ("", 0.0)
        belongs = focus.topic is not None and self._belongs(again, focus.topic)
        surer = belongs and mentions.pronoun and probability > query.ranking[0][1]
        if query.sure and query.first.startswith("decline.") and not (pointing or surer):
            return None
        if "correction" in mentions.openers and mentions.topics and (few or not query.sure):
            return self._side(mentions.topics[-1], mentions.sides[:1] or _kept(focus))
        if mentions.topics and ("compare" not in mentions.openers or focus.topic is None):
            return self._named(query, focus)
        if focus.topic is None:
            return self._without_focus(query) if mentions.leans else None
        if "compare" in mentions.openers and mentions.topics and (few or mentions.pronoun):
            return self._compared(focus.topic, mentions.topics[0])
        if mentions.between and few and len(focus.seen) > 1:
            return self._compared(*(self._topics.topic_of(one) or focus.topic for one in focus.seen[-2:]))
        if mentions.other and few:
            return self._other_one(focus)
        if mentions.more and few:
            return self._more(focus)
        return self._same_topic(query, focus, focus.topic)

    def _chosen(self, mentions: Mentions, focus: Focus) -> Resolved | None:
        """Take a place in a list: of topics that the message names itself, or of what was offered.

        Asked back, the one candidate counts that the words name, or what they name though it was no candidate.
        """
        if mentions.ordinal is not None and -1 < mentions.ordinal < len(mentions.topics) > 1:
            return self._side(mentions.topics[mentions.ordinal], ("what",))
        if len(mentions.content) > FEW:
            return None
        if mentions.ordinal in (0, 1) and mentions.sides and not mentions.topics and len(focus.seen) > 1:
            spoken_of = self._topics.topic_of(focus.seen[-2:][mentions.ordinal])
            return self._side(spoken_of, mentions.sides) if spoken_of else None
        if (
            mentions.ordinal is not None
            and not mentions.sides
            and mentions.words <= CHOICE
            and mentions.ordinal < len(focus.offered)
        ):
            return self._answer(focus.offered[mentions.ordinal])
        if focus.asked_back and len(mentions.topics) == 1:
            named = [one for one in focus.offered if self._topics.topic_of(one) == mentions.topics[0]]
            if len(named) == 1:
                return self._answer(named[0])
            # "Does it work?" "What?" "The jab": the side was asked for before.
            return self._side(
                mentions.topics[0], mentions.sides if mentions.sides[:1] not in ((), ("what",)) else _kept(focus)
            )
        return None

    def _without_focus(self, query: Query) -> Resolved | None:
        """Ask what "it" is, unless the side can only be the condition's, or the classifier has hardly a doubt."""
        mentions = query.mentions
        known = bool(mentions.sides) and mentions.sides[0] in self._wider
        if not (mentions.sides or mentions.more) or (query.sure and known) or query.ranking[0][1] >= DOUBTLESS:
            return None
        found = (self._side(topic, mentions.sides[:1] or ("what",)) for topic in self._nothing_in_focus)
        choices = tuple(one.answer for one in found if one.answer)
        return Resolved(None, side=next(iter(mentions.sides), None), choices=choices)

    def _compared(self, topic: str, other: str) -> Resolved:
        for line in self._topics.compare:
            for one, two in ((topic, other), (other, topic)):
                if line.one in (one, "*") and (two in line.other or "*" in line.other):
                    return Resolved(line.answer, topic, "evidence")
        raise AssertionError("the last line of topics.yml compares anything with anything")

    def _named(self, query: Query, focus: Focus) -> Resolved | None:
        """Resolve what names a topic itself."""
        mentions = query.mentions
        topic = mentions.topics[-1]
        brief = len(mentions.content) <= FEW and mentions.words <= BRIEF
        if mentions.sides:
            own = self._side(topic, mentions.sides)
            heard = any(self._belongs(query.first, name) for name in mentions.topics)
            overview = self._topics.topics[topic].answers["what"]
            only_topic = query.first == overview != own.answer and own.topic == topic and not own.unsaid
            if query.sure and (not brief or (heard and not only_topic)):
                return None
            return own if brief or self._witnessed(query, own) else self._agreed(query)
        if not brief or not (mentions.openers or mentions.words <= BARE):
            own = self._side(topic, ("what",))
            return self._agreed(query) or (own if not query.sure and self._witnessed(query, own) else None)
        if "back" in mentions.openers or (focus.topic is None and query.sure):
            return None if query.sure else self._side(topic, ("what",))
        return self._side(topic, _kept(focus))

    def _belongs(self, answer: str, topic: str) -> bool:
        about = self._topics.topics[topic]
        return answer in {*about.answers.values(), *about.unsaid.values(), *about.also}

    @staticmethod
    def _witnessed(query: Query, own: Resolved) -> bool:
        """Whether the classifier has the answer that topic and side name among its first."""
        return any(own.answer == one and probability >= AMONG for one, probability in query.ranking[:3])

    def _agreed(self, query: Query) -> Resolved | None:
        """Take the classifier's first answer though it is not sure, when something else speaks for it.

        That is the reading with the topic in focus, or a topic that the message names.
        """
        (first, probability), (_, next_one) = (*query.ranking[:2], ("", 0.0))[:2]
        if query.sure or query.threshold > 1 or probability < WITNESSED:
            return None
        if query.again and probability >= max(LIKELY, CLEARLY * next_one):
            return self._answer(first)
        again = query.again and query.again[0][0] == query.first and query.again[0][1] >= WITNESSED
        named = any(self._belongs(query.first, topic) for topic in query.mentions.topics)
        return self._answer(query.first) if again or named else None

    def _other_one(self, focus: Focus) -> Resolved | None:
        """Take the other one of two: the other candidate, or the nearest neighbour of the answer in focus."""
        return self._first_of_family([one for one in focus.offered if one != focus.answer], focus)

    def _more(self, focus: Focus) -> Resolved | None:
        return self._first_of_family([one for one in focus.offered if one not in focus.seen], focus)

    def _first_of_family(self, offered: Sequence[str], focus: Focus) -> Resolved | None:
        family = _family(focus.answer or "")
        related = [one for one in offered if _family(one) == family]
        return self._answer((related or offered)[0]) if offered else None

    def _same_topic(self, query: Query, focus: Focus, topic: str) -> Resolved | None:
        """Resolve what names no topic of its own."""
        mentions = query.mentions
        again, probability = query.again[0] if query.again else ("", 0.0)
        heard_again = probability >= query.threshold
        if not (mentions.pronoun or mentions.sides) or len(mentions.content) > FEW:
            return self._agreed(query)
        if mentions.content and query.certain and again in ("", query.first):
            return None
        if mentions.sides:
            found = self._side(topic, mentions.sides)
            if found.side == "after" and query.sure:  # "afterwards" says when, more often than what is asked for
                return None
            if not found.unsaid and (found.topic == topic or not mentions.content):
                return found
            # What has no dose is not asked for one: "how many hours a day do I keep it on" is about the brace.
            if mentions.content and query.sure and found.side != "dose":
                return None
            if heard_again and _family(again) == _family(self._topics.topics[topic].answers["what"]):
                return self._answer(again)
            if not mentions.content:
                return found
        if heard_again:
            return self._answer(again)
        if query.sure:
            return None
        return self._agreed(query) or Resolved(None, choices=_around(focus))

    def _answer(self, answer: str) -> Resolved:
        return Resolved(answer, self._topics.topic_of(answer), self._topics.side_of(answer))

    def _side(self, topic: str, sides: Sequence[Side]) -> Resolved:
        """Return the first side that the sources speak of, else the nearest answer to the first one."""
        about = self._topics.topics[topic]
        for side in sides:
            if side in about.answers:
                answer = about.answers[side]
                # What else there is, and what can be done, brings something else into focus.
                return self._answer(answer) if side in LEADS_ON else Resolved(answer, topic, side)
        for side in sides:
            if side in about.unsaid:
                return Resolved(about.unsaid[side], topic, side, unsaid=True)
            if wider := self._wider.get(side):
                return Resolved(self._topics.topics[wider].answers[side], wider, side)
        return Resolved(about.answers["what"], topic, sides[0], unsaid=True)


def _family(answer: str) -> str:
    return answer.split(".")[0]


def _around(focus: Focus) -> tuple[str, ...]:
    """What to offer when a follow-up is not understood: the topic in focus, and what was offered with it."""
    found = (*((focus.answer,) if focus.answer else ()), *focus.offered)
    return tuple(dict.fromkeys(found))[:OFFERED]


def _kept(focus: Focus) -> tuple[Side, ...]:
    """The side that carries over to another topic."""
    return (cast(Side, focus.side),) if focus.side else ("what",)
