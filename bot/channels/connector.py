"""The contract of a messaging connector: verify, read, send, and tell what came of it.

A connector is pure: it gets and gives values of `bot.channels.wire`, and never uses the network, the clock or a file.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import AnyHttpUrl, BaseModel, SecretStr, validator

from bot.channels.wire import Arrived, Batch, Call, Sent
from bot.hosts import is_here
from bot.reply.shown import Message

SHORTEST = 8  # characters of a secret that the clinic chooses


class Credentials(BaseModel):
    """A connector's settings, from the environment or credentials.yml.

    Attributes:
        self_check: Whether the bot asks for symptoms on this channel: the guided talks and the diary.
        pictures: Whether drawings are sent.
        api: The address of the provider's send API; another one is for tests.
    """

    self_check: bool = True
    pictures: bool = False
    api: AnyHttpUrl

    @validator("api")
    def _private(cls, url: AnyHttpUrl) -> AnyHttpUrl:
        if url.scheme != "https" and not is_here(url.host or ""):
            raise ValueError("write https://…; http is for an address of this machine only")
        return url

    class Config:
        """Refuses unknown keys, and keeps secrets out of errors."""

        extra = "forbid"


class Connector(ABC):
    """One provider.

    Attributes:
        channel: Its name, the last part of its address: `/webhooks/<channel>/webhook`.
        rows: The names of its rows in bot/reply/channels.yml.
        address: The kind of address that a person of the clinic would name, such as `phone`.
        settings: The class of its credentials.
        credentials: Its credentials.
    """

    channel: ClassVar[str]
    rows: ClassVar[tuple[str, ...]]
    address: ClassVar[str]
    settings: ClassVar[type[Credentials]]
    credentials: Any

    @staticmethod
    def path(channel: str) -> str:
        """Return the path of a channel's webhook on this server."""
        return f"/webhooks/{channel}/webhook"

    @abstractmethod
    def __init__(self, credentials: Any, public_url: str) -> None:
        """Create a connector.

        Args:
            credentials: An object of `settings`.
            public_url: The address at which providers reach this server, without a slash at its end.
        """

    @abstractmethod
    def verified(self, arrived: Arrived) -> bool:
        """Return whether the provider has signed a request, by its raw bytes, in constant time."""

    def handshake(self, arrived: Arrived) -> str | None:
        """Return the text that answers a provider's GET when the address is set up; None refuses it."""
        del arrived
        return None

    @abstractmethod
    def read(self, arrived: Arrived) -> Batch:
        """Read a verified request. What is unknown, broken, an echo or a group's is left out; it never raises."""

    @property
    def thanks(self) -> tuple[str, str]:
        """The content type and the body of a usual answer to a request."""
        return "text/plain", ""

    @abstractmethod
    def call(self, message: Message, row: str, addresses: Mapping[str, str]) -> Call:
        """Return the request that sends a message."""

    def template(self, row: str, addresses: Mapping[str, str]) -> Call | None:
        """Return the request that sends the approved template for urgent messages; None if there is none."""
        del row, addresses
        return None

    @abstractmethod
    def outcome(self, status: int, headers: Mapping[str, str], body: Any) -> Sent:
        """Tell what came of a request to the provider.

        Args:
            status: The HTTP status.
            headers: The headers, by names in lower case.
            body: The body read as JSON; None if it is none.
        """


def one_of(secret: SecretStr, previous: SecretStr | None) -> tuple[str, ...]:
    """Return the secrets that count: during a rotation there are two."""
    return tuple(one.get_secret_value() for one in (secret, previous) if one is not None)
