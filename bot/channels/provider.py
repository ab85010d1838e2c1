"""What connectors share: reading a provider's JSON without trusting its shape, secrets, and outcomes by HTTP status."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Mapping
from typing import Any

from bot.channels.wire import Sent
from bot.store.messages import Outcome

LATEST = 253_402_300_799.0  # the end of the year 9999, in seconds since 1970; later times are mistakes
# By RFC 9110. After 500, 502 and 504 the provider may have accepted the message; 503 says that it has not.
BY_STATUS: dict[int, Outcome] = {
    401: "retry",  # the clinic can mend a token
    408: "retry",
    429: "throttled",
    503: "retry",
}


def same(given: str, secrets: Iterable[str]) -> bool:
    """Return whether a text is one of some secrets, in constant time."""
    found = [hmac.compare_digest(given.encode("utf-8", "replace"), secret.encode()) for secret in secrets]
    return any(found)


def loaded(body: bytes) -> Any:
    """Return a body read as JSON; None if it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def inside(value: Any, *path: str | int) -> Any:
    """Return what lies at a path of keys and places in a JSON value; None if there is nothing."""
    for step in path:
        try:
            value = value[step]
        except (IndexError, KeyError, TypeError):
            return None
    return value


def items(value: Any, *path: str | int) -> list[Any]:
    """Return the list at a path in a JSON value; an empty one if there is none."""
    found = inside(value, *path)
    return found if isinstance(found, list) else []


def words(value: Any, *path: str | int) -> str:
    """Return the text at a path in a JSON value, or an empty one.

    JSON can hold half characters (lone surrogates), which no store can keep: they become question marks.
    """
    found = inside(value, *path)
    return found.encode("utf-8", "replace").decode() if isinstance(found, str) else ""


def name(value: Any, *path: str | int) -> str | None:
    """Return the id at a path in a JSON value, a text or a whole number, as a text; None if there is none."""
    found = inside(value, *path)
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found)
    return words(found) or None


def moment(value: Any, now: float, *, unit: float = 1.0) -> float:
    """Return a provider's time in seconds since 1970.

    Args:
        value: The time since 1970, a number or a text.
        now: What is returned if `value` is no time.
        unit: What `value` counts in, in seconds.
    """
    try:
        seconds = float(value) * unit
    except (OverflowError, TypeError, ValueError):
        return now
    return seconds if 0 < seconds <= LATEST else now


def wait(headers: Mapping[str, str]) -> float | None:
    """Return how long `Retry-After` asks to wait, in seconds; None if it does not say so in seconds (RFC 9110)."""
    given = headers.get("retry-after", "")
    return float(given) if given.isascii() and given.isdigit() and len(given) < len(str(LATEST)) else None


def by_status(status: int, headers: Mapping[str, str]) -> Sent:
    """Tell by the HTTP status alone what came of a request that failed."""
    outcome = BY_STATUS.get(status, "unknown" if status >= 500 else "final")
    return Sent(outcome, wait=wait(headers), why=f"HTTP {status}")
