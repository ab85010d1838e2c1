"""WhatsApp through Meta's Cloud API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import Field

from bot.channels import meta
from bot.channels.connector import Connector
from bot.channels.meta import Codes, MetaCredentials
from bot.channels.provider import inside, items, loaded, moment, name, words
from bot.channels.wire import Arrived, Batch, Call, Receipt, Sent
from bot.reply.shown import Message
from bot.store.messages import Received
from bot.text.sms import utf16

ROW = "whatsapp"
CAPTION = 1024  # UTF-16 code units under a picture
# Cloud API, "Webhooks", "messages": what a patient can send besides text. Edits come as `unsupported` at times.
UNREADABLE = frozenset(
    {
        "audio",
        "contacts",
        "document",
        "image",
        "location",
        "sticker",
        "unknown",
        "unsupported",
        "video",
    }
)
SILENT = frozenset({"keep_in_chat", "pin", "reaction"})  # kinds of `unsupported` that say nothing
RECEIPTS = frozenset({"delivered", "failed", "played", "read"})  # `sent` has reached WhatsApp, and nobody yet
# Cloud API, "Error Codes". None of them says that the patient has blocked the clinic. 131026 (undeliverable) comes for
# an old version of the app or terms that are not accepted, so it must not opt the patient out.
CODES: Codes = {
    (80007, None): "throttled",
    (130429, None): "throttled",
    (131000, None): "retry",
    (131005, None): "retry",  # the token lacks a permission
    (131016, None): "retry",
    (131026, None): "final",
    (131037, None): "retry",  # the clinic's name waits for Meta's approval
    (131042, None): "retry",  # a payment is due
    (131045, None): "retry",  # the number is not registered
    (131047, None): "final",  # the patient last wrote over 24 hours ago
    (131048, None): "throttled",
    (131053, None): "retry",
    (131056, None): "throttled",
    (131057, None): "retry",
    (131064, None): "throttled",
    (133004, None): "retry",
    (133010, None): "retry",  # the number is not registered
    (133016, None): "throttled",
}


class WhatsAppCredentials(MetaCredentials):
    """The settings of WhatsApp.

    Attributes:
        phone_number_id: Meta's id of the clinic's number.
        template: The name of the approved template that stands in for an urgent message when the patient last wrote
            over 24 hours ago; None if there is none.
        template_language: Its language, as Meta writes it.
    """

    phone_number_id: str = Field(..., regex=r"^[0-9]+\Z")
    template: str | None = Field(None, regex=r"^[a-z0-9_]+\Z")
    template_language: str = Field("en_US", regex=r"^[a-z]{2,3}(_[A-Z]{2})?\Z")


class WhatsApp(Connector):
    """WhatsApp. A patient has a phone number, a user id, or both; either is enough to answer."""

    channel = "whatsapp"
    rows = (ROW,)
    address = "phone"
    settings = WhatsAppCredentials
    credentials: WhatsAppCredentials

    def __init__(self, credentials: WhatsAppCredentials, public_url: str) -> None:
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
        """Read the messages and receipts of all entries, in order."""
        messages: list[Received] = []
        receipts: list[Receipt] = []
        for value in self._values(loaded(arrived.body)):
            messages += filter(None, (_received(one, value, arrived.now) for one in items(value, "messages")))
            receipts += filter(None, map(_receipt, items(value, "statuses")))
        return Batch(tuple(messages), tuple(receipts))

    def _values(self, notification: Any) -> Iterator[Any]:
        """Yield what a notification tells of our number; a business account can have several."""
        for entry in items(notification, "entry"):
            for change in items(entry, "changes"):
                ours = name(change, "value", "metadata", "phone_number_id") == self.credentials.phone_number_id
                if ours and inside(change, "field") == "messages":
                    yield inside(change, "value")

    def call(self, message: Message, row: str, addresses: Mapping[str, str]) -> Call:
        """Return the request that sends a message. A list, or words too long for a caption, go without the picture."""
        del row
        picture = {"link": message.picture} if message.picture else None
        if message.choices:
            return self._send(addresses, "interactive", _interactive(message, picture))
        if picture and utf16(message.text) <= CAPTION:
            return self._send(addresses, "image", {**picture, **({"caption": message.text} if message.text else {})})
        return self._send(addresses, "text", {"body": message.text, "preview_url": False})

    def template(self, row: str, addresses: Mapping[str, str]) -> Call | None:
        """Return the request that sends the template; None if there is none."""
        del row
        if self.credentials.template is None:
            return None
        language = {"code": self.credentials.template_language}
        return self._send(addresses, "template", {"name": self.credentials.template, "language": language})

    def _send(self, addresses: Mapping[str, str], kind: str, content: Mapping[str, Any]) -> Call:
        address_kind, address = next(iter(addresses.items()))
        body = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to" if address_kind == "phone" else "recipient": address,
            "type": kind,
            kind: content,
        }
        return Call(
            self.credentials.url(f"{self.credentials.phone_number_id}/messages"), self.credentials.headers, body
        )

    def outcome(self, status: int, headers: Mapping[str, str], body: Any) -> Sent:
        """Tell what came of a message."""
        if not 200 <= status < 300:
            return meta.failed(status, headers, body, CODES)
        sent = name(body, "messages", 0, "id")
        if sent is None:
            return Sent("unknown", why="no id")
        contact = inside(body, "contacts", 0)
        return Sent("accepted", sent, addresses=_addresses(name(contact, "wa_id"), name(contact, "user_id")))


def _received(one: Any, value: Any, now: float) -> Received | None:
    """Return a message, or None for what is none: a reaction, an order, a group's, one that is broken."""
    given = name(one, "id")
    addresses = _sender(one, value)
    content = _content(inside(one, "edit", "message") if inside(one, "type") == "edit" else one)
    if given is None or not addresses or content is None or inside(one, "group_id") is not None:
        return None
    text, unreadable, choice = content
    return Received(given, addresses, ROW, moment(inside(one, "timestamp"), now), text, unreadable, choice)


def _content(one: Any) -> tuple[str, bool, str | None] | None:
    """Return a message's words, whether it holds something besides them, and the id of the button."""
    kind = words(one, "type")
    if kind in UNREADABLE:
        silent = kind == "unsupported" and words(one, kind, "type") in SILENT
        return None if silent else (words(one, kind, "caption"), True, None)
    text, choice = words(one, "text", "body"), None
    if kind == "interactive":
        tapped = inside(one, kind, "button_reply") or inside(one, kind, "list_reply")
        text, choice = words(tapped, "title"), name(tapped, "id")
    elif kind == "button":  # of a template
        text, choice = words(one, kind, "text"), name(one, kind, "payload")
    return (text, False, choice) if text or choice else None


def _sender(one: Any, value: Any) -> dict[str, str]:
    """Return the addresses of a message's sender, from the message and its contact."""
    phone, user = name(one, "from"), name(one, "from_user_id")
    for contact in items(value, "contacts"):
        own = name(contact, "wa_id"), name(contact, "user_id")
        nameless = phone is None and user is None and len(items(value, "contacts")) == 1
        if nameless or (phone and phone == own[0]) or (user and user == own[1]):
            phone, user = phone or own[0], user or own[1]
    return _addresses(phone, user)


def _addresses(phone: str | None, user: str | None) -> dict[str, str]:
    """Return a patient's addresses by kind. `user` is the business-scoped user id; Cloud API, the page of that name."""
    return {kind: one for kind, one in (("phone", phone), ("user", user)) if one}


def _receipt(one: Any) -> Receipt | None:
    given, status = name(one, "id"), words(one, "status")
    if given is None or status not in RECEIPTS:
        return None
    return Receipt(ROW, given, status == "failed", name(one, "errors", 0, "code") or "")


def _interactive(message: Message, picture: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a message with buttons, or with a list that opens."""
    body = {"text": message.text}
    if message.listed:
        rows = [
            {"id": one.id, "title": one.title, **({"description": one.full} if one.full != one.title else {})}
            for one in message.choices
        ]
        return {"type": "list", "body": body, "action": {"button": message.list_title, "sections": [{"rows": rows}]}}
    buttons = [{"type": "reply", "reply": {"id": one.id, "title": one.title}} for one in message.choices]
    header = {"header": {"type": "image", "image": picture}} if picture else {}
    return {"type": "button", **header, "body": body, "action": {"buttons": buttons}}
