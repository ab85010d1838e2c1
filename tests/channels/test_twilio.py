"""Twilio: forms as it posts them, signed by its own library."""

import base64
import hashlib
import hmac
import json
import logging
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import MultiDict
from pydantic import ValidationError
from twilio.request_validator import RequestValidator

from bot.channels.twilio import Twilio, TwilioCredentials
from bot.channels.wire import Arrived, Batch, Call, Receipt, Sent
from bot.reply.shown import Message

Form = list[tuple[str, str]]
ACCOUNT, SERVICE, TEMPLATE = "AC" + "0a" * 16, "MG" + "1b" * 16, "HX" + "2c" * 16
SECRET, OLD, WRONG = "0123456789abcdef", "fedcba9876543210", "00000000"
HOST, PATH = "https://bot.example", "/webhooks/twilio/webhook"
PHONE, USER, CLINIC = "+15550001111", "US.13491208655302741918", "+15559990000"
# Parameters that stand twice, hold nothing, spaces at an end, or more than ASCII; a router between has shuffled them.
TEXT: Form = [
    ("ToCountry", "US"),
    ("MessageSid", "SMe287d7109a5a925f182f0e07fe5b223b"),
    ("From", PHONE),
    ("Body", " can’t feel my saddle 😢 & it's 100% + numb "),
    ("FromCity", ""),
    ("To", CLINIC),
    ("NumMedia", "0"),
    ("Twice", "b"),
    ("Twice", "a"),
    ("Twice", "a"),
    ("AccountSid", ACCOUNT),
]


def connector(**changed: str) -> Twilio:
    """A connector with its settings."""
    written = {"account_sid": ACCOUNT, "auth_token": SECRET, "sms_from": CLINIC, **changed}
    return Twilio(TwilioCredentials(**{name: one for name, one in written.items() if one}), HOST)


def signature(form: Form = TEXT, url: str = HOST + PATH, secret: str = SECRET) -> str:
    """The signature of Twilio's own library."""
    return RequestValidator(secret).compute_signature(url, MultiDict(form))


def arrived(signed: str | None, form: Form = TEXT, path: str = PATH, **headers: str) -> Arrived:
    """A form that came with a signature."""
    own = {} if signed is None else {"x-twilio-signature": signed}
    kind = {"content-type": "application/x-www-form-urlencoded; charset=UTF-8"}
    return Arrived(path, {**kind, **headers, **own}, urlencode(form).encode(), now=7.0)


def read(**form: str) -> Batch:
    """Read a form."""
    return connector().read(arrived(None, [*form.items()]))


def without(form: Form, *names: str) -> Form:
    """A form without some parameters."""
    return [(name, value) for name, value in form if name not in names]


@pytest.mark.parametrize(
    ("path", "url"),
    [
        (PATH, HOST + PATH),
        (PATH, f"{HOST}:443{PATH}"),
        (f"{PATH}?x=1&y=%C3%A9", f"{HOST}{PATH}?x=1&y=%C3%A9"),
        (f"{PATH}?x=1&y=2", f"{HOST}:443{PATH}?x=1&y=2"),
    ],
)
def test_signed_forms_are_accepted(path: str, url: str) -> None:
    """What Twilio signs for the public address is accepted, with its query, and whether or not it names the port."""
    assert connector().verified(arrived(signature(url=url), path=path))


@pytest.mark.parametrize(
    "forged",
    [
        {"host": "127.0.0.1:5005"},
        {"host": "evil.example", "x-forwarded-host": "evil.example", "x-forwarded-proto": "http"},
        {"forwarded": "host=evil.example;proto=http", "x-original-url": "/other", "x-forwarded-path": "/other"},
    ],
)
def test_no_header_changes_the_address(forged: dict[str, str]) -> None:
    """The address comes from the settings: a forged header neither breaks nor makes a signature."""
    others = [signature(url=f"{scheme}://evil.example{PATH}") for scheme in ("https", "http")]

    assert connector().verified(arrived(signature(), **forged))
    assert not any(connector().verified(arrived(one, **forged)) for one in others)


@pytest.mark.parametrize(
    "given_signature",
    [
        None,
        "",
        " ",
        signature(secret=WRONG),
        signature()[:-1],
        f"{signature()}=",
        f" {signature()}",
        signature().lower(),
        signature().upper(),
        base64.b64decode(signature()).hex(),
        base64.b64encode(hmac.new(b"", (HOST + PATH).encode(), "sha1").digest()).decode(),
        base64.b64encode(hmac.new(SECRET.encode(), urlencode(TEXT).encode(), "sha1").digest()).decode(),
        base64.b64encode(hmac.new(SECRET.encode(), (HOST + PATH).encode(), "sha256").digest()).decode(),
        signature(form=[]),
        signature(form=[*TEXT, ("Body", "and more")]),
        signature(form=without(TEXT, "Body")),
        signature(form=without(TEXT, "FromCity", "Twice")),
        signature(form=[(name, value.strip()) for name, value in TEXT]),
        signature(form=[(name, "c" if name == "Twice" else value) for name, value in TEXT]),
        signature(url=f"http://bot.example{PATH}"),
        signature(url=f"https://bot.example.evil{PATH}"),
        signature(url=f"https://BOT.example{PATH}"),
        signature(url=f"{HOST}:8443{PATH}"),
        signature(url=f"{HOST}{PATH}/"),
        signature(url=f"{HOST}{PATH}?x=1"),
        "é\ud800",
    ],
)
def test_all_else_is_refused(given_signature: str | None) -> None:
    """A signature that is missing, cut, of another secret, body or address is refused, and nothing is raised."""
    assert not connector().verified(arrived(given_signature))


@pytest.mark.parametrize("path", [PATH, f"{PATH}?y=2&x=1", f"{PATH}?x=1", f"{PATH}?x=1&y=2&z", f"{PATH}?X=1&y=2"])
def test_the_query_is_signed(path: str) -> None:
    """Another query, or the same in another order, is another address."""
    signed = signature(url=f"{HOST}{PATH}?x=1&y=2")

    assert not connector().verified(arrived(signed, path=path))


@pytest.mark.parametrize(("public", "host"), [("https://bot.example/stride", HOST), ("https://bot.example:8443", HOST)])
def test_public_addresses(public: str, host: str) -> None:
    """A public address may have a path or a port of its own, which then must be signed too."""
    credentials = TwilioCredentials(account_sid=ACCOUNT, auth_token=SECRET, sms_from=CLINIC)

    ours = Twilio(credentials, public)

    assert ours.verified(arrived(signature(url=public + PATH)))
    assert not ours.verified(arrived(signature(url=f"{host}/other{PATH}")))


def test_two_secrets_count_during_a_rotation() -> None:
    """The previous secret counts for as long as it is set."""
    old, new = arrived(signature(secret=OLD)), arrived(signature())

    assert connector(previous_auth_token=OLD).verified(old)
    assert connector(previous_auth_token=OLD).verified(new)
    assert not connector().verified(old)


@given(form=st.lists(st.tuples(st.text(max_size=8), st.text(max_size=20)), max_size=6))
def test_every_form_can_be_signed(form: Form) -> None:
    """Whatever parameters a form has, Twilio's signature of it is accepted; and not for one parameter more."""
    signed = signature(form)

    assert connector().verified(arrived(signed, form))
    assert not connector().verified(arrived(signed, [*form, ("Body", "one more parameter")]))


JSON = json.dumps({"text": "can’t feel &MessageSid=SM1&From=%2B1555&Body=forged&"}, ensure_ascii=False).encode()
DIGEST = hashlib.sha256(JSON).hexdigest()


def as_json(body: bytes, digest: str = DIGEST, secret: str = SECRET) -> Arrived:
    """A JSON body, whose digest stands in the signed address."""
    path = f"{PATH}?bodySHA256={digest}"
    signed = RequestValidator(secret).compute_signature(HOST + path, {})
    return Arrived(path, {"content-type": "application/json", "x-twilio-signature": signed}, body, now=7.0)


def test_signed_json_is_accepted() -> None:
    """A JSON body counts by its digest in the signed address; no text in it is taken for a form."""
    assert connector().verified(as_json(JSON))
    assert connector().read(as_json(JSON)) == Batch()


@pytest.mark.parametrize(
    "request_",
    [
        as_json(JSON + b" "),
        as_json(b""),
        as_json(JSON + b"\xff"),
        as_json(JSON, digest=DIGEST.upper()),
        as_json(JSON, digest=""),
        as_json(JSON, digest="0"),
        as_json(JSON, secret=WRONG),
    ],
)
def test_other_json_is_refused(request_: Arrived) -> None:
    """A JSON body that does not fit the signed digest, or a digest that nobody signed, is refused."""
    assert not connector().verified(request_)


SID = "SMe287d7109a5a925f182f0e07fe5b223b"
SMS = {"MessageSid": SID, "SmsStatus": "received", "From": PHONE, "To": CLINIC, "NumMedia": "0"}
WHATSAPP = {
    **SMS,
    "From": f"whatsapp:{PHONE}",
    "To": f"whatsapp:{CLINIC}",
    "WaId": PHONE[1:],
    "ProfileName": "Pat",
    "MessageType": "text",
}
PICTURE = {"NumMedia": "1", "MediaContentType0": "image/jpeg", "MediaUrl0": "https://api.twilio.com/x"}
PLACE = {"Latitude": "51.5", "Longitude": "0.1"}


@pytest.mark.parametrize(
    ("form", "row", "text", "unreadable"),
    [
        ({**SMS, "Body": "numb 😢"}, "sms", "numb 😢", False),
        ({**SMS, "Body": "numb", "NumMedia": ""}, "sms", "numb", False),
        ({**SMS, **PICTURE, "Body": "can't feel when i wipe"}, "sms", "can't feel when i wipe", True),
        ({**SMS, **PICTURE, "Body": ""}, "sms", "", True),
        ({**SMS, **PICTURE}, "sms", "", True),
        ({**SMS, "Body": ""}, "sms", "", True),
        ({**SMS, "Body": "  "}, "sms", "  ", True),
        (SMS, "sms", "", True),
        ({**SMS, "From": "12345", "Body": "hello"}, "sms", "hello", False),
        ({**WHATSAPP, "Body": "hello"}, "twilio_whatsapp", "hello", False),
        ({**WHATSAPP, "Body": "hello", "OriginalRepliedMessageSid": "SM1"}, "twilio_whatsapp", "hello", False),
        ({**WHATSAPP, **PICTURE, "Body": "look", "MessageType": "image"}, "twilio_whatsapp", "look", True),
        ({**WHATSAPP, **PICTURE, "Body": "", "MessageType": "audio"}, "twilio_whatsapp", "", True),
        ({**WHATSAPP, **PICTURE, "Body": "", "MessageType": "contacts"}, "twilio_whatsapp", "", True),
        ({**WHATSAPP, **PLACE, "Body": "", "MessageType": "location"}, "twilio_whatsapp", "", True),
        ({**WHATSAPP, **PLACE, "Body": "at home", "MessageType": "location"}, "twilio_whatsapp", "at home", True),
        ({**WHATSAPP, "Body": "", "MessageType": "unsupported"}, "twilio_whatsapp", "", True),
    ],
)
def test_messages_are_read(form: dict[str, str], row: str, text: str, unreadable: bool) -> None:
    """Words, captions and what is no words are read, with their id, row and time."""
    (found,) = read(**form).messages

    assert (found.id, found.row, found.at) == (SID, row, 7.0)
    assert (found.text, found.unreadable, found.choice, found.answered) == (text, unreadable, None, None)


@pytest.mark.parametrize(
    ("form", "addresses"),
    [
        (SMS, {"phone": PHONE}),
        ({**SMS, "ExternalUserId": USER}, {"phone": PHONE}),
        (WHATSAPP, {"phone": PHONE}),
        ({**WHATSAPP, "ExternalUserId": USER}, {"phone": PHONE, "user": USER}),
        ({**WHATSAPP, "ExternalUserId": f"whatsapp:{USER}"}, {"phone": PHONE, "user": USER}),
        ({**WHATSAPP, "ExternalUserId": "US.ENT.118"}, {"phone": PHONE, "user": "US.ENT.118"}),
        ({**WHATSAPP, "ExternalUserId": ""}, {"phone": PHONE}),
        ({**WHATSAPP, "ExternalUserId": "not an id"}, {"phone": PHONE}),
        ({**WHATSAPP, "From": f"whatsapp:{USER}", "ExternalUserId": USER}, {"user": USER}),
        ({**WHATSAPP, "From": f"whatsapp:{USER}"}, {"user": USER}),
    ],
)
def test_addresses(form: dict[str, str], addresses: dict[str, str]) -> None:
    """A sender has the phone number first, and WhatsApp's user id, which is alone when the number is hidden."""
    (found,) = read(**form, Body="hello").messages

    assert [*found.addresses.items()] == [*addresses.items()]


@pytest.mark.parametrize(
    ("form", "text", "choice"),
    [
        ({"Body": "Yes", "ButtonText": "Yes", "ButtonPayload": "3.0"}, "Yes", "3.0"),
        ({"Body": "", "ButtonText": "Call me", "ButtonPayload": ""}, "Call me", None),
        ({"Body": "Yes", "ButtonPayload": "3.0"}, "Yes", "3.0"),
    ],
)
def test_buttons_of_templates(form: dict[str, str], text: str, choice: str | None) -> None:
    """A tapped button has its title for words, and its payload for a choice."""
    (found,) = read(**WHATSAPP, **form).messages

    assert (found.text, found.choice, found.unreadable) == (text, choice, False)


@pytest.mark.parametrize(
    ("told", "answered"),
    [("STOP", "stop"), ("START", "start"), ("HELP", "help"), ("", None), ("OTHER", None), ("stop", None)],
)
def test_what_twilio_has_answered(told: str, answered: str | None) -> None:
    """Twilio says to which words it has replied by itself."""
    (found,) = read(**SMS, Body="STOP", OptOutType=told).messages

    assert (found.answered, found.text) == (answered, "STOP")


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"Body": "hello"},
        {**SMS, "MessageSid": ""},
        {"MessageSid": SID, "Body": "hello"},
        {**SMS, "From": ""},
        {**WHATSAPP, "From": "whatsapp:"},
        {**SMS, "From": f"rcs:{PHONE}", "Body": "hello"},
        {**SMS, "From": "messenger:123", "Body": "hello"},
        {**WHATSAPP, "MessageType": "reaction", "Body": "👍"},
        {**WHATSAPP, "MessageType": "system", "Body": ""},
        {"MessageStatus": "failed", "To": PHONE},
        {"MessageStatus": "failed", "MessageSid": SID},
        {"MessageStatus": "failed", "MessageSid": SID, "To": "rcs:stride"},
    ],
)
def test_the_rest_is_left_out(form: dict[str, str]) -> None:
    """Reactions, other channels, and what lacks an id or an address are left alone."""
    assert read(**form) == Batch()


@pytest.mark.parametrize(
    ("status", "code", "failed"),
    [
        ("queued", "", False),
        ("sent", "", False),
        ("delivered", "", False),
        ("read", "", False),
        ("something-new", "30001", False),
        ("failed", "21610", True),
        ("undelivered", "63016", True),
        ("undelivered", "", True),
    ],
)
@pytest.mark.parametrize(
    ("to", "row"),
    [(PHONE, "sms"), (f"whatsapp:{PHONE}", "twilio_whatsapp"), (f"whatsapp:{USER}", "twilio_whatsapp")],
)
def test_receipts(status: str, code: str, failed: bool, to: str, row: str) -> None:
    """A status callback tells what became of a message, and why by a number; it is never a message."""
    batch = read(MessageSid=SID, MessageStatus=status, SmsStatus=status, ErrorCode=code, From=CLINIC, To=to, Body="x")

    assert batch == Batch(receipts=(Receipt(row, SID, failed, code if failed else ""),))


NAMES = st.sampled_from([*WHATSAPP, *PICTURE, *PLACE, "Body", "MessageStatus", "OptOutType", "ExternalUserId"])
BODIES = st.binary() | st.lists(st.tuples(NAMES, st.text(max_size=20))).map(lambda form: urlencode(form).encode())


@given(body=BODIES, tail=st.text(st.characters(blacklist_categories=["Cs"])), secret=st.text())
def test_nothing_makes_it_fail(body: bytes, tail: str, secret: str) -> None:
    """Any bytes at any address with any signature are refused, and read into what can be kept, without an error."""
    request = Arrived(f"/{tail}", {"x-twilio-signature": secret}, body, now=7.0)

    batch = connector().read(request)

    assert not connector().verified(request)
    for one in batch.messages:
        json.dumps([one.id, one.text, one.choice, dict(one.addresses)], ensure_ascii=False).encode()
        assert one.id
        assert all(one.addresses.values())


@pytest.mark.parametrize(
    "tail", ["?bodySHA256", "?bodySHA256=", "?bodySHA256=1#", "?a#bodySHA256=1", "?&&=", "/[", "//["]
)
def test_odd_addresses(tail: str) -> None:
    """An odd address with a right signature of something else is refused, without an error."""
    request = Arrived(PATH + tail, {"x-twilio-signature": signature()}, urlencode(TEXT).encode())

    assert not connector().verified(request)


def test_nothing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Neither the expected signature nor the body of a forged request gets into the log."""
    caplog.set_level(logging.DEBUG)

    connector().verified(arrived(signature(secret=WRONG)))
    connector().read(arrived(None))

    assert caplog.records == []


def test_thanks() -> None:
    """The request is answered with TwiML that sends nothing."""
    assert connector().thanks == ("text/xml", "<Response/>")


URL = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
CALLBACK = {"StatusCallback": HOST + PATH}
BOTH = {"whatsapp_from": "+15559990001"}


@pytest.mark.parametrize(
    ("settings", "row", "addresses", "form"),
    [
        ({}, "sms", {"phone": PHONE}, {"To": PHONE, "From": CLINIC}),
        ({"sms_from": "12345"}, "sms", {"phone": PHONE}, {"To": PHONE, "From": "12345"}),
        (BOTH, "sms", {"phone": PHONE}, {"To": PHONE, "From": CLINIC}),
        (
            BOTH,
            "twilio_whatsapp",
            {"phone": PHONE, "user": USER},
            {"To": f"whatsapp:{PHONE}", "From": "whatsapp:+15559990001"},
        ),
        (
            BOTH,
            "twilio_whatsapp",
            {"user": USER, "phone": PHONE},
            {"To": f"whatsapp:{USER}", "From": "whatsapp:+15559990001"},
        ),
        (
            {"messaging_service_sid": SERVICE},
            "sms",
            {"phone": PHONE},
            {"To": PHONE, "From": CLINIC, "MessagingServiceSid": SERVICE},
        ),
        (
            {"messaging_service_sid": SERVICE, "sms_from": ""},
            "sms",
            {"phone": PHONE},
            {"To": PHONE, "MessagingServiceSid": SERVICE},
        ),
        (
            {"messaging_service_sid": SERVICE},
            "twilio_whatsapp",
            {"phone": PHONE},
            {"To": f"whatsapp:{PHONE}", "MessagingServiceSid": SERVICE},
        ),
    ],
)
def test_calls(settings: dict[str, str], row: str, addresses: dict[str, str], form: dict[str, str]) -> None:
    """A message goes to the first address, from the row's number or the service, and its receipts come back to us."""
    call = connector(**settings).call(Message("Sit *down* & rest"), row, addresses)

    assert call == Call(URL, form={**form, "Body": "Sit *down* & rest", **CALLBACK}, auth=(ACCOUNT, SECRET))


@pytest.mark.parametrize(
    ("message", "content"),
    [
        (Message("Bend", picture="https://bot.example/bend.png"), {"Body": "Bend"}),
        (Message("", picture="https://bot.example/bend.png"), {}),
    ],
)
def test_pictures(message: Message, content: dict[str, str]) -> None:
    """A picture goes with its words."""
    form = connector(**BOTH).call(message, "twilio_whatsapp", {"phone": PHONE}).form

    assert form is not None
    sent = {name: value for name, value in form.items() if name in ("Body", "MediaUrl")}
    assert sent == {**content, "MediaUrl": "https://bot.example/bend.png"}


def test_template() -> None:
    """On WhatsApp the template stands in for an urgent message, without words of ours."""
    call = connector(template=TEMPLATE, **BOTH).template("twilio_whatsapp", {"phone": PHONE})

    form = {"To": f"whatsapp:{PHONE}", "From": "whatsapp:+15559990001", "ContentSid": TEMPLATE, **CALLBACK}
    assert call == Call(URL, form=form, auth=(ACCOUNT, SECRET))


@pytest.mark.parametrize(("template", "row"), [("", "twilio_whatsapp"), (TEMPLATE, "sms")])
def test_no_template(template: str, row: str) -> None:
    """Without one, and for text messages, there is no template."""
    assert connector(template=template, **BOTH).template(row, {"phone": PHONE}) is None


def test_another_api() -> None:
    """The address of the API comes from the settings."""
    call = connector(api="http://127.0.0.1:5000/").call(Message("Hello"), "sms", {"phone": PHONE})

    assert call.url == f"http://127.0.0.1:5000/2010-04-01/Accounts/{ACCOUNT}/Messages.json"


def test_accepted() -> None:
    """An accepted message has an id."""
    assert connector().outcome(201, {}, {"sid": SID, "status": "queued"}) == Sent("accepted", SID)


@pytest.mark.parametrize("body", [None, {}, {"sid": None}, "ok"])
def test_accepted_by_somebody_else(body: Any) -> None:
    """An answer that Twilio did not give is nothing to rely on."""
    assert connector().outcome(200, {}, body).outcome == "unknown"


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (400, 14107, "throttled"),
        (400, 21211, "final"),
        (400, 21610, "blocked"),
        (400, 21611, "throttled"),
        (400, 21614, "final"),
        (400, 21617, "final"),
        (400, 63016, "final"),
        (400, 63018, "throttled"),
        (400, 63038, "throttled"),
        (401, 20003, "retry"),
        (403, 20003, "final"),
        (404, 20404, "final"),
        (429, 20429, "throttled"),
        (429, 63018, "throttled"),
        (500, 20500, "unknown"),
        (503, 21730, "retry"),
        (503, 20503, "retry"),
    ],
)
def test_errors(status: int, code: int, outcome: str) -> None:
    """Each error has its outcome, and is told by its number: what Twilio says in words holds the patient's."""
    body = {"code": code, "message": f"The message to {PHONE} failed", "status": status}

    assert connector().outcome(status, {"retry-after": "7"}, body) == Sent(outcome, wait=7.0, why=str(code))


@pytest.mark.parametrize("body", [None, {}, [], "error", {"code": "21610"}, {"code": None}])
@pytest.mark.parametrize(
    ("status", "outcome"),
    [(400, "final"), (429, "throttled"), (500, "unknown"), (502, "unknown"), (503, "retry"), (504, "unknown")],
)
def test_errors_without_a_code(body: Any, status: int, outcome: str) -> None:
    """Without a code the HTTP status counts: after 500, 502 and 504 Twilio may have accepted the message."""
    assert connector().outcome(status, {}, body) == Sent(outcome, why=f"HTTP {status}")


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("account_sid", "SM" + "0a" * 16),
        ("account_sid", ACCOUNT[:-1]),
        ("account_sid", f"{ACCOUNT}\n"),
        ("account_sid", f"{ACCOUNT[:-3]}/.."),
        ("auth_token", " "),
        ("auth_token", f"{SECRET} "),
        ("auth_token", f"{SECRET}é"),
        ("previous_auth_token", f"{OLD}\n"),
        ("sms_from", "15559990000"),
        ("sms_from", "+1 555 999 0000"),
        ("sms_from", "+٣٣٣٣٣٣٣٣"),
        ("sms_from", "CLINIC"),
        ("whatsapp_from", "whatsapp:+15559990000"),
        ("whatsapp_from", "12345"),
        ("messaging_service_sid", ACCOUNT),
        ("template", "urgent"),
        ("api", "http://twilio.example"),
        ("auth_tokn", "misspelt"),
    ],
)
def test_wrong_settings(name: str, wrong: str) -> None:
    """A setting that Twilio would not take is refused at the start, and no secret is told."""
    with pytest.raises(ValidationError, match=name) as refused:
        connector(**{name: wrong})

    assert SECRET not in str(refused.value)


@pytest.mark.parametrize("name", ["account_sid", "auth_token"])
def test_missing_settings(name: str) -> None:
    """The channel does not start without its account and secret, nor with an empty secret."""
    with pytest.raises(ValidationError, match=name):
        connector(**{name: ""})
    with pytest.raises(ValidationError, match="auth_token"):
        TwilioCredentials(account_sid=ACCOUNT, auth_token="", sms_from=CLINIC)


def test_somebody_must_send() -> None:
    """The channel does not start without a number or a service that sends."""
    with pytest.raises(ValidationError, match="sms_from, whatsapp_from or messaging_service_sid"):
        connector(sms_from="")
