"""The table of what each messaging channel shows, made from bot/reply/channels.yml."""

from collections.abc import Mapping

from bot.reply.rows import Row

HEAD = (
    "| channel | a message holds | choices | drawings | free words | an opt-out ends with |\n|---|---|---|---|---|---|"
)


def row_table(rows: Mapping[str, Row]) -> str:
    """Return a Markdown table of the channels' rows, by their names."""
    return "\n".join([HEAD, *(f"| `{name}` | {' | '.join(_cells(row))} |" for name, row in rows.items())])


def _cells(row: Row) -> tuple[str, ...]:
    holds = f"{row.longest} segments of a text message" if row.unit == "segments" else f"{row.longest} characters"
    beside = f", {row.beside_buttons} beside buttons" if row.beside_buttons else ""
    return (
        holds + beside,
        _choices(row),
        "yes" if row.pictures else "no",
        f"{row.window_hours} hours after the patient last wrote" if row.window_hours else "at any time",
        "START" if row.comes_back == "start" else "any message",
    )


def _choices(row: Row) -> str:
    if row.buttons is None:
        return "numbers"
    buttons = f"{row.buttons.most} buttons of {row.buttons.title} characters"
    lines = f", else a list of {row.list.most} lines of {row.list.title}" if row.list else ""
    return f"{buttons}{lines}, else numbers"
