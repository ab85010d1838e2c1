"""Slack: events and interactions as it posts them, signed by its own library, which judges our blocks too."""

import hashlib
import hmac
import json
import logging
from typing import Any
from urllib.parse import urlencode

import pytest
from hostile import bodies
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from slack_sdk.models.blocks import Block
from slack_sdk.signature import SignatureVerifier

from bot.channels.slack import ERRORS, Slack, SlackCredentials
from bot.channels.wire import Arrived, Batch, Sent
from bot.reply.shown import Choice, Message

SECRET, OLD, WRONG = "8f742231b10e8888abcd99yyyzzz85a5", "fedcba9876543210", "00000000"
TOKEN = "xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcHrzqqgy"
NOW = 1_531_420_618
TEAM, USER, BOT, IM, GROUP = "T123ABC456", "U123ABC456", "U0BOT", "D024BE91L", "G024BE91L"
PERSON = {"channel": IM, "user": f"{TEAM}/{USER}"}
MESSAGE = {
    "type": "message",
    "user": USER,
    "text": "can't feel my saddle",
    "ts": "1355517523.000005",
    "team": TEAM,
    "channel": IM,
    "event_ts": "1355517523.000005",
    "channel_type": "im",
}


def connector(**changed: str) -> Slack:
    """A connector with its settings."""
    return Slack(SlackCredentials(**{"signing_secret": SECRET, "token": TOKEN, **changed}), "https://bot.example")


def event(**content: Any) -> dict[str, Any]:
    """An event of Slack's."""
    return {
        "token": "XXYYZZ",
        "team_id": TEAM,
        "api_app_id": "A123ABC456",
        "event": {**MESSAGE, **content},
        "type": "event_callback",
        "event_id": "Ev123ABC456",
        "event_time": 1355517523,
    }


def edit(before: Any, after: Any) -> dict[str, Any]:
    """An event that changes a message."""
    inner = {name: MESSAGE[name] for name in ("type", "user", "team", "ts")}
    return event(
        subtype="message_changed",
        hidden=True,
        ts="1358878755.000001",
        user=None,
        text=None,
        message={**inner, "edited": {"user": USER, "ts": "1358878755.000000"}, **after},
        previous_message={**inner, **before},
    )


def read(payload: Any) -> Batch:
    """Read an event."""
    return connector().read(Arrived("/", {}, json.dumps(payload).encode(), now=7.0))


def interact(payload: Any) -> Batch:
    """Read an interaction, which comes as a form."""
    return connector().read(Arrived("/", {}, urlencode({"payload": json.dumps(payload)}).encode(), now=7.0))


FILE = {"id": "F0", "name": "walk.jpg", "mimetype": "image/jpeg", "url_private": "https://files.slack.com/x"}


@pytest.mark.parametrize(
    ("content", "text", "unreadable"),
    [
        ({}, "can't feel my saddle", False),
        ({"thread_ts": "1355517000.000001", "parent_user_id": BOT}, "can't feel my saddle", False),
        ({"subtype": "thread_broadcast"}, "can't feel my saddle", False),
        ({"subtype": "me_message", "text": "can't pee"}, "can't pee", False),
        ({"subtype": "file_share", "files": [FILE], "text": "when i wipe"}, "when i wipe", True),
        ({"subtype": "file_share", "files": [FILE], "text": ""}, "", True),
        ({"files": [FILE], "text": ""}, "", True),
        ({"text": "", "attachments": [{"is_share": True, "text": "a message of somebody"}]}, "", True),
    ],
)
def test_messages_are_read(content: Any, text: str, unreadable: bool) -> None:
    """Words, captions and what is no words are read, with id, time and addresses, the conversation first."""
    (found,) = read(event(**content)).messages

    assert (found.text, found.unreadable, found.choice) == (text, unreadable, None)
    assert (found.id, found.row, found.at) == ("Ev123ABC456", "slack", 1355517523.000005)
    assert [*found.addresses.items()] == [*PERSON.items()]


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("pain &gt; 5 &amp; numb &lt; knee", "pain > 5 & numb < knee"),
        ("&amp;lt; is no sign", "&lt; is no sign"),
        ("look at <http://example.org/a?b=1&amp;c=2>", "look at http://example.org/a?b=1&c=2"),
        ("look at <http://example.org|example.org> there", "look at example.org there"),
        ("ask <mailto:pat@example.org|pat@example.org>", "ask pat@example.org"),
        ("call <tel:+15550001111|555-000-1111>", "call 555-000-1111"),
        (f"<@{BOT}> numb between my legs", "numb between my legs"),
        (f"hi <@{BOT}|stride>", "hi stride"),
        ("in <#C024BE7LR|general>", "in general"),
        ("<!here> help", "help"),
        ("on <!date^1392734382^{date}|18 February>", "on 18 February"),
        ("<", "<"),
        ("/restart", "/restart"),
        ("numb :cry: 😢\nlegs", "numb :cry: 😢\nlegs"),
    ],
)
def test_words_are_as_typed(sent: str, typed: str) -> None:
    """Escapes, links and mentions are read as the person sees them; ids of others are left out."""
    (found,) = read(event(text=sent)).messages

    assert found.text == typed


@pytest.mark.parametrize(
    "payload",
    [
        edit({"text": "fine"}, {"text": "numb between legs"}),
        edit({}, {"text": "numb between legs"}),
        edit({"text": "fine"}, {"text": "numb between legs", "subtype": "file_share", "files": [FILE]}),
    ],
)
def test_edited_message_is_read_again(payload: Any) -> None:
    """An edit is a message of its own id and time with the new words."""
    (found,) = read(payload).messages

    assert (found.id, found.text, found.at) == ("Ev123ABC456", "numb between legs", 1358878755.0)
    assert found.addresses == PERSON


SAME = {"text": "see <http://example.org>"}


@pytest.mark.parametrize(
    "payload",
    [
        {},
        [],
        None,
        "event",
        {"type": "event_callback"},
        {"type": "app_rate_limited", "team_id": TEAM, "minute_rate_limited": 1518467820},
        event(type="reaction_added", reaction="thumbsup", item={"type": "message", "channel": IM}),
        event(type="app_home_opened", tab="messages"),
        event(type="something_new"),
        event(channel_type="channel", channel="C024BE91L"),
        event(channel_type="group", channel=GROUP),
        event(channel_type="mpim", channel=GROUP),
        event(channel_type=None),
        event(channel=None),
        event(user=None),
        event(bot_id="B19LU7CSY"),
        event(subtype="bot_message", bot_id="B19LU7CSY"),
        event(subtype="message_deleted", deleted_ts=MESSAGE["ts"], previous_message=MESSAGE),
        event(subtype="message_replied", message=MESSAGE),
        event(subtype="channel_join"),
        event(subtype="huddle_thread", text=""),
        event(subtype="assistant_app_thread"),
        edit(SAME, {**SAME, "attachments": [{"from_url": "http://example.org", "title": "A preview"}]}),
        edit(SAME, {**SAME, "language": {"locale": "en"}}),
        edit({"text": "one"}, {"text": "another", "bot_id": "B19LU7CSY"}),
        edit({"text": "one"}, {"text": "This message was deleted.", "subtype": "tombstone"}),
        edit({"text": "one"}, {"text": "", "files": [FILE]}),
        edit({"text": "one"}, {"text": "another", "user": None}),
        {**event(), "event_id": None},
        {**event(), "team_id": None},
    ],
)
def test_the_rest_is_left_out(payload: Any) -> None:
    """Channels, groups, bots, reactions, joins, deletions, previews of links and the unknown are left alone."""
    assert read(payload) == Batch()


def test_challenge() -> None:
    """The address is set up by returning Slack's challenge."""
    payload = {"token": "Jhj5dZ", "challenge": "3eZbrw1aBm2rZgRNFdxV2595", "type": "url_verification"}

    assert read(payload) == Batch(reply={"challenge": "3eZbrw1aBm2rZgRNFdxV2595"})


TAPPED = {
    "type": "button",
    "block_id": "=qXel",
    "action_id": "3.1",
    "text": {"type": "plain_text", "text": "Worse &amp; worse", "emoji": True},
    "action_ts": "1548426417.840180",
}
TAP = {
    "type": "block_actions",
    "team": {"id": TEAM, "domain": "clinic"},
    "user": {"id": USER, "username": "pat", "team_id": TEAM},
    "api_app_id": "A123ABC456",
    "container": {"type": "message", "message_ts": "1548261231.000200", "channel_id": IM, "is_ephemeral": False},
    "trigger_id": "12321423423.333649436676.d8c1bb837935619ccad0f624c448ffb3",
    "channel": {"id": IM, "name": "directmessage"},
    "message": {"bot_id": "B19LU7CSY", "type": "message", "text": "Is it so?", "user": BOT, "ts": "1548261231.000200"},
    "response_url": "https://hooks.slack.com/actions/x",
    "actions": [TAPPED],
}


def test_taps_are_read() -> None:
    """A tapped button is a choice with its title, of the same person as a message."""
    (found,) = interact(TAP).messages

    assert (found.id, found.row, found.at) == (TAP["trigger_id"], "slack", 1548426417.84018)
    assert (found.text, found.choice, found.unreadable) == ("Worse & worse", "3.1", False)
    assert found.addresses == read(event()).messages[0].addresses


@pytest.mark.parametrize(
    "payload",
    [
        None,
        {},
        [],
        {**TAP, "type": "message_action"},
        {**TAP, "type": "view_submission"},
        {**TAP, "channel": {"id": GROUP, "name": "privategroup"}},
        {**TAP, "channel": None},
        {**TAP, "user": None},
        {**TAP, "team": None},
        {**TAP, "trigger_id": None},
        {**TAP, "actions": []},
        {**TAP, "actions": [{**TAPPED, "action_id": ""}]},
    ],
)
def test_other_interactions_are_left_out(payload: Any) -> None:
    """Taps in groups, other interactions and broken ones are left alone."""
    assert interact(payload) == Batch()


@pytest.mark.parametrize("body", [b"", b"payload", b"payload=", b"payload=%FF", b"command=/stride&text=hi", b"&&=%"])
def test_other_forms_are_left_out(body: bytes) -> None:
    """A command, and a form without a payload, are left alone."""
    assert connector().read(Arrived("/", {}, body)) == Batch()


def test_an_event_is_no_form() -> None:
    """Words that look like an interaction stay words."""
    forged = "&" + urlencode({"payload": json.dumps(TAP)}) + "&"

    (found,) = read(event(text=forged)).messages

    assert (found.id, found.choice, found.text) == ("Ev123ABC456", None, forged)


EVENTS = bodies(
    event(files=[FILE]),
    edit({"text": "fine"}, {"text": "numb <http://example.org|x> &amp;"}),
    {"type": "url_verification", "challenge": "3eZ"},
)
TAPS = bodies(TAP).map(lambda body: urlencode({"payload": body}).encode())


@given(body=EVENTS | TAPS)
def test_nothing_makes_reading_fail(body: bytes) -> None:
    """Any bytes, any JSON, and any payload with a wrong value are read without an error, into what can be kept."""
    batch = connector().read(Arrived("/", {}, body, now=7.0))

    json.dumps(batch.reply, ensure_ascii=False).encode()
    for one in batch.messages:
        json.dumps([one.id, one.text, one.choice, dict(one.addresses)], ensure_ascii=False).encode()
        assert one.id
        assert one.addresses.keys() == PERSON.keys()
        assert all(one.addresses.values())
        assert 0 < one.at < 1e12


# As Slack sends it: slashes and much beyond ASCII are escaped, which no serialiser of ours would do.
BODY = (
    rb'{"type":"event_callback","text":"can\u2019t feel \ud83d\ude22 <https:\/\/x.example>","emoji":"'
    + "😢".encode()
    + b'"}'
)


def signature(body: bytes = BODY, secret: str = SECRET, at: float = NOW) -> str:
    """The signature of Slack's own library."""
    signed = SignatureVerifier(secret).generate_signature(timestamp=str(at), body=body)
    assert signed is not None
    return signed


def arrived(signed: str | None, at: str | None = str(NOW), body: bytes = BODY) -> Arrived:
    """A request with a signature and the time that it tells."""
    headers = {"x-slack-signature": signed, "x-slack-request-timestamp": at}
    return Arrived("/", {name: one for name, one in headers.items() if one is not None}, body, now=float(NOW))


@pytest.mark.parametrize("body", [BODY, urlencode({"payload": json.dumps(TAP)}).encode(), b"", "é".encode()])
def test_signed_bytes_are_accepted(body: bytes) -> None:
    """The raw bytes count, of an event and of an interaction."""
    assert connector().verified(arrived(signature(body), body=body))


@pytest.mark.parametrize(
    "signed",
    [
        None,
        "",
        "v0=",
        "v0",
        signature()[3:],
        signature().upper(),
        signature().replace("v0=", "V0="),
        signature().replace("v0=", "v1="),
        f"{signature()} ",
        f"{signature()}\n",
        signature()[:-1],
        f"{signature()}0",
        signature(body=BODY + b" "),
        signature(body=json.dumps(json.loads(BODY)).encode()),
        signature(body=b""),
        signature(secret=WRONG),
        signature(at=NOW - 1),
        "v0=" + hmac.new(b"", f"v0:{NOW}:".encode() + BODY, "sha256").hexdigest(),
        "v0=" + hmac.new(SECRET.encode(), BODY, "sha256").hexdigest(),
        "v0=" + hashlib.sha256(BODY).hexdigest(),
        f"{signature()[:-1]}é",
        "\ud800" * 67,
    ],
)
def test_all_else_is_refused(signed: str | None) -> None:
    """A signature that is missing, cut, of another kind, body, time or secret is refused, and nothing is raised."""
    assert not connector().verified(arrived(signed))


@pytest.mark.parametrize(
    ("seconds", "accepted"),
    [(0, True), (-299, True), (-300, True), (-301, False), (-3600, False), (300, True), (301, False), (10**9, False)],
)
def test_old_requests_are_refused(seconds: int, accepted: bool) -> None:
    """A request that was signed more than five minutes ago, or will be, is refused with a right signature."""
    at = NOW + seconds

    assert connector().verified(arrived(signature(at=at), str(at))) is accepted


@pytest.mark.parametrize("at", [None, "", "now", "1e9", "nan", "inf", f"{NOW}.5", "9" * 400, "9" * 10_000, "\ud800"])
def test_odd_times_are_refused(at: str | None) -> None:
    """A time that is missing or is none is refused, and nothing is raised."""
    assert not connector().verified(arrived(signature(), at))


@given(body=st.binary(), signed=st.text(st.characters()), at=st.text(st.characters()) | st.integers().map(str))
def test_nothing_makes_verifying_fail(body: bytes, signed: str, at: str) -> None:
    """Any bytes with any headers are refused without an error."""
    assert not connector().verified(arrived(signed, at, body))


def test_two_secrets_count_during_a_rotation() -> None:
    """The previous secret counts for as long as it is set."""
    old, new = arrived(signature(secret=OLD)), arrived(signature())

    assert connector(previous_signing_secret=OLD).verified(old)
    assert connector(previous_signing_secret=OLD).verified(new)
    assert not connector().verified(old)


def test_nothing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Neither the expected signature nor the body of a forged request gets into the log."""
    caplog.set_level(logging.DEBUG)

    connector().verified(arrived(signature(secret=WRONG)))
    read(event())

    assert caplog.records == []


def test_thanks() -> None:
    """The request is answered with nothing: what an interaction returned would be shown."""
    assert connector().thanks == ("text/plain", "")


CHOICES = (Choice("3.0", "Better", "Better"), Choice("3.1", "Worse & worse <", "Worse & worse <"))
DRAWING = "https://bot.example/pictures/bend.png"
PLAIN = "A *star*, an under_score, 3 < 5 & <!channel>"
ESCAPED = "A *star*, an under_score, 3 &lt; 5 &amp; &lt;!channel&gt;"
SECTION = {"type": "section", "text": {"type": "plain_text", "text": PLAIN}}
IMAGE = {"type": "image", "image_url": DRAWING, "alt_text": PLAIN}
ACTIONS = {
    "type": "actions",
    "elements": [
        {"type": "button", "action_id": "3.0", "text": {"type": "plain_text", "text": "Better"}},
        {"type": "button", "action_id": "3.1", "text": {"type": "plain_text", "text": "Worse & worse <"}},
    ],
}


@pytest.mark.parametrize(
    ("message", "text", "blocks"),
    [
        (Message(PLAIN), ESCAPED, None),
        (Message("See https://bot.example/p?a=1&b=2"), "See https://bot.example/p?a=1&amp;b=2", None),
        (Message(PLAIN, CHOICES), ESCAPED, [SECTION, ACTIONS]),
        (Message(PLAIN, picture=DRAWING), ESCAPED, [SECTION, IMAGE]),
        (Message(PLAIN, CHOICES, picture=DRAWING), ESCAPED, [SECTION, IMAGE, ACTIONS]),
    ],
)
def test_calls(message: Message, text: str, blocks: Any) -> None:
    """The words always go as escaped text; pictures and buttons go as blocks, whose plain text needs no escapes."""
    call = connector().call(message, "slack", PERSON)

    body = {"channel": IM, "text": text, "mrkdwn": False, "unfurl_links": False, "unfurl_media": False}
    assert call.json == {**body, **({"blocks": blocks} if blocks else {})}
    assert call.url == "https://slack.com/api/chat.postMessage"
    assert call.headers == {"Authorization": f"Bearer {TOKEN}"}


@pytest.mark.parametrize("picture", [None, DRAWING])
@pytest.mark.parametrize("count", [1, 25])
def test_its_library_takes_the_blocks(picture: str | None, count: int) -> None:
    """The longest message with the most buttons is within the limits of Slack's own models, which read it as it is."""
    choices = tuple(Choice(f"12.{place}", f"{place:02}" + "&" * 73, "&") for place in range(count))

    call = connector().call(Message("&" * 3000, choices, picture=picture), "slack", PERSON)

    assert call.json is not None
    judged = [Block.parse(one) for one in call.json["blocks"]]
    assert [one.to_dict() for one in judged if one] == call.json["blocks"]
    buttons = call.json["blocks"][-1]["elements"]
    assert len({one["action_id"] for one in buttons}) == count


def test_another_api() -> None:
    """The address of the API comes from the settings."""
    call = connector(api="http://127.0.0.1:5000/api/").call(Message("Hello"), "slack", PERSON)

    assert call.url == "http://127.0.0.1:5000/api/chat.postMessage"


def test_accepted() -> None:
    """An accepted message has an id."""
    body = {"ok": True, "channel": IM, "ts": "1503435956.000247", "message": {"text": "Hello"}}

    assert connector().outcome(200, {}, body) == Sent("accepted", "1503435956.000247")


@pytest.mark.parametrize("body", [None, {}, [], "ok", {"ok": "true"}, {"ok": False}, {"ok": False, "error": 5}])
def test_accepted_by_somebody_else(body: Any) -> None:
    """An answer that Slack did not give is nothing to rely on."""
    assert connector().outcome(200, {}, body) == Sent("unknown", why="not ok")


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        ("ratelimited", "throttled"),
        ("rate_limited", "throttled"),
        ("message_limit_exceeded", "throttled"),
        ("channel_not_found", "blocked"),
        ("is_archived", "blocked"),
        ("not_in_channel", "blocked"),
        ("user_disabled", "blocked"),
        ("account_inactive", "retry"),
        ("invalid_auth", "retry"),
        ("token_revoked", "retry"),
        ("token_expired", "retry"),
        ("missing_scope", "retry"),
        ("messages_tab_disabled", "retry"),
        ("service_unavailable", "retry"),
        ("internal_error", "unknown"),
        ("fatal_error", "unknown"),
        ("invalid_blocks", "final"),
        ("msg_too_long", "final"),
        ("no_text", "final"),
        ("something_new", "final"),
    ],
)
def test_errors(error: str, outcome: str) -> None:
    """Each error has its outcome, though Slack answers with the status 200, and is told by its code."""
    assert connector().outcome(200, {}, {"ok": False, "error": error}).outcome == outcome
    assert connector().outcome(200, {}, {"ok": False, "error": error}).why == error


def test_listed_errors_are_not_final() -> None:
    """The table holds only what differs from the rule that an error is final."""
    assert "final" not in ERRORS.values()


@pytest.mark.parametrize(
    ("status", "body", "sent"),
    [
        (429, {"ok": False, "error": "ratelimited"}, Sent("throttled", wait=7.0, why="ratelimited")),
        (429, None, Sent("throttled", wait=7.0, why="HTTP 429")),
        (200, {"ok": False, "error": "ratelimited"}, Sent("throttled", wait=7.0, why="ratelimited")),
        (503, {"ok": False, "error": "something_new"}, Sent("retry", wait=7.0, why="HTTP 503")),
        (503, None, Sent("retry", wait=7.0, why="HTTP 503")),
        (500, {"ok": True, "ts": "1.0"}, Sent("unknown", wait=7.0, why="HTTP 500")),
        (502, None, Sent("unknown", wait=7.0, why="HTTP 502")),
        (504, None, Sent("unknown", wait=7.0, why="HTTP 504")),
        (400, None, Sent("final", wait=7.0, why="HTTP 400")),
    ],
)
def test_statuses(status: int, body: Any, sent: Sent) -> None:
    """Without a known error the status counts, and `Retry-After` always does."""
    assert connector().outcome(status, {"retry-after": "7"}, body) == sent


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("signing_secret", ""),
        ("signing_secret", "  "),
        ("signing_secret", f"{SECRET}\n"),
        ("previous_signing_secret", ""),
        ("token", ""),
        ("token", f"{TOKEN} "),
        ("token", f"{TOKEN}\nX-Evil: 1"),
        ("token", f"{TOKEN}é"),
        ("api", "http://slack.example"),
        ("signing_secrt", "misspelt"),
    ],
)
def test_wrong_settings(name: str, wrong: str) -> None:
    """A setting that Slack would not take is refused at the start, and no secret is told."""
    with pytest.raises(ValidationError, match=name) as refused:
        connector(**{name: wrong})

    assert TOKEN not in str(refused.value)
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize("name", ["signing_secret", "token"])
def test_missing_settings(name: str) -> None:
    """The channel does not start without one of its secrets."""
    written = {"signing_secret": SECRET, "token": TOKEN}
    del written[name]

    with pytest.raises(ValidationError, match=name):
        SlackCredentials(**written)
