"""`stride alarms`: the record of alarms, and whether it is intact."""

from collections.abc import Iterator
from pathlib import Path

from rich.table import Column, Table

from bot.alarm.record_lines import Line, lines, read_refused, read_sent
from bot.alarm.webhook import is_told

SHOWN = 20  # maximum problems shown


def table(folder: Path, *, webhook: bool) -> Table:
    """Return the record as a table; with `webhook`, each line says whether it was sent."""
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
    """Return what is wrong with the record; of many problems, only the first."""
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
