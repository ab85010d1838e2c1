"""Counts repeats of one alarm in one conversation, so that nobody can flood the record and the clinic."""

import time
from collections import OrderedDict
from dataclasses import dataclass

from bot.alarm.record_lines import Line

MOST = 1_000  # pairs of conversation and kind counted at once


@dataclass
class _Window:
    """The minute after a line, with the repeats in it."""

    over: float  # when it ends, on the monotonic clock
    count: int = 0
    last: Line | None = None


class Repeats:
    """Passes on the first alarm of a kind in a conversation, and counts the others for a minute."""

    def __init__(self, minute: float = 60.0) -> None:
        """Count for `minute` seconds."""
        self._minute = minute
        self._windows: OrderedDict[tuple[str, str], _Window] = OrderedDict()  # ordered by their end

    def take(self, entry: Line) -> list[Line]:
        """Take an alarm, and return the lines to write at once."""
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
        """Return a line with the count for each window that is over, or for every window."""
        due: list[Line] = []
        now = time.monotonic()
        while self._windows and (everything or next(iter(self._windows.values())).over <= now):
            due += self._end(begin=not everything)
        return due

    def wait(self) -> float | None:
        """Return the seconds until the next window ends; None without one."""
        if not self._windows:
            return None
        return max(0.0, next(iter(self._windows.values())).over - time.monotonic())

    def _begin(self, of: tuple[str, str]) -> None:
        self._windows[of] = _Window(time.monotonic() + self._minute)

    def _end(self, *, begin: bool = False) -> list[Line]:
        """End the oldest window; the line with its count may begin the next one."""
        of, window = self._windows.popitem(last=False)
        if window.last is None:
            return []
        if begin:
            self._begin(of)
        return [{**window.last, "repeats": window.count}]
