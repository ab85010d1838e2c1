"""The signature and the handshake of Meta, for WhatsApp and Messenger."""

import hashlib
import hmac
import json

import pytest
from pydantic import ValidationError
from pywa.utils import webhook_updates_validator

from bot.channels.connector import Connector
from bot.channels.messenger import Messenger
from bot.channels.whatsapp import WhatsApp
from bot.channels.wire import Arrived

SECRET, OLD, WRONG = "0123456789abcdef", "fedcba9876543210", "00000000"
# As Meta sends it: slashes and everything beyond ASCII are escaped, which no serialiser of ours would do.
BODY = rb'{"text":"can\u00e9t feel my saddle \ud83d\ude22 https:\/\/x.example","emoji":"' + "😢".encode() + b'"}'
CHANNELS = [(WhatsApp, {"phone_number_id": "106540352242922"}), (Messenger, {})]

both = pytest.mark.parametrize(("kind", "own"), CHANNELS, ids=["whatsapp", "messenger"])


def connector(kind: type[Connector], own: dict[str, str], **changed: str) -> Connector:
    """A connector of Meta's."""
    written = {"app_secret": SECRET, "token": "EAAtoken", "verify_token": "chosen-by-us", **own, **changed}
    return kind(kind.settings(**written), "https://bot.example")


def digest(secret: str = SECRET, body: bytes = BODY, algorithm: str = "sha256") -> str:
    """The digest of a body."""
    return hmac.new(secret.encode(), body, algorithm).hexdigest()


def arrived(signature: str | None, body: bytes = BODY) -> Arrived:
    """A request with a signature."""
    headers = {} if signature is None else {"x-hub-signature-256": signature}
    return Arrived("/", headers, body)


@both
def test_signed_bytes_are_accepted(kind: type[Connector], own: dict[str, str]) -> None:
    """The raw bytes count: escapes and emoji stay as Meta has sent them, and pywa's validator agrees."""
    signature = f"sha256={digest()}"

    accepted = connector(kind, own).verified(arrived(signature))

    assert accepted
    assert webhook_updates_validator(SECRET, BODY, signature)


@both
@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "sha256=",
        "sha256",
        digest(),
        f"sha256={digest().upper()}",
        f"SHA256={digest()}",
        f"sha256={digest()} ",
        f"sha256={digest()}\n",
        f"sha256={digest()[:-1]}",
        f"sha256={digest()}0",
        f"sha256={digest(body=BODY + b' ')}",
        f"sha256={digest(body=json.dumps(json.loads(BODY)).encode())}",
        f"sha256={digest(secret=WRONG)}",
        f"sha256={digest(secret='')}",
        f"sha1={digest(algorithm='sha1')}",
        f"sha256={digest(algorithm='sha1')}",
        f"sha256={hashlib.sha256(BODY).hexdigest()}",
        f"sha256={digest()[:-1]}é",
        "sha256=" + "\ud800" * 64,
    ],
)
def test_all_else_is_refused(kind: type[Connector], own: dict[str, str], signature: str | None) -> None:
    """A signature that is missing, cut, of another kind, body or secret is refused, and nothing is raised."""
    accepted = connector(kind, own).verified(arrived(signature))

    assert not accepted


@both
def test_two_secrets_count_during_a_rotation(kind: type[Connector], own: dict[str, str]) -> None:
    """The previous secret counts for as long as it is set."""
    old = arrived(f"sha256={digest(secret=OLD)}")

    assert connector(kind, own, previous_app_secret=OLD).verified(old)
    assert connector(kind, own, previous_app_secret=OLD).verified(arrived(f"sha256={digest()}"))
    assert not connector(kind, own).verified(old)


@both
@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ({"hub.mode": "subscribe", "hub.verify_token": "chosen-by-us", "hub.challenge": "1158201444"}, "1158201444"),
        ({"hub.mode": "subscribe", "hub.verify_token": "chosen-by-them", "hub.challenge": "1158201444"}, None),
        ({"hub.mode": "subscribe", "hub.verify_token": "", "hub.challenge": "1158201444"}, None),
        ({"hub.mode": "subscribe", "hub.verify_token": "é\ud800", "hub.challenge": "1158201444"}, None),
        ({"hub.mode": "subscribe", "hub.challenge": "1158201444"}, None),
        ({"hub.mode": "unsubscribe", "hub.verify_token": "chosen-by-us", "hub.challenge": "1158201444"}, None),
        ({"hub.verify_token": "chosen-by-us", "hub.challenge": "1158201444"}, None),
        ({"hub.mode": "subscribe", "hub.verify_token": "chosen-by-us"}, None),
        ({}, None),
    ],
)
def test_handshake(kind: type[Connector], own: dict[str, str], query: dict[str, str], answer: str | None) -> None:
    """The challenge is returned to who knows the verify token, and to nobody else."""
    given = connector(kind, own).handshake(Arrived("/", {}, b"", query))

    assert given == answer


@both
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("app_secret", ""),
        ("previous_app_secret", ""),
        ("token", ""),
        ("token", "two\nlines"),
        ("token", "tokén"),
        ("token", "token "),
        ("verify_token", "1234567"),
        ("api_version", "23"),
        ("api_version", "v23.0\n"),
        ("api_version", "v23.0/me"),
        ("api", "http://graph.example"),
        ("app_secert", "misspelt"),
    ],
)
def test_wrong_settings(kind: type[Connector], own: dict[str, str], name: str, value: str) -> None:
    """A setting that is empty, short or wrong is refused, and its value is not told."""
    with pytest.raises(ValidationError) as refused:
        connector(kind, own, **{name: value})

    assert [problem["loc"] for problem in refused.value.errors()] == [(name,)]
    assert "EAAtoken" not in str(refused.value)


@both
@pytest.mark.parametrize("name", ["app_secret", "token", "verify_token"])
def test_missing_settings(kind: type[Connector], own: dict[str, str], name: str) -> None:
    """A channel without one of its secrets does not start."""
    written = {"app_secret": SECRET, "token": "EAAtoken", "verify_token": "chosen-by-us", **own}
    del written[name]

    with pytest.raises(ValidationError, match=name):
        kind.settings(**written)
