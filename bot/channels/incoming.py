"""A patient's message in the guard: what is kept of it, what reaches Rasa, and why it may be refused."""

import re
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Any, Literal

from rasa.core.channels.channel import UserMessage
from rasa.core.tracker_store import TrackerStore

from bot.alarm.rules import AlarmKind
from bot.alarm.verdict import Verdict
from bot.channels.given import Unheard
from bot.knowledge.beside import Notices
from bot.knowledge.ids import urgent
from bot.reply.reply import payload

LEADING_SLASHES = re.compile(r"^[/\s]+")
COMMAND = re.compile(r"[^\s{]*\s*(\{.*\})?", re.DOTALL)
Handle = Callable[[UserMessage], Awaitable[Any]]
Limited = Literal["too_fast", "too_many"]  # the notice to send


@dataclass(frozen=True)
class Incoming:
    """A cleaned message with all that its answer needs; see `Guard.answer`."""

    text: str
    sender: str
    channel: str
    handle: Handle | None
    store: TrackerStore | None
    limited: Limited | None = None
    time_zone: str | None = None
    raised: tuple[Unheard, ...] = ()
    message_id: str | None = None
    talks: bool = True

    def for_rasa(self, limit: int, alarm: AlarmKind | None, offered: Collection[str]) -> str:
        """Return the text for Rasa: the message, or its substitute.

        Args:
            limit: The characters of the longest message that is answered.
            alarm: The alarm that the rules are sure of.
            offered: What the buttons of the bot's last replies send.
        """
        if alarm and len(self.text) > limit:
            return payload(urgent(alarm))  # so that the conversation remembers the alarm
        # Rasa would obey it as an intent, so a command is refused and a sentence loses its slashes.
        return typed(self.text) if self.text.startswith("/") and self.text not in offered else self.text

    def refusal(self, notices: Notices, limit: int, for_rasa: str, alarm: AlarmKind | None) -> str | None:
        """Return the notice for a message without words, or beyond a limit of number or length; else None."""
        if not _has_words(self.text):
            return notices.nothing_to_read
        if self.limited:
            return None if alarm else str(getattr(notices, self.limited))
        if len(self.text) > limit and not alarm:
            return notices.too_long
        return None if _has_words(for_rasa) else notices.nothing_to_read

    def begin(self, limit: int, verdict: Verdict) -> int:
        """Return where the part to keep begins: in a message that is too long, some way before its first sign."""
        first = min((one.start for one in verdict.findings if not one.silenced), default=0)
        return max(0, min(first - limit // 2, len(self.text) - limit))


def typed(text: str) -> str:
    """Strip the slashes of a typed text that looks like a button's payload; return nothing for a command."""
    text = LEADING_SLASHES.sub("", text)
    return "" if COMMAND.fullmatch(text) else text


def _has_words(text: str) -> bool:
    return any(character.isalnum() for character in text)
