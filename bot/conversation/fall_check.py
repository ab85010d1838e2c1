"""Reads the reply to the question whether a fall did harm: an alarm, no harm, or not sure."""

from functools import cache
from pathlib import Path
from typing import Literal

from bot.alarm.rules import ORDER, AlarmKind
from bot.conversation.clauses import without
from bot.datafile import Strict, read
from bot.text.finder import Finder, Words

FILE = Path(__file__).with_name("fall_check.yml")
AGREED: AlarmKind = "emergency"  # the alarm of a bare yes: the gravest of the lines
Harm = AlarmKind | Literal["none", "unsure"]


class Line(Strict):
    """A sign in the question: its button, and the alarm that it raises."""

    title: str
    alarm: AlarmKind
    words: list[str]


class Nothing(Strict):
    """The reply that there is no harm."""

    title: str
    words: list[str]


class FallCheckFile(Strict):
    """The file `fall_check.yml`."""

    lines: list[Line]
    none: Nothing
    agreed: list[str]
    unsure: list[str]
    filler: list[str]
    deny: list[str]

    @property
    def buttons(self) -> list[str]:
        """The texts that the buttons show and send."""
        return [*(line.title for line in self.lines), self.none.title]


@cache
def fall_check() -> FallCheckFile:
    """Return the project's file, read once per process."""
    return read(FILE, FallCheckFile)


class FallCheck:
    """Reads replies. Started once; holds no state between messages."""

    def __init__(self, file: FallCheckFile, words: Words) -> None:
        """Make a reader; `words` gives a text's words in their normal forms."""
        self._words = words
        titles: dict[str, Harm] = {line.title: line.alarm for line in file.lines}
        titles[file.none.title] = "none"
        self._titles = {" ".join(words(title)): harm for title, harm in titles.items()}
        self._alarms = [line.alarm for line in file.lines]
        self._lines = Finder({str(place): [*line.words, line.title] for place, line in enumerate(file.lines)}, words)
        self._none = Finder({"none": [*file.none.words, file.none.title]}, words)
        self._others = Finder({"agreed": file.agreed, "unsure": file.unsure}, words)
        self._filler = {word for one in file.filler for word in words(one)}
        self._deny = {word for one in file.deny for word in words(one)}

    def __call__(self, text: str, *, just_asked: bool, busy: bool = False) -> Harm | None:
        """Read a message.

        Args:
            text: What the patient wrote.
            busy: Whether the bot has asked something else since, so that a yes replies to that.
            just_asked: Whether the question was the bot's last; later only its buttons and a plain yes count.

        Returns:
            The alarm to raise; `none` for no harm, if the message says nothing else; `unsure`; None if it is no reply.
        """
        joined = " ".join(self._words(text))
        if joined in self._titles:
            return self._titles[joined]
        found = [(int(place), joined[:start]) for place, start, _ in self._lines(joined)]
        named = [self._alarms[place] for place, before in found if not self._denied(before)]
        if named:
            return min(named, key=ORDER.index) if just_asked else None
        others = {label for label, _, _ in self._others(joined)}
        left = without(joined, self._others(joined))
        if "agreed" in others and (just_asked or not busy) and set(left.split()) <= self._filler:
            return AGREED
        if not just_asked:
            return None
        if self._none(joined) and set(without(joined, self._none(joined)).split()) <= self._filler:
            return "none"
        return "unsure" if "unsure" in others or self._none(joined) else None

    def _denied(self, before: str) -> bool:
        return not self._deny.isdisjoint(before.split()[-2:])
