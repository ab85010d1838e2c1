"""Text messages, and WhatsApp, through Twilio's Messaging API."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pydantic import AnyHttpUrl, Field, SecretStr, root_validator, validator
from sanic.request import RequestParameters
from twilio.request_validator import RequestValidator

from bot.channels.connector import Connector, Credentials, one_of
from bot.channels.provider import by_status, inside, name, wait
from bot.channels.wire import Arrived, Batch, Call, Receipt, Sent
from bot.reply.shown import Message
from bot.store.messages import Outcome, ProvidersAnswer, Received

SMS, WHATSAPP = "sms", "twilio_whatsapp"
PREFIX = "whatsapp:"  # of addresses there
USER = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]+")  # WhatsApp, "Business-scoped user IDs"
SECRET = re.compile(r"[!-~]+")
SID = "[0-9a-fA-F]{32}\\Z"
SILENT = frozenset({"reaction", "system"})  # WhatsApp's types of messages that say nothing
FAILED = frozenset({"failed", "undelivered"})
# Twilio, "Advanced Opt-Out": `OptOutType`, which comes when Twilio itself has answered.
ANSWERED: dict[str, ProvidersAnswer] = {"STOP": "stop", "START": "start", "HELP": "help"}
# Twilio, "Error and Warning Dictionary": the codes of which the HTTP status does not tell enough. The others that come
# with a 4xx are final, such as 21211 and 21614 (no number for text messages), 21617 (too long), and 63016 (the patient
# last wrote over 24 hours ago).
CODES: dict[int, Outcome] = {
    14107: "throttled",
    20429: "throttled",
    21610: "blocked",  # the patient has sent STOP
    21611: "throttled",  # the sender's queue is full
    21730: "retry",  # maintenance
    63018: "throttled",
    63038: "throttled",
}


class TwilioCredentials(Credentials):
    """The settings of Twilio.

    Attributes:
        account_sid: The account's id.
        auth_token: The account's secret, with which Twilio signs.
        previous_auth_token: The one before, during a rotation.
        sms_from: The clinic's number for text messages, as +15550001111, or its short code.
        whatsapp_from: The clinic's number on WhatsApp, as +15550001111.
        messaging_service_sid: The Messaging Service that chooses a number.
        template: The id of the approved content template that stands in for an urgent message when the patient last
            wrote over 24 hours ago on WhatsApp; None if there is none.
    """

    account_sid: str = Field(..., regex=f"^AC{SID}")
    auth_token: SecretStr
    previous_auth_token: SecretStr | None = None
    sms_from: str | None = Field(None, regex=r"^(\+[1-9][0-9]{6,14}|[0-9]{5,6})\Z")
    whatsapp_from: str | None = Field(None, regex=r"^\+[1-9][0-9]{6,14}\Z")
    messaging_service_sid: str | None = Field(None, regex=f"^MG{SID}")
    template: str | None = Field(None, regex=f"^HX{SID}")
    api: AnyHttpUrl = Field("https://api.twilio.com")

    @validator("auth_token", "previous_auth_token")
    def _one_word(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and not SECRET.fullmatch(secret.get_secret_value()):
            raise ValueError("write it as Twilio shows it, without spaces")
        return secret

    @root_validator(skip_on_failure=True)
    def _has_a_sender(cls, values: dict[str, Any]) -> dict[str, Any]:
        if not any(values[one] for one in ("sms_from", "whatsapp_from", "messaging_service_sid")):
            raise ValueError("name who sends: sms_from, whatsapp_from or messaging_service_sid")
        return values


class Twilio(Connector):
    """Twilio: text messages, and WhatsApp, where a patient has a phone number, a user id, or both."""

    channel = "twilio"
    rows = (SMS, WHATSAPP)
    address = "phone"
    settings = TwilioCredentials
    credentials: TwilioCredentials

    def __init__(self, credentials: TwilioCredentials, public_url: str) -> None:
        """Create a connector; Twilio signs the public address, and tells it what becomes of a message."""
        self.credentials = credentials
        self._public_url = public_url
        secrets = one_of(credentials.auth_token, credentials.previous_auth_token)
        self._validators = [RequestValidator(secret) for secret in secrets]

    def verified(self, arrived: Arrived) -> bool:
        """Return whether Twilio has signed a request to the public address (Twilio, "Secure webhooks")."""
        try:
            signed = arrived.body.decode() if self._hashed(arrived) else _form(arrived)
        except UnicodeDecodeError:
            return False
        given = arrived.headers.get("x-twilio-signature", "")
        url = self._public_url + arrived.path
        return any(one.validate(url, signed, given) for one in self._validators)

    def read(self, arrived: Arrived) -> Batch:
        """Read a message, or a receipt (Twilio, "Request to your incoming message webhook URL")."""
        if self._hashed(arrived):  # JSON, in which any text could look like a form
            return Batch()
        form = _form(arrived)
        if form.get("MessageStatus"):
            receipt = _receipt(form)
            return Batch(receipts=(receipt,) if receipt else ())
        message = _message(form, arrived.now)
        return Batch((message,) if message else ())

    def _hashed(self, arrived: Arrived) -> bool:
        """Return whether Twilio has signed the digest of the body, in the address, as it does for JSON."""
        return "bodySHA256" in parse_qs(urlsplit(self._public_url + arrived.path).query)

    @property
    def thanks(self) -> tuple[str, str]:
        """An empty answer in TwiML: replies are sent on their own."""
        return "text/xml", "<Response/>"

    def call(self, message: Message, row: str, addresses: Mapping[str, str]) -> Call:
        """Return the request that sends a message; choices are numbered in its words."""
        picture = {"MediaUrl": message.picture} if message.picture else {}
        return self._send(row, addresses, {**({"Body": message.text} if message.text else {}), **picture})

    def template(self, row: str, addresses: Mapping[str, str]) -> Call | None:
        """Return the request that sends the content template; None if there is none."""
        if row != WHATSAPP or self.credentials.template is None:
            return None
        return self._send(row, addresses, {"ContentSid": self.credentials.template})

    def _send(self, row: str, addresses: Mapping[str, str], content: Mapping[str, str]) -> Call:
        own = self.credentials
        prefix, number = (PREFIX, own.whatsapp_from) if row == WHATSAPP else ("", own.sms_from)
        # A Messaging Service uses the number that is given. Without either, Twilio refuses the message for good.
        sender = {"From": f"{prefix}{number}"} if number else {}
        service = {"MessagingServiceSid": own.messaging_service_sid} if own.messaging_service_sid else {}
        to = {"To": prefix + next(iter(addresses.values()))}
        callback = {"StatusCallback": self._public_url + self.path(self.channel)}
        return Call(
            f"{own.api.rstrip('/')}/2010-04-01/Accounts/{own.account_sid}/Messages.json",
            form={**to, **sender, **service, **content, **callback},
            auth=(own.account_sid, own.auth_token.get_secret_value()),
        )

    def outcome(self, status: int, headers: Mapping[str, str], body: Any) -> Sent:
        """Tell what came of a message."""
        if 200 <= status < 300:
            sent = name(body, "sid")
            return Sent("accepted", sent) if sent else Sent("unknown", why="no id")
        told, code = by_status(status, headers), inside(body, "code")
        if not isinstance(code, int):
            return told
        return Sent(CODES.get(code, told.outcome), wait=wait(headers), why=str(code))


def _form(arrived: Arrived) -> Any:
    """Return the body's parameters: `get` has the first value, `getlist` has all, empty ones too."""
    return RequestParameters(parse_qs(arrived.body.decode("utf-8", "replace"), keep_blank_values=True))


def _person(address: str) -> tuple[str, dict[str, str]] | None:
    """Return the row of an address, and it by kind; None if it is none of ours, such as `rcs:…`."""
    if address.startswith(PREFIX):
        bare = address.removeprefix(PREFIX)
        if USER.fullmatch(bare):
            return WHATSAPP, {"user": bare}
        return (WHATSAPP, {"phone": bare}) if bare else None
    return (SMS, {"phone": address}) if address and ":" not in address else None


def _message(form: Any, now: float) -> Received | None:
    """Return a message; None for a reaction, another channel's, or one that is broken."""
    given, person = form.get("MessageSid"), _person(form.get("From", ""))
    if not given or person is None or form.get("MessageType") in SILENT:
        return None
    row, addresses = person
    user = form.get("ExternalUserId", "").removeprefix(PREFIX)
    if row == WHATSAPP and USER.fullmatch(user):  # on every message; `From` is the phone number if Twilio knows it
        addresses = {**addresses, "user": user}
    text = form.get("ButtonText") or form.get("Body", "")
    # A place, and what Twilio cannot show, come without words.
    unreadable = form.get("NumMedia", "0") not in ("", "0") or "Latitude" in form or not text.strip()
    answered = ANSWERED.get(form.get("OptOutType", ""))
    return Received(given, addresses, row, now, text, unreadable, form.get("ButtonPayload") or None, answered)


def _receipt(form: Any) -> Receipt | None:
    """Return what became of a message (Twilio, "Outbound message status in status callbacks")."""
    given, person = form.get("MessageSid"), _person(form.get("To", ""))
    if not given or person is None:
        return None
    failed = form.get("MessageStatus") in FAILED
    return Receipt(person[0], given, failed, form.get("ErrorCode", "") if failed else "")
