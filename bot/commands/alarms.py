"""`stride alarms`: the record of alarms, and whether it is whole."""

from collections.abc import Iterator
from pathlib import Path

from rich.table import Table

from bot.alarms.lines import Line, lines, read_sent
from bot.alarms.webhook import is_told

SHOWN = 20  # problems


def table(folder: Path, *, webhook: bool) -> Table:
    """Put the record into a table; `webhook`: there is one, so that each line tells whether it was sent."""
    shown = Table("number", "time (UTC)", "conversation", "channel", "alarm", "repeats", "by", "rules")
    if webhook:
        shown.add_column("sent")
    sent = read_sent(folder) or 0
    for _, line in lines(folder):
        told = [] if not webhook else ["" if not is_told(line) else "yes" if line["number"] <= sent else "not yet"]
        shown.add_row(*_cells(line), *told)
    return shown


def summary(problems: list[str]) -> str:
    """Tell what is wrong with the record, and of many problems the first."""
    more = [f"… and {len(problems) - SHOWN} more"] if len(problems) > SHOWN else []
    return "\n".join(["The record of alarms is not whole.", *problems[:SHOWN], *more])


def _cells(line: Line) -> Iterator[str]:
    yield from (
        str(line["number"]),
        line["time"][:19],
        line["conversation"][:8],
        line["channel"],
        line["kind"],
        str(line.get("repeats", "")),
        line["by"],
    )
    yield ", ".join(str(rule) for rule in line["rules"])
