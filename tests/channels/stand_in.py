"""A stand-in for the send APIs of all providers, and for Rasa: it checks what arrives, and does what a test orders."""

import asyncio
import json
import threading
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, web
from traffic import TRAFFIC, Answered, Asked, Request, Traffic

from workshop.processes import free_port


@dataclass
class Order:
    """What the stand-in does with one request; released when nothing holds it any more.

    Attributes:
        answer: What it answers; None for what it answers to what it accepts.
        seconds: How long the answer takes.
        drops: Whether it accepts, and closes the connection without an answer.
        before: What it does when the request is there, before it answers.
        reached: Is set when the request is there.
        released: Must be set before it answers.
    """

    answer: Answered | None = None
    seconds: float = 0.0
    drops: bool = False
    before: Callable[[], Any] | None = None
    reached: threading.Event = field(default_factory=threading.Event)
    released: threading.Event | None = None

    async def obey(self) -> None:
        """Wait as ordered."""
        if self.before:
            self.before()
        self.reached.set()
        await asyncio.sleep(self.seconds)
        while self.released and not self.released.is_set():
            await asyncio.sleep(0.01)


@dataclass(frozen=True)
class Arrived:
    """A request that arrived: what was asked for, whether the provider has accepted it, and its number, as an id."""

    asked: Asked
    accepted: bool
    number: int


class StandIn:
    """The providers and Rasa, on a port of this machine, in a thread of its own."""

    def __init__(self) -> None:
        """Start it."""
        self._ports = {self._providers: free_port(), self._played_rasa: free_port()}
        self.providers, self.rasa = (f"http://127.0.0.1:{port}" for port in self._ports.values())
        self.problems: list[str] = []  # what a provider would have refused
        self._arrived: list[Arrived] = []
        self._heard: list[tuple[str, str]] = []
        self._orders: dict[str, deque[Order]] = defaultdict(deque)
        self._news = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._running: dict[Any, web.AppRunner] = {}
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._do(self._start(self._played_rasa))
        self.start()

    def start(self) -> None:
        """Have the providers listen."""
        self._do(self._start(self._providers))

    def stop(self) -> None:
        """Have the providers refuse connections."""
        self._do(self._stop(self._providers))

    def close(self) -> None:
        """Stop for good."""
        for routes in [*self._running]:
            self._do(self._stop(routes))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def order(self, what: str, *orders: Order) -> Order:
        """Have the next requests handled as ordered; return the last order.

        Args:
            what: To whom they go; or `heard: <words>`, or `answered: <words>`, of the played Rasa.
            orders: An order for each of the next requests.
        """
        self._orders[what].extend(orders)
        return orders[-1]

    def hold(self, what: str, **more: Any) -> Order:
        """Have the next request wait until the order is released."""
        return self.order(what, Order(released=threading.Event(), **more))

    def forget(self, what: str) -> None:
        """Have nothing done as ordered before."""
        with self._news:
            self._orders.pop(what, None)

    def tried(self, to: str) -> list[Arrived]:
        """Return all requests to send to an address, in order."""
        with self._news:
            return [one for one in self._arrived if one.asked.to == to]

    def heard(self, part: str) -> list[str]:
        """Return the messages that reached Rasa and hold some words, in order."""
        with self._news:
            return [text for stage, text in self._heard if stage == "heard" and part in text]

    def until(self, condition: Callable[[], Any], seconds: float = 15.0) -> None:
        """Wait for a condition, which only what arrives can bring about; raise AssertionError if it does not come."""
        with self._news:
            assert self._news.wait_for(condition, seconds), "it did not come to that"

    def _do(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=30)

    async def _start(self, routes: Any) -> None:
        app = web.Application()
        routes(app.router)
        self._running[routes] = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)  # addresses hold secrets
        await self._running[routes].setup()
        await web.TCPSite(self._running[routes], "127.0.0.1", self._ports[routes], reuse_address=True).start()

    async def _stop(self, routes: Any) -> None:
        if routes in self._running:
            await self._running.pop(routes).cleanup()

    def _providers(self, router: Any) -> None:
        router.add_post("/{channel}/{path:.*}", self._provider)
        router.add_get("/{path:.*}", self._download)

    def _played_rasa(self, router: Any) -> None:
        router.add_post("/{stage}", self._rasa)

    def _next(self, what: str) -> Order:
        with self._news:
            waiting = self._orders.get(what)
            return waiting.popleft() if waiting else Order()

    async def _rasa(self, request: web.Request) -> web.Response:
        text = (await request.json())["text"]
        stage = request.match_info["stage"]
        order = self._next(f"{stage}: {text}")
        with self._news:
            self._heard.append((stage, text))
            self._news.notify_all()
        await order.obey()
        return web.json_response({}, status=order.answer.status if order.answer else 200)

    async def _download(self, request: web.Request) -> web.Response:
        self.problems.append(f"somebody has downloaded {request.path}")
        return web.Response(status=404)

    async def _provider(self, request: web.Request) -> web.StreamResponse:
        providers = [one for one in TRAFFIC.values() if one.channel == request.match_info["channel"]]
        try:
            asked = await _asked(request, providers[0])
        except (AssertionError, KeyError, ValueError) as error:
            self.problems.append(f"{request.match_info['channel']}: {error!r}")
            return web.Response(status=400)
        order = self._next(asked.to)
        with self._news:
            number = len(self._arrived) + 1
            answer = order.answer or providers[0].accepted(asked, number)
            self._arrived.append(Arrived(asked, order.answer is None, number))
            self._news.notify_all()
        await order.obey()
        if order.drops and request.transport:
            request.transport.abort()
        headers = {"Content-Type": "application/json", **(answer.headers or {})}
        return web.Response(status=answer.status, body=json.dumps(answer.body), headers=headers)


async def _asked(request: web.Request, provider: Traffic) -> Asked:
    """Read a request to a send API."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    is_json = request.content_type == "application/json"
    body: Any = await request.json() if is_json else dict(await request.post())
    return provider.asked(Request(f"/{request.match_info['path']}", headers, body))


async def tell(url: str, stage: str, text: str) -> None:
    """Tell the stand-in at an address what the played Rasa does, and wait as long as it has ordered."""
    async with ClientSession() as session, session.post(f"{url}/{stage}", json={"text": text}) as answer:
        answer.raise_for_status()
