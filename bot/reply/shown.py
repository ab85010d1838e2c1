"""A reply as the messages of a messaging channel: short enough, split at sentence ends, with buttons or numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Choice:
    """A button or a row of a list: what it sends back when tapped, its title, and its title in full."""

    id: str
    title: str
    full: str


@dataclass(frozen=True)
class Message:
    """One message of a messaging channel, within its limits.

    Attributes:
        text: Its words, with its numbered list where the channel has no buttons.
        choices: Its buttons, or the rows of its list.
        listed: Whether the choices are a list that opens.
        picture: The address of a picture.
        urgent: Whether it is part of an urgent message.
        list_title: The words on the button that opens the list.
    """

    text: str
    choices: tuple[Choice, ...] = ()
    listed: bool = False
    picture: str | None = None
    urgent: bool = False
    list_title: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the message to be stored."""
        return {**vars(self), "choices": [vars(one) for one in self.choices]}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Message:
        """Return a stored message."""
        return cls(**{**stored, "choices": tuple(Choice(**one) for one in stored["choices"])})


@dataclass(frozen=True)
class Shown:
    """A turn as a channel shows it.

    Attributes:
        messages: Its messages, in order.
        choices: What the patient can choose now: each choice's title in full, and what it sends. The place of a choice
            is the last part of its `Choice.id`.
        numbered: Whether a number chooses; not after a question that a number answers.
        more: What was left out.
        asks: What the turn asks for.
        standing: Whether an alarm stands after it; None if the replies do not know.
        check: Whether a check is open after it; None if the replies do not know.
    """

    messages: tuple[Message, ...]
    choices: tuple[tuple[str, str], ...] = ()
    numbered: bool = True
    more: str = ""
    asks: str | None = None
    standing: bool | None = None
    check: bool | None = None
