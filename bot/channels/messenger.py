"""Facebook Messenger through Meta's Messenger Platform."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from bot.channels import meta
from bot.channels.connector import Connector
from bot.channels.meta import Codes, MetaCredentials
from bot.channels.provider import inside, items, loaded, moment, name, words
from bot.channels.wire import Arrived, Batch, Call, Sent
from bot.reply.shown import Message
from bot.store.messages import Received

ROW = "messenger"
MILLISECOND = 0.001  # seconds
LINK = "fallback"  # the type of an attachment that Messenger adds to a link in the words
# Messenger Platform, "Common Error Codes".
CODES: Codes = {
    (1, 1357046): "unknown",  # Meta's answer is broken, and the message was sent all the same
    (10, 2018065): "final",  # the patient last wrote over 24 hours ago
    (10, 2018108): "blocked",
    (10, 2018278): "final",  # the patient last wrote over 24 hours ago
    (200, 1545041): "blocked",
    (200, 2018108): "blocked",
    (551, None): "blocked",
    (1200, None): "retry",
    (80006, None): "throttled",
}


class Messenger(Connector):
    """Messenger. A patient's address is an id that holds for the clinic's page only."""

    channel = "messenger"
    rows = (ROW,)
    address = "user"
    settings = MetaCredentials
    credentials: MetaCredentials

    def __init__(self, credentials: MetaCredentials, public_url: str) -> None:
        """Create a connector; Meta does not sign the public address."""
        del public_url
        self.credentials = credentials

    def verified(self, arrived: Arrived) -> bool:
        """Return whether Meta has signed a request."""
        return meta.verified(self.credentials, arrived)

    def handshake(self, arrived: Arrived) -> str | None:
        """Return Meta's challenge if it knows the verify token."""
        return meta.handshake(self.credentials, arrived)

    def read(self, arrived: Arrived) -> Batch:
        """Read the messages of all entries, in order; echoes, receipts, reactions and referrals are none."""
        events = [event for entry in items(loaded(arrived.body), "entry") for event in items(entry, "messaging")]
        return Batch(tuple(filter(None, (_received(event, arrived.now) for event in events))))

    def call(self, message: Message, row: str, addresses: Mapping[str, str]) -> Call:
        """Return the request that sends a message.

        Words and a picture do not go together. A picture goes without the words that describe it: what it shows is
        in the answer's text too (bot/knowledge/pictures.yml).
        """
        del row
        content: dict[str, Any] = {"text": message.text}
        if message.picture:
            content = {"attachment": {"type": "image", "payload": {"url": message.picture, "is_reusable": True}}}
        if message.choices:
            content["quick_replies"] = [
                {"content_type": "text", "title": one.title, "payload": one.id} for one in message.choices
            ]
        body = {"messaging_type": "RESPONSE", "recipient": {"id": addresses["user"]}, "message": content}
        return Call(self.credentials.url("me/messages"), self.credentials.headers, body)

    def outcome(self, status: int, headers: Mapping[str, str], body: Any) -> Sent:
        """Tell what came of a message."""
        if not 200 <= status < 300:
            return meta.failed(status, headers, body, CODES)
        sent = name(body, "message_id")
        return Sent("accepted", sent) if sent else Sent("unknown", why="no id")


def _received(event: Any, now: float) -> Received | None:
    """Return a message, a tapped button or an edit; None for anything else."""
    sender = name(event, "sender", "id")
    content = _edit(event) or _tap(event) or _message(event)
    if sender is None or content is None:
        return None
    given, text, unreadable, choice = content
    at = moment(inside(event, "timestamp"), now, unit=MILLISECOND)
    return Received(given, {"user": sender}, ROW, at, text, unreadable, choice)


Content = tuple[str, str, bool, str | None]  # the id, the words, whether there is more than words, the button's id


def _message(event: Any) -> Content | None:
    one = inside(event, "message")
    given, text, choice = name(one, "mid"), words(one, "text"), name(one, "quick_reply", "payload")
    attached = [words(attachment, "type") for attachment in items(one, "attachments")]
    unreadable = any(kind != LINK or not text for kind in attached)
    if given is None or inside(one, "is_echo") or not (text or unreadable or choice):
        return None
    return given, text, unreadable, choice


def _tap(event: Any) -> Content | None:
    """Return a tap on a button of a menu or on "Get started"."""
    one = inside(event, "postback")
    text, choice = words(one, "title"), name(one, "payload")
    if not (text or choice):
        return None
    # Some have no id. The digest keeps the sender's out of it, as ids are kept for longer than addresses.
    parts = (name(event, "sender", "id"), name(event, "timestamp"), choice)
    return name(one, "mid") or hashlib.sha256(repr(parts).encode()).hexdigest(), text, False, choice


def _edit(event: Any) -> Content | None:
    one = inside(event, "message_edit")
    given, text = name(one, "mid"), words(one, "text")
    return (f"{given}:edit:{name(one, 'num_edit')}", text, False, None) if given and text else None
