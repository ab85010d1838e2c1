"""The messaging channels' rows and words."""

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.datafile import DataError, read
from bot.reply.rows import FILE, ChannelsFile, Row, channels, rows

WRITTEN = yaml.safe_load(FILE.read_text(encoding="utf-8"))


def changed(path: str, value: Any) -> dict[str, Any]:
    """The file's content with one value changed."""
    content = copy.deepcopy(WRITTEN)
    *keys, last = path.split(".")
    place = content
    for key in keys:
        place = place[key]
    place[last] = value
    return content


def test_rows() -> None:
    """Each channel of the project has its row; two of them have no buttons."""
    assert [*rows()] == ["sms", "twilio_whatsapp", "whatsapp", "telegram", "messenger", "slack"]
    assert [name for name, row in rows().items() if row.buttons is None] == ["sms", "twilio_whatsapp"]


@pytest.mark.parametrize(
    ("row", "text", "fits"),
    [
        ("sms", "a" * 306, True),
        ("sms", "a" * 307, False),
        ("sms", "я" * 135, False),
        ("twilio_whatsapp", "a" * 1600, True),
        ("twilio_whatsapp", "😘" * 801, False),
        ("messenger", "a" * 2001, False),
    ],
)
def test_what_fits(row: str, text: str, fits: bool) -> None:
    """A text fits by segments on SMS, and elsewhere by UTF-16 code units, of which an emoji has two."""
    assert rows()[row].fits(text) is fits


@pytest.mark.parametrize(("row", "beside"), [("whatsapp", False), ("telegram", True)])
def test_less_fits_beside_buttons(row: str, beside: bool) -> None:
    """Where a message with buttons holds less, a text may fit without them alone."""
    assert rows()[row].fits("a" * 1025)
    assert rows()[row].fits("a" * 1025, buttons=True) is beside


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("rows.sms.unit", "words", "rows.sms.unit"),
        ("rows.sms.longest", 0, "rows.sms.longest"),
        ("rows.sms.beside_buttons", 10, "belongs to a channel with buttons"),
        ("rows.sms.list", {"most": 10, "title": 24, "under": 72, "opens": 20}, "belongs to a channel with buttons"),
        ("rows.sms.comes_back", "never", "rows.sms.comes_back"),
        ("rows.sms.short", "often", "rows.sms.short"),
        ("rows.sms.colour", "blue", "rows.sms.colour"),
        ("words.more", "Send {word} for more.", "unknown placeholder ['word']"),
        ("words.item", "{title}", "must hold ['number']"),
        ("words.list_button", "Choose one of these now", "list_button is too long"),
        ("words.leave_button", "Leave these questions", "leave_button is too long"),
        ("words.leave", None, "words.leave"),
    ],
)
def test_refuses(tmp_path: Path, path: str, value: Any, said: str) -> None:
    """A wrong row, and words that lack what they must hold or do not fit, are refused with file and key."""
    file = tmp_path / "channels.yml"
    file.write_text(yaml.safe_dump(changed(path, value)), encoding="utf-8")

    with pytest.raises(DataError) as error:
        read(file, ChannelsFile)

    assert said in str(error.value)
    assert str(error.value).startswith(f"{file}:")


@pytest.mark.parametrize("key", ["buttons", "window_hours", "carrier_words"])
def test_a_row_says_all(key: str) -> None:
    """A row cannot leave out what a channel's manners depend on."""
    row = {name: value for name, value in WRITTEN["rows"]["sms"].items() if name != key}

    with pytest.raises(ValueError, match=key):
        Row(**row)


def test_words_leave_the_carriers_alone() -> None:
    """No word in capitals that a patient is told to send is one that carriers take for themselves."""
    said = " ".join(channels().words.dict().values()).replace(".", "").replace(",", "").split()
    capitals = {word for word in said if word.isupper()}

    assert capitals == {"SOURCES", "MORE", "BACK", "SKIP"}
