"""WhatsApp: payloads as Meta publishes them, with pywa as an independent judge of what they say and of what is sent."""

import json
from typing import Any

import httpx
import pytest
import pywa
from hostile import bodies
from hypothesis import given
from pydantic import ValidationError
from pywa.types import Button, Section, SectionList, SectionRow
from pywa.types.templates import TemplateLanguage

from bot.channels.whatsapp import WhatsApp, WhatsAppCredentials
from bot.channels.wire import Arrived, Batch, Receipt, Sent
from bot.reply.shown import Choice, Message

NUMBER, PHONE, USER = "106540352242922", "16505551234", "US.13491208655302741918"
OTHER_PHONE, OTHER_USER = "447700900123", "GB.9349120865530274191"
AT = 1739321024
MEDIA = {"mime_type": "image/jpeg", "sha256": "SfInY0gGKTsJlUWbwxC1k+FAD0FZHvzwfpvO0zX0GUI=", "id": "1003383421387256"}
CONTACT = {"profile": {"name": "Sheena Nelson"}, "wa_id": PHONE, "user_id": USER}
Addresses = dict[str, str]


def connector(**changed: str) -> WhatsApp:
    """A connector with its settings."""
    written = {
        "app_secret": "0123456789abcdef",
        "token": "EAAtoken",
        "verify_token": "chosen-by-us",
        "phone_number_id": NUMBER,
        **changed,
    }
    return WhatsApp(WhatsAppCredentials(**written), "https://bot.example")


def message(kind: str, /, **content: Any) -> dict[str, Any]:
    """A patient's message."""
    sender = {"from": PHONE, "from_user_id": USER}
    return {**sender, "id": "wamid.1", "timestamp": str(AT), "type": kind, **content}


def value(*messages: Any, number: str = NUMBER, contacts: Any = (CONTACT,), **more: Any) -> dict[str, Any]:
    """What a change tells of a number."""
    metadata = {"display_phone_number": "15550783881", "phone_number_id": number}
    told = {"messages": list(messages)} if messages else {}
    return {"messaging_product": "whatsapp", "metadata": metadata, "contacts": list(contacts), **told, **more}


def entry(*values: Any, field: str = "messages") -> dict[str, Any]:
    """An entry of a notification."""
    return {"id": "102290129340398", "changes": [{"field": field, "value": one} for one in values]}


def notification(*entries: Any) -> dict[str, Any]:
    """A notification of Meta's."""
    return {"object": "whatsapp_business_account", "entry": list(entries)}


def read(payload: Any) -> Batch:
    """Read a notification."""
    return connector().read(Arrived("/", {}, json.dumps(payload).encode(), now=7.0))


def as_pywa_reads(payload: Any) -> Any:
    """Return the update that pywa hands to its user."""
    client, updates = pywa.WhatsApp(phone_id=NUMBER, token="EAAtoken", validate_updates=False), []
    register = (
        client.on_message,
        client.on_edited_message,
        client.on_callback_button,
        client.on_callback_selection,
        client.on_message_status,
    )
    for each in register:
        each(lambda _, update: updates.append(update))
    client.webhook_update_handler(json.dumps(payload).encode())
    return updates[0]


TEXT = message("text", text={"body": "Can't feel my saddle 😢"})
EDIT = message("edit", edit={"original_message_id": "wamid.0", "message": {"type": "text", "text": {"body": "numb"}}})
RELATED = {"context": {"from": "15550783881", "id": "wamid.0"}}
UNSUPPORTED = {"errors": [{"code": 131051, "title": "Message type unknown", "message": "Message type unknown"}]}
BUTTON_REPLY = {"type": "button_reply", "button_reply": {"id": "3.0", "title": "Yes"}}
LIST_REPLY = {"type": "list_reply", "list_reply": {"id": "3.9", "title": "Numb…", "description": "Numb below"}}
# Each message with its words, whether there is more than words, and the button's id.
READ = [
    (TEXT, "Can't feel my saddle 😢", False, None),
    (message("text", text={"body": "and now?"}, **RELATED), "and now?", False, None),
    (message("image", image={**MEDIA, "caption": "can't feel when i wipe"}), "can't feel when i wipe", True, None),
    (message("image", image=MEDIA), "", True, None),
    (message("video", video={**MEDIA, "caption": "my walk"}), "my walk", True, None),
    (message("document", document={**MEDIA, "caption": "my scan", "filename": "mri.pdf"}), "my scan", True, None),
    (message("audio", audio={**MEDIA, "voice": True}), "", True, None),
    (message("sticker", sticker={**MEDIA, "animated": False}), "", True, None),
    (message("location", location={"latitude": 37.4, "longitude": -122.1, "name": "Clinic"}), "", True, None),
    (message("contacts", contacts=[{"name": {"formatted_name": "Barbara"}, "phones": []}]), "", True, None),
    (message("unsupported", unsupported={"type": "edit"}, **UNSUPPORTED), "", True, None),
    (message("interactive", interactive=BUTTON_REPLY, **RELATED), "Yes", False, "3.0"),
    (message("interactive", interactive=LIST_REPLY, **RELATED), "Numb…", False, "3.9"),
    (message("button", button={"payload": "numb", "text": "I feel numb"}, **RELATED), "I feel numb", False, "numb"),
]
kinds = [one["type"] for one, *_ in READ]


@pytest.mark.parametrize(("one", "text", "unreadable", "choice"), READ, ids=kinds)
def test_messages_are_read(one: Any, text: str, unreadable: bool, choice: str | None) -> None:
    """Words, captions, taps and what is no words are read, with id, time and addresses."""
    (found,) = read(notification(entry(value(one)))).messages

    assert (found.text, found.unreadable, found.choice) == (text, unreadable, choice)
    assert (found.id, found.row, found.at) == ("wamid.1", "whatsapp", AT)
    assert found.addresses == {"phone": PHONE, "user": USER}


@pytest.mark.parametrize(("one", "text", "unreadable", "choice"), READ, ids=kinds)
def test_pywa_reads_the_same(one: Any, text: str, unreadable: bool, choice: str | None) -> None:
    """Each payload is one that pywa takes, and it finds the same words and taps."""
    found = as_pywa_reads(notification(entry(value(one))))

    said = getattr(found, "text", None) or getattr(found, "caption", None) or getattr(found, "title", None) or ""
    assert (said, getattr(found, "data", None)) == (text, choice)
    assert unreadable == (found.type not in ("text", "interactive", "button"))
    assert (found.id, found.timestamp.timestamp()) == ("wamid.1", AT)
    assert (found.from_user.wa_id, found.from_user.bsuid) == (PHONE, USER)


def test_edited_message_is_read_again() -> None:
    """An edit is a message of its own id with the new words, and pywa finds these too."""
    payload = notification(entry(value(EDIT)))

    (found,) = read(payload).messages

    assert (found.id, found.text, found.addresses) == ("wamid.1", "numb", {"phone": PHONE, "user": USER})
    judged = as_pywa_reads(payload)
    assert (judged.id, judged.message.text) == ("wamid.1", "numb")


@pytest.mark.parametrize(
    "one",
    [
        message("reaction", reaction={"message_id": "wamid.0", "emoji": "👍"}),
        message("unsupported", unsupported={"type": "reaction"}, **UNSUPPORTED),
        message("order", order={"catalog_id": "1", "product_items": []}),
        message("request_welcome"),
        message("revoke", revoke={"original_message_id": "wamid.0"}),
        message("system", system={"body": "User A changed", "wa_id": OTHER_PHONE, "type": "user_changed_number"}),
        message("text", text={"body": "in a group"}, group_id="Y2FwaV9ncm91cDox"),
        message("text", text={"body": ""}),
        message("text", text={"body": 5}),
        message("text"),
        message("interactive", interactive={"type": "nfm_reply", "nfm_reply": {"name": "flow"}}),
        message("edit", edit={"original_message_id": "wamid.0", "message": EDIT}),
        {**TEXT, "id": ""},
        {**TEXT, "from": None, "from_user_id": None, "id": "wamid.2"},
        "text",
        None,
    ],
)
def test_the_rest_is_left_out(one: Any) -> None:
    """Reactions, orders, notices, groups and what is broken are left out, and do not keep others from being read."""
    other = message("text", text={"body": "next"}) | {"id": "wamid.9"}

    batch = read(notification(entry(value(one, other, contacts=()))))

    assert [found.id for found in batch.messages] == ["wamid.9"]


def test_a_batch_is_read_in_order() -> None:
    """All messages of all changes of all entries are read in order, each with its sender's addresses."""
    contacts = (CONTACT, {"wa_id": OTHER_PHONE, "user_id": OTHER_USER})
    sent = [
        {**TEXT, "id": f"wamid.{number}", "from": phone, "from_user_id": None}
        for number, phone in enumerate((PHONE, OTHER_PHONE, PHONE))
    ]
    statuses = [
        {"id": "wamid.a", "status": "read", "timestamp": "1", "recipient_id": PHONE},
        {"id": "wamid.b", "status": "failed", "timestamp": "1", "errors": [{"code": 131026, "title": "Undeliverable"}]},
    ]
    first = entry(value(*sent[:2], contacts=contacts), value(statuses=statuses, contacts=()))

    batch = read(notification(first, entry(value(sent[2]))))

    own, other = {"phone": PHONE, "user": USER}, {"phone": OTHER_PHONE, "user": OTHER_USER}
    assert [(one.id, one.addresses) for one in batch.messages] == [
        ("wamid.0", own),
        ("wamid.1", other),
        ("wamid.2", own),
    ]
    assert batch.receipts == (
        Receipt("whatsapp", "wamid.a", failed=False),
        Receipt("whatsapp", "wamid.b", failed=True, why="131026"),
    )


@pytest.mark.parametrize(
    "other",
    [
        entry(value(TEXT, number="999"), value(number="999", statuses=[{"id": "wamid.a", "status": "read"}])),
        entry(value(TEXT), field="history"),
        entry({**value(), "message_echoes": [TEXT]}, field="smb_message_echoes"),
        entry({**value(TEXT), "metadata": None}),
    ],
)
def test_only_our_number_is_read(other: Any) -> None:
    """Messages to other numbers of the account, old ones, and echoes of what the clinic wrote are left alone."""
    batch = read(notification(other))

    assert batch == Batch()


@pytest.mark.parametrize(
    ("sender", "contacts", "addresses"),
    [
        ({"from": PHONE}, [], {"phone": PHONE}),
        ({"from": PHONE, "from_user_id": USER}, [], {"phone": PHONE, "user": USER}),
        ({"from_user_id": USER}, [], {"user": USER}),
        ({"from_user_id": USER}, [{"user_id": USER}], {"user": USER}),
        ({"from_user_id": USER}, [{"user_id": USER, "wa_id": ""}], {"user": USER}),
        ({"from_user_id": USER}, [CONTACT], {"phone": PHONE, "user": USER}),
        ({"from": PHONE}, [CONTACT], {"phone": PHONE, "user": USER}),
        ({"from": PHONE}, [{"wa_id": OTHER_PHONE, "user_id": OTHER_USER}], {"phone": PHONE}),
        ({}, [{"user_id": USER}], {"user": USER}),
        ({"from": PHONE}, ["broken", None, CONTACT], {"phone": PHONE, "user": USER}),
    ],
)
def test_either_address_will_do(sender: Addresses, contacts: list[Any], addresses: Addresses) -> None:
    """A phone number, a user id, or both: whatever the message or its own contact has, and never another's."""
    one = {"id": "wamid.1", "timestamp": str(AT), "type": "text", "text": {"body": "hello"}, **sender}

    (found,) = read(notification(entry(value(one, contacts=contacts)))).messages

    assert found.addresses == addresses


def test_nameless_message_of_two_patients_is_nobodys() -> None:
    """A message that names no sender is not given to one of two contacts."""
    one = {"id": "wamid.1", "timestamp": str(AT), "type": "text", "text": {"body": "hello"}}

    batch = read(notification(entry(value(one, contacts=(CONTACT, {"user_id": OTHER_USER})))))

    assert batch.messages == ()


def test_a_message_without_a_time_is_of_now() -> None:
    """A time that is missing or broken is the time at which the request came."""
    (found,) = read(notification(entry(value({**TEXT, "timestamp": "soon"})))).messages

    assert found.at == 7.0


@pytest.mark.parametrize(
    ("status", "failed"), [("delivered", False), ("read", False), ("failed", True), ("sent", None), ("deleted", None)]
)
def test_receipts(status: str, failed: bool | None) -> None:
    """Delivered, read and failed are told; sent alone says nothing of the patient. pywa reads the same."""
    told = {"id": "wamid.a", "status": status, "timestamp": str(AT), "recipient_id": PHONE}
    payload = notification(entry(value(statuses=[told])))

    receipts = read(payload).receipts

    assert [one.failed for one in receipts] == ([] if failed is None else [failed])
    judged = as_pywa_reads(payload)
    assert (judged.id, judged.status == "failed") == ("wamid.a", failed is True)


COMPLEX = notification(
    entry(
        value(*(one for one, *_ in READ), EDIT, contacts=(CONTACT,)),
        value(statuses=[{"id": "wamid.a", "status": "failed", "errors": [{"code": 131026}]}]),
    )
)


@given(body=bodies(COMPLEX, notification(entry(value(TEXT)))))
def test_nothing_makes_reading_fail(body: bytes) -> None:
    """Any bytes, any JSON, and any payload with a wrong value are read without an error, into what can be kept."""
    batch = connector().read(Arrived("/", {}, body, now=7.0))

    for one in batch.messages:
        json.dumps([one.id, one.text, one.choice, dict(one.addresses)], ensure_ascii=False).encode()
        assert one.id
        assert one.addresses
        assert 0 < one.at < 1e12


BUTTONS = (Choice("3.0", "Yes", "Yes"), Choice("3.1", "No", "No"))
ROWS = (Choice("3.0", "Numb between…", "Numb between the legs"), Choice("3.1", "Neither", "Neither"))
PICTURE = "https://bot.example/pictures/bend.png"
TEMPLATE = {"name": "urgent_notice", "language": TemplateLanguage.ENGLISH_US}


def as_pywa_sends(method: str, **arguments: Any) -> tuple[str, Any, Any]:
    """Return the address, the authorisation and the body of pywa's request."""
    requests = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        contact = {"input": PHONE, "wa_id": PHONE}
        return httpx.Response(200, json={"contacts": [contact], "messages": [{"id": "wamid.1"}]})

    session = httpx.Client(transport=httpx.MockTransport(answer))
    client = pywa.WhatsApp(phone_id=NUMBER, token="EAAtoken", session=session, api_version="23.0", verify_token="x")
    getattr(client, method)(**arguments)
    (request,) = requests
    return str(request.url), request.headers["Authorization"], json.loads(request.content)


@pytest.mark.parametrize(
    ("shown", "method", "arguments"),
    [
        (Message("Hello *you*"), "send_message", {"text": "Hello *you*", "preview_url": False}),
        (
            Message("Is it so?", BUTTONS),
            "send_message",
            {"text": "Is it so?", "buttons": [Button("Yes", "3.0"), Button("No", "3.1")]},
        ),
        (Message("Bend", picture=PICTURE), "send_image", {"image": PICTURE, "caption": "Bend"}),
        (Message("", picture=PICTURE), "send_image", {"image": PICTURE}),
        (
            Message("Bend?", BUTTONS, picture=PICTURE),
            "send_image",
            {"image": PICTURE, "caption": "Bend?", "buttons": [Button("Yes", "3.0"), Button("No", "3.1")]},
        ),
        (Message("a" * 1025, picture=PICTURE), "send_message", {"text": "a" * 1025, "preview_url": False}),
    ],
)
@pytest.mark.parametrize("addresses", [{"phone": PHONE, "user": USER}, {"user": USER}])
def test_pywa_sends_the_same(shown: Message, method: str, arguments: dict[str, Any], addresses: Addresses) -> None:
    """Text, buttons and pictures go to the phone, or to the user id where it is all we know, as pywa sends them."""
    call = connector().call(shown, "whatsapp", addresses)

    url, authorization, body = as_pywa_sends(method, to=next(iter(addresses.values())), **arguments)
    assert (call.url, call.headers["Authorization"], call.json) == (url, authorization, body)


def test_list_as_pywa_sends_it() -> None:
    """A list opens with a button; a line has its words in full under a shortened title. One section needs no title."""
    call = connector().call(Message("Which?", ROWS, listed=True, list_title="Choose"), "whatsapp", {"phone": PHONE})

    lines = [SectionRow("Numb between…", "3.0", "Numb between the legs"), SectionRow("Neither", "3.1")]
    listed = SectionList("Choose", [Section("", lines)])
    _, _, body = as_pywa_sends("send_message", to=PHONE, text="Which?", buttons=listed)
    assert body["interactive"]["action"]["sections"][0].pop("title") == ""
    assert call.json == body


def test_reply_goes_to_the_first_address() -> None:
    """Where a patient wrote last under the user id, the reply goes there, although the phone is known."""
    call = connector().call(Message("Hello"), "whatsapp", {"user": USER, "phone": PHONE})

    assert call.json is not None
    assert (call.json.get("recipient"), call.json.get("to")) == (USER, None)


def test_template_as_pywa_sends_it() -> None:
    """The approved template stands in for an urgent message outside the window."""
    call = connector(template="urgent_notice").template("whatsapp", {"phone": PHONE})

    _, _, body = as_pywa_sends("send_template", to=PHONE, **TEMPLATE)
    assert call is not None
    assert call.json == body


def test_no_template() -> None:
    """Without an approved template nothing stands in."""
    assert connector().template("whatsapp", {"phone": PHONE}) is None


def test_another_api() -> None:
    """The address of the API and its version come from the settings."""
    at_home = connector(api="http://127.0.0.1:5000", api_version="v24.0")

    call = at_home.call(Message("Hello"), "whatsapp", {"phone": PHONE})

    assert call.url == f"http://127.0.0.1:5000/v24.0/{NUMBER}/messages"


@pytest.mark.parametrize(
    ("contact", "addresses"),
    [
        ({"input": PHONE, "wa_id": PHONE, "user_id": USER}, {"phone": PHONE, "user": USER}),
        ({"input": USER, "user_id": USER}, {"user": USER}),
        ({"input": PHONE, "wa_id": PHONE}, {"phone": PHONE}),
        (None, {}),
    ],
)
def test_accepted(contact: Any, addresses: Addresses) -> None:
    """An accepted message has an id, and tells the patient's addresses."""
    body = {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": "wamid.1"}]}

    sent = connector().outcome(200, {}, body)

    assert sent == Sent("accepted", "wamid.1", addresses=addresses)


@pytest.mark.parametrize("body", [None, {}, {"messages": []}, "ok"])
def test_accepted_without_an_id(body: Any) -> None:
    """An answer that names no message is nothing to rely on."""
    assert connector().outcome(200, {}, body).outcome == "unknown"


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (400, 4, "throttled"),
        (400, 80007, "throttled"),
        (400, 130429, "throttled"),
        (400, 131048, "throttled"),
        (400, 131056, "throttled"),
        (400, 133016, "throttled"),
        (400, 1, "retry"),
        (503, 2, "retry"),
        (500, 131000, "retry"),
        (500, 131016, "retry"),
        (400, 131053, "retry"),
        (401, 0, "retry"),
        (403, 10, "retry"),
        (401, 190, "retry"),
        (403, 200, "retry"),
        (403, 299, "retry"),
        (400, 131047, "final"),
        (400, 131026, "final"),
        (400, 131050, "final"),
        (400, 131051, "final"),
        (400, 100, "final"),
        (403, 368, "final"),
        (400, 131009, "final"),
        (400, 132001, "final"),
        (404, 300, "final"),
        (500, 999999, "unknown"),
    ],
)
def test_error_codes(status: int, code: int, outcome: str) -> None:
    """Each code of Meta's has its outcome, and is told; what Meta says in words is not."""
    error = {"message": f"(#{code}) to {PHONE}", "type": "OAuthException", "code": code, "fbtrace_id": "A"}

    sent = connector().outcome(status, {}, {"error": error})

    assert sent == Sent(outcome, why=str(code))


@pytest.mark.parametrize("body", [None, {}, "<html>", {"error": "down"}, {"error": {"code": "4"}}])
@pytest.mark.parametrize(
    ("status", "outcome"),
    [(429, "throttled"), (500, "unknown"), (502, "unknown"), (503, "retry"), (504, "unknown"), (400, "final")],
)
def test_without_a_code_the_status_counts(status: int, outcome: str, body: Any) -> None:
    """Without a code the HTTP status tells the outcome, and how long to wait."""
    sent = connector().outcome(status, {"retry-after": "7"}, body)

    assert sent == Sent(outcome, wait=7.0, why=f"HTTP {status}")


def test_transient_errors_are_tried_again() -> None:
    """An error that Meta calls transient is tried again, whatever its code."""
    sent = connector().outcome(400, {}, {"error": {"code": 999999, "error_subcode": 33, "is_transient": True}})

    assert sent == Sent("retry", why="999999/33")


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("phone_number_id", ""),
        ("phone_number_id", "+1 555"),
        ("phone_number_id", "1/me"),
        ("template", "Urgent Notice"),
        ("template_language", "English"),
    ],
)
def test_wrong_settings(name: str, wrong: str) -> None:
    """A setting that Meta would not take is refused at the start."""
    with pytest.raises(ValidationError, match=name):
        connector(**{name: wrong})
