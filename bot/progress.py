"""Shows the progress of long work: a bar on a terminal, elsewhere a line every ten seconds."""

import threading
import time
from collections.abc import Iterable, Iterator, Sized
from types import TracebackType
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

EVERY = 10.0  # seconds between two lines
T = TypeVar("T")


class Shown:
    """A context manager that shows progress."""

    def __init__(self, what: str, console: Console, total: int | None = None) -> None:
        """Show work.

        Args:
            what: What is being done.
            console: The console to show it on; one without a terminal gets lines.
            total: The number of steps; None when unknown.
        """
        self._what, self._console, self._total = what, console, total
        self._done, self._began = 0, time.monotonic()
        self._ended = threading.Event()
        self._lines = threading.Thread(target=self._tell, daemon=True)
        counted = (BarColumn(), MofNCompleteColumn()) if total else (BarColumn(),)
        columns = (SpinnerColumn(), TextColumn("{task.description}"), *counted, TimeElapsedColumn())
        self._bar = Progress(*columns, console=console, transient=True)
        self._task = self._bar.add_task(what, total=total)

    def __enter__(self) -> "Shown":
        if self._console.is_terminal:
            self._bar.start()
        else:
            self._lines.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ended.set()
        if self._console.is_terminal:
            self._bar.stop()

    def say(self, what: str) -> None:
        """Set what is being done now."""
        self._what = what
        self._bar.update(self._task, description=what)

    def advance(self) -> None:
        """Count a finished step."""
        self._done += 1
        self._bar.advance(self._task)

    def _tell(self) -> None:
        while not self._ended.wait(EVERY):
            steps = f", {self._done} of {self._total}" if self._total else ""
            seconds = time.monotonic() - self._began
            self._console.print(f"{self._what}{steps} ({seconds:.0f} s)", highlight=False, soft_wrap=True)


def shown(items: Iterable[T], what: str, console: Console, total: int | None = None) -> Iterator[T]:
    """Yield items, and show how many are done; `total` is their number if they have no length."""
    if total is None and isinstance(items, Sized):
        total = len(items)
    with Shown(what, console, total) as progress:
        for item in items:
            yield item
            progress.advance()
