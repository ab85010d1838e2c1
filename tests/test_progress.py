"""How long work is shown."""

import io
import time

from rich.console import Console

import bot.progress
from bot.progress import Shown, shown


def test_lines_where_there_is_no_terminal(monkeypatch: object) -> None:
    """Elsewhere than on a terminal, what is done and how far it is comes as lines, and no bar."""
    output = io.StringIO()
    bot.progress.EVERY, kept = 0.05, bot.progress.EVERY
    try:
        with Shown("Reading", Console(file=output), 3) as progress:
            progress.advance()
            time.sleep(0.12)
            progress.say("Writing")
            time.sleep(0.12)
    finally:
        bot.progress.EVERY = kept

    assert "Reading, 1 of 3 (0 s)\n" in output.getvalue()
    assert "Writing, 1 of 3 (0 s)\n" in output.getvalue()


def test_short_work_says_nothing() -> None:
    """Work of less than ten seconds needs no line."""
    output = io.StringIO()

    assert list(shown([1, 2], "Reading", Console(file=output))) == [1, 2]
    assert output.getvalue() == ""


def test_bar_on_a_terminal() -> None:
    """On a terminal there is a bar, which is gone afterwards."""
    output = io.StringIO()

    list(shown([1, 2], "Reading", Console(file=output, force_terminal=True)))

    assert "Reading" in output.getvalue()
