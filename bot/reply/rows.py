"""The messaging channels' limits and manners, and what they say around a reply: the file `channels.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, PositiveInt, StrictBool, validator
from pydantic.fields import ModelField

from bot.datafile import Strict, read
from bot.knowledge.values import Text
from bot.paper.texts import with_placeholders
from bot.text.sms import segments, utf16

FILE = Path(__file__).with_name("channels.yml")
# What each of the words holds; the others hold no placeholder.
HELD = {
    "part": ("number", "count", "text"),
    "item": ("number", "title"),
    "examples": ("titles",),
    "others": ("titles",),
    "link": ("title", "url"),
    "steer": ("words",),
}


class Buttons(Strict):
    """How many buttons a message shows, and the characters of a title."""

    most: PositiveInt
    title: PositiveInt


class Lines(Strict):
    """A list that opens: how many lines, and the characters of a title, of the words under it, and of its button."""

    most: PositiveInt
    title: PositiveInt
    under: PositiveInt
    opens: PositiveInt


class Row(Strict):
    """A messaging channel; the file explains each key."""

    connector: Text
    unit: Literal["segments", "characters"]
    longest: PositiveInt
    buttons: Buttons | None = Field(...)
    beside_buttons: PositiveInt | None = None
    list: Lines | None = None
    pictures: StrictBool
    short: StrictBool
    window_hours: PositiveInt | None = Field(...)
    comes_back: Literal["start", "message"]
    carrier_words: StrictBool

    @validator("beside_buttons", "list")
    def _has_buttons(cls, value: Any, values: dict[str, Any]) -> Any:
        if value is not None and values.get("buttons") is None:
            raise ValueError("belongs to a channel with buttons")
        return value

    def fits(self, text: str, *, buttons: bool = False) -> bool:
        """Return whether a text fits into one message, with or without buttons."""
        longest = self.beside_buttons if buttons and self.beside_buttons else self.longest
        return (segments(text) if self.unit == "segments" else utf16(text)) <= longest


class Words(Strict):
    """What the channels say around a reply, in the order of a message.

    Attributes:
        part: The place of each of several text messages.
        choose, item: A numbered list, and a line of it.
        examples, others: The replies to a question for a number: those with a number, and the others.
        link: A page to open.
        sources, more: How to have the sources told, and what was left out.
        steer, leave: How to steer a guided talk; `steer` holds `back` and `skip`.
        leave_button: The button that ends a guided talk.
        list_button: The button that opens a list.
    """

    part: Text
    choose: Text
    item: Text
    examples: Text
    others: Text
    link: Text
    sources: Text
    more: Text
    steer: Text
    leave: Text
    back: Text
    skip: Text
    leave_button: Text
    list_button: Text

    @validator("*")
    def _placeholders(cls, sentence: str, field: ModelField) -> str:
        held = HELD.get(field.name, ())
        if missing := [name for name in held if f"{{{name}}}" not in sentence]:
            raise ValueError(f"must hold {missing}")
        return with_placeholders(*held)(sentence)


class ChannelsFile(Strict):
    """The file `channels.yml`."""

    rows: dict[str, Row]
    words: Words

    @validator("words")
    def _fit_on_buttons(cls, words: Words, values: dict[str, Any]) -> Words:
        rows = values.get("rows", {}).values()
        lists = [row.list.opens for row in rows if row.list]
        titles = [row.buttons.title for row in rows if row.buttons]
        if any(utf16(words.list_button) > longest for longest in lists):
            raise ValueError("list_button is too long for a list's button")
        if any(utf16(words.leave_button) > longest for longest in titles):
            raise ValueError("leave_button is too long for a button")
        return words


@cache
def channels() -> ChannelsFile:
    """Return the project's channels, read once per process."""
    return read(FILE, ChannelsFile)


def rows() -> Mapping[str, Row]:
    """Return the channels' rows by name."""
    return channels().rows
