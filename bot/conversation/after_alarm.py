"""Reads what a message says about a standing alarm: it was none, was seen to, can wait, or how to get help."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

from bot.conversation.alarms import CRISIS, Alarms
from bot.conversation.clauses import without
from bot.datafile import Strict, read
from bot.text.finder import Finder, Words
from bot.text.parts import is_question

FILE = Path(__file__).with_name("after_alarm.yml")
Reply = Literal["hesitation", "how", "going", "ok"]
Whole = Literal["ok", "no"]  # replies that count only if the message says nothing else
SaidOfAlarm = Literal[
    "again", "stand_down", "seen", "safe", "not_safe", "unsure_if_safe", "hesitation", "how", "going", "ok"
]  # fmt: skip
REPLIES: tuple[Reply, ...] = ("hesitation", "how", "going", "ok")
Likely = Mapping[str, float]  # probabilities by label: what is said, and after a space the reason, if any
PUTTING_OFF_FIRST: tuple[Reply, ...] = ("hesitation", "how", "going")  # the order if equally many words support them
DENIALS = {"not", "never"}
WHOLE = ("ok", "no")
YEAR, NUMBER = re.compile(r"(?:19|20)\d\d"), re.compile(r"\d+")


class SeenWords(Strict):
    """How patients say that an alarm was seen to: `surely` outweighs `unless`, and `never` outweighs all."""

    phrases: list[str]
    unless: list[str]
    surely: list[str]
    never: list[str]


class AfterAlarmFile(Strict):
    """The file `after_alarm.yml`."""

    stand_down: dict[str, list[list[str]]]
    still: list[str]
    longest: int
    likely: float
    likely_beside_answer: float
    seen: SeenWords
    again: list[str]
    longest_again: int
    replies: dict[Reply | Whole, list[str]]
    filler: list[str]
    not_going: list[str]
    waiting: list[str]
    safe: list[str]
    agreed: list[str]
    longest_safe: int
    doubt: list[str]
    danger: list[str]
    denied: list[str]


class AfterAlarm:
    """Reads messages after an alarm. Started once; holds no state between messages."""

    def __init__(self, words: Words, path: Path = FILE) -> None:
        """Read the phrases, or raise DataError; `words` gives a text's words in their normal forms."""
        file = read(path, AfterAlarmFile)
        self._words = words
        self._ways = [[self._finder(some) for some in way] for way in file.stand_down.values()]
        self._still = self._finder(file.still)
        self._longest, self._longest_safe = file.longest, file.longest_safe
        self._likely, self._likely_beside_answer = file.likely, file.likely_beside_answer
        self._seen = self._finder(file.seen.phrases)
        self._never_seen = self._finder(file.seen.never)
        self._not_seen, self._surely = self._finder(file.seen.unless), self._finder(file.seen.surely)
        self._again, self._longest_again = self._finder(file.again), file.longest_again
        self._replies = Finder(file.replies, words)
        self._filler = {word for one in file.filler for word in words(one)}
        self._not_going, self._waiting = self._finder(file.not_going), self._finder(file.waiting)
        self._safe, self._agreed, self._danger = map(self._finder, (file.safe, file.agreed, file.danger))
        self._denied, self._doubt = self._finder(file.denied), self._finder(file.doubt)

    def __call__(
        self, text: str, alarms: Alarms, *, asks: bool, busy: bool, likely: Likely | None = None
    ) -> SaidOfAlarm | None:
        """Read a message.

        Args:
            text: What the patient wrote.
            alarms: The conversation's alarms.
            asks: Whether it is a question that the bot has answers for.
            busy: Whether the bot has asked something else, so that a plain "ok" replies to that.
            likely: What the classifier thinks; None if it was not asked.

        Returns:
            What it says about the latest alarm; None if it says nothing about it, or no alarm stands. After an alarm
            that was seen to, only `again`.
        """
        joined = " ".join(self._words(text))
        if alarms.latest is None:
            return "again" if alarms.was_seen and self._is_back(joined) else None
        plain = NUMBER.sub("somenumber", YEAR.sub("someyear", joined))
        if alarms.asked_safe and not asks:
            return self._whether_safe(joined)
        if self._taken_back(plain):
            return "stand_down"
        if self._seen(plain) and not self._never_seen(plain) and (self._surely(plain) or not self._not_seen(plain)):
            return "seen"
        said = self._weighed(None if asks else self._reply(text, joined), likely or {}, asks)
        if said is None and alarms.latest == CRISIS and not asks and not busy:
            return "hesitation"
        return None if busy and said in ("ok", "going") else said

    def _weighed(self, phrases: Reply | None, likely: Likely, asks: bool) -> Reply | None:
        """Return the reply that the classifier is sure of, else the phrases'.

        No classifier takes an alarm back: where it thinks so, the message is read as if it said nothing of the alarm.
        """
        by_said: dict[str, float] = defaultdict(float)
        for label, probability in likely.items():
            by_said[label.split()[0]] += probability
        said = max(by_said, key=lambda one: by_said[one], default="")
        # A thanks that is none would cost the urgent words.
        careful = asks or phrases or said in ("ok", "going")
        sure = self._likely_beside_answer if careful else self._likely
        if by_said[said] < sure or (phrases == "hesitation" and said in ("ok", "going")):
            return phrases
        return next((reply for reply in REPLIES if reply == said), None)

    def _is_back(self, joined: str) -> bool:
        return len(joined.split()) <= self._longest_again and _undenied(joined, self._again)

    def _taken_back(self, plain: str) -> bool:
        # "Not since this morning" says that it is not new.
        still = [start for _, start, _ in self._still(plain) if plain[:start].split()[-1:] != ["not"]]
        if len(plain.split()) > self._longest or still:
            return False
        return any(all(_undenied(plain, some) for some in way) for way in self._ways)

    def _whether_safe(self, joined: str) -> SaidOfAlarm:
        """Read the reply to "Are you safe now?": only a plain yes means safe."""
        length = len(joined.split())
        danger = bool(self._danger(joined))
        denied = any(start == 0 for _, start, _ in self._denied(joined))
        yes = [end for _, start, end in self._agreed(joined) if start == 0]
        bare = bool(yes) and set(joined[yes[0] :].split()) <= self._filler
        outright = any(set(joined[:start].split()) <= self._filler for _, start, _ in self._safe(joined))
        plain = bare or (outright and length <= self._longest_safe)
        if plain and not (danger or denied or self._doubt(joined)):
            return "safe"
        return "not_safe" if danger or denied else "unsure_if_safe"

    def _reply(self, text: str, joined: str) -> Reply | None:
        """Return the reply that most of a message's words support."""
        found = self._replies(joined)
        weight: Counter[str] = Counter()
        for label, start, end in found:
            weight[label] += len(joined[start:end].split())
        left = without(joined, [one for one in found if one[0] in WHOLE])
        whole = set(left.split()) <= self._filler
        refused, acknowledged = (bool(weight.pop(label, 0)) and whole for label in ("no", "ok"))
        if refused:
            return "hesitation"
        if "going" in weight and self._not_going(joined):
            del weight["going"]
            weight["hesitation"] += 1
        if acknowledged or not weight:
            return "ok" if acknowledged else None
        if is_question(text) and "how" in weight and not self._waiting(joined):
            return "how"
        return max(PUTTING_OFF_FIRST, key=lambda label: weight[label])

    def _finder(self, phrases: Iterable[str]) -> Finder:
        return Finder({"found": phrases}, self._words)


def reason_for(said: str, likely: Likely) -> str | None:
    """Return the likeliest reason for what is said, if it has more than half of the probability of all of them."""
    reasons = {label.partition(" ")[2]: one for label, one in likely.items() if label.split()[0] == said}
    best = max(reasons, key=lambda reason: reasons[reason], default="")
    return best if best and 2 * reasons[best] > sum(reasons.values()) else None


def _undenied(plain: str, phrases: Finder) -> bool:
    """Return whether a text has one of the phrases without a "not" right before it."""
    return any(DENIALS.isdisjoint(plain[:start].split()[-2:]) for _, start, _ in phrases(plain))
