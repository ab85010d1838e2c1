"""What connectors share: untrusted JSON, secrets, and HTTP statuses."""

import json

import pytest

from bot.channels.provider import by_status, inside, items, loaded, moment, name, same, wait, words
from bot.channels.wire import Sent


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe\xfa", b"[" * 100_000, b"9" * 10_000])
def test_broken_body(body: bytes) -> None:
    """A body that is no JSON, or more than Python reads, is nothing."""
    found = loaded(body)

    assert found is None


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (("a", 0, "b"), "x"),
        (("a", 1), None),
        (("a", "b"), None),
        (("a", 0, "b", "c"), None),
        (("c",), None),
        ((), {"a": [{"b": "x"}]}),
    ],
)
def test_paths(path: tuple[str | int, ...], found: object) -> None:
    """What lies at a path is found, and a path that leads nowhere is nothing."""
    assert inside({"a": [{"b": "x"}]}, *path) == found


def test_items_are_of_a_list() -> None:
    """Only a list has items: a text or an object in its place has none."""
    found = [items({"a": value}, "a") for value in ([1, 2], "ab", {"0": 1}, None)]

    assert found == [[1, 2], [], [], []]


@pytest.mark.parametrize(
    ("value", "text", "id_"),
    [
        ("x", "x", "x"),
        ("", "", None),
        (7, "", "7"),
        (True, "", None),
        (1.5, "", None),
        (None, "", None),
        (["x"], "", None),
    ],
)
def test_words_and_names(value: object, text: str, id_: str | None) -> None:
    """Words are texts; an id is a text or a whole number; anything else is neither."""
    assert (words(value), name(value)) == (text, id_)


def test_half_characters_can_be_stored() -> None:
    """Half an emoji, which JSON can hold, is replaced; a whole one stays."""
    value = json.loads(r'{"half": "a\ud83d", "whole": "\ud83d\ude00"}')

    assert (words(value, "half"), words(value, "whole")) == ("a?", "😀")


@pytest.mark.parametrize(
    ("value", "unit", "seconds"),
    [
        ("1739321024", 1.0, 1739321024.0),
        (1739321024, 1.0, 1739321024.0),
        (1739321024500, 0.001, 1739321024.5),
        (None, 1.0, 5.0),
        ("soon", 1.0, 5.0),
        ([], 1.0, 5.0),
        (-1, 1.0, 5.0),
        (float("nan"), 1.0, 5.0),
        (float("inf"), 1.0, 5.0),
        (10**400, 1.0, 5.0),
        (1739321024500, 1.0, 5.0),
    ],
)
def test_moments(value: object, unit: float, seconds: float) -> None:
    """A time is read in its unit; what is none, or beyond the calendar, is now."""
    assert moment(value, 5.0, unit=unit) == seconds


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0", 0.0),
        (None, None),
        ("", None),
        ("-7", None),
        ("7.5", None),
        ("nan", None),
        ("٧", None),
        ("9" * 400, None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    """`Retry-After` counts if it is a number of seconds."""
    headers = {} if header is None else {"retry-after": header}

    assert wait(headers) == seconds


@pytest.mark.parametrize(
    ("given", "known"),
    [
        ("new-secret", True),
        ("old-secret", True),
        ("new-secre", False),
        ("NEW-SECRET", False),
        ("", False),
        ("né\ud800w", False),
    ],
)
def test_secrets(given: str, known: bool) -> None:
    """Each of two secrets counts, and nothing else, whatever a header holds."""
    assert same(given, ("new-secret", "old-secret")) is known


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (302, "final"),
        (400, "final"),
        (401, "retry"),
        (404, "final"),
        (408, "retry"),
        (429, "throttled"),
        (500, "unknown"),
        (502, "unknown"),
        (503, "retry"),
        (504, "unknown"),
    ],
)
def test_statuses(status: int, outcome: str) -> None:
    """Each HTTP status has its outcome, and tells how long to wait."""
    assert by_status(status, {"retry-after": "7"}) == Sent(outcome, wait=7.0, why=f"HTTP {status}")
