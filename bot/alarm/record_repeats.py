"""Repeats of one alarm in one conversation are counted, so that nobody can flood the record and the clinic."""

import time
from collections import OrderedDict
from dataclasses import dataclass

from bot.alarm.record_lines import Line

MOST = 1_000  # conversations and kinds that are counted at once


@dataclass
class _Window:
    """The minute after a line, with the repeats in it."""

    over: float  # when it ends, by the monotonic clock
    count: int = 0
    last: Line | None = None


class Repeats:
    """Lets the first alarm of a kind in a conversation through, and counts the others for a minute."""

    def __init__(self, minute: float = 60.0) -> None:
        """Count for some time, in seconds."""
        self._minute = minute
        self._windows: OrderedDict[tuple[str, str], _Window] = OrderedDict()  # the first to end comes first

    def take(self, entry: Line) -> list[Line]:
        """Take an alarm; returns what is to be written at once."""
        due = self.due()
        of = (entry["conversation"], entry["kind"])
        window = self._windows.get(of)
        if window:
            window.count += 1
            window.last = entry
            return due
        if len(self._windows) >= MOST:
            due += self._end()
        self._begin(of)
        return [*due, entry]

    def due(self, *, everything: bool = False) -> list[Line]:
        """Return a line with the count for each window that is over, or for each at all."""
        due: list[Line] = []
        now = time.monotonic()
        while self._windows and (everything or next(iter(self._windows.values())).over <= now):
            due += self._end(begin=not everything)
        return due

    def wait(self) -> float | None:
        """Return in how many seconds the next window is over; None when there is none."""
        if not self._windows:
            return None
        return max(0.0, next(iter(self._windows.values())).over - time.monotonic())

    def _begin(self, of: tuple[str, str]) -> None:
        self._windows[of] = _Window(time.monotonic() + self._minute)

    def _end(self, *, begin: bool = False) -> list[Line]:
        """End the oldest window; its count's line may begin the next one."""
        of, window = self._windows.popitem(last=False)
        if window.last is None:
            return []
        if begin:
            self._begin(of)
        return [{**window.last, "repeats": window.count}]
