"""Stands in for Twilio on this machine: takes what is sent to patients, fast or slowly, or says "later"."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import defaultdict
from dataclasses import dataclass

from aiohttp import web

from workshop.processes import HERE

LATER = 1  # seconds of `Retry-After`


@dataclass(frozen=True)
class Sent:
    """A message that the provider has accepted: when, by `time.monotonic`, and its words."""

    at: float
    text: str


class Provider:
    """A send API.

    Attributes:
        sent: What each patient has got, by number, in order.
    """

    def __init__(self, pause: float = 0.0, refuses: int = 0) -> None:
        """Create it.

        Args:
            pause: The seconds until it answers.
            refuses: Each so many requests, it answers 429; 0 for never.
        """
        self.sent: dict[str, list[Sent]] = defaultdict(list)
        self._pause, self._refuses = pause, refuses
        self._numbers = itertools.count(1)
        self._runner: web.AppRunner | None = None

    async def begin(self) -> str:
        """Begin to take requests, and return the address."""
        app = web.Application()
        app.router.add_post("/{path:.*}", self._take)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HERE, 0)
        await site.start()
        return f"http://{HERE}:{self._runner.addresses[0][1]}"

    async def end(self) -> None:
        """Take no more requests."""
        if self._runner:
            await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        form = await request.post()
        number = next(self._numbers)
        await asyncio.sleep(self._pause)
        if self._refuses and number % self._refuses == 0:
            return web.json_response({"code": 20429}, status=429, headers={"Retry-After": str(LATER)})
        self.sent[str(form["To"])].append(Sent(time.monotonic(), str(form["Body"])))
        return web.json_response({"sid": f"SM{number:032x}"}, status=201)
