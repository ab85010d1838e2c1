"""Telegram: updates as the Bot API publishes them, with python-telegram-bot as an independent judge."""

import json
from typing import Any

import pytest
from hostile import bodies
from hypothesis import given
from pydantic import ValidationError
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Update
from telegram.constants import MessageAttachmentType
from telegram.request import BaseRequest, RequestData

from bot.channels.telegram import UNREADABLE, Telegram, TelegramCredentials
from bot.channels.wire import Arrived, Batch, Sent
from bot.reply.shown import Choice, Message

TOKEN, SECRET, OLD = "123456:ABC-DEF1234ghIkl", "chosen-by_us", "chosen-before"
CHAT, AT = 987654321, 1739321024
PATIENT = {"id": CHAT, "is_bot": False, "first_name": "Pat"}
BOT = {"id": 123456, "is_bot": True, "first_name": "Stride", "username": "stride_bot"}
PRIVATE = {"id": CHAT, "type": "private", "first_name": "Pat"}
GROUP = {"id": -100123, "type": "supergroup", "title": "Walkers"}
FILE = {"file_id": "AgAD", "file_unique_id": "AQAD"}
PHOTO = {**FILE, "width": 90, "height": 90}
STICKER = {**PHOTO, "type": "regular", "is_animated": False, "is_video": False}
VIDEO = {**FILE, "width": 90, "height": 90, "duration": 3}


def connector(**changed: str) -> Telegram:
    """A connector with its settings."""
    return Telegram(TelegramCredentials(**{"token": TOKEN, "secret_token": SECRET, **changed}), "https://bot.example")


def message(**content: Any) -> dict[str, Any]:
    """A patient's message."""
    return {"message_id": 42, "from": PATIENT, "chat": PRIVATE, "date": AT, **content}


def update(**content: Any) -> dict[str, Any]:
    """An update of Telegram's."""
    return {"update_id": 10000, **content}


def read(payload: Any) -> Batch:
    """Read an update."""
    return connector().read(Arrived("/", {}, json.dumps(payload).encode(), now=7.0))


READ = [
    ({"text": "Can't feel my saddle 😢"}, "Can't feel my saddle 😢", False),
    ({"text": "and now?", "reply_to_message": message(text="before")}, "and now?", False),
    (
        {"photo": [{**FILE, "width": 90, "height": 90}], "caption": "can't feel when i wipe"},
        "can't feel when i wipe",
        True,
    ),
    ({"photo": [{**FILE, "width": 90, "height": 90}]}, "", True),
    ({"voice": {**FILE, "duration": 3}}, "", True),
    ({"audio": {**FILE, "duration": 3}}, "", True),
    ({"video": VIDEO, "caption": "my walk"}, "my walk", True),
    ({"video_note": {**FILE, "length": 240, "duration": 3}}, "", True),
    ({"animation": VIDEO, "document": FILE}, "", True),
    ({"document": {**FILE, "file_name": "mri.pdf"}}, "", True),
    (
        {"sticker": {**FILE, "type": "regular", "width": 9, "height": 9, "is_animated": False, "is_video": False}},
        "",
        True,
    ),
    ({"location": {"longitude": 1.0, "latitude": 2.0}}, "", True),
    ({"contact": {"phone_number": "+15551234567", "first_name": "Barbara"}}, "", True),
    ({"dice": {"emoji": "🎲", "value": 3}}, "", True),
]
kinds = [next(iter(content)) for content, *_ in READ]


@pytest.mark.parametrize(("content", "text", "unreadable"), READ, ids=kinds)
def test_messages_are_read(content: Any, text: str, unreadable: bool) -> None:
    """Words, captions and what is no words are read, with id, time and address."""
    (found,) = read(update(message=message(**content))).messages

    assert (found.text, found.unreadable, found.choice) == (text, unreadable, None)
    assert (found.id, found.row, found.at, found.addresses) == ("10000", "telegram", AT, {"chat": str(CHAT)})


@pytest.mark.parametrize(("content", "text", "unreadable"), READ, ids=kinds)
def test_its_library_reads_the_same(content: Any, text: str, unreadable: bool) -> None:
    """Each update is one that python-telegram-bot takes, and it finds the same words and attachments."""
    judged = Update.de_json(update(message=message(**content)), None)

    said = judged.message
    assert said is not None
    assert (said.text or said.caption or "", bool(said.effective_attachment)) == (text, unreadable)
    assert (judged.update_id, said.date.timestamp(), said.chat_id) == (10000, AT, CHAT)


def test_every_kind_of_attachment_is_known() -> None:
    """Whatever python-telegram-bot takes for an attachment is answered, but for what a shop or a passport brings."""
    kinds = {one.value for one in MessageAttachmentType}

    assert kinds - UNREADABLE == {"invoice", "passport_data", "successful_payment"}


def test_edited_message_is_read_again() -> None:
    """An edit is a message of its own id and time with the new words."""
    payload = update(edited_message=message(text="numb between legs", edit_date=AT + 60))

    (found,) = read(payload).messages

    assert (found.id, found.text, found.at) == ("10000", "numb between legs", AT + 60)
    judged = Update.de_json(payload, None).edited_message
    assert judged is not None
    assert (judged.text, judged.edit_date.timestamp()) == ("numb between legs", AT + 60)


KICKED = {"user": BOT, "status": "kicked", "until_date": 0}
POLL = {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False, "is_anonymous": True}
SERVICE = [
    {"pinned_message": message(text="before")},
    {"new_chat_members": [PATIENT]},
    {"left_chat_member": PATIENT},
    {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}},
    {"connected_website": "example.org"},
    {"write_access_allowed": {}},
]


@pytest.mark.parametrize(
    "payload",
    [
        {},
        [],
        None,
        "update",
        update(),
        update(something_new={"text": "hello"}),
        update(channel_post=message(text="news", chat={"id": -1, "type": "channel"})),
        update(my_chat_member={"chat": PRIVATE, "from": PATIENT, "date": AT, "new_chat_member": KICKED}),
        update(poll=POLL),
        update(message_reaction={"chat": PRIVATE, "message_id": 42, "user": PATIENT, "date": AT}),
        update(inline_query={"id": "1", "from": PATIENT, "query": "numb", "offset": ""}),
        update(business_message=message(text="hello")),
        update(message=message(text="hello", chat=GROUP)),
        update(edited_message=message(text="hello", chat=GROUP)),
        update(message=message(text="hello", **{"from": BOT})),
        update(message=message()),
        update(message=message(text="")),
        update(message=message(text=5)),
        update(message={"text": "hello"}),
        update(edited_message=message(location={"longitude": 1.0, "latitude": 2.0}, edit_date=AT)),
        {"message": message(text="no id")},
        *(update(message=message(**content)) for content in SERVICE),
    ],
)
def test_the_rest_is_left_out(payload: Any) -> None:
    """Groups, channels, bots, notices, reactions, a place that moves and the unknown are left alone."""
    assert read(payload) == Batch()


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("/start", "start"),
        ("/start@stride_bot", "start"),
        ("/start clinic-poster_7", "start"),
        ("/start@stride_bot clinic-poster_7", "start"),
        ("/start numb between my legs", "start numb between my legs"),
        ("/help", "help"),
        ("/help i can't pee", "help i can't pee"),
        ("/STOP", "STOP"),
        ("/stop now", "stop now"),
        ("/starting", "/starting"),
        ("/restart", "/restart"),
        ("/ numb between my legs", "/ numb between my legs"),
        ('/inform{"x":', '/inform{"x":'),
        ("what does /start do", "what does /start do"),
    ],
)
def test_commands_are_words(typed: str, text: str) -> None:
    """The commands that Telegram offers lose the slash and the parameter of a link; other words are never lost."""
    (found,) = read(update(message=message(text=typed))).messages

    assert found.text == text


KEYS = {"inline_keyboard": [[{"text": "Yes", "callback_data": "3.0"}], [{"text": "No", "callback_data": "3.1"}]]}
ASKED = {"message_id": 41, "from": BOT, "chat": PRIVATE, "date": AT, "text": "Is it so?", "reply_markup": KEYS}
TAP = {"id": "4382bfdwdsb323b2d9", "from": PATIENT, "chat_instance": "-1", "data": "3.1"}
TAPS = [
    ({**TAP, "message": ASKED}, "No"),
    (TAP, ""),
    ({**TAP, "message": {"chat": PRIVATE, "message_id": 41, "date": 0}}, ""),
    ({**TAP, "data": "2.0", "message": ASKED}, ""),
]


@pytest.mark.parametrize(("query", "text"), TAPS, ids=["whole", "missing", "inaccessible", "changed"])
def test_taps_are_read(query: dict[str, Any], text: str) -> None:
    """A tap is read whether its message is there, gone or changed, goes to its sender, and its waiting sign ends."""
    batch = read(update(callback_query=query))

    (found,) = batch.messages
    assert (found.id, found.text, found.choice, found.at) == ("10000", text, query["data"], 7.0)
    assert found.addresses == {"chat": str(CHAT)}
    assert batch.reply == {"method": "answerCallbackQuery", "callback_query_id": query["id"]}
    judged = Update.de_json(update(callback_query=query), None).callback_query
    assert judged is not None
    assert (judged.id, judged.data, judged.from_user.id) == (query["id"], query["data"], CHAT)


@pytest.mark.parametrize(
    "query",
    [
        {**TAP, "message": {**ASKED, "chat": GROUP}},
        {**TAP, "from": BOT},
        {"id": TAP["id"], "from": PATIENT, "chat_instance": "-1", "game_short_name": "chess"},
    ],
)
def test_other_taps_are_only_answered(query: dict[str, Any]) -> None:
    """A tap in a group, of a bot, or on a game is no message; its waiting sign ends all the same."""
    batch = read(update(callback_query=query))

    assert batch.messages == ()
    assert batch.reply == {"method": "answerCallbackQuery", "callback_query_id": TAP["id"]}


@given(
    body=bodies(
        update(message=message(text="/start", reply_to_message=None)),
        update(edited_message=message(caption="numb", photo=[FILE], edit_date=AT)),
        update(callback_query={**TAP, "message": ASKED}),
    )
)
def test_nothing_makes_reading_fail(body: bytes) -> None:
    """Any bytes, any JSON, and any update with a wrong value are read without an error, into what can be kept."""
    batch = connector().read(Arrived("/", {}, body, now=7.0))

    json.dumps(batch.reply, ensure_ascii=False).encode()
    for one in batch.messages:
        json.dumps([one.id, one.text, one.choice, dict(one.addresses)], ensure_ascii=False).encode()
        assert one.id
        assert one.addresses["chat"]
        assert 0 < one.at < 1e12


@pytest.mark.parametrize(
    ("given_token", "accepted"),
    [
        (SECRET, True),
        (OLD, True),
        (None, False),
        ("", False),
        (SECRET.upper(), False),
        (SECRET[:-1], False),
        (f"{SECRET} ", False),
        (f"{SECRET},{SECRET}", False),
        (TOKEN, False),
        ("é\ud800", False),
    ],
)
def test_secret_token(given_token: str | None, accepted: bool) -> None:
    """Only the secret token counts, and the previous one during a rotation."""
    headers = {} if given_token is None else {"x-telegram-bot-api-secret-token": given_token}

    assert connector(previous_secret_token=OLD).verified(Arrived("/", headers, b"{}")) is accepted


def test_previous_secret_ends() -> None:
    """Without a rotation the previous secret token is refused."""
    assert not connector().verified(Arrived("/", {"x-telegram-bot-api-secret-token": OLD}, b"{}"))


class Recorder(BaseRequest):
    """Stands in for the network, and keeps what python-telegram-bot would send."""

    read_timeout = 1.0

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []

    async def initialize(self) -> None:
        """Open nothing."""

    async def shutdown(self) -> None:
        """Close nothing."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, **timeouts: Any
    ) -> tuple[int, bytes]:
        """Keep a request, and accept it."""
        self.sent.append((url, request_data.parameters if request_data else {}))
        return 200, json.dumps({"ok": True, "result": message(text="x")}).encode()


CHOICES = (Choice("3.0", "Yes", "Yes"), Choice("3.1", "No", "No"))
BUTTONS = InlineKeyboardMarkup(
    [[InlineKeyboardButton("Yes", callback_data="3.0")], [InlineKeyboardButton("No", callback_data="3.1")]]
)
PICTURE = "https://bot.example/pictures/bend.png"
NO_PREVIEW = {"link_preview_options": LinkPreviewOptions(is_disabled=True)}


@pytest.mark.parametrize(
    ("shown", "method", "arguments"),
    [
        (Message("A *star* and an under_score"), "send_message", {"text": "A *star* and an under_score", **NO_PREVIEW}),
        (Message("Is it so?", CHOICES), "send_message", {"text": "Is it so?", "reply_markup": BUTTONS, **NO_PREVIEW}),
        (Message("Bend", picture=PICTURE), "send_photo", {"photo": PICTURE, "caption": "Bend"}),
        (Message("", picture=PICTURE), "send_photo", {"photo": PICTURE}),
        (
            Message("Bend?", CHOICES, picture=PICTURE),
            "send_photo",
            {"photo": PICTURE, "caption": "Bend?", "reply_markup": BUTTONS},
        ),
        (Message("😢" * 513, picture=PICTURE), "send_message", {"text": "😢" * 513, **NO_PREVIEW}),
    ],
)
async def test_its_library_sends_the_same(shown: Message, method: str, arguments: dict[str, Any]) -> None:
    """Text, buttons and pictures are sent as python-telegram-bot sends them, without a preview or a parse mode."""
    call = connector().call(shown, "telegram", {"chat": str(CHAT)})

    recorder = Recorder()
    await getattr(Bot(TOKEN, request=recorder), method)(str(CHAT), **arguments)
    assert [(call.url, call.json)] == recorder.sent


def test_another_api() -> None:
    """The address of the API comes from the settings."""
    call = connector(api="http://127.0.0.1:5000/").call(Message("Hello"), "telegram", {"chat": str(CHAT)})

    assert call.url == f"http://127.0.0.1:5000/bot{TOKEN}/sendMessage"


def test_accepted() -> None:
    """An accepted message has an id."""
    assert connector().outcome(200, {}, {"ok": True, "result": message(text="x")}) == Sent("accepted", "42")


@pytest.mark.parametrize("body", [None, {}, {"ok": False}, "ok"])
def test_accepted_by_somebody_else(body: Any) -> None:
    """An answer that Telegram did not give is nothing to rely on."""
    assert connector().outcome(200, {}, body).outcome == "unknown"


@pytest.mark.parametrize(
    ("status", "description", "outcome"),
    [
        (400, "Bad Request: chat not found", "blocked"),
        (400, "Bad Request: message text is empty", "final"),
        (400, "Bad Request: BUTTON_DATA_INVALID", "final"),
        (401, "Unauthorized", "retry"),
        (403, "Forbidden: bot was blocked by the user", "blocked"),
        (403, "Forbidden: user is deactivated", "blocked"),
        (404, "Not Found", "retry"),
        (409, "Conflict", "final"),
        (500, "Internal Server Error", "unknown"),
        (502, "Bad Gateway", "unknown"),
        (503, "Service Unavailable", "retry"),
        (504, "Gateway Timeout", "unknown"),
    ],
)
def test_errors(status: int, description: str, outcome: str) -> None:
    """Each error has its outcome, and is told by its number: what Telegram says in words is not."""
    body = {"ok": False, "error_code": status, "description": description}

    assert connector().outcome(status, {}, body) == Sent(outcome, why=f"HTTP {status}")


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({}, {"ok": False, "error_code": 429, "parameters": {"retry_after": 7}}, 7.0),
        ({"retry-after": "5"}, {"ok": False, "error_code": 429, "parameters": {"retry_after": 7}}, 7.0),
        ({"retry-after": "5"}, None, 5.0),
        ({}, {"ok": False, "parameters": {"retry_after": "soon"}}, None),
        ({}, None, None),
    ],
)
def test_throttled(headers: dict[str, str], body: Any, seconds: float | None) -> None:
    """Telegram says in its own way how long to wait."""
    assert connector().outcome(429, headers, body) == Sent("throttled", wait=seconds, why="HTTP 429")


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("token", ""),
        ("token", "123456:ABC/../x"),
        ("token", "123456:ABC\n"),
        ("secret_token", ""),
        ("secret_token", "1234567"),
        ("secret_token", "chosen by us"),
        ("secret_token", "x" * 257),
        ("previous_secret_token", ""),
        ("api", "http://telegram.example"),
        ("secret", "misspelt"),
    ],
)
def test_wrong_settings(name: str, wrong: str) -> None:
    """A setting that Telegram would not take is refused at the start, and no token is told."""
    with pytest.raises(ValidationError, match=name) as refused:
        connector(**{name: wrong})

    assert TOKEN not in str(refused.value)


@pytest.mark.parametrize("name", ["token", "secret_token"])
def test_missing_settings(name: str) -> None:
    """The channel does not start without one of its secrets."""
    written = {"token": TOKEN, "secret_token": SECRET}
    del written[name]

    with pytest.raises(ValidationError, match=name):
        TelegramCredentials(**written)
