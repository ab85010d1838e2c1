"""What a message of a messaging channel says: a choice from a list, a word such as STOP, or a message for the bot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from bot.conversation.check import check_file
from bot.conversation.choosing import choose
from bot.conversation.forms import forms
from bot.conversation.manners import Manner, heard_as, manner
from bot.reply.offers import LEAVE
from bot.reply.rows import Row
from bot.store.messages import Received, Talk

HELD = 10  # lists of choices that are remembered: a button stays on the patient's screen
ANEW = "🆘"  # asks for the check of the warning signs, see bot/text/emoji.yml
Told = Literal["old_button", "unreadable"]


@dataclass(frozen=True)
class Said:
    """A message as it was read.

    Attributes:
        text: What goes to the guard; empty if nothing does.
        manner: What the messaging channel itself does.
        told: What the patient is told about the message.
    """

    text: str = ""
    manner: Manner | None = None
    told: Told | None = None


def said(received: Received, talk: Talk, row: Row, *, opted_out: bool) -> Said:
    """Read a message.

    Args:
        received: The message.
        talk: What is remembered of its conversation.
        row: Its channel.
        opted_out: Whether the patient has opted out.
    """
    asked = talk.asks in _talks()
    found = manner(received.text, carrier=row.carrier_words, asked=asked)
    if received.answered and not (found == "yes" and (talk.check or not opted_out)):
        return Said(manner=received.answered)
    if received.choice:
        return _tapped(received, talk)
    if found == "stop":
        return Said(manner=found)
    newest = _newest(talk)
    chosen = choose(received.text, [title for title, _ in newest], talk.numbered) if newest else None
    if chosen is not None and found != "leave":
        return Said(newest[chosen][1])
    if found == "start" and not opted_out and not asked:  # how a chat with a bot begins on some channels
        return Said(heard_as(found))
    if (found in ("start", "yes") and not opted_out) or (found == "yes" and talk.check) or (found == "more" and asked):
        found = None  # a word of the conversation
    if found == "help" and (talk.standing or talk.check):  # it asks for help with a sign; carriers want their reply too
        return Said(received.text, manner=found if row.carrier_words else None)
    if found in ("sources", "back", "skip", "leave") or (found == "more" and not talk.more):
        return Said(heard_as(found))
    if found:
        return Said(manner="start" if found == "yes" else found)
    told: Told | None = "unreadable" if received.unreadable else None
    return Said(received.text, told=told)


def _tapped(received: Received, talk: Talk) -> Said:
    number, _, place = str(received.choice).partition(".")
    titles = talk.lists.get(int(number), ()) if number.isdecimal() else ()
    if not (place.isdecimal() and int(place) < len(titles)):
        return Said(received.text) if received.text else Said(told="old_button")
    title, payload = titles[int(place)]
    if titles == _newest(talk):
        return Said(heard_as("leave") if payload == LEAVE else payload)
    if payload.startswith("/"):  # it asks for an answer, whenever it is tapped
        return Said(title)
    # It would be taken for a reply to the latest question. But a sign must not be lost: it is asked about anew.
    return Said(ANEW, told="old_button") if title in _of_signs() else Said(told="old_button")


def _newest(talk: Talk) -> Sequence[tuple[str, str]]:
    """Return the list under the latest reply; empty if it had none."""
    return talk.lists[max(talk.lists)] if talk.lists else ()


@cache
def _talks() -> frozenset[str]:
    """Return what the guided talks ask for."""
    return frozenset(one.slot for form in forms().forms.values() for one in form.questions)


@cache
def _of_signs() -> frozenset[str]:
    """Return the titles of the buttons that say that there is a warning sign."""
    questions = [one for form in forms().forms.values() for one in form.questions]
    ours = [choice.title for one in questions for choice in one.choices if choice.alarm and choice.title]
    lines = [line for kind in check_file().kinds.values() for line in kind.lines]
    return frozenset([*ours, check_file().agreed.title, *filter(None, (line.title for line in lines))])
