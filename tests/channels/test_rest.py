"""The REST channel of the really running server."""

import json
import urllib.error
import urllib.request
from typing import Any

import pytest

pytestmark = pytest.mark.rasa


def post(server: str, body: bytes) -> tuple[int, Any]:
    """Post to the webhook; returns the status and the JSON."""
    request = urllib.request.Request(f"{server}/webhooks/rest/webhook", body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_answers(server: str) -> None:
    """A message gets replies in Rasa's form, with their metadata."""
    status, replies = post(server, b'{"sender": "rest-1", "message": "What is a laminectomy?"}')

    assert status == 200
    assert replies[0]["recipient_id"] == "rest-1"
    assert replies[0]["metadata"]["answer"] == "surgery.laminectomy"
    assert replies[0]["buttons"]


def test_remembers_in_sqlite(server: str) -> None:
    """A button that was just offered counts in the next request: the conversation was stored."""
    _, replies = post(server, b'{"sender": "rest-2", "message": "What is a laminectomy?"}')
    payload = replies[0]["buttons"][0]["payload"]

    _, answered = post(server, json.dumps({"sender": "rest-2", "message": payload}).encode())

    assert answered[0]["metadata"]["answer"] == payload[1:]


@pytest.mark.parametrize("message", [None, 5, ["a"], "", "x" * 100_000])
def test_strange_message_gets_a_reply(server: str, message: Any) -> None:
    """A message that is no text, empty or endless gets a polite reply."""
    status, replies = post(server, json.dumps({"sender": "rest-3", "message": message}).encode())

    assert status == 200
    assert replies[0]["text"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"not json", "not JSON"),
        (b"[]", "sender"),
        (b'{"message": "hello"}', "sender"),
        (b'{"sender": "", "message": "hello"}', "sender"),
        (b'{"sender": 5, "message": "hello"}', "sender"),
        (b'{"sender": "\\ud83d", "message": "hello"}', "sender"),
        (json.dumps({"sender": "s" * 201, "message": "hello"}).encode(), "sender"),
    ],
)
def test_malformed_request_is_refused(server: str, body: bytes, said: str) -> None:
    """A request without a conversation of its own is refused with what is wrong."""
    status, answer = post(server, body)

    assert status == 400
    assert said in answer["error"]


def test_health(server: str) -> None:
    """The channel's address answers whether it is up."""
    with urllib.request.urlopen(f"{server}/webhooks/rest/", timeout=10) as answer:
        assert json.load(answer) == {"status": "ok"}
