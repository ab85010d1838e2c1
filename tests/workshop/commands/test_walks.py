"""`stride walks`."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from bot.datafile import DataError
from workshop.commands.walks import Heard, Told, heard, messages, table
from workshop.sets import WALKS


def test_set_has_both_kinds() -> None:
    """The held-out messages report walks and others, of two writers or more."""
    told = [*messages(WALKS)]

    assert {one.walk for one in told} == {True, False}
    assert len({one.writer for one in told}) > 1


@pytest.mark.parametrize("line", ["no json", '{"text": "x"}', '["x"]'])
def test_wrong_line_is_named(tmp_path: Path, line: str) -> None:
    """A line that is wrong is told with file and number."""
    file = tmp_path / "walks.jsonl"
    file.write_text(f'{{"text": "x", "walk": true, "writer": "w"}}\n{line}\n')

    with pytest.raises(DataError, match=r"walks\.jsonl:2: is no JSON object"):
        [*messages(file)]


def test_table_counts_by_writer() -> None:
    """The table has each writer's reports and others, by the phrases and by the bot, and all together."""
    found = [
        Heard(Told("a", True, "w"), phrases=False, bot=True),
        Heard(Told("b", False, "w"), phrases=False, bot=False),
        Heard(Told("c", True, "v"), phrases=True, bot=True),
    ]
    rows = table(found).splitlines()[2:]

    assert [row.split(" | ")[0] for row in rows] == ["| w", "| v", "| all"]
    assert "2 of 2" in rows[-1]
    assert "1 of 2" in rows[-1]
    assert rows[1].endswith("| – | – |")


@pytest.mark.rasa
def test_messages_are_understood() -> None:
    """The bot is asked what it makes of each message."""
    told = [Told("I walked 8 minutes today", True, "w"), Told("what is a brace", False, "w")]

    assert [(one.phrases, one.bot) for one in heard(told, Console(file=io.StringIO()))] == [
        (True, True),
        (False, False),
    ]
