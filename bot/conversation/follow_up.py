"""Resolves a message that leans on the conversation: "does it work?", "the other one?", "no, I meant the injection".

The topic in focus, the list that was offered and the side that was asked for last decide, not a guess from the words
alone. Topics with their sides follow the object-and-attribute convention of rasa_sdk's knowledge-base actions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from bot.conversation.focus import Focus
from bot.conversation.lexicon import Lexicon, Reading
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
class Asked:
    """A message, or one question of it.

    Attributes:
        text: Its words.
        reading: What it says of topics.
        ranking: What the classifier makes of it alone, the alarm's replies left out.
        threshold: The probability from which on the classifier is sure.
        again: What the classifier makes of it together with the name of the topic in focus; empty without focus.
    """

    text: str
    reading: Reading
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

    def __call__(self, asked: Asked, focus: Focus) -> Resolved | None:
        """Resolve a message; None when it stands by itself and the classifier should have its way."""
        reading = asked.reading
        few = len(reading.content) <= FEW
        if chosen := self._chosen(reading, focus):
            return chosen
        pointing = reading.leans and (reading.pronoun or reading.sides)
        # "How many hours a day do I keep it on" is surer of a brace than of a dose, once the talk is of braces.
        again, probability = asked.again[0] if asked.again else ("", 0.0)
        belongs = focus.topic is not None and self._belongs(again, focus.topic)
        surer = belongs and reading.pronoun and probability > asked.ranking[0][1]
        if asked.sure and asked.first.startswith("decline.") and not (pointing or surer):
            return None
        if "correction" in reading.openers and reading.topics and (few or not asked.sure):
            return self._side(reading.topics[-1], reading.sides[:1] or _kept(focus))
        if reading.topics and ("compare" not in reading.openers or focus.topic is None):
            return self._named(asked, focus)
        if focus.topic is None:
            return self._without_focus(asked) if reading.leans else None
        if "compare" in reading.openers and reading.topics and (few or reading.pronoun):
            return self._compared(focus.topic, reading.topics[0])
        if reading.between and few and len(focus.seen) > 1:
            return self._compared(*(self._topics.topic_of(one) or focus.topic for one in focus.seen[-2:]))
        if reading.other and few:
            return self._other_one(focus)
        if reading.more and few:
            return self._more(focus)
        return self._same_topic(asked, focus, focus.topic)

    def _chosen(self, reading: Reading, focus: Focus) -> Resolved | None:
        """Take a place in a list: of topics that the message names itself, or of what was offered.

        Asked back, the one candidate counts that the words name, or what they name though it was no candidate.
        """
        if reading.ordinal is not None and -1 < reading.ordinal < len(reading.topics) > 1:
            return self._side(reading.topics[reading.ordinal], ("what",))
        if len(reading.content) > FEW:
            return None
        if reading.ordinal in (0, 1) and reading.sides and not reading.topics and len(focus.seen) > 1:
            spoken_of = self._topics.topic_of(focus.seen[-2:][reading.ordinal])
            return self._side(spoken_of, reading.sides) if spoken_of else None
        if (
            reading.ordinal is not None
            and not reading.sides
            and reading.words <= CHOICE
            and reading.ordinal < len(focus.offered)
        ):
            return self._answer(focus.offered[reading.ordinal])
        if focus.asked_back and len(reading.topics) == 1:
            named = [one for one in focus.offered if self._topics.topic_of(one) == reading.topics[0]]
            if len(named) == 1:
                return self._answer(named[0])
            # "Does it work?" "What?" "The jab": the side was asked for before.
            return self._side(
                reading.topics[0], reading.sides if reading.sides[:1] not in ((), ("what",)) else _kept(focus)
            )
        return None

    def _without_focus(self, asked: Asked) -> Resolved | None:
        """Ask what "it" is, unless the side can only be the condition's, or the classifier has hardly a doubt."""
        reading = asked.reading
        known = bool(reading.sides) and reading.sides[0] in self._wider
        if not (reading.sides or reading.more) or (asked.sure and known) or asked.ranking[0][1] >= DOUBTLESS:
            return None
        found = (self._side(topic, reading.sides[:1] or ("what",)) for topic in self._nothing_in_focus)
        choices = tuple(one.answer for one in found if one.answer)
        return Resolved(None, side=next(iter(reading.sides), None), choices=choices)

    def _compared(self, topic: str, other: str) -> Resolved:
        for line in self._topics.compare:
            for one, two in ((topic, other), (other, topic)):
                if line.one in (one, "*") and (two in line.other or "*" in line.other):
                    return Resolved(line.answer, topic, "evidence")
        raise AssertionError("the last line of topics.yml compares anything with anything")

    def _named(self, asked: Asked, focus: Focus) -> Resolved | None:
        """Resolve what names a topic itself."""
        reading = asked.reading
        topic = reading.topics[-1]
        brief = len(reading.content) <= FEW and reading.words <= BRIEF
        if reading.sides:
            own = self._side(topic, reading.sides)
            heard = any(self._belongs(asked.first, name) for name in reading.topics)
            overview = self._topics.topics[topic].answers["what"]
            only_topic = asked.first == overview != own.answer and own.topic == topic and not own.unsaid
            if asked.sure and (not brief or (heard and not only_topic)):
                return None
            return own if brief or self._witnessed(asked, own) else self._agreed(asked)
        if not brief or not (reading.openers or reading.words <= BARE):
            own = self._side(topic, ("what",))
            return self._agreed(asked) or (own if not asked.sure and self._witnessed(asked, own) else None)
        if "back" in reading.openers or (focus.topic is None and asked.sure):
            return None if asked.sure else self._side(topic, ("what",))
        return self._side(topic, _kept(focus))

    def _belongs(self, answer: str, topic: str) -> bool:
        about = self._topics.topics[topic]
        return answer in {*about.answers.values(), *about.unsaid.values(), *about.also}

    @staticmethod
    def _witnessed(asked: Asked, own: Resolved) -> bool:
        """Whether the classifier has the answer that topic and side name among its first."""
        return any(own.answer == one and probability >= AMONG for one, probability in asked.ranking[:3])

    def _agreed(self, asked: Asked) -> Resolved | None:
        """Take the classifier's first answer though it is not sure, when something else speaks for it.

        That is the reading with the topic in focus, or a topic that the message names.
        """
        (first, probability), (_, next_one) = (*asked.ranking[:2], ("", 0.0))[:2]
        if asked.sure or asked.threshold > 1 or probability < WITNESSED:
            return None
        if asked.again and probability >= max(LIKELY, CLEARLY * next_one):
            return self._answer(first)
        again = asked.again and asked.again[0][0] == asked.first and asked.again[0][1] >= WITNESSED
        named = any(self._belongs(asked.first, topic) for topic in asked.reading.topics)
        return self._answer(asked.first) if again or named else None

    def _other_one(self, focus: Focus) -> Resolved | None:
        """Take the other one of two: the other candidate, or the nearest neighbour of the answer in focus."""
        return self._first_of_family([one for one in focus.offered if one != focus.answer], focus)

    def _more(self, focus: Focus) -> Resolved | None:
        return self._first_of_family([one for one in focus.offered if one not in focus.seen], focus)

    def _first_of_family(self, offered: Sequence[str], focus: Focus) -> Resolved | None:
        family = _family(focus.answer or "")
        related = [one for one in offered if _family(one) == family]
        return self._answer((related or offered)[0]) if offered else None

    def _same_topic(self, asked: Asked, focus: Focus, topic: str) -> Resolved | None:
        """Resolve what names no topic of its own."""
        reading = asked.reading
        again, probability = asked.again[0] if asked.again else ("", 0.0)
        heard_again = probability >= asked.threshold
        if not (reading.pronoun or reading.sides) or len(reading.content) > FEW:
            return self._agreed(asked)
        if reading.content and asked.certain and again in ("", asked.first):
            return None
        if reading.sides:
            found = self._side(topic, reading.sides)
            if found.side == "after" and asked.sure:  # "afterwards" says when, more often than what is asked for
                return None
            if not found.unsaid and (found.topic == topic or not reading.content):
                return found
            # What has no dose is not asked for one: "how many hours a day do I keep it on" is about the brace.
            if reading.content and asked.sure and found.side != "dose":
                return None
            if heard_again and _family(again) == _family(self._topics.topics[topic].answers["what"]):
                return self._answer(again)
            if not reading.content:
                return found
        if heard_again:
            return self._answer(again)
        if asked.sure:
            return None
        return self._agreed(asked) or Resolved(None, choices=_around(focus))

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
