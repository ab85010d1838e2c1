"""`stride alarms`: the record of alarms, and whether it is whole."""

from collections.abc import Iterator
from pathlib import Path

from rich.table import Column, Table

from bot.alarm.record_lines import Line, lines, read_refused, read_sent
from bot.alarm.webhook import is_told

SHOWN = 20  # problems


def table(folder: Path, *, webhook: bool) -> Table:
    """Put the record into a table; `webhook`: there is one, so that each line tells whether it was sent."""
    shown = Table(
        "number",
        Column("time (UTC)", no_wrap=True),
        "conversation",
        "channel",
        Column("alarm", overflow="fold"),
        "by",
        "rules",
    )
    if webhook:
        shown.add_column("sent")
    sent, refused = read_sent(folder) or 0, read_refused(folder)
    for _, line in lines(folder):
        told = "refused" if line["number"] in refused else "yes" if line["number"] <= sent else "not yet"
        shown.add_row(*_cells(line), *([told if is_told(line) else ""] if webhook else []))
    return shown


def summary(problems: list[str]) -> str:
    """Tell what is wrong with the record, and of many problems the first."""
    more = [f"… and {len(problems) - SHOWN} more"] if len(problems) > SHOWN else []
    return "\n".join(["The record of alarms is not whole.", *problems[:SHOWN], *more])


def _cells(line: Line) -> Iterator[str]:
    repeats = f" (×{line['repeats']})" if "repeats" in line else ""
    yield from (
        str(line["number"]),
        line["time"][:16].replace("T", " "),
        line["conversation"][:8],
        line["channel"],
        line["kind"] + repeats,
        line["by"],
    )
    yield ", ".join(str(rule) for rule in line["rules"])
