"""What a messaging connector gets and gives: plain values, so that it needs neither a server nor a network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.store.messages import Outcome, Received


@dataclass(frozen=True)
class Arrived:
    """A request of a provider.

    Attributes:
        path: The path with the query, as it was requested.
        headers: Its headers, by names in lower case.
        body: Its raw bytes.
        query: The query's parameters; the first of each.
        now: The time, in seconds since 1970.
    """

    path: str
    headers: Mapping[str, str]
    body: bytes
    query: Mapping[str, str] = field(default_factory=dict)
    now: float = 0.0


@dataclass(frozen=True)
class Receipt:
    """What became of a sent message: its id at the provider, and whether it failed, and why."""

    row: str
    id: str
    failed: bool
    why: str = ""


@dataclass(frozen=True)
class Batch:
    """What a request holds.

    Attributes:
        messages: Patients' messages, in order.
        receipts: What became of sent messages.
        reply: The body of the answer to the request, if it is not the connector's usual one.
    """

    messages: tuple[Received, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    reply: Any = None


@dataclass(frozen=True)
class Call:
    """A request to a provider: JSON, or a form if `form` is given. Its address and headers may hold a secret."""

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    json: Mapping[str, Any] | None = None
    form: Mapping[str, str] | None = None
    auth: tuple[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Sent:
    """What came of a request to a provider.

    Attributes:
        outcome: See `bot.store.messages.Messages.sent`.
        id: The provider's id of the message.
        wait: How long the provider wants us to wait, in seconds; None if it does not say.
        why: The provider's code or the kind of error; never words.
        addresses: Further addresses of the patient, which the provider has told.
    """

    outcome: Outcome
    id: str | None = None
    wait: float | None = None
    why: str = ""
    addresses: Mapping[str, str] = field(default_factory=dict)
