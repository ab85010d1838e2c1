"""How each provider sends patients' messages, and what its send API takes: an entry here for each row of channels.yml.

Requests are signed by the providers' own libraries where there is one, otherwise by hand as their documents say.
"""

import base64
import hashlib
import hmac
import json
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode

from multidict import MultiDict
from slack_sdk.signature import SignatureVerifier
from twilio.request_validator import RequestValidator

PUBLIC = "https://bot.example"
FOREIGN = "the secret of somebody else"
# Of the settings below. No test may find them in a log.
SECRETS = (
    "our-auth-token",
    "our-app-secret",
    "123456:our-bot-token",
    "our_secret_token",
    "our-signing-secret",
    "our-token",
)
ACCOUNT, NUMBER, TEAM = "AC" + "0a" * 16, "106540352242922", "T123ABC456"
STRANGE = (
    b"{}",
    b'{"something_new": {"text": "hello"}}',
    b'{"entry": [{"messaging": [{',
    b"[]",
    b"null",
    b'"\\ud800"',
    b"",
)
FORM = "application/x-www-form-urlencoded"
_numbers = count(int(time.time()) * 1000)


def fresh() -> int:
    """Return a number for an id that no message has had."""
    return next(_numbers)


@dataclass(frozen=True)
class Posted:
    """A request of a provider to the server."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Asked:
    """What the server asks a provider to send.

    Attributes:
        to: The patient's address.
        text: The words.
        choices: The buttons: what each sends back, by its title.
        template: The name of the approved template, if it is one.
    """

    to: str
    text: str
    choices: Mapping[str, str]
    template: str | None = None


@dataclass(frozen=True)
class Request:
    """A request of the server to a send API.

    Attributes:
        path: Its path behind the address of the API.
        headers: Its headers, by names in lower case.
        body: Its body, read: JSON, or a form's fields.
    """

    path: str
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True)
class Answered:
    """The answer of a send API."""

    status: int
    body: Any = None
    headers: Mapping[str, str] | None = None


class Traffic(ABC):
    """A provider, for one row of channels.yml.

    Attributes:
        row: The row.
        channel: The last part of the webhook's address.
        variables: The settings, by the last part of the variables' names.
        kind: The content type of a request.
    """

    row: ClassVar[str]
    channel: ClassVar[str]
    variables: ClassVar[Mapping[str, str]]
    kind: ClassVar[str] = "application/json"

    @property
    def path(self) -> str:
        """The path of the webhook."""
        return f"/webhooks/{self.channel}/webhook"

    def posted(self, body: bytes) -> Posted:
        """Return a request with a right signature."""
        return Posted(self.path, {"Content-Type": self.kind, **self.signed(body)}, body)

    @abstractmethod
    def signed(self, body: bytes, secret: str | None = None) -> dict[str, str]:
        """Return the headers that sign a body, with the right secret or another."""

    def handshake(self) -> tuple[str, str] | None:
        """Return the GET that sets the address up, and its right answer; None where there is none."""
        return None

    @abstractmethod
    def address(self, patient: int) -> str:
        """Return to whom the server has to send its replies to a patient."""

    def private(self, patient: int) -> tuple[str, ...]:
        """Return what tells who a patient is."""
        return (self.address(patient),)

    @abstractmethod
    def text(self, patient: int, words: str) -> Posted:
        """Return a message of words."""

    def tap(self, patient: int, title: str, choice: str) -> Posted:
        """Return a tap on a button."""
        raise NotImplementedError(f"{self.row} has no buttons")

    def answered(self, patient: int, words: str, told: str) -> Posted | None:
        """Return a word to which the provider itself has replied: `stop`, `start` or `help`; None where none does."""
        del patient, words, told
        return None

    @abstractmethod
    def media(self, patient: int, caption: str, url: str) -> Posted:
        """Return a picture, with or without words; it lies at an address, from which nobody may load it."""

    def edit(self, patient: int, words: str) -> Posted | None:
        """Return an edited message with its new words; None where nobody can edit."""
        del patient, words
        return None

    def silent(self, patient: int, words: str) -> Mapping[str, Posted]:
        """Return by name what gets no reply: reactions, receipts, echoes, other people's words in a group."""
        del patient, words
        return {}

    def receipt(self, patient: int, number: int) -> Posted | None:
        """Return a receipt: the message that was accepted with a number did not arrive; None where there is none."""
        del patient, number
        return None

    def batch(self, said: Sequence[tuple[int, str]]) -> Posted | None:
        """Return one request with messages of several patients; None where a request holds one."""
        del said
        return None

    @abstractmethod
    def asked(self, request: Request) -> Asked:
        """Return what a request to the send API asks for; raise AssertionError if the provider would refuse it."""

    @abstractmethod
    def accepted(self, asked: Asked, number: int) -> Answered:
        """Return the send API's answer to an accepted message, and so its id."""

    def throttled(self, seconds: int) -> Answered:
        """Return the answer to too many messages."""
        return Answered(429, {}, {"Retry-After": str(seconds)})

    @abstractmethod
    def refused(self) -> Answered:
        """Return the answer to a message that will never be accepted."""

    def blocked(self) -> Answered:
        """Return the answer when the patient wants nothing from us; where none says so, that of `refused`."""
        return self.refused()

    def closed(self) -> Answered:
        """Return the answer when the patient has not written for too long."""
        raise NotImplementedError(f"{self.row} has no window")


class Twilio(Traffic):
    """Twilio, by text message."""

    row = "sms"
    channel = "twilio"
    variables = {
        "ACCOUNT_SID": ACCOUNT,
        "AUTH_TOKEN": "our-auth-token",
        "SMS_FROM": "+15559990001",
        "WHATSAPP_FROM": "+15559990002",
    }
    kind = FORM
    prefix = ""

    def signed(self, body: bytes, secret: str | None = None) -> dict[str, str]:
        """Sign with Twilio's own library."""
        form = MultiDict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        validator = RequestValidator(secret or self.variables["AUTH_TOKEN"])
        return {"X-Twilio-Signature": validator.compute_signature(PUBLIC + self.path, form)}

    def address(self, patient: int) -> str:
        """Return the phone number."""
        return f"{self.prefix}+1555{patient:07}"

    def private(self, patient: int) -> tuple[str, ...]:
        """Return the phone number's digits, however it is written."""
        return (f"1555{patient:07}",)

    def _form(self, patient: int, **fields: str) -> Posted:
        to = self.variables["WHATSAPP_FROM" if self.prefix else "SMS_FROM"]
        own = {"MessageSid": f"SM{fresh():032x}", "AccountSid": ACCOUNT, "From": self.address(patient)}
        return self.posted(urlencode({**own, "To": self.prefix + to, "NumMedia": "0", **fields}).encode())

    def text(self, patient: int, words: str) -> Posted:
        """Return a form with a body."""
        return self._form(patient, Body=words)

    def answered(self, patient: int, words: str, told: str) -> Posted:
        """Return a form with what Twilio has taken the word for."""
        return self._form(patient, Body=words, OptOutType=told.upper())

    def media(self, patient: int, caption: str, url: str) -> Posted:
        """Return a multimedia message."""
        media = {"NumMedia": "1", "MediaContentType0": "image/jpeg", "MediaUrl0": url}
        return self._form(patient, Body=caption, **media)

    def silent(self, patient: int, words: str) -> Mapping[str, Posted]:
        """Return a status callback, and words through a channel that is none of ours."""
        del words
        other = self._form(patient, From=f"rcs:{self.address(patient)}", Body="hello")
        sent = {"MessageStatus": "delivered", "From": "+15559990001", "To": self.address(patient)}
        return {"receipt": self._form(patient, **sent), "another channel": other}

    def receipt(self, patient: int, number: int) -> Posted:
        """Return a status callback of a message that failed."""
        failed = {"MessageSid": f"SM{number:032x}", "MessageStatus": "undelivered", "ErrorCode": "30003"}
        return self.posted(urlencode({**failed, "To": self.address(patient)}).encode())

    def asked(self, request: Request) -> Asked:
        """Read the form of a message."""
        login = base64.b64encode(f"{ACCOUNT}:{self.variables['AUTH_TOKEN']}".encode()).decode()
        assert request.headers["authorization"] == f"Basic {login}"
        assert request.path == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
        form = request.body
        assert form["StatusCallback"] == PUBLIC + self.path
        over = "WHATSAPP_FROM" if form["To"].startswith("whatsapp:") else "SMS_FROM"
        assert form["From"].removeprefix("whatsapp:") == self.variables[over]
        assert form["From"].startswith("whatsapp:") == form["To"].startswith("whatsapp:")
        text, template = form.get("Body", ""), form.get("ContentSid")
        assert (0 < len(text) <= 1600) != bool(template)
        return Asked(form["To"], text, {}, template)

    def accepted(self, asked: Asked, number: int) -> Answered:
        """Return the message as Twilio has queued it."""
        return Answered(201, {"sid": f"SM{number:032x}", "status": "queued", "to": asked.to, "error_code": None})

    def throttled(self, seconds: int) -> Answered:
        """Return Twilio's error of too many requests."""
        return Answered(429, {"code": 20429, "status": 429}, {"Retry-After": str(seconds)})

    def refused(self) -> Answered:
        """Return an error that no later try mends."""
        return Answered(400, {"code": 21211, "status": 400})

    def blocked(self) -> Answered:
        """Return Twilio's error after STOP."""
        return Answered(400, {"code": 21610, "message": "Attempt to send to unsubscribed recipient", "status": 400})

    def closed(self) -> Answered:
        """Return Twilio's error outside WhatsApp's window."""
        return Answered(400, {"code": 63016, "status": 400})


class TwilioWhatsApp(Twilio):
    """Twilio, by WhatsApp."""

    row = "twilio_whatsapp"
    prefix = "whatsapp:"

    def silent(self, patient: int, words: str) -> Mapping[str, Posted]:
        """Return a status callback, and a reaction."""
        both = super().silent(patient, words)
        return {"receipt": both["receipt"], "reaction": self._form(patient, MessageType="reaction", Body="👍")}


class Meta(Traffic):
    """What WhatsApp and Messenger share."""

    variables: ClassVar[Mapping[str, str]] = {
        "APP_SECRET": "our-app-secret",
        "TOKEN": "our-token",
        "VERIFY_TOKEN": "our-verify-token",
    }

    def signed(self, body: bytes, secret: str | None = None) -> dict[str, str]:
        """Sign the raw bytes."""
        key = (secret or self.variables["APP_SECRET"]).encode()
        return {"X-Hub-Signature-256": "sha256=" + hmac.new(key, body, hashlib.sha256).hexdigest()}

    def handshake(self) -> tuple[str, str]:
        """Return Meta's GET with the verify token."""
        asked = {
            "hub.mode": "subscribe",
            "hub.verify_token": self.variables["VERIFY_TOKEN"],
            "hub.challenge": "1158201444",
        }
        return f"{self.path}?{urlencode(asked)}", "1158201444"

    def throttled(self, seconds: int) -> Answered:
        """Return Meta's error of too many calls."""
        return Answered(400, {"error": {"code": 4}}, {"Retry-After": str(seconds)})


class WhatsApp(Meta):
    """WhatsApp's Cloud API."""

    row = "whatsapp"
    channel = "whatsapp"
    variables = {**Meta.variables, "PHONE_NUMBER_ID": NUMBER}

    def address(self, patient: int) -> str:
        """Return the phone number."""
        return f"1666{patient:07}"

    def user(self, patient: int) -> str:
        """Return the business-scoped user id."""
        return f"US.1349120{patient:07}"

    def private(self, patient: int) -> tuple[str, ...]:
        """Return the phone number and the user id."""
        return self.address(patient), self.user(patient)

    def _message(self, patient: int, kind: str, **content: Any) -> dict[str, Any]:
        sender = {"from": self.address(patient), "from_user_id": self.user(patient)}
        return {**sender, "id": f"wamid.{fresh()}", "timestamp": str(int(time.time())), "type": kind, **content}

    def _notified(self, *values: Mapping[str, Any]) -> Posted:
        about = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": NUMBER}}
        changes = [{"field": "messages", "value": {**about, **one}} for one in values]
        payload = {"object": "whatsapp_business_account", "entry": [{"id": "1022", "changes": changes}]}
        return self.posted(json.dumps(payload).encode())  # with `\u` escapes, as Meta sends it

    def text(self, patient: int, words: str, *, at: float | None = None) -> Posted:
        """Return a message, of a time in seconds since 1970."""
        one = self._message(patient, "text", text={"body": words})
        return self._notified({"messages": [{**one, **({"timestamp": str(int(at))} if at else {})}]})

    def text_of_user(self, patient: int, words: str) -> Posted:
        """Return a message that hides the phone number."""
        one = self._message(patient, "text", text={"body": words})
        del one["from"]
        contact = {"profile": {"username": "pat"}, "user_id": self.user(patient)}
        return self._notified({"messages": [one], "contacts": [contact]})

    def tap(self, patient: int, title: str, choice: str) -> Posted:
        """Return a tap on a reply button; a line of a list comes alike."""
        tapped = {"type": "button_reply", "button_reply": {"id": choice, "title": title}}
        return self._notified({"messages": [self._message(patient, "interactive", interactive=tapped)]})

    def media(self, patient: int, caption: str, url: str) -> Posted:
        """Return a picture; Meta's API would tell where it lies."""
        del url
        image = {"id": "1003", "mime_type": "image/jpeg", **({"caption": caption} if caption else {})}
        return self._notified({"messages": [self._message(patient, "image", image=image)]})

    def edit(self, patient: int, words: str) -> Posted:
        """Return an edit."""
        edited = {"original_message_id": "wamid.0", "message": {"type": "text", "text": {"body": words}}}
        return self._notified({"messages": [self._message(patient, "edit", edit=edited)]})

    def silent(self, patient: int, words: str) -> Mapping[str, Posted]:
        """Return a reaction, receipts, and words in a group."""
        reaction = self._message(patient, "reaction", reaction={"message_id": "wamid.0", "emoji": "👍"})
        group = self._message(patient, "text", text={"body": words}, group_id="Y2FwaV9ncm91cDox")
        statuses = [{"id": "wamid.0", "status": one, "timestamp": "1"} for one in ("sent", "delivered", "read")]
        return {
            "reaction": self._notified({"messages": [reaction]}),
            "group": self._notified({"messages": [group]}),
            "receipts": self._notified({"statuses": statuses}),
        }

    def receipt(self, patient: int, number: int) -> Posted:
        """Return a status of a message that failed."""
        del patient
        status = {"id": f"wamid.{number}", "status": "failed", "timestamp": "1", "errors": [{"code": 131026}]}
        return self._notified({"statuses": [status]})

    def batch(self, said: Sequence[tuple[int, str]]) -> Posted:
        """Return one notification with a change for each message, with receipts and broken things between."""
        messages = [self._message(patient, "text", text={"body": words}) for patient, words in said]
        read = {"id": "wamid.0", "status": "read", "timestamp": "1"}
        return self._notified(*({"messages": [None, one], "statuses": [read, None]} for one in messages))

    def asked(self, request: Request) -> Asked:
        """Read a text, an interactive message, or a template."""
        assert request.headers["authorization"] == f"Bearer {self.variables['TOKEN']}"
        assert request.path == f"/v23.0/{NUMBER}/messages"
        body = request.body
        assert (body["messaging_product"], body["recipient_type"]) == ("whatsapp", "individual")
        to = body["to"] if "to" in body else body["recipient"]
        inner = body[body["type"]]
        if body["type"] == "template":
            assert inner["language"]["code"]
            return Asked(to, "", {}, inner["name"])
        if body["type"] == "text":
            assert 0 < len(inner["body"]) <= 4096
            return Asked(to, inner["body"], {})
        assert body["type"] == "interactive"
        text, action = inner["body"]["text"], inner["action"]
        assert 0 < len(text) <= 1024
        buttons = [one["reply"] for one in action.get("buttons", [])]
        lines = [row for section in action.get("sections", []) for row in section["rows"]]
        assert all(len(one["title"]) <= 20 for one in buttons)
        assert all(len(one["title"]) <= 24 and len(one.get("description", "")) <= 72 for one in lines)
        assert bool(lines) == (inner["type"] == "list") == (len(action.get("button", "")) in range(1, 21))
        choices = {one["title"]: one["id"] for one in (*buttons, *lines)}
        assert len(buttons) <= 3
        assert 0 < len(choices) == len(buttons) + len(lines) <= 10
        return Asked(to, text, choices)

    def accepted(self, asked: Asked, number: int) -> Answered:
        """Return the message's id, and to whom it goes."""
        contact = {"input": asked.to, **({} if asked.to.startswith("US.") else {"wa_id": asked.to})}
        return Answered(
            200, {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": f"wamid.{number}"}]}
        )

    def refused(self) -> Answered:
        """Return the error of a message that cannot be delivered."""
        return Answered(400, {"error": {"code": 131026, "message": "Message undeliverable"}})

    def closed(self) -> Answered:
        """Return the error outside the window."""
        return Answered(400, {"error": {"code": 131047, "message": "Re-engagement message"}})


class Messenger(Meta):
    """Messenger."""

    row = "messenger"
    channel = "messenger"

    def address(self, patient: int) -> str:
        """Return the id that holds for the page."""
        return f"654321098{patient:07}"

    def _event(self, patient: int, **content: Any) -> dict[str, Any]:
        to = {"sender": {"id": self.address(patient)}, "recipient": {"id": "1234567890"}}
        return {**to, "timestamp": int(time.time() * 1000), **content}

    def _message(self, patient: int, **content: Any) -> dict[str, Any]:
        return self._event(patient, message={"mid": f"m_{fresh()}", **content})

    def _notified(self, *entries: Sequence[Any]) -> Posted:
        listed = [{"id": "1234567890", "time": 1, "messaging": events} for events in entries]
        return self.posted(json.dumps({"object": "page", "entry": listed}).encode())

    def text(self, patient: int, words: str) -> Posted:
        """Return a message."""
        return self._notified([self._message(patient, text=words)])

    def tap(self, patient: int, title: str, choice: str) -> Posted:
        """Return a tapped quick reply."""
        return self._notified([self._message(patient, text=title, quick_reply={"payload": choice})])

    def media(self, patient: int, caption: str, url: str) -> Posted:
        """Return a picture."""
        image = {"type": "image", "payload": {"url": url}}
        return self._notified([self._message(patient, attachments=[image], **({"text": caption} if caption else {}))])

    def edit(self, patient: int, words: str) -> Posted:
        """Return an edit."""
        return self._notified(
            [self._event(patient, message_edit={"mid": f"m_{fresh()}", "text": words, "num_edit": 1})]
        )

    def silent(self, patient: int, words: str) -> Mapping[str, Posted]:
        """Return an echo, a receipt, and a reaction."""
        reaction = {"mid": "m_0", "action": "react", "emoji": "❤", "reaction": "love"}
        return {
            "echo": self._notified([self._message(patient, text=words, is_echo=True)]),
            "receipt": self._notified([self._event(patient, read={"watermark": 1})]),
            "reaction": self._notified([self._event(patient, reaction=reaction)]),
        }

    def batch(self, said: Sequence[tuple[int, str]]) -> Posted:
        """Return one notification with an entry for each message; each has an echo, a receipt and a broken one too."""
        echo, receipt = self._message(0, text="an echo", is_echo=True), self._event(0, read={"watermark": 1})
        other: list[Any] = ["broken", echo, receipt]
        return self._notified(*([*other, self._message(patient, text=words)] for patient, words in said))

    def asked(self, request: Request) -> Asked:
        """Read a message, with quick replies."""
        assert request.headers["authorization"] == f"Bearer {self.variables['TOKEN']}"
        assert request.path == "/v23.0/me/messages"
        body = request.body
        assert body["messaging_type"] == "RESPONSE"
        text, replies = body["message"]["text"], body["message"].get("quick_replies", [])
        assert 0 < len(text) <= 2000
        assert all(len(one["title"]) <= 20 for one in replies)
        choices = {one["title"]: one["payload"] for one in replies}
        assert len(choices) == len(replies) <= 13
        return Asked(body["recipient"]["id"], text, choices)

    def accepted(self, asked: Asked, number: int) -> Answered:
        """Return the message's id."""
        return Answered(200, {"recipient_id": asked.to, "message_id": f"m_{number}"})

    def refused(self) -> Answered:
        """Return an error that no later try mends."""
        return Answered(400, {"error": {"code": 100}})

    def blocked(self) -> Answered:
        """Return the error when the patient has blocked the page."""
        return Answered(400, {"error": {"code": 551, "message": "This person isn't available right now."}})

    def closed(self) -> Answered:
        """Return the error outside the window."""
        return Answered(400, {"error": {"code": 10, "error_subcode": 2018278}})


class Telegram(Traffic):
    """Telegram."""

    row = "telegram"
    channel = "telegram"
    variables = {"TOKEN": "123456:our-bot-token", "SECRET_TOKEN": "our_secret_token"}

    def signed(self, body: bytes, secret: str | None = None) -> dict[str, str]:
        """Return the secret token."""
        del body
        return {"X-Telegram-Bot-Api-Secret-Token": secret or self.variables["SECRET_TOKEN"]}

    def address(self, patient: int) -> str:
        """Return the chat's id."""
        return f"98765{patient:07}"

    def _update(self, patient: int, kind: str, **content: Any) -> Posted:
        chat = int(self.address(patient))
        person = {"from": {"id": chat, "is_bot": False, "first_name": "Pat"}, "chat": {"id": chat, "type": "private"}}
        one = {"message_id": 42, "date": int(time.time()), **person, **content}
        return self.posted(json.dumps({"update_id": fresh(), kind: one}).encode())

    def text(self, patient: int, words: str) -> Posted:
        """Return a message."""
        return self._update(patient, "message", text=words)

    def tap(self, patient: int, title: str, choice: str) -> Posted:
        """Return a tap on an inline button."""
        keys = {"inline_keyboard": [[{"text": title, "callback_data": choice}]]}
        chat = {"id": int(self.address(patient)), "type": "private"}
        message = {"message_id": 41, "date": 1, "chat": chat, "text": "?", "reply_markup": keys}
        return self._update(patient, "callback_query", id=f"q{fresh()}", data=choice, message=message)

    def media(self, patient: int, caption: str, url: str) -> Posted:
        """Return a photo; Telegram's API would tell where it lies."""
        del url
        photo = {"photo": [{"file_id": "AgAD", "file_unique_id": "AQAD", "width": 90, "height": 90}]}
        return self._update(patient, "message", **photo, **({"caption": caption} if caption else {}))

    def edit(self, patient: int, words: str) -> Posted:
        """Return an edit."""
        return self._update(patient, "edited_message", text=words, edit_date=int(time.time()))

    def silent(self, patient: int, words: str) -> Mapping[str, Posted]:
        """Return a reaction, a group's message, and news about the chat."""
        group = {"id": -100123, "type": "supergroup", "title": "Walkers"}
        return {
            "reaction": self._update(patient, "message_reaction", new_reaction=[{"type": "emoji", "emoji": "👍"}]),
            "group": self._update(patient, "message", text=words, chat=group),
            "member": self._update(patient, "my_chat_member", new_chat_member={"status": "member"}),
            "poll": self._update(patient, "poll", question=words, options=[]),
        }

    def asked(self, request: Request) -> Asked:
        """Read a message, with an inline keyboard."""
        assert request.path == f"/bot{self.variables['TOKEN']}/sendMessage"
        body = request.body
        assert "parse_mode" not in body
        assert 0 < len(body["text"]) <= 4096
        keys = [key for row in body.get("reply_markup", {}).get("inline_keyboard", []) for key in row]
        assert all(0 < len(key["callback_data"].encode()) <= 64 for key in keys)
        choices = {key["text"]: key["callback_data"] for key in keys}
        assert len(choices) == len(keys)
        return Asked(str(body["chat_id"]), body["text"], choices)

    def accepted(self, asked: Asked, number: int) -> Answered:
        """Return the message."""
        return Answered(200, {"ok": True, "result": {"message_id": number, "chat": {"id": int(asked.to)}}})

    def throttled(self, seconds: int) -> Answered:
        """Return Telegram's own way to say how long to wait."""
        return Answered(429, {"ok": False, "error_code": 429, "parameters": {"retry_after": seconds}})

    def refused(self) -> Answered:
        """Return an error that no later try mends."""
        return Answered(400, {"ok": False, "error_code": 400, "description": "Bad Request"})

    def blocked(self) -> Answered:
        """Return the error when the patient has blocked the bot."""
        return Answered(403, {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"})


class Slack(Traffic):
    """Slack."""

    row = "slack"
    channel = "slack"
    variables = {"SIGNING_SECRET": "our-signing-secret", "TOKEN": "our-token"}

    def signed(self, body: bytes, secret: str | None = None, *, ago: int = 0) -> dict[str, str]:
        """Sign with Slack's own library, as of so many seconds ago."""
        at = str(int(time.time()) - ago)
        signature = SignatureVerifier(secret or self.variables["SIGNING_SECRET"]).generate_signature(
            timestamp=at, body=body
        )
        return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": str(signature)}

    def address(self, patient: int) -> str:
        """Return the id of the direct conversation."""
        return f"D{patient:07}"

    def user(self, patient: int) -> str:
        """Return the user's id."""
        return f"U98{patient:07}"

    def private(self, patient: int) -> tuple[str, ...]:
        """Return the conversation's id and the user's."""
        return self.address(patient), self.user(patient)

    def _event(self, patient: int, **content: Any) -> Posted:
        said = {
            "type": "message",
            "user": self.user(patient),
            "ts": f"{time.time():.6f}",
            "channel": self.address(patient),
        }
        event = {**said, "channel_type": "im", **content}
        about = {"type": "event_callback", "team_id": TEAM, "event_id": f"Ev{fresh()}"}
        return self.posted(json.dumps({**about, "event": event}).encode())

    def text(self, patient: int, words: str) -> Posted:
        """Return an event of a direct message, in which Slack escapes three signs."""
        escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return self._event(patient, text=escaped)

    def tap(self, patient: int, title: str, choice: str) -> Posted:
        """Return an interaction, which comes as a form."""
        action = {"type": "button", "action_id": choice, "text": {"type": "plain_text", "text": title}}
        payload = {
            "type": "block_actions",
            "team": {"id": TEAM},
            "user": {"id": self.user(patient)},
            "trigger_id": f"{fresh()}.1",
            "channel": {"id": self.address(patient)},
            "actions": [{**action, "action_ts": f"{time.time():.6f}"}],
        }
        body = urlencode({"payload": json.dumps(payload)}).encode()
        return replace(self.posted(body), headers={**self.signed(body), "Content-Type": FORM})

    def media(self, patient: int, caption: str, url: str) -> Posted:
        """Return a shared file."""
        file = {"id": "F0", "mimetype": "image/jpeg", "url_private": url}
        return self._event(patient, subtype="file_share", files=[file], text=caption)

    def edit(self, patient: int, words: str) -> Posted:
        """Return an event that changes a message."""
        inner = {"type": "message", "user": self.user(patient), "ts": "1355517523.000005"}
        changed = {**inner, "text": words, "edited": {"user": self.user(patient), "ts": f"{time.time():.6f}"}}
        before = {**inner, "text": "before"}
        return self._event(patient, subtype="message_changed", user=None, message=changed, previous_message=before)

    def silent(self, patient: int, words: str) -> Mapping[str, Posted]:
        """Return our own message, a group's, and a reaction."""
        return {
            "echo": self._event(patient, text=words, bot_id="B19LU7CSY"),
            "group": self._event(patient, text=words, channel="C024BE91L", channel_type="channel"),
            "reaction": self._event(patient, type="reaction_added", reaction="thumbsup"),
        }

    def asked(self, request: Request) -> Asked:
        """Read a message, with its blocks."""
        assert request.headers["authorization"] == f"Bearer {self.variables['TOKEN']}"
        assert request.path == "/chat.postMessage"
        body = request.body
        assert body["text"]
        assert body["mrkdwn"] is False
        blocks = body.get("blocks", [])
        assert all(len(one["text"]["text"]) <= 3000 for one in blocks if one["type"] == "section")
        buttons = [button for one in blocks if one["type"] == "actions" for button in one["elements"]]
        choices = {one["text"]["text"]: one["action_id"] for one in buttons}
        assert len(choices) == len(buttons) <= 25
        assert all(len(title) <= 75 for title in choices)
        text = body["text"].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        return Asked(body["channel"], text, choices)

    def accepted(self, asked: Asked, number: int) -> Answered:
        """Return the message's time, which is its id."""
        return Answered(200, {"ok": True, "channel": asked.to, "ts": f"{number}.000100"})

    def throttled(self, seconds: int) -> Answered:
        """Return Slack's error of too many messages."""
        return Answered(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": str(seconds)})

    def refused(self) -> Answered:
        """Return an error that no later try mends."""
        return Answered(400, {"ok": False, "error": "invalid_blocks"})

    def blocked(self) -> Answered:
        """Return the error when the conversation is gone, with Slack's usual status."""
        return Answered(200, {"ok": False, "error": "channel_not_found"})


TRAFFIC: Mapping[str, Traffic] = {
    one.row: one for one in (Twilio(), TwilioWhatsApp(), WhatsApp(), Messenger(), Telegram(), Slack())
}


def traffic(row: str) -> Traffic:
    """Return how the provider of a row sends."""
    assert row in TRAFFIC, f"write in {__file__} how the provider of the row {row} of channels.yml sends"
    return TRAFFIC[row]


def environment(apis: str) -> dict[str, str]:
    """Return the variables that switch all channels on.

    Args:
        apis: The address of the stand-in for their send APIs.
    """
    shared = {"STRIDE_PUBLIC_URL": PUBLIC, "STRIDE_ALARM_WEBHOOK": "none"}
    for one in TRAFFIC.values():
        own = {**one.variables, "API": f"{apis}/{one.channel}"}
        shared |= {f"STRIDE_{one.channel}_{name}".upper(): value for name, value in own.items()}
    return shared
