"""The server's health, at `/webhooks/web/health`, for monitoring."""

import asyncio
from collections.abc import Callable
from time import monotonic

from rasa.core.agent import Agent
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.background import background

SHORT = 2.0  # seconds to read conversations: a monitor does not wait long
FRESH = 2.0  # seconds that a finding is reused


class Health:
    """Checks the server's health, no more often than needed."""

    def __init__(self, alarms: Callable[[], str | None]) -> None:
        """Create it; `alarms` returns the problem with handing in alarms, or None."""
        self._alarms = alarms
        self._looking: asyncio.Future[list[str]] | None = None
        self._begun = 0.0

    async def trouble(self, agent: Agent | None) -> list[str]:
        """Return the problems, by the names of errors only; empty when all is well."""
        now = monotonic()
        if self._looking is None or (self._looking.done() and now - self._begun > FRESH):
            self._begun = now
            self._looking = asyncio.ensure_future(self._look(agent))
        return await asyncio.shield(self._looking)

    async def _look(self, agent: Agent | None) -> list[str]:
        alarms = self._alarms()
        found = [alarms] if alarms else []
        if agent is None:
            return [*found, "model: not loaded"]
        try:
            await background()(agent.tracker_store.retrieve("health"), SHORT)
        except Exception as error:
            found.append(f"conversations: {type(error).__name__}")
        return found


def blueprint(alarms: Callable[[], str | None]) -> Blueprint:
    """Define the route: 200 and `{"status": "ok"}`, or 503 with the problems."""
    health = Blueprint("health")
    looking = Health(alarms)

    @health.get("/webhooks/web/health")
    async def look(request: Request) -> HTTPResponse:
        trouble = await looking.trouble(request.app.ctx.agent)
        return response.json({"status": "; ".join(trouble) or "ok"}, 503 if trouble else 200)

    return health
