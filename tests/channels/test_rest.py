"""The REST channel of the really running server."""

import http.client
import json
import urllib.error
import urllib.request
from typing import Any

import pytest
from bare_server import Bare
from sanic import Sanic

from bot.channels.rest import GuardedRest
from bot.settings import settings

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


@pytest.mark.parametrize("message", [None, 5, ["a"], "", "x" * 20_000])
def test_strange_message_gets_a_reply(server: str, message: Any) -> None:
    """A message that is no text, empty or long gets a polite reply."""
    status, replies = post(server, json.dumps({"sender": "rest-3", "message": message}).encode())

    assert status == 200
    assert replies[0]["text"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"not json", "json"),
        (b"[]", "sender"),
        (b'{"message": "hello"}', "sender"),
        (b'{"sender": "", "message": "hello"}', "sender"),
        (b'{"sender": 5, "message": "hello"}', "sender"),
        (b'{"sender": "\\ud83d", "message": "hello"}', "sender"),
        (json.dumps({"sender": "s" * 201, "message": "hello"}).encode(), "sender"),
        (
            json.dumps({"sender": "rest-4", "message": "x" * 20_001}).encode(),
            "message: must be a text of at most 20000",
        ),
    ],
)
def test_malformed_request_is_refused(server: str, body: bytes, said: str) -> None:
    """A request without a conversation of its own is refused with what is wrong."""
    status, answer = post(server, body)

    assert status == 400
    assert said in answer["error"]


def ask(own: Bare, body: dict[str, str], headers: dict[str, str]) -> tuple[int, dict[str, str], Any]:
    """Post to the server without a model, with just these headers; returns status, headers and JSON."""
    connection = http.client.HTTPConnection("127.0.0.1", own.port, timeout=10)
    data = json.dumps(body).encode()
    connection.putrequest("POST", "/webhooks/rest/webhook", skip_host=True)
    for name, value in {"Content-Length": str(len(data)), **headers}.items():
        connection.putheader(name, value)
    connection.endheaders(data)
    answer = connection.getresponse()
    return answer.status, dict(answer.headers), json.loads(answer.read())


SIGN = {"sender": "rest-5", "message": "I can't pee since this morning"}


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:{port}", "127.0.0.1", "127.0.0.1:{port}", "127.1.2.3", "[::1]"]
)
@pytest.mark.parametrize("kind", ["application/json", "Application/JSON; charset=utf-8"])
def test_scripts_of_this_machine_are_answered(own: Bare, host: str, kind: str) -> None:
    """A script of this machine is answered, however it names the machine."""
    status, _, replies = ask(own, SIGN, {"Host": host.format(port=own.port), "Content-Type": kind})

    assert status == 200
    assert replies[0]["metadata"]["answer"] == "urgent.cauda_equina"


@pytest.mark.parametrize(
    ("headers", "status", "said"),
    [
        ({"Content-Type": "text/plain"}, 415, "Content-Type"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415, "Content-Type"),
        ({"Content-Type": "text/plain; application/json"}, 415, "Content-Type"),
        ({"Content-Type": ""}, 415, "Content-Type"),
        ({"Origin": "https://evil.example"}, 403, "website"),
        ({"Origin": "null"}, 403, "website"),
        ({"Origin": "http://localhost"}, 403, "website"),
        ({"Host": "evil.example"}, 403, "Host"),
        ({"Host": "localhost.evil.example"}, 403, "Host"),
        ({"Host": "localhost:1"}, 403, "Host"),
        ({"Host": "127.0.0.1.evil.example"}, 403, "Host"),
        ({"Host": "10.0.0.1"}, 403, "Host"),
        ({"Host": ""}, 403, "Host"),
        ({"X-Forwarded-For": "127.0.0.1"}, 403, "proxy"),
        ({"Forwarded": "for=127.0.0.1"}, 403, "proxy"),
        ({"X-Real-IP": "127.0.0.1"}, 403, "proxy"),
        ({"Via": "1.1 proxy"}, 403, "proxy"),
        ({"X-Forwarded-Host": "bot.example"}, 403, "proxy"),
        ({"X-Forwarded-Proto": "https"}, 403, "proxy"),
        ({"X-Forwarded": "for=192.0.2.1"}, 403, "proxy"),
        ({"True-Client-IP": "192.0.2.1"}, 403, "proxy"),
        ({"X-Client-IP": "192.0.2.1"}, 403, "proxy"),
        ({"CF-Connecting-IP": "192.0.2.1"}, 403, "proxy"),
        ({"Fastly-Client-IP": "192.0.2.1"}, 403, "proxy"),
        ({"Sec-Fetch-Site": "none"}, 403, "website"),
        ({"sec-fetch-mode": "navigate"}, 403, "website"),
    ],
)
def test_others_are_refused(own: Bare, headers: dict[str, str], status: int, said: str) -> None:
    """What a website, a form, a proxy or a name that leads here may have sent is refused."""
    told, _, answer = ask(own, SIGN, {"Host": "localhost", "Content-Type": "application/json", **headers})

    assert told == status
    assert said in answer["error"]


def test_plain_proxy_is_refused(own: Bare, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes as nginx passes it on, which speaks HTTP/1.0 and adds nothing, is refused."""
    monkeypatch.setattr(http.client.HTTPConnection, "_http_vsn_str", "HTTP/1.0")

    status, _, answer = ask(own, SIGN, {"Host": f"127.0.0.1:{own.port}", "Content-Type": "application/json"})

    assert status == 403
    assert "proxy" in answer["error"]


def test_limits_are_the_web_chats(own: Bare) -> None:
    """A sender who is too fast is told when to go on, and a sign of theirs is still heard."""
    headers = {"Host": "localhost", "Content-Type": "application/json"}
    for _ in range(settings().messages_per_minute):
        assert ask(own, {"sender": "rest-6", "message": "?"}, headers)[0] == 200

    status, told, replies = ask(own, {**SIGN, "sender": "rest-6"}, headers)

    assert status == 429
    assert told["Retry-After"] == "60"
    assert replies[0]["metadata"]["answer"] == "urgent.cauda_equina"


def test_off_unless_it_is_switched_on() -> None:
    """Without STRIDE_REST the channel has no address."""
    app = Sanic("rest_off", configure_logging=False)

    app.blueprint(GuardedRest(lambda *_: None).blueprint(lambda _: None))  # type: ignore[arg-type,return-value]

    assert not app.router.routes_all
