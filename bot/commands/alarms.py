"""`stride alarms`: the record of alarms, and whether it is whole."""

from collections.abc import Iterator
from pathlib import Path

from rich.table import Table

from bot.alarms.record import lines


def table(folder: Path) -> Table:
    """Put the record into a table."""
    shown = Table("number", "time (UTC)", "conversation", "channel", "alarm", "by", "rules")
    for line in lines(folder):
        shown.add_row(*_cells(line))
    return shown


def _cells(line: dict) -> Iterator[str]:
    yield from (
        str(line["number"]),
        line["time"][:19],
        line["conversation"][:8],
        line["channel"],
        line["kind"],
        line["by"],
    )
    yield ", ".join(line["rules"])
