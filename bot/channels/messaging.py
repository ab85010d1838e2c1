"""The messaging channels' addresses: `/webhooks/<channel>/webhook`, for the providers alone.

A request is verified by its raw bytes before anything in it is read. A forged one is counted and refused, and leaves no
trace. A message is stored before the provider gets its 2xx; if that fails, the provider gets 503, and repeats it.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.exceptions import Forbidden, SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.connector import Connector
from bot.channels.conversations import Bot
from bot.channels.credentials import switched_on
from bot.channels.office import Office, office
from bot.channels.wire import Arrived
from bot.settings import settings
from bot.store.messages import StoreError
from bot.web.addresses import household
from bot.web.errors import TooMany, refused, sparingly
from bot.web.limits import shared_limits

logger = logging.getLogger(__name__)

AGAIN = 5  # seconds after which a provider may repeat what could not be stored


class Messaging(InputChannel):
    """All messaging channels that are on; each is a connector, see `bot.channels.connector`."""

    def __init__(self, connectors: list[Connector], at: Office | None = None) -> None:
        """Create the channel; `at` answers and sends the messages, by default the process's own office."""
        self.connectors = connectors
        self._office = (at or office()) if connectors else None

    @classmethod
    def name(cls) -> str:
        """Return the channel's name for Rasa."""
        return "messaging"

    def url_prefix(self) -> str:
        """Return the part of the URL before the connectors' own: Rasa joins it to its own `/webhooks/`."""
        return "/webhooks"

    @classmethod
    def from_credentials(cls, credentials: Mapping[str, Any] | None) -> Messaging:
        """Create the channel from its part of credentials.yml and the environment.

        Raises:
            DataError: A channel's settings are wrong or incomplete.
        """
        return cls(switched_on(credentials or {}, settings()))

    @property
    def paths(self) -> frozenset[str]:
        """The paths of the connectors."""
        return frozenset(Connector.path(one.channel) for one in self.connectors)

    def trouble(self) -> str | None:
        """Return what keeps messages from being answered or sent; None when nothing does."""
        return self._office.trouble() if self._office else None

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Define the connectors' routes; none when all are off."""
        blueprint = Blueprint("messaging")
        if self._office is None:
            return blueprint
        at = self._office
        blueprint.exception(SanicException)(refused)

        @blueprint.listener("after_server_start")
        async def begin(app: Any, _: Any) -> None:
            def bot() -> Bot:
                return Bot(on_new_message, app.ctx.agent.tracker_store if app.ctx.agent else None)

            await at.open(self.connectors, bot)

        @blueprint.listener("before_server_stop")
        async def end(*_: Any) -> None:
            await at.close()

        for connector in self.connectors:
            _route(blueprint, connector, at)
        return blueprint


def _route(blueprint: Blueprint, connector: Connector, at: Office) -> None:
    address = f"/{connector.channel}/webhook"
    refused_so_far = itertools.count(1)

    def forged(request: Request) -> SanicException:
        """Count a request that the provider has not signed, and return its refusal."""
        number = next(refused_so_far)
        if shared_limits().flooded(household(request), len(request.body)):
            return TooMany("too many requests from this address")
        if sparingly(f"forged {connector.channel}"):
            logger.warning("Requests to %s that its provider has not signed: %d since the start", address, number)
        return Forbidden("this address answers its provider only")

    async def shake_hands(request: Request) -> HTTPResponse:
        answer = connector.handshake(_arrived(request))
        if answer is None:
            raise forged(request)
        return response.text(answer)

    async def receive(request: Request) -> HTTPResponse:
        arrived = _arrived(request)
        if not connector.verified(arrived):
            raise forged(request)
        batch = connector.read(arrived)
        # One message that cannot be stored must not lose the others; nor does a provider that waits no longer.
        received = asyncio.gather(*(at.receive(one) for one in batch.messages), return_exceptions=True)
        taken = await asyncio.shield(received)
        for receipt in batch.receipts:
            await at.note(receipt)
        for error in (one for one in taken if isinstance(one, BaseException)):
            if not isinstance(error, StoreError):
                raise error
            return response.json({"error": "try again"}, 503, {"Retry-After": str(AGAIN)})
        if batch.reply is not None:
            return response.json(batch.reply)
        kind, body = connector.thanks
        return HTTPResponse(body, content_type=kind)

    blueprint.add_route(shake_hands, address, methods=["GET"], name=f"{connector.channel}_handshake")
    blueprint.add_route(receive, address, methods=["POST"], name=f"{connector.channel}_webhook")


def _arrived(request: Request) -> Arrived:
    path = request.raw_url.decode("ascii", "replace")
    if not path.startswith("/"):  # in absolute form, which names a host that nobody has checked
        path = "/" + path.partition("://")[2].partition("/")[2]
    headers = {name.lower(): value for name, value in request.headers.items()}
    query = {name: values[0] for name, values in request.args.items()}
    return Arrived(path, headers, request.body, query, time.time())
