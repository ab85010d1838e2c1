"""Telegram through its Bot API."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import AnyHttpUrl, Field, SecretStr, validator

from bot.channels.connector import SHORTEST, Connector, Credentials, one_of
from bot.channels.provider import by_status, inside, items, loaded, moment, name, same, wait, words
from bot.channels.wire import Arrived, Batch, Call, Sent
from bot.reply.shown import Message
from bot.store.messages import Received
from bot.text.sms import utf16

ROW = "telegram"
CAPTION = 1024  # UTF-16 code units under a picture
# Bot API, "Message": what a patient can send besides text. Its other fields tell of the message or the chat.
UNREADABLE = frozenset(
    {
        "animation",
        "audio",
        "checklist",
        "contact",
        "dice",
        "document",
        "game",
        "live_photo",
        "location",
        "paid_media",
        "photo",
        "poll",
        "sticker",
        "story",
        "venue",
        "video",
        "video_note",
        "voice",
    }
)
COMMAND = re.compile(r"/(start|help|stop)(?:@\w+)?(?!\S)", re.IGNORECASE)  # Bot API, "Commands"
PARAMETER = re.compile(r"\s+[A-Za-z0-9_-]{1,64}\s*")  # of the link to the bot, behind `/start`; Bot API, "Deep linking"
SECRET = re.compile(rf"[A-Za-z0-9_-]{{{SHORTEST},256}}")  # Bot API, `setWebhook`
TOKEN = re.compile(r"[A-Za-z0-9:_-]+")  # it is part of an address


class TelegramCredentials(Credentials):
    """The settings of Telegram.

    Attributes:
        token: The bot's token.
        secret_token: What the clinic gave to `setWebhook`; Telegram sends it along.
        previous_secret_token: The one before, during a rotation.
    """

    token: SecretStr
    secret_token: SecretStr
    previous_secret_token: SecretStr | None = None
    api: AnyHttpUrl = Field("https://api.telegram.org")

    @validator("token")
    def _in_an_address(cls, token: SecretStr) -> SecretStr:
        if not TOKEN.fullmatch(token.get_secret_value()):
            raise ValueError("write it as BotFather gave it: digits, a colon, letters")
        return token

    @validator("secret_token", "previous_secret_token")
    def _in_a_header(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and not SECRET.fullmatch(secret.get_secret_value()):
            raise ValueError(f"write {SHORTEST} to 256 letters (A to Z, a to z), digits, _ or -")
        return secret


class Telegram(Connector):
    """Telegram, in private chats: groups and channels are left alone."""

    channel = "telegram"
    rows = (ROW,)
    address = "chat"
    settings = TelegramCredentials
    credentials: TelegramCredentials

    def __init__(self, credentials: TelegramCredentials, public_url: str) -> None:
        """Create a connector; Telegram does not sign the public address."""
        del public_url
        self.credentials = credentials

    def verified(self, arrived: Arrived) -> bool:
        """Return whether a request brings the secret token."""
        given = arrived.headers.get("x-telegram-bot-api-secret-token", "")
        return same(given, one_of(self.credentials.secret_token, self.credentials.previous_secret_token))

    def read(self, arrived: Arrived) -> Batch:
        """Read an update: a message, an edited one, or a tapped button. The answer to a tap ends its waiting sign."""
        update = loaded(arrived.body)
        query = inside(update, "callback_query")
        one = _tap(update, query, arrived.now) or _message(update, arrived.now)
        tapped = name(query, "id")
        reply = {"method": "answerCallbackQuery", "callback_query_id": tapped} if tapped else None
        return Batch((one,) if one else (), reply=reply)

    def call(self, message: Message, row: str, addresses: Mapping[str, str]) -> Call:
        """Return the request that sends a message. With words too long for a caption, the picture is left out.

        Its address holds the bot's token, so it must not get into a log.
        """
        del row
        body: dict[str, Any] = {"chat_id": addresses["chat"]}
        method = "sendMessage"
        if message.picture and utf16(message.text) <= CAPTION:
            method = "sendPhoto"
            body |= {"photo": message.picture, **({"caption": message.text} if message.text else {})}
        else:
            body |= {"text": message.text, "link_preview_options": {"is_disabled": True}}
        if message.choices:
            keys = [[{"text": one.title, "callback_data": one.id}] for one in message.choices]
            body["reply_markup"] = {"inline_keyboard": keys}
        return Call(
            f"{self.credentials.api.rstrip('/')}/bot{self.credentials.token.get_secret_value()}/{method}", json=body
        )

    def outcome(self, status: int, headers: Mapping[str, str], body: Any) -> Sent:
        """Tell what came of a message (Bot API, "Making requests" and "ResponseParameters")."""
        if 200 <= status < 300:
            sent = name(body, "result", "message_id")
            return Sent("accepted", sent) if inside(body, "ok") is True else Sent("unknown", why="not ok")
        told = by_status(status, headers)
        if status == 403 or (status == 400 and "chat not found" in words(body, "description").lower()):
            return Sent("blocked", why=told.why)
        if status == 404:  # the token is wrong, which the clinic can mend
            return Sent("retry", why=told.why)
        asked = name(body, "parameters", "retry_after")
        return Sent(told.outcome, wait=wait({"retry-after": asked}) if asked else told.wait, why=told.why)


def _message(update: Any, now: float) -> Received | None:
    """Return a message; None for a group's, a bot's, one about the chat, and any other update."""
    edited = inside(update, "message") is None
    one = inside(update, "edited_message" if edited else "message")
    given, chat = name(update, "update_id"), name(one, "chat", "id")
    private = inside(one, "chat", "type") == "private"
    if given is None or chat is None or not private or inside(one, "from", "is_bot"):
        return None
    text = _words(words(one, "text") or words(one, "caption"))
    unreadable = isinstance(one, dict) and not UNREADABLE.isdisjoint(one)
    if not text and (edited or not unreadable):  # a place that moves is edited again and again
        return None
    at = moment(inside(one, "edit_date") or inside(one, "date"), now)
    return Received(given, {"chat": chat}, ROW, at, text, unreadable)


def _tap(update: Any, query: Any, now: float) -> Received | None:
    """Return a tap on a button; its message may be gone. A private chat has the patient's id."""
    given, chat, choice = name(update, "update_id"), name(query, "from", "id"), name(query, "data")
    elsewhere = name(query, "message", "chat", "type") not in (None, "private")
    if given is None or chat is None or choice is None or elsewhere or inside(query, "from", "is_bot"):
        return None
    rows = items(query, "message", "reply_markup", "inline_keyboard")
    titles = [words(key, "text") for row in rows for key in items(row) if name(key, "callback_data") == choice]
    return Received(given, {"chat": chat}, ROW, now, next(iter(titles), ""), choice=choice)


def _words(text: str) -> str:
    """Return a text; the commands that Telegram offers are read as words, without the parameter of a link."""
    found = COMMAND.match(text)
    if not found:
        return text
    rest = text[found.end() :]
    return found[1] + ("" if found[1].lower() == "start" and PARAMETER.fullmatch(rest) else rest)
