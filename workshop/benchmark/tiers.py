"""The three tiers on messages with labels: alarm, check, nothing; and whether something harmless silences a sign."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from workshop.benchmark.measures import share

QUIET, DOUBT = "quiet", "doubt"
BASE = "base"  # the kind of a pair's message to which nothing was added


@dataclass(frozen=True)
class Heard:
    """A message with its label, and what the bot made of it.

    Attributes:
        text: The message.
        label: The alarm that it must raise, `quiet`, or `doubt` where alarm, check and silence can all be defended.
        group: What it is counted under.
        alarm: The alarm that was raised, if any.
        check: Whether a check was called for.
        pair: The pair that it belongs to, if any.
    """

    text: str
    label: str
    group: str
    alarm: str | None
    check: bool
    pair: int | None = None

    @property
    def right(self) -> bool:
        """Whether the alarm is the label's; of a message in doubt, whatever was made of it."""
        return self.label == DOUBT or self.alarm == (None if self.label == QUIET else self.label)


def tiers(heard: Sequence[Heard]) -> str:
    """Return a table: of signs how many raise their alarm, or that or a check; of the rest how many raise any."""
    rows = ["| messages | number | right alarm | any alarm or check |", "|---|---|---|---|"]
    signs = [one for one in heard if one.label not in (QUIET, DOUBT)]
    for name, some in _groups(signs, "label"):
        cells = (share(one.alarm == one.label for one in some), share(bool(one.alarm) or one.check for one in some))
        rows.append(f"| {name} | {len(some)} | {' | '.join(cells)} |")
    rest = [one for one in heard if one.label == QUIET]
    if not rest:
        return "\n".join(rows)
    rows += ["", "| messages that call for nothing | number | false alarm | false check |", "|---|---|---|---|"]
    for name, some in _groups(rest, "group"):
        cells = (share(bool(one.alarm) for one in some), share(one.check for one in some))
        rows.append(f"| {name} | {len(some)} | {' | '.join(cells)} |")
    return "\n".join(rows)


def flips(heard: Sequence[Heard]) -> str:
    """Return a table: of the pairs whose plain message is heard, how many fall silent, by what was added."""
    plain = {one.pair: one for one in heard if one.group == BASE}
    added = [one for one in heard if one.group != BASE and _heard(plain[one.pair])]
    rows = ["| added | pairs | the sign falls silent | the alarm becomes a check |", "|---|---|---|---|"]
    for name, some in _groups(added, "group"):
        silent = share(not _heard(one) for one in some)
        weaker = share(one.check and plain[one.pair].alarm is not None for one in some)
        rows.append(f"| {name} | {len(some)} | {silent} | {weaker} |")
    return "\n".join(rows)


def _heard(one: Heard) -> bool:
    return bool(one.alarm) or one.check


def _groups(heard: Sequence[Heard], by: str) -> list[tuple[str, list[Heard]]]:
    found: dict[str, list[Heard]] = defaultdict(list)
    for one in heard:
        found[getattr(one, by)].append(one)
    named = [(name.replace("_", " "), some) for name, some in sorted(found.items())]
    return named if len(named) == 1 else [("**all**", list(heard)), *named]
