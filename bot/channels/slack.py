"""Slack through its Events API, Block Kit and Web API."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from pydantic import AnyHttpUrl, Field, SecretStr, validator
from slack_sdk.signature import Clock, SignatureVerifier

from bot.channels.connector import Connector, Credentials, one_of
from bot.channels.provider import by_status, inside, items, loaded, moment, name, wait, words
from bot.channels.wire import Arrived, Batch, Call, Sent
from bot.reply.shown import Message
from bot.store.messages import Outcome, Received

ROW = "slack"
ALT = 2000  # characters of the words that stand for a picture; Block Kit, "Image block"
SECRET = re.compile(r"[!-~]+")
DIRECT = "D"  # begins the ids of conversations with one person
# Events API, "message": the subtypes in which a person says something. All others tell of the conversation.
SAID = frozenset({"", "file_share", "me_message", "thread_broadcast"})
EDITED = "message_changed"
CONTROL = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")  # "Formatting message text": links and mentions
ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# Web API, `chat.postMessage` and "Evaluating responses". What the clinic can mend, such as a token, is tried again;
# `account_inactive` is of the bot's account. All others are final.
ERRORS: dict[str, Outcome] = {
    "access_denied": "retry",
    "accesslimited": "retry",
    "account_inactive": "retry",
    "channel_not_found": "blocked",
    "ekm_access_denied": "retry",
    "enterprise_is_restricted": "retry",
    "fatal_error": "unknown",  # a part of it may have been done
    "internal_error": "unknown",  # a part of it may have been done
    "invalid_auth": "retry",
    "is_archived": "blocked",
    "message_limit_exceeded": "throttled",
    "messages_tab_disabled": "retry",
    "missing_scope": "retry",
    "no_permission": "retry",
    "not_allowed_token_type": "retry",
    "not_authed": "retry",
    "not_in_channel": "blocked",
    "org_login_required": "retry",
    "rate_limited": "throttled",
    "ratelimited": "throttled",
    "request_timeout": "retry",
    "restricted_action": "retry",
    "service_unavailable": "retry",
    "team_access_not_granted": "retry",
    "team_added_to_org": "retry",
    "token_expired": "retry",
    "token_revoked": "retry",
    "user_disabled": "blocked",
    "user_not_found": "blocked",
}


class SlackCredentials(Credentials):
    """The settings of Slack.

    Attributes:
        signing_secret: The app's secret, with which Slack signs.
        previous_signing_secret: The one before, during a rotation.
        token: The bot's token.
    """

    signing_secret: SecretStr
    previous_signing_secret: SecretStr | None = None
    token: SecretStr
    api: AnyHttpUrl = Field("https://slack.com/api")

    @validator("signing_secret", "previous_signing_secret", "token")
    def _one_word(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and not SECRET.fullmatch(secret.get_secret_value()):
            raise ValueError("write it as Slack shows it, without spaces")
        return secret


class Slack(Connector):
    """Slack, in direct messages to the bot: channels and groups are left alone.

    A person's addresses are the direct conversation, to which replies go, and the user id.
    """

    channel = "slack"
    rows = (ROW,)
    address = "channel"
    settings = SlackCredentials
    credentials: SlackCredentials

    def __init__(self, credentials: SlackCredentials, public_url: str) -> None:
        """Create a connector; Slack does not sign the public address."""
        del public_url
        self.credentials = credentials

    def verified(self, arrived: Arrived) -> bool:
        """Return whether Slack has signed a request in the last five minutes ("Verifying requests from Slack")."""
        clock = _Clock(arrived.now)
        given = [arrived.headers.get(f"x-slack-{one}") for one in ("request-timestamp", "signature")]
        secrets = one_of(self.credentials.signing_secret, self.credentials.previous_signing_secret)
        try:
            return any(SignatureVerifier(one, clock).is_valid(arrived.body, *given) for one in secrets)
        except (OverflowError, TypeError, ValueError):  # no time, or no text, so not Slack's
            return False

    def read(self, arrived: Arrived) -> Batch:
        """Read an event, a tapped button, or the challenge with which Slack tries the address."""
        payload = loaded(arrived.body)
        if inside(payload, "type") == "url_verification":
            return Batch(reply={"challenge": words(payload, "challenge")})
        if payload is None:
            form = parse_qs(arrived.body.decode("utf-8", "replace"))
            one = _tap(loaded(form.get("payload", [""])[0].encode()), arrived.now)
        else:
            one = _message(payload, arrived.now)
        return Batch((one,) if one else ())

    def call(self, message: Message, row: str, addresses: Mapping[str, str]) -> Call:
        """Return the request that sends a message.

        Its `text`, in which nothing but links and emoji is formatted, is what notifications and screen readers tell.
        """
        del row
        body: dict[str, Any] = {
            "channel": addresses["channel"],
            "text": re.sub("[&<>]", lambda found: ESCAPED[found[0]], message.text),
            "mrkdwn": False,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        if message.choices or message.picture:
            body["blocks"] = _blocks(message)
        headers = {"Authorization": f"Bearer {self.credentials.token.get_secret_value()}"}
        return Call(f"{self.credentials.api.rstrip('/')}/chat.postMessage", headers, body)

    def outcome(self, status: int, headers: Mapping[str, str], body: Any) -> Sent:
        """Tell what came of a message. Slack answers most errors with the status 200."""
        fine, error = 200 <= status < 300, words(body, "error")
        if fine and inside(body, "ok") is True:
            return Sent("accepted", name(body, "ts"))
        if error in ERRORS:
            return Sent(ERRORS[error], wait=wait(headers), why=error)
        if not fine:
            return by_status(status, headers)
        return Sent("final", why=error) if error else Sent("unknown", why="not ok")


class _Clock(Clock):
    """Shows the time at which a request came."""

    def __init__(self, now: float) -> None:
        self._now = now

    def now(self) -> float:
        return self._now


def _message(payload: Any, now: float) -> Received | None:
    """Return a message or an edit; None for a bot's, a group's, one about the conversation, and any other event."""
    event = inside(payload, "event")
    edited = inside(event, "subtype") == EDITED
    one = inside(event, "message") if edited else event
    given = name(payload, "event_id")
    addresses = _addresses(name(event, "channel"), name(payload, "team_id"), name(one, "user"))
    direct = inside(event, "type") == "message" and inside(event, "channel_type") == "im"
    a_persons = words(one, "subtype") in SAID and inside(one, "bot_id") is None
    if given is None or not addresses or not direct or not a_persons:
        return None
    text, attached = _words(words(one, "text")), bool(items(one, "files"))
    if edited:  # Slack also changes a message when it adds the preview of a link
        same = words(one, "text") == words(event, "previous_message", "text")
        at = moment(inside(one, "edited", "ts"), now)
        return None if same or not text else Received(given, addresses, ROW, at, text)
    return Received(given, addresses, ROW, moment(inside(one, "ts"), now), text, attached or not text)


def _tap(payload: Any, now: float) -> Received | None:
    """Return a tap on a button (Slack, "block_actions payload"); None for any other interaction."""
    channel, tapped = name(payload, "channel", "id"), inside(payload, "actions", 0)
    given, choice = name(payload, "trigger_id"), name(tapped, "action_id")
    addresses = _addresses(channel, name(payload, "team", "id"), name(payload, "user", "id"))
    direct = inside(payload, "type") == "block_actions" and (channel or "").startswith(DIRECT)
    if given is None or choice is None or not addresses or not direct:
        return None
    at, text = moment(inside(tapped, "action_ts"), now), _words(words(tapped, "text", "text"))
    return Received(given, addresses, ROW, at, text, choice=choice)


def _addresses(channel: str | None, team: str | None, user: str | None) -> dict[str, str]:
    """Return a person's addresses by kind; empty without one. Ids of users are unique in their workspace only."""
    return {"channel": channel, "user": f"{team}/{user}"} if channel and team and user else {}


def _words(text: str) -> str:
    """Return what a person has typed: links as they are shown, and mentions without ids."""

    def shown(found: re.Match[str]) -> str:
        target, label = found[1], found[2]
        return label or ("" if target.startswith(("@", "#", "!")) else target)

    text = CONTROL.sub(shown, text)
    for sign, escaped in reversed(ESCAPED.items()):  # & last, because `&amp;lt;` is `&lt;`
        text = text.replace(escaped, sign)
    return text.strip()


def _blocks(message: Message) -> list[dict[str, Any]]:
    """Return a message in blocks: its words, its picture, its buttons. Plain text needs no escapes."""
    blocks: list[dict[str, Any]] = []
    if message.text:
        blocks.append({"type": "section", "text": {"type": "plain_text", "text": message.text}})
    if message.picture:
        blocks.append({"type": "image", "image_url": message.picture, "alt_text": message.text[:ALT]})
    if message.choices:
        buttons = [
            {"type": "button", "action_id": one.id, "text": {"type": "plain_text", "text": one.title}}
            for one in message.choices
        ]
        blocks.append({"type": "actions", "elements": buttons})
    return blocks
