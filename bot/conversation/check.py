"""Reads the reply to a check, such as whether a fall did harm: an alarm, no sign, or not sure."""

from functools import cache
from pathlib import Path
from typing import Literal

from bot.alarm.rules import ORDER, AlarmKind, CheckKind
from bot.conversation.clauses import without
from bot.datafile import Strict, read
from bot.text.finder import Finder, Words

FILE = Path(__file__).with_name("check.yml")
CheckReply = AlarmKind | Literal["none", "unsure"]


class Line(Strict):
    """A sign that the check asks about: its alarm, how people say it, and its button if it has one of its own."""

    title: str | None
    alarm: AlarmKind
    words: list[str]


class Choice(Strict):
    """A button for all lines, and how people say it."""

    title: str
    words: list[str]


class Kind(Strict):
    """One kind of check.

    Attributes:
        agreed: The alarm of a bare yes: the gravest of the lines.
        deny: What denies a line before its words.
        ordinary: What makes a named sign ordinary claudication, so that the bot asks again.
        lines: The signs.
    """

    agreed: AlarmKind
    deny: list[str]
    ordinary: list[str] = []
    lines: list[Line]


class CheckFile(Strict):
    """The file `check.yml`."""

    kinds: dict[CheckKind, Kind]
    none: Choice
    agreed: Choice
    unsure: list[str]
    filler: list[str]

    def buttons(self, kind: CheckKind) -> list[str]:
        """Return the texts that a check's buttons show and send: its lines' own, or one yes; and no."""
        own = [line.title for line in self.kinds[kind].lines if line.title]
        return [*(own or [self.agreed.title]), self.none.title]


@cache
def check_file() -> CheckFile:
    """Return the project's file, read once per process."""
    return read(FILE, CheckFile)


class CheckReader:
    """Reads replies to checks. Started once; holds no state between messages."""

    def __init__(self, file: CheckFile, words: Words) -> None:
        """Make a reader; `words` gives a text's words in their normal forms."""
        self._kinds = {kind: _KindReader(file, one, words) for kind, one in file.kinds.items()}

    def __call__(self, kind: CheckKind, text: str, *, just_asked: bool, busy: bool = False) -> CheckReply | None:
        """Read a message.

        Args:
            kind: The kind of the open check.
            text: What the patient wrote.
            just_asked: Whether the check was the bot's last question; later only its buttons and a plain yes count.
            busy: Whether the bot has asked something else since, so that a yes replies to that.

        Returns:
            The alarm to raise; `none` for no sign, if the message says nothing else; `unsure`; None if it is no reply.
        """
        return self._kinds[kind](text, just_asked=just_asked, busy=busy)


class _KindReader:
    def __init__(self, file: CheckFile, kind: Kind, words: Words) -> None:
        self._words = words
        self._agreed = kind.agreed
        titles: dict[str, CheckReply] = {line.title: line.alarm for line in kind.lines if line.title}
        titles = {**titles, file.agreed.title: kind.agreed, file.none.title: "none"}
        self._titles = {" ".join(words(title)): reply for title, reply in titles.items()}
        self._alarms = [line.alarm for line in kind.lines]
        own = {str(place): [*line.words, *filter(None, [line.title])] for place, line in enumerate(kind.lines)}
        self._lines = Finder(own, words)
        self._none = Finder({"none": [*file.none.words, file.none.title]}, words)
        others = {"agreed": [*file.agreed.words, file.agreed.title], "unsure": file.unsure, "ordinary": kind.ordinary}
        self._others = Finder({name: phrases for name, phrases in others.items() if phrases}, words)
        self._filler = {word for one in file.filler for word in words(one)}
        self._deny = {word for one in kind.deny for word in words(one)}

    def __call__(self, text: str, *, just_asked: bool, busy: bool) -> CheckReply | None:
        joined = " ".join(self._words(text))
        if joined in self._titles:
            return self._titles[joined]
        others = {label for label, _, _ in self._others(joined)}
        found = [(int(place), joined[:start]) for place, start, _ in self._lines(joined)]
        named = [self._alarms[place] for place, before in found if not self._denied(before)]
        if named:
            if not just_asked:
                return None
            return "unsure" if "ordinary" in others else min(named, key=ORDER.index)
        left = without(joined, self._others(joined))
        if "agreed" in others and (just_asked or not busy) and set(left.split()) <= self._filler:
            return self._agreed
        if not just_asked:
            return None
        if self._none(joined) and set(without(joined, self._none(joined)).split()) <= self._filler:
            return "none"
        return "unsure" if others & {"unsure", "ordinary"} or self._none(joined) else None

    def _denied(self, before: str) -> bool:
        return not self._deny.isdisjoint(before.split()[-2:])
