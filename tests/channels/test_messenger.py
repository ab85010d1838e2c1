"""Messenger: payloads as Meta publishes them. No library for Messenger is kept well enough to be a judge."""

import json
from typing import Any

import pytest
from hostile import bodies
from hypothesis import given

from bot.channels.messenger import Messenger
from bot.channels.meta import MetaCredentials
from bot.channels.wire import Arrived, Batch, Sent
from bot.reply.shown import Choice, Message

PATIENT, PAGE = "6543210987654321", "1234567890"
AT = 1458692752478  # milliseconds
URL = "https://graph.facebook.com/v23.0/me/messages"


def connector(**changed: str) -> Messenger:
    """A connector with its settings."""
    written = {"app_secret": "0123456789abcdef", "token": "EAAtoken", "verify_token": "chosen-by-us", **changed}
    return Messenger(MetaCredentials(**written), "https://bot.example")


def event(**content: Any) -> dict[str, Any]:
    """An event of a patient."""
    return {"sender": {"id": PATIENT}, "recipient": {"id": PAGE}, "timestamp": AT, **content}


def message(**content: Any) -> dict[str, Any]:
    """A patient's message."""
    return event(message={"mid": "m_1", **content})


def notification(*entries: list[Any], key: str = "messaging") -> dict[str, Any]:
    """A notification of Meta's."""
    return {"object": "page", "entry": [{"id": PAGE, "time": AT, key: events} for events in entries]}


def read(payload: Any) -> Batch:
    """Read a notification."""
    return connector().read(Arrived("/", {}, json.dumps(payload).encode(), now=7.0))


IMAGE = {"type": "image", "payload": {"url": "https://cdn.example/1.jpg"}}
LINK = {"type": "fallback", "payload": {"url": "https://example.org", "title": "A page"}}
POSTBACK = {"title": "Get Started", "payload": "GET_STARTED"}


@pytest.mark.parametrize(
    ("one", "text", "unreadable", "choice"),
    [
        (message(text="can't feel my saddle 😢"), "can't feel my saddle 😢", False, None),
        (message(text="and now?", reply_to={"mid": "m_0"}), "and now?", False, None),
        (message(text="Yes", quick_reply={"payload": "3.0"}), "Yes", False, "3.0"),
        (message(attachments=[IMAGE]), "", True, None),
        (message(text="my scan", attachments=[IMAGE]), "my scan", True, None),
        (message(attachments=[{"type": "audio", "payload": {"url": "https://cdn.example/1.mp4"}}]), "", True, None),
        (message(attachments=[{"type": "location", "payload": {}}]), "", True, None),
        (
            message(text="is https://example.org right?", attachments=[LINK]),
            "is https://example.org right?",
            False,
            None,
        ),
        (message(text="look", attachments=[LINK, IMAGE]), "look", True, None),
        (message(attachments=[LINK]), "", True, None),
        (event(postback={**POSTBACK, "mid": "m_1"}), "Get Started", False, "GET_STARTED"),
        (event(postback={"mid": "m_1", "payload": "3.1"}), "", False, "3.1"),
    ],
)
def test_messages_are_read(one: Any, text: str, unreadable: bool, choice: str | None) -> None:
    """Words, taps and attachments are read, with id, time and address; the preview of a link is no attachment."""
    (found,) = read(notification([one])).messages

    assert (found.text, found.unreadable, found.choice) == (text, unreadable, choice)
    assert (found.id, found.row, found.at) == ("m_1", "messenger", AT / 1000)
    assert found.addresses == {"user": PATIENT}


def test_edits_are_read_again() -> None:
    """Each edit is a message of its own with the new words."""
    edits = [event(message_edit={"mid": "m_1", "text": text, "num_edit": n}) for n, text in ((1, "numb"), (2, "fine"))]

    batch = read(notification([message(text="nub"), *edits]))

    assert [one.text for one in batch.messages] == ["nub", "numb", "fine"]
    assert len({one.id for one in batch.messages}) == 3


def test_tap_without_an_id() -> None:
    """A tap that has no id gets the same one when it is sent again, another tap another; none holds the address."""
    tap, later = event(postback=POSTBACK), {**event(postback=POSTBACK), "timestamp": AT + 1}

    ids = [one.id for one in read(notification([tap, later], [tap])).messages]

    assert ids[0] == ids[2] != ids[1]
    assert PATIENT not in "".join(ids)


@pytest.mark.parametrize(
    "one",
    [
        message(text="our answer", is_echo=True, app_id=1517776481860111),
        event(delivery={"mids": ["m_0"], "watermark": AT}),
        event(read={"watermark": AT}),
        event(reaction={"mid": "m_0", "action": "react", "emoji": "❤", "reaction": "love"}),
        event(referral={"ref": "poster", "source": "SHORTLINK", "type": "OPEN_THREAD"}),
        event(optin={"type": "notification_messages"}),
        event(message_edit={"mid": "m_0", "text": ""}),
        event(postback={}),
        event(),
        message(),
        message(text=5),
        message(text="", attachments="image"),
        event(message={"text": "no id"}),
        {**message(text="nobody's"), "sender": {"user_ref": "plugin"}},
        {**message(text="nobody's"), "sender": None},
        "message",
        None,
    ],
)
def test_the_rest_is_left_out(one: Any) -> None:
    """Echoes, receipts, reactions, referrals and what is broken are left out, and keep no other from being read."""
    batch = read(notification([one, event(message={"mid": "m_9", "text": "next"})]))

    assert [found.id for found in batch.messages] == ["m_9"]


def test_a_batch_is_read_in_order() -> None:
    """All events of all entries are read in order."""
    sent = [event(message={"mid": f"m_{number}", "text": "hello"}) for number in range(4)]

    batch = read(notification([sent[0], event(read={"watermark": AT})], [], [sent[1], sent[2]], [sent[3]]))

    assert [one.id for one in batch.messages] == ["m_0", "m_1", "m_2", "m_3"]


def test_standby_is_left_to_others() -> None:
    """While another app holds the conversation, its messages are left alone."""
    assert read(notification([message(text="hello")], key="standby")) == Batch()


def test_a_message_without_a_time_is_of_now() -> None:
    """A time that is missing or broken is the time at which the request came."""
    (found,) = read(notification([{**message(text="hello"), "timestamp": None}])).messages

    assert found.at == 7.0


COMPLEX = notification(
    [message(text="look", attachments=[LINK, IMAGE], quick_reply={"payload": "3.0"}), event(postback=POSTBACK)],
    [event(message_edit={"mid": "m_1", "text": "numb", "num_edit": 1})],
)


@given(body=bodies(COMPLEX))
def test_nothing_makes_reading_fail(body: bytes) -> None:
    """Any bytes, any JSON, and any payload with a wrong value are read without an error, into what can be kept."""
    batch = connector().read(Arrived("/", {}, body, now=7.0))

    for one in batch.messages:
        json.dumps([one.id, one.text, one.choice, dict(one.addresses)], ensure_ascii=False).encode()
        assert one.id
        assert one.addresses["user"]
        assert 0 < one.at < 1e12


CHOICES = (Choice("3.0", "Yes", "Yes"), Choice("3.1", "No", "No"))
QUICK_REPLIES = [
    {"content_type": "text", "title": "Yes", "payload": "3.0"},
    {"content_type": "text", "title": "No", "payload": "3.1"},
]
PICTURE = "https://bot.example/pictures/bend.png"
ATTACHED = {"attachment": {"type": "image", "payload": {"url": PICTURE, "is_reusable": True}}}


@pytest.mark.parametrize(
    ("shown", "content"),
    [
        (Message("Hello"), {"text": "Hello"}),
        (Message("Is it so?", CHOICES), {"text": "Is it so?", "quick_replies": QUICK_REPLIES}),
        (Message("", picture=PICTURE), ATTACHED),
        (Message("", CHOICES, picture=PICTURE), {**ATTACHED, "quick_replies": QUICK_REPLIES}),
        (Message("A person bends.", picture=PICTURE), ATTACHED),
    ],
)
def test_what_is_sent(shown: Message, content: dict[str, Any]) -> None:
    """Text, quick replies or a picture are sent as a response; a picture goes without the words that describe it."""
    call = connector().call(shown, "messenger", {"user": PATIENT})

    assert call.json == {"messaging_type": "RESPONSE", "recipient": {"id": PATIENT}, "message": content}
    assert (call.url, call.headers) == (URL, {"Authorization": "Bearer EAAtoken"})


def test_accepted() -> None:
    """An accepted message has an id."""
    sent = connector().outcome(200, {}, {"recipient_id": PATIENT, "message_id": "m_AG5Hz2U"})

    assert sent == Sent("accepted", "m_AG5Hz2U")


@pytest.mark.parametrize("body", [None, {}, {"message_id": ""}, "ok"])
def test_accepted_without_an_id(body: Any) -> None:
    """An answer that names no message is nothing to rely on."""
    assert connector().outcome(200, {}, body).outcome == "unknown"


@pytest.mark.parametrize(
    ("status", "code", "subcode", "outcome"),
    [
        (400, 4, None, "throttled"),
        (400, 4, 2018022, "throttled"),
        (400, 32, None, "throttled"),
        (400, 613, None, "throttled"),
        (400, 80006, None, "throttled"),
        (400, 1, 99, "retry"),
        (500, 1, 1357046, "unknown"),
        (500, 2, None, "retry"),
        (400, 1200, None, "retry"),
        (400, 190, 463, "retry"),
        (403, 10, None, "retry"),
        (403, 200, 2018028, "retry"),
        (403, 10, 2018278, "final"),
        (403, 10, 2018065, "final"),
        (400, 100, 2018001, "final"),
        (400, 551, 1545041, "blocked"),
        (400, 551, None, "blocked"),
        (400, 10, 2018108, "blocked"),
        (400, 200, 1545041, "blocked"),
        (400, 999, None, "final"),
        (502, 999, None, "unknown"),
    ],
)
def test_error_codes(status: int, code: int, subcode: int | None, outcome: str) -> None:
    """Each code of Meta's, some with a subcode, has its outcome, and is told; what Meta says in words is not."""
    error = {"message": f"(#{code}) to {PATIENT}", "type": "OAuthException", "code": code, "error_subcode": subcode}

    sent = connector().outcome(status, {"retry-after": "7"}, {"error": error})

    assert sent == Sent(outcome, wait=7.0, why=str(code) if subcode is None else f"{code}/{subcode}")


@pytest.mark.parametrize(("status", "outcome"), [(429, "throttled"), (500, "unknown"), (503, "retry"), (400, "final")])
def test_without_a_code_the_status_counts(status: int, outcome: str) -> None:
    """Without a code the HTTP status tells the outcome."""
    assert connector().outcome(status, {}, None) == Sent(outcome, why=f"HTTP {status}")
