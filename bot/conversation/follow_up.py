"""Resolves a message that depends on the conversation: "does it work?", "the other one?", "no, I meant the injection".

The topic in focus, the offered list and the side last asked for decide, not a guess from the words alone. Topics with
their sides follow the object-and-attribute convention of rasa_sdk's knowledge-base actions.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal, cast

from bot.conversation.focus import Focus
from bot.conversation.lexicon import Lexicon
from bot.conversation.query import USUAL, Query, Resolved, Thresholds
from bot.conversation.topics import Side
from bot.knowledge.ids import DECLINE

OFFERED = 4
LEADS_ON = ("alternatives", "do")


Outcome = Resolved | Literal["stands by itself"] | None  # of a rule; None if the rule does not fit
ALONE: Literal["stands by itself"] = "stands by itself"


class FollowUps:
    """Resolves messages in their conversation, with the first of `rules` that fits."""

    def __init__(self, lexicon: Lexicon, thresholds: Thresholds = USUAL) -> None:
        self._limits = thresholds
        self.rules: dict[str, Callable[[Query, Focus], Outcome]] = {
            "chosen from a list": self._chosen,
            "declined for sure": self._declined,
            "put right": self._put_right,
            "topic named": self._named,
            "nothing in focus": self._without_focus,
            "compared with the topic": self._compared_with_topic,
            "the last two compared": self._last_two_compared,
            "the other one": self._other_one,
            "more of it": self._more,
            "same topic": self._same_topic,
        }
        self._topics = lexicon.topics
        self._nothing_in_focus = lexicon.nothing_in_focus
        self._wider = lexicon.wider

    def __call__(self, query: Query, focus: Focus) -> Resolved | None:
        """Resolve a message; return None if it stands by itself and the classifier decides."""
        if query.is_long(self._limits):
            return None
        for name, rule in self.rules.items():
            found = rule(query, focus)
            if found == ALONE:
                return None
            if found:
                return replace(found, rule=name)
        return None

    def _few(self, query: Query) -> bool:
        """Return whether a message has hardly any words of meaning besides its topic and side."""
        return len(query.mentions.content) <= self._limits.few

    def _declined(self, query: Query, focus: Focus) -> Outcome:
        """Leave a question about the bot, and one that is sure to be declined, unless it refers to what was said."""
        mentions = query.mentions
        # "Which source is that from" asks nothing of the topic; "is there any proof" does.
        if query.sure and query.first.startswith("bot.") and "evidence" not in mentions.sides:
            return ALONE
        pointing = mentions.leans and (mentions.pronoun or mentions.sides)
        # When the topic is braces, "How many hours a day do I keep it on" is more likely about a brace than a dose.
        again, probability = query.again[0] if query.again else ("", 0.0)
        belongs = focus.topic is not None and self._belongs(again, focus.topic)
        surer = belongs and mentions.pronoun and probability > query.ranking[0][1]
        return ALONE if query.sure and query.first.startswith(DECLINE) and not (pointing or surer) else None

    def _put_right(self, query: Query, focus: Focus) -> Outcome:
        """Take the corrected topic: "no, I meant the injection"."""
        mentions = query.mentions
        certain = query.sure and query.ranking[0][1] >= self._limits.certain
        if "correction" in mentions.openers and mentions.topics and (self._few(query) or not certain):
            return self._side(mentions.topics[-1], mentions.sides[:1] or _kept(focus))
        return None

    def _chosen(self, query: Query, focus: Focus) -> Outcome:
        """Take an item of a list: the topics that the message names itself, or what was offered.

        After the bot asked back, take the only candidate of the named topic, or the topic itself if there is none.
        """
        mentions = query.mentions
        if mentions.ordinal is not None and -1 < mentions.ordinal < len(mentions.topics) > 1:
            return self._side(mentions.topics[mentions.ordinal], ("what",))
        if not self._few(query):
            return None
        if mentions.ordinal in (0, 1) and mentions.sides and not mentions.topics and len(focus.seen) > 1:
            spoken_of = self._topics.topic_of(focus.seen[-2:][mentions.ordinal])
            return self._side(spoken_of, mentions.sides) if spoken_of else None
        if (
            mentions.ordinal is not None
            and not mentions.sides
            and mentions.words <= self._limits.choice
            and mentions.ordinal < len(focus.offered)
        ):
            return self._answer(focus.offered[mentions.ordinal])
        if focus.asked_back and len(mentions.topics) == 1:
            named = [one for one in focus.offered if self._topics.topic_of(one) == mentions.topics[0]]
            if len(named) == 1:
                return self._answer(named[0])
            certain = query.sure and query.ranking[0][1] >= self._limits.certain
            if certain and mentions.words > self._limits.bare:  # "is it ok to exercise" asks something else
                return None
            # "Does it work?" "What?" "The jab": the earlier message asked for the side.
            return self._side(
                mentions.topics[0], mentions.sides if mentions.sides[:1] not in ((), ("what",)) else _kept(focus)
            )
        return None

    def _without_focus(self, query: Query, focus: Focus) -> Outcome:
        """Ask what "it" is, unless only the condition can have the side, or the classifier is almost certain."""
        mentions = query.mentions
        if focus.topic is not None:
            return None
        if not mentions.leans:
            return ALONE
        known = query.sure and bool(mentions.sides) and mentions.sides[0] in self._wider
        doubtless = query.ranking[0][1] >= self._limits.doubtless
        if known or doubtless or not (mentions.sides or mentions.more):
            return ALONE
        found = (self._side(topic, mentions.sides[:1] or ("what",)) for topic in self._nothing_in_focus)
        choices = tuple(one.answer for one in found if one.answer)
        return Resolved(None, side=next(iter(mentions.sides), None), choices=choices)

    def _compared_with_topic(self, query: Query, focus: Focus) -> Outcome:
        """Compare what the message names with the topic in focus: "and compared to surgery?"."""
        mentions = query.mentions
        if "compare" in mentions.openers and mentions.topics and (self._few(query) or mentions.pronoun):
            return self._compared(str(focus.topic), mentions.topics[0])
        return None

    def _last_two_compared(self, query: Query, focus: Focus) -> Outcome:
        """Compare the last two answers: "which of the two is better?"."""
        if query.mentions.between and self._few(query) and len(focus.seen) > 1:
            return self._compared(*(self._topics.topic_of(one) or str(focus.topic) for one in focus.seen[-2:]))
        return None

    def _compared(self, topic: str, other: str) -> Resolved:
        for line in self._topics.compare:
            for one, two in ((topic, other), (other, topic)):
                if line.one in (one, "*") and (two in line.other or "*" in line.other):
                    return Resolved(line.answer, topic, "evidence")
        raise AssertionError("the last line of topics.yml compares anything with anything")

    def _named(self, query: Query, focus: Focus) -> Outcome:
        """Resolve a message that names a topic and does not compare it with the one in focus."""
        mentions = query.mentions
        if not mentions.topics or ("compare" in mentions.openers and focus.topic is not None):
            return None
        return self._about_named(query, focus, mentions.topics[-1]) or ALONE

    def _about_named(self, query: Query, focus: Focus, topic: str) -> Resolved | None:
        mentions = query.mentions
        brief = self._few(query) and mentions.words <= self._limits.brief
        if mentions.sides:
            own = self._side(topic, mentions.sides)
            heard = any(self._belongs(query.first, name) for name in mentions.topics)
            overview = self._topics.topics[topic].answers["what"]
            only_topic = query.first == overview != own.answer and own.topic == topic and not own.unsaid
            if query.sure and (not brief or (heard and not only_topic)):
                return None
            return own if brief or self._witnessed(query, own) else self._agreed(query)
        if not brief or not (mentions.openers or mentions.words <= self._limits.bare):
            own = self._side(topic, ("what",))
            return self._agreed(query) or (own if not query.sure and self._witnessed(query, own) else None)
        if "back" in mentions.openers or (focus.topic is None and query.sure):
            return None if query.sure else self._side(topic, ("what",))
        return self._side(topic, _kept(focus))

    def _belongs(self, answer: str, topic: str) -> bool:
        about = self._topics.topics[topic]
        return answer in {*about.answers.values(), *about.unsaid.values(), *about.also}

    def _witnessed(self, query: Query, own: Resolved) -> bool:
        """Return whether the answer of topic and side is among the classifier's first."""
        return any(own.answer == one and probability >= self._limits.among for one, probability in query.ranking[:3])

    def _agreed(self, query: Query) -> Resolved | None:
        """Take the classifier's first answer, although it is not sure, if something else supports it.

        Support is the ranking with the topic in focus, or a topic that the message names.
        """
        limits = self._limits
        (first, probability), (_, next_one) = (*query.ranking[:2], ("", 0.0))[:2]
        if query.sure or not query.trusted or probability < limits.witnessed:
            return None
        if query.again and probability >= max(limits.likely, limits.clearly * next_one):
            return self._answer(first)
        again = query.again and query.again[0][0] == query.first and query.again[0][1] >= limits.witnessed
        named = any(self._belongs(query.first, topic) for topic in query.mentions.topics)
        return self._answer(query.first) if again or named else None

    def _other_one(self, query: Query, focus: Focus) -> Outcome:
        """Take the other one of two: the other candidate, or the nearest neighbour of the answer in focus."""
        if not (query.mentions.other and self._few(query)):
            return None
        return self._first_of_family([one for one in focus.offered if one != focus.answer], focus) or ALONE

    def _more(self, query: Query, focus: Focus) -> Outcome:
        """Take an offered answer that was not seen yet: "tell me more"."""
        if not (query.mentions.more and self._few(query)):
            return None
        return self._first_of_family([one for one in focus.offered if one not in focus.seen], focus) or ALONE

    def _first_of_family(self, offered: Sequence[str], focus: Focus) -> Resolved | None:
        family = _family(focus.answer or "")
        related = [one for one in offered if _family(one) == family]
        return self._answer((related or offered)[0]) if offered else None

    def _same_topic(self, query: Query, focus: Focus) -> Outcome:
        """Resolve a message that names no topic."""
        mentions, topic = query.mentions, str(focus.topic)
        again, probability = query.again[0] if query.again else ("", 0.0)
        heard_again = query.heard(probability)
        if not (mentions.pronoun or mentions.sides) or not self._few(query):
            return self._agreed(query)
        certain = query.sure and query.ranking[0][1] >= self._limits.certain
        if mentions.content and certain and again in ("", query.first):
            return None
        if mentions.sides:
            found = self._side(topic, mentions.sides)
            if found.side == "after" and query.sure:  # "afterwards" more often says when than names a side
                return None
            if not found.unsaid and (found.topic == topic or not mentions.content):
                return found
            # Nobody asks for a dose where there is none: "how many hours a day do I keep it on" is about the brace.
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
        """Return the first side that the sources cover, else the nearest answer to the first one."""
        about = self._topics.topics[topic]
        for side in sides:
            if side in about.answers:
                answer = about.answers[side]
                # What else there is, and what to do, bring another topic into focus.
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
    """Return what to offer if a follow-up is not understood: the topic in focus, and what was offered with it."""
    found = (*((focus.answer,) if focus.answer else ()), *focus.offered)
    return tuple(dict.fromkeys(found))[:OFFERED]


def _kept(focus: Focus) -> tuple[Side, ...]:
    """Return the side that carries over to another topic."""
    return (cast(Side, focus.side),) if focus.side else ("what",)
